//! Gradient descent teaches a neural network to read handwritten digits: the core of the page.
//!
//! # The algorithm
//! 1. An image is 784 numbers from 0 to 1, a label is the wanted one of ten outputs.
//! 2. Each layer turns activations `a` into weighted inputs `z = a W + b` and those into activations `σ(z)`.
//! 3. The cost of an example says how far the outputs are from the wanted ones; the cost of a batch is the mean.
//! 4. Backward, the derivative of the cost by each `z`, called `δ`, gives the gradient: `aᵀ δ` for `W`, `δ` for `b`, and
//!    `δ Wᵀ σ'(z)` for the layer before.
//! 5. Every weight and bias moves against its own entry of the gradient, times the learning rate.
//! 6. That was one step. The next one takes the next batch.
//!
//! # Modules
//! * [`network`]: layers, activations, costs; forward and backward
//! * [`train`]: runs, batches, optimizers, evaluation
//! * [`landscape`]: the cost along a line and over a plane
//! * [`data`]: images, their files, and how they are changed in training
//! * [`digit`]: from pen strokes to what the network sees
//! * [`kernels`]: the hot loops
//! * `web`: the only folder that knows JavaScript exists
//!
//! # Exclusive or
//! ```
//! use std::sync::Arc;
//! use descent::data::{Examples, Split};
//! use descent::kernels::sparse::SparseRows;
//! use descent::network::Activation;
//! use descent::train::{Options, Preset, Trainer};
//!
//! let mut inputs = SparseRows::new(2);
//! for row in [[0, 0], [0, 255], [255, 0], [255, 255]] {
//!     inputs.push(&row);
//! }
//! let examples = Arc::new(Examples { inputs, labels: vec![0, 1, 1, 0] });
//! let split = Split { train: examples.clone(), test: examples };
//! let options = Options {
//!     layers: vec![8],
//!     activation: Activation::Tanh,
//!     learning_rate: 0.5,
//!     batch_size: 4,
//!     ..Options::preset(Preset::Video, 4)
//! };
//! let mut trainer = Trainer::on(split, 2, 2, options)?;
//! for _ in 0..2_000 {
//!     trainer.step()?;
//! }
//! assert_eq!(trainer.evaluate(descent::data::Part::Test, 0).accuracy, 1.0);
//! # Ok::<(), descent::Error>(())
//! ```

pub mod data;
pub mod digit;
mod error;
pub mod kernels;
pub mod landscape;
pub mod network;
pub mod random;
pub mod train;
#[cfg(target_arch = "wasm32")]
pub mod web;

pub use error::Error;
