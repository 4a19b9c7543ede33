//! The way of a drawing, or of an image, to what the network sees: each stage as a map, and its numbers.

use serde::Serialize;

use super::straighten::Pose;
use super::strokes::{BRUSH, MIDDLE, Placement};
use crate::data::{IMAGE_SIDE, PIXELS};

/// From the edge of a pixel to its middle, where poses count from.
const HALF: f64 = 0.5;

/// An affine map `x' = a x + c y + e`, `y' = b x + d y + f` as `[a, b, c, d, e, f]`, the order of a canvas.
pub type Map = [f64; 6];

/// One stage of the way.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Stage {
    /// What was done last: `raw`, `cropped`, `scaled`, `centred`, `upright` or `sized`.
    pub name: &'static str,
    /// From the source to pixels of the picture, counted from its upper left edge.
    pub map: Map,
}

/// All stages from the pad, or from an image of the data set, to the network's input.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Journey {
    /// In order.
    pub stages: Vec<Stage>,
    /// Left, top, width and height of the drawing's centre line, in units of the source; none for an image.
    pub bounds: Option<[f64; 4]>,
    /// Width of the pen from `scaled` on, in pixels of the picture.
    pub brush: f64,
    /// Pixels of the picture per unit of the source, once scaled.
    pub scale: f64,
    /// How many times larger that is than on the pad.
    pub enlarged: f64,
    /// How far the drawing was then moved, to the right and down in pixels, for the centre of its ink to be in the middle.
    pub moved: [f64; 2],
    /// How far it leant to the right, in degrees, and was set upright; 0 where nothing is straightened.
    pub angle: f64,
    /// Stretch in width and height after that; 1 where nothing is straightened.
    pub stretch: [f64; 2],
}

impl Journey {
    /// * `placement`: how a drawing was placed; none for an image of the data set, whose units are pixels
    /// * `side`: side of the pad, in units of the drawing
    /// * `ink`: `[PIXELS]`, 0 to 1, before straightening
    #[must_use]
    pub fn new(
        placement: Option<&Placement>,
        side: f64,
        ink: &[f32; PIXELS],
        straighten: bool,
    ) -> Self {
        let stage = |name, map| Stage { name, map };
        let mut journey = Self {
            stages: Vec::new(),
            bounds: None,
            brush: BRUSH,
            scale: 1.0,
            enlarged: 1.0,
            moved: [0.0; 2],
            angle: 0.0,
            stretch: [1.0; 2],
        };
        let mut map = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
        if let Some(&Placement {
            middle: [x, y],
            size: [width, height],
            scale,
            shift,
        }) = placement
        {
            let raw = IMAGE_SIDE as f64 / side;
            let about = |scale: f64, [right, down]: [f64; 2]| {
                [
                    scale,
                    0.0,
                    0.0,
                    scale,
                    MIDDLE + right - scale * x,
                    MIDDLE + down - scale * y,
                ]
            };
            map = about(scale, shift);
            journey.stages.extend([
                stage("raw", [raw, 0.0, 0.0, raw, 0.0, 0.0]),
                stage("cropped", about(raw, [0.0; 2])),
                stage("scaled", about(scale, [0.0; 2])),
                stage("centred", map),
            ]);
            journey.bounds = Some([x - width / 2.0, y - height / 2.0, width, height]);
            journey.scale = scale;
            journey.enlarged = scale / raw;
            journey.moved = shift;
        } else {
            journey.stages.push(stage("raw", map));
        }
        if let Some(pose) = Pose::of(ink).filter(|_| straighten) {
            let centre = [pose.centre.0 + HALF, pose.centre.1 + HALF];
            journey.angle = libm::atan(-pose.slant).to_degrees();
            journey.stretch = [pose.scale.0, pose.scale.1];
            journey.stages.extend([
                stage("upright", then(map, pose.slant, centre, [1.0, 1.0])),
                stage("sized", then(map, pose.slant, centre, journey.stretch)),
            ]);
        }
        journey
    }
}

