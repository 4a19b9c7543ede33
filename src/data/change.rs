//! Small changes to an image: shift, turn, scale, shear, elastic bend, thickness.
//!
//! One warp per image (Simard, Steinkraus and Platt, "Best practices for convolutional neural networks applied to visual
//! document analysis", 2003), after straightening, so the changes are those that straightening leaves.

use bytemuck::cast;
use wide::{i16x8, i32x4, u16x8, u32x4};

use super::ink::{Ink, PARTS, Pairs, Sampler, TO_FIELD};
use super::{IMAGE_SIDE, PIXELS};
use crate::digit::bordered::MIDDLE_PIXEL;
use crate::kernels::Quad;
use crate::kernels::functions::{ROUNDER, sine};
use crate::random::Random;

/// How strongly images are changed. Each number bounds a uniform distribution on both sides of zero, but for the elastic
/// one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Strengths {
    /// Shift along each axis, in pixels.
    shift: f32,
    /// Turn, in degrees, at most 90.
    turn: f32,
    /// Scale, as a share.
    scale: f32,
    /// Columns to the side per row.
    shear: f32,
    /// Root mean square displacement of the elastic bend along each axis, in pixels.
    elastic: f32,
    /// How far towards a thicker or thinner stroke, as a share of one pixel on each side.
    thickness: f32,
}

/// For straightened images.
const STRAIGHTENED: Strengths = Strengths {
    shift: 0.6,
    turn: 5.0,
    scale: 0.08,
    shear: 0.06,
    elastic: 0.65,
    thickness: 0.5,
};
/// For images as they are.
const AS_THEY_ARE: Strengths = Strengths {
    shift: 1.0,
    turn: 7.0,
    scale: 0.07,
    shear: 0.1,
    elastic: 0.5,
    thickness: 0.4,
};
/// From so many examples on, half the strength does: the images themselves bring the variety.
const MANY_EXAMPLES: usize = 30_000;

impl Strengths {
    /// What measured best for a kind of input and a number of training examples.
    pub(super) fn suited(straightened: bool, examples: usize) -> Self {
        let full = if straightened {
            STRAIGHTENED
        } else {
            AS_THEY_ARE
        };
        if examples < MANY_EXAMPLES {
            return full;
        }
        Self {
            shift: full.shift / 2.0,
            turn: full.turn / 2.0,
            scale: full.scale / 2.0,
            shear: full.shear / 2.0,
            elastic: full.elastic / 2.0,
            thickness: full.thickness / 2.0,
        }
    }
}

/// Control points along each side of the elastic bend: four cells of seven pixels, and three more for the cubic's reach.
const CONTROLS: usize = 7;
/// Cells along each side.
const CELLS: usize = CONTROLS - 3;
/// Pixels between two control points.
const CELL: usize = IMAGE_SIDE / CELLS;
/// Mean over a cell of the sum of the squared cubic B-spline weights along one axis: 151/315. Squared, that is the share
/// of the control points' variance that the bend has.
const SPLINE_VARIANCE: f32 = 151.0 / 315.0;

/// A row of control points, and one more, which has no weight.
type Controls = [Quad; 2];

/// One random change of one image.
#[derive(Clone, Debug)]
pub(super) struct Change {
    /// Where a place relative to the middle comes from: `[[xx, xy], [yx, yy]]`.
    matrix: [[f32; 2]; 2],
    /// And the shift, in pixels.
    shift: [f32; 2],
    /// Control points of the elastic bend, for x and for y, in pixels.
    bend: [[Controls; CONTROLS]; 2],
    /// Towards a stroke one pixel thicker (positive) or thinner on each side.
    thickness: f32,
}

impl Change {
    /// The image as it is.
    pub(super) const NONE: Self = Self {
        matrix: [[1.0, 0.0], [0.0, 1.0]],
        shift: [0.0; 2],
        bend: [[[Quad::ZERO; 2]; CONTROLS]; 2],
        thickness: 0.0,
    };

