//! Looking at an image between its pixels: what straightening and augmentation do for every pixel of every image.

use bytemuck::cast;
use wide::i32x4;

use crate::data::{IMAGE_SIDE, PIXELS};
use crate::kernels::Quad;
use crate::kernels::sparse::SparseRows;

/// Side of the working image: a border of two empty pixels all around.
const SIDE: usize = 32;
const BORDER: usize = 2;
const _: () = assert!(SIDE == IMAGE_SIDE + 2 * BORDER);
/// 1.5 * 2^23: adding it rounds to a whole number, which then stands in the low bits.
const ROUNDER: f32 = 12_582_912.0;
/// The middle of an image, in pixels from the middle of the first.
pub(crate) const MIDDLE: f32 = (IMAGE_SIDE as f32 - 1.0) / 2.0;

/// Pixels of the working image, and two rows more for samples at its very end.
const PADDED: usize = SIDE * (SIDE + 2);

/// From pixels of the image, counted from the middle of the first, to the coordinates of
/// [`sample_working`](Bordered::sample_working).
pub(crate) const TO_WORKING: f32 = BORDER as f32 - 0.5;

/// An image with an empty border, which can be looked at anywhere.
#[derive(Clone, Debug)]
pub(crate) struct Bordered {
    pixels: [f32; PADDED],
}

impl Bordered {
    /// Nothing.
    pub(crate) const EMPTY: Self = Self {
        pixels: [0.0; PADDED],
    };

    pub(crate) fn new(image: &[f32; PIXELS]) -> Self {
        let mut bordered = Self::EMPTY;
        for (row, source) in image.chunks_exact(IMAGE_SIDE).enumerate() {
            let at = (row + BORDER) * SIDE + BORDER;
            bordered.pixels[at..at + IMAGE_SIDE].copy_from_slice(source);
        }
        bordered
    }

    /// Takes one image of many in place of its own.
    pub(crate) fn take(&mut self, images: &SparseRows, row: usize) {
        self.pixels.fill(0.0);
        let (columns, values) = images.row(row);
        for (&column, &value) in columns.as_flattened().iter().zip(values.as_flattened()) {
            let column = usize::from(column);
            // The image is so many columns narrower than the working image. Padding adds nothing.
            let at = column + column / IMAGE_SIDE * (SIDE - IMAGE_SIDE) + BORDER * (SIDE + 1);
            self.pixels[at] += value;
        }
    }

    /// Bilinear samples at four places, in pixels from the middle of the first; nothing outside the image.
    #[inline(always)]
    pub(crate) fn sample(&self, x: Quad, y: Quad) -> Quad {
        self.sample_working(x + TO_WORKING, y + TO_WORKING)
    }

    /// Bilinear samples at four places of the working image, in pixels from half a pixel right of and below the middle
    /// of its first: there a place's nearest whole number is the pixel to its upper left.
    #[inline(always)]
    pub(crate) fn sample_working(&self, x: Quad, y: Quad) -> Quad {
        let (column, fx) = split(x);
        let (line, fy) = split(y);
        // Only the low bits count.
        let place: i32x4 = (line << 5) + column;
        let mut corners = [[0.0; 4]; 4];
        for (lane, &place) in place.as_array().iter().enumerate() {
            #[expect(clippy::cast_sign_loss, reason = "ten bits are not negative")]
            let at = (place & 1023) as usize;
            corners[0][lane] = self.pixels[at];
            corners[1][lane] = self.pixels[at + 1];
            corners[2][lane] = self.pixels[at + SIDE];
            corners[3][lane] = self.pixels[at + SIDE + 1];
        }
        let [a, b, c, d]: [Quad; 4] = cast(corners);
        let upper = a + (b - a) * fx;
        let lower = c + (d - c) * fx;
        upper + (lower - upper) * fy
    }

    /// Every stroke of `source` `amount` of a pixel thicker, or thinner, on each side: part of the way to the largest, or
    /// smallest, of each pixel and its four neighbours.
    pub(crate) fn thicken(&mut self, source: &Self, amount: f32) {
        if amount > 0.0 {
            self.towards(source, amount, Quad::fast_max);
        } else {
            self.towards(source, -amount, Quad::fast_min);
        }
    }

    #[inline(always)]
    fn towards(&mut self, source: &Self, amount: f32, extreme: impl Fn(Quad, Quad) -> Quad) {
        let four = |at: usize| {
            let four = source.pixels[at..].first_chunk::<4>();
            Quad::from(*four.expect("a border is all around"))
        };
        for at in (SIDE..SIDE * (SIDE - 1)).step_by(4) {
            let here = four(at);
            let beside = extreme(four(at - 1), four(at + 1));
            let above_or_below = extreme(four(at - SIDE), four(at + SIDE));
            let furthest = extreme(here, extreme(beside, above_or_below));
            let changed = here + (furthest - here) * amount;
            self.pixels[at..at + 4].copy_from_slice(&changed.to_array());
        }
    }
}

/// The nearest whole numbers, in the low bits, and what is left of the places, 0 to 1. Places beyond the border are moved
/// into it, where there is nothing to see.
#[inline(always)]
fn split(place: Quad) -> (i32x4, Quad) {
    const LAST: f32 = SIDE as f32 - 2.5;
    // Not for numbers that may be NaN; these are finite.
    let place = place.fast_max(Quad::ZERO).fast_min(Quad::splat(LAST));
    let shifted = place + ROUNDER;
    (cast(shifted), (place - (shifted - ROUNDER)) + 0.5)
}
