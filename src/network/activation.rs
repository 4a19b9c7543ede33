//! What a hidden neuron makes of its weighted input.

use serde::{Deserialize, Serialize};

use crate::kernels::functions::{Exponential, scalar};
use crate::kernels::{Lanes, Quad, quads_mut};

/// The non-linearity of the hidden layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Activation {
    /// `σ(z) = 1 / (1 + e^-z)`, the video's.
    Sigmoid,
    /// `max(z, 0)`.
    #[serde(alias = "ReLU")]
    Relu,
    /// `z σ(z)` (Elfwing, Uchibe and Doya 2018).
    #[serde(alias = "SiLU")]
    Silu,
    /// `tanh z`.
    Tanh,
}

impl Activation {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Sigmoid, Self::Relu, Self::Silu, Self::Tanh];

    /// `a` and its derivative `da/dz`, four neurons at a time.
    ///
    /// ReLU's corner at 0 counts as flat.
    #[inline(always)]
    #[must_use]
    pub fn value_and_derivative(self, z: Quad, e: &Exponential) -> (Quad, Quad) {
        let one = e.one();
        match self {
            Self::Sigmoid => {
                let s = e.sigmoid(z);
                (s, s * (one - s))
            }
            Self::Relu => {
                // Asked this way round, NaN does not turn into a harmless 0, and a diverged run is noticed.
                let flat = z.simd_le(Quad::ZERO);
                (flat.select(Quad::ZERO, z), flat.select(Quad::ZERO, one))
            }
            Self::Silu => {
                let s = e.sigmoid(z);
                let a = z * s;
                (a, s + a * (one - s))
            }
            Self::Tanh => {
                let s = e.sigmoid(z + z);
                let t = (s + s) - one;
                (t, one - t * t)
            }
        }
    }

    /// `a` for one neuron.
    #[must_use]
    pub fn value(self, z: f32) -> f32 {
        scalar(|z| self.value_and_derivative(z, &Exponential::new()).0, z)
    }

    /// `da/dz` for one neuron.
    #[must_use]
    pub fn derivative(self, z: f32) -> f32 {
        scalar(|z| self.value_and_derivative(z, &Exponential::new()).1, z)
    }

    /// Turns weighted inputs into activations in place and leaves the derivatives in `slopes`.
    pub fn apply(self, z: &mut [Lanes], slopes: &mut [Lanes]) {
        let e = &Exponential::new();
        // Matched outside the loop, so that each loop holds one formula.
        match self {
            Self::Sigmoid => each(z, slopes, |z| Self::Sigmoid.value_and_derivative(z, e)),
            Self::Relu => each(z, slopes, |z| Self::Relu.value_and_derivative(z, e)),
            Self::Silu => each(z, slopes, |z| Self::Silu.value_and_derivative(z, e)),
            Self::Tanh => each(z, slopes, |z| Self::Tanh.value_and_derivative(z, e)),
        }
    }
}

#[inline(always)]
fn each(z: &mut [Lanes], slopes: &mut [Lanes], f: impl Fn(Quad) -> (Quad, Quad)) {
    for (z, slope) in quads_mut(z).iter_mut().zip(quads_mut(slopes)) {
        (*z, *slope) = f(*z);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_by_hand() {
        let near = |a: f32, b: f32| (a - b).abs() < 1e-6;
        assert!(near(Activation::Sigmoid.value(0.0), 0.5));
        assert!(near(Activation::Sigmoid.derivative(0.0), 0.25));
        assert!(near(Activation::Relu.value(-3.0), 0.0));
        assert!(near(Activation::Relu.value(3.0), 3.0));
        assert!(near(Activation::Silu.value(1.0), 0.731_058_6));
        assert!(near(Activation::Tanh.value(0.5), 0.462_117_2));
    }

    #[test]
    fn derivatives_agree_with_central_differences() {
        for activation in Activation::ALL {
            for i in -40..40 {
                // Off the grid of whole tenths, so that ReLU's corner is not met.
                let z = i as f32 / 10.0 + 0.05;
                let h = 0.01;
                let difference = (activation.value(z + h) - activation.value(z - h)) / (2.0 * h);
                let found = activation.derivative(z);
                assert!((difference - found).abs() < 1e-4, "{activation:?} at {z}");
            }
        }
    }

    #[test]
    fn a_lost_number_stays_lost() {
        for activation in Activation::ALL {
            assert!(activation.value(f32::NAN).is_nan(), "{activation:?}");
        }
    }
}