    /// Becomes another change, of at most these strengths.
    pub(super) fn draw(&mut self, strengths: &Strengths, random: &mut Random) {
        self.shift = [(); 2].map(|()| strengths.shift * random.signed());
        let turn = f64::from(strengths.turn * random.signed()).to_radians();
        let sin = sine(turn);
        // A quarter turn at most, so the cosine is never negative.
        #[expect(clippy::cast_possible_truncation, reason = "f64 to f32 only rounds")]
        let (sin, cos) = (sin as f32, (1.0 - sin * sin).sqrt() as f32);
        let scale = 1.0 + strengths.scale * random.signed();
        let shear = strengths.shear * random.signed();
        self.thickness = strengths.thickness * random.signed();
        // Turn times shear times scale.
        self.matrix = [
            [cos * scale, (cos * shear - sin) * scale],
            [sin * scale, (sin * shear + cos) * scale],
        ];
        self.draw_bend(strengths.elastic / SPLINE_VARIANCE, random);
    }

    /// Draws control points of mean 0, along each axis this far away in the root mean square. Each is the sum of two random
    /// bytes; many of them together make a bend that is nearly normal.
    fn draw_bend(&mut self, deviation: f32, random: &mut Random) {
        /// Of the sum of two random bytes: mean, and variance, twice (256^2 - 1) / 12.
        const MEAN: f32 = 255.0;
        const VARIANCE: f32 = 10_922.5;
        let scale = Quad::splat(deviation / VARIANCE.sqrt());
        let mut words = random.words();
        for row in self.bend.as_flattened_mut() {
            let bytes: u16x8 = cast([words.next(), words.next()].map(Option::unwrap_or_default));
            let sums: u32x4 = cast((bytes & u16x8::splat(255)) + (bytes >> 8_u32));
            *row = [sums & u32x4::splat(0xffff), sums >> 16_u32]
                .map(|sums| (Quad::from_i32x4(cast(sums)) - Quad::splat(MEAN)) * scale);
        }
    }
}

/// Registers that a row of an image takes.
const QUADS: usize = IMAGE_SIDE / 4;
/// Pairs of neighbouring control points that hold all on which four columns depend.
const REACH: usize = 3;
/// Cells of seven rows by four columns, as `(cell, quad)`, two at a time.
static PAIRS: [[(usize, usize); 2]; CELLS * QUADS / 2] = {
    let mut pairs = [[(0, 0); 2]; CELLS * QUADS / 2];
    let mut at = 0;
    while at < CELLS * QUADS {
        pairs[at / 2][at % 2] = (at / QUADS, at % QUADS);
        at += 1;
    }
    pairs
};
/// Parts of a pixel in which control points are given: sixteen bits reach 32 pixels to each side of the middle, one more
/// than the strongest changes. What lies beyond is moved there.
const CONTROL_PARTS: f32 = 1024.0;
/// What weights across are parts of.
const WHOLE: i32 = 1 << 15;
/// A half and a place of zero, in the upper halves of products of both.
#[expect(clippy::cast_possible_truncation, reason = "small whole numbers")]
const NEAREST: [i32; 2] = {
    assert!(CONTROL_PARTS * WHOLE as f32 == PARTS * 65_536.0);
    let half = 1 << 15;
    let middle = ((MIDDLE_PIXEL + TO_FIELD) * PARTS) as i32;
    [half, (middle << 16) + half]
};

/// For each four columns of a cell, along x and along y: a first row, and the differences from row to row, those of the
/// differences, and those of these, which stay the same, as a spline is a cubic.
type Cell = [[[u32x4; 2]; QUADS]; 4];

/// Warps images; holds room to work in.
#[derive(Clone, Debug)]
pub(super) struct Warp {
    spline: Spline,
    /// Where each place of the image at hand comes from.
    sources: [Cell; CELLS],
    /// The image at hand, its strokes thicker or thinner.
    thickened: Pairs,
}

impl Warp {
    pub(super) fn new() -> Self {
        Self {
            spline: Spline::new(),
            sources: [[[[u32x4::ZERO; 2]; QUADS]; 4]; CELLS],
            thickened: Pairs::empty(),
        }
    }

