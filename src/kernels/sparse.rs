//! The first layer: four in five pixels are zero, so only the others are touched.
//!
//! Sparsity and the update in place together make this more than three times as fast as dense products.

use bytemuck::cast;
use wide::u8x16;

use super::{LANES, Lanes, Quad};

/// Entries of a row are padded to a multiple of this with value zero, so that the loops have no remainder.
const UNROLL: usize = 4;

/// How to move those of four numbers that are not zero to the front.
struct Compaction {
    /// Where each byte of the result comes from.
    bytes: u8x16,
    /// Where each number of the result comes from, in 16 bits each.
    columns: u64,
    /// How many are not zero.
    count: usize,
}

/// One in each of the 16-bit parts of a number.
const EACH_COLUMN: u64 = 0x0001_0001_0001_0001;

/// For every answer to which of four numbers are zero, the first in the lowest bit.
static COMPACTIONS: [Compaction; 1 << UNROLL] = {
    let mut compactions = [const {
        Compaction {
            bytes: u8x16::ZERO,
            columns: 0,
            count: 0,
        }
    }; 1 << UNROLL];
    let mut answer = 0;
    while answer < 1 << UNROLL {
        let (mut bytes, mut columns, mut count) = ([0; 16], 0, 0);
        let mut from = 0_u8;
        while (from as usize) < UNROLL {
            if answer >> from & 1 == 0 {
                let mut byte = 0_u8;
                while byte < 4 {
                    bytes[4 * count + byte as usize] = 4 * from + byte;
                    byte += 1;
                }
                columns |= (from as u64) << (16 * count);
                count += 1;
            }
            from += 1;
        }
        compactions[answer] = Compaction {
            bytes: u8x16::new(bytes),
            columns,
            count,
        };
        answer += 1;
    }
    compactions
};

/// Rows of numbers of which most are zero: the inputs of many examples, in order.
///
/// For each row its nonzero entries, column and value, in ascending columns, padded with entries of
/// value zero in column 0 to a multiple of four. Columns are `u16`, so a row has at most 65,536 of them.
#[derive(Clone, Debug, Default)]
pub struct SparseRows {
    width: usize,
    /// `starts[row]..starts[row + 1]` are the groups of four of a row.
    starts: Vec<u32>,
    columns: Vec<[u16; UNROLL]>,
    values: Vec<[f32; UNROLL]>,
}

impl SparseRows {
    /// No rows yet, of `width` columns each.
    ///
    /// # Panics
    /// If `width` is over 65,536.
    #[must_use]
    pub fn new(width: usize) -> Self {
        assert!(width <= 1 << 16, "columns are kept in 16 bits");
        Self {
            width,
            starts: vec![0],
            columns: Vec::new(),
            values: Vec::new(),
        }
    }

    /// Columns of each row.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes all rows away and keeps the memory.
    pub fn clear(&mut self) {
        self.starts.truncate(1);
    }

    /// Adds a row of `width` numbers.
    ///
    /// # Panics
    /// If the row has another width, or there are over 2^32 entries.
    pub fn push(&mut self, row: &[f32]) {
        assert_eq!(row.len(), self.width, "all rows have the same width");
        let start = self.end();
        // Room for a row without zeros, and for what is written over.
        let room = start + self.width / UNROLL + 2;
        if self.columns.len() < room {
            self.columns.resize(room, [0; UNROLL]);
            self.values.resize(room, [0.0; UNROLL]);
        }
        let columns = self.columns[start..room].as_flattened_mut();
        let values = self.values[start..room].as_flattened_mut();
        let mut filled = 0;
        let mut first_column = 0_u64;
        let mut push = |four: &[f32; UNROLL]| {
            // Those that are not zero moved to the front, and all four written down; what comes next is written over the
            // others. Asking for each costs more: the answers cannot be foreseen.
            let four = Quad::from(*four);
            let compaction = &COMPACTIONS[four.simd_eq(Quad::ZERO).to_bitmask() as usize & 15];
            let moved: [f32; UNROLL] = cast(cast::<Quad, u8x16>(four).shuffle(compaction.bytes));
            values[filled..filled + UNROLL].copy_from_slice(&moved);
            let moved: [u16; UNROLL] = cast(first_column + compaction.columns);
            columns[filled..filled + UNROLL].copy_from_slice(&moved);
            filled += compaction.count;
            first_column = first_column.wrapping_add(UNROLL as u64 * EACH_COLUMN);
        };
        let (fours, rest) = row.as_chunks();
        fours.iter().for_each(&mut push);
        if !rest.is_empty() {
            let mut four = [0.0; UNROLL];
            four[..rest.len()].copy_from_slice(rest);
            push(&four);
        }
        // What remains of the last four.
        let used = filled.next_multiple_of(UNROLL);
        columns[filled..used].fill(0);
        values[filled..used].fill(0.0);
        let end = u32::try_from(start + used / UNROLL).expect("fewer than 2^32 entries");
        self.starts.push(end);
    }

