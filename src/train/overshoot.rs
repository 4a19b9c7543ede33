//! Finding the step that went too far, when a run is stuck.

use serde::Serialize;

use super::stuck::{DEAD, Stuck, Watch};
use super::{Trainer, mean_cost, source};
use crate::Error;
use crate::landscape::Landscape;
use crate::network::Parameters;

/// Steps between two looks while the fatal one is sought.
const SEEK: u32 = 16;
/// A batch made worse by this share of what guessing costs was hit hard.
const HARD: f64 = 0.5;
/// Places along the step for each doubling of the distance: where the cost turns is found to within 9 %.
const PLACES: i32 = 8;
/// Doublings of the distance, from the first place to the whole step.
const DOUBLINGS: i32 = 12;

/// The step that went too far: of those that led to where the run is stuck, the first that hit its own batch hard, or the
/// one that made it worst.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Overshoot {
    /// The step.
    pub step: u32,
    /// The last remembered step from which the run could still learn. Left out of the record: the page does not use it.
    #[serde(skip)]
    pub from: u32,
    /// How far it went.
    pub step_length: f64,
    /// Where along the way the cost of its batch begins to rise, in step lengths.
    pub turn: f64,
    /// Mean cost of its batch before.
    pub cost: f64,
    /// And after; infinite if it is no number.
    pub cost_after: f64,
}

impl Trainer {
    /// The last remembered step from which the run could still learn, or the first of all; known after
    /// [`find_overshoot`](Self::find_overshoot).
    #[must_use]
    pub fn sound_stop(&self) -> Option<u32> {
        self.stuck.map(|stuck| stuck.sound)
    }

    /// Looks back at it.
    fn look_back_to_sound(&mut self) -> Result<u32, Error> {
        let Watch { learnt, spread, .. } = self.state.watch;
        let stops = self.stops();
        let mut sound = stops[0];
        if !learnt && self.falls_silent() {
            // Of those that fell silent only what came before the first silence counts.
            for stop in stops {
                self.look_back(stop)?;
                if !self.responds(learnt, spread) {
                    break;
                }
                sound = stop;
            }
        } else {
            // What these options have not learnt anything with is no place to begin with others.
            for stop in stops.into_iter().rev() {
                self.look_back(stop)?;
                if self.responds(learnt || stop > self.changed, spread) {
                    sound = stop;
                    break;
                }
            }
        }
        self.look_back(sound)?;
        self.stuck = Some(Stuck {
            learnt,
            spread,
            sound,
        });
        Ok(sound)
    }

    /// Finds the step that led to where the run is stuck, and looks back at where it was made from; nothing if no step
    /// since the last sound place made its own batch worse, or if something was changed by hand since.
    ///
    /// # Errors
    /// As [`settle`](Self::settle).
    pub fn find_overshoot(&mut self) -> Result<Option<Overshoot>, Error> {
        if self.was_silent() {
            return Ok(None);
        }
        let end = match self.fatal {
            0 => self.newest.as_deref().unwrap_or(&self.state).step,
            fatal => fatal,
        };
        let from = self.look_back_to_sound()?;
        if from < self.replayable_from {
            self.return_to_newest();
            return Ok(None);
        }
        let mut worst: Option<Overshoot> = None;
        let mut rise = 0.0;
        let hard = HARD * self.guessing();
        while self.state.step < end && rise < hard {
            self.prepare();
            let rows = self.batch().to_vec();
            let Ok(cost) = self.advance() else { break };
            let (examples, labels) = source(self.augmenter.as_ref(), &self.split, &self.labels);
            let after = mean_cost(&mut self.pass, &self.state.network, examples, &rows, labels);
            let cost_after = if after.is_finite() {
                after
            } else {
                f64::INFINITY
            };
            if cost_after - cost > rise {
                rise = cost_after - cost;
                worst = Some(Overshoot {
                    step: self.state.step,
                    from,
                    step_length: 0.0,
                    turn: 1.0,
                    cost,
                    cost_after,
                });
            }
            let looked = (self.state.step - from).is_multiple_of(SEEK);
            if !self.state.is_finite() || (looked && self.variation(DEAD) < DEAD) {
                break;
            }
        }
        let Some(mut found) = worst else {
            self.return_to_newest();
            return Ok(None);
        };
        // The steps made here are not part of the run: back to the sound state before them.
        self.state = (*self.checkpoint).clone();
        self.look_back(from)?;
        while self.state.step + 1 < found.step {
            let _ = self.advance();
        }
        *self.checkpoint = self.state.clone();
        let (_, gradient) = self.gradient();
        let direction = self.direction(&gradient);
        found.step_length = direction.norm();
        // What came before may carry a step uphill from its start: momentum does.
        found.turn = if gradient.dot(&direction) < 0.0 {
            self.turn(direction)
        } else {
            0.0
        };
        Ok(Some(found))
    }

    /// Where along a way the cost of the batch to come begins to rise, in parts of it; 1 if nowhere before its end.
    fn turn(&mut self, direction: Parameters) -> f64 {
        let rows = self.batch().to_vec();
        let (inputs, labels) = source(self.augmenter.as_ref(), &self.split, &self.labels);
        let network = &self.state.network;
        let mut line = Landscape::new(network, vec![direction], inputs, &rows, labels);
        let mut lowest = line.cost(&[0.0]);
        for place in -DOUBLINGS * PLACES..=0 {
            let t = (place as f32 / PLACES as f32).exp2();
            let cost = line.cost(&[t]);
            // Not less than before: uphill from the last place on. Tiny steps may get lost in rounding.
            if cost.is_nan() || cost > lowest * (1.0 + 1e-6) {
                return f64::from(t);
            }
            lowest = cost;
        }
        1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Dataset, PIXELS};
    use crate::train::{Options, Preset};

    #[test]
    fn rounding_is_no_turn() {
        let data = Dataset::new(vec![90; 3 * PIXELS], vec![0, 1, 2], 2, String::new()).unwrap();
        let mut run = Trainer::new(&data, Options::preset(Preset::Best, 2)).unwrap();
        // Downhill, by hardly more than what the cost is rounded to.
        for length in [1e-7, 1e-6, 1e-5] {
            let (_, mut way) = run.gradient();
            way.scale(-length);
            assert_eq!(run.turn(way), 1.0, "{length}");
        }
        // And where there is no cost any more, it has turned.
        let (_, mut way) = run.gradient();
        way.scale(-1e38);
        assert!(run.turn(way) < 1e-3);
    }
}
