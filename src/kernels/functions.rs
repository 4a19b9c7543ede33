//! `exp`, `ln` and the logistic function on four numbers at once, the same bits on every machine.
//!
//! The platform's own functions differ in the last bits between browsers and operating systems,
//! which a run of thousands of steps would amplify.

use std::hint::black_box;

use bytemuck::cast;
use wide::{i32x4, u32x4};

use super::{LANES, Lanes, Quad};

/// 1.5 * 2^23: adding it leaves a number's nearest whole number in the low bits of the sum.
pub(crate) const ROUNDER: f32 = 12_582_912.0;
/// The high part of ln 2, few enough bits that whole multiples up to 128 are exact (Cephes, `expf.c`).
const LN_2_HIGH: f32 = 0.693_359_4;
/// What [`LN_2_HIGH`] lacks.
const LN_2_LOW: f32 = -2.121_944_4e-4;
/// `exp` of more is taken as `exp` of this, just under the largest finite `f32`.
const EXP_MAX: f32 = 88.0;
/// [`Logistic`] of more is taken as that of this, of less as that of its opposite.
const LOGISTIC_REACH: f32 = 16.0;
/// `exp` of less is taken as `exp` of this, just above the smallest normal `f32`.
const EXP_MIN: f32 = -87.0;

/// The same value, hidden from the optimiser.
///
/// Loops over vectors take their constants through this before they begin. Otherwise the compiler builds each constant
/// vector anew in every turn: three instructions in V8, which can cost more than the arithmetic.
#[inline(always)]
#[must_use]
pub fn hidden<T: Copy>(value: T) -> T {
    *black_box(&value)
}

/// `e^x`, and the numbers it takes; a loop has one from before it begins.
#[derive(Clone, Copy, Debug)]
pub struct Exponential {
    one: f32,
    min: f32,
    max: f32,
    log2_e: f32,
    rounder: f32,
    ln_2_high: f32,
    ln_2_low: f32,
    /// Of the polynomial, the highest power first.
    coefficients: [f32; 6],
}

impl Exponential {
    /// Ready for a loop.
    #[inline(always)]
    #[must_use]
    pub fn new() -> Self {
        hidden(Self {
            one: 1.0,
            min: EXP_MIN,
            max: EXP_MAX,
            log2_e: std::f32::consts::LOG2_E,
            rounder: ROUNDER,
            ln_2_high: LN_2_HIGH,
            ln_2_low: LN_2_LOW,
            coefficients: [
                1.987_569_1e-4,
                1.398_199_9e-3,
                8.333_452e-3,
                4.166_579_6e-2,
                0.166_666_66,
                0.5,
            ],
        })
    }

    /// `e^x` for each of four, relative error under 3e-7; arguments are clamped to -87..=88, NaN stays NaN.
    ///
    /// Range reduction to `|r| <= ln 2 / 2`, then Cephes' polynomial of degree 5 (Moshier, `expf.c`).
    #[inline(always)]
    #[must_use]
    pub fn exp(&self, x: Quad) -> Quad {
        let x = clamp(x, self.min, self.max);
        let shifted = x * self.log2_e + self.rounder;
        let n = shifted - self.rounder;
        let r = x - n * self.ln_2_high - n * self.ln_2_low;
        let [highest, others @ ..] = self.coefficients;
        let p = others
            .into_iter()
            .fold(Quad::splat(highest), |p, next| p * r + next);
        let y = p * (r * r) + r + self.one;
        // The low bits of `shifted` hold n: moved into the exponent they multiply y by 2^n.
        let bits: i32x4 = cast(shifted);
        let scaled = cast::<Quad, i32x4>(y) + (bits << 23);
        cast(scaled)
    }
}

impl Default for Exponential {
    fn default() -> Self {
        Self::new()
    }
}

/// The logistic function `σ(x) = 1 / (1 + e^-x)` and what follows from it, and the numbers it takes; a loop has one from
/// before it begins.
///
/// A quotient of two polynomials: half as long a chain of operations as by way of [`Exponential`], and a chain is what
/// takes the time.
#[derive(Clone, Copy, Debug)]
pub struct Logistic {
    reach: f32,
    half: f32,
    /// Of the polynomials in `x^2`, the highest power first; that of the denominator has the factor 1.
    numerator: [f32; 4],
    denominator: [f32; 4],
}

