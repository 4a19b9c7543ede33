//! `exp`, `ln` and the logistic function on lanes, the same bits on every machine.
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
/// `exp` of less is taken as `exp` of this, just above the smallest normal `f32`.
const EXP_MIN: f32 = -87.0;

/// The same value, of which the compiler knows nothing.
///
/// For the numbers of a loop of vectors, taken before it begins. Constants it would have made anew at each turn: three
/// instructions a vector in V8, which can be more than the arithmetic takes.
#[inline(always)]
#[must_use]
pub fn hidden<T: Copy>(value: T) -> T {
    *black_box(&value)
}

/// `e^x` and what follows from it, and the numbers it takes; a loop has one from before it begins.
#[derive(Clone, Copy, Debug)]
pub struct Exponential {
    zero: f32,
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
            zero: 0.0,
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

    /// One, four times, for what a loop does besides.
    #[inline(always)]
    #[must_use]
    pub fn one(&self) -> Quad {
        Quad::splat(self.one)
    }

    /// `e^x` for each of four, relative error under 3e-7; finite arguments are clamped to -87..=88, others give NaN.
    ///
    /// Range reduction to `|r| <= ln 2 / 2`, then Cephes' polynomial of degree 5 (Moshier, `expf.c`).
    #[inline(always)]
    #[must_use]
    pub fn exp(&self, x: Quad) -> Quad {
        // These treat NaN differently from one machine to another; but where x is no number, nor will the result be.
        let lost = x * self.zero;
        let x = x
            .fast_max(Quad::splat(self.min))
            .fast_min(Quad::splat(self.max));
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
        let result: Quad = cast(scaled);
        result + lost
    }

    /// The logistic function `1 / (1 + e^-x)` for each of four.
    #[inline(always)]
    #[must_use]
    pub fn sigmoid(&self, x: Quad) -> Quad {
        self.one() / (self.exp(-x) + self.one)
    }
}

impl Default for Exponential {
    fn default() -> Self {
        Self::new()
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
        Exponential::new().sigmoid(x)
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
        assert!(scalar(exp, f32::INFINITY).is_nan());
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
        for i in -3_000..=3_000 {
            let x = i as f32 / 10.0;
            let (a, b) = (scalar(sigmoid, x), scalar(sigmoid, -x));
            assert!((0.0..=1.0).contains(&a));
            assert!((a + b - 1.0).abs() < 2e-7, "{x}");
        }
    }
}
