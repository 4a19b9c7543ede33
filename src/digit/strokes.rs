//! Pen strokes to a 28x28 image drawn as the data set's were: place, size and brush of the pad hardly matter.
//!
//! Strokes stay points and are drawn here; nothing is ever read back from a canvas.

use crate::Error;
use crate::data::{IMAGE_SIDE, PIXELS};

/// Width of the round brush, in pixels of the image: about that of MNIST's digits.
pub const BRUSH: f64 = 2.2;
/// The longest side of a drawn digit with its brush, in pixels: MNIST's digits fill a box of 20.
const BOX: f64 = 20.0;
/// Samples along each side of a pixel.
const SAMPLES: usize = 3;
/// The middle of the image, in pixels from its edge.
pub(super) const MIDDLE: f64 = IMAGE_SIDE as f64 / 2.0;
/// The most points that a drawing may have: minutes of drawing without a pause.
pub const MAX_POINTS: usize = 100_000;
/// The farthest that a coordinate may be from 0, and one over the smallest size of a drawing: far within what an [`f64`]
/// can hold, so that sums and ratios are numbers, too.
pub const FARTHEST: f64 = 1e300;

/// A point of a stroke, x to the right, y down, in any unit.
pub type Point = [f64; 2];

/// Draws strokes into an image: the longest side of the centre line scaled to 20 pixels less the brush, round brush, the
/// centre of mass in the middle.
///
/// * `strokes`: each a list of points; a single point is a dot
/// * `ink`: `[PIXELS]`, 0 to 1, the result
/// * returns whether there was anything to draw; if not, the image is empty
///
/// # Errors
/// If a coordinate is no number up to [`FARTHEST`], if the drawing is no dot but smaller than one over that, or if there are
/// over [`MAX_POINTS`] points.
pub fn draw(strokes: &[Vec<Point>], ink: &mut [f32; PIXELS]) -> Result<bool, Error> {
    Ok(place(strokes, ink)?.is_some())
}

/// Where a drawing came to lie in the image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placement {
    /// Middle of the box around the centre line, in units of the drawing.
    pub middle: Point,
    /// Width and height of that box.
    pub size: [f64; 2],
    /// Pixels per unit of the drawing.
    pub scale: f64,
    /// From there on, in pixels, until the centre of mass is in the middle of the image.
    pub shift: [f64; 2],
}

/// Draws strokes as [`draw`] does; where they came to lie, or nothing if there was nothing to draw.
///
/// # Errors
/// As there.
pub fn place(strokes: &[Vec<Point>], ink: &mut [f32; PIXELS]) -> Result<Option<Placement>, Error> {
    ink.fill(0.0);
    let points = || strokes.iter().flatten();
    let count = points().count();
    if count > MAX_POINTS {
        let expected = format!("at most {MAX_POINTS} points");
        return Err(Error::format("strokes", expected, count.to_string()));
    }
    // NaN is not within either.
    let within = |c: &f64| c.abs() <= FARTHEST;
    if let Some(found) = points().flatten().find(|c| !within(c)) {
        // Written out, a number beyond would have over three hundred digits.
        let found = if found.is_finite() {
            "one beyond".to_owned()
        } else {
            found.to_string()
        };
        let expected = "coordinates from -1e300 to 1e300";
        return Err(Error::format("strokes", expected, found));
    }
    if count == 0 {
        return Ok(None);
    }
    let range = |axis: usize| {
        points().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), p| {
            (low.min(p[axis]), high.max(p[axis]))
        })
    };
    let (x, y) = (range(0), range(1));
    let (width, height) = (x.1 - x.0, y.1 - y.0);
    let longest = width.max(height);
    if longest > 0.0 && longest < FARTHEST.recip() {
        let expected = "a dot or a size of at least 1e-300";
        return Err(Error::format("strokes", expected, "less"));
    }
    // A single dot has no size to scale.
    let scale = if longest > 0.0 {
        (BOX - BRUSH) / longest
    } else {
        1.0
    };
    let middle = [(x.0 + x.1) / 2.0, (y.0 + y.1) / 2.0];
    let placed = |shift: [f64; 2]| -> Vec<Vec<Point>> {
        let along =
            |p: &Point, axis: usize| (p[axis] - middle[axis]) * scale + MIDDLE + shift[axis];
        strokes
            .iter()
            .map(|stroke| stroke.iter().map(|p| [along(p, 0), along(p, 1)]).collect())
            .collect()
    };
    // Drawn once to learn where the mass lies, and again with that in the middle.
    brush(&placed([0.0, 0.0]), ink);
    let [x, y] = centre_of_mass(ink);
    let shift = [MIDDLE - x, MIDDLE - y];
    brush(&placed(shift), ink);
    Ok(Some(Placement {
        middle,
        size: [width, height],
        scale,
        shift,
    }))
}

