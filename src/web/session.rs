//! One run, for JavaScript: its options, its training, its parameters, its state as bytes.

use js_sys::{Float32Array, Uint8Array, Uint32Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::{Performance, WorkerGlobalScope};

use super::convert::{both, part, to_js, write};
use super::options::changes;
use super::{Dataset, Result};
use crate::Error;
use crate::data::views::Views;
use crate::data::{PIXELS, Part};
use crate::kernels::sparse::SparseRows;
use crate::landscape::Landscape;
use crate::network::{Parameters, Pass};
use crate::train::{Extent, Options, Preset, Trainer};

/// One run: a network and its trainer.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Session {
    pub(super) data: Dataset,
    pub(super) trainer: Trainer,
    /// For reading single images.
    pub(super) pass: Pass,
    /// The one read last.
    pub(super) single: SparseRows,
    /// The plane that was laid last.
    pub(super) plane: Option<(Extent, Landscape)>,
    /// Whether single images are read as an average over views, and those views once they were needed.
    pub(super) averaging: bool,
    pub(super) views: Option<Views>,
    /// The way of a run that is kept to compare with.
    pub(super) kept: Vec<Parameters>,
    /// Parameters at the last call of `parameters_and_change`.
    pub(super) shown: Vec<f32>,
    /// The last divergence, if nothing was changed since.
    diverged: Option<Divergence>,
    pub(super) clock: Performance,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Divergence {
    step: u32,
    cost: f64,
    /// The cost is a number, but no step leads on from here.
    dead: bool,
    /// And none led here: the network said the same to every image with its first weights.
    silent: bool,
}

#[derive(Serialize)]
struct Progress {
    steps: u32,
    seconds: f64,
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
            single: SparseRows::new(PIXELS),
            plane: None,
            kept: Vec::new(),
            averaging: false,
            views: None,
            shown: Vec::new(),
            diverged: None,
            clock,
        })
    }

    fn replace(&mut self, trainer: Trainer) {
        self.pass = Pass::new(trainer.network().sizes());
        self.trainer = trainer;
        self.views = None;
        self.shown.clear();
        self.plane = None;
        self.diverged = None;
    }

    /// Notes a divergence on its way out.
    fn noted<T>(&mut self, result: std::result::Result<T, Error>) -> Result<T> {
        let dead = matches!(result, Err(Error::Dead { .. } | Error::Silent { .. }));
        let silent = matches!(result, Err(Error::Silent { .. }));
        if let Err(
            Error::Diverged { step, cost }
            | Error::Dead { step, cost }
            | Error::Silent { step, cost },
        ) = result
        {
            self.diverged = Some(Divergence {
                step,
                cost,
                dead,
                silent,
            });
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
        let observation = self.noted(result)?;
        both(&observation.report, &observation)
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
        let progress = Progress {
            steps: made,
            seconds: (self.clock.now() - start) / 1_000.0,
        };
        both(&report, &progress)
    }

    /// How far the run has come; the cost is that of the last step's batch, which the caller passes in.
    ///
    /// # Errors
    /// Never in practice.
    pub fn report(&self, cost: f64) -> Result<JsValue> {
        to_js(&self.trainer.report(cost))
    }

    /// Finds the step that went too far and looks back at where it was made from: `{step, from, stepLength, turn, cost,
    /// costAfter}`, `turn` being where its cost began to rise, in step lengths, and `from` the last sound step that is
    /// remembered. Nothing if no step made its batch worse.
    ///
    /// # Errors
    /// If the run diverges at a last look.
    pub fn find_overshoot(&mut self) -> Result<JsValue> {
        match self.trainer.find_overshoot()? {
            None => Ok(JsValue::UNDEFINED),
            Some(overshoot) => to_js(&overshoot),
        }
    }

    /// Whether the run can learn from where it stands or is looked at.
    #[must_use]
    pub fn is_sound(&mut self) -> bool {
        self.trainer.is_sound()
    }

    /// The last remembered step from which the run could still learn, or the first of all; known after
    /// [`find_overshoot`](Self::find_overshoot).
    #[must_use]
    pub fn sound_stop(&self) -> Option<u32> {
        self.trainer.sound_stop()
    }

    /// The step at which the run diverged and the cost there, if it did; `dead` if the cost is a number still.
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

    /// Remembers where the run stands, to be looked back at.
    ///
    /// # Errors
    /// If the run diverges at a last look.
    pub fn keep(&mut self) -> Result<()> {
        let result = self.trainer.keep();
        self.noted(result)
    }

    /// The steps that can be looked back at, ascending.
    #[must_use]
    pub fn stops(&self) -> Uint32Array {
        Uint32Array::from(self.trainer.stops().as_slice())
    }

    /// Puts the run where it was at the remembered step nearest to `step`, until it returns or goes on from there.
    ///
    /// # Errors
    /// If the run diverges at a last look.
    pub fn look_back(&mut self, step: u32) -> Result<()> {
        let result = self.trainer.look_back(step);
        self.noted(result)?;
        self.diverged = None;
        Ok(())
    }

    /// Ends looking back.
    pub fn return_to_newest(&mut self) {
        self.trainer.return_to_newest();
    }

    /// The run goes on from where it was put: what came after is forgotten.
    pub fn go_on_from_here(&mut self) {
        self.trainer.go_on_from_here();
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
