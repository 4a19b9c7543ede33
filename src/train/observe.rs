//! A close look at a run: what a step does, where it leads, which parameters it moves most. Nothing here disturbs the
//! run, but for [`Trainer::observed_step`], which makes one step like any other, and [`Trainer::nudge`], which can be undone.

use serde::Serialize;

use super::{FIXED_EXAMPLES, Report, Trainer, mean_cost, source};
use crate::Error;
use crate::landscape::{Landscape, places};
use crate::network::{Parameters, largest};

/// What a step did, looked at closely.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Observation {
    /// What every step tells. A record of its own where records are written.
    #[serde(skip)]
    pub report: Report,
    /// Mean cost of the same batch after the step.
    pub cost_after: f64,
    /// Length of the gradient of the batch's cost.
    pub gradient_norm: f64,
    /// Distance between the parameters before and after.
    pub step_length: f64,
    /// Change of the cost if it were a plane: gradient times step.
    pub predicted_change: f64,
    /// The learning rate of this step.
    pub learning_rate: f64,
}

/// The cost along the step to come.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Slice {
    /// Mean cost of the batch to come, here.
    pub cost: f64,
    /// Its slope here, in cost per step length: for plain descent minus the lengths of gradient and step multiplied.
    pub slope: f64,
    /// Length of the gradient.
    pub gradient_norm: f64,
    /// Length of the step.
    pub step_length: f64,
    /// The learning rate of the step.
    pub learning_rate: f64,
    /// How many training examples the second curve stands on.
    pub fixed_examples: usize,
}

/// What changing one parameter alone would do.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Trial {
    /// Mean cost of the batch to come, as things are.
    #[serde(skip)]
    pub cost: f64,
    /// Derivative times change.
    pub predicted_change: f64,
    /// The change of that cost, measured.
    pub measured_change: f64,
}

impl Trainer {
    /// One step, and what it did.
    ///
    /// # Errors
    /// As [`step`](Self::step).
    pub fn observed_step(&mut self) -> Result<Observation, Error> {
        self.settle()?;
        let (cost, gradient) = self.gradient();
        if !cost.is_finite() {
            return Err(self.recover());
        }
        let learning_rate = self.options.rate_at(self.state.examples);
        let direction = self.direction(&gradient);
        let rows = self.batch().to_vec();
        let report = self.step()?;
        // The batch is still at hand, as it was augmented for the step.
        let (examples, labels) = source(self.augmenter.as_ref(), &self.split, &self.labels);
        let cost_after = mean_cost(&mut self.pass, &self.state.network, examples, &rows, labels);
        self.settle()?;
        self.check_step(cost_after)?;
        Ok(Observation {
            report,
            cost_after,
            gradient_norm: gradient.norm(),
            step_length: direction.norm(),
            predicted_change: gradient.dot(&direction),
            learning_rate,
        })
    }

    /// The cost along the step to come, at equal distances in step lengths: of the batch and of a fixed thousand of the
    /// training examples.
    ///
    /// * `from`, `to`: in step lengths, 0 is here and 1 is where the step lands
    /// * `batch`, `fixed`: the results, as many as there is room for in each
    pub fn slice(&mut self, from: f32, to: f32, batch: &mut [f32], fixed: &mut [f32]) -> Slice {
        let (cost, gradient) = self.gradient();
        let direction = self.direction(&gradient);
        let slice = Slice {
            cost,
            slope: gradient.dot(&direction),
            gradient_norm: gradient.norm(),
            step_length: direction.norm(),
            learning_rate: self.options.rate_at(self.state.examples),
            fixed_examples: self.labels.len().min(FIXED_EXAMPLES),
        };
        let fixed_rows: Vec<u32> = (0..).take(slice.fixed_examples).collect();
        let own = source(self.augmenter.as_ref(), &self.split, &self.labels);
        let all = (&self.split.train.inputs, &self.labels[..]);
        let curves = [
            (own, self.batch().to_vec(), batch),
            (all, fixed_rows, fixed),
        ];
        for ((inputs, labels), rows, out) in curves {
            let network = &self.state.network;
            let directions = vec![direction.clone()];
            let mut line = Landscape::new(network, directions, inputs, &rows, labels);
            let count = out.len();
            for (t, out) in places(from, to, count).zip(out) {
                #[expect(clippy::cast_possible_truncation, reason = "f64 to f32 only rounds")]
                let cost = line.cost(&[t]) as f32;
                *out = cost;
            }
        }
        slice
    }

