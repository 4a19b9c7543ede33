//! Forward and backward through the kernels, a few examples at a time.

use super::{Network, Outputs, Parameters};
use crate::kernels::sparse::{self, SparseRows};
use crate::kernels::{Lanes, blocks, dense};

/// Examples that go through the network together: enough to share loads, few enough to stay in the nearest cache.
pub const CHUNK: usize = 32;

/// Buffers for sending examples through networks of one shape.
#[derive(Clone, Debug)]
pub struct Pass {
    sizes: Vec<usize>,
    layers: Vec<Buffers>,
    outputs: Outputs,
}

/// What one layer leaves behind for a chunk, each `[CHUNK, blocks]` lanes.
#[derive(Clone, Debug)]
struct Buffers {
    activations: Vec<Lanes>,
    /// Derivative of the activation.
    slopes: Vec<Lanes>,
    /// Derivative of the cost by the weighted input.
    deltas: Vec<Lanes>,
    /// This layer's weights with inputs and outputs exchanged.
    transposed: Vec<Lanes>,
}

impl Pass {
    /// Buffers for networks of these sizes.
    #[must_use]
    pub fn new(sizes: &[usize]) -> Self {
        let layers = sizes[1..]
            .iter()
            .map(|&neurons| {
                let lanes = vec![Lanes::ZERO; CHUNK * blocks(neurons)];
                Buffers {
                    activations: lanes.clone(),
                    slopes: lanes.clone(),
                    deltas: lanes,
                    transposed: Vec::new(),
                }
            })
            .collect();
        Self {
            sizes: sizes.to_vec(),
            layers,
            outputs: Outputs::new(sizes[sizes.len() - 1]),
        }
    }

    /// Lanes that one example takes in a layer of weights.
    fn blocks(&self, layer: usize) -> usize {
        blocks(self.sizes[layer + 1])
    }

    /// Cost summed over at most [`CHUNK`] examples; leaves the activations for [`read`](Self::read).
    ///
    /// * `chosen`: which rows of `rows`; `labels[row]` is the wanted output of each
    #[inline(never)]
    pub fn forward(
        &mut self,
        network: &Network,
        rows: &SparseRows,
        chosen: &[u32],
        labels: &[u8],
    ) -> f64 {
        self.first_layer(&network.parameters, rows, chosen);
        self.forward_from_sums(network, chosen, labels)
    }

    /// As [`forward`](Self::forward), with the first layer's weighted inputs already in
    /// [`first_sums`](Self::first_sums).
    #[inline(never)]
    pub fn forward_from_sums(&mut self, network: &Network, chosen: &[u32], labels: &[u8]) -> f64 {
        let examples = chosen.len();
        let last = self.layers.len() - 1;
        for layer in 0..=last {
            if layer > 0 {
                self.dense_layer(&network.parameters, layer, examples);
            }
            if layer < last {
                self.activate(network, layer, examples, false);
            }
        }
        let used = examples * self.blocks(last);
        let z = &mut self.layers[last].activations[..used];
        self.outputs.activate(network.cost, z, chosen, labels)
    }

    /// Room for the first layer's weighted inputs, `[CHUNK, blocks]` lanes.
    pub fn first_sums(&mut self) -> &mut [Lanes] {
        &mut self.layers[0].activations
    }

    /// Prepares for [`backward`](Self::backward): to be called whenever the parameters have changed.
    pub fn refresh(&mut self, parameters: &Parameters) {
        for layer in 1..self.layers.len() {
            let (inputs, outputs) = (self.sizes[layer], self.sizes[layer + 1]);
            let transposed = &mut self.layers[layer].transposed;
            dense::transpose(parameters.layer(layer), inputs, outputs, transposed);
        }
    }

