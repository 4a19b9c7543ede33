//! The small layers behind the first: products of a few examples with a few dozen weights.

use super::{LANES, Lanes, Quad};

/// Registers that hold a block of at most [`MOST_IN_THREE`] neurons, such as the ten outputs.
const THREE: usize = 3;
const MOST_IN_THREE: usize = 4 * THREE;
/// Registers of a whole block.
const FOUR: usize = LANES / 4;

/// Weighted inputs of a whole layer for several examples: `z = a W + b`.
///
/// * `inputs`: `[examples, in_blocks]` lanes, of which the first `in_neurons` numbers of each example count
/// * `weights`: `[in_neurons + 1, out_blocks]` lanes, the last row holds the biases
/// * `outputs`: `[examples, out_blocks]` lanes, of which the first `out_neurons` numbers of each example count
///
/// Two examples at a time, so each row of weights is loaded once for both. The order of the sums is that of
/// the inputs, bias first, whatever the number of examples.
pub fn forward(
    inputs: &[Lanes],
    (in_blocks, in_neurons): (usize, usize),
    weights: &[Lanes],
    (out_blocks, out_neurons): (usize, usize),
    outputs: &mut [Lanes],
) {
    let inputs = inputs
        .chunks(2 * in_blocks)
        .map(|a| pair(a, in_blocks, in_neurons));
    let (weights, biases) = weights.split_at(in_neurons * out_blocks);
    for (a, z) in inputs.zip(outputs.chunks_mut(2 * out_blocks)) {
        // The default network: known numbers of blocks spare the looking up.
        if out_blocks == 1 && out_neurons <= MOST_IN_THREE {
            put(z, 1, 0, products::<THREE>(weights, 1, 0, a, biases[0]));
        } else if out_blocks == 1 {
            put(z, 1, 0, products::<FOUR>(weights, 1, 0, a, biases[0]));
        } else {
            for (block, &bias) in biases.iter().enumerate() {
                let sums = products::<FOUR>(weights, out_blocks, block, a, bias);
                put(z, out_blocks, block, sums);
            }
        }
    }
}

/// Numbers of the first example and of the second, or of the first again where there is no second.
#[inline(always)]
fn pair(lanes: &[Lanes], blocks: usize, neurons: usize) -> [&[f32]; 2] {
    let second = lanes.len() - blocks;
    [&lanes[..blocks], &lanes[second..]].map(|lanes| &super::numbers(lanes)[..neurons])
}

/// One block of the first example, and of the second where there is one.
#[inline(always)]
fn put(lanes: &mut [Lanes], blocks: usize, block: usize, [first, second]: [Lanes; 2]) {
    lanes[block] = first;
    if let Some(lanes) = lanes.get_mut(blocks + block) {
        *lanes = second;
    }
}

/// `start + sum over i of matrix[i] * x[i]` for two rows of numbers; of `matrix`, `[rows, blocks]` lanes, one block counts.
///
/// * `REGISTERS`: how many of its four; the others become zero
#[inline(always)]
fn products<const REGISTERS: usize>(
    matrix: &[Lanes],
    blocks: usize,
    block: usize,
    [x0, x1]: [&[f32]; 2],
    start: Lanes,
) -> [Lanes; 2] {
    let mut sums = [start.quads(); 2];
    sums[0][REGISTERS..].fill(Quad::ZERO);
    sums[1][REGISTERS..].fill(Quad::ZERO);
    let mut add = |row, x| add_products::<REGISTERS, 2>(&mut sums, x, row);
    if blocks == 1 {
        for ((&row, &x0), &x1) in matrix.iter().zip(x0).zip(x1) {
            add(row, [x0, x1]);
        }
    } else {
        for ((row, &x0), &x1) in matrix.chunks_exact(blocks).zip(x0).zip(x1) {
            add(row[block], [x0, x1]);
        }
    }
    sums.map(Lanes::from)
}

/// What each neuron before this layer passes back: `delta W^T` times the slope of its activation.
///
/// * `deltas`: `[examples, out_blocks]` lanes, of which the first `out_neurons` numbers count
/// * `transposed`: `[out_neurons, in_blocks]` lanes, from [`transpose`]
/// * `slopes`: `[examples, in_blocks]` lanes, the activation's derivative at each neuron before the layer
/// * `before`: `[examples, in_blocks]` lanes, the result
pub fn backward(
    deltas: &[Lanes],
    (out_blocks, out_neurons): (usize, usize),
    transposed: &[Lanes],
    in_blocks: usize,
    slopes: &[Lanes],
    before: &mut [Lanes],
) {
    let deltas = deltas
        .chunks(2 * out_blocks)
        .map(|d| pair(d, out_blocks, out_neurons));
    for (d, before) in deltas.zip(before.chunks_mut(2 * in_blocks)) {
        if in_blocks == 1 {
            let sums = products::<FOUR>(transposed, 1, 0, d, Lanes::ZERO);
            put(before, 1, 0, sums);
        } else {
            for block in 0..in_blocks {
                let sums = products::<FOUR>(transposed, in_blocks, block, d, Lanes::ZERO);
                put(before, in_blocks, block, sums);
            }
        }
    }
    for (before, &slope) in before.iter_mut().zip(slopes) {
        *before = *before * slope;
    }
}