    /// Which way, and how strongly, the batch to come wants each parameter moved: minus the gradient of its cost, in the
    /// order of [`Parameters::to_vec`]; and where in it the `count` largest stand, largest first.
    pub fn nudges(&mut self, count: usize) -> (Vec<f32>, Vec<usize>) {
        let (_, mut gradient) = self.gradient();
        gradient.scale(-1.0);
        let nudges = gradient.to_vec();
        let largest = largest(&nudges, count);
        (nudges, largest)
    }

    /// What the cost of the batch to come would do if one parameter alone were changed. The run stays as it is.
    ///
    /// * `index`: the parameter, in the order of [`Parameters::to_vec`]
    /// * `change`: what is added to it
    ///
    /// # Errors
    /// If there is no such parameter or the change is not finite.
    pub fn try_nudge(&mut self, index: usize, change: f32) -> Result<Trial, Error> {
        let (cost, gradient) = self.gradient();
        let slopes = gradient.to_vec();
        if index >= slopes.len() {
            let expected = format!("a parameter from 0 to {}", slopes.len() - 1);
            return Err(Error::option("index", expected, index));
        }
        if !change.is_finite() {
            return Err(Error::option(
                "change",
                "a finite number",
                f64::from(change),
            ));
        }
        let mut network = self.state.network.clone();
        let mut values = network.parameters.to_vec();
        values[index] += change;
        network.parameters.read(&values)?;
        let rows = self.batch().to_vec();
        let (examples, labels) = source(self.augmenter.as_ref(), &self.split, &self.labels);
        let after = mean_cost(&mut self.pass, &network, examples, &rows, labels);
        let before = mean_cost(&mut self.pass, &self.state.network, examples, &rows, labels);
        Ok(Trial {
            cost,
            predicted_change: f64::from(slopes[index]) * f64::from(change),
            measured_change: after - before,
        })
    }

    /// Changes one parameter by so much from where training left it, in place of the last such change; 0 undoes it, to
    /// the last bit. Returns what that does to the cost of the batch to come.
    ///
    /// * `index`, `change`: as for [`try_nudge`](Self::try_nudge)
    ///
    /// # Errors
    /// As there; the last such change is undone all the same.
    pub fn nudge(&mut self, index: usize, change: f32) -> Result<Trial, Error> {
        self.undo_nudge();
        let trial = self.try_nudge(index, change)?;
        if change != 0.0 {
            self.untouched = Some(Box::new(self.state.clone()));
            let state = &mut self.state;
            for network in std::iter::once(&mut state.network).chain(&mut state.average) {
                let mut values = network.parameters.to_vec();
                values[index] += change;
                network.parameters.read(&values)?;
            }
        }
        *self.checkpoint = self.state.clone();
        Ok(trial)
    }

    /// The run is where training left it.
    pub(super) fn undo_nudge(&mut self) {
        if let Some(untouched) = self.untouched.take() {
            self.state = *untouched;
            *self.checkpoint = self.state.clone();
        }
    }

    /// What the next step will add to the parameters, given the gradient.
    pub(super) fn direction(&self, gradient: &Parameters) -> Parameters {
        let mut target = self.state.network.parameters.clone();
        let rate = self.rate();
        let mut memory = self.state.memory.clone();
        if memory.is_plain() {
            // Without the detour over the parameters, whose rounding would show in the slope.
            target = gradient.clone();
            target.scale(-rate);
        } else {
            memory.apply(&mut target, gradient, 1.0, rate);
            target.add_scaled(-1.0, &self.state.network.parameters);
        }
        target
    }
}
