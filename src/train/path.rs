//! The way a run has come through parameter space.

use crate::network::Parameters;

/// The most places that are remembered.
pub(super) const PLACES: usize = 48;
/// And the most memory that they may take, in numbers: 6 MB.
const NUMBERS: usize = 1_500_000;
/// But no fewer than this, however many parameters there are.
const FEWEST: usize = 10;
/// A path of fewer strides than this has too few places for a plane worth looking at.
const FEW: u32 = 8;

/// Parameters at some steps of a run, the first one always among them.
///
/// They are evenly spread until memory is full: then every second place is forgotten and the distance between two places
/// doubles. Where a run was gone back on, new places lie closer together than those before.
#[derive(Clone, Debug)]
pub struct Path {
    places: Vec<(u32, Parameters)>,
    /// `products[i][j]`: product of the places `i >= j`, as far as they were asked for.
    products: Vec<Vec<f64>>,
    /// Steps between two places.
    stride: u32,
}

/// A path up to where its run stands.
pub(super) struct Walk<'a> {
    /// Step and parameters, the present ones last.
    pub(super) places: Vec<(u32, &'a Parameters)>,
    /// Products of the places less their mean: `[places, places]`.
    pub(super) products: Vec<Vec<f64>>,
}

impl Path {
    /// Begins where a run begins.
    #[must_use]
    pub fn new(step: u32, first: &Parameters) -> Self {
        Self {
            places: vec![(step, first.clone())],
            products: Vec::new(),
            stride: 1,
        }
    }

    /// Takes note of where the run is, if it has come far enough since the last time.
    pub fn pass(&mut self, step: u32, parameters: &Parameters) {
        let next = self.places[self.places.len() - 1].0 + self.stride;
        if step < next {
            return;
        }
        self.places.push((step, parameters.clone()));
        let most = (NUMBERS / parameters.count()).clamp(FEWEST, PLACES);
        if self.places.len() > most {
            self.thin();
        }
    }

    /// Forgets what came after a step: the run has gone back there.
    pub fn back_to(&mut self, step: u32) {
        let kept = self.places.partition_point(|&(s, _)| s <= step).max(1);
        self.places.truncate(kept);
        self.products.truncate(kept);
        // What is left may be short: it is to have places enough for a plane soon.
        while self.stride > 1 && step / self.stride < FEW {
            self.stride /= 2;
        }
    }

    /// Forgets every second place.
    fn thin(&mut self) {
        let mut number = 0;
        self.places.retain(|_| {
            number += 1;
            number % 2 == 1
        });
        let mut kept = Vec::new();
        for row in self.products.iter().step_by(2) {
            kept.push(row.iter().step_by(2).copied().collect());
        }
        self.products = kept;
        self.stride *= 2;
    }

    /// The places remembered, and where the run stands.
    #[must_use]
    pub fn places(&self, present: &Parameters) -> Vec<Parameters> {
        let places = self.places.iter().map(|(_, place)| place);
        places.chain([present]).cloned().collect()
    }

    /// The path up to the present; none before the run has made two steps.
    ///
    /// * `step`: that of `present`
    pub(super) fn walk<'a>(&'a mut self, step: u32, present: &'a Parameters) -> Option<Walk<'a>> {
        self.multiply();
        let mut products = self.products.clone();
        let mut places: Vec<(u32, &Parameters)> = Vec::with_capacity(self.places.len() + 1);
        places.extend(self.places.iter().map(|(step, place)| (*step, place)));
        if places[places.len() - 1].0 < step {
            places.push((step, present));
            products.push(row(&places));
        }
        (places.len() >= 3).then(|| Walk {
            places,
            products: centred(&products),
        })
    }

    /// Makes the products that are missing.
    fn multiply(&mut self) {
        let places: Vec<(u32, &Parameters)> = self
            .places
            .iter()
            .map(|(step, place)| (*step, place))
            .collect();
        for count in self.products.len()..places.len() {
            self.products.push(row(&places[..=count]));
        }
    }
}

/// Products of the last place with itself and with those before.
fn row(places: &[(u32, &Parameters)]) -> Vec<f64> {
    let last = places[places.len() - 1].1;
    places.iter().map(|(_, place)| place.dot(last)).collect()
}

/// Products of the places less their mean, from the products of the places themselves.
fn centred(products: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let count = products.len();
    let product = |i: usize, j: usize| products[i.max(j)][i.min(j)];
    let n = count as f64;
    let means: Vec<f64> = (0..count)
        .map(|i| (0..count).map(|j| product(i, j)).sum::<f64>() / n)
        .collect();
    let mean = means.iter().sum::<f64>() / n;
    (0..count)
        .map(|i| {
            let row = (0..count).map(|j| product(i, j) - means[i] - means[j] + mean);
            row.collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(values: &[f32]) -> Parameters {
        Parameters::of(&[4, 2], values).unwrap()
    }

    #[test]
    fn memory_stays_bounded_and_the_start_is_kept() {
        let mut path = Path::new(0, &parameters(&[0.0; 10]));
        for step in 1..10_000 {
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            path.pass(step, &parameters(&[step as f32; 10]));
        }
        assert!(path.places.len() <= PLACES);
        assert!(path.places.len() > PLACES / 3);
        assert_eq!(path.places[0].0, 0);
        let gaps: Vec<u32> = path.places.windows(2).map(|p| p[1].0 - p[0].0).collect();
        assert!(gaps.iter().all(|&gap| gap == gaps[0]), "{gaps:?}");
        assert!(path.walk(10_000, &parameters(&[7.0; 10])).is_some());
        assert_eq!(path.products.len(), path.places.len());
        assert!(
            path.products
                .iter()
                .enumerate()
                .all(|(i, row)| row.len() == i + 1)
        );
    }

    #[test]
    fn a_run_that_goes_far_back_soon_has_places_again() {
        let at = parameters(&[0.0; 10]);
        let mut path = Path::new(0, &at);
        (1..10_000).for_each(|step| path.pass(step, &at));
        path.back_to(20);
        (21..40).for_each(|step| path.pass(step, &at));
        assert!(path.places.len() > 8, "{}", path.places.len());
    }

    #[test]
    fn products_are_those_of_the_places_whatever_the_path_has_done() {
        let at = |step: u16| {
            let t = f32::from(step);
            parameters(&[t, 1.0, (t / 7.0).sin(), 0.0, t * t, 0.5, 3.0, -t, 0.0, 1.0])
        };
        let mut path = Path::new(0, &at(0));
        let mut step = 0;
        for turn in 1..300 {
            step += 1;
            path.pass(step.into(), &at(step));
            if [30, 120, 250].contains(&turn) {
                step /= 2;
                path.back_to(step.into());
                let last = path.places[path.places.len() - 1].0;
                assert!((u32::from(step) + 1 - path.stride..=step.into()).contains(&last));
            }
            let _ = path.walk(step.into(), &at(step));
            assert_eq!(path.products.len(), path.places.len());
            for (i, products) in path.products.iter().enumerate() {
                for (j, &product) in products.iter().enumerate() {
                    let expected = path.places[i].1.dot(&path.places[j].1);
                    assert_eq!(product, expected, "{i} {j} after {turn}");
                }
            }
        }
    }

    #[test]
    fn large_networks_have_fewer_places() {
        let sizes = [784, 128, 128, 128, 10];
        let at = Parameters::zeros(&sizes);
        let mut path = Path::new(0, &at);
        let mut most = 0;
        for step in 1..100 {
            path.pass(step, &at);
            most = most.max(path.places.len());
        }
        assert!((FEWEST..=NUMBERS / at.count()).contains(&most), "{most}");
    }
}
