//! Sixteen numbers side by side, and what can be done with them.

#![allow(
    unsafe_code,
    reason = "reading lanes as plain numbers rests on a promise about their layout, made once, here"
)]

use std::ops::{Add, AddAssign, Mul, MulAssign, Sub, SubAssign};

use bytemuck::{Pod, Zeroable};

/// Four numbers in one `v128` register.
pub type Quad = wide::f32x4;

/// How many neurons stand side by side in [`Lanes`].
pub const LANES: usize = 16;

/// Sixteen neighbouring neurons: four registers, one cache line.
///
/// Our own type over `wide`'s registers, because its operations must be inlined wherever they stand, also in a build
/// that is optimised for size.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C, align(64))]
pub struct Lanes([Quad; 4]);

// SAFETY: all bits zero are sixteen zeros.
unsafe impl Zeroable for Lanes {}
// SAFETY: four registers of sixteen bytes fill the 64 bytes without padding, and every bit pattern is sixteen numbers.
unsafe impl Pod for Lanes {}
const _: () = assert!(size_of::<Lanes>() == size_of::<[f32; LANES]>());

impl Lanes {
    /// Sixteen zeros.
    pub const ZERO: Self = Self([Quad::ZERO; 4]);

    /// The same number sixteen times.
    #[inline(always)]
    #[must_use]
    pub fn splat(x: f32) -> Self {
        Self([Quad::splat(x); 4])
    }

    /// The four registers.
    #[inline(always)]
    #[must_use]
    pub fn quads(self) -> [Quad; 4] {
        self.0
    }

    /// The sum of all lanes, always as the same tree.
    #[inline(always)]
    #[must_use]
    pub fn sum(self) -> f32 {
        let [a, b, c, d] = self.0;
        let [a, b, c, d] = ((a + b) + (c + d)).to_array();
        (a + b) + (c + d)
    }

    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(Quad, Quad) -> Quad) -> Self {
        let ([a, b, c, d], [e, g, h, i]) = (self.0, other.0);
        Self([f(a, e), f(b, g), f(c, h), f(d, i)])
    }
}

impl From<[f32; LANES]> for Lanes {
    fn from(numbers: [f32; LANES]) -> Self {
        bytemuck::cast(numbers)
    }
}

impl From<[Quad; 4]> for Lanes {
    #[inline(always)]
    fn from(quads: [Quad; 4]) -> Self {
        Self(quads)
    }
}

impl From<Lanes> for [f32; LANES] {
    fn from(lanes: Lanes) -> Self {
        bytemuck::cast(lanes)
    }
}

impl Add for Lanes {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }
}

impl Sub for Lanes {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.zip(other, |a, b| a - b)
    }
}

impl Mul for Lanes {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.zip(other, |a, b| a * b)
    }
}

impl Mul<f32> for Lanes {
    type Output = Self;

    #[inline(always)]
    fn mul(self, factor: f32) -> Self {
        self * Self::splat(factor)
    }
}

impl AddAssign for Lanes {
    #[inline(always)]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Lanes {
    #[inline(always)]
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl MulAssign<f32> for Lanes {
    #[inline(always)]
    fn mul_assign(&mut self, factor: f32) {
        *self = *self * factor;
    }
}

/// Blocks of lanes that `neurons` neurons take.
#[must_use]
pub const fn blocks(neurons: usize) -> usize {
    neurons.div_ceil(LANES)
}

/// The lanes as plain numbers.
#[inline(always)]
#[must_use]
pub fn numbers(lanes: &[Lanes]) -> &[f32] {
    bytemuck::cast_slice(lanes)
}

/// The lanes as plain numbers that can be changed.
#[inline(always)]
#[must_use]
pub fn numbers_mut(lanes: &mut [Lanes]) -> &mut [f32] {
    bytemuck::cast_slice_mut(lanes)
}

/// The lanes as registers.
#[inline(always)]
#[must_use]
pub fn quads(lanes: &[Lanes]) -> &[Quad] {
    bytemuck::cast_slice(lanes)
}

/// The lanes as registers that can be changed.
#[inline(always)]
#[must_use]
pub fn quads_mut(lanes: &mut [Lanes]) -> &mut [Quad] {
    bytemuck::cast_slice_mut(lanes)
}
