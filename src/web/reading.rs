//! Reading images and drawings, for JavaScript.

use js_sys::{Float32Array, Uint32Array};
use wasm_bindgen::prelude::*;

use super::convert::{read, write};
use super::{Result, Session};
use crate::Error;
use crate::data::{self, CLASSES, PIXELS};
use crate::digit::strokes;

#[wasm_bindgen]
impl Session {
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
        self.take(input)?;
        let reader = self.trainer.reader();
        Ok(self.pass.forward(reader, &self.single, &[0], &[label]))
    }

    fn scores(&mut self, input: &Float32Array, scores: &Float32Array) -> Result<u8> {
        let digit = self.pass_through(input)?;
        write(scores, self.pass.outputs(0))?;
        Ok(digit)
    }

    fn pass_through(&mut self, input: &Float32Array) -> Result<u8> {
        self.take(input)?;
        let reader = self.trainer.reader();
        // The label only matters for the cost, which nobody asks for here.
        let _ = self.pass.forward(reader, &self.single, &[0], &[0]);
        Ok(self.pass.largest(1).next().unwrap_or_default())
    }

    /// Takes in an input as the only row of examples.
    fn take(&mut self, input: &Float32Array) -> Result<()> {
        let values = read::<PIXELS>("input", input)?;
        if values.iter().any(|v| !v.is_finite()) {
            return Err(Error::format("input", "finite numbers", "others").into());
        }
        self.single.clear();
        self.single.push(&values);
        Ok(())
    }
}
