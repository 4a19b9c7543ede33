//! The trainer: owns one run; one [`step`](Trainer::step) is one batch.

mod ahead;
mod batches;
mod evaluate;
mod idle;
mod inquire;
mod observe;
mod optimizer;
mod options;
mod overshoot;
mod path;
mod plane;
mod saved;
mod stuck;
mod timeline;

pub use ahead::Preparer;
pub use batches::Batches;
pub use evaluate::{Evaluation, Reading, Survey, evaluate, readings, surest};
pub use inquire::Near;
pub use observe::{Observation, Slice, Trial};
pub use options::{
    BATCH_SIZES, Changes, HIDDEN_LAYERS, LAYER_CHOICES, LEARNING_RATE, LEARNING_RATES, Labels,
    NEURONS, Optimizer, Options, Preset, Schedule,
};
pub use overshoot::Overshoot;
pub use path::Path;
pub use plane::{Extent, PLANE_EXAMPLES, Plane, PlaneView};
pub use saved::SAVED_BYTES;
pub use timeline::TIMELINE_BYTES;

use std::sync::Arc;

use serde::Serialize;

use crate::Error;
use crate::data::augment::Augmenter;
use crate::data::{CLASSES, Dataset, Examples, PIXELS, Part, Split};
use crate::kernels::sparse::{self, SparseRows};
use crate::kernels::{Lanes, blocks, update};
use crate::network::{CHUNK, Network, Parameters, Pass};
use crate::random::{Random, Stream};
use optimizer::{Memory, average_weight};
use stuck::{Stuck, Watch};
use timeline::Timeline;

/// Steps between two looks whether all parameters are still finite.
const CHECK_EVERY: u32 = 256;
/// Training examples that stand for all of them where all would take too long.
pub const FIXED_EXAMPLES: usize = 1_000;

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Steps made so far.
    pub step: u32,
    /// Examples seen so far.
    pub examples: u64,
    /// Passes through the training examples so far, with fraction.
    pub epoch: f64,
    /// Mean cost of the step's batch, before the step.
    pub cost: f64,
}

/// What changes from step to step: enough to go on from.
#[derive(Clone, Debug)]
struct State {
    network: Network,
    /// The network with the running average of its parameters.
    average: Option<Network>,
    memory: Memory,
    batches: Batches,
    step: u32,
    examples: u64,
    /// Whether it still gets anywhere.
    watch: Watch,
}

/// One run: a network, the examples it learns from, and how.
#[derive(Debug)]
pub struct Trainer {
    options: Options,
    split: Split,
    /// What the network is told, `[training examples]`.
    labels: Vec<u8>,
    state: State,
    /// A state known to be sound, and the way back when a later one is not.
    checkpoint: Box<State>,
    path: Path,
    timeline: Timeline,
    /// Where the run had come to, while one looks back at an earlier state.
    newest: Option<Box<State>>,
    /// Of the last time that the run was stuck.
    stuck: Option<Stuck>,
    /// Where training left the run before a parameter was changed by hand.
    untouched: Option<Box<State>>,
    /// The step that ended the run, the last time that one did.
    fatal: u32,
    /// The step from which on the options were what they are.
    changed: u32,
    /// The first step that a replay leads on from as it was: what was changed by hand before it no replay knows of.
    replayable_from: u32,
    /// Checksums by which a saved run recognises its training examples, computed when first needed.
    marks: Option<[u32; 2]>,
    augmenter: Option<Augmenter>,
    pass: Pass,
    /// Of a batch's cost, summed over its examples; for plain descent without the weights of the first layer.
    gradient: Parameters,
    /// First layer's deltas of that batch, `[batch, blocks]` lanes.
    deltas: Vec<Lanes>,
    /// What both are of, when somebody looked at the gradient before the step.
    looked_at: Option<LookedAt>,
}

/// Where the gradient was looked at: the step from there need not compute it again.
#[derive(Debug)]
struct LookedAt {
    parameters: Parameters,
    /// Epoch and position of the batch, and its size as the options have it.
    batch: (u32, usize, usize),
    /// Mean cost of the batch.
    cost: f64,
}

impl Trainer {
    /// A new run on a data set of digits.
    ///
    /// # Errors
    /// If an option is out of its range.
    pub fn new(data: &Dataset, options: Options) -> Result<Self, Error> {
        options.check(data.len(Part::Train))?;
        Self::on(
            data.examples(options.straighten).clone(),
            PIXELS,
            CLASSES,
            options,
        )
    }

