//! The hot loops, each beside its plain definition.
//!
//! All of them work on [`Lanes`], sixteen `f32` side by side: four `v128` registers in the browser, the same
//! operations in the same order natively. Only additions, multiplications, divisions, square roots and
//! comparisons of IEEE 754 are used, never fused, so results agree to the last bit everywhere.
//!
//! A layer of `out` neurons takes `out.div_ceil(16)` blocks of lanes. Lanes beyond `out` are padding: their
//! weights, biases and deltas are zero and stay zero.

pub mod dense;
pub mod functions;
pub mod sparse;
pub mod update;

/// Sixteen neighbouring neurons, 64-byte aligned.
pub type Lanes = wide::f32x16;

/// How many neurons stand side by side in [`Lanes`].
pub const LANES: usize = 16;

/// Blocks of lanes that `neurons` neurons take.
#[must_use]
pub const fn blocks(neurons: usize) -> usize {
    neurons.div_ceil(LANES)
}

/// The lanes as plain numbers.
#[must_use]
pub fn numbers(lanes: &[Lanes]) -> &[f32] {
    bytemuck::cast_slice(lanes)
}

/// The lanes as plain numbers that can be changed.
#[must_use]
pub fn numbers_mut(lanes: &mut [Lanes]) -> &mut [f32] {
    bytemuck::cast_slice_mut(lanes)
}
