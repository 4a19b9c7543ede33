//! One neuron, term by term: what it adds up and what comes out.

use ndarray::ArrayView2;
use serde::Serialize;

use super::Network;
use crate::Error;

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
            let expected = format!("a neuron of the layers {:?}", &sizes[1..]);
            return Err(Error::option(
                "neuron",
                expected,
                format!("{neuron} of layer {layer}"),
            ));
        }
        let row = ArrayView2::from_shape((1, input.len()), input).expect("one row of all numbers");
        let layers = self.forward(row);
        let before = if layer == 0 {
            row.row(0)
        } else {
            layers[layer - 1].1.row(0)
        };
        let weights = self.parameters.weights(layer);
        let mut terms: Vec<Term> = before
            .iter()
            .zip(weights.column(neuron))
            .enumerate()
            .map(|(from, (&input, &weight))| Term {
                from,
                weight,
                input,
                product: weight * input,
            })
            .collect();
        let sum = terms.iter().map(|t| t.product).sum();
        terms.sort_by(|a, b| b.product.abs().total_cmp(&a.product.abs()));
        terms.truncate(count);
        let (z, a) = &layers[layer];
        Ok(Explanation {
            bias: self.parameters.biases(layer)[neuron],
            terms,
            sum,
            weighted_input: z[(0, neuron)],
            activation: a[(0, neuron)],
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::network::{Activation, Cost, Network};
    use crate::random::{Random, Stream};

    #[test]
    fn the_terms_add_up() {
        let mut random = Random::new(1, Stream::Parameters);
        let network = Network::new(&[6, 4, 3], Activation::Tanh, Cost::Squares, &mut random);
        let input = [0.0, 0.5, 1.0, 0.25, 0.0, 0.75];
        for (layer, neuron) in [(0, 0), (0, 3), (1, 2)] {
            let all = network.explain(&input, layer, neuron, 99).unwrap();
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