    /// A new run on any labelled inputs.
    ///
    /// * `split`: the first `options.training_examples` of its training part are learnt from
    /// * `inputs`, `outputs`: size of the network's first and last layer
    ///
    /// # Errors
    /// If an option is out of its range.
    pub fn on(
        split: Split,
        inputs: usize,
        outputs: usize,
        options: Options,
    ) -> Result<Self, Error> {
        options.check(split.train.len())?;
        let sizes: Vec<usize> = std::iter::once(inputs)
            .chain(options.layers.iter().copied())
            .chain([outputs])
            .collect();
        let labels = told_labels(&split.train, &options);
        let state = State::new(&sizes, &options);
        Ok(Self {
            labels,
            checkpoint: Box::new(state.clone()),
            path: Path::new(0, &state.network.parameters),
            timeline: Timeline::new(&state),
            newest: None,
            stuck: None,
            untouched: None,
            fatal: 0,
            changed: 0,
            replayable_from: 0,
            marks: None,
            augmenter: options
                .augment
                .then(|| Augmenter::new(options.straighten, options.training_examples)),
            pass: Pass::new(&sizes),
            gradient: Parameters::zeros(&sizes),
            deltas: Vec::new(),
            looked_at: None,
            state,
            options,
            split,
        })
    }

    /// Back to the first weights, order and augmentation.
    pub fn reset(&mut self) {
        let sizes = self.state.network.sizes().to_vec();
        self.state = State::new(&sizes, &self.options);
        self.begin_here();
    }

    /// The state is as if it had just begun: nothing before it counts.
    fn begin_here(&mut self) {
        *self.checkpoint = self.state.clone();
        self.path = Path::new(self.state.step, &self.state.network.parameters);
        self.timeline = Timeline::new(&self.state);
        self.stuck = None;
        self.newest = None;
        self.untouched = None;
        self.fatal = 0;
        self.changed = self.state.step;
        self.replayable_from = self.state.step;
    }

    /// All options in force.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Another learning rate from the next step on.
    ///
    /// # Errors
    /// If it is out of its range; then nothing is changed.
    pub fn set_learning_rate(&mut self, rate: f64) -> Result<(), Error> {
        self.change(|options| options.learning_rate = rate)
    }

    /// Another batch size from the next step on.
    ///
    /// # Errors
    /// If it is out of its range; then nothing is changed.
    pub fn set_batch_size(&mut self, size: usize) -> Result<(), Error> {
        self.change(|options| options.batch_size = size)
    }

    fn change(&mut self, change: impl FnOnce(&mut Options)) -> Result<(), Error> {
        let mut options = self.options.clone();
        change(&mut options);
        options.check(self.split.train.len())?;
        // What leads to this state must not be replayed with other options, nor what comes from here with those before.
        self.keep()?;
        *self.checkpoint = self.state.clone();
        self.changed = self.state.step;
        self.options = options;
        Ok(())
    }

