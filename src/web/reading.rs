//! Reading images and drawings, for JavaScript.

use js_sys::{Float32Array, Float64Array, Uint32Array};
use wasm_bindgen::prelude::*;

use super::convert::{read, write};
use super::{Result, Session};
use crate::Error;
use crate::data::{self, CLASSES, PIXELS};
use crate::digit::strokes;
use crate::kernels::Quad;
use crate::kernels::sparse::FULL;
use crate::network::argmax;

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
        let levels = self.levels(&ink(pixels)?, None);
        self.show(&levels, input, scores)
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
        points: &Float64Array,
        lengths: &Uint32Array,
        input: &Float32Array,
        scores: &Float32Array,
    ) -> Result<Option<u8>> {
        let mut ink = [0.0; PIXELS];
        if !strokes::draw(&self::strokes(points, lengths)?, &mut ink)? {
            write(input, &ink)?;
            return Ok(None);
        }
        let levels = self.levels(&ink, None);
        Ok(Some(self.show(&levels, input, scores)?))
    }

    /// An image as the network takes it in: see [`predict`](Self::predict).
    ///
    /// * `straighten`: whether to straighten it; as the run's option says if nothing is given
    ///
    /// # Errors
    /// If an array has another length, or a pixel is out of its range.
    pub fn prepare(
        &self,
        pixels: &Float32Array,
        input: &Float32Array,
        straighten: Option<bool>,
    ) -> Result<()> {
        let levels = self.levels(&ink(pixels)?, straighten);
        write(input, &data::ink_of(&levels))
    }

    /// A drawing as the network takes it in: see [`predict_strokes`](Self::predict_strokes).
    ///
    /// * `straighten`: as in [`prepare`](Self::prepare)
    ///
    /// # Errors
    /// As there.
    pub fn prepare_strokes(
        &self,
        points: &Float64Array,
        lengths: &Uint32Array,
        input: &Float32Array,
        straighten: Option<bool>,
    ) -> Result<bool> {
        let mut ink = [0.0; PIXELS];
        let drawn = strokes::draw(&self::strokes(points, lengths)?, &mut ink)?;
        write(input, &data::ink_of(&self.levels(&ink, straighten)))?;
        Ok(drawn)
    }

    /// Ink as the network takes it in.
    fn levels(&self, ink: &[f32; PIXELS], straighten: Option<bool>) -> [u8; PIXELS] {
        let straighten = straighten.unwrap_or(self.trainer.options().straighten);
        data::prepare_ink(ink, straighten)
    }

    /// Reads what was prepared, and tells both.
    fn show(
        &mut self,
        levels: &[u8; PIXELS],
        input: &Float32Array,
        scores: &Float32Array,
    ) -> Result<u8> {
        write(input, &data::ink_of(levels))?;
        let activations = self.read(levels);
        write(scores, outputs(&activations))?;
        Ok(argmax(outputs(&activations)))
    }

    /// Sends a prepared input through the network to read with.
    ///
    /// * `input`: `[PIXELS]`, 0 to 1
    /// * `activations`: the result, hidden layers then outputs, `[16 + 16 + 10]` for the default network; where views are
    ///   averaged, the outputs are those averages
    /// * returns the digit
    ///
    /// # Errors
    /// If an array has another length, or the input is not finite.
    pub fn forward(&mut self, input: &Float32Array, activations: &Float32Array) -> Result<u8> {
        let values = self.activations(input)?;
        write(activations, &values)?;
        Ok(argmax(outputs(&values)))
    }

    /// The digit that [`forward`](Self::forward) reads.
    ///
    /// # Errors
    /// As there.
    pub fn predict_input(&mut self, input: &Float32Array) -> Result<u8> {
        Ok(argmax(outputs(&self.activations(input)?)))
    }

    /// Cost of the outputs that [`forward`](Self::forward) or [`predict`](Self::predict) would give for an input, were
    /// `label` wanted.
    ///
    /// # Errors
    /// If the input has another length, or the label is no digit.
    pub fn cost_of(&mut self, input: &Float32Array, label: u8) -> Result<f64> {
        Ok(self
            .shares(input, label)?
            .into_iter()
            .map(f64::from)
            .sum::<f64>())
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
        write(shares, &self.shares(input, label)?)
    }

    fn shares(&mut self, input: &Float32Array, label: u8) -> Result<Vec<f32>> {
        if usize::from(label) >= CLASSES {
            return Err(Error::option("label", "a digit from 0 to 9", label).into());
        }
        let values = self.activations(input)?;
        let cost = self.trainer.network().cost;
        Ok(cost.shares(outputs(&values), label))
    }

    /// Hidden layers, then outputs.
    fn activations(&mut self, input: &Float32Array) -> Result<Vec<f32>> {
        let values = read::<PIXELS>("input", input)?;
        // Infinities and NaN are the only numbers whose product with zero is not zero.
        let lost = quads(&values).fold(Quad::ZERO, |sum, four| sum + four * Quad::ZERO);
        if lost.to_array().iter().any(|sum| sum.is_nan()) {
            return Err(Error::format("input", "finite numbers", "others").into());
        }
        Ok(self.read(&data::levels_of(&values)))
    }

    /// Hidden layers, then outputs.
    fn read(&mut self, levels: &[u8; PIXELS]) -> Vec<f32> {
        self.single.clear();
        self.single.push(levels);
        let reader = self.trainer.reader();
        let mut all = vec![0.0; reader.sizes()[1..].iter().sum()];
        // The label only matters for the cost, which nobody asks for here.
        let _ = self.pass.forward(reader, &self.single, &[0], &[0]);
        self.pass.read(0, &mut all);
        let mean = self.with_views(|session, views| {
            let reader = session.trainer.reader();
            views.map(|views| views.outputs(reader, &mut session.pass, levels))
        });
        if let Some(mean) = mean {
            let first = all.len() - CLASSES;
            all[first..].copy_from_slice(&mean);
        }
        all
    }
}

