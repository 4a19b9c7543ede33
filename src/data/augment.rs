//! Small changes to training images, fresh each time one is seen: shift, turn, scale, shear, elastic bend, thickness.
//!
//! One warp per image (Simard, Steinkraus and Platt, "Best practices for convolutional neural networks applied to visual
//! document analysis", 2003), after straightening, so the changes are those that straightening leaves.

use super::ink::{Ink, PARTS, Pairs, Sampler, TO_FIELD};
use super::{Examples, IMAGE_SIDE, PIXELS};
use crate::Error;
use crate::digit::warp::MIDDLE;
use crate::kernels::Quad;
use crate::kernels::functions::sine;
use crate::kernels::sparse::SparseRows;
use crate::random::{Random, Stream};

/// How strongly images are changed. Each number bounds a uniform distribution on both sides of zero, but for the elastic
/// one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Strengths {
    /// Shift along each axis, in pixels.
    pub shift: f32,
    /// Turn, in degrees, at most 90.
    pub turn: f32,
    /// Scale, as a share.
    pub scale: f32,
    /// Columns to the side per row.
    pub shear: f32,
    /// Root mean square displacement of the elastic bend along each axis, in pixels.
    pub elastic: f32,
    /// How far towards a thicker or thinner stroke, as a share of one pixel on each side.
    pub thickness: f32,
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
    #[must_use]
    pub fn suited(straightened: bool, examples: usize) -> Self {
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

/// Changes images, each in a way that follows from seed, epoch and example alone.
#[derive(Clone, Debug)]
struct Changer {
    strengths: Strengths,
    warp: Warp,
}

impl Changer {
    fn new(straightened: bool, examples: usize) -> Self {
        Self {
            strengths: Strengths::suited(straightened, examples),
            warp: Warp::new(),
        }
    }

    /// The changed image goes into `levels`, grey levels.
    fn change(
        &mut self,
        ink: &Ink,
        example: u32,
        seed: u32,
        epoch: u32,
        levels: &mut [u8; PIXELS],
    ) {
        let mut random = Random::new(seed, Stream::Augmentation { epoch, example });
        let change = Change::draw(&self.strengths, &mut random);
        self.warp.apply(ink, &change, levels);
    }
}

/// Makes the images of one batch, or takes them from those that were made ahead.
#[derive(Clone, Debug)]
pub struct Augmenter {
    changer: Changer,
    /// The examples as bytes, each from the first time that it is seen.
    inks: Vec<Option<Box<Ink>>>,
    inputs: SparseRows,
    labels: Vec<u8>,
    /// 0, 1, 2 ...: all rows of `inputs`.
    rows: Vec<u32>,
    /// Epoch and examples of the batch at hand, so that it is made once, not each time it is looked at.
    made: Option<(u32, Vec<u32>)>,
    /// In the order in which they will be needed.
    ahead: Vec<Ahead>,
}

/// Changed images of neighbouring places in the order of an epoch, made before they are needed.
#[derive(Clone, Debug)]
pub struct Ahead {
    /// Epochs before it.
    pub epoch: u32,
    /// Its first place in the order of the epoch.
    pub position: usize,
    /// Whole images, `[places, PIXELS]` grey levels.
    pub images: Vec<u8>,
}

impl Augmenter {
    /// * `straightened`: whether the images went through straightening
    /// * `examples`: how many there are
    #[must_use]
    pub fn new(straightened: bool, examples: usize) -> Self {
        Self {
            changer: Changer::new(straightened, examples),
            inks: Vec::new(),
            inputs: SparseRows::new(PIXELS),
            labels: Vec::new(),
            rows: Vec::new(),
            made: None,
            ahead: Vec::new(),
        }
    }

    /// Prepares a batch of the chosen examples.
    ///
    /// * `told`: the labels of all examples
    /// * `epoch`: epochs that are complete; with `seed` it decides the changes
    /// * `position`: of the first chosen example in the order of the epoch
    pub fn prepare(
        &mut self,
        examples: &Examples,
        told: &[u8],
        chosen: &[u32],
        seed: u32,
        (epoch, position): (u32, usize),
    ) {
        if let Some((made, rows)) = &self.made
            && *made == epoch
            && rows == chosen
        {
            return;
        }
        self.inks.resize(examples.inputs.len(), None);
        self.inputs.clear();
        self.labels.clear();
        self.rows.clear();
        // What lies before the batch has been passed.
        let passed =
            |ahead: &Ahead| (ahead.epoch, ahead.position + ahead.len()) <= (epoch, position);
        while self.ahead.first().is_some_and(passed) {
            self.ahead.remove(0);
        }
        for ((row, position), &example) in (0..).zip(position..).zip(chosen) {
            let ahead = self
                .ahead
                .iter()
                .find_map(|ahead| ahead.at(epoch, position));
            if let Some(levels) = ahead {
                self.inputs.push(levels);
            } else {
                let ink = self.inks[example as usize]
                    .get_or_insert_with(|| Box::new(Ink::new(&examples.inputs, example as usize)));
                let mut levels = [0; PIXELS];
                self.changer.change(ink, example, seed, epoch, &mut levels);
                self.inputs.push(&levels);
            }
            self.labels.push(told[example as usize]);
            self.rows.push(row);
        }
        self.made = Some((epoch, chosen.to_vec()));
    }

    /// Takes images that were made ahead by a [`Maker`] with the same examples and seed. Where they come before others, the
    /// run has gone to another place, and those are forgotten.
    pub fn add_ahead(&mut self, ahead: Ahead) {
        let place = (ahead.epoch, ahead.position);
        if let Some(last) = self.ahead.last()
            && place < (last.epoch, last.position)
        {
            self.ahead.clear();
        }
        self.ahead.push(ahead);
    }

    /// How many images made ahead are kept: those to come, and those passed that came together with them.
    #[must_use]
    pub fn ahead(&self) -> usize {
        self.ahead.iter().map(Ahead::len).sum()
    }

    /// The examples are others: nothing made from those before counts.
    pub(super) fn forget(&mut self) {
        self.inks.clear();
        self.ahead.clear();
        self.made = None;
    }

    /// The batch's images.
    #[must_use]
    pub fn inputs(&self) -> &SparseRows {
        &self.inputs
    }

    /// The batch's labels.
    #[must_use]
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// The batch: all rows of [`inputs`](Self::inputs).
    #[must_use]
    pub fn rows(&self) -> &[u32] {
        &self.rows
    }
}

impl Ahead {
    fn images(&self) -> &[[u8; PIXELS]] {
        self.images.as_chunks().0
    }

    fn len(&self) -> usize {
        self.images().len()
    }

    /// The image of a place, if it is one of these.
    fn at(&self, epoch: u32, position: usize) -> Option<&[u8; PIXELS]> {
        let place = position.checked_sub(self.position)?;
        self.images().get(place).filter(|_| self.epoch == epoch)
    }
}

/// Makes images elsewhere than the [`Augmenter`] that takes them.
#[derive(Clone, Debug)]
pub struct Maker {
    changer: Changer,
    inks: Vec<Ink>,
    seed: u32,
}

impl Maker {
    /// * `images`: `[examples, PIXELS]` grey levels, as [`grey_levels`] tells them
    /// * `straightened`: whether the images went through straightening
    /// * `seed`: the run's
    ///
    /// # Errors
    /// If the levels are not those of whole images.
    pub fn new(images: &[u8], straightened: bool, seed: u32) -> Result<Self, Error> {
        let images = whole_images(images)?;
        Ok(Self {
            changer: Changer::new(straightened, images.len()),
            inks: images.iter().map(Ink::of).collect(),
            seed,
        })
    }

    /// How many examples there are.
    #[must_use]
    pub fn examples(&self) -> usize {
        self.inks.len()
    }

    /// The chosen examples, changed as in this epoch: `[chosen, PIXELS]` grey levels.
    ///
    /// # Panics
    /// If one of them is not an example.
    #[must_use]
    pub fn make(&mut self, chosen: &[u32], epoch: u32) -> Vec<u8> {
        let mut images = vec![0; chosen.len() * PIXELS];
        let (each, _) = images.as_chunks_mut();
        for (&example, levels) in chosen.iter().zip(each) {
            let ink = &self.inks[example as usize];
            self.changer.change(ink, example, self.seed, epoch, levels);
        }
        images
    }
}

/// Grey levels image by image.
///
/// # Errors
/// If there is not one whole image, or there is part of one.
pub fn whole_images(levels: &[u8]) -> Result<&[[u8; PIXELS]], Error> {
    let (images, rest) = levels.as_chunks();
    if rest.is_empty() && !images.is_empty() {
        return Ok(images);
    }
    let found = format!("{} images and {} levels more", images.len(), rest.len());
    Err(Error::format("images", "whole images, one at least", found))
}

/// The first examples as a [`Maker`] wants them: `[examples, PIXELS]` grey levels.
#[must_use]
pub fn grey_levels(inputs: &SparseRows, examples: usize) -> Vec<u8> {
    let mut images = vec![0; examples * PIXELS];
    for (row, image) in images.chunks_exact_mut(PIXELS).enumerate() {
        inputs.levels(row, image);
    }
    images
}

/// Control points along each side of the elastic bend: four cells of seven pixels, and three more for the cubic's reach.
const CONTROLS: usize = 7;
/// Pixels between two control points.
const CELL: usize = IMAGE_SIDE / (CONTROLS - 3);
/// Mean over a cell of the sum of the squared cubic B-spline weights along one axis: 151/315. Squared, that is the share
/// of the control points' variance that the bend has.
const SPLINE_VARIANCE: f32 = 151.0 / 315.0;

/// One random change of one image.
#[derive(Clone, Debug)]
pub struct Change {
    /// Where a place relative to the middle comes from: `[[xx, xy], [yx, yy]]`.
    pub matrix: [[f32; 2]; 2],
    /// And the shift, in pixels.
    pub shift: [f32; 2],
    /// Control points of the elastic bend, for x and for y, in pixels.
    pub bend: [[[f32; CONTROLS]; CONTROLS]; 2],
    /// Towards a stroke one pixel thicker (positive) or thinner on each side.
    pub thickness: f32,
}

impl Change {
    /// A change of at most these strengths.
    #[must_use]
    pub fn draw(strengths: &Strengths, random: &mut Random) -> Self {
        let shift = [(); 2].map(|()| strengths.shift * random.signed());
        let turn = f64::from(strengths.turn * random.signed()).to_radians();
        let sin = sine(turn);
        // A quarter turn at most, so the cosine is never negative.
        #[expect(clippy::cast_possible_truncation, reason = "f64 to f32 only rounds")]
        let (sin, cos) = (sin as f32, (1.0 - sin * sin).sqrt() as f32);
        let scale = 1.0 + strengths.scale * random.signed();
        let shear = strengths.shear * random.signed();
        let thickness = strengths.thickness * random.signed();
        // Turn times shear times scale.
        let matrix = [
            [cos * scale, (cos * shear - sin) * scale],
            [sin * scale, (sin * shear + cos) * scale],
        ];
        let deviation = strengths.elastic / SPLINE_VARIANCE;
        let mut bend = [[[0.0; CONTROLS]; CONTROLS]; 2];
        for value in bend.as_flattened_mut().as_flattened_mut() {
            *value = deviation * roughly_normal(random);
        }
        Self {
            matrix,
            shift,
            bend,
            thickness,
        }
    }
}

/// A number of mean 0 and variance 1, nearly normal: the sum of four random bytes. Ten times as fast as a normal one.
fn roughly_normal(random: &mut Random) -> f32 {
    /// Four times the variance of a whole number from 0 to 255, (256^2 - 1) / 12.
    const VARIANCE: f32 = 21_845.0;
    let bits = random.bits();
    // Two sums of two bytes, side by side.
    let sums = (bits & 0x00ff_00ff) + ((bits >> 8) & 0x00ff_00ff);
    let sum = (sums & 0xffff) + (sums >> 16);
    #[expect(clippy::cast_precision_loss, reason = "at most 1,020")]
    let sum = sum as f32;
    (sum - 510.0) * (1.0 / VARIANCE.sqrt())
}

/// Registers that a row of an image takes.
const QUADS: usize = IMAGE_SIDE / 4;
/// Control points that four neighbouring columns depend on, at most.
const REACH: usize = 5;

/// A row of an image, or a number for each of its columns.
type Row = [Quad; QUADS];

/// Warps images; holds the weights of the spline, and room to work in.
#[derive(Clone, Debug)]
struct Warp {
    /// For each four columns the weights of the [`REACH`] control points from [`first_control`] on.
    across: [[Quad; REACH]; QUADS],
    /// What the four control points of a cell have to do with its first row, and with the differences from row to row,
    /// those of the differences, and those of these, which stay the same: a spline is a cubic.
    down: [[f32; 4]; 4],
    /// The image at hand, its strokes thicker or thinner.
    thickened: Pairs,
}

impl Warp {
    fn new() -> Self {
        let mut across = [[[0.0; 4]; REACH]; QUADS];
        for place in 0..IMAGE_SIDE {
            let quad = place / 4;
            for (k, weight) in weights_of(place % CELL).into_iter().enumerate() {
                across[quad][place / CELL - first_control(quad) + k][place % 4] = weight;
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
            across: across.map(|weights| weights.map(Quad::from)),
            down,
            thickened: Pairs::EMPTY,
        }
    }

    /// Changes `ink` into `image`.
    fn apply(&mut self, ink: &Ink, change: &Change, image: &mut [u8; PIXELS]) {
        self.thickened.take(ink, change.thickness);
        let [x, y] = [0, 1].map(|axis| self.sources(change, axis));
        let sampler = Sampler::new();
        let image = image.as_chunks_mut::<4>().0;
        for cell in 0..IMAGE_SIDE / CELL {
            for quad in 0..QUADS {
                let mut x = self.fall(&x[cell..cell + 4], quad);
                let mut y = self.fall(&y[cell..cell + 4], quad);
                for row in 0..CELL {
                    let four = &mut image[(cell * CELL + row) * QUADS + quad];
                    *four = sampler.sample(&self.thickened, x[0], y[0]);
                    step(&mut x);
                    step(&mut y);
                }
            }
        }
    }

    /// Where each control point's place comes from along one axis, in parts of a pixel, spread over the columns. Splines
    /// through the control points of a plane give that plane, so shift, turn, scale and shear cost no more than the bend
    /// alone.
    fn sources(&self, change: &Change, axis: usize) -> [Row; CONTROLS] {
        let [by_x, by_y] = change.matrix[axis].map(|by| by * PARTS);
        let middle = (change.shift[axis] + (MIDDLE + TO_FIELD)) * PARTS;
        let mut sources = [[Quad::ZERO; QUADS]; CONTROLS];
        for (row, spread) in sources.iter_mut().enumerate() {
            let start = middle + by_y * control(row);
            let controls = std::array::from_fn(|column| {
                let bend = change.bend[axis][row][column] * PARTS;
                Quad::splat(start + by_x * control(column) + bend)
            });
            *spread = [
                self.spread::<0>(&controls),
                self.spread::<1>(&controls),
                self.spread::<2>(&controls),
                self.spread::<3>(&controls),
                self.spread::<4>(&controls),
                self.spread::<5>(&controls),
                self.spread::<6>(&controls),
            ];
        }
        sources
    }

    /// Four columns of a row of control points. Which four is known when this is compiled, so that the control points stay
    /// in registers.
    #[inline(always)]
    fn spread<const QUAD: usize>(&self, controls: &[Quad; CONTROLS]) -> Quad {
        // The last four columns end at the last control point.
        let controls = &controls[first_control(QUAD)..];
        let weighted = self.across[QUAD].iter().zip(controls);
        weighted.fold(Quad::ZERO, |sum, (&weight, &value)| sum + weight * value)
    }

    /// Four columns of a cell: their first row, and the differences from there on.
    #[inline(always)]
    fn fall(&self, controls: &[Row], quad: usize) -> [Quad; 4] {
        self.down.map(|weights| {
            let rows = controls.iter().zip(weights);
            rows.fold(Quad::ZERO, |sum, (row, weight)| sum + row[quad] * weight)
        })
    }
}

/// On to the next row.
#[inline(always)]
fn step(place: &mut [Quad; 4]) {
    for order in 0..3 {
        place[order] += place[order + 1];
    }
}

/// Weights of four control points for a pixel of the cell between the second and the third.
fn weights_of(pixel: usize) -> [f32; 4] {
    spline((pixel as f32 + 0.5) / CELL as f32)
}

/// The first control point on which four columns depend.
const fn first_control(quad: usize) -> usize {
    4 * quad / CELL
}

/// Where a control point stands, in pixels from the middle of the image: the first half a cell outside it, and so on.
fn control(index: usize) -> f32 {
    CELL as f32 * (index as f32 - 1.0) - 0.5 - MIDDLE
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

    fn still() -> Change {
        Change {
            matrix: [[1.0, 0.0], [0.0, 1.0]],
            shift: [0.0; 2],
            bend: [[[0.0; CONTROLS]; CONTROLS]; 2],
            thickness: 0.0,
        }
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
            .zip(warped(&still()))
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
            ..still()
        });
        let bent = warped(&Change {
            bend: [[[2.0; CONTROLS]; CONTROLS], [[-1.0; CONTROLS]; CONTROLS]],
            ..still()
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
                ..still()
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
        let changes: Vec<Change> = (0..4_000)
            .map(|_| Change::draw(&strengths, &mut random))
            .collect();
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
        let warp = Warp::new();
        let mut square = 0.0;
        for change in &changes {
            for place in 0..IMAGE_SIDE {
                let (first, row) = (place / CELL, &change.bend[0]);
                let mut bend = 0.0;
                for (k, weight) in weights_of(place % CELL).into_iter().enumerate() {
                    let column = first_control(2);
                    for (across, value) in warp.across[2].iter().zip(&row[first + k][column..]) {
                        bend += weight * across.to_array()[1] * value;
                    }
                }
                square += f64::from(bend * bend);
            }
        }
        let rms = (square / (changes.len() * IMAGE_SIDE) as f64).sqrt();
        assert!((rms - 0.65).abs() < 0.05, "{rms}");
    }

    #[test]
    fn values_stay_between_0_and_1() {
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
            let change = Change::draw(&strong, &mut random);
            let image = warped(&change);
            // Interpolation may round a hair beyond its ends.
            let outside = image.iter().find(|v| !(-1e-6..=1.0 + 1e-6).contains(*v));
            assert_eq!(outside, None, "{change:?}");
        }
    }
}
