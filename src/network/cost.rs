//! How wrong the ten outputs are, and what they are asked to change.

use serde::{Deserialize, Serialize};

use crate::kernels::functions::{Exponential, Logistic, hidden, ln, mask};
use crate::kernels::{LANES, Lanes, Quad, blocks, numbers, numbers_mut, quads, quads_mut};

/// What descent lowers: one number per example, averaged over the examples.
///
/// The cost decides what the output neurons make of their weighted inputs, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cost {
    /// The video's: outputs `a = σ(z)`, cost the sum of `(a - target)^2` over the outputs, without ½,
    /// so its derivative carries a 2.
    Squares,
    /// Outputs `a = softmax(z)`, cost `-ln a` of the wanted output.
    #[serde(alias = "crossEntropy")]
    CrossEntropy,
}

impl Cost {
    /// Both, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Squares, Self::CrossEntropy];

    /// What each output adds to the cost of one example: the parts of which the cost is the sum.
    ///
    /// * `outputs`: `[outputs]`, activations of the output layer
    /// * returns `[outputs]`; a logarithm is 87.3 at most, that of the smallest normal `f32`
    #[must_use]
    pub fn shares(self, outputs: &[f32], label: u8) -> Vec<f32> {
        let share = |(digit, &a): (usize, &f32)| {
            let wanted = digit == usize::from(label);
            match self {
                Self::Squares => (a - f32::from(u8::from(wanted))).powi(2),
                // A probability too small for an `f32` would have an infinite logarithm.
                Self::CrossEntropy if wanted => -libm::logf(a.max(f32::MIN_POSITIVE)),
                Self::CrossEntropy => 0.0,
            }
        };
        outputs.iter().enumerate().map(share).collect()
    }

    /// What it costs to answer every image with the same outputs, the best there are, where all classes are as frequent:
    /// one in `outputs` each.
    #[must_use]
    pub fn of_guessing(self, outputs: usize) -> f64 {
        match self {
            // (1 - 1/n)^2 at the wanted output and (1/n)^2 at the others.
            Self::Squares => 1.0 - 1.0 / outputs as f64,
            Self::CrossEntropy => f64::from(ln(Quad::splat(outputs as f32)).to_array()[0]),
        }
    }
}

/// The output layer of a few examples: weighted inputs in, activations, cost and deltas out.
///
/// Holds what depends on the number of outputs alone.
#[derive(Clone, Debug)]
pub struct Outputs {
    neurons: usize,
    /// Ones for the neurons, zeros for the padding, `[blocks]`.
    mask: Vec<Lanes>,
    /// Row `label`: one there, zero elsewhere, `[neurons, blocks]`.
    targets: Vec<Lanes>,
}

impl Outputs {
    /// For an output layer of `neurons`.
    #[must_use]
    pub fn new(neurons: usize) -> Self {
        let blocks = blocks(neurons);
        let mut targets = vec![Lanes::ZERO; neurons * blocks];
        let stride = blocks * LANES;
        for (label, row) in numbers_mut(&mut targets)
            .chunks_exact_mut(stride)
            .enumerate()
        {
            row[label] = 1.0;
        }
        Self {
            neurons,
            mask: (0..blocks).map(|block| mask(neurons, block)).collect(),
            targets,
        }
    }

    /// Turns weighted inputs into activations in place and returns the sum of the examples' costs.
    ///
    /// * `z`: `[chosen, blocks]` lanes, the padding 0
    /// * `labels`: the wanted output of example `e` is `labels[chosen[e]]`
    pub fn activate(&self, cost: Cost, z: &mut [Lanes], chosen: &[u32], labels: &[u8]) -> f64 {
        let (exponential, logistic) = (&Exponential::new(), &Logistic::new());
        let mut total = 0.0;
        // The padding is 0, and stays so.
        let used = self.neurons.div_ceil(4);
        let mask = &quads(&self.mask)[..used];
        // Sixteen logarithms cost hardly more than one.
        let (mut sums, mut waiting) = ([1.0_f32; LANES], 0);
        for (z, &row) in z.chunks_exact_mut(self.mask.len()).zip(chosen) {
            let label = labels[row as usize];
            match cost {
                Cost::Squares => {
                    let outputs = quads_mut(z).iter_mut().zip(mask);
                    let mut squares = Quad::ZERO;
                    for ((a, &mask), &target) in outputs.zip(quads(self.target(label))) {
                        *a = logistic.sigmoid(*a) * mask;
                        let difference = *a - target;
                        squares += difference * difference;
                    }
                    total += f64::from(sum(squares));
                }
                Cost::CrossEntropy => {
                    // The largest is subtracted first: no exponential overflows, one of them is 1.
                    let values = &numbers(z)[..self.neurons];
                    let mut largest = f32::NEG_INFINITY;
                    for &value in values {
                        largest = if value > largest { value } else { largest };
                    }
                    total -= f64::from(values[usize::from(label)] - largest);
                    let mut all = Quad::ZERO;
                    for (a, &mask) in quads_mut(z).iter_mut().zip(mask) {
                        *a = exponential.exp(*a - largest) * mask;
                        all += *a;
                    }
                    let all = sum(all);
                    for a in &mut quads_mut(z)[..used] {
                        *a /= Quad::splat(all);
                    }
                    sums[waiting] = all;
                    waiting += 1;
                    if waiting == LANES {
                        total += logarithms(&mut sums);
                        waiting = 0;
                    }
                }
            }
        }
        if waiting > 0 {
            total += logarithms(&mut sums);
        }
        total
    }

