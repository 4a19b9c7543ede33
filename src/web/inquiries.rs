//! Questions about single images, for JavaScript: how each was read, why, and what it came through.

use js_sys::{Float32Array, Float64Array, Uint32Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::convert::{both, part, read, to_js, write};
use super::{Drawings, Result, Session};
use crate::data::views::Views;
use crate::data::{CLASSES, PIXELS};
use crate::digit::journey::Journey;
use crate::digit::strokes;
use crate::network::Voice;
use crate::train::{Survey, surest};

#[derive(Serialize)]
struct EvidenceRecord {
    digit: usize,
    rival: usize,
    difference: f32,
    voices: Vec<Voice>,
}

#[wasm_bindgen]
impl Session {
    /// Whether single images are read as the average over sixteen fixed views of them.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn averaging(&self) -> bool {
        self.averaging
    }

    /// Switches that average on or off.
    #[wasm_bindgen(setter)]
    pub fn set_averaging(&mut self, on: bool) {
        self.averaging = on;
    }

    /// The views to average over, if that is on.
    pub(super) fn views(&mut self) -> Option<Views> {
        if !self.averaging {
            return None;
        }
        let views = self.views.take().unwrap_or_else(|| {
            let options = self.trainer.options();
            Views::new(options.straighten, options.training_examples)
        });
        Some(views)
    }

    /// Works with the views, and puts them back where they wait.
    pub(super) fn with_views<T>(
        &mut self,
        work: impl FnOnce(&mut Self, Option<&mut Views>) -> T,
    ) -> T {
        let mut views = self.views();
        let result = work(self, views.as_mut());
        self.views = views.or(self.views.take());
        result
    }

    /// Cost, accuracy, confusion matrix, recall of each digit and the surest mistakes on the `"test"` or `"train"` images.
    ///
    /// * `limit`: how many images at most, 0 for all
    /// * `count`: how many mistakes are told
    ///
    /// # Errors
    /// If the set has another name.
    pub fn survey(&mut self, set: &str, limit: usize, count: usize) -> Result<JsValue> {
        let part = part(set)?;
        let (cost, readings) =
            self.with_views(|session, views| session.trainer.readings(part, limit, views));
        let survey = Survey::new(cost, &readings, CLASSES, count);
        both(&survey.evaluation, &survey)
    }

    /// The images of one cell of the confusion matrix, the surest first.
    ///
    /// * `set`, `limit`: as in [`survey`](Self::survey)
    /// * `count`: how many are told at most
    ///
    /// # Errors
    /// If the set has another name.
    pub fn behind(
        &mut self,
        set: &str,
        limit: usize,
        label: u8,
        read: u8,
        count: usize,
    ) -> Result<JsValue> {
        let part = part(set)?;
        let (_, readings) =
            self.with_views(|session, views| session.trainer.readings(part, limit, views));
        let cell = surest(&readings, count, |r| r.label == label && r.read == read);
        to_js(&cell)
    }

    /// How each drawing is read.
    ///
    /// # Errors
    /// Never in practice: the drawings have been checked.
    pub fn read_drawings(&mut self, drawings: &Drawings) -> Result<JsValue> {
        let (images, labels) = (drawings.0.images(), drawings.0.labels());
        let readings =
            self.with_views(|session, views| session.trainer.readings_of(images, labels, views))?;
        to_js(&readings)
    }

    /// What speaks for the likeliest digit against the next one: `{digit, rival, difference, voices: [{neuron, share}]}`.
    ///
    /// * `shares`: `[PIXELS]`, a result: gradient times input of the difference
    /// * `products`: `[voices, PIXELS]`, a result: weight times pixel of the first-layer neurons that matter most; its
    ///   length says how many at most
    ///
    /// # Errors
    /// If an array has another length.
    pub fn evidence(
        &mut self,
        input: &Float32Array,
        shares: &Float32Array,
        products: &Float32Array,
    ) -> Result<JsValue> {
        let count = products.length() as usize / PIXELS;
        let values = read::<PIXELS>("input", input)?;
        let evidence = self.trainer.reader().evidence(&values, count)?;
        write(shares, &evidence.inputs)?;
        let mut all = evidence.products;
        all.resize(products.length() as usize, 0.0);
        write(products, &all)?;
        to_js(&EvidenceRecord {
            digit: evidence.digit,
            rival: evidence.rival,
            difference: evidence.difference,
            voices: evidence.voices,
        })
    }

    /// The training images that resemble an input most: `[{index, label, cosine}]`, the most alike first.
    ///
    /// # Errors
    /// If the input has another length.
    pub fn nearest(&self, input: &Float32Array, count: usize) -> Result<JsValue> {
        let values = read::<PIXELS>("input", input)?;
        to_js(&self.trainer.nearest(&values, count)?)
    }

    /// Which training images the coming step learns from, in order.
    pub fn coming(&self) -> Vec<u32> {
        self.trainer.coming().to_vec()
    }

    /// What the network is told that a training image is.
    ///
    /// # Errors
    /// If there is no such image.
    pub fn told(&self, index: usize) -> Result<u8> {
        Ok(self.trainer.told(index)?)
    }

    /// A training image as the network sees it.
    ///
    /// * `input`: `[PIXELS]`, the result
    ///
    /// # Errors
    /// If there is no such image.
    pub fn training_input(&self, index: usize, input: &Float32Array) -> Result<()> {
        let mut values = [0.0; PIXELS];
        self.trainer.training_input(index, &mut values)?;
        write(input, &values)
    }

    /// The way of a drawing to the input, stage by stage; nothing if nothing is drawn.
    ///
    /// * `side`: side of the pad, in units of the points
    ///
    /// # Errors
    /// As [`predict_strokes`](Self::predict_strokes).
    pub fn journey_of_strokes(
        &self,
        points: &Float64Array,
        lengths: &Uint32Array,
        side: f64,
    ) -> Result<JsValue> {
        let mut ink = [0.0; PIXELS];
        match strokes::place(&super::reading::strokes(points, lengths)?, &mut ink)? {
            None => Ok(JsValue::UNDEFINED),
            Some(placement) => {
                let straighten = self.trainer.options().straighten;
                to_js(&Journey::new(Some(&placement), side, &ink, straighten))
            }
        }
    }

    /// The way of an image of the data set to the input.
    ///
    /// * `pixels`: `[PIXELS]`, 0 to 255
    ///
    /// # Errors
    /// If the array has another length.
    pub fn journey(&self, pixels: &Float32Array) -> Result<JsValue> {
        let ink = super::reading::ink(pixels)?;
        let straighten = self.trainer.options().straighten;
        to_js(&Journey::new(None, 1.0, &ink, straighten))
    }
}
