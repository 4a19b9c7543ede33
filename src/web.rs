//! The only file that knows JavaScript exists: reads arguments, calls the core, writes the result.
//!
//! Small records cross through `serde-wasm-bindgen`, arrays of numbers are copied into and out of typed arrays that the
//! caller owns, errors leave as `JsError`.

use std::rc::Rc;

use js_sys::{Float32Array, Object, Reflect, Uint8Array, Uint32Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::{Performance, WorkerGlobalScope};

use crate::Error;
use crate::data::{self, CLASSES, IMAGE_SIDE, MAX_EXAMPLES, PIXELS, Part};
use crate::digit::strokes;
use crate::kernels::sparse::SparseRows;
use crate::landscape::{Landscape, places};
use crate::network::{Activation, Cost, Pass};
use crate::random::{Random, Stream};
use crate::train::{
    BATCH_SIZES, Changes, Extent, HIDDEN_LAYERS, LAYER_CHOICES, LEARNING_RATE, LEARNING_RATES,
    NEURONS, Optimizer, Options, PlaneView, Preset, Report, Schedule, Trainer,
};

type Result<T> = std::result::Result<T, JsError>;

/// Sends panics to the console with their place, before they end the instance.
#[wasm_bindgen(start)]
fn start() {
    std::panic::set_hook(Box::new(|info| {
        web_sys::console::error_1(&info.to_string().into());
    }));
}

#[derive(Serialize)]
struct Range<T> {
    min: T,
    max: T,
}

impl<T> From<(T, T)> for Range<T> {
    fn from((min, max): (T, T)) -> Self {
        Self { min, max }
    }
}

#[derive(Serialize)]
struct Presets {
    video: Options,
    best: Options,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Limits {
    image_side: usize,
    pixels: usize,
    classes: usize,
    max_examples: usize,
    hidden_layers: Range<usize>,
    neurons: Range<usize>,
    learning_rate: Range<f64>,
    learning_rates: [f64; LEARNING_RATES.len()],
    batch_sizes: [usize; BATCH_SIZES.len()],
    layer_choices: Vec<&'static [usize]>,
    seed: Range<u32>,
    activations: [Activation; Activation::ALL.len()],
    costs: [Cost; Cost::ALL.len()],
    optimizers: [Optimizer; Optimizer::ALL.len()],
    schedules: [Schedule; Schedule::ALL.len()],
    option_names: [&'static str; Changes::NAMES.len()],
    presets: Presets,
}

/// All sizes, ranges, choices and defaults that the page needs to know.
///
/// # Errors
/// Never in practice: plain records can be written.
#[wasm_bindgen]
pub fn limits() -> Result<JsValue> {
    let preset = |preset| Options::preset(preset, MAX_EXAMPLES);
    to_js(&Limits {
        image_side: IMAGE_SIDE,
        pixels: PIXELS,
        classes: CLASSES,
        max_examples: MAX_EXAMPLES,
        hidden_layers: HIDDEN_LAYERS.into(),
        neurons: NEURONS.into(),
        learning_rate: LEARNING_RATE.into(),
        learning_rates: LEARNING_RATES,
        batch_sizes: BATCH_SIZES,
        layer_choices: LAYER_CHOICES.to_vec(),
        seed: (0, u32::MAX).into(),
        activations: Activation::ALL,
        costs: Cost::ALL,
        optimizers: Optimizer::ALL,
        schedules: Schedule::ALL,
        option_names: Changes::NAMES,
        presets: Presets {
            video: preset(Preset::Video),
            best: preset(Preset::Best),
        },
    })
}

/// A seed that nobody chose, from the browser's randomness.
///
/// # Errors
/// If the browser has none to give.
#[wasm_bindgen]
pub fn new_seed() -> Result<u32> {
    Ok(getrandom::u32()?)
}

/// A picture of raw noise.
///
/// * `pixels`: `[PIXELS]`, 0 to 255, the result
///
/// # Errors
/// If the array has another length.
#[wasm_bindgen]
pub fn noise(seed: u32, pixels: &Float32Array) -> Result<()> {
    let mut random = Random::new(seed, Stream::Noise);
    write(pixels, &[(); PIXELS].map(|()| 255.0 * random.uniform()))
}

/// Labelled images that sessions learn from.
#[wasm_bindgen]
#[derive(Clone, Debug)]
pub struct Dataset(Rc<data::Dataset>);

#[derive(Serialize)]
struct Counts {
    train: usize,
    test: usize,
}

#[wasm_bindgen]
impl Dataset {
    /// The data set that the page ships.
    ///
    /// # Errors
    /// If the bytes are not such a file.
    pub fn packed(bytes: &[u8]) -> Result<Self> {
        Ok(Self(Rc::new(data::Dataset::from_packed(bytes)?)))
    }

    /// A pair of IDX files, plain or gzip.
    ///
    /// # Errors
    /// If the bytes are not such files.
    pub fn idx(images: &[u8], labels: &[u8]) -> Result<Self> {
        Ok(Self(Rc::new(data::Dataset::from_idx(images, labels)?)))
    }

    /// How many examples there are to train on, and how many are held back.
    ///
    /// # Errors
    /// Never in practice.
    pub fn counts(&self) -> Result<JsValue> {
        to_js(&Counts {
            train: self.0.len(Part::Train),
            test: self.0.len(Part::Test),
        })
    }

    /// Where the images come from, and their licence.
    #[must_use]
    pub fn provenance(&self) -> String {
        self.0.provenance().to_owned()
    }

    /// One image and its label.
    ///
    /// * `pixels`: `[PIXELS]`, 0 to 255, the result
    ///
    /// # Errors
    /// If there is no such image.
    pub fn example(&self, set: &str, index: usize, pixels: &Float32Array) -> Result<u8> {
        let part = part(set)?;
        let (image, label) = self.0.example(part, index).ok_or_else(|| {
            let last = self.0.len(part) - 1;
            Error::option("index", format!("an image from 0 to {last}"), index)
        })?;
        let image: Vec<f32> = image.iter().map(|&byte| f32::from(byte)).collect();
        write(pixels, &image)?;
        Ok(label)
    }
}

/// One run: a network and its trainer.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Session {
    data: Dataset,
    trainer: Trainer,
    /// For reading single images.
    pass: Pass,
    /// The plane that was laid last.
    plane: Option<(Extent, Landscape)>,
    /// Parameters at the last call of `parameters_and_change`.
    shown: Vec<f32>,
    /// The last divergence, if nothing was changed since.
    diverged: Option<Divergence>,
    clock: Performance,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Divergence {
    step: u32,
    cost: f64,
}

#[derive(Serialize)]
struct Progress {
    #[serde(flatten)]
    report: Report,
    steps: u32,
    seconds: f64,
    done: bool,
}

#[derive(Serialize)]
struct PlaneRecord {
    #[serde(flatten)]
    view: PlaneView,
    extent: Extent,
}

#[wasm_bindgen]
impl Session {
    /// A new run. Options left out are those of preset video; unknown ones are refused.
    ///
    /// # Errors
    /// If an option is unknown, of the wrong type or out of its range.
    #[wasm_bindgen(constructor)]
    pub fn new(data: &Dataset, options: &JsValue) -> Result<Self> {
        let available = data.0.len(Part::Train);
        let defaults = Options::preset(Preset::Video, available);
        let options = defaults.with(changes(options)?, available)?;
        Self::with(data.clone(), Trainer::new(&data.0, options)?)
    }

    fn with(data: Dataset, trainer: Trainer) -> Result<Self> {
        let clock = js_sys::global()
            .dyn_into::<WorkerGlobalScope>()
            .ok()
            .and_then(|scope| scope.performance())
            .ok_or_else(|| JsError::new("clock: expected a worker with performance.now()"))?;
        Ok(Self {
            pass: Pass::new(trainer.network().sizes()),
            data,
            trainer,
            plane: None,
            shown: Vec::new(),
            diverged: None,
            clock,
        })
    }

    fn replace(&mut self, trainer: Trainer) {
        self.pass = Pass::new(trainer.network().sizes());
        self.trainer = trainer;
        self.shown.clear();
        self.plane = None;
        self.diverged = None;
    }

    /// Notes a divergence on its way out.
    fn noted<T>(&mut self, result: std::result::Result<T, Error>) -> Result<T> {
        if let Err(Error::Diverged { step, cost }) = result {
            self.diverged = Some(Divergence { step, cost });
        }
        Ok(result?)
    }

    /// All options in force.
    ///
    /// # Errors
    /// Never in practice.
    pub fn options(&self) -> Result<JsValue> {
        to_js(self.trainer.options())
    }

    /// Restarts with some options changed.
    ///
    /// # Errors
    /// If an option is unknown, of the wrong type or out of its range; then the run goes on.
    pub fn configure(&mut self, options: &JsValue) -> Result<()> {
        let available = self.data.0.len(Part::Train);
        let options = self.trainer.options().with(changes(options)?, available)?;
        let trainer = Trainer::new(&self.data.0, options)?;
        self.replace(trainer);
        Ok(())
    }

    /// Restarts on other data with the options in force, all of its training examples used.
    ///
    /// # Errors
    /// Never in practice: the options have been checked.
    pub fn set_data(&mut self, data: &Dataset) -> Result<()> {
        let mut options = self.trainer.options().clone();
        options.training_examples = data.0.len(Part::Train);
        let trainer = Trainer::new(&data.0, options)?;
        self.data = data.clone();
        self.replace(trainer);
        Ok(())
    }

    /// Back to the very same first weights.
    pub fn reset(&mut self) {
        self.trainer.reset();
        self.shown.clear();
        self.plane = None;
        self.diverged = None;
    }

    /// Another learning rate from the next step on.
    ///
    /// # Errors
    /// If it is out of its range.
    pub fn set_learning_rate(&mut self, rate: f64) -> Result<()> {
        self.diverged = None;
        let result = self.trainer.set_learning_rate(rate);
        self.noted(result)
    }

    /// Another batch size from the next step on.
    ///
    /// # Errors
    /// If it is out of its range.
    pub fn set_batch_size(&mut self, size: usize) -> Result<()> {
        self.diverged = None;
        let result = self.trainer.set_batch_size(size);
        self.noted(result)
    }

    /// One step, and what it did.
    ///
    /// # Errors
    /// If the run diverges; the state before the step is kept.
    pub fn train_step(&mut self) -> Result<JsValue> {
        let result = self.trainer.observed_step();
        to_js(&self.noted(result)?)
    }

    /// Some steps at full speed: at most `steps`, at least one, and no further one once `milliseconds` have passed.
    ///
    /// # Errors
    /// If the run diverges; the state before the step is kept.
    pub fn train(&mut self, steps: u32, milliseconds: f64) -> Result<JsValue> {
        /// Steps between two looks at the clock: far less than a millisecond.
        const UNTIMED: u32 = 8;
        let start = self.clock.now();
        let mut made = 0;
        let report = loop {
            let result = self.trainer.step();
            let report = self.noted(result)?;
            made += 1;
            let large = self.trainer.options().batch_size > 128;
            let timed = large || made % UNTIMED == 0;
            if made >= steps || (timed && self.clock.now() - start >= milliseconds) {
                break report;
            }
        };
        let result = self.trainer.settle();
        self.noted(result)?;
        to_js(&Progress {
            report,
            steps: made,
            seconds: (self.clock.now() - start) / 1_000.0,
            done: self.trainer.is_done(),
        })
    }

    /// How far the run has come; the cost is that of the last step's batch, which the caller passes in.
    ///
    /// # Errors
    /// Never in practice.
    pub fn report(&self, cost: f64) -> Result<JsValue> {
        to_js(&self.trainer.report(cost))
    }

    /// The step at which the run diverged and the cost there, if it did.
    ///
    /// # Errors
    /// Never in practice.
    pub fn diverged(&self) -> Result<JsValue> {
        self.diverged
            .map_or(Ok(JsValue::UNDEFINED), |diverged| to_js(&diverged))
    }

    /// Cost, accuracy and confusion matrix on the `"test"` or `"train"` images.
    ///
    /// * `limit`: how many images at most, 0 for all
    ///
    /// # Errors
    /// If the set has another name.
    pub fn evaluate(&mut self, set: &str, limit: usize) -> Result<JsValue> {
        to_js(&self.trainer.evaluate(part(set)?, limit))
    }

    /// Reads an image.
    ///
    /// * `pixels`: `[PIXELS]`, 0 to 255, ink high
    /// * `input`: `[PIXELS]`, 0 to 1, a result: what the network sees
    /// * `scores`: `[CLASSES]`, a result: the outputs
    /// * returns the digit
    ///
    /// # Errors
    /// If an array has another length, or a pixel is out of its range.
    pub fn predict(
        &mut self,
        pixels: &Float32Array,
        input: &Float32Array,
        scores: &Float32Array,
    ) -> Result<u8> {
        self.prepare(pixels, input)?;
        self.scores(input, scores)
    }

    /// Reads a drawing.
    ///
    /// * `points`: x and y of all points, stroke after stroke, in any unit, y down
    /// * `lengths`: points per stroke
    /// * `input`, `scores`: as in [`predict`](Self::predict)
    /// * returns the digit; nothing if nothing is drawn
    ///
    /// # Errors
    /// If the lengths do not fit the points, or a coordinate is not finite.
    pub fn predict_strokes(
        &mut self,
        points: &Float32Array,
        lengths: &Uint32Array,
        input: &Float32Array,
        scores: &Float32Array,
    ) -> Result<Option<u8>> {
        if self.prepare_strokes(points, lengths, input)? {
            Ok(Some(self.scores(input, scores)?))
        } else {
            Ok(None)
        }
    }

    /// An image as the network takes it in: see [`predict`](Self::predict).
    ///
    /// # Errors
    /// If an array has another length, or a pixel is out of its range.
    pub fn prepare(&self, pixels: &Float32Array, input: &Float32Array) -> Result<()> {
        let mut ink = read::<PIXELS>("pixels", pixels)?;
        if let Some(place) = ink.iter().position(|p| !(0.0..=255.0).contains(p)) {
            let found = format!("{} at index {place}", ink[place]);
            return Err(Error::format("pixels", "numbers from 0 to 255", found).into());
        }
        ink.iter_mut().for_each(|value| *value /= 255.0);
        self.finish(&ink, input)
    }

    /// A drawing as the network takes it in: see [`predict_strokes`](Self::predict_strokes).
    ///
    /// # Errors
    /// As there.
    pub fn prepare_strokes(
        &self,
        points: &Float32Array,
        lengths: &Uint32Array,
        input: &Float32Array,
    ) -> Result<bool> {
        let (points, lengths) = (points.to_vec(), lengths.to_vec());
        let total: usize = lengths.iter().map(|&length| length as usize).sum();
        Error::check_length("coordinates of the strokes", 2 * total, points.len())?;
        let mut points = points
            .chunks_exact(2)
            .map(|p| [f64::from(p[0]), f64::from(p[1])]);
        let strokes: Vec<Vec<strokes::Point>> = lengths
            .iter()
            .map(|&length| points.by_ref().take(length as usize).collect())
            .collect();
        let mut ink = [0.0; PIXELS];
        let drawn = strokes::draw(&strokes, &mut ink)?;
        self.finish(&ink, input)?;
        Ok(drawn)
    }

    fn finish(&self, ink: &[f32; PIXELS], input: &Float32Array) -> Result<()> {
        let mut prepared = [0.0; PIXELS];
        data::prepare_ink(ink, self.trainer.options().straighten, &mut prepared);
        write(input, &prepared)
    }

    /// Sends a prepared input through the network to read with.
    ///
    /// * `input`: `[PIXELS]`, 0 to 1
    /// * `activations`: the result, hidden layers then outputs, `[16 + 16 + 10]` for the default network
    /// * returns the digit
    ///
    /// # Errors
    /// If an array has another length, or the input is not finite.
    pub fn forward(&mut self, input: &Float32Array, activations: &Float32Array) -> Result<u8> {
        let mut values = vec![0.0; self.trainer.network().sizes()[1..].iter().sum()];
        let digit = self.pass_through(input)?;
        self.pass.read(0, &mut values);
        write(activations, &values)?;
        Ok(digit)
    }

    /// Cost of the outputs that [`forward`](Self::forward) or [`predict`](Self::predict) would give for an input, were
    /// `label` wanted.
    ///
    /// # Errors
    /// If the input has another length, or the label is no digit.
    pub fn cost_of(&mut self, input: &Float32Array, label: u8) -> Result<f64> {
        if usize::from(label) >= CLASSES {
            return Err(Error::option("label", "a digit from 0 to 9", label).into());
        }
        let rows = self.single(input)?;
        let reader = self.trainer.reader();
        Ok(self.pass.forward(&reader, &rows, &[0], &[label]))
    }

    fn scores(&mut self, input: &Float32Array, scores: &Float32Array) -> Result<u8> {
        let digit = self.pass_through(input)?;
        let sizes = self.trainer.network().sizes();
        let mut values = vec![0.0; sizes[1..].iter().sum()];
        self.pass.read(0, &mut values);
        write(scores, &values[values.len() - CLASSES..])?;
        Ok(digit)
    }

    fn pass_through(&mut self, input: &Float32Array) -> Result<u8> {
        let rows = self.single(input)?;
        let reader = self.trainer.reader();
        // The label only matters for the cost, which nobody asks for here.
        let _ = self.pass.forward(&reader, &rows, &[0], &[0]);
        Ok(self.pass.largest(1).next().unwrap_or_default())
    }

    /// One input as the only row of examples.
    fn single(&self, input: &Float32Array) -> Result<SparseRows> {
        let values = read::<PIXELS>("input", input)?;
        if values.iter().any(|v| !v.is_finite()) {
            return Err(Error::format("input", "finite numbers", "others").into());
        }
        let mut rows = SparseRows::new(PIXELS);
        rows.push(&values);
        Ok(rows)
    }

    /// How many weights and biases there are.
    #[must_use]
    pub fn parameter_count(&self) -> usize {
        self.trainer.network().parameters.count()
    }

    /// Neurons per layer, inputs first.
    #[must_use]
    pub fn sizes(&self) -> Uint32Array {
        let sizes = self.trainer.network().sizes().iter();
        let sizes: Vec<u32> = sizes.filter_map(|&size| u32::try_from(size).ok()).collect();
        Uint32Array::from(sizes.as_slice())
    }

    /// The parameters as training left them, layer by layer, weights `[in, out]` row by row, then biases.
    ///
    /// # Errors
    /// If the array has another length.
    pub fn parameters(&self, out: &Float32Array) -> Result<()> {
        write(out, &self.trainer.network().parameters.to_vec())
    }

    /// The parameters that reading goes by: the running average if one is kept.
    ///
    /// # Errors
    /// If the array has another length.
    pub fn average(&self, out: &Float32Array) -> Result<()> {
        write(out, &self.trainer.average().to_vec())
    }

    /// Puts other parameters in the place of the present ones.
    ///
    /// # Errors
    /// If their number is wrong or one is not finite.
    pub fn set_parameters(&mut self, values: &Float32Array) -> Result<()> {
        self.trainer.set_parameters(&values.to_vec())?;
        self.diverged = None;
        Ok(())
    }

    /// Gradient of the cost on the batch to come, in the order of [`parameters`](Self::parameters); returns that cost.
    ///
    /// # Errors
    /// If the array has another length.
    pub fn gradient(&mut self, out: &Float32Array) -> Result<f64> {
        let (cost, gradient) = self.trainer.gradient();
        write(out, &gradient.to_vec())?;
        Ok(cost)
    }

    /// The cost along the step to come, at equal distances from `from` to `to`, in step lengths.
    ///
    /// * `batch`, `fixed`: the results, on the batch and on a fixed thousand of training examples
    ///
    /// # Errors
    /// If the arrays have not the same length.
    pub fn slice(
        &mut self,
        from: f32,
        to: f32,
        batch: &Float32Array,
        fixed: &Float32Array,
    ) -> Result<JsValue> {
        let [mut on_batch, mut on_fixed] = [batch, fixed].map(|a| vec![0.0; a.length() as usize]);
        let slice = self.trainer.slice(from, to, &mut on_batch, &mut on_fixed)?;
        write(batch, &on_batch)?;
        write(fixed, &on_fixed)?;
        to_js(&slice)
    }

    /// The `count` parameters that the batch to come wants to move most.
    ///
    /// # Errors
    /// Never in practice.
    pub fn nudges(&mut self, count: usize) -> Result<JsValue> {
        to_js(&self.trainer.nudges(count))
    }

    /// What the cost of the batch to come would do if one parameter alone were changed; the run stays as it is.
    ///
    /// # Errors
    /// If there is no such parameter, or the change is not finite.
    pub fn try_nudge(&mut self, index: usize, change: f32) -> Result<JsValue> {
        to_js(&self.trainer.try_nudge(index, change)?)
    }

    /// The parameters, and what has become of each since the last call.
    ///
    /// * `values`, `change`: results, in the order of [`parameters`](Self::parameters); the first change after a
    ///   restart is zero
    ///
    /// # Errors
    /// If an array has another length.
    pub fn parameters_and_change(
        &mut self,
        values: &Float32Array,
        change: &Float32Array,
    ) -> Result<()> {
        let now = self.trainer.network().parameters.to_vec();
        if self.shown.len() != now.len() {
            self.shown.clone_from(&now);
        }
        let changes: Vec<f32> = now
            .iter()
            .zip(&self.shown)
            .map(|(now, then)| now - then)
            .collect();
        write(values, &now)?;
        write(change, &changes)?;
        self.shown = now;
        Ok(())
    }

    /// Lays a plane through where the run stands, along the two directions that hold most of its path so far:
    /// `{share, path: [[x, y], ...], steps, extent: {left, bottom, right, top}}`, the last place being the origin; nothing
    /// before two steps are made. [`plane_costs`](Self::plane_costs) then measures the cost over it.
    ///
    /// * `aspect`: width over height of the extent
    ///
    /// # Errors
    /// Never in practice.
    pub fn plane(&mut self, aspect: f32) -> Result<JsValue> {
        match self.trainer.plane() {
            None => Ok(JsValue::UNDEFINED),
            Some((view, landscape)) => {
                let extent = view.extent(aspect);
                self.plane = Some((extent, landscape));
                to_js(&PlaneRecord { view, extent })
            }
        }
    }

    /// Cost at the points of a grid over the plane's extent, row by row from the lower left, for about so long.
    ///
    /// * `side`: points along each side
    /// * `costs`: `[side * side]`, the result
    /// * `first`: the point to begin with
    /// * returns the first point that is not measured yet; `side * side` when all are
    ///
    /// # Errors
    /// If the array has another length or no plane was laid.
    pub fn plane_costs(
        &mut self,
        side: usize,
        costs: &Float32Array,
        first: usize,
        milliseconds: f64,
    ) -> Result<usize> {
        Error::check_length("costs", side * side, costs.length() as usize)?;
        let (extent, plane) = self
            .plane
            .as_mut()
            .ok_or_else(|| Error::format("plane", "a plane laid by plane()", "none"))?;
        let start = self.clock.now();
        let columns: Vec<f32> = places(extent.left, extent.right, side).collect();
        let rows: Vec<f32> = places(extent.bottom, extent.top, side).collect();
        let mut at = first;
        while at < side * side {
            #[expect(clippy::cast_possible_truncation, reason = "f64 to f32 only rounds")]
            let cost = plane.cost(&[columns[at % side], rows[at / side]]) as f32;
            costs.set_index(u32::try_from(at).unwrap_or_default(), cost);
            at += 1;
            if self.clock.now() - start >= milliseconds {
                break;
            }
        }
        Ok(at)
    }

    /// What one neuron makes of an input: its bias, the largest products of weight and activation, the exact sum, the
    /// activation.
    ///
    /// * `layer`: layer of weights, 0 for the first hidden neurons
    /// * `count`: how many products are told
    ///
    /// # Errors
    /// If there is no such neuron, or the input has another length.
    pub fn neuron(
        &mut self,
        input: &Float32Array,
        layer: usize,
        neuron: usize,
        count: usize,
    ) -> Result<JsValue> {
        let input = read::<PIXELS>("input", input)?;
        to_js(
            &self
                .trainer
                .reader()
                .explain(&input, layer, neuron, count)?,
        )
    }

    /// What each output adds to the cost of an input, were `label` wanted.
    ///
    /// * `shares`: `[CLASSES]`, the result: squares of the differences, or minus the logarithm at the wanted output
    ///
    /// # Errors
    /// If an array has another length, or the label is no digit.
    pub fn cost_shares(
        &mut self,
        input: &Float32Array,
        label: u8,
        shares: &Float32Array,
    ) -> Result<()> {
        let mut outputs = vec![0.0; self.trainer.network().sizes()[1..].iter().sum()];
        let _ = self.cost_of(input, label)?;
        self.pass.read(0, &mut outputs);
        let outputs = &outputs[outputs.len() - CLASSES..];
        write(shares, &self.trainer.network().cost.shares(outputs, label))
    }

    /// The whole run as bytes.
    ///
    /// # Errors
    /// If the run diverges at a last look.
    pub fn save(&mut self) -> Result<Uint8Array> {
        let result = self.trainer.save();
        Ok(Uint8Array::from(self.noted(result)?.as_slice()))
    }

    /// Goes on with a saved run.
    ///
    /// # Errors
    /// If the bytes are no saved run on these data; then nothing is changed.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<()> {
        let trainer = Trainer::restore(&self.data.0, bytes)?;
        self.replace(trainer);
        Ok(())
    }
}

/// The part of a data set that a name means.
fn part(set: &str) -> Result<Part> {
    match set {
        "train" => Ok(Part::Train),
        "test" => Ok(Part::Test),
        other => {
            let found = format!("\"{other}\"");
            Err(Error::option("set", "\"test\" or \"train\"", found).into())
        }
    }
}

/// Options from a plain object. Each field is read by itself, so that a refusal can name it.
fn changes(options: &JsValue) -> Result<Changes> {
    let mut changes = Changes::default();
    if options.is_undefined() || options.is_null() {
        return Ok(changes);
    }
    let object = options
        .dyn_ref::<Object>()
        .filter(|_| !js_sys::Array::is_array(options) && !options.is_function())
        .ok_or_else(|| {
            let found = format!("{options:?}");
            Error::format("options", "an object", found)
        })?;
    for name in Object::keys(object).iter() {
        let value = Reflect::get(object, &name).unwrap_or(JsValue::UNDEFINED);
        let name = name.as_string().unwrap_or_default();
        if !Changes::NAMES.contains(&name.as_str()) {
            let expected = format!("one of {}", Changes::NAMES.join(", "));
            return Err(Error::format("options", expected, format!("\"{name}\"")).into());
        }
        if value.is_undefined() {
            continue;
        }
        let single = Object::new();
        let _ = Reflect::set(&single, &name.as_str().into(), &value);
        // `serde` would ask a string for its entries and fail without a word on what it expected.
        if name == "layers" && !js_sys::Array::is_array(&value) {
            let found = format!("{value:?}");
            return Err(
                Error::option("layers", "an array of sizes such as [16, 16]", found).into(),
            );
        }
        let one: Changes = serde_wasm_bindgen::from_value(single.into())
            .map_err(|error| JsError::new(&format!("option {name}: {error}")))?;
        changes.merge(one);
    }
    Ok(changes)
}

/// A record as a plain object; large counts as plain numbers.
fn to_js(record: &impl Serialize) -> Result<JsValue> {
    let serializer = serde_wasm_bindgen::Serializer::new()
        .serialize_maps_as_objects(true)
        .serialize_missing_as_null(true);
    Ok(record.serialize(&serializer)?)
}

/// The numbers of an array of fixed length.
fn read<const N: usize>(what: &'static str, array: &Float32Array) -> Result<[f32; N]> {
    Error::check_length(what, N, array.length() as usize)?;
    let mut values = [0.0; N];
    array.copy_to(&mut values);
    Ok(values)
}

/// Copies numbers into an array of the caller's.
fn write(array: &Float32Array, values: &[f32]) -> Result<()> {
    Error::check_length(
        "array for the result",
        values.len(),
        array.length() as usize,
    )?;
    array.copy_from(values);
    Ok(())
}
