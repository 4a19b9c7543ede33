//! Straightening: place, size, proportion and slant are taken out of an image of a digit.
//!
//! Moment normalisation as in the handwriting literature (Guyon et al. 1991, deslanting; Liu et al., "Handwritten digit
//! recognition: investigation of normalization and feature extraction techniques", 2004, the square-root-of-sine rule for
//! the proportion). Training images, unseen images and drawings all go through it.

use wide::f64x2;

use super::bordered::{self, Bordered};
use crate::data::{IMAGE_SIDE, PIXELS};
use crate::kernels::Quad;
use crate::kernels::functions::sine;

/// The longer side of a straightened digit, in pixels; its ink box is taken as four standard deviations.
const LONGER_SIDE: f64 = 23.0;
/// The box, in standard deviations of the ink: two on either side of the centre.
const DEVIATIONS: f64 = 4.0;
/// The least variance of the ink along one axis, in square pixels: a straight line has a width, too.
const LEAST_VARIANCE: f64 = 0.3;

/// Where columns are, in pixels from the middle of the image.
static COLUMNS: [[f32; 4]; IMAGE_SIDE / 4] = {
    let mut columns = [[0.0; 4]; IMAGE_SIDE / 4];
    let mut column = 0;
    while column < IMAGE_SIDE {
        columns[column / 4][column % 4] = column as f32 - bordered::MIDDLE_PIXEL;
        column += 1;
    }
    columns
};

/// Where a digit lies in its image and how it leans, from the moments of its ink.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pose {
    /// Centre of the ink, in pixels from the middle of the top left pixel.
    pub centre: (f64, f64),
    /// How far it leans: columns to the right per row down, -1 to 1.
    pub slant: f64,
    /// Pixels of the straightened image per pixel of the original, horizontally and vertically.
    pub scale: (f64, f64),
}

impl Pose {
    /// The pose of an image; none if there is no ink.
    ///
    /// * `ink`: `[PIXELS]`, 0 to 1, row by row
    #[must_use]
    pub fn of(ink: &[f32; PIXELS]) -> Option<Self> {
        // Raw moments about the corner, in one pass; exact enough in f64. Two columns at a time, so that no sum waits for
        // another.
        let [mut m00, mut m10, mut m01, mut m20, mut m11, mut m02] = [0.0_f64; 6];
        for column in (0..IMAGE_SIDE).step_by(2) {
            let [mut sum, mut by_y, mut by_yy] = [f64x2::ZERO; 3];
            let mut y = 0.0;
            for row in ink.as_chunks::<IMAGE_SIDE>().0 {
                let value = f64x2::new([f64::from(row[column]), f64::from(row[column + 1])]);
                let value_y = value * y;
                sum += value;
                by_y += value_y;
                by_yy += value_y * y;
                y += 1.0;
            }
            let [sum, by_y, by_yy] = [sum, by_y, by_yy].map(f64x2::to_array);
            for (lane, x) in [column, column + 1]
                .map(|x| x as f64)
                .into_iter()
                .enumerate()
            {
                m00 += sum[lane];
                m10 += sum[lane] * x;
                m20 += sum[lane] * x * x;
                m01 += by_y[lane];
                m11 += by_y[lane] * x;
                m02 += by_yy[lane];
            }
        }
        if m00 <= 0.0 {
            return None;
        }
        let (mx, my) = (m10 / m00, m01 / m00);
        let c20 = m20 / m00 - mx * mx;
        let c11 = m11 / m00 - mx * my;
        let c02 = m02 / m00 - my * my;
        // A single row of ink has no slant; rounding may leave its variance a hair beside zero.
        let slant = if c02 > 1e-9 {
            (c11 / c02).clamp(-1.0, 1.0)
        } else {
            0.0
        };
        // Variances once the slant is taken out.
        let vx = (c20 - 2.0 * slant * c11 + slant * slant * c02).max(LEAST_VARIANCE);
        let vy = c02.max(LEAST_VARIANCE);
        let (width, height) = (DEVIATIONS * vx.sqrt(), DEVIATIONS * vy.sqrt());
        let proportion = width.min(height) / width.max(height);
        // Thin digits are widened, square ones left alone.
        let proportion = sine(std::f64::consts::FRAC_PI_2 * proportion).sqrt();
        let (long, short) = (LONGER_SIDE, LONGER_SIDE * proportion);
        let scale = if width >= height {
            (long / width, short / height)
        } else {
            (short / width, long / height)
        };
        Some(Self {
            centre: (mx, my),
            slant,
            scale,
        })
    }
}