impl Logistic {
    /// Ready for a loop.
    #[inline(always)]
    #[must_use]
    pub fn new() -> Self {
        // The quotient with the least greatest error, 1.1e-7, for |x| <= 16: found by linear programs, each of which takes
        // the denominator of the one before for its weights (Barrodale, Powell and Roberts, "The differential correction
        // algorithm for rational l-infinity approximation", 1972).
        hidden(Self {
            reach: LOGISTIC_REACH,
            half: 0.5,
            numerator: [46.812_664, 48_893.184, 8.615_238e6, 2.670_496_8e8],
            denominator: [3_934.969, 1.583_854e6, 1.234_767_3e8, 1.068_199_8e9],
        })
    }

    /// `σ(x)` for each of four, absolute error under 2.5e-7, from just above 0 to just below 1; NaN stays NaN.
    #[inline(always)]
    #[must_use]
    pub fn sigmoid(&self, x: Quad) -> Quad {
        self.centred(x) + self.half
    }

    /// `σ(x)` and its derivative `σ(x) (1 - σ(x))`, for each of four.
    #[inline(always)]
    #[must_use]
    pub fn sigmoid_and_derivative(&self, x: Quad) -> (Quad, Quad) {
        let centred = self.centred(x);
        // (c + 1/2) (1/2 - c)
        let derivative = Quad::splat(self.half * self.half) - centred * centred;
        (centred + self.half, derivative)
    }

    /// `tanh x = 2 σ(2x) - 1` and its derivative, for each of four.
    #[inline(always)]
    #[must_use]
    pub fn tanh_and_derivative(&self, x: Quad) -> (Quad, Quad) {
        let half = self.centred(x + x);
        let tanh = half + half;
        (tanh, Quad::splat(self.half + self.half) - tanh * tanh)
    }

    /// `σ(x) - 1/2`, which is odd.
    #[inline(always)]
    fn centred(&self, x: Quad) -> Quad {
        let x = clamp(x, -self.reach, self.reach);
        let square = x * x;
        let [highest, others @ ..] = self.numerator;
        let above = others
            .into_iter()
            .fold(Quad::splat(highest), |sum, next| sum * square + next);
        let [second, others @ ..] = self.denominator;
        let below = others
            .into_iter()
            .fold(square + second, |sum, next| sum * square + next);
        x * above / below
    }
}

impl Default for Logistic {
    fn default() -> Self {
        Self::new()
    }
}

/// Each of four, at least `min` and at most `max`; NaN stays NaN.
#[inline(always)]
fn clamp(x: Quad, min: f32, max: f32) -> Quad {
    let (min, max) = (Quad::splat(min), Quad::splat(max));
    // Where one is no number, WebAssembly's operations give the first, and those of x86 the second; those of ARM give NaN.
    if cfg!(target_arch = "wasm32") {
        x.fast_max(min).fast_min(max)
    } else {
        max.fast_min(min.fast_max(x))
    }
}

/// `ln x` for each of four, for positive normal `x`; absolute error under 2e-7 near 1, relative elsewhere.
///
/// Mantissa brought to `sqrt(1/2)..sqrt(2)`, then Cephes' polynomial (Moshier, `logf.c`).
#[inline(always)]
#[must_use]
pub fn ln(x: Quad) -> Quad {
    let bits: u32x4 = cast(x);
    // 0x3f3504f3 is sqrt(1/2): exponents are counted from there, so the mantissa ends in sqrt(1/2)..sqrt(2).
    let offset = bits - u32x4::splat(0x3f35_04f3);
    let exponent: i32x4 = cast::<u32x4, i32x4>(offset) >> 23;
    let mantissa: Quad = cast((offset & u32x4::splat(0x007f_ffff)) + u32x4::splat(0x3f35_04f3));
    let e = Quad::from_i32x4(exponent);
    let m = mantissa - 1.0;
    let p = m * 7.037_683_6e-2 - 0.115_146_1;
    let p = p * m + 0.116_769_984;
    let p = p * m - 0.124_201_41;
    let p = p * m + 0.142_493_23;
    let p = p * m - 0.166_680_57;
    let p = p * m + 0.200_007_14;
    let p = p * m - 0.249_999_94;
    let p = p * m + 0.333_333_3;
    let square = m * m;
    let y = p * m * square + e * LN_2_LOW - square * 0.5;
    m + y + e * LN_2_HIGH
}

