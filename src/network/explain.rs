//! One neuron, term by term: what it adds up and what comes out.

use ndarray::{ArrayView1, Axis};
use serde::Serialize;

use super::Network;
use crate::error::{Error, list};

/// One product of the sum that a neuron makes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Term {
    /// The input: a pixel, or a neuron of the layer before.
    pub from: usize,
    /// Its weight.
    pub weight: f32,
    /// Its activation, or the pixel's value.
    pub input: f32,
    /// Weight times input.
    pub product: f32,
}

/// What a neuron makes of an input.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The neuron's bias.
    pub bias: f32,
    /// The largest products in size, largest first.
    pub terms: Vec<Term>,
    /// The sum of all products.
    pub sum: f32,
    /// Sum and bias together.
    pub weighted_input: f32,
    /// What the neuron makes of it.
    pub activation: f32,
}

impl Network {
    /// What one neuron makes of an input.
    ///
    /// * `input`: as many numbers as the network has inputs
    /// * `layer`: layer of weights, counted from 0
    /// * `count`: how many of the products are told
    ///
    /// # Errors
    /// If there is no such neuron, or the input has another length.
    pub fn explain(
        &self,
        input: &[f32],
        layer: usize,
        neuron: usize,
        count: usize,
    ) -> Result<Explanation, Error> {
        let sizes = self.sizes();
        Error::check_length("input", sizes[0], input.len())?;
        if layer >= self.parameters.layers() || neuron >= sizes[layer + 1] {
            let expected = format!("a neuron of the layers {}", list(&sizes[1..]));
            return Err(Error::option(
                "neuron",
                expected,
                format!("{neuron} of layer {layer}"),
            ));
        }
        let mut before = input.to_vec();
        for layer in 0..layer {
            before = self.weighted_inputs(layer, &before);
            before
                .iter_mut()
                .for_each(|z| *z = self.activation.value(*z));
        }
        let weights = self.parameters.weights(layer);
        let products: Vec<f32> = before
            .iter()
            .zip(weights.column(neuron))
            .map(|(input, weight)| input * weight)
            .collect();
        let terms = largest(&products, count).into_iter().map(|from| Term {
            from,
            weight: weights[(from, neuron)],
            input: before[from],
            product: products[from],
        });
        let z = self.weighted_inputs(layer, &before);
        let activation = if layer + 1 < self.parameters.layers() {
            self.activation.value(z[neuron])
        } else {
            let z = ArrayView1::from(&z).insert_axis(Axis(0));
            self.outputs(z, &[0]).0[(0, neuron)]
        };
        Ok(Explanation {
            bias: self.parameters.biases(layer)[neuron],
            terms: terms.collect(),
            sum: products.iter().sum(),
            weighted_input: z[neuron],
            activation,
        })
    }

    /// Weighted inputs of one layer for one example: loops where a matrix product would bring more code than time.
    pub(super) fn weighted_inputs(&self, layer: usize, before: &[f32]) -> Vec<f32> {
        let weights = self.parameters.weights(layer);
        let mut z = self.parameters.biases(layer).to_vec();
        for (from, &a) in before.iter().enumerate() {
            for (to, z) in z.iter_mut().enumerate() {
                *z += a * weights[(from, to)];
            }
        }
        z
    }
}

/// Places of the `count` largest numbers in size, largest first, the first of equals before the others.
pub(crate) fn largest(numbers: &[f32], count: usize) -> Vec<usize> {
    let mut best: Vec<(usize, f32)> = Vec::new();
    for (place, number) in numbers.iter().enumerate() {
        let size = number.abs();
        let full = best.len() >= count;
        if full && best.last().is_none_or(|last| last.1 >= size) {
            continue;
        }
        if full {
            best.pop();
        }
        // The few that are kept stay sorted: each new one walks up to its place.
        let mut at = best.len();
        while at > 0 && best[at - 1].1 < size {
            at -= 1;
        }
        best.insert(at, (place, size));
    }
    best.into_iter().map(|(place, _)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::largest;
    use crate::network::{Activation, Cost, Network};
    use crate::random::{Random, Stream};

    #[test]
    fn the_largest_come_first() {
        let numbers = [1.0, -5.0, 3.0, 5.0, -0.5, 4.0];
        assert_eq!(largest(&numbers, 3), [1, 3, 5]);
        assert_eq!(largest(&numbers, 99), [1, 3, 5, 2, 0, 4]);
        assert_eq!(largest(&[1.0, -1.0, 1.0], 2), [0, 1]);
        assert!(largest(&numbers, 0).is_empty());
    }

    #[test]
    fn the_terms_add_up() {
        let mut random = Random::new(1, Stream::Parameters);
        let network = Network::new(&[6, 4, 3], Activation::Tanh, Cost::Squares, &mut random);
        let input = [0.0, 0.5, 1.0, 0.25, 0.0, 0.75];
        let layers = network.forward(ndarray::aview2(&[input]));
        for (layer, neuron) in [(0, 0), (0, 3), (1, 2)] {
            let all = network.explain(&input, layer, neuron, 99).unwrap();
            let (z, a) = &layers[layer];
            assert!((all.weighted_input - z[(0, neuron)]).abs() < 1e-6);
            assert!((all.activation - a[(0, neuron)]).abs() < 1e-6);
            let sum: f32 = all.terms.iter().map(|t| t.weight * t.input).sum();
            assert!((sum - all.sum).abs() < 1e-6);
            assert!((sum + all.bias - all.weighted_input).abs() < 1e-6);
            assert!(
                all.terms
                    .windows(2)
                    .all(|t| t[0].product.abs() >= t[1].product.abs())
            );
            let few = network.explain(&input, layer, neuron, 2).unwrap();
            assert_eq!(few.terms, all.terms[..2]);
            assert_eq!(few.sum, all.sum);
        }
        assert!(network.explain(&input, 2, 0, 1).is_err());
        assert!(network.explain(&input, 0, 4, 1).is_err());
        assert!(network.explain(&input[1..], 0, 0, 1).is_err());
    }
}
