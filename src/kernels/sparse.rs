//! The first layer: four in five pixels are zero, so only the others are touched.
//!
//! Sparsity and the update in place together make this more than three times as fast as dense products.

use std::hint::black_box;
use std::ops::Range;

use bytemuck::cast;
use wide::{i32x4, u8x16, u16x8, u32x4};

use super::functions::hidden;
use super::{LANES, Lanes, Quad};

/// Entries of a row are padded to a multiple of this with level zero, so that the loops have no remainder.
const UNROLL: usize = 4;

/// Numbers whose zeros are looked for together.
const EIGHT: usize = 8;

/// For every answer to which of eight numbers are zero, the first in the lowest bit: the places of the others, in order.
static PLACES: [[u8; EIGHT]; 1 << EIGHT] = {
    let mut places = [[0; EIGHT]; 1 << EIGHT];
    let mut answer = 0;
    while answer < 1 << EIGHT {
        let (mut count, mut place) = (0, 0_u8);
        while (place as usize) < EIGHT {
            if answer >> place & 1 == 0 {
                places[answer][count] = place;
                count += 1;
            }
            place += 1;
        }
        answer += 1;
    }
    places
};

/// Columns and levels of a row's entries, four by four.
pub type Entries<'a> = (&'a [[u16; UNROLL]], &'a [[u8; UNROLL]]);

/// The level that stands for 1.
pub const FULL: f32 = 255.0;

/// Rows of numbers from 0 to 1 of which most are zero, in steps of 1 in 255: the inputs of many examples, in order.
///
/// For each row its nonzero entries, column and level, in ascending columns, padded with entries of level zero in
/// column 0 to a multiple of four. Columns are `u16`, so a row has at most 65,536 of them. Three bytes an entry: what a
/// pass over many examples waits for is the memory.
#[derive(Clone, Debug, Default)]
pub struct SparseRows {
    width: usize,
    /// `starts[row]..starts[row + 1]` are the groups of four of a row.
    starts: Vec<u32>,
    columns: Vec<[u16; UNROLL]>,
    levels: Vec<[u8; UNROLL]>,
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
            levels: Vec::new(),
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

    /// The levels of all entries, row after row.
    #[must_use]
    pub fn levels_of_all(&self) -> &[u8] {
        self.levels[..self.end()].as_flattened()
    }

    /// Takes all rows away and keeps the memory.
    pub fn clear(&mut self) {
        self.starts.truncate(1);
    }

    /// Adds a row.
    ///
    /// * `row`: `[width]`, each level standing for itself divided by [`FULL`]
    ///
    /// # Panics
    /// If the row has another width, or there are over 2^32 entries.
    pub fn push(&mut self, row: &[u8]) {
        assert_eq!(row.len(), self.width, "all rows have the same width");
        let start = self.end();
        // Room for a row without zeros, and for what is written over.
        let room = start + (self.width.next_multiple_of(EIGHT) + EIGHT) / UNROLL;
        if self.columns.len() < room {
            self.columns.resize(room, [0; UNROLL]);
            self.levels.resize(room, [0; UNROLL]);
        }
        let columns = self.columns[start..room].as_flattened_mut();
        let levels = self.levels[start..room].as_flattened_mut();
        let mut filled = 0;
        let (mut first_column, step) = hidden((u16x8::ZERO, u16x8::splat(8)));
        let (eights, rest) = row.as_chunks();
        let last = padded(rest);
        let last = (!rest.is_empty()).then_some(&last);
        for &eight in eights.iter().chain(last) {
            // Those that are not zero moved to the front, and all eight written down; what comes next is written over the
            // others. Asking for each costs more: the answers cannot be foreseen.
            let eight: u8x16 = cast([u64::from_le_bytes(eight), 0]);
            let answer = eight.simd_eq(u8x16::ZERO).to_bitmask() as usize & 255;
            let places: u8x16 = cast([u64::from_le_bytes(PLACES[answer]), 0]);
            let [moved, _]: [u64; 2] = cast(eight.shuffle(places));
            levels[filled..filled + EIGHT].copy_from_slice(&moved.to_le_bytes());
            let places: u16x8 = cast(u8x16::unpack_low(places, u8x16::ZERO));
            let moved = (first_column + places).to_array();
            columns[filled..filled + EIGHT].copy_from_slice(&moved);
            filled += EIGHT - answer.count_ones() as usize;
            first_column += step;
        }
        // What remains of the last four.
        let used = filled.next_multiple_of(UNROLL);
        columns[filled..used].fill(0);
        levels[filled..used].fill(0);
        let end = u32::try_from(start + used / UNROLL).expect("fewer than 2^32 entries");
        self.starts.push(end);
    }

