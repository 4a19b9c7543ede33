//! The small layers behind the first: products of a few examples with a few dozen weights.

use super::Lanes;

/// Weighted inputs of a whole layer for several examples: `z = a W + b`.
///
/// * `inputs`: `[examples, in_blocks]` lanes, of which the first `in_neurons` numbers of each example count
/// * `weights`: `[in_neurons + 1, out_blocks]` lanes, the last row holds the biases
/// * `outputs`: `[examples, out_blocks]` lanes
///
/// Two examples at a time, so each row of weights is loaded once for both. The order of the sums is that of
/// the inputs, bias first, whatever the number of examples.
pub fn forward(
    inputs: &[Lanes],
    in_blocks: usize,
    in_neurons: usize,
    weights: &[Lanes],
    out_blocks: usize,
    outputs: &mut [Lanes],
) {
    let bias = &weights[in_neurons * out_blocks..][..out_blocks];
    let mut inputs = inputs.chunks_exact(2 * in_blocks);
    let mut outputs = outputs.chunks_exact_mut(2 * out_blocks);
    for (a, z) in inputs.by_ref().zip(outputs.by_ref()) {
        let (a0, a1) = a.split_at(in_blocks);
        let (a0, a1) = (super::numbers(a0), super::numbers(a1));
        for block in 0..out_blocks {
            let (mut z0, mut z1) = (bias[block], bias[block]);
            let column = weights[block..].iter().step_by(out_blocks);
            for ((&w, &a0), &a1) in column.zip(&a0[..in_neurons]).zip(&a1[..in_neurons]) {
                z0 += w * a0;
                z1 += w * a1;
            }
            z[block] = z0;
            z[out_blocks + block] = z1;
        }
    }
    let (a, z) = (inputs.remainder(), outputs.into_remainder());
    if !a.is_empty() {
        let a = super::numbers(a);
        for block in 0..out_blocks {
            let column = weights[block..].iter().step_by(out_blocks);
            z[block] = column
                .zip(&a[..in_neurons])
                .fold(bias[block], |z, (&w, &a)| z + w * a);
        }
    }
}

/// What each neuron before this layer passes back: `delta W^T` times the slope of its activation.
///
/// * `deltas`: `[examples, out_blocks]` lanes, of which the first `out_neurons` numbers count
/// * `transposed`: `[out_neurons, in_blocks]` lanes, from [`transpose`]
/// * `slopes`: `[examples, in_blocks]` lanes, the activation's derivative at each neuron before the layer
/// * `before`: `[examples, in_blocks]` lanes, the result
pub fn backward(
    deltas: &[Lanes],
    out_blocks: usize,
    out_neurons: usize,
    transposed: &[Lanes],
    in_blocks: usize,
    slopes: &[Lanes],
    before: &mut [Lanes],
) {
    let mut deltas = deltas.chunks_exact(2 * out_blocks);
    let mut slopes = slopes.chunks_exact(2 * in_blocks);
    let mut before = before.chunks_exact_mut(2 * in_blocks);
    for ((d, s), b) in deltas.by_ref().zip(slopes.by_ref()).zip(before.by_ref()) {
        let (d0, d1) = d.split_at(out_blocks);
        let (d0, d1) = (super::numbers(d0), super::numbers(d1));
        for block in 0..in_blocks {
            let (mut sum0, mut sum1) = (Lanes::ZERO, Lanes::ZERO);
            let column = transposed[block..].iter().step_by(in_blocks);
            for ((&w, &d0), &d1) in column.zip(&d0[..out_neurons]).zip(&d1[..out_neurons]) {
                sum0 += w * d0;
                sum1 += w * d1;
            }
            b[block] = sum0 * s[block];
            b[in_blocks + block] = sum1 * s[in_blocks + block];
        }
    }
    let (d, s, b) = (
        deltas.remainder(),
        slopes.remainder(),
        before.into_remainder(),
    );
    if !d.is_empty() {
        let d = super::numbers(d);
        for block in 0..in_blocks {
            let column = transposed[block..].iter().step_by(in_blocks);
            let sum = column
                .zip(&d[..out_neurons])
                .fold(Lanes::ZERO, |sum, (&w, &d)| sum + w * d);
            b[block] = sum * s[block];
        }
    }
}

/// Adds the examples' share to the gradient of a layer: `a^T delta` for the weights, the sum of `delta` for the biases.
///
/// * `inputs`, `deltas`: as in [`forward`] and [`backward`]
/// * `gradient`: `[in_neurons + 1, out_blocks]` lanes, the last row for the biases
pub fn accumulate(
    inputs: &[Lanes],
    in_blocks: usize,
    in_neurons: usize,
    deltas: &[Lanes],
    out_blocks: usize,
    gradient: &mut [Lanes],
) {
    let inputs = super::numbers(inputs);
    let stride = in_blocks * super::LANES;
    for block in 0..out_blocks {
        let deltas = || deltas[block..].iter().step_by(out_blocks);
        // Two inputs at a time share the loads of the deltas.
        let mut neuron = 0;
        while neuron + 1 < in_neurons {
            let at = neuron * out_blocks + block;
            let (mut g0, mut g1) = (gradient[at], gradient[at + out_blocks]);
            for (a, &delta) in inputs.chunks_exact(stride).zip(deltas()) {
                g0 += delta * a[neuron];
                g1 += delta * a[neuron + 1];
            }
            gradient[at] = g0;
            gradient[at + out_blocks] = g1;
            neuron += 2;
        }
        if neuron < in_neurons {
            let at = neuron * out_blocks + block;
            gradient[at] = inputs
                .chunks_exact(stride)
                .zip(deltas())
                .fold(gradient[at], |g, (a, &delta)| g + delta * a[neuron]);
        }
        let at = in_neurons * out_blocks + block;
        gradient[at] = deltas().fold(gradient[at], |g, &delta| g + delta);
    }
}

