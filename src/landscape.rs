//! The cost as a function of a few directions of parameter space: along a line, over a plane.

use crate::kernels::sparse::SparseRows;
use crate::kernels::{Lanes, blocks};
use crate::network::{CHUNK, Network, Parameters, Pass, first_sums};
use crate::random::{Random, Stream};

/// Cost over the points `base + sum of t_i direction_i`, on fixed examples.
///
/// The first layer is linear in its parameters, so its sums are made once for the base and once for each direction; a
/// point then costs no more than the small layers behind.
#[derive(Clone, Debug)]
pub struct Landscape {
    base: Network,
    directions: Vec<Parameters>,
    /// First layer's weighted inputs of the base, then of each direction: `[examples, blocks]` lanes.
    sums: Vec<Vec<Lanes>>,
    labels: Vec<u8>,
    /// 0, 1, 2 ...: the examples, as the pass wants them named.
    rows: Vec<u32>,
    /// The network at the point looked at; its first layer stays unused.
    point: Network,
    pass: Pass,
}

impl Landscape {
    /// Prepares the landscape around a network.
    ///
    /// * `directions`: of the same sizes as the network
    /// * `chosen`: which rows of `inputs` the cost is the mean over; `labels[row]` is the wanted output of each
    ///
    /// # Panics
    /// If no example is chosen.
    #[must_use]
    pub fn new(
        network: &Network,
        directions: Vec<Parameters>,
        inputs: &SparseRows,
        chosen: &[u32],
        labels: &[u8],
    ) -> Self {
        assert!(!chosen.is_empty(), "the cost of no examples is no number");
        let blocks = blocks(network.sizes()[1]);
        let sums = std::iter::once(&network.parameters)
            .chain(&directions)
            .map(|parameters| {
                let mut sums = vec![Lanes::ZERO; chosen.len() * blocks];
                first_sums(parameters, inputs, chosen, blocks, &mut sums);
                sums
            })
            .collect();
        Self {
            base: network.clone(),
            directions,
            sums,
            labels: chosen.iter().map(|&row| labels[row as usize]).collect(),
            rows: (0..).take(chosen.len()).collect(),
            point: network.clone(),
            pass: Pass::new(network.sizes()),
        }
    }

    /// The directions, as they were given.
    #[must_use]
    pub fn directions(&self) -> &[Parameters] {
        &self.directions
    }

    /// The point nearest to some parameters.
    ///
    /// * returns how far to go along each direction: least squares, as the directions need not be at right angles
    ///
    /// # Panics
    /// If there are other than two directions.
    #[must_use]
    pub fn coordinates(&self, parameters: &Parameters) -> [f32; 2] {
        let [a, b] = &self.directions[..] else {
            panic!("expected two directions")
        };
        let mut away = parameters.clone();
        away.add_scaled(-1.0, &self.base.parameters);
        Axes::new([a, b]).coordinates(&away)
    }

    /// Mean cost at a point.
    ///
    /// * `at`: how far to go along each direction
    ///
    /// # Panics
    /// If `at` has not one entry per direction.
    #[must_use]
    pub fn cost(&mut self, at: &[f32]) -> f64 {
        assert_eq!(
            at.len(),
            self.directions.len(),
            "one coordinate per direction"
        );
        for layer in 1..self.base.parameters.layers() {
            let point = self.point.parameters.layer_mut(layer);
            point.copy_from_slice(self.base.parameters.layer(layer));
            for (direction, &t) in self.directions.iter().zip(at) {
                for (w, &d) in point.iter_mut().zip(direction.layer(layer)) {
                    *w += d * t;
                }
            }
        }
        let blocks = blocks(self.base.sizes()[1]);
        let mut cost = 0.0;
        for rows in self.rows.chunks(CHUNK) {
            let from = rows[0] as usize * blocks;
            let range = from..from + rows.len() * blocks;
            let z = &mut self.pass.first_sums()[..rows.len() * blocks];
            z.copy_from_slice(&self.sums[0][range.clone()]);
            for (sums, &t) in self.sums[1..].iter().zip(at) {
                for (z, &d) in z.iter_mut().zip(&sums[range.clone()]) {
                    *z += d * t;
                }
            }
            cost += self.pass.forward_from_sums(&self.point, rows, &self.labels);
        }
        cost / self.labels.len() as f64
    }
}

/// Two random directions, scaled neuron by neuron: each neuron's weights go as far as they are long, biases stay, so that
/// the picture does not depend on how a network spreads its scale over its layers (Li et al., "Visualizing the loss
/// landscape of neural nets", 2018, section 4: there, filter by filter).
#[must_use]
pub fn random_directions(parameters: &Parameters, seed: u32) -> [Parameters; 2] {
    let mut random = Random::new(seed, Stream::Directions);
    [(); 2].map(|()| random_direction(parameters, &mut random))
}