    /// Where the next row begins. What is kept from there on is of no row.
    fn end(&self) -> usize {
        *self.starts.last().expect("the first row begins somewhere") as usize
    }

    /// The levels of a row, zeros included, into `out`, `[width]`.
    pub fn levels(&self, row: usize, out: &mut [u8]) {
        out.fill(0);
        let (columns, levels) = self.row(row);
        for (&column, &level) in columns.as_flattened().iter().zip(levels.as_flattened()) {
            // Padding adds nothing.
            out[column as usize] |= level;
        }
    }

    /// The numbers of a row, zeros included, into `out`, `[width]`.
    pub fn write(&self, row: usize, out: &mut [f32]) {
        let mut levels = vec![0; out.len()];
        self.levels(row, &mut levels);
        for (out, level) in out.iter_mut().zip(levels) {
            *out = f32::from(level) / FULL;
        }
    }

    /// The padded entries of a row, four by four.
    #[inline(always)]
    #[must_use]
    pub fn row(&self, row: usize) -> Entries<'_> {
        let range = self.starts[row] as usize..self.starts[row + 1] as usize;
        (&self.columns[range.clone()], &self.levels[range])
    }

    /// Reads one entry of every cache line of neighbouring rows, so that a pass over many rows in random order finds them
    /// waiting.
    pub fn touch(&self, rows: Range<usize>) {
        let entries = self.starts[rows.start] as usize..self.starts[rows.end] as usize;
        let columns = self.columns[entries.clone()].iter().step_by(8);
        let levels = self.levels[entries].iter().step_by(16);
        let columns = columns.fold(0, |sum: u32, c| sum.wrapping_add(u32::from(c[0])));
        // A number that depends on them, so that the reads are not taken for useless.
        black_box(levels.fold(columns, |sum, l| sum.wrapping_add(u32::from(l[0]))));
    }
}

/// Fewer than eight levels, with zeros behind them.
fn padded(levels: &[u8]) -> [u8; EIGHT] {
    let mut eight = [0; EIGHT];
    eight[..levels.len()].copy_from_slice(levels);
    eight
}

/// Four levels as numbers.
#[inline(always)]
pub(crate) fn numbers(levels: [u8; UNROLL]) -> Quad {
    // Twice each byte with a zero after it.
    let bytes: u8x16 = cast(u32x4::splat(u32::from_le_bytes(levels)));
    let pairs = u8x16::unpack_low(bytes, u8x16::ZERO);
    let fours: i32x4 = cast(u8x16::unpack_low(pairs, u8x16::ZERO));
    Quad::from_i32x4(fours)
}

