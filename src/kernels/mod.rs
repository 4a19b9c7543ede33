//! The hot loops. Each is tested against plain numbers: those of the first layer against their definition beside them, to the
//! last bit; the others in a network against the same mathematics in `f64`.
//!
//! All of them work on [`Lanes`], sixteen `f32` side by side: four `v128` registers in the browser, the same
//! operations in the same order natively. Only additions, multiplications, divisions, square roots and
//! comparisons of IEEE 754 are used, never fused, so results agree to the last bit everywhere.
//!
//! A layer of `out` neurons takes `out.div_ceil(16)` blocks of lanes. Lanes beyond `out` are padding: their
//! weights, biases and deltas are zero and stay zero.

pub mod dense;
pub mod functions;
mod lanes;
pub mod sparse;
pub mod update;

pub use lanes::{LANES, Lanes, Quad, blocks, numbers, numbers_mut, quads, quads_mut};
