//! The states that a run has come through, thinned, to look back at and to go on from.

use super::optimizer::Memory;
use super::stuck::{Stuck, Watch};
use super::{Batches, State, Trainer};
use crate::Error;
use crate::kernels::Lanes;
use crate::network::{Network, Parameters};

/// The most memory that all states together may take, in bytes.
pub const TIMELINE_BYTES: usize = 20 << 20;
/// Weight of a distance between neighbours as a share of their step number: it favours early steps, which change the most.
const EARLY: f64 = 0.25;

/// States of a run at some of its steps, the first and the newest always among them.
///
/// When memory is full, the one is forgotten that is missed least: between the closest neighbours, distances counted
/// partly in steps and partly as shares of the steps made, so that a long run keeps both its beginning and its course.
#[derive(Clone, Debug)]
pub(super) struct Timeline {
    stops: Vec<Stop>,
}

/// A state without what follows from the options.
#[derive(Clone, Debug)]
struct Stop {
    step: u32,
    examples: u64,
    epoch: u32,
    position: usize,
    parameters: Parameters,
    average: Option<Network>,
    memory: Memory,
    watch: Watch,
}

impl Timeline {
    pub(super) fn new(first: &State) -> Self {
        Self {
            stops: vec![Stop::of(first)],
        }
    }

    /// Remembers a state, in place of any at the same step or later.
    pub(super) fn keep(&mut self, state: &State) {
        self.cut(state.step);
        if self.stops.last().is_some_and(|s| s.step == state.step) {
            self.stops.pop();
        }
        self.stops.push(Stop::of(state));
        // The first and the newest stay, however large they are.
        while self.bytes() > TIMELINE_BYTES && self.stops.len() > 2 {
            self.stops.remove(self.least_missed());
        }
    }

    /// Forgets what came after a step; the first state always stays.
    pub(super) fn cut(&mut self, step: u32) {
        let kept = self.stops.partition_point(|stop| stop.step <= step);
        self.stops.truncate(kept.max(1));
    }

    fn bytes(&self) -> usize {
        self.stops.iter().map(Stop::bytes).sum()
    }

    fn least_missed(&self) -> usize {
        let step = |i: usize| f64::from(self.stops[i].step);
        let last = self.stops.len() - 1;
        let missed = |&i: &usize| {
            let weight = 1.0 / step(last) + EARLY / (step(i) + 1.0);
            (step(i + 1) - step(i - 1)) * weight
        };
        (1..last)
            .min_by(|a, b| missed(a).total_cmp(&missed(b)))
            .unwrap_or(last)
    }

    fn nearest(&self, step: u32) -> &Stop {
        let stops = self.stops.iter();
        stops
            .min_by_key(|stop| stop.step.abs_diff(step))
            .expect("the first state is always kept")
    }
}

impl Stop {
    fn of(state: &State) -> Self {
        Self {
            step: state.step,
            examples: state.examples,
            epoch: state.batches.epoch(),
            position: state.batches.position(),
            parameters: state.network.parameters.clone(),
            average: state.average.clone(),
            memory: state.memory.clone(),
            watch: state.watch,
        }
    }

    fn bytes(&self) -> usize {
        let copies = 1 + usize::from(self.average.is_some()) + self.memory.parts().count();
        size_of::<Self>() + copies * size_of::<Lanes>() * self.parameters.lanes().len()
    }
}

impl Trainer {
    /// Remembers where the run stands, to be looked back at. While one looks back, or a parameter is not what training made
    /// it, there is nothing to remember.
    ///
    /// # Errors
    /// [`Error::Diverged`] as [`settle`](Self::settle).
    pub fn keep(&mut self) -> Result<(), Error> {
        self.settle()?;
        if self.newest.is_none() && self.untouched.is_none() {
            self.timeline.keep(&self.state);
        }
        Ok(())
    }

    /// The steps that can be looked back at, ascending.
    #[must_use]
    pub fn stops(&self) -> Vec<u32> {
        self.timeline.stops.iter().map(|stop| stop.step).collect()
    }

