//! The network as one would write it first: matrices and their products, nothing else.
//!
//! Same mathematics and same `f32` as the page, simd128, and all that the compiler does for loops, which the page leaves
//! out. Images arrive as one matrix and batches are views of neighbouring rows, so nothing is copied, shuffled or
//! converted while the clock runs.
//!
//! And, to judge all rates by, how much the processor can do at most.

mod peak;

use js_sys::Float32Array;
use ndarray::{Array1, Array2, ArrayView1, Axis, s};
use wasm_bindgen::prelude::*;

struct Layer {
    /// `[in, out]`
    weights: Array2<f32>,
    /// `[out]`
    biases: Array1<f32>,
}

/// A network, the examples it learns from, and the place where the next batch begins.
#[wasm_bindgen]
pub struct Naive {
    layers: Vec<Layer>,
    /// `[examples, in]`, 0 to 1
    inputs: Array2<f32>,
    /// `[examples, out]`, one 1 in each row
    targets: Array2<f32>,
    position: usize,
}

fn sigmoid(z: f32) -> f32 {
    1.0 / (1.0 + (-z).exp())
}

#[wasm_bindgen]
impl Naive {
    /// * `sizes`: neurons per layer, inputs first
    /// * `parameters`: layer by layer, weights `[in, out]`, then biases
    /// * `inputs`: `[examples, in]`; `labels`: `[examples]`
    #[wasm_bindgen(constructor)]
    pub fn new(
        sizes: &[usize],
        parameters: &Float32Array,
        inputs: &Float32Array,
        labels: &[u8],
    ) -> Self {
        let parameters = parameters.to_vec();
        let mut rest = parameters.as_slice();
        let mut take = |count| {
            let (head, tail) = rest.split_at(count);
            rest = tail;
            head.to_vec()
        };
        let layers = sizes
            .windows(2)
            .map(|pair| Layer {
                weights: Array2::from_shape_vec((pair[0], pair[1]), take(pair[0] * pair[1]))
                    .expect("as many weights as the sizes say"),
                biases: Array1::from_vec(take(pair[1])),
            })
            .collect();
        let shape = (labels.len(), sizes[0]);
        let inputs = Array2::from_shape_vec(shape, inputs.to_vec()).expect("one row per label");
        let mut targets = Array2::zeros((labels.len(), sizes[sizes.len() - 1]));
        for (mut row, &label) in targets.rows_mut().into_iter().zip(labels) {
            row[usize::from(label)] = 1.0;
        }
        Self {
            layers,
            inputs,
            targets,
            position: 0,
        }
    }

    /// One step on the next batch; returns how many examples it had.
    pub fn step(&mut self, batch: usize, rate: f32) -> usize {
        let start = self.position;
        let end = (start + batch).min(self.inputs.nrows());
        self.position = if end == self.inputs.nrows() { 0 } else { end };
        let inputs = self.inputs.slice(s![start..end, ..]);

        // Forward: a = σ(a_before W + b).
        let mut activations: Vec<Array2<f32>> = Vec::with_capacity(self.layers.len());
        for layer in &self.layers {
            let before = activations.last().map_or(inputs, |a| a.view());
            let mut a = before.dot(&layer.weights) + &layer.biases;
            a.mapv_inplace(sigmoid);
            activations.push(a);
        }

        // Backward: δ = ∂cost/∂z; cost = Σ (a - y)², averaged over the batch.
        let last = self.layers.len() - 1;
        let output = &activations[last];
        let mut deltas = (output - &self.targets.slice(s![start..end, ..]))
            * output.mapv(|a| a * (1.0 - a))
            * 2.0;
        let rate = rate / (end - start) as f32;
        for index in (0..=last).rev() {
            let before = if index == 0 {
                inputs
            } else {
                activations[index - 1].view()
            };
            let weights = before.t().dot(&deltas);
            let biases = deltas.sum_axis(Axis(0));
            let layer = &mut self.layers[index];
            if index > 0 {
                deltas = deltas.dot(&layer.weights.t()) * before.mapv(|a| a * (1.0 - a));
            }
            layer.weights.scaled_add(-rate, &weights);
            layer.biases.scaled_add(-rate, &biases);
        }
        end - start
    }

    /// Reads one of the images, by itself.
    pub fn predict(&self, example: usize) -> usize {
        let mut a = self.inputs.row(example).to_owned();
        for layer in &self.layers {
            a = (a.dot(&layer.weights) + &layer.biases).mapv(sigmoid);
        }
        largest(a.view())
    }

    /// All parameters, in the order in which they came.
    pub fn parameters(&self) -> Float32Array {
        let numbers: Vec<f32> = self
            .layers
            .iter()
            .flat_map(|layer| layer.weights.iter().chain(&layer.biases))
            .copied()
            .collect();
        Float32Array::from(numbers.as_slice())
    }
}

fn largest(values: ArrayView1<'_, f32>) -> usize {
    let mut best = 0;
    for (index, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = index;
        }
    }
    best
}
