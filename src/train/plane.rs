//! A run as seen along two directions of parameter space: those that hold most of its path, or two random ones.

use serde::Serialize;

use super::Trainer;
use super::path::{Path, Walk};
use crate::landscape::{Axes, Landscape, random_directions};
use crate::network::Parameters;

/// Training examples that the cost over a plane is the mean of: two thousand points take a while.
pub const PLANE_EXAMPLES: usize = 500;
/// Rounds of the power iteration; each gains at least the ratio of two eigenvalues.
const ROUNDS: usize = 200;
/// Directions of length 1 whose product is larger than this lead along one line rather than at right angles.
const ALONG: f64 = 0.5;

/// Two directions, and a path as seen along them.
#[derive(Clone, Debug)]
pub struct Plane {
    /// What one unit of each coordinate is.
    pub directions: [Parameters; 2],
    /// What is drawn.
    pub view: PlaneView,
}

/// A path in the coordinates of a plane through its last place.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlaneView {
    /// The part of the path's variance that lies in the plane, 0 to 1.
    pub share: f64,
    /// Coordinates of each place; the last, where training left the run, is the origin unless a parameter was changed by hand
    /// since.
    pub path: Vec<[f32; 2]>,
    /// The step at each place.
    pub steps: Vec<u32>,
    /// The least height of what is shown: random directions are scaled to be looked at from -1 to 1.
    #[serde(skip)]
    pub least: f32,
    /// Another run's path beside this one, seen along the same two directions; empty where there is none.
    pub kept: Vec<[f32; 2]>,
}

/// A rectangle of a plane, in its coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Extent {
    pub left: f32,
    pub bottom: f32,
    pub right: f32,
    pub top: f32,
}

impl PlaneView {
    /// A rectangle around the path with room on all sides.
    ///
    /// * `aspect`: its width over its height; one unit is as long upwards as sideways
    #[must_use]
    pub fn extent(&self, aspect: f32) -> Extent {
        /// Room on each side, as a share of the path's extent.
        const ROOM: f32 = 0.3;
        let range = |axis: usize| {
            self.path
                .iter()
                .chain(&self.kept)
                .fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), p| {
                    (low.min(p[axis]), high.max(p[axis]))
                })
        };
        let ((left, right), (bottom, top)) = (range(0), range(1));
        let grown = 1.0 + 2.0 * ROOM;
        let height = (grown * (top - bottom))
            .max(grown * (right - left) / aspect)
            .max(self.least);
        let width = height * aspect;
        let (x, y) = ((left + right) / 2.0, (bottom + top) / 2.0);
        Extent {
            left: x - width / 2.0,
            bottom: y - height / 2.0,
            right: x + width / 2.0,
            top: y + height / 2.0,
        }
    }
}

impl Plane {
    /// The plane through `present` along the first two principal components of the path up to there (Li et al.,
    /// "Visualizing the loss landscape of neural nets", 2018): orthogonal directions of length 1, the second perhaps of none
    /// where the path is a straight line. None before the run has made two steps, or where it has not moved.
    ///
    /// * `step`: that of `present`
    #[must_use]
    pub fn of_path(path: &mut Path, step: u32, present: &Parameters) -> Option<Self> {
        let walk = path.walk(step, present)?;
        let (mut first, one) = leading(&walk.products, None);
        let (mut second, two) = leading(&walk.products, Some(&first));
        let total = walk.variance();
        if !total.is_finite() || total <= 0.0 || one <= 0.0 {
            return None;
        }
        // Either sense of a component is as good as the other, but a picture that is drawn again and again must not be
        // mirrored on the way: a path leads to the right, and its ends lie above its middle.
        let [here, start] = [walk.places.len() - 1, 0];
        turn(&mut first, |v| v[here] < v[start]);
        turn(&mut second, |v| v[here] + v[start] < 0.0);
        let mut directions = [walk.direction(&first), walk.direction(&second)];
        // Along a straight line the second is made of rounding. Where that leads along the line as well, there is none.
        if directions[0].dot(&directions[1]).abs() > ALONG {
            directions[1].scale(0.0);
        }
        let mut plane = Self::through(&walk, present, directions);
        plane.view.share = ((one + two) / total).min(1.0);
        Some(plane)
    }