    /// The network as training left it.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.state.network
    }

    /// The running average of the parameters; the parameters themselves if none is kept.
    #[must_use]
    pub fn average(&self) -> &Parameters {
        &self.reader().parameters
    }

    /// The network to read with: with the running average of the parameters if one is kept.
    #[must_use]
    pub fn reader(&self) -> &Network {
        self.state.reader()
    }

    /// Puts other parameters in the place of the present ones, and of their average.
    ///
    /// * `values`: in the order of [`Parameters::to_vec`]
    ///
    /// # Errors
    /// If their number is wrong or one is not finite; then nothing is changed.
    pub fn set_parameters(&mut self, values: &[f32]) -> Result<(), Error> {
        self.state.network.parameters.read(values)?;
        if let Some(average) = &mut self.state.average {
            average
                .parameters
                .clone_from(&self.state.network.parameters);
        }
        self.newest = None;
        self.untouched = None;
        self.replayable_from = self.state.step;
        self.state.watch = Watch::default();
        self.stuck = None;
        *self.checkpoint = self.state.clone();
        self.path = Path::new(self.state.step, &self.state.network.parameters);
        self.timeline.keep(&self.state);
        Ok(())
    }

    /// How far the run has come, with the cost of its last batch.
    #[must_use]
    pub fn report(&self, cost: f64) -> Report {
        let batches = &self.state.batches;
        Report {
            step: self.state.step,
            examples: self.state.examples,
            epoch: f64::from(batches.epoch())
                + batches.position() as f64 / self.labels.len() as f64,
            cost,
        }
    }

    /// One step: one batch forward, backward, and the parameters moved.
    ///
    /// Parameters are looked at every 256 steps only: see [`settle`](Self::settle).
    ///
    /// # Errors
    /// [`Error::Diverged`] if the cost or a parameter is no longer finite; the state before that step is kept.
    /// [`Error::Dead`] if the run is beyond recovery, [`Error::Silent`] if it was so from its first weights on; the step was
    /// made.
    pub fn step(&mut self) -> Result<Report, Error> {
        if self.state.step - self.checkpoint.step >= CHECK_EVERY {
            self.settle()?;
        }
        self.go_on_from_here();
        match self.advance() {
            Ok(cost) => {
                self.path
                    .pass(self.state.step, &self.state.network.parameters);
                self.watch(cost)?;
                Ok(self.report(cost))
            }
            Err(_) => Err(self.recover()),
        }
    }

    /// Makes sure that all parameters are finite, and the cost that they give, too; to be called before anyone looks
    /// at them.
    ///
    /// # Errors
    /// [`Error::Diverged`] if one is not; the run is back at the last step where all were.
    pub fn settle(&mut self) -> Result<(), Error> {
        if self.state.step == self.checkpoint.step {
            return Ok(());
        }
        if !self.state.is_finite() || !self.cost_to_come().is_finite() {
            return Err(self.recover());
        }
        *self.checkpoint = self.state.clone();
        Ok(())
    }

    /// Mean cost of the batch to come, or of its first thousand examples.
    fn cost_to_come(&mut self) -> f64 {
        self.prepare();
        let rows = self.batch();
        let rows = rows[..rows.len().min(FIXED_EXAMPLES)].to_vec();
        let (examples, labels) = source(self.augmenter.as_ref(), &self.split, &self.labels);
        mean_cost(&mut self.pass, &self.state.network, examples, &rows, labels)
    }

    /// Mean cost of the batch to come and its derivative by every parameter.
    pub fn gradient(&mut self) -> (f64, Parameters) {
        self.prepare();
        let known = self.looked_at.take().filter(|known| self.is_at(known));
        let known = known.unwrap_or_else(|| LookedAt {
            cost: self.differentiate(),
            batch: self.batch_at(),
            parameters: self.state.network.parameters.clone(),
        });
        let cost = known.cost;
        self.looked_at = Some(known);
        let mut gradient = self.gradient.clone();
        let (inputs, _) = source(self.augmenter.as_ref(), &self.split, &self.labels);
        let rows = self.batch();
        if self.state.memory.in_place(rows.len()) {
            let blocks = blocks(gradient.sizes()[1]);
            let weights = gradient.layer_mut(0);
            push_first(inputs, rows, &self.deltas, blocks, 1.0, weights);
        }
        #[expect(clippy::cast_possible_truncation, reason = "f64 to f32 only rounds")]
        gradient.scale((1.0 / rows.len() as f64) as f32);
        (cost, gradient)
    }

    /// Which batch comes: epoch, position and size.
    fn batch_at(&self) -> (u32, usize, usize) {
        let batches = &self.state.batches;
        let size = self.options.batch_size;
        (batches.epoch(), batches.position(), size)
    }

    /// Whether the run is where the gradient was looked at, to the last bit.
    fn is_at(&self, known: &LookedAt) -> bool {
        let here = &self.state.network.parameters;
        known.batch == self.batch_at() && known.parameters.bits() == here.bits()
    }

    /// Mean cost of the batch to come, which is ready; leaves its derivative, times the number of examples, in `gradient`
    /// and `deltas`.
    fn differentiate(&mut self) -> f64 {
        let (inputs, labels) = source(self.augmenter.as_ref(), &self.split, &self.labels);
        let augmenter = self.augmenter.as_ref();
        let rows = rows_of(augmenter, &self.state.batches, self.options.batch_size);
        let network = &self.state.network;
        let blocks = blocks(network.sizes()[1]);
        let in_place = self.state.memory.in_place(rows.len());
        let cleared = if in_place { inputs.width() * blocks } else { 0 };
        let gradient = &mut self.gradient;
        gradient.lanes_mut()[cleared..].fill(Lanes::ZERO);
        self.deltas.clear();
        self.pass.refresh(&network.parameters);
        let mut cost = 0.0;
        for chunk in rows.chunks(CHUNK) {
            cost += self.pass.backward(network, inputs, chunk, labels, gradient);
            let deltas = self.pass.first_deltas(chunk.len());
            if in_place {
                self.deltas.extend_from_slice(deltas);
            } else {
                push_first(inputs, chunk, deltas, blocks, 1.0, gradient.layer_mut(0));
            }
        }
        cost / rows.len() as f64
    }

    /// Reads the held back or the training examples with the network to read with.
    ///
    /// * `limit`: how many at most, 0 for all
    #[must_use]
    pub fn evaluate(&mut self, part: Part, limit: usize) -> Evaluation {
        let (inputs, labels, limit) = shown(&self.split, &self.labels, part, limit);
        evaluate(self.state.reader(), inputs, labels, limit, &mut self.pass)
    }

    fn rate(&self) -> f32 {
        #[expect(clippy::cast_possible_truncation, reason = "f64 to f32 only rounds")]
        let rate = self.options.rate_at(self.state.examples) as f32;
        rate
    }

    /// Rows of the batch to come: in the training set, or among the augmented images once it is prepared.
    fn batch(&self) -> &[u32] {
        let size = self.options.batch_size;
        rows_of(self.augmenter.as_ref(), &self.state.batches, size)
    }

    /// Gets the images of the batch to come ready.
    fn prepare(&mut self) {
        let batches = &self.state.batches;
        let batch = batches.current(self.options.batch_size);
        if let Some(augmenter) = &mut self.augmenter {
            let at = (batches.epoch(), batches.position());
            let (examples, seed) = (&self.split.train, self.options.seed);
            augmenter.prepare(examples, &self.labels, batch, seed, at);
        }
    }

    /// Fetches what the coming batches are made of into the cache.
    fn fetch(&self) {
        let batches = &self.state.batches;
        for examples in batches.entered(self.options.batch_size) {
            match &self.augmenter {
                Some(augmenter) => augmenter.touch(examples),
                None => self.split.train.inputs.touch(examples),
            }
        }
    }

    /// One step without a look at the parameters it leaves; the cost, or the cost that is not finite, and no step.
    fn advance(&mut self) -> Result<f64, f64> {
        self.fetch();
        self.prepare();
        let known = self.looked_at.take().filter(|known| self.is_at(known));
        let cost = known.map_or_else(|| self.differentiate(), |known| known.cost);
        if !cost.is_finite() {
            return Err(cost);
        }

        let rate = self.rate();
        let (inputs, _) = source(self.augmenter.as_ref(), &self.split, &self.labels);
        let augmenter = self.augmenter.as_ref();
        let rows = rows_of(augmenter, &self.state.batches, self.options.batch_size);
        let (count, scale) = (rows.len(), 1.0 / rows.len() as f32);
        let (network, gradient) = (&mut self.state.network, &self.gradient);
        if self.state.memory.in_place(count) {
            let blocks = blocks(network.sizes()[1]);
            let first_weights = inputs.width() * blocks;
            let weights = network.parameters.layer_mut(0);
            push_first(inputs, rows, &self.deltas, blocks, -(rate * scale), weights);
            update::descent(
                &mut network.parameters.lanes_mut()[first_weights..],
                &gradient.lanes()[first_weights..],
                rate * scale,
            );
        } else {
            self.state
                .memory
                .apply(&mut network.parameters, gradient, scale, rate);
        }
        if let Some(average) = &mut self.state.average {
            let weight = average_weight(self.state.step);
            let average = average.parameters.lanes_mut();
            update::average(average, network.parameters.lanes(), weight);
        }
        // After four thousand million the count stands still, and the run goes on.
        self.state.step = self.state.step.saturating_add(1);
        self.state.examples += count as u64;
        self.state.batches.advance(count);
        Ok(cost)
    }

    /// Goes back to the last sound state and forward again, step by step, to just before the one that went wrong.
    fn recover(&mut self) -> Error {
        // What was noticed since says where it began to go wrong.
        let watch = self.state.watch;
        self.state = (*self.checkpoint).clone();
        self.state.watch = watch;
        let mut previous = None;
        loop {
            let before = self.state.clone();
            let (Ok(cost) | Err(cost)) = self.advance();
            let sound = if !cost.is_finite() {
                // This step could not begin: the one before it led to where there is no cost.
                previous.unwrap_or(before)
            } else if !self.state.is_finite() {
                before
            } else {
                previous = Some(before);
                continue;
            };
            *self.checkpoint = sound.clone();
            self.state = sound;
            self.path.back_to(self.state.step);
            self.fatal = self.state.step + 1;
            return Error::Diverged {
                step: self.fatal,
                cost,
            };
        }
    }
}

