//! Why one digit and not another: what each pixel, and each first neuron, adds to the difference of two outputs.

use serde::Serialize;

use super::{Network, largest};
use crate::Error;

/// A first-layer neuron's part in a decision.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Voice {
    /// The neuron.
    pub neuron: usize,
    /// Its activation times the derivative of the difference by it.
    pub share: f32,
}

/// What speaks for the likeliest output against the next one.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The output with the largest weighted input.
    pub digit: usize,
    /// The one behind it.
    pub rival: usize,
    /// Weighted input of the first less that of the second: before softmax or sigmoid.
    pub difference: f32,
    /// For each input its value times the derivative of the difference by it, `[in]`.
    pub inputs: Vec<f32>,
    /// The first layer's neurons that matter most, in size, largest first.
    pub voices: Vec<Voice>,
    /// Weight times input of each of these neurons, `[voices, in]`, with the sign that the neuron's weighted input has in the
    /// difference: positive speaks for the digit, whatever it does to the neuron.
    pub products: Vec<f32>,
}

impl Network {
    /// What speaks for the likeliest output against the next one: gradient times input of the difference of their
    /// weighted inputs (Shrikumar, Greenside and Kundaje, "Learning important features through propagating activation
    /// differences", 2017, section 2.3; Ancona et al., "Towards better understanding of gradient-based attribution",
    /// 2018). To first order: the shares add up to the difference only where the network is linear.
    ///
    /// * `input`: as many numbers as the network has inputs
    /// * `count`: how many first-layer neurons are told
    ///
    /// # Errors
    /// If the input has another length, or the network has fewer than two outputs.
    pub fn evidence(&self, input: &[f32], count: usize) -> Result<Evidence, Error> {
        let sizes = self.sizes();
        Error::check_length("input", sizes[0], input.len())?;
        let last = self.parameters.layers() - 1;
        if sizes[last + 1] < 2 {
            let found = format!("{}", sizes[last + 1]);
            return Err(Error::format("network", "two outputs at least", found));
        }
        let (mut activations, mut weighted_inputs) = (vec![input.to_vec()], Vec::new());
        for layer in 0..last {
            let z = self.weighted_inputs(layer, &activations[layer]);
            activations.push(z.iter().map(|&z| self.activation.value(z)).collect());
            weighted_inputs.push(z);
        }
        let z = self.weighted_inputs(last, &activations[last]);
        let (digit, rival) = two_largest(&z);

        // Derivative of the difference by the activations of one layer after the other, from the back.
        let weights = self.parameters.weights(last);
        let mut slope: Vec<f32> = (0..sizes[last])
            .map(|from| weights[(from, digit)] - weights[(from, rival)])
            .collect();
        let (mut voices, mut products) = (Vec::new(), Vec::new());
        for layer in (0..last).rev() {
            let weights = self.parameters.weights(layer);
            if layer == 0 {
                let shares: Vec<f32> = slope
                    .iter()
                    .zip(&activations[1])
                    .map(|(s, a)| s * a)
                    .collect();
                for neuron in largest(&shares, count) {
                    let share = shares[neuron];
                    voices.push(Voice { neuron, share });
                    let slope_of_z =
                        slope[neuron] * self.activation.derivative(weighted_inputs[0][neuron]);
                    let sign = if slope_of_z < 0.0 { -1.0 } else { 1.0 };
                    products.extend(
                        (0..sizes[0]).map(|from| sign * weights[(from, neuron)] * input[from]),
                    );
                }
            }
            for (slope, &z) in slope.iter_mut().zip(&weighted_inputs[layer]) {
                *slope *= self.activation.derivative(z);
            }
            slope = (0..sizes[layer])
                .map(|from| {
                    let row = slope.iter().enumerate();
                    row.map(|(to, slope)| weights[(from, to)] * slope).sum()
                })
                .collect();
        }
        for (slope, input) in slope.iter_mut().zip(input) {
            *slope *= input;
        }
        Ok(Evidence {
            digit,
            rival,
            difference: z[digit] - z[rival],
            inputs: slope,
            voices,
            products,
        })
    }
}