    /// The plane through `present` along two random directions, see [`random_directions`]; none before the run has made
    /// two steps. Of a path hardly anything lies in such a plane, as its share tells.
    ///
    /// * `seed`: of the directions
    #[must_use]
    pub fn at_random(path: &mut Path, step: u32, present: &Parameters, seed: u32) -> Option<Self> {
        let walk = path.walk(step, present)?;
        let total = walk.variance();
        let mut plane = Self::through(&walk, present, random_directions(present, seed));
        plane.view.least = 2.0;
        if total > 0.0 {
            plane.view.share = (plane.variance() / total).min(1.0);
        }
        Some(plane)
    }

    /// A path as seen along two directions, its share still untold.
    fn through(walk: &Walk, present: &Parameters, directions: [Parameters; 2]) -> Self {
        let axes = Axes::new(directions.each_ref());
        let path = walk.places.iter().map(|(_, place)| {
            let mut away = (*place).clone();
            away.add_scaled(-1.0, present);
            axes.coordinates(&away)
        });
        let view = PlaneView {
            share: 0.0,
            path: path.collect(),
            steps: walk.places.iter().map(|(step, _)| *step).collect(),
            least: 0.0,
            kept: Vec::new(),
        };
        Self { directions, view }
    }

    /// Of the path, in the plane: sum of the squared distances from the mean.
    fn variance(&self) -> f64 {
        let axes = Axes::new(self.directions.each_ref());
        let path = &self.view.path;
        let along = |axis: usize| path.iter().map(move |p| f64::from(p[axis]));
        let mean = [0, 1].map(|axis| along(axis).sum::<f64>() / path.len() as f64);
        along(0)
            .zip(along(1))
            .map(|(x, y)| axes.square([x - mean[0], y - mean[1]]))
            .sum()
    }
}

impl Trainer {
    /// The plane that holds most of the path so far, through where the run stands, and the cost over it on the first
    /// [`PLANE_EXAMPLES`] of the training examples; none before the run has made two steps.
    pub fn plane(&mut self) -> Option<(PlaneView, Landscape)> {
        let (step, present) = self.whole_way();
        let plane = Plane::of_path(&mut self.path, step, &present)?;
        Some(self.over(plane))
    }

    /// The same over two random directions, see [`Plane::at_random`].
    pub fn plane_at_random(&mut self, seed: u32) -> Option<(PlaneView, Landscape)> {
        let (step, present) = self.whole_way();
        let plane = Plane::at_random(&mut self.path, step, &present, seed)?;
        Some(self.over(plane))
    }

    /// The places that the run came through, as far as they are remembered, and where it has come to.
    #[must_use]
    pub fn places(&self) -> Vec<Parameters> {
        self.path.places(&self.whole_way().1)
    }

    /// Where the run has come to: while one looks back, a plane stays that of the whole way.
    fn whole_way(&self) -> (u32, Parameters) {
        let state = self.newest.as_deref().unwrap_or(&self.state);
        (state.step, state.network.parameters.clone())
    }

    /// The cost over a plane.
    fn over(&self, Plane { directions, view }: Plane) -> (PlaneView, Landscape) {
        let newest = self.newest.as_deref().unwrap_or(&self.state);
        let network = &newest.network;
        let rows: Vec<u32> = (0..).take(self.labels.len().min(PLANE_EXAMPLES)).collect();
        let inputs = &self.split.train.inputs;
        let landscape = Landscape::new(network, directions.to_vec(), inputs, &rows, &self.labels);
        (view, landscape)
    }
}

