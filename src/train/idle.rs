//! Hidden neurons that learning does not reach any more.

use super::{FIXED_EXAMPLES, Trainer};
use crate::network::{Activation, CHUNK};

/// A sigmoid or tanh neuron counts as saturated when it is near an end of its range on this share of the images.
const SATURATED: f32 = 0.95;
/// "Near" is within this part of the range, where the slope is 4 % of its greatest; a SiLU nearer to 0 than this is silent.
const NEAR: f32 = 0.01;

impl Trainer {
    /// Which hidden neurons are idle over the fixed thousand training images, `[hidden neurons]`, layer by layer.
    ///
    /// * ReLU and SiLU: dead, silent on every one of them (Maas, Hannun and Ng, "Rectifier nonlinearities improve neural
    ///   network acoustic models", 2013)
    /// * sigmoid and tanh: saturated, at an end of the range on 95 % of them (Glorot and Bengio, "Understanding the
    ///   difficulty of training deep feedforward neural networks", 2010)
    ///
    /// Such a neuron says the same to nearly every image, and next to no gradient comes through it.
    #[must_use]
    pub fn idle(&mut self) -> Vec<bool> {
        let network = &self.state.network;
        let inputs = &self.split.train.inputs;
        let count = self.labels.len().min(FIXED_EXAMPLES);
        let rows: Vec<u32> = (0..).take(count).collect();
        let sizes = network.sizes();
        let hidden: usize = sizes[1..sizes.len() - 1].iter().sum();
        let mut activations = vec![0.0; hidden + sizes[sizes.len() - 1]];
        let mut silent = vec![0_u32; hidden];
        for chunk in rows.chunks(CHUNK) {
            // The labels only matter for the cost, which nobody asks for here.
            let _ = self.pass.forward(network, inputs, chunk, &self.labels);
            for example in 0..chunk.len() {
                self.pass.read(example, &mut activations);
                for (silent, &a) in silent.iter_mut().zip(&activations) {
                    *silent += u32::from(is_silent(network.activation, a));
                }
            }
        }
        let share = match network.activation {
            Activation::Relu | Activation::Silu => 1.0,
            Activation::Sigmoid | Activation::Tanh => SATURATED,
        };
        let enough = share * count as f32;
        silent.iter().map(|&s| s as f32 >= enough).collect()
    }
}

/// Whether an activation shows that the neuron does not respond to its input.
fn is_silent(activation: Activation, a: f32) -> bool {
    match activation {
        Activation::Relu => a <= 0.0,
        Activation::Silu => a.abs() < NEAR,
        Activation::Sigmoid => !(NEAR..=1.0 - NEAR).contains(&a),
        Activation::Tanh => a.abs() > 1.0 - 2.0 * NEAR,
    }
}
