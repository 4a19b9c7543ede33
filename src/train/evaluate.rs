//! How well a network reads: cost, accuracy, and which digit is taken for which.

use serde::Serialize;

use crate::kernels::sparse::SparseRows;
use crate::network::{CHUNK, Network, Pass};

/// What came out of showing a network some examples.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Mean cost.
    pub cost: f64,
    /// Share of the examples that are read correctly, 0 to 1.
    pub accuracy: f64,
    /// How many examples were shown.
    pub examples: usize,
    /// `confusion[label][read]`: how many examples of each label were read as each digit.
    pub confusion: Vec<Vec<u32>>,
}

/// Shows a network the first `limit` examples.
///
/// * `inputs`, `labels`: the examples; `labels` may be longer than `limit`
/// * `pass`: buffers of the network's shape
///
/// # Panics
/// If `limit` is 0 or there are fewer examples.
#[must_use]
pub fn evaluate(
    network: &Network,
    inputs: &SparseRows,
    labels: &[u8],
    limit: usize,
    pass: &mut Pass,
) -> Evaluation {
    assert!(limit > 0, "nothing to evaluate on");
    let outputs = network.sizes()[network.sizes().len() - 1];
    let mut confusion = vec![vec![0_u32; outputs]; outputs];
    let (mut cost, mut correct) = (0.0, 0_u32);
    let rows: Vec<u32> = (0..u32::try_from(limit).expect("fewer than 2^32 examples")).collect();
    for chunk in rows.chunks(CHUNK) {
        cost += pass.forward(network, inputs, chunk, labels);
        for (&row, read) in chunk.iter().zip(pass.largest(chunk.len())) {
            let label = labels[row as usize];
            confusion[usize::from(label)][usize::from(read)] += 1;
            correct += u32::from(label == read);
        }
    }
    Evaluation {
        cost: cost / limit as f64,
        accuracy: f64::from(correct) / limit as f64,
        examples: limit,
        confusion,
    }
}