    /// Changes `ink` into `image`.
    pub(super) fn apply(&mut self, ink: &Ink, change: &Change, image: &mut [u8; PIXELS]) {
        self.thickened.take(ink, change.thickness);
        self.spline.place(change, &mut self.sources);
        let sampler = Sampler::new();
        let image = image.as_chunks_mut::<4>().0;
        for pair in &PAIRS {
            let [mut x, mut y] = [0, 1].map(|axis| {
                [0, 1, 2, 3].map(|order| {
                    let [first, second] =
                        pair.map(|(cell, quad)| self.sources[cell][order][quad][axis]);
                    sampler.odds(first, second)
                })
            });
            for row in 0..CELL {
                let fours = sampler.sample(&self.thickened, x[0], y[0]);
                for (&(cell, quad), four) in pair.iter().zip(fours) {
                    image[(cell * CELL + row) * QUADS + quad] = four;
                }
                step(&mut x);
                step(&mut y);
            }
        }
    }
}

/// A uniform cubic B-spline over an image.
#[derive(Clone, Debug)]
struct Spline {
    /// For each four columns the weights of the [`REACH`] pairs of control points from [`first_pair`] on, in [`WHOLE`]ths.
    across: [[i16x8; REACH]; QUADS],
    /// What the four control points of a cell have to do with its first row, and with the differences.
    down: [[f32; 4]; 4],
    /// Where the control points of a row stand.
    columns: Controls,
}

impl Spline {
    fn new() -> Self {
        let mut across = [[[0; 8]; REACH]; QUADS];
        for place in 0..IMAGE_SIDE {
            let (cell, quad) = (place / CELL, place / 4);
            for (control, weight) in (cell..).zip(whole_weights(place % CELL)) {
                let (pair, lane) = (control / 2 - first_pair(quad), 2 * (place % 4));
                across[quad][pair][lane + control % 2] = weight;
            }
        }
        let mut down = [0, 1, 2, 3].map(weights_of);
        for order in 1..4 {
            for row in (order..4).rev() {
                let before = down[row - 1];
                down[row]
                    .iter_mut()
                    .zip(before)
                    .for_each(|(weight, before)| *weight -= before);
            }
        }
        Self {
            across: across.map(|weights| weights.map(i16x8::from)),
            down,
            columns: cast::<[f32; 8], _>([0, 1, 2, 3, 4, 5, 6, 7].map(control)),
        }
    }

    /// Where places come from, in the upper halves, in [`PARTS`] of a pixel. Splines through the control points of a plane
    /// give that plane, so shift, turn, scale and shear cost no more than the bend alone.
    fn place(&self, change: &Change, cells: &mut [Cell; CELLS]) {
        let [mut a, mut b, mut c] = [[[Quad::ZERO; 2]; 2]; 3];
        for row in 0..CONTROLS {
            let d = [self.row(change, 0, row), self.row(change, 1, row)];
            // A cell begins with its fourth row.
            if let Some(cell) = row.checked_sub(3) {
                for (order, columns) in cells[cell].iter_mut().enumerate() {
                    let [e, f, g, h] = self.down[order].map(Quad::splat);
                    let sum = |axis: usize, half: usize| {
                        let [a, b, c, d] = [&a, &b, &c, &d].map(|row| row[axis][half]);
                        a * e + b * f + c * g + d * h
                    };
                    let x = nearest([sum(0, 0), sum(0, 1)]);
                    let y = nearest([sum(1, 0), sum(1, 1)]);
                    *columns = self.spread(x, y, NEAREST[usize::from(order == 0)]);
                }
            }
            (a, b, c) = (b, c, d);
        }
    }

    /// Where a row of control points comes from along one axis, in [`CONTROL_PARTS`] of a pixel from the middle.
    #[inline(always)]
    fn row(&self, change: &Change, axis: usize, row: usize) -> Controls {
        let [by_x, by_y] = change.matrix[axis];
        let start = Quad::splat((change.shift[axis] + by_y * control(row)) * CONTROL_PARTS);
        let by_x = Quad::splat(by_x * CONTROL_PARTS);
        let place = |half: usize| {
            let bend = change.bend[axis][row][half] * Quad::splat(CONTROL_PARTS);
            start + self.columns[half] * by_x + bend
        };
        [place(0), place(1)]
    }