impl State {
    fn new(sizes: &[usize], options: &Options) -> Self {
        let mut random = Random::new(options.seed, Stream::Parameters);
        let network = Network::new(sizes, options.activation, options.cost, &mut random);
        Self {
            average: options.average.then(|| network.clone()),
            memory: Memory::new(options.optimizer, sizes),
            batches: Batches::new(options.training_examples, options.seed),
            step: 0,
            examples: 0,
            watch: Watch::default(),
            network,
        }
    }

    fn is_finite(&self) -> bool {
        let average = self.average.as_ref().map(|average| &average.parameters);
        std::iter::once(&self.network.parameters)
            .chain(average)
            .chain(self.memory.parts())
            .all(|values| update::all_finite(values.lanes()))
    }

    /// The network to read with.
    fn reader(&self) -> &Network {
        self.average.as_ref().unwrap_or(&self.network)
    }
}

/// Which rows of what it is taken from make the batch to come.
fn rows_of<'a>(
    augmenter: Option<&'a Augmenter>,
    batches: &'a Batches,
    batch_size: usize,
) -> &'a [u32] {
    augmenter.map_or_else(|| batches.current(batch_size), Augmenter::rows)
}

/// What a batch is taken from: augmented images and what the network is told they are, or the training examples themselves.
fn source<'a>(
    augmenter: Option<&'a Augmenter>,
    split: &'a Split,
    labels: &'a [u8],
) -> (&'a SparseRows, &'a [u8]) {
    augmenter.map_or((&split.train.inputs, labels), |augmenter| {
        (augmenter.inputs(), augmenter.labels())
    })
}