/// The last of all activations.
fn outputs(activations: &[f32]) -> &[f32] {
    &activations[activations.len() - CLASSES..]
}

/// Grey levels 0 to 255 as ink of 0 to 1.
pub(super) fn ink(pixels: &Float32Array) -> Result<[f32; PIXELS]> {
    let mut ink = read::<PIXELS>("pixels", pixels)?;
    let (white, scale) = (Quad::splat(FULL), Quad::splat(1.0 / FULL));
    let within = |four: Quad| four.simd_ge(Quad::ZERO) & four.simd_le(white);
    if !quads(&ink).all(|four| within(four).all()) {
        let (place, pixel) = ink
            .iter()
            .enumerate()
            .find(|(_, pixel)| !(0.0..=FULL).contains(*pixel))
            .expect("one of them is not within");
        let found = format!("{} at index {place}", f64::from(*pixel));
        return Err(Error::format("pixels", "numbers from 0 to 255", found).into());
    }
    for four in ink.as_chunks_mut::<4>().0 {
        *four = (Quad::from(*four) * scale).to_array();
    }
    Ok(ink)
}

/// Numbers four by four.
fn quads(numbers: &[f32; PIXELS]) -> impl Iterator<Item = Quad> {
    numbers.as_chunks().0.iter().map(|&four| Quad::from(four))
}

/// Strokes from all points in a row and the number of points of each.
pub(super) fn strokes(
    points: &Float64Array,
    lengths: &Uint32Array,
) -> Result<Vec<Vec<strokes::Point>>> {
    let (points, lengths) = (points.to_vec(), lengths.to_vec());
    let total: usize = lengths.iter().map(|&length| length as usize).sum();
    Error::check_length("coordinates of the strokes", 2 * total, points.len())?;
    let mut points = points.as_chunks().0.iter().copied();
    Ok(lengths
        .iter()
        .map(|&length| points.by_ref().take(length as usize).collect())
        .collect())
}