/// Weighted inputs of one block of sixteen neurons for one example:
/// `(sum over entries of level * weights[column]) / FULL + bias`.
///
/// * `weights`: `[in * blocks]` lanes, row by row, of which block `block` of each row is used
///
/// Entries are summed in two interleaved halves, even and odd places, which hides the latency of the additions;
/// [`plain::forward`] is the definition.
#[inline(always)]
#[must_use]
pub fn forward(
    (columns, levels): Entries<'_>,
    weights: &[Lanes],
    blocks: usize,
    block: usize,
    bias: Lanes,
) -> Lanes {
    let (mut even, mut odd) = (Lanes::ZERO, Lanes::ZERO);
    // No column lies beyond the matrix. That the sum would end there makes the compiler finish one product before it loads
    // the next row: four rows loaded ahead take more registers than there are.
    let row = |column: u16| weights.get(usize::from(column) * blocks + block);
    for (c, &levels) in columns.iter().zip(levels) {
        let v = numbers(levels).to_array();
        let Some(&weights) = row(c[0]) else { break };
        even += weights * v[0];
        let Some(&weights) = row(c[1]) else { break };
        odd += weights * v[1];
        let Some(&weights) = row(c[2]) else { break };
        even += weights * v[2];
        let Some(&weights) = row(c[3]) else { break };
        odd += weights * v[3];
    }
    (even + odd) * (1.0 / FULL) + bias
}

/// Adds `level / FULL * delta` to the row of each entry: one example's share of the gradient of the weights, or,
/// with `delta` scaled by `-rate / batch`, its share of a step of plain descent made in place.
///
/// * `weights`: `[in * blocks]` lanes; only block `block` of each row is changed
#[inline(always)]
pub fn accumulate(
    (columns, levels): Entries<'_>,
    weights: &mut [Lanes],
    blocks: usize,
    block: usize,
    delta: Lanes,
) {
    let delta = delta * (1.0 / FULL);
    for (c, &levels) in columns.iter().zip(levels) {
        let v = numbers(levels).to_array();
        for lane in 0..UNROLL {
            weights[c[lane] as usize * blocks + block] += delta * v[lane];
        }
    }
}

/// The definitions that the fast loops must meet to the last bit.
pub mod plain {
    use super::{FULL, LANES, Lanes, SparseRows, UNROLL};

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
        let mut halves = [0.0; 2];
        for (place, (column, level)) in entries(rows, row).enumerate() {
            halves[place % 2] += weights[column * stride + neuron] * level;
        }
        (halves[0] + halves[1]) * (1.0 / FULL) + bias
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
        let delta = delta * (1.0 / FULL);
        for (column, level) in entries(rows, row) {
            weights[column * stride + neuron] += delta * level;
        }
    }

    /// Column and level of each entry, padding included.
    fn entries(rows: &SparseRows, row: usize) -> impl Iterator<Item = (usize, f32)> {
        let (columns, levels) = rows.row(row);
        let columns = columns.as_flattened().iter().map(|&c| usize::from(c));
        columns.zip(levels.as_flattened().iter().map(|&l| f32::from(l)))
    }

    const _: () = assert!(UNROLL == 4 && size_of::<Lanes>() == 4 * LANES);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::{blocks, numbers, numbers_mut};
    use crate::random::{Random, Stream};

    /// A row of `width` numbers with about one in five nonzero.
    fn random_row(width: usize, random: &mut Random) -> Vec<u8> {
        (0..width)
            .map(|_| {
                if random.below(5) == 0 {
                    u8::try_from(1 + random.below(255)).unwrap()
                } else {
                    0
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
                        vec![0; width]
                    } else {
                        random_row(width, &mut random)
                    }
                })
                .collect();
            dense.iter().for_each(|row| rows.push(row));
            let (mut levels, mut numbers) = (vec![1; width], vec![f32::NAN; width]);
            for (i, row) in dense.iter().enumerate() {
                rows.levels(i, &mut levels);
                assert_eq!(&levels, row, "width {width}, row {i}");
                rows.write(i, &mut numbers);
                let expected: Vec<f32> = row.iter().map(|&l| f32::from(l) / 255.0).collect();
                assert_eq!(numbers, expected, "width {width}, row {i}");
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
            rows.push(&vec![0; width]);
            rows.push(&vec![179; width]);
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
