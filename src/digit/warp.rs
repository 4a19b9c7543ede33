//! Looking at an image between its pixels: what straightening and augmentation do for every pixel of every image.

use bytemuck::cast;
use wide::i32x4;

use crate::data::{IMAGE_SIDE, PIXELS};
use crate::kernels::Quad;

/// Side of the working image: a border of two empty pixels all around.
const SIDE: usize = 32;
const BORDER: usize = 2;
const _: () = assert!(SIDE == IMAGE_SIDE + 2 * BORDER);
/// 1.5 * 2^23: adding it rounds to a whole number, which then stands in the low bits.
const ROUNDER: f32 = 12_582_912.0;
/// The middle of an image, in pixels from the middle of the first.
pub(crate) const MIDDLE: f32 = (IMAGE_SIDE as f32 - 1.0) / 2.0;

/// An image with an empty border, which can be looked at anywhere.
pub(crate) struct Bordered {
    /// Two rows more than the image has, for samples at its very end.
    pixels: [f32; SIDE * (SIDE + 2)],
}

impl Bordered {
    pub(crate) fn new(image: &[f32; PIXELS]) -> Self {
        let mut pixels = [0.0; SIDE * (SIDE + 2)];
        for (row, source) in image.chunks_exact(IMAGE_SIDE).enumerate() {
            let at = (row + BORDER) * SIDE + BORDER;
            pixels[at..at + IMAGE_SIDE].copy_from_slice(source);
        }
        Self { pixels }
    }

    /// Bilinear samples at four places, in pixels from the middle of the first; nothing outside the image.
    #[inline(always)]
    pub(crate) fn sample(&self, x: Quad, y: Quad) -> Quad {
        let (column, fx) = split(x);
        let (line, fy) = split(y);
        let place: i32x4 = (line << 5) + column;
        let mut corners = [[0.0; 4]; 4];
        for (lane, &place) in place.as_array().iter().enumerate() {
            // In range already; the mask says so to the compiler.
            #[expect(clippy::cast_sign_loss, reason = "places in the image are positive")]
            let at = (place & 1023) as usize;
            corners[0][lane] = self.pixels[at];
            corners[1][lane] = self.pixels[at + 1];
            corners[2][lane] = self.pixels[at + SIDE];
            corners[3][lane] = self.pixels[at + SIDE + 1];
        }
        let [a, b, c, d] = corners.map(Quad::from);
        let upper = a + (b - a) * fx;
        let lower = c + (d - c) * fx;
        upper + (lower - upper) * fy
    }

    /// Every stroke `amount` of a pixel thicker, or thinner, on each side: part of the way to the largest, or smallest,
    /// of each pixel and its four neighbours.
    pub(crate) fn thickened(&self, amount: f32) -> Self {
        let mut out = [0.0; SIDE * (SIDE + 2)];
        let thicker = amount > 0.0;
        let amount = amount.abs();
        for at in (SIDE..SIDE * (SIDE - 1)).step_by(4) {
            let four = |at: usize| {
                let four = self.pixels[at..].first_chunk::<4>();
                Quad::from(*four.expect("a border is all around"))
            };
            let here = four(at);
            let mut extreme = here;
            for neighbour in [at - SIDE, at + SIDE, at - 1, at + 1] {
                let neighbour = four(neighbour);
                let further = if thicker {
                    neighbour.simd_gt(extreme)
                } else {
                    neighbour.simd_lt(extreme)
                };
                extreme = further.select(neighbour, extreme);
            }
            let changed = here + (extreme - here) * amount;
            out[at..at + 4].copy_from_slice(&changed.to_array());
        }
        Self { pixels: out }
    }
}

/// The whole part of places, as columns or rows of the working image, and the rest, 0 to 1. Places beyond the border are
/// moved into it, where there is nothing to see.
#[inline(always)]
fn split(place: Quad) -> (i32x4, Quad) {
    let (low, high) = (Quad::splat(0.5), Quad::splat(SIDE as f32 - 2.0));
    let place = place + BORDER as f32;
    let place = place.simd_lt(low).select(low, place);
    let place = place.simd_gt(high).select(high, place);
    // Half less before rounding makes it the floor; the sum of both constants would not fit an `f32`.
    let shifted = (place - 0.5) + ROUNDER;
    let whole = shifted - ROUNDER;
    let bits: i32x4 = cast(shifted);
    (bits & i32x4::splat(31), place - whole)
}
