//! What the processor can do at most: multiplications and additions of four numbers each, in registers, nothing else.

use std::arch::wasm32::{f32x4_add, f32x4_extract_lane, f32x4_mul, f32x4_splat};
use std::hint::black_box;

use wasm_bindgen::prelude::*;

/// Chains of operations side by side: as many as hide how long one operation takes, and as registers hold.
const CHAINS: usize = 12;
/// A multiplication and an addition of four numbers for each chain.
const OPERATIONS: u32 = 2 * 4 * CHAINS as u32;

/// Operations in one round of [`peak`].
#[wasm_bindgen]
pub fn peak_operations() -> u32 {
    OPERATIONS
}

/// Makes so many rounds of operations; the result only matters to the compiler.
#[wasm_bindgen]
pub fn peak(rounds: u32) -> f32 {
    let (factor, term) = black_box((f32x4_splat(0.999), f32x4_splat(0.001)));
    let mut chains = [f32x4_splat(1.0); CHAINS];
    for _ in 0..rounds {
        for x in &mut chains {
            *x = f32x4_add(f32x4_mul(*x, factor), term);
        }
    }
    f32x4_extract_lane::<0>(chains.into_iter().fold(term, |sum, x| f32x4_add(sum, x)))
}
