//! The network: layers in order, forward, backward. Knows nothing of digits.
//!
//! [`Network::forward`] and [`Network::backward`] are the definition, in matrices; [`Pass`] does the same
//! with the kernels and is what training runs on. Tests hold one against the other.

mod activation;
mod cost;
mod evidence;
mod explain;
mod layer;
mod parameters;
mod pass;

pub use activation::Activation;
pub(crate) use cost::argmax;
pub use cost::{Cost, Outputs};
pub use evidence::{Evidence, Voice};
pub(crate) use explain::largest;
pub use explain::{Explanation, Term};
pub use layer::Layer;
pub use parameters::Parameters;
pub(crate) use pass::first_sums;
pub use pass::{CHUNK, Pass};

use ndarray::{Array2, ArrayView2};

use crate::kernels::{LANES, Lanes, blocks, numbers, numbers_mut};
use crate::random::Random;

/// A fully connected network: hidden layers with one activation, an output layer that the cost defines.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// Weights and biases.
    pub parameters: Parameters,
    /// Non-linearity of the hidden layers.
    pub activation: Activation,
    /// What the network is asked to make small.
    pub cost: Cost,
}

impl Network {
    /// Weights drawn from N(0, 1 / in), biases zero.
    ///
    /// * `sizes`: neurons per layer, inputs first: `[784, 16, 16, 10]`
    ///
    /// With that variance a weighted input varies as much as one input does, however many there are
    /// (LeCun et al., "Efficient BackProp", 1998).
    #[must_use]
    pub fn new(sizes: &[usize], activation: Activation, cost: Cost, random: &mut Random) -> Self {
        let mut parameters = Parameters::zeros(sizes);
        for layer in 0..parameters.layers() {
            let (inputs, outputs) = (sizes[layer], sizes[layer + 1]);
            let deviation = 1.0 / (inputs as f64).sqrt();
            let weights = &mut parameters.layer_mut(layer)[..inputs * blocks(outputs)];
            for row in numbers_mut(weights).chunks_exact_mut(blocks(outputs) * LANES) {
                for weight in &mut row[..outputs] {
                    #[expect(clippy::cast_possible_truncation, reason = "f64 to f32 only rounds")]
                    let rounded = (random.normal() * deviation) as f32;
                    *weight = rounded;
                }
            }
        }
        Self {
            parameters,
            activation,
            cost,
        }
    }

    /// Neurons per layer, inputs first.
    #[must_use]
    pub fn sizes(&self) -> &[usize] {
        self.parameters.sizes()
    }

    /// A layer of weights, counted from 0.
    #[must_use]
    pub fn layer(&self, layer: usize) -> Layer<'_> {
        Layer {
            weights: self.parameters.weights(layer),
            biases: self.parameters.biases(layer),
        }
    }

    /// Weighted inputs and activations of every layer for a batch.
    ///
    /// * `inputs`: `[batch, in]`
    /// * returns `(z, a)` per layer, each `[batch, out]`: `z = a_before W + b`, `a = σ(z)`; at the output `σ` is what the
    ///   cost demands
    ///
    /// # Panics
    /// If `inputs` has not as many columns as the network has inputs.
    #[must_use]
    pub fn forward(&self, inputs: ArrayView2<'_, f32>) -> Vec<(Array2<f32>, Array2<f32>)> {
        let last = self.parameters.layers() - 1;
        let mut layers: Vec<(Array2<f32>, Array2<f32>)> = Vec::with_capacity(last + 1);
        for layer in 0..=last {
            let before = layers.last().map_or(inputs, |(_, a)| a.view());
            let z = self.layer(layer).forward(before);
            let a = if layer < last {
                z.mapv(|z| self.activation.value(z))
            } else {
                let labels = vec![0; z.nrows()];
                self.outputs(z.view(), &labels).0
            };
            layers.push((z, a));
        }
        layers
    }

    /// Cost of a batch and its derivative by every parameter.
    ///
    /// * `inputs`: `[batch, in]`
    /// * `labels`: the wanted output of each example
    /// * returns the mean cost and the gradient of that mean
    #[must_use]
    pub fn backward(&self, inputs: ArrayView2<'_, f32>, labels: &[u8]) -> (f64, Parameters) {
        let layers = self.forward(inputs);
        let last = layers.len() - 1;
        let examples = labels.len() as f64;
        let (a, deltas, cost) = self.outputs(layers[last].0.view(), labels);
        debug_assert_eq!(a, layers[last].1);
        #[expect(clippy::cast_possible_truncation, reason = "f64 to f32 only rounds")]
        let mut deltas = deltas / examples as f32;
        let mut gradient = Parameters::zeros(self.sizes());
        for layer in (0..=last).rev() {
            let before = if layer == 0 {
                inputs
            } else {
                layers[layer - 1].1.view()
            };
            let (weights, biases, inputs) = self.layer(layer).backward(before, deltas.view());
            let stride = blocks(self.sizes()[layer + 1]) * LANES;
            let rows = numbers_mut(gradient.layer_mut(layer)).chunks_exact_mut(stride);
            let sources = weights.rows().into_iter().chain([biases.view()]);
            for (row, source) in rows.zip(sources) {
                row.iter_mut()
                    .zip(source)
                    .for_each(|(to, from)| *to = *from);
            }
            if layer > 0 {
                let slopes = layers[layer - 1].0.mapv(|z| self.activation.derivative(z));
                deltas = inputs * slopes;
            }
        }
        (cost / examples, gradient)
    }

    /// Activations, deltas and summed cost of the output layer from its weighted inputs, `[batch, out]`.
    fn outputs(&self, z: ArrayView2<'_, f32>, labels: &[u8]) -> (Array2<f32>, Array2<f32>, f64) {
        let (neurons, blocks) = (z.ncols(), blocks(z.ncols()));
        let outputs = Outputs::new(neurons);
        let mut a = vec![Lanes::ZERO; z.nrows() * blocks];
        for (row, z) in numbers_mut(&mut a)
            .chunks_exact_mut(blocks * LANES)
            .zip(z.rows())
        {
            row.iter_mut().zip(z).for_each(|(to, from)| *to = *from);
        }
        let mut deltas = a.clone();
        let all: Vec<u32> = (0..).take(labels.len()).collect();
        let cost = outputs.activate(self.cost, &mut a, &all, labels);
        outputs.deltas(self.cost, &a, &all, labels, &mut deltas);
        let matrix = |lanes: &[Lanes]| {
            Array2::from_shape_fn(z.dim(), |(row, column)| {
                numbers(lanes)[row * blocks * LANES + column]
            })
        };
        (matrix(&a), matrix(&deltas), cost)
    }
}