/// The inputs of a part, the labels that its readings are compared with, and how many of them are shown.
///
/// * `told`: the labels of the training examples that are used
/// * `limit`: how many at most, 0 for all
fn shown<'a>(
    split: &'a Split,
    told: &'a [u8],
    part: Part,
    limit: usize,
) -> (&'a SparseRows, &'a [u8], usize) {
    let (inputs, labels) = match part {
        Part::Train => (&split.train.inputs, told),
        Part::Test => (&split.test.inputs, split.test.labels.as_slice()),
    };
    let limit = if limit == 0 { usize::MAX } else { limit };
    (inputs, labels, limit.min(labels.len()))
}

/// What the network is told about the training examples that it uses.
fn told_labels(examples: &Arc<Examples>, options: &Options) -> Vec<u8> {
    let mut labels = examples.labels[..options.training_examples].to_vec();
    let share = options.labels.share();
    let mut random = Random::new(options.seed, Stream::Labels);
    let mut places: Vec<u32> = (0..).take(labels.len()).collect();
    random.shuffle(&mut places);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of at most all examples"
    )]
    let count = (share * labels.len() as f64 + 0.5) as usize;
    let from: Vec<u32> = places[..count].to_vec();
    random.shuffle(&mut places[..count]);
    for (&to, &from) in places[..count].iter().zip(&from) {
        labels[to as usize] = examples.labels[from as usize];
    }
    labels
}

/// Adds `scale * value * delta` to the first layer's weights for each pixel of the chosen examples.
fn push_first(
    inputs: &SparseRows,
    rows: &[u32],
    deltas: &[Lanes],
    blocks: usize,
    scale: f32,
    weights: &mut [Lanes],
) {
    for (&row, deltas) in rows.iter().zip(deltas.chunks_exact(blocks)) {
        let entries = inputs.row(row as usize);
        if blocks == 1 {
            sparse::accumulate(entries, weights, 1, 0, deltas[0] * scale);
        } else {
            for (block, &delta) in deltas.iter().enumerate() {
                sparse::accumulate(entries, weights, blocks, block, delta * scale);
            }
        }
    }
}

/// Mean cost over some rows.
fn mean_cost(
    pass: &mut Pass,
    network: &Network,
    inputs: &SparseRows,
    rows: &[u32],
    labels: &[u8],
) -> f64 {
    let mut cost = 0.0;
    for chunk in rows.chunks(CHUNK) {
        cost += pass.forward(network, inputs, chunk, labels);
    }
    cost / rows.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_lost_in_the_average_alone_is_noticed() {
        let mut state = State::new(&[2, 1, 2], &Options::preset(Preset::Best, 1));
        assert!(state.is_finite());
        let average = state.average.as_mut().unwrap();
        average.parameters.scale(f32::INFINITY);
        assert!(!state.is_finite());
    }

    #[test]
    fn a_share_of_the_labels_is_rounded() {
        // Half of three are two, which may change places; one alone could not.
        let labels = vec![0, 1, 2];
        let inputs = SparseRows::new(1);
        let examples = Arc::new(Examples { inputs, labels });
        let told = |seed| {
            let mut options = Options::preset(Preset::Video, 3);
            (options.seed, options.labels) = (seed, Labels::Shuffled(0.5));
            told_labels(&examples, &options)
        };
        assert!((1..=20).any(|seed| told(seed) != [0, 1, 2]));
    }
}