/// An image with the digit's pose taken out: centred, upright, its longer side 23 pixels.
///
/// * `ink`: `[PIXELS]`, 0 to 1, row by row
/// * `out`: `[PIXELS]`, likewise; empty if there is no ink
pub fn straighten(ink: &[f32; PIXELS], out: &mut [f32; PIXELS]) {
    let Some(pose) = Pose::of(ink) else {
        out.fill(0.0);
        return;
    };
    let source = Bordered::new(ink);
    // Places in f32: off by a millionth of a pixel at most.
    #[expect(clippy::cast_possible_truncation, reason = "f64 to f32 only rounds")]
    let [mx, my, slant, step_x, step_y] = [
        pose.centre.0,
        pose.centre.1,
        pose.slant,
        1.0 / pose.scale.0,
        1.0 / pose.scale.1,
    ]
    .map(|number| number as f32);
    for (row, out) in out.chunks_exact_mut(IMAGE_SIDE).enumerate() {
        let down = (row as f32 - bordered::MIDDLE_PIXEL) * step_y;
        let left = mx + slant * down;
        let y = Quad::splat(my + down);
        for (&columns, out) in COLUMNS.iter().zip(out.as_chunks_mut().0) {
            let x = Quad::from(columns) * step_x + left;
            *out = source.sample(x, y).to_array();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIDDLE: f64 = bordered::MIDDLE_PIXEL as f64;
    use crate::random::{Random, Stream};

    /// A slanted, shifted bar.
    fn bar(shift: f64, slant: f64) -> [f32; PIXELS] {
        let mut ink = [0.0; PIXELS];
        for (y, row) in ink.chunks_exact_mut(IMAGE_SIDE).enumerate() {
            for (x, value) in row.iter_mut().enumerate() {
                let (x, y) = (x as f64 - MIDDLE - shift, y as f64 - MIDDLE);
                let distance = (x - slant * y).abs();
                if y.abs() < 8.0 && distance < 2.0 {
                    *value = 1.0;
                }
            }
        }
        ink
    }

    #[test]
    fn pose_of_a_slanted_bar() {
        let pose = Pose::of(&bar(3.0, 0.5)).unwrap();
        assert!((pose.centre.0 - MIDDLE - 3.0).abs() < 0.2, "{pose:?}");
        assert!((pose.centre.1 - MIDDLE).abs() < 0.2, "{pose:?}");
        assert!((pose.slant - 0.5).abs() < 0.03, "{pose:?}");
        assert!(
            pose.scale.0 > pose.scale.1,
            "thin things are widened: {pose:?}"
        );
    }

    #[test]
    fn place_and_slant_hardly_matter_afterwards() {
        let (mut upright, mut slanted) = ([0.0; PIXELS], [0.0; PIXELS]);
        straighten(&bar(0.0, 0.0), &mut upright);
        straighten(&bar(-4.0, 0.4), &mut slanted);
        let ink: f32 = upright.iter().sum();
        let difference: f32 = upright
            .iter()
            .zip(&slanted)
            .map(|(a, b)| (a - b).abs())
            .sum();
        assert!(difference < 0.12 * ink, "{difference} of {ink}");
    }

    #[test]
    fn nothing_gives_nothing_and_a_dot_gives_a_blot() {
        let mut out = [1.0; PIXELS];
        straighten(&[0.0; PIXELS], &mut out);
        assert_eq!(out, [0.0; PIXELS]);
        let mut dot = [0.0; PIXELS];
        dot[5 * IMAGE_SIDE + 20] = 1.0;
        straighten(&dot, &mut out);
        // Interpolation may round a hair beyond its ends.
        assert!(out.iter().all(|v| (-1e-6..=1.0 + 1e-6).contains(v)));
        assert!(out[13 * IMAGE_SIDE + 13] > 0.5);
    }

    #[test]
    fn values_stay_between_0_and_1_whatever_comes() {
        let mut random = Random::new(9, Stream::Noise);
        for share in [1, 2, 50, 400] {
            let mut ink = [0.0; PIXELS];
            ink.iter_mut().for_each(|v| {
                if random.below(share) == 0 {
                    *v = random.uniform();
                }
            });
            let mut out = [0.0; PIXELS];
            straighten(&ink, &mut out);
            // Interpolation may round a hair beyond its ends.
            assert!(out.iter().all(|v| (-1e-6..=1.0 + 1e-6).contains(v)));
        }
    }
}