/// Draws placed strokes, in pixels from the image's top left corner.
fn brush(strokes: &[Vec<Point>], ink: &mut [f32; PIXELS]) {
    const FINE: usize = IMAGE_SIDE * SAMPLES;
    let mut covered = [false; FINE * FINE];
    let radius = BRUSH / 2.0;
    for stroke in strokes {
        for (i, &a) in stroke.iter().enumerate() {
            // A stroke's first point is a dot; each further point ends a line.
            let b = stroke[i.saturating_sub(1)];
            let columns = samples(a[0].min(b[0]) - radius, a[0].max(b[0]) + radius);
            for row in samples(a[1].min(b[1]) - radius, a[1].max(b[1]) + radius) {
                for column in columns.clone() {
                    let at = [position(column), position(row)];
                    if distance_squared(at, a, b) <= radius * radius {
                        covered[row * FINE + column] = true;
                    }
                }
            }
        }
    }
    for (y, row) in ink.chunks_exact_mut(IMAGE_SIDE).enumerate() {
        for (x, value) in row.iter_mut().enumerate() {
            let mut hits = 0_u8;
            for sub in 0..SAMPLES {
                let line = &covered[(y * SAMPLES + sub) * FINE + x * SAMPLES..][..SAMPLES];
                hits += line.iter().map(|&c| u8::from(c)).sum::<u8>();
            }
            *value = f32::from(hits) / (SAMPLES * SAMPLES) as f32;
        }
    }
}

/// Samples between two places along one axis, in pixels, as far as they lie in the image.
fn samples(from: f64, to: f64) -> std::ops::Range<usize> {
    let last = (IMAGE_SIDE * SAMPLES) as f64;
    let index = |place: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to 0..=84"
        )]
        let index = (place * SAMPLES as f64).clamp(0.0, last) as usize;
        index
    };
    index(from)..index(to.ceil())
}

/// Place of a sample along one axis, in pixels.
fn position(sample: usize) -> f64 {
    (sample as f64 + 0.5) / SAMPLES as f64
}