/// `sin x` for `|x| <= π/2`, absolute error under 1e-15: Taylor's series up to the nineteenth power.
#[must_use]
pub fn sine(x: f64) -> f64 {
    debug_assert!(x.abs() <= 1.571, "{x}");
    let square = x * x;
    let mut sum = 1.0;
    for n in [18.0, 16.0, 14.0, 12.0, 10.0, 8.0, 6.0, 4.0, 2.0] {
        sum = 1.0 - sum * square / (n * (n + 1.0));
    }
    x * sum
}

/// One number through a function on four.
#[must_use]
pub fn scalar(function: impl Fn(Quad) -> Quad, x: f32) -> f32 {
    function(Quad::splat(x)).to_array()[0]
}

/// Lanes that are 1 for the first `count` neurons of block `block` and 0 in the padding.
#[must_use]
pub fn mask(count: usize, block: usize) -> Lanes {
    let mut lanes = [0.0; LANES];
    let used = count.saturating_sub(block * LANES).min(LANES);
    lanes[..used].fill(1.0);
    Lanes::from(lanes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exp(x: Quad) -> Quad {
        Exponential::new().exp(x)
    }

    fn sigmoid(x: Quad) -> Quad {
        Logistic::new().sigmoid(x)
    }

    #[test]
    fn exp_agrees_with_f64() {
        for i in -8_700..=8_800 {
            let x = i as f32 / 100.0;
            let (found, expected) = (f64::from(scalar(exp, x)), f64::from(x).exp());
            assert!(
                (found / expected - 1.0).abs() < 3e-7,
                "{x}: {found} {expected}"
            );
        }
        assert_eq!(scalar(exp, 0.0), 1.0);
        assert!(scalar(exp, f32::NAN).is_nan());
        assert!(scalar(exp, f32::MAX).is_finite());
        assert!(scalar(exp, f32::MIN) > 0.0);
    }

    #[test]
    fn ln_agrees_with_f64() {
        for i in 1..200_000 {
            let x = i as f32 / 1_000.0;
            let (found, expected) = (f64::from(scalar(ln, x)), f64::from(x).ln());
            assert!(
                (found - expected).abs() < 2e-7 * expected.abs().max(1.0),
                "{x}: {found} {expected}"
            );
        }
        assert_eq!(scalar(ln, 1.0), 0.0);
    }

    #[test]
    fn sine_agrees_with_the_platforms() {
        for i in -1_570..=1_570 {
            let x = f64::from(i) / 1_000.0;
            assert!((sine(x) - x.sin()).abs() < 1e-15, "{x}");
        }
    }

    #[test]
    fn sigmoid_is_symmetric_and_bounded() {
        for i in -30_000..=30_000 {
            let x = i as f32 / 1_000.0;
            let (a, b) = (scalar(sigmoid, x), scalar(sigmoid, -x));
            assert!(0.0 < a && a < 1.0, "{x}: {a}");
            assert!((a + b - 1.0).abs() < 1e-7, "{x}");
        }
        assert!(scalar(sigmoid, f32::NEG_INFINITY) > 0.0);
        assert!(scalar(sigmoid, f32::MAX) < 1.0);
    }

    #[test]
    fn logistic_functions_agree_with_f64() {
        let logistic = Logistic::new();
        let slope = |x| logistic.sigmoid_and_derivative(x).1;
        let tanh = |x| logistic.tanh_and_derivative(x).0;
        let tanh_slope = |x| logistic.tanh_and_derivative(x).1;
        for i in -400_000..=400_000 {
            let x = i as f32 / 10_000.0;
            let wide = f64::from(x);
            let exact = 1.0 / (1.0 + (-wide).exp());
            let near = |found: f32, expected: f64, error: f64| {
                let difference = (f64::from(found) - expected).abs();
                assert!(difference < error, "{x}: {found}, expected {expected}");
            };
            near(scalar(sigmoid, x), exact, 2.5e-7);
            near(scalar(slope, x), exact * (1.0 - exact), 2.5e-7);
            near(scalar(tanh, x), wide.tanh(), 5e-7);
            near(scalar(tanh_slope, x), wide.cosh().powi(-2), 1e-6);
        }
    }

    #[test]
    fn what_is_no_number_stays_so() {
        for function in [exp, sigmoid] {
            assert!(scalar(function, f32::NAN).is_nan());
        }
    }
}
