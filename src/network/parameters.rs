//! All weights and biases of a network in one buffer, in the layout of the kernels.

use ndarray::{ArrayView1, ArrayView2, Axis, ShapeBuilder};

use crate::Error;
use crate::kernels::{LANES, Lanes, blocks, numbers, numbers_mut};

/// One number per parameter: the parameters themselves, their gradient, a direction, a running mean.
///
/// Layer by layer: the rows of the weight matrix `[in, out]`, then the biases as one more row. Each row is padded with
/// zeros to whole [`Lanes`]. Hot loops take the lanes; [`weights`](Self::weights) and [`to_vec`](Self::to_vec) give
/// plain numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    sizes: Vec<usize>,
    /// Where each layer starts, in lanes, and the end.
    starts: Vec<usize>,
    values: Vec<Lanes>,
}

impl Parameters {
    /// Zero for every parameter of a network with `sizes` neurons per layer, inputs first.
    ///
    /// # Panics
    /// If there are fewer than two sizes or one is zero.
    #[must_use]
    pub fn zeros(sizes: &[usize]) -> Self {
        assert!(sizes.len() >= 2 && !sizes.contains(&0), "{sizes:?}");
        let mut starts = vec![0];
        for pair in sizes.windows(2) {
            starts.push(starts[starts.len() - 1] + (pair[0] + 1) * blocks(pair[1]));
        }
        let values = vec![Lanes::ZERO; starts[starts.len() - 1]];
        Self {
            sizes: sizes.to_vec(),
            starts,
            values,
        }
    }

    /// Neurons per layer, inputs first.
    #[must_use]
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// Number of layers of weights.
    #[must_use]
    pub fn layers(&self) -> usize {
        self.sizes.len() - 1
    }

    /// Number of parameters, padding not counted: 13,002 for 784-16-16-10.
    #[must_use]
    pub fn count(&self) -> usize {
        self.sizes.windows(2).map(|s| (s[0] + 1) * s[1]).sum()
    }

