//! An image of bytes that can be made thicker or thinner and looked at between its pixels: what augmentation does for
//! every pixel of every image it trains on.
//!
//! Bytes, because four neighbouring pixels are then one load, and weighing them a few operations on whole numbers, which
//! are the same on every machine. Their 256 levels are finer than the sixteen that the images came with.

use std::hint::black_box;

use bytemuck::cast;
use wide::{u8x16, u16x8, u32x4};

use super::{IMAGE_SIDE, PIXELS};
use crate::digit::bordered::{BORDER, SIDE};
use crate::kernels::Quad;
use crate::kernels::functions::{ROUNDER, hidden};
use crate::kernels::sparse::{FULL, SparseRows, numbers};

/// Pixels of such an image, and rows for looks beyond its end.
const PIXELS_AND_MORE: usize = SIDE * (SIDE + 2);
/// Side of the field in which it lies to be looked at.
const FIELD: usize = 128;
/// Where in the field it begins, down and to the right: in the middle.
const MARGIN: usize = (FIELD - SIDE) / 2;
/// From pixels of an image, counted from the middle of its first, to pixels of the field.
pub(super) const TO_FIELD: f32 = (MARGIN + BORDER) as f32;
/// Parts of a pixel in which places are given.
pub(super) const PARTS: f32 = 512.0;
/// Of each of four whole numbers the lowest byte.
const LOWEST_BYTES: u8x16 = u8x16::new([0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
/// An image with an empty border, 0 to 255.
#[derive(Clone, Debug)]
pub(super) struct Ink {
    pixels: [u8; PIXELS_AND_MORE],
}

impl Ink {
    const EMPTY: Self = Self {
        pixels: [0; PIXELS_AND_MORE],
    };

    /// One image of many.
    pub(super) fn new(images: &SparseRows, row: usize) -> Self {
        let mut image = [0; PIXELS];
        images.levels(row, &mut image);
        Self::of(&image)
    }

    /// An image of grey levels.
    pub(super) fn of(image: &[u8; PIXELS]) -> Self {
        let mut ink = Self::EMPTY;
        for (row, levels) in image.chunks_exact(IMAGE_SIDE).enumerate() {
            ink.pixels[(row + BORDER) * SIDE + BORDER..][..IMAGE_SIDE].copy_from_slice(levels);
        }
        ink
    }

    fn sixteen(&self, at: usize) -> u8x16 {
        u8x16::from(
            *self.pixels[at..]
                .first_chunk()
                .expect("a border is all around"),
        )
    }
}

/// Reads a pixel of every cache line of neighbouring images, so that they are at hand when they are needed in random order.
pub(super) fn touch(inks: &[Ink]) {
    let mut sum = 0_u32;
    for ink in inks {
        for line in ink.pixels.as_chunks::<64>().0 {
            sum = sum.wrapping_add(u32::from(line[0]));
        }
    }
    black_box(sum);
}

/// An image in the middle of a field, to be looked at anywhere: each pixel with the one below it, so that four neighbours
/// lie side by side.
///
/// As long as sixteen bits can tell, so that no place has to be compared with its end.
#[derive(Clone, Debug)]
pub(super) struct Pairs {
    pixels: Box<[u8; (1 << 16) + 4]>,
}

impl Pairs {
    /// Nothing.
    pub(super) fn empty() -> Self {
        Self {
            pixels: Box::new([0; _]),
        }
    }

    /// A pixel, the one below it, and their neighbours to the right.
    #[inline(always)]
    fn corners(&self, place: u16) -> u32 {
        let corners = self.pixels[usize::from(place)..].first_chunk();
        u32::from_le_bytes(*corners.expect("four bytes more than places"))
    }

    /// Takes an image with every stroke `amount` of a pixel thicker, or thinner, on each side: part of the way, at most
    /// all of it, to the largest, or smallest, of each pixel and its four neighbours.
    pub(super) fn take(&mut self, ink: &Ink, amount: f32) {
        let share = u16x8::splat(((amount.abs() * 256.0 + ROUNDER).to_bits() & 511) as u16);
        // A difference of bytes times the share, of which the high byte counts.
        let part = |difference: u8x16| {
            let low = (u16x8::from_u8x16_low(difference) * share) >> 8_u32;
            let high = (u16x8::from_u8x16_high(difference) * share) >> 8_u32;
            u8x16::narrow_i16x8(cast(low), cast(high))
        };
        if amount > 0.0 {
            self.take_each(ink, |here, around| {
                here + part(around.into_iter().fold(here, u8x16::max) - here)
            });
        } else {
            self.take_each(ink, |here, around| {
                here - part(here - around.into_iter().fold(here, u8x16::min))
            });
        }
    }

    /// Takes what `change` makes of each pixel and its four neighbours.
    #[inline(always)]
    fn take_each(&mut self, ink: &Ink, change: impl Fn(u8x16, [u8x16; 4]) -> u8x16) {
        const HALVES: [usize; 2] = [0, 16];
        let mut above = [u8x16::ZERO; 2];
        // Nothing reaches the first row and the last.
        for row in 1..SIDE {
            let mut here = [u8x16::ZERO; 2];
            if row < SIDE - 1 {
                for (here, half) in here.iter_mut().zip(HALVES) {
                    let at = row * SIDE + half;
                    let around = [at - 1, at + 1, at - SIDE, at + SIDE].map(|at| ink.sixteen(at));
                    *here = change(ink.sixteen(at), around);
                }
            }
            for ((&above, &here), half) in above.iter().zip(&here).zip(HALVES) {
                let at = (MARGIN + row - 1) * FIELD + MARGIN + half;
                let pairs = &mut self.pixels[2 * at..][..32];
                pairs[..16].copy_from_slice(&u8x16::unpack_low(above, here).to_array());
                pairs[16..].copy_from_slice(&u8x16::unpack_high(above, here).to_array());
            }
            above = here;
        }
    }
}

/// Grey levels as ink of 0 to 1.
#[must_use]
pub fn ink_of(levels: &[u8; PIXELS]) -> [f32; PIXELS] {
    let scale = hidden(1.0 / FULL);
    let mut ink = [0.0; PIXELS];
    let fours = levels.as_chunks::<4>().0.iter();
    for (&levels, ink) in fours.zip(ink.as_chunks_mut::<4>().0) {
        *ink = (numbers(levels) * scale).to_array();
    }
    ink
}

/// Ink as the nearest grey levels: 0 for none and less, 255 for 1 and more.
#[must_use]
pub fn levels_of(ink: &[f32; PIXELS]) -> [u8; PIXELS] {
    let (one, full, rounder, lowest) = hidden((Quad::splat(1.0), FULL, ROUNDER, LOWEST_BYTES));
    let mut levels = [0; PIXELS];
    let fours = ink.as_chunks::<4>().0.iter();
    for (&ink, levels) in fours.zip(levels.as_chunks_mut::<4>().0) {
        let ink = Quad::from(ink).fast_max(Quad::ZERO).fast_min(one);
        // The low bits of the sum hold the nearest whole number.
        let sums: u8x16 = cast(ink * full + rounder);
        let [four, ..]: [u32; 4] = cast(sums.shuffle(lowest));
        *levels = four.to_le_bytes();
    }
    levels
}

/// Looks at images between their pixels, bilinearly; the numbers it takes, from before a loop.
///
/// Eight places at a time, in the order first, fifth, second, sixth and so on: two fours that interlock.
#[derive(Clone, Copy)]
pub(super) struct Sampler {
    row: u16x8,
    column: u16x8,
    low_bytes: u16x8,
    low_halves: u32x4,
    high_halves: u32x4,
    fours: u8x16,
}

impl Sampler {
    pub(super) fn new() -> Self {
        hidden(Self {
            row: u16x8::splat(127 << 8),
            column: u16x8::splat(127 << 1),
            low_bytes: u16x8::splat(255),
            low_halves: u32x4::splat(0xffff),
            high_halves: u32x4::splat(0xffff_0000),
            fours: u8x16::new([0, 4, 8, 12, 2, 6, 10, 14, 0, 0, 0, 0, 0, 0, 0, 0]),
        })
    }

    /// Eight low halves, of one and the other in turn.
    #[inline(always)]
    fn evens(&self, first: u32x4, second: u32x4) -> u16x8 {
        cast((first & self.low_halves) | (second << 16_u32))
    }

    /// Eight high halves, of one and the other in turn.
    #[inline(always)]
    pub(super) fn odds(&self, first: u32x4, second: u32x4) -> u16x8 {
        cast((first >> 16_u32) | (second & self.high_halves))
    }

    /// The image at two fours of places, in [`PARTS`] of a pixel of the field, 0 to 255. There is nothing around the image;
    /// beyond the field, it begins again.
    #[inline(always)]
    pub(super) fn sample(&self, image: &Pairs, x: u16x8, y: u16x8) -> [[u8; 4]; 2] {
        const _: () = assert!(FIELD == 128 && PARTS == 512.0);
        let (down, right) = (y >> 1_u32, x >> 1_u32);
        // Pairs of bytes in rows of 256.
        let places: u16x8 = (down & self.row) | ((x >> 8_u32) & self.column);
        let words: [u64; 2] = cast(places);
        let [[a, b, c, d], [e, f, g, h]] = words
            .map(|word| [0, 16, 32, 48].map(|bits| image.corners((word >> bits & 0xffff) as u16)));
        let (first, second) = (u32x4::new([a, c, e, g]), u32x4::new([b, d, f, h]));
        let (left, beside) = (self.evens(first, second), self.odds(first, second));
        // What lies below, the upper byte, has how much more than what lies above, times the share of it.
        let down = down & self.low_bytes;
        let more = |pairs: u16x8| ((pairs >> 8_u32) - (pairs & self.low_bytes)) * down;
        // In 256ths of a level; of the one beside only whole levels count.
        let left = (left << 8_u32) + more(left);
        let beside = (beside + (more(beside) >> 8_u32)) & self.low_bytes;
        let difference = beside - (left >> 8_u32);
        let levels = (left + difference * (right & self.low_bytes)) >> 8_u32;
        let [first, second, ..]: [u32; 4] = cast(cast::<u16x8, u8x16>(levels).shuffle(self.fours));
        [first.to_le_bytes(), second.to_le_bytes()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Random, Stream};

    fn noise(random: &mut Random) -> (Vec<f32>, Ink) {
        let levels = [(); PIXELS].map(|()| u8::try_from(random.below(256)).expect("a byte"));
        let mut images = SparseRows::new(PIXELS);
        images.push(&levels);
        let image = levels.map(|level| f32::from(level) / 255.0);
        (image.to_vec(), Ink::new(&images, 0))
    }

    /// A pixel of an image, 0 outside.
    fn pixel(image: &[f32], x: i32, y: i32) -> f64 {
        let inside = |at: i32| (0..28).contains(&at);
        if inside(x) && inside(y) {
            f64::from(image[usize::try_from(y * 28 + x).expect("inside")])
        } else {
            0.0
        }
    }

    #[test]
    fn levels_become_ink_and_come_back() {
        let mut random = Random::new(8, Stream::Noise);
        let levels = [(); PIXELS].map(|()| u8::try_from(random.below(256)).expect("a byte"));
        let ink = ink_of(&levels);
        for (level, ink) in levels.into_iter().zip(ink) {
            assert!(
                (f32::from(level) / 255.0 - ink).abs() < 1e-7,
                "{level}: {ink}"
            );
        }
        assert_eq!(levels_of(&ink), levels);
        let mut beyond = [0.0; PIXELS];
        beyond[..4].copy_from_slice(&[-3.0, -1e-6, 1.0 + 1e-6, 7.0]);
        assert_eq!(levels_of(&beyond)[..4], [0, 0, 255, 255]);
    }

    #[test]
    fn samples_agree_with_the_definition() {
        let mut random = Random::new(7, Stream::Noise);
        for amount in [0.0, 0.5, -0.5, 1.0, -1.0] {
            let (image, ink) = noise(&mut random);
            let mut pairs = Pairs::empty();
            pairs.take(&ink, amount);
            let thickened = |x: i32, y: i32| {
                let around = [(x, y), (x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)]
                    .map(|(x, y)| pixel(&image, x, y));
                let extreme = if amount > 0.0 { f64::max } else { f64::min };
                let furthest = around.into_iter().fold(around[0], extreme);
                around[0] + (furthest - around[0]) * f64::from(amount.abs())
            };
            for _ in 0..2_000 {
                // Whole parts of a pixel, also outside.
                let place = |random: &mut Random| f64::from(random.below(60 * 256)) / 256.0 - 16.0;
                let (x, y) = (place(&mut random), place(&mut random));
                let (left, top) = (x.floor(), y.floor());
                let (fx, fy) = (x - left, y - top);
                #[expect(clippy::cast_possible_truncation, reason = "small whole numbers")]
                let (left, top) = (left as i32, top as i32);
                let expected = thickened(left, top) * (1.0 - fx) * (1.0 - fy)
                    + thickened(left + 1, top) * fx * (1.0 - fy)
                    + thickened(left, top + 1) * (1.0 - fx) * fy
                    + thickened(left + 1, top + 1) * fx * fy;
                #[expect(clippy::cast_possible_truncation, reason = "well under 2^16")]
                let [x, y] = [x, y]
                    .map(|at| u16x8::splat(((at + f64::from(TO_FIELD)) * f64::from(PARTS)) as u16));
                let found = Sampler::new().sample(&pairs, x, y);
                assert_eq!(found, [[found[0][0]; 4]; 2]);
                // Whole levels only: of the share of the thickness, of what is between left and right, of the result.
                let difference = f64::from(found[0][0]) - 255.0 * expected;
                assert!(
                    (-3.0..2.0).contains(&difference),
                    "{amount} {x:?} {y:?}: {found:?} {expected}"
                );
            }
        }
    }
}