/// `map`, and then what straightening does about a centre: columns moved back by the slant, both axes stretched, the
/// centre to the middle.
fn then(map: Map, slant: f64, [x, y]: [f64; 2], [across, down]: [f64; 2]) -> Map {
    let [a, b, c, d, e, f] = map;
    [
        across * (a - slant * b),
        down * b,
        across * (c - slant * d),
        down * d,
        MIDDLE + across * (e - x - slant * (f - y)),
        MIDDLE + down * (f - y),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digit::{straighten::straighten, strokes};

    /// A leaning stroke, far from the middle of a pad of 280.
    fn leaning() -> Vec<Vec<strokes::Point>> {
        vec![vec![[120.0, 60.0], [60.0, 200.0], [130.0, 190.0]]]
    }

    fn at(map: Map, [x, y]: [f64; 2]) -> [f64; 2] {
        let [a, b, c, d, e, f] = map;
        [a * x + c * y + e, b * x + d * y + f]
    }

    /// Centre of the ink in pixels from the edge.
    fn centre(ink: &[f32; PIXELS]) -> [f64; 2] {
        let pose = Pose::of(ink).unwrap();
        [pose.centre.0 + HALF, pose.centre.1 + HALF]
    }

    #[test]
    fn the_last_map_leads_to_where_the_ink_is() {
        // A dot of ink at one corner of the drawing, followed by the map and by the pixels.
        let mut ink = [0.0; PIXELS];
        let placed = strokes::place(&leaning(), &mut ink).unwrap().unwrap();
        let journey = Journey::new(Some(&placed), 280.0, &ink, true);
        let names: Vec<_> = journey.stages.iter().map(|s| s.name).collect();
        assert_eq!(
            names,
            ["raw", "cropped", "scaled", "centred", "upright", "sized"]
        );
        // Every corner of the stroke lands on ink, in the drawn and in the straightened image.
        let mut straight = [0.0; PIXELS];
        straighten(&ink, &mut straight);
        for (stage, image) in [(3, &ink), (5, &straight)] {
            for &point in leaning().iter().flatten() {
                let [x, y] = at(journey.stages[stage].map, point);
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "pixels"
                )]
                let pixel = y.floor() as usize * IMAGE_SIDE + x.floor() as usize;
                assert!(image[pixel] > 0.2, "{stage}: {x} {y}");
            }
        }
        for (stage, [x, y]) in [(3, centre(&ink)), (5, centre(&straight))] {
            assert!(
                (x - MIDDLE).abs() < 0.15 && (y - MIDDLE).abs() < 0.15,
                "{stage}"
            );
        }
    }

    #[test]
    fn the_numbers_are_those_of_the_drawing() {
        let mut ink = [0.0; PIXELS];
        let placed = strokes::place(&leaning(), &mut ink).unwrap().unwrap();
        let journey = Journey::new(Some(&placed), 280.0, &ink, true);
        assert_eq!(journey.bounds, Some([60.0, 60.0, 70.0, 140.0]));
        assert!((journey.scale - (20.0 - BRUSH) / 140.0).abs() < 1e-12);
        assert!((journey.enlarged - 280.0 / 28.0 * journey.scale).abs() < 1e-12);
        let plain = Journey::new(Some(&placed), 280.0, &ink, false);
        assert_eq!(plain.stages.last().unwrap().name, "centred");
        assert_eq!((plain.angle, plain.stretch), (0.0, [1.0; 2]));
        // A straight stroke leans as far as its ends say: 60 to the right over 140 upwards are 23.2 degrees.
        strokes::draw(&[vec![[120.0, 60.0], [60.0, 200.0]]], &mut ink).unwrap();
        let angle = Journey::new(None, 28.0, &ink, true).angle;
        assert!((angle - 23.2).abs() < 1.0, "{angle}");
    }

    #[test]
    fn every_stage_does_what_its_name_says_and_no_more() {
        let mut ink = [0.0; PIXELS];
        let placed = strokes::place(&leaning(), &mut ink).unwrap().unwrap();
        let journey = Journey::new(Some(&placed), 280.0, &ink, true);
        let near = |found: [f64; 2], expected: [f64; 2]| {
            let apart = (found[0] - expected[0]).hypot(found[1] - expected[1]);
            assert!(apart < 1e-9, "{found:?} {expected:?}");
        };
        let map = |stage: usize| journey.stages[stage].map;
        // Ten units of the pad are a pixel; the box around the drawing is 70 by 140 about (95, 130).
        near(at(map(0), [0.0, 0.0]), [0.0, 0.0]);
        near(at(map(0), [280.0, 140.0]), [28.0, 14.0]);
        near(at(map(1), [95.0, 130.0]), [14.0, 14.0]);
        near(at(map(1), [105.0, 150.0]), [15.0, 16.0]);
        near(at(map(2), [95.0, 130.0]), [14.0, 14.0]);
        near(
            at(map(2), [95.0, 200.0]),
            [14.0, 14.0 + (20.0 - BRUSH) / 2.0],
        );
        let [right, down] = journey.moved;
        assert!(right.hypot(down) > 0.5, "{right} {down}");
        near(at(map(3), [95.0, 130.0]), [14.0 + right, 14.0 + down]);
        // From the start of the stroke to its corner.
        let way = |stage: usize| {
            let [[x, y], [to_x, to_y]] =
                [[120.0, 60.0], [60.0, 200.0]].map(|point| at(map(stage), point));
            [to_x - x, to_y - y]
        };
        let slant = -journey.angle.to_radians().tan();
        let [x, y] = way(3);
        near(way(4), [x - slant * y, y]);
        let [x, y] = way(4);
        near(way(5), [x * journey.stretch[0], y * journey.stretch[1]]);
    }

    #[test]
    fn an_image_is_only_straightened() {
        let mut ink = [0.0; PIXELS];
        strokes::draw(&leaning(), &mut ink).unwrap();
        let journey = Journey::new(None, 28.0, &ink, true);
        let names: Vec<_> = journey.stages.iter().map(|s| s.name).collect();
        assert_eq!(names, ["raw", "upright", "sized"]);
        let [x, y] = at(journey.stages[2].map, centre(&ink));
        assert!((x - MIDDLE).abs() < 1e-9 && (y - MIDDLE).abs() < 1e-9);
        let empty = Journey::new(None, 28.0, &[0.0; PIXELS], true);
        assert_eq!(empty.stages.len(), 1);
    }
}