/// Squared distance of `p` from the line between `a` and `b`.
fn distance_squared(p: Point, a: Point, b: Point) -> f64 {
    let (along, from) = ([b[0] - a[0], b[1] - a[1]], [p[0] - a[0], p[1] - a[1]]);
    let length = along[0] * along[0] + along[1] * along[1];
    let t = if length > 0.0 {
        ((from[0] * along[0] + from[1] * along[1]) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let (dx, dy) = (from[0] - t * along[0], from[1] - t * along[1]);
    dx * dx + dy * dy
}

/// Centre of the ink, in pixels from the image's top left corner; the middle if there is none.
fn centre_of_mass(ink: &[f32; PIXELS]) -> Point {
    let (mut mass, mut x, mut y) = (0.0, 0.0, 0.0);
    for (place, &value) in ink.iter().enumerate() {
        let value = f64::from(value);
        mass += value;
        x += value * ((place % IMAGE_SIDE) as f64 + 0.5);
        y += value * ((place / IMAGE_SIDE) as f64 + 0.5);
    }
    if mass > 0.0 {
        [x / mass, y / mass]
    } else {
        [MIDDLE, MIDDLE]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(strokes: &[Vec<Point>]) -> [f32; PIXELS] {
        let mut ink = [0.0; PIXELS];
        assert!(draw(strokes, &mut ink).unwrap());
        ink
    }

    /// A seven.
    fn seven() -> Vec<Vec<Point>> {
        vec![vec![[0.0, 0.0], [10.0, 0.0], [5.0, 18.0]]]
    }

    #[test]
    fn place_and_size_do_not_matter() {
        let moved: Vec<Vec<Point>> = seven()
            .iter()
            .map(|s| {
                s.iter()
                    .map(|p| [p[0] * 13.0 + 50.0, p[1] * 13.0 - 7.0])
                    .collect()
            })
            .collect();
        let (a, b) = (image(&seven()), image(&moved));
        let different = a
            .iter()
            .zip(&b)
            .filter(|(a, b)| (*a - *b).abs() > 0.12)
            .count();
        // Equal up to samples on the very edge of the brush, which rounding may put on either side.
        assert_eq!(different, 0);
    }

    #[test]
    fn the_mass_lies_in_the_middle_and_the_box_is_filled() {
        let ink = image(&seven());
        let [x, y] = centre_of_mass(&ink);
        assert!(
            (x - MIDDLE).abs() < 0.1 && (y - MIDDLE).abs() < 0.1,
            "{x} {y}"
        );
        let rows = ink
            .chunks_exact(IMAGE_SIDE)
            .filter(|r| r.iter().any(|&v| v > 0.0))
            .count();
        assert!((20..=21).contains(&rows), "{rows}");
    }

    #[test]
    fn empty_pads_and_dots_are_handled() {
        let mut ink = [1.0; PIXELS];
        assert_eq!(draw(&[], &mut ink), Ok(false));
        assert_eq!(draw(&[vec![]], &mut ink), Ok(false));
        assert_eq!(ink, [0.0; PIXELS]);
        for dot in [vec![vec![[3.0, 4.0]]], vec![vec![[3.0, 4.0]; 5]]] {
            let ink = image(&dot);
            let mass: f64 = ink.iter().map(|&v| f64::from(v)).sum();
            let disc = std::f64::consts::PI * (BRUSH / 2.0).powi(2);
            assert!((mass - disc).abs() < 0.5, "{mass}");
        }
    }

    #[test]
    fn lost_coordinates_are_refused() {
        let mut ink = [0.0; PIXELS];
        let message = draw(&[vec![[0.0, f64::NAN]]], &mut ink)
            .unwrap_err()
            .to_string();
        assert_eq!(
            message,
            "strokes: expected coordinates from -1e300 to 1e300, found NaN"
        );
        let mut endless = vec![vec![[0.0, 0.0]; MAX_POINTS]];
        assert_eq!(draw(&endless, &mut ink), Ok(true));
        endless.push(vec![[0.0, 0.0]]);
        assert!(draw(&endless, &mut ink).is_err());
    }

    #[test]
    fn a_drawing_of_any_size_is_read_or_refused() {
        let (x, y) = (0.7, 1.0);
        for scale in [1e-299, 1e-200, 1e200, FARTHEST] {
            // A slanted line.
            let ink = image(&[vec![[-x * scale, -y * scale], [x * scale, y * scale]]]);
            let usual = image(&[vec![[-x, -y], [x, y]]]);
            let different = ink.iter().zip(&usual);
            let different = different.filter(|(a, b)| (*a - *b).abs() > 0.12).count();
            assert_eq!(different, 0, "{scale}");
        }
        let refused = |points: &[Point]| {
            let mut ink = [0.0; PIXELS];
            draw(&[points.to_vec()], &mut ink).unwrap_err().to_string()
        };
        assert_eq!(
            refused(&[[0.0, 0.0], [1.0, 1e308]]),
            "strokes: expected coordinates from -1e300 to 1e300, found one beyond"
        );
        assert_eq!(
            refused(&[[0.0, 0.0], [1e-310, 0.0]]),
            "strokes: expected a dot or a size of at least 1e-300, found less"
        );
    }
}
