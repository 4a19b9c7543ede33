//! What the page draws of a run: the slice, the nudges, the plane, a neuron, the parts of a cost.

use js_sys::Float32Array;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::convert::{both, read, to_js, write};
use super::{Result, Session};
use crate::Error;
use crate::data::PIXELS;
use crate::landscape::places;
use crate::train::Extent;

#[derive(Serialize)]
struct Reach {
    extent: Extent,
}

#[wasm_bindgen]
impl Session {
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
    /// * `batch`, `fixed`: the results, on the batch and on a fixed thousand of training examples, as many as there is room
    ///   for in each
    ///
    /// # Errors
    /// Never in practice.
    pub fn slice(
        &mut self,
        from: f32,
        to: f32,
        batch: &Float32Array,
        fixed: &Float32Array,
    ) -> Result<JsValue> {
        let [mut on_batch, mut on_fixed] = [batch, fixed].map(|a| vec![0.0; a.length() as usize]);
        let slice = self.trainer.slice(from, to, &mut on_batch, &mut on_fixed);
        write(batch, &on_batch)?;
        write(fixed, &on_fixed)?;
        to_js(&slice)
    }

    /// Which way, and how strongly, the batch to come wants each parameter moved; returns which `count` of them most, largest
    /// first.
    ///
    /// * `out`: the result, in the order of [`parameters`](Self::parameters)
    ///
    /// # Errors
    /// If the array has another length.
    pub fn nudges(&mut self, out: &Float32Array, count: usize) -> Result<Vec<usize>> {
        let (nudges, largest) = self.trainer.nudges(count);
        write(out, &nudges)?;
        Ok(largest)
    }

    /// Changes one parameter by so much from where training left it, in place of the last such change, which 0 undoes;
    /// returns what that does to the cost of the batch to come.
    ///
    /// # Errors
    /// If there is no such parameter, or the change is not finite.
    pub fn nudge(&mut self, index: usize, change: f32) -> Result<JsValue> {
        to_js(&self.trainer.nudge(index, change)?)
    }

    /// Which hidden neurons are dead or saturated over the fixed thousand training images, `[hidden neurons]`: 1 or 0.
    #[must_use]
    pub fn idle(&mut self) -> Vec<u8> {
        self.trainer.idle().into_iter().map(u8::from).collect()
    }

    /// Where the run stands on the plane laid last: `[x, y]`; nothing if there is none.
    ///
    /// # Errors
    /// Never in practice.
    pub fn place_on_plane(&self) -> Result<JsValue> {
        let parameters = &self.trainer.network().parameters;
        match &self.plane {
            None => Ok(JsValue::UNDEFINED),
            Some((_, landscape)) => to_js(&landscape.coordinates(parameters)),
        }
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
    /// `{share, path: [[x, y], ...], steps, extent: {left, bottom, right, top}}`, the last place being the origin unless a
    /// weight was moved by hand; nothing before two steps are made. [`plane_costs`](Self::plane_costs) then measures the cost
    /// over it.
    ///
    /// * `aspect`: width over height of the extent
    /// * `seed`: of two random directions instead
    ///
    /// # Errors
    /// Never in practice.
    pub fn plane(&mut self, aspect: f32, seed: Option<u32>) -> Result<JsValue> {
        let laid = match seed {
            None => self.trainer.plane(),
            Some(seed) => self.trainer.plane_at_random(seed),
        };
        match laid {
            None => Ok(JsValue::UNDEFINED),
            Some((mut view, landscape)) => {
                let sizes = self.trainer.network().sizes();
                let kept = self.kept.iter().filter(|place| place.sizes() == sizes);
                view.kept = kept.map(|place| landscape.coordinates(place)).collect();
                let extent = view.extent(aspect);
                self.plane = Some((extent, landscape));
                both(&view, &Reach { extent })
            }
        }
    }

    /// Keeps the way of the present run, to be seen beside that of another, in place of the one kept before; or, with
    /// false, keeps none.
    pub fn keep_way(&mut self, keep: bool) {
        self.kept = if keep {
            self.trainer.places()
        } else {
            Vec::new()
        };
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
}