    /// Puts the run where it was at the remembered step nearest to `step`; returns that. The newest state is laid aside
    /// until [`return_to_newest`](Self::return_to_newest), or until a step is made from here. What was changed by hand is
    /// undone.
    ///
    /// # Errors
    /// [`Error::Diverged`] as [`settle`](Self::settle).
    pub fn look_back(&mut self, step: u32) -> Result<u32, Error> {
        self.undo_nudge();
        self.settle()?;
        let stop = self.timeline.nearest(step).clone();
        let options = &self.options;
        let (examples, seed) = (options.training_examples, options.seed);
        let state = State {
            network: Network {
                parameters: stop.parameters,
                ..self.state.network
            },
            average: stop.average,
            memory: stop.memory,
            batches: Batches::resume(examples, seed, stop.epoch, stop.position),
            step: stop.step,
            examples: stop.examples,
            watch: stop.watch,
        };
        let before = std::mem::replace(&mut self.state, state);
        self.newest.get_or_insert_with(|| Box::new(before));
        *self.checkpoint = self.state.clone();
        Ok(stop.step)
    }

    /// Ends looking back: all is as it was, to the last bit.
    pub fn return_to_newest(&mut self) {
        if let Some(newest) = self.newest.take() {
            self.state = *newest;
            self.untouched = None;
            *self.checkpoint = self.state.clone();
        }
    }

    /// The run goes on from the state it is in: what came after that is forgotten.
    pub fn go_on_from_here(&mut self) {
        let by_hand = self.untouched.take().is_some();
        if self.newest.take().is_some() {
            if let Some(Stuck { spread, .. }) = self.stuck {
                // It is not to end there again for what was noticed before; how it began is as it was.
                self.state.watch = Watch::anew(self.state.watch.spread.or(spread));
            }
            self.timeline.cut(self.state.step);
            self.path.back_to(self.state.step);
            self.changed = self.changed.min(self.state.step);
            self.replayable_from = self.replayable_from.min(self.state.step);
        }
        if by_hand {
            self.replayable_from = self.state.step.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Activation, Cost};
    use crate::random::{Random, Stream};
    use crate::train::Optimizer;

    fn state(sizes: &[usize], optimizer: Optimizer) -> State {
        let mut random = Random::new(1, Stream::Parameters);
        let network = Network::new(sizes, Activation::Sigmoid, Cost::Squares, &mut random);
        State {
            average: Some(network.clone()),
            memory: Memory::new(optimizer, sizes),
            batches: Batches::new(10, 1),
            step: 0,
            watch: Watch::default(),
            examples: 0,
            network,
        }
    }

    #[test]
    fn memory_is_bounded_for_any_network_and_the_ends_are_kept() {
        for sizes in [
            &[784, 16, 16, 10][..],
            &[784, 1, 10],
            &[784, 128, 128, 128, 10],
        ] {
            for optimizer in Optimizer::ALL {
                let mut state = state(sizes, optimizer);
                let mut timeline = Timeline::new(&state);
                for _ in 0..2_000 {
                    state.step += 37;
                    timeline.keep(&state);
                    // Beside the parameters their average, and what the optimizer remembers of each.
                    let remembered = match optimizer {
                        Optimizer::Descent => 0,
                        Optimizer::Momentum => 1,
                        Optimizer::Adam => 2,
                    };
                    let numbers = (2 + remembered) * state.network.parameters.count();
                    assert!(timeline.bytes() >= 4 * numbers * timeline.stops.len());
                    assert!(timeline.bytes() <= TIMELINE_BYTES, "{sizes:?}");
                    assert_eq!(timeline.stops[0].step, 0);
                    assert_eq!(timeline.stops.last().map(|s| s.step), Some(state.step));
                }
                assert!(timeline.stops.len() >= 8, "{}", timeline.stops.len());
            }
        }
    }

    #[test]
    fn a_long_run_keeps_its_beginning_and_its_course() {
        let mut state = state(&[784, 128, 128, 10], Optimizer::Descent);
        let mut timeline = Timeline::new(&state);
        for _ in 0..5_000 {
            state.step += 1;
            timeline.keep(&state);
        }
        let steps: Vec<u32> = timeline.stops.iter().map(|stop| stop.step).collect();
        let widest = steps.windows(2).map(|s| s[1] - s[0]).max().unwrap();
        assert!(
            f64::from(widest) < 5.0 * 5_000.0 / steps.len() as f64,
            "{steps:?}"
        );
        assert!(steps[3] < 100, "{steps:?}");
    }
}