fn random_direction(parameters: &Parameters, random: &mut Random) -> Parameters {
    let mut values = Vec::with_capacity(parameters.count());
    for layer in 0..parameters.layers() {
        let (weights, biases) = (parameters.weights(layer), parameters.biases(layer));
        let first = values.len();
        // Squared lengths of each neuron's weights and of its part of the direction.
        let mut squares = vec![(0.0, 0.0); biases.len()];
        for row in weights.rows() {
            for (&w, (from, to)) in row.iter().zip(&mut squares) {
                let d = random.normal();
                *from += f64::from(w).powi(2);
                *to += d.powi(2);
                values.push(d);
            }
        }
        for row in values[first..].chunks_exact_mut(biases.len()) {
            for (d, (from, to)) in row.iter_mut().zip(&squares) {
                *d *= (from / to).sqrt();
            }
        }
        values.resize(values.len() + biases.len(), 0.0);
    }
    // Beside weights near the largest number an entry may be larger than that.
    let finite = |d: f64| d.clamp(f64::from(f32::MIN), f64::from(f32::MAX));
    #[expect(clippy::cast_possible_truncation, reason = "f64 to f32 only rounds")]
    let values: Vec<f32> = values.into_iter().map(|d| finite(d) as f32).collect();
    Parameters::of(parameters.sizes(), &values)
        .expect("as many finite numbers as there are parameters")
}

/// Two directions to find places along, at any angle to each other.
#[derive(Clone, Copy, Debug)]
pub struct Axes<'a> {
    directions: [&'a Parameters; 2],
    /// Their products: the first's with itself, with the second, the second's with itself.
    products: [f64; 3],
}

impl<'a> Axes<'a> {
    /// Along these.
    #[must_use]
    pub fn new(directions: [&'a Parameters; 2]) -> Self {
        let [a, b] = directions;
        Self {
            directions,
            products: [a.dot(a), a.dot(b), b.dot(b)],
        }
    }

    /// How far to go along each direction to the point of their plane that is nearest to `away`.
    #[must_use]
    pub fn coordinates(&self, away: &Parameters) -> [f32; 2] {
        let [aa, ab, bb] = self.products;
        let [x, y] = self.directions.map(|direction| away.dot(direction));
        let area = aa * bb - ab * ab;
        // Directions that make no plane make a line at most, along the first of them.
        let place = if area > 0.0 {
            [(x * bb - y * ab) / area, (y * aa - x * ab) / area]
        } else if aa > 0.0 {
            [x / aa, 0.0]
        } else {
            [0.0; 2]
        };
        #[expect(clippy::cast_possible_truncation, reason = "f64 to f32 only rounds")]
        place.map(|t| t as f32)
    }

    /// Squared length of the way that goes so far along each direction.
    #[must_use]
    pub fn square(&self, [x, y]: [f64; 2]) -> f64 {
        let [aa, ab, bb] = self.products;
        x * x * aa + 2.0 * x * y * ab + y * y * bb
    }
}

/// `count` places at equal distances from `from` to `to`, both included.
pub fn places(from: f32, to: f32, count: usize) -> impl Iterator<Item = f32> {
    let last = count.saturating_sub(1).max(1);
    (0..count).map(move |i| from + (to - from) * (i as f32 / last as f32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Activation, Cost};

    #[test]
    fn random_directions_are_as_long_as_each_neurons_weights() {
        let mut random = Random::new(4, Stream::Parameters);
        let sizes = [9, 5, 3];
        let parameters =
            Network::new(&sizes, Activation::Tanh, Cost::Squares, &mut random).parameters;
        let [one, two] = random_directions(&parameters, 7);
        let [again, _] = random_directions(&parameters, 7);
        assert_eq!(one, again);
        assert!(one != two && one != random_directions(&parameters, 8)[0]);
        for layer in 0..2 {
            for direction in [&one, &two] {
                let (directions, weights) = (direction.weights(layer), parameters.weights(layer));
                for (d, w) in directions.columns().into_iter().zip(weights.columns()) {
                    let ratio = d.dot(&d) / w.dot(&w);
                    assert!((ratio - 1.0).abs() < 1e-5, "{ratio}");
                }
            }
            assert!(one.biases(layer).iter().all(|&b| b == 0.0));
        }
        // Any point of the plane is found again, though the directions are not at right angles.
        let mut place = one.clone();
        place.scale(0.3);
        place.add_scaled(-2.0, &two);
        let [x, y] = Axes::new([&one, &two]).coordinates(&place);
        assert!((x - 0.3).abs() < 1e-5 && (y + 2.0).abs() < 1e-5, "{x} {y}");
        let square = Axes::new([&one, &two]).square([0.3, -2.0]);
        assert!((square / place.dot(&place) - 1.0).abs() < 1e-5, "{square}");
        // One direction, or one twice, makes a line.
        let nowhere = Parameters::zeros(&sizes);
        let along = [&nowhere, &one].map(|second| Axes::new([&one, second]).coordinates(&one));
        assert_eq!(along, [[1.0, 0.0]; 2]);
        let at = Axes::new([&nowhere, &nowhere]).coordinates(&one);
        assert_eq!(at, [0.0; 2]);
    }

    #[test]
    fn places_are_at_equal_distances_with_both_ends() {
        let found = |count| places(-1.0, 2.0, count).collect::<Vec<f32>>();
        assert_eq!(found(4), [-1.0, 0.0, 1.0, 2.0]);
        assert_eq!(found(2), [-1.0, 2.0]);
        assert_eq!(found(1), [-1.0]);
        assert!(found(0).is_empty());
    }
}
