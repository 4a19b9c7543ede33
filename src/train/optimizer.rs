//! Gradients in, changed parameters out.

use serde::{Deserialize, Serialize};

use super::options::Optimizer;
use crate::kernels::update::{self, adam};
use crate::network::Parameters;

/// Decay of momentum's velocity, the customary value.
const MOMENTUM: f32 = 0.9;

/// What an optimizer remembers from one step to the next.
#[derive(Clone, Debug)]
pub(super) enum Memory {
    /// Plain descent remembers nothing.
    None,
    /// Momentum's velocity.
    Velocity(Parameters),
    /// Adam's running means of the gradient and of its square, and `beta^t` for both.
    Moments {
        mean: Parameters,
        square: Parameters,
        powers: Powers,
    },
}

/// `beta^t` for both of Adam's means, by repeated multiplication.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Powers(pub(super) f64, pub(super) f64);

impl Memory {
    pub(super) fn new(optimizer: Optimizer, sizes: &[usize]) -> Self {
        let zeros = || Parameters::zeros(sizes);
        match optimizer {
            Optimizer::Descent => Self::None,
            Optimizer::Momentum => Self::Velocity(zeros()),
            Optimizer::Adam => Self::Moments {
                mean: zeros(),
                square: zeros(),
                powers: Powers(1.0, 1.0),
            },
        }
    }

    /// Whether steps are the gradient times the rate, and nothing else.
    pub(super) fn is_plain(&self) -> bool {
        matches!(self, Self::None)
    }

    /// Whether the first weights can be moved in place, pixel by pixel: that needs no more than the deltas of the batch.
    /// Where it is large, what one example adds is lost in the rounding of a weight: then the gradient is summed up first.
    ///
    /// * `examples`: in the batch
    pub(super) fn in_place(&self, examples: usize) -> bool {
        const MOST: usize = 256;
        self.is_plain() && examples <= MOST
    }

    /// What is remembered for each parameter.
    pub(super) fn parts(&self) -> impl Iterator<Item = &Parameters> {
        let (one, other) = match self {
            Self::None => (None, None),
            Self::Velocity(velocity) => (Some(velocity), None),
            Self::Moments { mean, square, .. } => (Some(mean), Some(square)),
        };
        one.into_iter().chain(other)
    }

    /// The same, to be written to.
    pub(super) fn parts_mut(&mut self) -> impl Iterator<Item = &mut Parameters> {
        let (one, other) = match self {
            Self::None => (None, None),
            Self::Velocity(velocity) => (Some(velocity), None),
            Self::Moments { mean, square, .. } => (Some(mean), Some(square)),
        };
        one.into_iter().chain(other)
    }

    /// One step along the gradient of the mean cost.
    ///
    /// * `gradient`: summed over the examples of the batch
    /// * `scale`: one over the number of examples
    pub(super) fn apply(
        &mut self,
        parameters: &mut Parameters,
        gradient: &Parameters,
        scale: f32,
        rate: f32,
    ) {
        let (w, g) = (parameters.lanes_mut(), gradient.lanes());
        match self {
            Self::None => update::descent(w, g, rate * scale),
            Self::Velocity(velocity) => {
                update::momentum(w, g, velocity.lanes_mut(), scale, MOMENTUM, rate);
            }
            Self::Moments {
                mean,
                square,
                powers,
            } => {
                powers.0 *= f64::from(adam::BETA_1);
                powers.1 *= f64::from(adam::BETA_2);
                #[expect(clippy::cast_possible_truncation, reason = "f64 to f32 only rounds")]
                let corrections = ((1.0 - powers.0) as f32, (1.0 - powers.1) as f32);
                let means = (mean.lanes_mut(), square.lanes_mut());
                update::adam(w, g, means, scale, corrections, rate);
            }
        }
    }
}

/// Weight of the newest parameters in the running average after `step` steps: at first nearly all, so that the first
/// random weights are soon forgotten, in the end one in a thousand.
pub(super) fn average_weight(step: u32) -> f32 {
    const LEAST: f32 = 1e-3;
    (9.0 / (10.0 + step as f32)).max(LEAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_parameters_weigh_less_and_less_but_never_nothing() {
        // 9/10, 9/90, and one in a thousand ever after.
        let weights = [0, 80, u32::MAX].map(average_weight);
        assert_eq!(weights, [0.9, 0.1, 1e-3]);
    }
}