/// Places of the two largest numbers, the first of equals before the others.
fn two_largest(numbers: &[f32]) -> (usize, usize) {
    let (mut first, mut second) = if numbers[1] > numbers[0] {
        (1, 0)
    } else {
        (0, 1)
    };
    for (place, &number) in numbers.iter().enumerate().skip(2) {
        if number > numbers[first] {
            (first, second) = (place, first);
        } else if number > numbers[second] {
            second = place;
        }
    }
    (first, second)
}

#[cfg(test)]
mod tests {
    use super::two_largest;
    use crate::network::{Activation, Cost, Network};
    use crate::random::{Random, Stream};

    #[test]
    fn the_two_largest() {
        assert_eq!(two_largest(&[0.0, 3.0, 1.0, 2.0]), (1, 3));
        assert_eq!(two_largest(&[5.0, 3.0, 9.0]), (2, 0));
        assert_eq!(two_largest(&[1.0, 1.0, 1.0]), (0, 1));
        assert_eq!(two_largest(&[-2.0, -1.0]), (1, 0));
    }

    #[test]
    fn in_a_network_without_bends_the_shares_add_up() {
        // ReLU with positive weights and inputs is linear: gradient times input is all there is but the biases.
        let mut random = Random::new(1, Stream::Parameters);
        let mut network = Network::new(&[6, 4, 3], Activation::Relu, Cost::Squares, &mut random);
        let mut values: Vec<f32> = network.parameters.to_vec();
        values.iter_mut().for_each(|v| *v = v.abs());
        network.parameters.read(&values).unwrap();
        let evidence = network
            .evidence(&[0.1, 0.0, 0.9, 0.4, 0.0, 0.6], 99)
            .unwrap();
        let sum: f32 = evidence.inputs.iter().sum();
        assert!((sum - evidence.difference).abs() < 1e-5, "{evidence:?}");
        // And so do the neurons': the output biases are zero.
        let sum: f32 = evidence.voices.iter().map(|v| v.share).sum();
        assert!((sum - evidence.difference).abs() < 1e-5, "{evidence:?}");
        assert_eq!(evidence.products.len(), 4 * 6);
        let first = evidence.voices[0].neuron;
        let explained = network
            .explain(&[0.1, 0.0, 0.9, 0.4, 0.0, 0.6], 0, first, 99)
            .unwrap();
        let sum: f32 = evidence.products[..6].iter().sum();
        assert!((sum - explained.sum).abs() < 1e-6);
    }

    #[test]
    fn what_drives_a_neuron_that_speaks_against_the_digit_speaks_against_it() {
        let mut random = Random::new(1, Stream::Parameters);
        let mut network = Network::new(&[2, 1, 2], Activation::Sigmoid, Cost::Squares, &mut random);
        // The first output is 5 - a, the second 0.
        network
            .parameters
            .read(&[2.0, -4.0, 0.0, -1.0, 0.0, 5.0, 0.0])
            .unwrap();
        let evidence = network.evidence(&[1.0, 0.5], 1).unwrap();
        assert_eq!((evidence.digit, evidence.voices[0].share), (0, -0.5));
        assert_eq!(evidence.products, [-2.0, 2.0]);
        // Left of its lowest place SiLU falls: what drives such a neuron takes from what it says for the first output.
        let mut network = Network::new(&[2, 1, 2], Activation::Silu, Cost::Squares, &mut random);
        network
            .parameters
            .read(&[-4.0, 4.0, 0.0, 1.0, 0.0, 5.0, 0.0])
            .unwrap();
        let evidence = network.evidence(&[1.0, 0.5], 1).unwrap();
        assert_eq!(evidence.digit, 0);
        assert_eq!(evidence.products, [4.0, -2.0]);
    }

    #[test]
    fn a_wrong_length_is_refused() {
        let mut random = Random::new(1, Stream::Parameters);
        let network = Network::new(&[6, 4, 3], Activation::Tanh, Cost::Squares, &mut random);
        assert!(network.evidence(&[0.0; 5], 1).is_err());
    }
}