/// Adds the examples' share to the gradient of a layer: `a^T delta` for the weights, the sum of `delta` for the biases.
///
/// * `inputs`, `deltas`: as in [`forward`] and [`backward`]
/// * `gradient`: `[in_neurons + 1, out_blocks]` lanes, the last row for the biases
pub fn accumulate(
    inputs: &[Lanes],
    (in_blocks, in_neurons): (usize, usize),
    deltas: &[Lanes],
    (out_blocks, out_neurons): (usize, usize),
    gradient: &mut [Lanes],
) {
    let shape = (in_blocks, in_neurons);
    if out_blocks == 1 && out_neurons <= MOST_IN_THREE {
        accumulate_block::<THREE>(inputs, shape, deltas, (1, 0), gradient);
    } else {
        for block in 0..out_blocks {
            accumulate_block::<FOUR>(inputs, shape, deltas, (out_blocks, block), gradient);
        }
    }
    add_biases(deltas, &mut gradient[in_neurons * out_blocks..]);
}

/// Adds the sum of the examples' deltas to the gradient of a layer's biases.
///
/// * `deltas`: `[examples, blocks]` lanes
/// * `biases`: `[blocks]` lanes
pub fn add_biases(deltas: &[Lanes], biases: &mut [Lanes]) {
    for deltas in deltas.chunks_exact(biases.len()) {
        for (bias, &delta) in biases.iter_mut().zip(deltas) {
            *bias += delta;
        }
    }
}

/// One block of [`accumulate`] without the biases, of which so many registers count.
#[inline(always)]
fn accumulate_block<const REGISTERS: usize>(
    inputs: &[Lanes],
    (in_blocks, in_neurons): (usize, usize),
    deltas: &[Lanes],
    (blocks, block): (usize, usize),
    gradient: &mut [Lanes],
) {
    // Two inputs at a time share the loads of the deltas.
    let mut rows = gradient.chunks_mut(2 * blocks);
    for (pair, rows) in rows.by_ref().take(in_neurons / 2).enumerate() {
        let input = 2 * pair;
        add_examples::<REGISTERS, 2>(inputs, (in_blocks, input), deltas, (blocks, block), rows);
    }
    if let Some(rows) = rows.next()
        && !in_neurons.is_multiple_of(2)
    {
        let input = in_neurons - 1;
        add_examples::<REGISTERS, 1>(inputs, (in_blocks, input), deltas, (blocks, block), rows);
    }
}

/// Adds `a delta` of all examples to one block of the rows of so many inputs, of which `input` is the first.
#[inline(always)]
fn add_examples<const REGISTERS: usize, const INPUTS: usize>(
    inputs: &[Lanes],
    (in_blocks, input): (usize, usize),
    deltas: &[Lanes],
    (blocks, block): (usize, usize),
    rows: &mut [Lanes],
) {
    let mut sums = [[Quad::ZERO; FOUR]; INPUTS];
    for (sums, row) in sums.iter_mut().zip(rows.chunks_exact(blocks)) {
        *sums = row[block].quads();
    }
    let inputs = super::numbers(inputs).chunks_exact(in_blocks * LANES);
    for (a, deltas) in inputs.zip(deltas.chunks_exact(blocks)) {
        let (a, _) = a[input..]
            .split_first_chunk()
            .expect("all inputs are there");
        add_products::<REGISTERS, INPUTS>(&mut sums, *a, deltas[block]);
    }
    for (sums, row) in sums.into_iter().zip(rows.chunks_exact_mut(blocks)) {
        row[block] = Lanes::from(sums);
    }
}

/// `sums[i] += a[i] * delta`, of which so many registers count.
#[inline(always)]
fn add_products<const REGISTERS: usize, const ROWS: usize>(
    sums: &mut [[Quad; FOUR]; ROWS],
    a: [f32; ROWS],
    delta: Lanes,
) {
    let delta = delta.quads();
    for (sums, a) in sums.iter_mut().zip(a) {
        for (sum, &delta) in sums[..REGISTERS].iter_mut().zip(&delta) {
            *sum += delta * a;
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
    use crate::kernels::{blocks, numbers, numbers_mut};
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
                let (before_shape, shape) = ((blocks(i), i), (blocks(o), o));
                forward(&a, before_shape, &w, shape, &mut z);
                let mut wt = Vec::new();
                transpose(&w, i, o, &mut wt);
                let mut before = vec![Lanes::ZERO; examples * blocks(i)];
                backward(&deltas, shape, &wt, blocks(i), &slopes, &mut before);
                let mut gradient = vec![Lanes::ZERO; (i + 1) * blocks(o)];
                accumulate(&a, before_shape, &deltas, shape, &mut gradient);

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
