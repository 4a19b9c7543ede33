//! Sixteen views of one input: an image changed a little in fixed ways, read each time, the answers averaged.
//!
//! The changes are those of training (`augment.rs`), drawn once from a seed of their own, so the same input always
//! gives the same answer (Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition",
//! 2014, section 3.2, average over such views as well).

use super::augment::Changer;
use super::ink::Ink;
use super::{CLASSES, PIXELS};
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
    changer: Changer,
    /// Of the image at hand.
    views: SparseRows,
}

impl Views {
    /// * `straightened`: whether the images went through straightening
    /// * `examples`: how many are learnt from, which decides the strength as in training
    #[must_use]
    pub fn new(straightened: bool, examples: usize) -> Self {
        Self {
            changer: Changer::new(straightened, examples),
            views: SparseRows::new(PIXELS),
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
        let ink = Ink::of(input);
        self.views.clear();
        let all: [u32; VIEWS] = std::array::from_fn(|view| u32::try_from(view).unwrap_or_default());
        for view in all {
            let mut levels = [0; PIXELS];
            self.changer.change(&ink, view, SEED, 0, &mut levels);
            self.views.push(&levels);
        }
        // The labels only matter for the cost, which nobody asks for here.
        let _ = pass.forward(network, &self.views, &all, &[0; VIEWS]);
        let mut mean = [0.0; CLASSES];
        for view in 0..VIEWS {
            for (mean, &output) in mean.iter_mut().zip(pass.outputs(view)) {
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
        for (straightened, examples) in [(false, 9_000), (true, 60_000)] {
            // Changed as much as in training, not always the same.
            let mut others = Views::new(straightened, examples);
            assert_ne!(first, others.outputs(&network, &mut pass, &input));
        }
        assert!((first.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        let mut rows = SparseRows::new(PIXELS);
        rows.push(&input);
        let _ = pass.forward(&network, &rows, &[0], &[0]);
        let mut single = [0.0; 8 + CLASSES];
        pass.read(0, &mut single);
        assert_ne!(first, single[8..]);
        assert_ne!(views.views.row(0), views.views.row(1));
    }

    #[test]
    fn a_view_of_nothing_is_nothing() {
        let mut random = Random::new(3, Stream::Parameters);
        let sizes = [PIXELS, 8, CLASSES];
        let network = Network::new(&sizes, Activation::Tanh, Cost::Squares, &mut random);
        let mut views = Views::new(false, 9_000);
        let _ = views.outputs(&network, &mut Pass::new(&sizes), &[0; PIXELS]);
        let mut image = [1.0; PIXELS];
        views.views.write(0, &mut image);
        assert_eq!(image, [0.0; PIXELS]);
    }
}
