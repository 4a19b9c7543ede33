//! What happens to all parameters in a step: one pass for the optimizer, and one for the running average.

use super::functions::hidden;
use super::{Lanes, quads, quads_mut};

/// Adam's constants, as Kingma and Ba propose ("Adam: a method for stochastic optimization", 2015).
pub mod adam {
    /// Decay of the running mean of the gradient.
    pub const BETA_1: f32 = 0.9;
    /// Decay of the running mean of its square.
    pub const BETA_2: f32 = 0.999;
    /// Keeps the quotient finite where no gradient ever came.
    pub const EPSILON: f32 = 1e-8;
}

/// `w -= rate * g`, the definition of descent.
pub fn descent(parameters: &mut [Lanes], gradient: &[Lanes], rate: f32) {
    for (w, &g) in parameters.iter_mut().zip(gradient) {
        *w -= g * rate;
    }
}

/// Momentum (Polyak 1964): `v = decay v + g`, `w -= rate v`.
///
/// * `parameters`, `gradient`, `velocity`: of the same length
/// * `scale`: what the accumulated gradient must be multiplied by, `1 / examples`
pub fn momentum(
    parameters: &mut [Lanes],
    gradient: &[Lanes],
    velocity: &mut [Lanes],
    scale: f32,
    decay: f32,
    rate: f32,
) {
    for ((w, &g), v) in parameters.iter_mut().zip(gradient).zip(velocity) {
        *v = *v * decay + g * scale;
        *w -= *v * rate;
    }
}

/// Adam: running means of gradient and squared gradient, corrected for their start at zero.
///
/// * `parameters`, `gradient`, and both means: of the same length
/// * `scale`: what the accumulated gradient must be multiplied by, `1 / examples`
/// * `corrections`: `1 - beta^t` for both means
pub fn adam(
    parameters: &mut [Lanes],
    gradient: &[Lanes],
    (mean, square): (&mut [Lanes], &mut [Lanes]),
    scale: f32,
    corrections: (f32, f32),
    rate: f32,
) {
    // Both corrections moved out of the loop: w -= rate' m / (sqrt(v) + epsilon').
    let root = corrections.1.sqrt();
    let rate = rate * root / corrections.0;
    let epsilon = adam::EPSILON * root;
    let [beta_1, rest_1] = hidden([adam::BETA_1, 1.0 - adam::BETA_1]);
    let [beta_2, rest_2] = hidden([adam::BETA_2, 1.0 - adam::BETA_2]);
    let gradient = quads(gradient).iter();
    let means = quads_mut(mean).iter_mut().zip(quads_mut(square));
    for ((w, &g), (m, v)) in quads_mut(parameters).iter_mut().zip(gradient).zip(means) {
        let g = g * scale;
        *m = *m * beta_1 + g * rest_1;
        *v = *v * beta_2 + g * g * rest_2;
        *w -= *m * rate / (v.sqrt() + epsilon);
    }
}

/// Running average: `average += (w - average) * weight`.
pub fn average(average: &mut [Lanes], parameters: &[Lanes], weight: f32) {
    for (a, &w) in average.iter_mut().zip(parameters) {
        *a += (w - *a) * weight;
    }
}

/// Whether every number is finite: infinities and NaN are the only numbers whose product with zero is not zero.
#[must_use]
pub fn all_finite(lanes: &[Lanes]) -> bool {
    let product = lanes.iter().fold(Lanes::ZERO, |sum, &x| sum + x * 0.0);
    product.sum() == 0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::numbers;

    #[test]
    fn adam_makes_first_steps_of_the_size_of_the_rate() {
        // m / c1 = g and v / c2 = g^2 after one step, so each parameter moves by rate * g / (|g| + eps).
        let mut w = [Lanes::splat(1.0)];
        let g = [Lanes::splat(-4.0)];
        let (mut m, mut v) = ([Lanes::ZERO], [Lanes::ZERO]);
        let corrections = (1.0 - adam::BETA_1, 1.0 - adam::BETA_2);
        super::adam(&mut w, &g, (&mut m, &mut v), 0.5, corrections, 0.01);
        assert!((numbers(&w)[3] - 1.01).abs() < 1e-6);
    }

    #[test]
    fn adam_is_its_definition_step_after_step() {
        // Kingma and Ba 2015, algorithm 1, in f64.
        let gradients = [3.0_f32, -1.0, 0.5, 0.0, 2.0, -4.0, 1e-3, 1.0];
        let (scale, rate) = (0.25_f32, 0.01_f32);
        let (mut w, mut m, mut v) = ([Lanes::splat(0.5)], [Lanes::ZERO], [Lanes::ZERO]);
        let (mut theta, mut mean, mut square) = (0.5_f64, 0.0_f64, 0.0_f64);
        let (beta_1, beta_2) = (f64::from(adam::BETA_1), f64::from(adam::BETA_2));
        for (t, &gradient) in (1..).zip(&gradients) {
            let corrections = (1.0 - beta_1.powi(t), 1.0 - beta_2.powi(t));
            #[expect(clippy::cast_possible_truncation, reason = "f64 to f32 only rounds")]
            let given = (corrections.0 as f32, corrections.1 as f32);
            super::adam(
                &mut w,
                &[Lanes::splat(gradient)],
                (&mut m, &mut v),
                scale,
                given,
                rate,
            );
            let g = f64::from(gradient * scale);
            mean = beta_1 * mean + (1.0 - beta_1) * g;
            square = beta_2 * square + (1.0 - beta_2) * g * g;
            let step =
                mean / corrections.0 / ((square / corrections.1).sqrt() + f64::from(adam::EPSILON));
            theta -= f64::from(rate) * step;
            let found = f64::from(numbers(&w)[5]);
            assert!((found - theta).abs() < 1e-6, "step {t}: {found} {theta}");
        }
    }

    #[test]
    fn momentum_gathers_speed() {
        let (mut w, g, mut v) = ([Lanes::ZERO], [Lanes::splat(2.0)], [Lanes::ZERO]);
        momentum(&mut w, &g, &mut v, 0.5, 0.9, 0.1);
        momentum(&mut w, &g, &mut v, 0.5, 0.9, 0.1);
        // v: 1, 1.9; w: -0.1, -0.29
        assert!((numbers(&w)[0] + 0.29).abs() < 1e-6);
    }

    #[test]
    fn a_single_infinity_is_found() {
        let mut lanes = [Lanes::splat(1.0); 5];
        assert!(all_finite(&lanes));
        lanes[3] = Lanes::from([f32::INFINITY; 16]);
        assert!(!all_finite(&lanes));
        lanes[3] = Lanes::splat(f32::NAN);
        assert!(!all_finite(&lanes));
    }
}
