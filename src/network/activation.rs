//! What a hidden neuron makes of its weighted input.

use serde::{Deserialize, Serialize};

use crate::kernels::functions::{Logistic, scalar};
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
    pub fn value_and_derivative(self, z: Quad, logistic: &Logistic) -> (Quad, Quad) {
        match self {
            Self::Sigmoid => logistic.sigmoid_and_derivative(z),
            Self::Relu => {
                // Asked this way round, NaN does not turn into a harmless 0, and a diverged run is noticed.
                let flat = z.simd_le(Quad::ZERO);
                let select = |x| flat.select(Quad::ZERO, x);
                (select(z), select(Quad::ONE))
            }
            Self::Silu => {
                let (sigmoid, derivative) = logistic.sigmoid_and_derivative(z);
                (z * sigmoid, sigmoid + z * derivative)
            }
            Self::Tanh => logistic.tanh_and_derivative(z),
        }
    }

    /// `a` for one neuron.
    #[must_use]
    #[inline(never)]
    pub fn value(self, z: f32) -> f32 {
        scalar(|z| self.value_and_derivative(z, &Logistic::new()).0, z)
    }

    /// `da/dz` for one neuron.
    #[must_use]
    #[inline(never)]
    pub fn derivative(self, z: f32) -> f32 {
        scalar(|z| self.value_and_derivative(z, &Logistic::new()).1, z)
    }

    /// Turns weighted inputs into activations in place.
    ///
    /// * `slopes`: where the derivatives are to go, if they are wanted
    pub fn apply(self, z: &mut [Lanes], slopes: Option<&mut [Lanes]>) {
        // Matched outside the loop, so that each loop holds one formula.
        match self {
            Self::Sigmoid => Self::Sigmoid.apply_to_each(z, slopes),
            Self::Relu => Self::Relu.apply_to_each(z, slopes),
            Self::Silu => Self::Silu.apply_to_each(z, slopes),
            Self::Tanh => Self::Tanh.apply_to_each(z, slopes),
        }
    }

    #[inline(always)]
    fn apply_to_each(self, z: &mut [Lanes], slopes: Option<&mut [Lanes]>) {
        let logistic = &Logistic::new();
        if let Some(slopes) = slopes {
            for (z, slope) in quads_mut(z).iter_mut().zip(quads_mut(slopes)) {
                (*z, *slope) = self.value_and_derivative(*z, logistic);
            }
        } else {
            for z in quads_mut(z) {
                *z = self.value_and_derivative(*z, logistic).0;
            }
        }
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