    /// Where the next row begins. What is kept from there on is of no row.
    fn end(&self) -> usize {
        *self.starts.last().expect("the first row begins somewhere") as usize
    }

    /// Writes a row, zeros included, into `out`, `[width]`.
    pub fn write(&self, row: usize, out: &mut [f32]) {
        out.fill(0.0);
        let (columns, values) = self.row(row);
        for (&column, &value) in columns.as_flattened().iter().zip(values.as_flattened()) {
            if value != 0.0 {
                out[column as usize] = value;
            }
        }
    }

    /// The padded entries of a row, four by four.
    #[inline]
    #[must_use]
    pub fn row(&self, row: usize) -> (&[[u16; UNROLL]], &[[f32; UNROLL]]) {
        let range = self.starts[row] as usize..self.starts[row + 1] as usize;
        (&self.columns[range.clone()], &self.values[range])
    }

    /// Reads one entry of every cache line of a row, so that a pass over many rows in random order
    /// finds them waiting.
    #[inline]
    pub fn touch(&self, row: usize) -> f32 {
        let (columns, values) = self.row(row);
        let values = values.iter().step_by(4).map(|v| v[0]).sum::<f32>();
        let columns = columns.iter().step_by(8).map(|c| c[0]).sum::<u16>();
        values + f32::from(columns)
    }
}

/// Weighted inputs of one block of sixteen neurons for one example: `bias + sum over entries of value * weights[column]`.
///
/// * `weights`: `[in * blocks]` lanes, row by row, of which block `block` of each row is used
///
/// Entries are summed in two interleaved halves, even and odd places, which hides the latency of the additions;
/// [`plain::forward`] is the definition.
#[inline(always)]
#[must_use]
pub fn forward(
    (columns, values): (&[[u16; UNROLL]], &[[f32; UNROLL]]),
    weights: &[Lanes],
    blocks: usize,
    block: usize,
    bias: Lanes,
) -> Lanes {
    let (mut even, mut odd) = (bias, Lanes::ZERO);
    // A column beyond the matrix, which there is not, would end the sum. So the product of one entry is done before the
    // next is looked at: loaded ahead, four rows take more registers than there are.
    let row = |column: u16| weights.get(usize::from(column) * blocks + block);
    for (c, v) in columns.iter().zip(values) {
        let Some(&weights) = row(c[0]) else { break };
        even += weights * v[0];
        let Some(&weights) = row(c[1]) else { break };
        odd += weights * v[1];
        let Some(&weights) = row(c[2]) else { break };
        even += weights * v[2];
        let Some(&weights) = row(c[3]) else { break };
        odd += weights * v[3];
    }
    even + odd
}

/// Adds `value * delta` to the row of each entry: one example's share of the gradient of the weights, or,
/// with `delta` scaled by `-rate / batch`, its share of a step of plain descent made in place.
///
/// * `weights`: `[in * blocks]` lanes; only block `block` of each row is changed
#[inline(always)]
pub fn accumulate(
    (columns, values): (&[[u16; UNROLL]], &[[f32; UNROLL]]),
    weights: &mut [Lanes],
    blocks: usize,
    block: usize,
    delta: Lanes,
) {
    for (c, v) in columns.iter().zip(values) {
        for lane in 0..UNROLL {
            weights[c[lane] as usize * blocks + block] += delta * v[lane];
        }
    }
}

/// The definitions that the fast loops must meet to the last bit.
pub mod plain {
    use super::{LANES, Lanes, SparseRows, UNROLL};