    /// Weights of a layer, `[in, out]`.
    #[must_use]
    pub fn weights(&self, layer: usize) -> ArrayView2<'_, f32> {
        self.matrix(layer).split_at(Axis(0), self.sizes[layer]).0
    }

    /// Biases of a layer, `[out]`.
    #[must_use]
    pub fn biases(&self, layer: usize) -> ArrayView1<'_, f32> {
        self.matrix(layer)
            .index_axis_move(Axis(0), self.sizes[layer])
    }

    /// Weights and biases of a layer, `[in + 1, out]`.
    #[inline(never)]
    fn matrix(&self, layer: usize) -> ArrayView2<'_, f32> {
        let (inputs, outputs) = (self.sizes[layer], self.sizes[layer + 1]);
        let shape = (inputs + 1, outputs).strides((blocks(outputs) * LANES, 1));
        ArrayView2::from_shape(shape, numbers(self.layer(layer)))
            .expect("rows are padded to whole lanes")
    }

    /// A layer as the kernels see it, `[in + 1, blocks(out)]` lanes, biases last.
    #[must_use]
    pub fn layer(&self, layer: usize) -> &[Lanes] {
        &self.values[self.starts[layer]..self.starts[layer + 1]]
    }

    /// As [`layer`](Self::layer), to be changed; padding must stay zero.
    pub(crate) fn layer_mut(&mut self, layer: usize) -> &mut [Lanes] {
        &mut self.values[self.starts[layer]..self.starts[layer + 1]]
    }

    /// Everything as lanes, layer by layer.
    #[must_use]
    pub fn lanes(&self) -> &[Lanes] {
        &self.values
    }

    /// Everything as lanes, to be changed; padding must stay zero.
    pub(crate) fn lanes_mut(&mut self) -> &mut [Lanes] {
        &mut self.values
    }

    /// Everything as bytes: equal where every bit is.
    pub(crate) fn bits(&self) -> &[u8] {
        bytemuck::cast_slice(&self.values)
    }

    /// Those of a network of these sizes with these values, in the order of [`to_vec`](Self::to_vec).
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn of(sizes: &[usize], values: &[f32]) -> Result<Self, Error> {
        let mut parameters = Self::zeros(sizes);
        parameters.read(values)?;
        Ok(parameters)
    }

    /// Takes all numbers in, in the order of [`to_vec`](Self::to_vec).
    ///
    /// # Errors
    /// If `from` has not [`count`](Self::count) entries or one is not finite; then nothing is changed.
    pub fn read(&mut self, from: &[f32]) -> Result<(), Error> {
        Error::check_length("parameters", self.count(), from.len())?;
        if let Some(place) = from.iter().position(|x| !x.is_finite()) {
            let found = format!("{} at index {place}", f64::from(from[place]));
            return Err(Error::format("parameters", "finite numbers", found));
        }
        let mut rest = from;
        for layer in 0..self.layers() {
            let out = self.sizes[layer + 1];
            let rows = numbers_mut(self.layer_mut(layer)).chunks_exact_mut(blocks(out) * LANES);
            for row in rows {
                let (head, tail) = rest.split_at(out);
                row[..out].copy_from_slice(head);
                rest = tail;
            }
        }
        Ok(())
    }

    /// All numbers, layer by layer, weights `[in, out]` row by row, then biases.
    #[must_use]
    pub fn to_vec(&self) -> Vec<f32> {
        let mut all = Vec::with_capacity(self.count());
        for layer in 0..self.layers() {
            let out = self.sizes[layer + 1];
            // Without the padding of each row.
            for row in numbers(self.layer(layer)).chunks_exact(blocks(out) * LANES) {
                all.extend_from_slice(&row[..out]);
            }
        }
        all
    }

    /// Sum of the products with another of the same sizes, in `f64`.
    #[must_use]
    pub fn dot(&self, other: &Self) -> f64 {
        numbers(&self.values)
            .iter()
            .zip(numbers(&other.values))
            .map(|(&a, &b)| f64::from(a) * f64::from(b))
            .sum()
    }

    /// Euclidean length.
    #[must_use]
    pub fn norm(&self) -> f64 {
        self.dot(self).sqrt()
    }

    /// Multiplies every number by `factor`.
    pub fn scale(&mut self, factor: f32) {
        self.values.iter_mut().for_each(|x| *x *= factor);
    }

    /// Becomes `self + factor * direction`.
    pub fn add_scaled(&mut self, factor: f32, direction: &Self) {
        for (x, &d) in self.values.iter_mut().zip(&direction.values) {
            *x += d * factor;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_layer_by_layer_weights_then_biases() {
        let mut parameters = Parameters::zeros(&[2, 3, 2]);
        assert_eq!(parameters.count(), 2 * 3 + 3 + 3 * 2 + 2);
        let values: Vec<f32> = (0_u8..17).map(f32::from).collect();
        parameters.read(&values).unwrap();
        assert_eq!(
            parameters.weights(0),
            ndarray::arr2(&[[0., 1., 2.], [3., 4., 5.]])
        );
        assert_eq!(parameters.biases(0), ndarray::arr1(&[6., 7., 8.]));
        assert_eq!(
            parameters.weights(1),
            ndarray::arr2(&[[9., 10.], [11., 12.], [13., 14.]])
        );
        assert_eq!(parameters.biases(1), ndarray::arr1(&[15., 16.]));
        assert_eq!(parameters.to_vec(), values);
    }

    #[test]
    fn wrong_lengths_and_numbers_are_refused() {
        let mut parameters = Parameters::zeros(&[2, 3, 2]);
        let message = parameters.read(&[0.0; 16]).unwrap_err().to_string();
        assert_eq!(message, "parameters: expected 17 numbers, found 16");
        let mut values = [0.5; 17];
        values[4] = f32::NAN;
        let message = parameters.read(&values).unwrap_err().to_string();
        assert_eq!(
            message,
            "parameters: expected finite numbers, found NaN at index 4"
        );
        assert_eq!(parameters, Parameters::zeros(&[2, 3, 2]));
    }
}