    /// Rows of control points, of x and of y, spread over the columns.
    #[inline(always)]
    fn spread(&self, x: i16x8, y: i16x8, nearest: i32) -> [[u32x4; 2]; QUADS] {
        let (x, y, nearest) = (pairs(x), pairs(y), i32x4::splat(nearest));
        [
            self.four::<0>(&x, &y, nearest),
            self.four::<1>(&x, &y, nearest),
            self.four::<2>(&x, &y, nearest),
            self.four::<3>(&x, &y, nearest),
            self.four::<4>(&x, &y, nearest),
            self.four::<5>(&x, &y, nearest),
            self.four::<6>(&x, &y, nearest),
        ]
    }

    /// Four columns of them. Which four is known when this is compiled, so that the control points stay in registers.
    #[inline(always)]
    fn four<const QUAD: usize>(
        &self,
        x: &[i16x8; 4],
        y: &[i16x8; 4],
        nearest: i32x4,
    ) -> [u32x4; 2] {
        let (first, weights) = (first_pair(QUAD), &self.across[QUAD]);
        let sum = |pairs: &[i16x8; 4]| {
            let weighted = weights.iter().zip(&pairs[first..]);
            cast(weighted.fold(nearest, |sum, (&weights, &pair)| sum + pair.dot(weights)))
        };
        [sum(x), sum(y)]
    }
}

/// Each pair of neighbouring control points four times.
#[inline(always)]
fn pairs(controls: i16x8) -> [i16x8; 4] {
    let pairs: [u32; 4] = cast(controls);
    pairs.map(|pair| cast(u32x4::splat(pair)))
}

/// On to the next row.
#[inline(always)]
fn step(place: &mut [u16x8; 4]) {
    for order in 0..3 {
        place[order] += place[order + 1];
    }
}

/// The nearest whole numbers of sixteen bits.
#[inline(always)]
fn nearest(numbers: Controls) -> i16x8 {
    let rounder = Quad::splat(ROUNDER);
    let whole = numbers.map(|four| cast::<_, i32x4>(four + rounder) - cast::<_, i32x4>(rounder));
    i16x8::from_i32x8_saturate(cast(whole))
}

/// Weights of four control points for a pixel of the cell between the second and the third.
fn weights_of(pixel: usize) -> [f32; 4] {
    spline((pixel as f32 + 0.5) / CELL as f32)
}

/// The same in [`WHOLE`]ths, which they are together.
fn whole_weights(pixel: usize) -> [i16; 4] {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "two thirds of the whole at most"
    )]
    let mut weights = weights_of(pixel).map(|weight| (weight * WHOLE as f32 + 0.5) as i16);
    let [first, .., third, fourth] = weights.map(i32::from);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "two thirds of the whole at most"
    )]
    let second = (WHOLE - first - third - fourth) as i16;
    weights[1] = second;
    weights
}

/// The first pair of control points on which four columns depend.
const fn first_pair(quad: usize) -> usize {
    4 * quad / CELL / 2
}

/// Where a control point stands, in pixels from the middle of the image: the first half a cell outside it, and so on.
fn control(index: usize) -> f32 {
    CELL as f32 * (index as f32 - 1.0) - 0.5 - MIDDLE_PIXEL
}

