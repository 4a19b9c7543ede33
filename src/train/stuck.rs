//! Noticing that a run is beyond recovery: some step was longer than its valley is wide.
//!
//! A cost that is not finite ends a run at once. More often, too large a step drives neurons to where they no longer
//! respond: the cost stays finite, and as bad as guessing. What tells such a run from one that is only slow, or stays on
//! a plateau, is that its outputs do not depend on the image any more, or that it had learnt before. Over 2,900 runs of
//! 784-16-16-10 (four activations, both costs, three optimizers, rates over five decades, batches of 1 to 1,000, true and
//! shuffled labels) the outputs of those that learnt to read most digits never varied by less than 8e-5 for a whole
//! stretch, and three came back that had learnt much and fell back to guessing; the outputs of dead ones vary by 1e-7 or
//! not at all. Networks of a few ReLU neurons may say the same to the few images of a look and learn from others: so many
//! more are looked at before one is ended.
//!
//! ReLU and SiLU can be as stuck while a few images still light an output a little. Then the cost is above that of
//! guessing, stretch after stretch, and the outputs vary by a hundredth of what they began with. Of sigmoid and tanh that
//! would not be true: these come back from there, and read.

use serde::{Deserialize, Serialize};

use super::{Split, Trainer, mean_cost};
use crate::Error;
use crate::network::{Activation, CHUNK, Network, Pass};

/// So many examples, and at least so many steps, lie between two looks.
const STRETCH: (u64, u32) = (2_000, 20);
/// Runs whose cost is below this share of what guessing costs have learnt something.
const HOPELESS: f64 = 0.95;
/// And below this share, much: it is not given back by chance.
const MUCH: f64 = 0.6;
/// Outputs that vary by less than this over images, after a whole stretch, are the same for all.
const CONSTANT: f32 = 3e-5;
/// Outputs that vary by less than this after a single step are the same for all: nothing comes back from there.
pub(super) const DEAD: f32 = 1e-6;
/// ReLU and SiLU fall silent image by image: outputs that vary by less than this share of what they varied by before the
/// first step, while a whole stretch costs [`WORSE`] than guessing, will not learn again.
const FADED: f32 = 0.02;
/// Above this share of what guessing costs, a run does worse than to answer always the same.
const WORSE: f64 = 1.05;
/// Outputs that vary by less than this share of what they varied by before the first step are on their way to being
/// [`FADED`]: no state to go on from.
const FADING: f32 = 0.5;
/// Images that the outputs are compared over at every look.
const IMAGES: usize = 96;
/// Images that they are compared over before a run is said to answer all the same: a small network may be silent on the
/// few alone.
const MANY_IMAGES: usize = 10_000;
/// With fewer images than this the variation is not judged.
const FEW: usize = 10;

/// What the steps since the last look cost.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Watch {
    cost: f64,
    steps: u32,
    from: u64,
    /// Whether some stretch showed that much was learnt.
    pub(super) learnt: bool,
    /// What the outputs varied by before the first step, once that is known.
    pub(super) spread: Option<f32>,
    /// Whether the outputs were silent at the last look.
    silent: bool,
}

impl Watch {
    /// A new watch over a run whose outputs varied by `spread` before its first step.
    pub(super) fn anew(spread: Option<f32>) -> Self {
        Self {
            spread,
            ..Self::default()
        }
    }
}

/// What is known of a run that is stuck.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stuck {
    /// Whether much had been learnt before.
    pub(super) learnt: bool,
    /// What the outputs varied by before the first step.
    pub(super) spread: Option<f32>,
    /// The last remembered step from which it could still learn, or the first of all.
    pub(super) sound: u32,
}

impl Trainer {
    /// Takes note of a step.
    ///
    /// # Errors
    /// [`Error::Dead`] if a stretch of steps cost no less than guessing, and every image gets the same answer or much had
    /// been learnt before; [`Error::Silent`] if every image got the same before the first step.
    pub(super) fn watch(&mut self, cost: f64) -> Result<(), Error> {
        let watch = &mut self.state.watch;
        let examples = self.state.examples;
        if watch.steps == 0 {
            watch.from = examples;
            // The step was made; where the watch begins, the last sure state is the one before it.
            let before = &self.checkpoint.network;
            watch
                .spread
                .get_or_insert_with(|| variation(&mut self.pass, before, &self.split, CONSTANT));
        }
        watch.cost += cost;
        watch.steps += 1;
        if watch.steps < STRETCH.1 || examples - watch.from < STRETCH.0 {
            return Ok(());
        }
        let mean = watch.cost / f64::from(watch.steps);
        let Watch {
            learnt,
            spread,
            silent,
            ..
        } = *watch;
        let guessing = self.guessing();
        self.state.watch = Watch {
            learnt: learnt || mean < MUCH * guessing,
            spread,
            ..Watch::default()
        };
        if learnt && mean > HOPELESS * guessing {
            return Err(self.dead(mean));
        }
        if mean <= HOPELESS * guessing {
            return Ok(());
        }
        let variation = self.variation(CONSTANT);
        self.state.watch.silent = variation < self.constant_below(mean, spread, FADED);
        // A few come back from the very first silence.
        if variation < CONSTANT || self.state.watch.silent && silent {
            return Err(self.dead(mean));
        }
        Ok(())
    }

