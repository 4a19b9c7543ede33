//! Looking at an image between its pixels: what straightening does for every pixel of every image.

use bytemuck::cast;
use wide::i32x4;

use crate::data::{IMAGE_SIDE, PIXELS};
use crate::kernels::Quad;
use crate::kernels::functions::{ROUNDER, hidden};

/// Side of the working image: a border of two empty pixels all around.
pub(crate) const SIDE: usize = 32;
pub(crate) const BORDER: usize = 2;
const _: () = assert!(SIDE == IMAGE_SIDE + 2 * BORDER);
/// The middle of an image, in pixels from the middle of the first.
pub(crate) const MIDDLE_PIXEL: f32 = (IMAGE_SIDE as f32 - 1.0) / 2.0;

/// Pixels of the working image, and two rows more for samples at its very end.
const PADDED: usize = SIDE * (SIDE + 2);

/// From pixels of the image, counted from the middle of the first, to pixels of the working image, counted from half a
/// pixel right of and below the middle of its first: there a place's nearest whole number is the pixel to its upper left.
const TO_WORKING: f32 = BORDER as f32 - 0.5;

/// An image with an empty border, which can be looked at anywhere.
#[derive(Clone, Debug)]
pub(crate) struct Bordered {
    pixels: [f32; PADDED],
    /// Numbers for a loop of looks.
    to_working: f32,
    last: f32,
    rounder: f32,
    half: f32,
}

impl Bordered {
    pub(crate) fn new(image: &[f32; PIXELS]) -> Self {
        let mut bordered = Self {
            pixels: [0.0; PADDED],
            to_working: hidden(TO_WORKING),
            last: hidden(SIDE as f32 - 2.5),
            rounder: hidden(ROUNDER),
            half: hidden(0.5),
        };
        for (row, source) in image.chunks_exact(IMAGE_SIDE).enumerate() {
            let at = (row + BORDER) * SIDE + BORDER;
            bordered.pixels[at..at + IMAGE_SIDE].copy_from_slice(source);
        }
        bordered
    }

    /// Bilinear samples at four places, in pixels from the middle of the first; nothing outside the image.
    #[inline(always)]
    pub(crate) fn sample(&self, x: Quad, y: Quad) -> Quad {
        let (column, fx) = self.split(x + self.to_working);
        let (line, fy) = self.split(y + self.to_working);
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

    /// The nearest whole numbers, in the low bits, and what is left of the places, 0 to 1. Places beyond the border are
    /// moved into it, where there is nothing to see.
    #[inline(always)]
    fn split(&self, place: Quad) -> (i32x4, Quad) {
        // Not for numbers that may be NaN; these are finite.
        let place = place.fast_max(Quad::ZERO).fast_min(Quad::splat(self.last));
        let shifted = place + self.rounder;
        (
            cast(shifted),
            (place - (shifted - self.rounder)) + self.half,
        )
    }
}