/// Weights of four control points for a place `t` of the way from the second to the third (uniform cubic B-spline).
fn spline(t: f32) -> [f32; 4] {
    let (t2, t3) = (t * t, t * t * t);
    let s = 1.0 - t;
    [
        s * s * s / 6.0,
        (3.0 * t3 - 6.0 * t2 + 4.0) / 6.0,
        (-3.0 * t3 + 3.0 * t2 + 3.0 * t + 1.0) / 6.0,
        t3 / 6.0,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{ink_of, levels_of};
    use crate::random::Stream;

    /// A blot in the middle of an image, wide enough to have a centre and a size.
    fn blot() -> [f32; PIXELS] {
        let mut image = [0.0; PIXELS];
        for (place, value) in image.iter_mut().enumerate() {
            let (x, y) = (
                (place % IMAGE_SIDE) as f32 - 13.5,
                (place / IMAGE_SIDE) as f32 - 13.5,
            );
            *value = (1.0 - (x * x / 30.0 + y * y / 60.0)).clamp(0.0, 1.0);
        }
        image
    }

    fn drawn(strengths: &Strengths, random: &mut Random) -> Change {
        let mut change = Change::NONE;
        change.draw(strengths, random);
        change
    }

    fn warped(change: &Change) -> [f32; PIXELS] {
        let mut levels = [0; PIXELS];
        let mut warp = Warp::new();
        warp.apply(&Ink::of(&levels_of(&blot())), change, &mut levels);
        ink_of(&levels)
    }

    fn centre(image: &[f32; PIXELS]) -> (f32, f32) {
        let mass: f32 = image.iter().sum();
        let moment = |axis: fn(usize) -> usize| {
            image
                .iter()
                .enumerate()
                .map(|(p, v)| v * axis(p) as f32)
                .sum::<f32>()
                / mass
        };
        (moment(|p| p % IMAGE_SIDE), moment(|p| p / IMAGE_SIDE))
    }

    #[test]
    fn no_change_changes_nothing() {
        let difference = blot()
            .iter()
            .zip(warped(&Change::NONE))
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f32::max);
        // But for the nearest of 255 levels.
        assert!(difference < 0.501 / 255.0, "{difference}");
    }

    #[test]
    fn a_shift_is_one_and_so_is_a_constant_bend() {
        // A place comes from two columns to the right: the image moves to the left.
        let shifted = warped(&Change {
            shift: [2.0, -1.0],
            ..Change::NONE
        });
        let bent = warped(&Change {
            bend: [2.0, -1.0].map(|by| [[Quad::splat(by); 2]; CONTROLS]),
            ..Change::NONE
        });
        for image in [shifted, bent] {
            let (x, y) = centre(&image);
            assert!(
                (x - 11.5).abs() < 0.01 && (y - 14.5).abs() < 0.01,
                "{x} {y}"
            );
        }
    }

    #[test]
    fn thickness_adds_and_takes_ink() {
        let ink = |thickness| {
            warped(&Change {
                thickness,
                ..Change::NONE
            })
            .iter()
            .sum::<f32>()
        };
        assert!(ink(0.5) > 1.03 * ink(0.0));
        assert!(ink(-0.5) < 0.97 * ink(0.0));
    }

    #[test]
    fn strengths_are_what_they_say() {
        let strengths = Strengths::suited(true, 9_000);
        let mut random = Random::new(5, Stream::Noise);
        let changes: Vec<Change> = (0..4_000).map(|_| drawn(&strengths, &mut random)).collect();
        let mean = |f: &dyn Fn(&Change) -> f32| {
            changes.iter().map(|c| f64::from(f(c))).sum::<f64>() / changes.len() as f64
        };
        // The mean size of a uniform number up to s is s / 2.
        let shift = mean(&|c| c.shift[0].abs());
        assert!((shift - 0.3).abs() < 0.01, "{shift}");
        let turn = mean(&|c| (c.matrix[1][0] / c.matrix[0][0]).atan().to_degrees().abs());
        assert!((turn - 2.5).abs() < 0.1, "{turn}");
        let scale = mean(&|c| (c.matrix[0][0].hypot(c.matrix[1][0]) - 1.0).abs());
        assert!((scale - 0.04).abs() < 0.002, "{scale}");
        let thickness = mean(&|c| c.thickness.abs());
        assert!((thickness - 0.25).abs() < 0.01, "{thickness}");
        // The bend at every pixel, from the control points.
        let mut square = 0.0;
        for change in &changes {
            for place in 0..PIXELS {
                let bend = spline_at(place / IMAGE_SIDE, place % IMAGE_SIDE, |row, column| {
                    bend_of(change, 0)[row][column]
                });
                square += bend * bend;
            }
        }
        let rms = (square / (changes.len() * PIXELS) as f64).sqrt();
        assert!((rms - 0.65).abs() < 0.01, "{rms}");
    }

    #[test]
    fn images_that_are_many_are_changed_half_as_much() {
        let all = |straightened, examples| {
            let s = Strengths::suited(straightened, examples);
            [s.shift, s.turn, s.scale, s.shear, s.elastic, s.thickness]
        };
        for straightened in [false, true] {
            let full = all(straightened, MANY_EXAMPLES - 1);
            assert_eq!(all(straightened, MANY_EXAMPLES), full.map(|s| s / 2.0));
        }
    }

    #[test]
    fn no_control_point_is_too_far_away() {
        let furthest = control(CONTROLS - 1).max(-control(0));
        for strengths in [STRAIGHTENED, AS_THEY_ARE] {
            let (sin, cos) = strengths.turn.to_radians().sin_cos();
            let (scale, shear) = (1.0 + strengths.scale, strengths.shear);
            let x = furthest * scale * (cos + cos * shear + sin);
            let y = furthest * scale * (sin + sin * shear + cos);
            // The sum of two bytes is at most 255 away from its mean.
            let bend = 255.0 / 10_922.5_f32.sqrt() * strengths.elastic / SPLINE_VARIANCE;
            let most = x.max(y) + strengths.shift + bend;
            assert!(most * CONTROL_PARTS < 32_768.0, "{most} {strengths:?}");
        }
    }

    fn bend_of(change: &Change, axis: usize) -> [[f32; 8]; CONTROLS] {
        change.bend[axis].map(cast)
    }

    /// What control points make of a pixel.
    fn spline_at(row: usize, column: usize, control: impl Fn(usize, usize) -> f32) -> f64 {
        let mut sum = 0.0;
        for (down, by_row) in (row / CELL..).zip(weights_of(row % CELL)) {
            for (across, by_column) in (column / CELL..).zip(weights_of(column % CELL)) {
                sum += f64::from(by_row * by_column * control(down, across));
            }
        }
        sum
    }

    #[test]
    fn a_change_agrees_with_its_definition() {
        let strengths = Strengths::suited(true, 9_000);
        let mut random = Random::new(9, Stream::Noise);
        let mut image = [0; PIXELS];
        let mut warp = Warp::new();
        let blot = levels_of(&blot());
        let mut differences = Vec::new();
        for _ in 0..40 {
            let mut change = drawn(&strengths, &mut random);
            change.thickness = 0.0;
            warp.apply(&Ink::of(&blot), &change, &mut image);
            for (place, found) in image.into_iter().enumerate() {
                let (row, column) = (place / IMAGE_SIDE, place % IMAGE_SIDE);
                let [x, y] = [0, 1].map(|axis| {
                    let [by_x, by_y] = change.matrix[axis].map(f64::from);
                    let middle = f64::from(MIDDLE_PIXEL);
                    by_x * (column as f64 - middle)
                        + by_y * (row as f64 - middle)
                        + f64::from(change.shift[axis])
                        + spline_at(row, column, |down, across| {
                            bend_of(&change, axis)[down][across]
                        })
                        + middle
                });
                #[expect(clippy::cast_possible_truncation, reason = "small whole numbers")]
                let (left, top) = (x.floor() as i32, y.floor() as i32);
                let pixel = |x: i32, y: i32| match (usize::try_from(x), usize::try_from(y)) {
                    (Ok(x @ 0..IMAGE_SIDE), Ok(y @ 0..IMAGE_SIDE)) => {
                        f64::from(blot[y * IMAGE_SIDE + x])
                    }
                    _ => 0.0,
                };
                let (right, down) = (x - f64::from(left), y - f64::from(top));
                let between = |y: i32| pixel(left, y) * (1.0 - right) + pixel(left + 1, y) * right;
                let expected = between(top) * (1.0 - down) + between(top + 1) * down;
                differences.push(f64::from(found) - expected);
            }
        }
        // A place is off by a few hundredths of a pixel at most, and neighbours differ by less than a fifth.
        let furthest = differences.iter().fold(0.0, |far: f64, d| far.max(d.abs()));
        let mean = differences.iter().sum::<f64>() / differences.len() as f64;
        assert!(furthest < 4.0 && mean.abs() < 0.4, "{furthest} {mean}");
    }

    #[test]
    fn no_change_is_too_strong_to_be_made() {
        let strong = Strengths {
            shift: 20.0,
            turn: 90.0,
            scale: 0.9,
            shear: 1.0,
            elastic: 8.0,
            thickness: 1.0,
        };
        let mut random = Random::new(6, Stream::Noise);
        for _ in 0..500 {
            let change = drawn(&strong, &mut random);
            // Beyond the image, and far beyond its field, there is paper.
            let image = warped(&change);
            assert!(image.contains(&0.0), "{change:?}");
        }
    }
}