/// The weights with inputs and outputs exchanged, which turns the backward pass into rows of lanes as well.
///
/// * `weights`: `[in_neurons (+ 1), out_blocks]` lanes
/// * `transposed`: `[out_neurons, in_blocks]` lanes, padding zero
pub fn transpose(
    weights: &[Lanes],
    in_neurons: usize,
    out_neurons: usize,
    transposed: &mut Vec<Lanes>,
) {
    let (in_blocks, out_blocks) = (super::blocks(in_neurons), super::blocks(out_neurons));
    transposed.clear();
    transposed.resize(out_neurons * in_blocks, Lanes::ZERO);
    if in_neurons == super::LANES && out_blocks == 1 {
        // The square case of the default network, in registers.
        let mut square = [Lanes::ZERO; super::LANES];
        square.copy_from_slice(&weights[..super::LANES]);
        transposed.copy_from_slice(&Lanes::transpose(square)[..out_neurons]);
        return;
    }
    let weights = super::numbers(weights);
    let stride = out_blocks * super::LANES;
    let rows = super::numbers_mut(transposed).chunks_exact_mut(in_blocks * super::LANES);
    for (out, row) in rows.enumerate() {
        for (input, w) in row[..in_neurons].iter_mut().enumerate() {
            *w = weights[input * stride + out];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::{LANES, blocks, numbers, numbers_mut};
    use crate::random::{Random, Stream};

    /// `[rows, neurons]` random numbers in rows of whole blocks, padding zero.
    fn matrix(rows: usize, neurons: usize, random: &mut Random) -> Vec<Lanes> {
        let stride = blocks(neurons) * LANES;
        let mut lanes = vec![Lanes::ZERO; rows * blocks(neurons)];
        for row in numbers_mut(&mut lanes).chunks_exact_mut(stride) {
            row[..neurons].iter_mut().for_each(|x| *x = random.signed());
        }
        lanes
    }

    fn at(lanes: &[Lanes], neurons: usize, row: usize, column: usize) -> f32 {
        numbers(lanes)[row * blocks(neurons) * LANES + column]
    }

    #[test]
    fn agree_with_the_textbook_to_the_last_bit() {
        let mut random = Random::new(5, Stream::Noise);
        for (i, o) in [
            (1, 1),
            (2, 10),
            (15, 17),
            (16, 16),
            (16, 10),
            (33, 128),
            (64, 32),
        ] {
            for examples in [1, 2, 3, 8] {
                let a = matrix(examples, i, &mut random);
                let w = matrix(i + 1, o, &mut random);
                let deltas = matrix(examples, o, &mut random);
                let slopes = matrix(examples, i, &mut random);
                let mut z = vec![Lanes::ZERO; examples * blocks(o)];
                forward(&a, blocks(i), i, &w, blocks(o), &mut z);
                let mut wt = Vec::new();
                transpose(&w, i, o, &mut wt);
                let mut before = vec![Lanes::ZERO; examples * blocks(i)];
                backward(&deltas, blocks(o), o, &wt, blocks(i), &slopes, &mut before);
                let mut gradient = vec![Lanes::ZERO; (i + 1) * blocks(o)];
                accumulate(&a, blocks(i), i, &deltas, blocks(o), &mut gradient);

                for e in 0..examples {
                    for out in 0..o {
                        let expected = (0..i).fold(at(&w, o, i, out), |z, input| {
                            z + at(&w, o, input, out) * at(&a, i, e, input)
                        });
                        assert_eq!(at(&z, o, e, out), expected);
                    }
                    for input in 0..i {
                        let sum = (0..o).fold(0.0, |s, out| {
                            s + at(&w, o, input, out) * at(&deltas, o, e, out)
                        });
                        assert_eq!(at(&before, i, e, input), sum * at(&slopes, i, e, input));
                    }
                }
                for out in 0..o {
                    for input in 0..i {
                        let expected = (0..examples)
                            .fold(0.0, |g, e| g + at(&deltas, o, e, out) * at(&a, i, e, input));
                        assert_eq!(at(&gradient, o, input, out), expected);
                    }
                    let expected = (0..examples).fold(0.0, |g, e| g + at(&deltas, o, e, out));
                    assert_eq!(at(&gradient, o, i, out), expected);
                }
                // Padding stays zero, or descent would move weights that do not exist.
                for row in numbers(&gradient).chunks_exact(blocks(o) * LANES) {
                    assert!(row[o..].iter().all(|&g| g == 0.0));
                }
            }
        }
    }
}
