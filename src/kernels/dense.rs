//! The small layers behind the first: products of a few examples with a few dozen weights.

use super::{Lanes, Quad};

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
    let mut inputs = inputs.chunks(2 * in_blocks);
    let mut outputs = outputs.chunks_mut(2 * out_blocks);
    while let (Some(a), Some(z)) = (inputs.next(), outputs.next()) {
        let (a0, a1) = pair(a, in_blocks, in_neurons);
        for block in 0..out_blocks {
            let bias = weights[in_neurons * out_blocks + block];
            let (z0, z1) = products(&weights[block..], out_blocks, a0, a1, bias);
            z[block] = z0;
            if let Some(z) = z.get_mut(out_blocks + block) {
                *z = z1;
            }
        }
    }
}

/// Numbers of the first example and of the second, or of the first again where there is no second.
#[inline(always)]
fn pair(lanes: &[Lanes], blocks: usize, neurons: usize) -> (&[f32], &[f32]) {
    let second = lanes.len() - blocks;
    (
        &super::numbers(&lanes[..blocks])[..neurons],
        &super::numbers(&lanes[second..])[..neurons],
    )
}

/// `start + sum over i of matrix[i] * x[i]` for two rows of numbers; `matrix[i]` are the lanes at `i * stride`.
#[inline(always)]
fn products(
    matrix: &[Lanes],
    stride: usize,
    x0: &[f32],
    x1: &[f32],
    start: Lanes,
) -> (Lanes, Lanes) {
    let (mut sum0, mut sum1) = (start, start);
    let mut at = 0;
    for (&x0, &x1) in x0.iter().zip(x1) {
        let row = matrix[at];
        sum0 += row * x0;
        sum1 += row * x1;
        at += stride;
    }
    (sum0, sum1)
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
    let mut deltas = deltas.chunks(2 * out_blocks);
    let mut slopes = slopes.chunks(2 * in_blocks);
    let mut before = before.chunks_mut(2 * in_blocks);
    while let (Some(d), Some(s), Some(b)) = (deltas.next(), slopes.next(), before.next()) {
        let (d0, d1) = pair(d, out_blocks, out_neurons);
        for block in 0..in_blocks {
            let (sum0, sum1) = products(&transposed[block..], in_blocks, d0, d1, Lanes::ZERO);
            b[block] = sum0 * s[block];
            let second = in_blocks + block;
            if let (Some(b), Some(&s)) = (b.get_mut(second), s.get(second)) {
                *b = sum1 * s;
            }
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
    let examples = deltas.len() / out_blocks;
    for block in 0..out_blocks {
        // Two inputs at a time share the loads of the deltas; the last row of the gradient is that of the biases.
        for neuron in (0..in_neurons).step_by(2) {
            let at = neuron * out_blocks + block;
            let second = neuron + 1 < in_neurons;
            let (mut g0, mut g1) = (gradient[at], gradient[at + out_blocks]);
            for example in 0..examples {
                let delta = deltas[example * out_blocks + block];
                let a = &inputs[example * stride + neuron..];
                g0 += delta * a[0];
                g1 += delta * if second { a[1] } else { 1.0 };
            }
            gradient[at] = g0;
            gradient[at + out_blocks] = g1;
        }
        if in_neurons.is_multiple_of(2) {
            let at = in_neurons * out_blocks + block;
            for example in 0..examples {
                gradient[at] += deltas[example * out_blocks + block];
            }
        }
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
    transposed.resize(out_neurons * in_blocks, Lanes::ZERO);
    let (from, to) = (super::quads(weights), super::quads_mut(transposed));
    // Square by square of four by four, in registers.
    for input in (0..in_neurons).step_by(4) {
        for output in (0..out_neurons).step_by(4) {
            let mut square = [Quad::ZERO; 4];
            let rows = square.iter_mut().take(in_neurons - input).enumerate();
            for (row, quad) in rows {
                *quad = from[(input + row) * out_blocks * 4 + output / 4];
            }
            let square = Quad::transpose(square);
            for (column, quad) in square.into_iter().take(out_neurons - output).enumerate() {
                to[(output + column) * in_blocks * 4 + input / 4] = quad;
            }
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
