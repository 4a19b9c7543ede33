//! Sixteen views of one input: an image changed a little in fixed ways, read each time, the answers averaged.
//!
//! The changes are those of training (`augment.rs`), drawn once from a seed of their own, so the same input always
//! gives the same answer (Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition",
//! 2014, section 3.2, average over such views as well).

use super::augment::Augmenter;
use super::{CLASSES, Examples, PIXELS};
use crate::kernels::sparse::SparseRows;
use crate::network::{CHUNK, Network, Pass};

/// How many views are averaged.
pub const VIEWS: usize = 16;
const _: () = assert!(VIEWS <= CHUNK);
/// Any number does; a run's own seed would make the reading depend on it.
const SEED: u32 = 16;

/// Makes the views of an image.
#[derive(Clone, Debug)]
pub struct Views {
    augmenter: Augmenter,
    /// The image, once for each view: the change goes by the place.
    copies: Examples,
    /// 0, 1, 2 ...
    all: [u32; VIEWS],
}

impl Views {
    /// * `straightened`: whether the images went through straightening
    /// * `examples`: how many are learnt from, which decides the strength as in training
    #[must_use]
    pub fn new(straightened: bool, examples: usize) -> Self {
        Self {
            augmenter: Augmenter::new(straightened, examples),
            copies: Examples {
                inputs: SparseRows::new(PIXELS),
                labels: vec![0; VIEWS],
            },
            all: std::array::from_fn(|view| u32::try_from(view).unwrap_or_default()),
        }
    }

    /// Outputs averaged over the views of an input.
    ///
    /// * `pass`: buffers of the network's shape
    /// * `input`: 0 to 255
    pub fn outputs(
        &mut self,
        network: &Network,
        pass: &mut Pass,
        input: &[u8; PIXELS],
    ) -> [f32; CLASSES] {
        self.copies.inputs.clear();
        for _ in 0..VIEWS {
            self.copies.inputs.push(input);
        }
        let (copies, labels) = (&self.copies, &self.copies.labels);
        self.augmenter.forget();
        self.augmenter
            .prepare(copies, labels, &self.all, SEED, (0, 0));
        // The labels only matter for the cost, which nobody asks for here.
        let _ = pass.forward(network, self.augmenter.inputs(), &self.all, labels);
        let mut activations = vec![0.0; network.sizes()[1..].iter().sum()];
        let mut mean = [0.0; CLASSES];
        for view in 0..VIEWS {
            pass.read(view, &mut activations);
            let outputs = &activations[activations.len() - CLASSES..];
            for (mean, &output) in mean.iter_mut().zip(outputs) {
                *mean += output / VIEWS as f32;
            }
        }
        mean
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Activation, Cost};
    use crate::random::{Random, Stream};

    #[test]
    fn views_are_fixed_and_differ() {
        let mut random = Random::new(3, Stream::Parameters);
        let sizes = [PIXELS, 8, CLASSES];
        let network = Network::new(&sizes, Activation::Silu, Cost::CrossEntropy, &mut random);
        let mut pass = Pass::new(&sizes);
        let mut input = [0; PIXELS];
        for (place, value) in input.iter_mut().enumerate() {
            let (x, y) = (place % 28, place / 28);
            *value = 255 * u8::from((8..20).contains(&y) && (11..17).contains(&x));
        }
        let mut views = Views::new(true, 9_000);
        let first = views.outputs(&network, &mut pass, &input);
        let again = Views::new(true, 9_000).outputs(&network, &mut pass, &input);
        assert_eq!(first, again);
        assert!((first.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        let mut rows = SparseRows::new(PIXELS);
        rows.push(&input);
        let _ = pass.forward(&network, &rows, &[0], &[0]);
        let mut single = [0.0; 8 + CLASSES];
        pass.read(0, &mut single);
        assert_ne!(first, single[8..]);
        let inputs = views.augmenter.inputs();
        assert_ne!(inputs.row(0), inputs.row(1));
    }

    #[test]
    fn a_view_of_nothing_is_nothing() {
        let mut random = Random::new(3, Stream::Parameters);
        let sizes = [PIXELS, 8, CLASSES];
        let network = Network::new(&sizes, Activation::Tanh, Cost::Squares, &mut random);
        let mut views = Views::new(false, 9_000);
        let _ = views.outputs(&network, &mut Pass::new(&sizes), &[0; PIXELS]);
        let mut image = [1.0; PIXELS];
        views.augmenter.inputs().write(0, &mut image);
        assert_eq!(image, [0.0; PIXELS]);
    }
}
