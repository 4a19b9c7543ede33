//! One layer as the textbook writes it: a matrix, a vector and two products.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

/// Weights and biases of one layer, looked at as matrices.
#[derive(Clone, Copy, Debug)]
pub struct Layer<'a> {
    /// `[in, out]`: row `i` is everything that input `i` pushes on, column `j` is the picture of neuron `j`.
    pub weights: ArrayView2<'a, f32>,
    /// `[out]`.
    pub biases: ArrayView1<'a, f32>,
}

impl Layer<'_> {
    /// Weighted inputs for a batch: `z = a W + b`.
    ///
    /// * `inputs`: `[batch, in]`, activations of the layer before
    /// * returns `[batch, out]`
    ///
    /// # Panics
    /// If `inputs` has not `in` columns: a bug in the caller, never bad user data.
    #[must_use]
    pub fn forward(&self, inputs: ArrayView2<'_, f32>) -> Array2<f32> {
        inputs.dot(&self.weights) + self.biases
    }

    /// What a change of the weighted inputs means for everything that made them.
    ///
    /// * `inputs`: as in [`forward`](Self::forward)
    /// * `deltas`: `[batch, out]`, derivative of the cost by `z`
    /// * returns the derivatives by the weights, `aᵀ δ`, `[in, out]`; by the biases, the sum of `δ` over the batch, `[out]`;
    ///   and by the inputs, `δ Wᵀ`, `[batch, in]`
    #[must_use]
    pub fn backward(
        &self,
        inputs: ArrayView2<'_, f32>,
        deltas: ArrayView2<'_, f32>,
    ) -> (Array2<f32>, Array1<f32>, Array2<f32>) {
        let weights = inputs.t().dot(&deltas);
        let biases = deltas.sum_axis(Axis(0));
        let inputs = deltas.dot(&self.weights.t());
        (weights, biases, inputs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::arr2;

    #[test]
    fn a_layer_by_hand() {
        let (weights, biases) = (arr2(&[[1., 2.], [3., 4.]]), ndarray::arr1(&[0.5, -0.5]));
        let layer = Layer {
            weights: weights.view(),
            biases: biases.view(),
        };
        let inputs = arr2(&[[1., 10.]]);
        // 1*1 + 10*3 + 0.5, 1*2 + 10*4 - 0.5
        assert_eq!(layer.forward(inputs.view()), arr2(&[[31.5, 41.5]]));
        let deltas = arr2(&[[1., -1.]]);
        let (dw, db, da) = layer.backward(inputs.view(), deltas.view());
        assert_eq!(dw, arr2(&[[1., -1.], [10., -10.]]));
        assert_eq!(db, ndarray::arr1(&[1., -1.]));
        assert_eq!(da, arr2(&[[1. - 2., 3. - 4.]]));
    }
}