    /// See [`super::forward`]; neuron by neuron.
    #[must_use]
    pub fn forward(
        rows: &SparseRows,
        row: usize,
        weights: &[f32],
        stride: usize,
        neuron: usize,
        bias: f32,
    ) -> f32 {
        let (columns, values) = rows.row(row);
        let mut halves = [bias, 0.0];
        for (place, (&c, &v)) in columns
            .as_flattened()
            .iter()
            .zip(values.as_flattened())
            .enumerate()
        {
            halves[place % 2] += weights[c as usize * stride + neuron] * v;
        }
        halves[0] + halves[1]
    }

    /// See [`super::accumulate`]; neuron by neuron.
    pub fn accumulate(
        rows: &SparseRows,
        row: usize,
        weights: &mut [f32],
        stride: usize,
        neuron: usize,
        delta: f32,
    ) {
        let (columns, values) = rows.row(row);
        for (&c, &v) in columns.as_flattened().iter().zip(values.as_flattened()) {
            weights[c as usize * stride + neuron] += delta * v;
        }
    }

    /// Lanes in one block, for callers that count neurons.
    pub const STRIDE: usize = LANES;
    const _: () = assert!(UNROLL == 4 && size_of::<Lanes>() == 4 * LANES);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::{blocks, numbers, numbers_mut};
    use crate::random::{Random, Stream};

    /// A row of `width` numbers with about one in five nonzero.
    fn random_row(width: usize, random: &mut Random) -> Vec<f32> {
        (0..width)
            .map(|_| {
                if random.below(5) == 0 {
                    random.signed()
                } else {
                    0.0
                }
            })
            .collect()
    }

    #[test]
    fn rows_come_back_as_they_went_in() {
        let mut random = Random::new(1, Stream::Noise);
        let widths = [1, 2, 3, 4, 5, 15, 16, 17, 784];
        for width in widths {
            let mut rows = SparseRows::new(width);
            let dense: Vec<_> = (0..20)
                .map(|i| {
                    if i == 7 {
                        vec![0.0; width]
                    } else {
                        random_row(width, &mut random)
                    }
                })
                .collect();
            dense.iter().for_each(|row| rows.push(row));
            let mut out = vec![f32::NAN; width];
            for (i, row) in dense.iter().enumerate() {
                rows.write(i, &mut out);
                assert_eq!(&out, row, "width {width}, row {i}");
            }
        }
    }

    #[test]
    fn fast_and_plain_agree_to_the_last_bit() {
        let mut random = Random::new(2, Stream::Noise);
        for (width, neurons) in [(1, 1), (3, 15), (5, 16), (9, 17), (784, 16), (40, 128)] {
            let blocks = blocks(neurons);
            let mut rows = SparseRows::new(width);
            rows.push(&random_row(width, &mut random));
            rows.push(&vec![0.0; width]);
            rows.push(&vec![0.7; width]);
            let mut weights = vec![Lanes::ZERO; width * blocks];
            numbers_mut(&mut weights)
                .iter_mut()
                .for_each(|w| *w = random.signed());
            for row in 0..rows.len() {
                for block in 0..blocks {
                    let bias = Lanes::splat(random.signed());
                    let fast = forward(rows.row(row), &weights, blocks, block, bias);
                    let fast: [f32; LANES] = fast.into();
                    let delta = Lanes::splat(random.signed());
                    let mut updated = weights.clone();
                    accumulate(rows.row(row), &mut updated, blocks, block, delta);
                    for (lane, value) in fast.iter().enumerate() {
                        let (stride, neuron) = (blocks * LANES, block * LANES + lane);
                        let plain = plain::forward(
                            &rows,
                            row,
                            numbers(&weights),
                            stride,
                            neuron,
                            <[f32; LANES]>::from(bias)[lane],
                        );
                        assert_eq!(value.to_bits(), plain.to_bits());
                        let mut expected = weights.clone();
                        plain::accumulate(
                            &rows,
                            row,
                            numbers_mut(&mut expected),
                            stride,
                            neuron,
                            <[f32; LANES]>::from(delta)[lane],
                        );
                        for input in 0..width {
                            let at = input * stride + neuron;
                            assert_eq!(numbers(&updated)[at], numbers(&expected)[at]);
                        }
                    }
                }
            }
        }
    }
}