impl Walk<'_> {
    /// Sum of the squared distances of the places from their mean.
    fn variance(&self) -> f64 {
        (0..self.places.len()).map(|i| self.products[i][i]).sum()
    }

    /// The direction of length 1 that mixes the places, less their mean, with these weights.
    fn direction(&self, weights: &[f64]) -> Parameters {
        let mut direction = Parameters::zeros(self.places[0].1.sizes());
        let mean = weights.iter().sum::<f64>() / weights.len() as f64;
        for ((_, place), weight) in self.places.iter().zip(weights) {
            #[expect(clippy::cast_possible_truncation, reason = "f64 to f32 only rounds")]
            direction.add_scaled((weight - mean) as f32, place);
        }
        let length = direction.norm();
        if length > 0.0 {
            #[expect(clippy::cast_possible_truncation, reason = "f64 to f32 only rounds")]
            direction.scale((1.0 / length) as f32);
        }
        direction
    }
}

/// Leading eigenvector and eigenvalue of a symmetric matrix without negative eigenvalues, orthogonal to another vector
/// if one is given: power iteration.
fn leading(matrix: &[Vec<f64>], except: Option<&[f64]>) -> (Vec<f64>, f64) {
    let count = matrix.len();
    // From the row with the largest diagonal entry: certain not to be orthogonal to all that matters.
    let start = (0..count)
        .max_by(|&a, &b| matrix[a][a].total_cmp(&matrix[b][b]))
        .unwrap_or_default();
    let mut vector = matrix[start].clone();
    let mut value = 0.0;
    for round in 0..ROUNDS {
        if let Some(other) = except {
            if round == 0 {
                // The start may lie along the other vector alone; its neighbour's row does not.
                let next = &matrix[(start + count / 2) % count];
                vector.iter_mut().zip(next).for_each(|(v, n)| *v += n);
            }
            let along = product(&vector, other);
            vector
                .iter_mut()
                .zip(other)
                .for_each(|(v, o)| *v -= along * o);
        }
        let length = product(&vector, &vector).sqrt();
        if length <= 0.0 {
            return (vector, 0.0);
        }
        vector.iter_mut().for_each(|v| *v /= length);
        let image: Vec<f64> = matrix.iter().map(|row| product(row, &vector)).collect();
        value = product(&image, &vector);
        if round + 1 < ROUNDS {
            vector = image;
        }
    }
    (vector, value)
}

/// Puts its opposite in the place of a vector that looks the wrong way.
fn turn(vector: &mut [f64], wrong: impl Fn(&[f64]) -> bool) {
    if wrong(vector) {
        vector.iter_mut().for_each(|v| *v = -*v);
    }
}