    /// Derivative of each example's cost by the weighted inputs of its outputs.
    ///
    /// * `a`: `[chosen, blocks]` lanes, as [`activate`](Self::activate) left them
    /// * `deltas`: `[chosen, blocks]` lanes, the result
    pub fn deltas(
        &self,
        cost: Cost,
        a: &[Lanes],
        chosen: &[u32],
        labels: &[u8],
        deltas: &mut [Lanes],
    ) {
        let blocks = self.mask.len();
        let examples = a.chunks_exact(blocks).zip(deltas.chunks_exact_mut(blocks));
        let [one, two] = hidden([1.0, 2.0]);
        for ((a, deltas), &row) in examples.zip(chosen) {
            let target = self.target(labels[row as usize]);
            for ((delta, &a), &target) in deltas.iter_mut().zip(a).zip(target) {
                *delta = match cost {
                    // The padding's a is 0, and so is its delta.
                    Cost::Squares => (a - target) * two * (a * (Lanes::splat(one) - a)),
                    Cost::CrossEntropy => a - target,
                };
            }
        }
    }

    /// Wanted outputs for a label, `[blocks]` lanes.
    #[inline(always)]
    fn target(&self, label: u8) -> &[Lanes] {
        &self.targets[usize::from(label) * self.mask.len()..][..self.mask.len()]
    }
}

/// The place of the largest output, the first of equals.
pub(crate) fn argmax(outputs: &[f32]) -> u8 {
    let mut best = (0, f32::NEG_INFINITY);
    for (digit, &output) in (0_u8..).zip(outputs) {
        if output > best.1 {
            best = (digit, output);
        }
    }
    best.0
}

/// The sum of four, always as the same tree.
#[inline(always)]
fn sum(x: Quad) -> f32 {
    let [a, b, c, d] = x.to_array();
    (a + b) + (c + d)
}

/// The sum of the logarithms of sixteen numbers, which become 1 again.
fn logarithms(numbers: &mut [f32; LANES]) -> f64 {
    let mut lanes = [Lanes::from(*numbers)];
    *numbers = [1.0; LANES];
    quads_mut(&mut lanes).iter_mut().for_each(|x| *x = ln(*x));
    f64::from(lanes[0].sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lanes(values: &[f32]) -> Vec<Lanes> {
        let mut padded = [0.0; LANES];
        padded[..values.len()].copy_from_slice(values);
        vec![Lanes::from(padded)]
    }

    #[test]
    fn squares_by_hand() {
        // σ(0) = 1/2 for both outputs, wanted 0 and 1: (1/2)^2 + (-1/2)^2 = 1/2, deltas 2 (±1/2) (1/4).
        let outputs = Outputs::new(2);
        let mut a = lanes(&[0.0, 0.0]);
        let cost = outputs.activate(Cost::Squares, &mut a, &[0], &[1]);
        assert!((cost - 0.5).abs() < 1e-6);
        assert_eq!(Cost::Squares.shares(&[0.5, 0.5], 1), [0.25, 0.25]);
        let mut deltas = lanes(&[]);
        outputs.deltas(Cost::Squares, &a, &[0], &[1], &mut deltas);
        assert_eq!(numbers(&deltas)[..3], [0.25, -0.25, 0.0]);
    }

    #[test]
    fn cross_entropy_by_hand() {
        // softmax(ln 3, 0) = (3/4, 1/4); -ln 3/4 for label 0; deltas (-1/4, 1/4).
        let outputs = Outputs::new(2);
        let mut a = lanes(&[3.0_f32.ln(), 0.0]);
        let cost = outputs.activate(Cost::CrossEntropy, &mut a, &[0], &[0]);
        assert!((cost + 0.75_f64.ln()).abs() < 1e-6, "{cost}");
        // A probability of nothing costs much, but not without end.
        let shares = Cost::CrossEntropy.shares(&[0.0, 1.0], 0);
        assert!((shares[0] - 87.3).abs() < 0.1, "{shares:?}");
        let mut deltas = lanes(&[]);
        outputs.deltas(Cost::CrossEntropy, &a, &[0], &[0], &mut deltas);
        assert!((numbers(&deltas)[0] + 0.25).abs() < 1e-6);
        assert_eq!(numbers(&deltas)[2..], [0.0; 14]);
    }

    #[test]
    fn huge_inputs_stay_finite_and_lost_ones_are_noticed() {
        let outputs = Outputs::new(3);
        for cost in Cost::ALL {
            let mut a = lanes(&[1e30, -1e30, 0.0]);
            assert!(outputs.activate(cost, &mut a, &[0], &[0]).abs() < 1.0);
            let mut a = lanes(&[f32::NAN, 0.0, 0.0]);
            assert!(!outputs.activate(cost, &mut a, &[0], &[0]).is_finite());
        }
    }

    #[test]
    fn of_equal_outputs_the_first_is_read() {
        assert_eq!(argmax(&[0.1, 0.7, 0.2, 0.7]), 1);
        assert_eq!(argmax(&[f32::NAN, 0.3, 0.4]), 2);
        assert_eq!(argmax(&[f32::NAN; 3]), 0);
    }
}