    /// Outputs that vary by less than this, at that cost, count as the same for every image; `share` of what they began
    /// with, where they fall silent.
    fn constant_below(&self, cost: f64, spread: Option<f32>, share: f32) -> f32 {
        match spread {
            Some(spread) if self.falls_silent() && cost > WORSE * self.guessing() => {
                CONSTANT.max(share * spread)
            }
            _ => CONSTANT,
        }
    }

    /// Whether a single step, which was looked at closely, was fatal.
    pub(super) fn check_step(&mut self, cost_after: f64) -> Result<(), Error> {
        if cost_after > HOPELESS * self.guessing() && self.variation(DEAD) < DEAD {
            return Err(self.dead(cost_after));
        }
        Ok(())
    }

    /// As [`variation`], of the present network.
    pub(super) fn variation(&mut self, least: f32) -> f32 {
        variation(&mut self.pass, &self.state.network, &self.split, least)
    }

    /// Sigmoid and tanh come back: their slopes are small, but not zero.
    pub(super) fn falls_silent(&self) -> bool {
        matches!(
            self.state.network.activation,
            Activation::Relu | Activation::Silu
        )
    }

    fn dead(&mut self, cost: f64) -> Error {
        let step = self.state.step;
        self.fatal = step;
        if self.was_silent() {
            return Error::Silent { step, cost };
        }
        Error::Dead { step, cost }
    }

    /// Whether the outputs were the same for every image before the first step.
    pub(super) fn was_silent(&self) -> bool {
        self.state
            .watch
            .spread
            .is_some_and(|spread| spread < CONSTANT)
    }

    /// What it costs to say the same to every image.
    pub(super) fn guessing(&self) -> f64 {
        let network = &self.state.network;
        let outputs = network.sizes()[network.sizes().len() - 1];
        network.cost.of_guessing(outputs)
    }

    /// Whether the run can learn from here on: what it answers depends on the image, and costs less than guessing if it ever
    /// did so before, or if that much was made of the present options.
    pub fn is_sound(&mut self) -> bool {
        let learnt = self.state.watch.learnt || self.stuck.is_some_and(|stuck| stuck.learnt);
        let spread = self
            .state
            .watch
            .spread
            .or(self.stuck.and_then(|s| s.spread));
        // Where it fell silent before it had learnt, outputs flare up now and then and mean nothing.
        let flare = |stuck: Stuck| self.state.step > stuck.sound;
        if !learnt && self.falls_silent() && self.stuck.is_some_and(flare) {
            return false;
        }
        self.responds(learnt || self.state.step > self.changed, spread)
    }

    /// The same, of a run of which that much is known: whether guessing says that something is lost, and what its outputs
    /// varied by before the first step.
    pub(super) fn responds(&mut self, learnt: bool, spread: Option<f32>) -> bool {
        let inputs = &self.split.train.inputs;
        let rows: Vec<u32> = (0..).take(self.labels.len().min(IMAGES)).collect();
        let cost = mean_cost(
            &mut self.pass,
            &self.state.network,
            inputs,
            &rows,
            &self.labels,
        );
        let learning = !learnt || cost < HOPELESS * self.guessing();
        let least = self.constant_below(cost, spread, FADING);
        learning && self.variation(CONSTANT) >= least
    }
}

/// By how much an output varies over some training images, at most, or over many if that is less than `least`; infinite where
/// it cannot be told.
fn variation(pass: &mut Pass, network: &Network, split: &Split, least: f32) -> f32 {
    let over = variation_over(IMAGES, pass, network, split);
    if over < least {
        return variation_over(MANY_IMAGES, pass, network, split);
    }
    over
}

fn variation_over(images: usize, pass: &mut Pass, network: &Network, split: &Split) -> f32 {
    let inputs = &split.train.inputs;
    let labels = &split.train.labels;
    let count = labels.len().min(images);
    if count < FEW {
        return f32::INFINITY;
    }
    let outputs = network.sizes()[network.sizes().len() - 1];
    let mut range = vec![(f32::INFINITY, f32::NEG_INFINITY); outputs];
    let rows: Vec<u32> = (0..).take(count).collect();
    for chunk in rows.chunks(CHUNK) {
        let cost = pass.forward(network, inputs, chunk, labels);
        if cost.is_nan() {
            return f32::INFINITY;
        }
        for example in 0..chunk.len() {
            for (range, &output) in range.iter_mut().zip(pass.outputs(example)) {
                *range = (range.0.min(output), range.1.max(output));
            }
        }
    }
    range.iter().map(|r| r.1 - r.0).fold(0.0, f32::max)
}
