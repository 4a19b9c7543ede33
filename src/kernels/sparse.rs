//! The first layer: four in five pixels are zero, so only the others are touched.
//!
//! Sparsity and the update in place together make this more than three times as fast as dense products.

use super::{LANES, Lanes};

/// Entries of a row are padded to a multiple of this with value zero, so that the loops have no remainder.
const UNROLL: usize = 4;

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
        self.columns.clear();
        self.values.clear();
    }

    /// Adds a row of `width` numbers.
    ///
    /// # Panics
    /// If the row has another width, or there are over 2^32 entries.
    pub fn push(&mut self, row: &[f32]) {
        assert_eq!(row.len(), self.width, "all rows have the same width");
        let start = self.columns.len();
        // Room for a row without zeros, and for where the entry after the last would be.
        let room = start + self.width / UNROLL + 1;
        self.columns.resize(room, [0; UNROLL]);
        self.values.resize(room, [0.0; UNROLL]);
        let columns = self.columns[start..].as_flattened_mut();
        let values = self.values[start..].as_flattened_mut();
        let mut filled = 0;
        let mut column = 0_u16;
        for &value in row {
            // Every number is written down; one that is zero is written over by the next. Asking costs more: the
            // answers cannot be foreseen.
            columns[filled] = column;
            values[filled] = value;
            // Neither of the two zeros has a bit set but the sign.
            filled += usize::from(value.to_bits() << 1 != 0);
            column = column.wrapping_add(1);
        }
        // What remains of the last four; where it is full, the group after it is dropped.
        let used = filled.div_ceil(UNROLL) * UNROLL;
        columns[filled..used].fill(0);
        values[filled..used].fill(0.0);
        self.columns.truncate(start + used / UNROLL);
        self.values.truncate(start + used / UNROLL);
        let end = u32::try_from(self.columns.len()).expect("fewer than 2^32 entries");
        self.starts.push(end);
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