fn product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Random, Stream};
    use crate::train::path::PLACES;

    fn parameters(values: &[f32]) -> Parameters {
        Parameters::of(&[4, 2], values).unwrap()
    }

    #[test]
    fn a_flat_path_lies_in_its_plane() {
        // An ellipse in two fixed directions of ten.
        let at = |t: f32| {
            let (x, y) = (3.0 * t.cos(), t.sin());
            parameters(&[x, 1.0, -x, 0.0, y, y, 2.0, 0.0, 0.0, y])
        };
        let mut path = Path::new(0, &at(0.0));
        for step in 1..=40_u8 {
            let step = u32::from(step);
            path.pass(step, &at(step as f32 / 7.0));
        }
        let plane = Plane::of_path(&mut path, 40, &at(40.0 / 7.0)).unwrap();
        assert!(
            (plane.view.share - 1.0).abs() < 1e-9,
            "{}",
            plane.view.share
        );
        assert!(plane.directions[0].dot(&plane.directions[1]).abs() < 1e-5);
        assert_eq!(plane.view.path.last(), Some(&[0.0, 0.0]));
        let extent = plane.view.extent(1.5);
        assert!(((extent.right - extent.left) / (extent.top - extent.bottom) - 1.5).abs() < 1e-4);
        assert!(plane.view.path.iter().all(|&[x, y]| {
            extent.left < x && x < extent.right && extent.bottom < y && y < extent.top
        }));
        // Distances in the plane are those in the whole space.
        let [x, y] = plane.view.path[0];
        let mut away = at(0.0);
        away.add_scaled(-1.0, &at(40.0 / 7.0));
        assert!((f64::from(x.hypot(y)) - away.norm()).abs() < 1e-4);
    }

    #[test]
    fn a_path_has_room_on_all_sides() {
        let wide = [[0.0, 0.0], [2.0, 1.0]];
        let high = [[0.0, 0.0], [1.0, 2.0]];
        for (path, kept, expected) in [
            // 2 wide and 1 high: three tenths of 2 to the left and to the right, and the height that goes with it.
            (wide, None, [-0.6, -0.3, 2.6, 1.3]),
            // 1 wide and 2 high: three tenths of 2 below and above, and the width that goes with it.
            (high, None, [-2.7, -0.6, 3.7, 2.6]),
            // The other run's path has room, too.
            (high, Some([4.0, 1.0]), [-1.2, -0.6, 5.2, 2.6]),
        ] {
            let view = PlaneView {
                share: 1.0,
                path: path.to_vec(),
                steps: vec![0, 1],
                least: 0.0,
                kept: Vec::from_iter(kept),
            };
            let found = view.extent(2.0);
            let found = [found.left, found.bottom, found.right, found.top];
            for (found, expected) in found.into_iter().zip(expected) {
                assert!((found - expected).abs() < 1e-6, "{found} {expected}");
            }
        }
    }

    #[test]
    fn a_path_is_seen_from_the_same_side_however_far_it_has_come() {
        // Down a bend, in whatever directions: step by step it leads to the right, and sags between its ends.
        for [along, across] in [[1.0, 1.0], [-1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]] {
            let at = |step: u32| {
                let t = step as f32 / 10.0;
                let (x, y) = (along * 3.0 * t, across * (t - 2.0).powi(2));
                parameters(&[x, 1.0, -x, 0.0, y, y, 2.0, 0.0, 0.0, y])
            };
            let mut path = Path::new(0, &at(0));
            for step in 1..=40 {
                path.pass(step, &at(step));
                if step < 10 {
                    continue;
                }
                let view = Plane::of_path(&mut path, step, &at(step)).unwrap().view;
                let [left, top] = view.path[0];
                let [_, middle] = view.path[view.path.len() / 2];
                assert!(left < 0.0, "step {step} of {along} {across}");
                assert!(middle < top.min(0.0), "step {step} of {along} {across}");
            }
        }
    }

    #[test]
    fn the_share_is_that_of_the_two_largest_eigenvalues() {
        // Independent variances 9, 4 and 1 along three axes, many places: the share is 13/14.
        let mut random = Random::new(3, Stream::Noise);
        let mut places = Vec::new();
        for _ in 0..PLACES {
            let mut values = [0.0; 10];
            #[expect(clippy::cast_possible_truncation, reason = "f64 to f32 only rounds")]
            for (place, deviation) in [(0, 3.0), (5, 2.0), (9, 1.0)] {
                values[place] = (deviation * random.normal()) as f32;
            }
            places.push(parameters(&values));
        }
        let mut path = Path::new(0, &places[0]);
        for (step, place) in (1..).zip(&places[1..]) {
            path.pass(step, place);
        }
        let plane = Plane::of_path(&mut path, 47, &places[47]).unwrap();
        // The same from the coordinates: variance along both directions over the variance of everything.
        let variance = |numbers: Vec<f64>| {
            let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
            numbers.iter().map(|x| (x - mean).powi(2)).sum::<f64>()
        };
        let along =
            |axis: usize| variance(plane.view.path.iter().map(|p| f64::from(p[axis])).collect());
        let all: f64 = (0..10)
            .map(|i| variance(places.iter().map(|p| f64::from(p.to_vec()[i])).collect()))
            .sum();
        let expected = (along(0) + along(1)) / all;
        assert!(
            (plane.view.share - expected).abs() < 1e-6,
            "{} {expected}",
            plane.view.share
        );
        assert!((expected - 13.0 / 14.0).abs() < 0.05);
    }

    #[test]
    fn a_run_that_stands_still_has_no_plane() {
        let mut path = Path::new(0, &parameters(&[1.0; 10]));
        assert!(Plane::of_path(&mut path, 0, &parameters(&[1.0; 10])).is_none());
        for step in 1..5 {
            path.pass(step, &parameters(&[1.0; 10]));
        }
        let here = parameters(&[1.0; 10]);
        assert!(Plane::of_path(&mut path, 5, &here).is_none());
        // Nothing of a path that leads nowhere lies in any plane.
        let plane = Plane::at_random(&mut path, 5, &here, 1).unwrap();
        assert_eq!(plane.view.share, 0.0);
    }

    #[test]
    fn two_steps_make_a_plane_also_straight_on() {
        let at = |x: f32| parameters(&[x, 1.0, -x, 0.0, 3.0, 0.0, 2.0 * x, 0.0, 0.0, 0.0]);
        let mut path = Path::new(0, &at(0.0));
        path.pass(1, &at(1.0));
        assert!(Plane::of_path(&mut path, 1, &at(1.0)).is_none());
        for end in [2.0, 3.0] {
            let Plane { directions, view } = Plane::of_path(&mut path, 2, &at(end)).unwrap();
            assert!(directions.iter().all(|d| d.norm().is_finite()));
            assert_eq!(view.steps, [0, 1, 2]);
            assert!((view.share - 1.0).abs() < 1e-9, "{}", view.share);
            // One unit of `at` is as long as the root of six.
            for (&[x, y], at) in view.path.iter().zip([0.0, 1.0, end]) {
                let expected = (at - end) * 6.0_f32.sqrt();
                assert!((x - expected).abs() < 1e-5 && y.abs() < 1e-5, "{x} {y}");
            }
        }
    }

    #[test]
    fn a_run_that_stands_still_after_a_step_is_seen_to_have_made_it() {
        let mut random = Random::new(4, Stream::Noise);
        for case in 0..100 {
            let [before, after] = [(); 2].map(|()| {
                let values = [(); 10].map(|()| random.signed());
                parameters(&values)
            });
            let mut path = Path::new(0, &before);
            (1..case % 7 + 2).for_each(|step| path.pass(step, &after));
            let view = Plane::of_path(&mut path, 20, &after).unwrap().view;
            let mut way = before.clone();
            way.add_scaled(-1.0, &after);
            let [x, y] = view.path[0];
            let length = f64::from(x.hypot(y));
            assert!((length / way.norm() - 1.0).abs() < 1e-4, "{case}: {view:?}");
            let rest = &view.path[1..];
            assert!(rest.iter().all(|at| *at == [0.0; 2]), "{case}: {view:?}");
        }
    }

    #[test]
    fn the_second_direction_is_found_from_a_place_on_the_first() {
        // A cross: the places farthest out lie along the first direction alone.
        let at = |[x, y]: [f32; 2]| parameters(&[x, 0.0, 0.0, y, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        let mut path = Path::new(0, &at([2.0, 0.0]));
        path.pass(1, &at([-2.0, 0.0]));
        path.pass(2, &at([0.0, 1.0]));
        let view = Plane::of_path(&mut path, 3, &at([0.0, -1.0])).unwrap().view;
        assert!((view.share - 1.0).abs() < 1e-9, "{}", view.share);
        let found: Vec<[f32; 2]> = view.path.iter().map(|place| place.map(f32::abs)).collect();
        for (found, expected) in found
            .iter()
            .zip([[2.0, 1.0], [2.0, 1.0], [0.0, 2.0], [0.0; 2]])
        {
            let apart = (found[0] - expected[0]).hypot(found[1] - expected[1]);
            assert!(apart < 1e-5, "{found:?} {expected:?}");
        }
    }
}