    /// Cost summed over at most [`CHUNK`] examples, and their share of the gradient of that sum added to `gradient`,
    /// for everything but the weights of the first layer: those are left to the caller, who finds in
    /// [`first_deltas`](Self::first_deltas) what it takes.
    pub fn backward(
        &mut self,
        network: &Network,
        rows: &SparseRows,
        chosen: &[u32],
        labels: &[u8],
        gradient: &mut Parameters,
    ) -> f64 {
        let examples = chosen.len();
        let last = self.layers.len() - 1;
        self.first_layer(&network.parameters, rows, chosen);
        for layer in 0..last {
            if layer > 0 {
                self.dense_layer(&network.parameters, layer, examples);
            }
            self.activate(network, layer, examples, true);
        }
        if last > 0 {
            self.dense_layer(&network.parameters, last, examples);
        }
        let used = examples * self.blocks(last);
        let Buffers {
            activations,
            deltas,
            ..
        } = &mut self.layers[last];
        let (a, deltas) = (&mut activations[..used], &mut deltas[..used]);
        let cost = self.outputs.activate(network.cost, a, chosen, labels);
        self.outputs.deltas(network.cost, a, chosen, labels, deltas);

        for layer in (1..=last).rev() {
            let (in_blocks, out_blocks) = (self.blocks(layer - 1), self.blocks(layer));
            let (inputs, outputs) = (self.sizes[layer], self.sizes[layer + 1]);
            let (before, here) = self.layers.split_at_mut(layer);
            let (before, here) = (&mut before[layer - 1], &here[0]);
            let deltas = &here.deltas[..examples * out_blocks];
            dense::accumulate(
                &before.activations[..examples * in_blocks],
                (in_blocks, inputs),
                deltas,
                (out_blocks, outputs),
                gradient.layer_mut(layer),
            );
            dense::backward(
                deltas,
                (out_blocks, outputs),
                &here.transposed,
                in_blocks,
                &before.slopes[..examples * in_blocks],
                &mut before.deltas[..examples * in_blocks],
            );
        }
        let blocks = self.blocks(0);
        let biases = &mut gradient.layer_mut(0)[self.sizes[0] * blocks..];
        dense::add_biases(&self.layers[0].deltas[..examples * blocks], biases);
        cost
    }

    /// Derivative of each example's cost by the first layer's weighted inputs, `[examples, blocks]` lanes.
    #[must_use]
    pub fn first_deltas(&self, examples: usize) -> &[Lanes] {
        &self.layers[0].deltas[..examples * self.blocks(0)]
    }

    /// Activations of one of the examples that went through last: hidden layers, then outputs, `[sum of neurons]`.
    #[inline(never)]
    pub fn read(&self, example: usize, out: &mut [f32]) {
        let mut rest = out;
        for (layer, buffers) in self.layers.iter().enumerate() {
            let blocks = self.blocks(layer);
            let row = &buffers.activations[example * blocks..][..blocks];
            let (head, tail) = rest.split_at_mut(self.sizes[layer + 1]);
            head.copy_from_slice(&crate::kernels::numbers(row)[..head.len()]);
            rest = tail;
        }
    }

    /// Activations of the last layer for one of the examples that went through last, `[outputs]`.
    #[must_use]
    pub fn outputs(&self, example: usize) -> &[f32] {
        let last = self.layers.len() - 1;
        let blocks = self.blocks(last);
        let row = &self.layers[last].activations[example * blocks..][..blocks];
        &crate::kernels::numbers(row)[..self.sizes[last + 1]]
    }

    /// Weighted inputs of a hidden layer into activations, and slopes if they are wanted.
    fn activate(&mut self, network: &Network, layer: usize, examples: usize, slopes: bool) {
        let used = examples * self.blocks(layer);
        let layer = &mut self.layers[layer];
        let slopes = slopes.then(|| &mut layer.slopes[..used]);
        let activation = network.activation;
        activation.apply(&mut layer.activations[..used], slopes);
    }

    /// Weighted inputs of the first layer into its activations buffer.
    fn first_layer(&mut self, parameters: &Parameters, rows: &SparseRows, chosen: &[u32]) {
        let blocks = self.blocks(0);
        first_sums(
            parameters,
            rows,
            chosen,
            blocks,
            &mut self.layers[0].activations,
        );
    }

    /// Weighted inputs of a later layer from the activations of the one before.
    fn dense_layer(&mut self, parameters: &Parameters, layer: usize, examples: usize) {
        let (in_blocks, out_blocks) = (self.blocks(layer - 1), self.blocks(layer));
        let (before, here) = self.layers.split_at_mut(layer);
        dense::forward(
            &before[layer - 1].activations[..examples * in_blocks],
            (in_blocks, self.sizes[layer]),
            parameters.layer(layer),
            (out_blocks, self.sizes[layer + 1]),
            &mut here[0].activations[..examples * out_blocks],
        );
    }
}

/// Weighted inputs of the first layer, `[chosen, blocks]` lanes.
pub(crate) fn first_sums(
    parameters: &Parameters,
    rows: &SparseRows,
    chosen: &[u32],
    blocks: usize,
    out: &mut [Lanes],
) {
    let (weights, biases) = parameters.layer(0).split_at(rows.width() * blocks);
    for (&row, z) in chosen.iter().zip(out.chunks_exact_mut(blocks)) {
        let entries = rows.row(row as usize);
        if blocks == 1 {
            // The default network: a constant stride spares a multiplication per pixel.
            z[0] = sparse::forward(entries, weights, 1, 0, biases[0]);
        } else {
            for (block, z) in z.iter_mut().enumerate() {
                *z = sparse::forward(entries, weights, blocks, block, biases[block]);
            }
        }
    }
}
