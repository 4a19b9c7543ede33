//! How well a network reads: cost, accuracy, and which digit is taken for which.

use serde::Serialize;

use crate::data::PIXELS;
use crate::data::views::Views;
use crate::kernels::sparse::SparseRows;
use crate::network::{CHUNK, Network, Pass, argmax, largest};

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
    let (cost, readings) = readings(network, inputs, labels, limit, pass, None);
    Evaluation::new(cost, &readings, outputs)
}

impl Evaluation {
    /// Counts what was read.
    ///
    /// * `cost`: mean cost
    /// * `outputs`: how many digits there are
    fn new(cost: f64, readings: &[Reading], outputs: usize) -> Self {
        let mut confusion = vec![vec![0; outputs]; outputs];
        for reading in readings {
            confusion[usize::from(reading.label)][usize::from(reading.read)] += 1;
        }
        let right = readings.iter().filter(|r| r.label == r.read).count();
        Self {
            cost,
            accuracy: right as f64 / readings.len().max(1) as f64,
            examples: readings.len(),
            confusion,
        }
    }
}

/// One example, and what a network made of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Reading {
    /// Its place among the examples.
    pub index: usize,
    /// The digit that it is said to be.
    pub label: u8,
    /// The digit that was read.
    pub read: u8,
    /// The output of the digit that was read: how sure the network was.
    pub score: f32,
}

/// An evaluation, and the mistakes in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Survey {
    /// All counts. A record of its own where records are written.
    #[serde(skip)]
    pub evaluation: Evaluation,
    /// For each digit the share of its examples that are read as it; none where there are no examples.
    pub recall: Vec<Option<f64>>,
    /// Examples read wrongly, the surest first.
    pub mistakes: Vec<Reading>,
}

impl Survey {
    /// Counts what was read, and finds the mistakes.
    ///
    /// * `cost`: mean cost
    /// * `outputs`: how many digits there are
    /// * `count`: how many mistakes are kept
    #[must_use]
    pub fn new(cost: f64, readings: &[Reading], outputs: usize, count: usize) -> Self {
        let evaluation = Evaluation::new(cost, readings, outputs);
        let recall = evaluation
            .confusion
            .iter()
            .enumerate()
            .map(|(digit, row)| {
                let all: u32 = row.iter().sum();
                (all > 0).then(|| f64::from(row[digit]) / f64::from(all))
            })
            .collect();
        Self {
            evaluation,
            recall,
            mistakes: surest(readings, count, |reading| reading.label != reading.read),
        }
    }
}

/// The readings of one kind, the surest first, at most `count` of them.
#[must_use]
pub fn surest(readings: &[Reading], count: usize, kind: impl Fn(&Reading) -> bool) -> Vec<Reading> {
    let chosen: Vec<&Reading> = readings.iter().filter(|r| kind(r)).collect();
    let scores: Vec<f32> = chosen.iter().map(|r| r.score).collect();
    largest(&scores, count)
        .into_iter()
        .map(|place| *chosen[place])
        .collect()
}

/// Shows a network the first `limit` examples and notes each reading; mean cost and readings.
///
/// * `inputs`, `labels`, `pass`: as in [`evaluate`]
/// * `views`: where they are given, the outputs are averaged over them
///
/// # Panics
/// If there are fewer examples.
#[must_use]
pub fn readings(
    network: &Network,
    inputs: &SparseRows,
    labels: &[u8],
    limit: usize,
    pass: &mut Pass,
    mut views: Option<&mut Views>,
) -> (f64, Vec<Reading>) {
    let mut all = Vec::with_capacity(limit);
    let mut cost = 0.0;
    let mut note = |row: u32, outputs: &[f32]| {
        let read = argmax(outputs);
        all.push(Reading {
            index: row as usize,
            label: labels[row as usize],
            read,
            score: outputs[usize::from(read)],
        });
    };
    let rows: Vec<u32> = (0..u32::try_from(limit).expect("fewer than 2^32 examples")).collect();
    for chunk in rows.chunks(CHUNK) {
        if let Some(views) = &mut views {
            let mut input = [0; PIXELS];
            for &row in chunk {
                inputs.levels(row as usize, &mut input);
                let outputs = views.outputs(network, pass, &input);
                let shares = network.cost.shares(&outputs, labels[row as usize]);
                cost += shares.into_iter().map(f64::from).sum::<f64>();
                note(row, &outputs);
            }
        } else {
            cost += pass.forward(network, inputs, chunk, labels);
            for (place, &row) in chunk.iter().enumerate() {
                note(row, pass.outputs(place));
            }
        }
    }
    (cost / limit.max(1) as f64, all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(index: usize, label: u8, read: u8, score: f32) -> Reading {
        Reading {
            index,
            label,
            read,
            score,
        }
    }

    #[test]
    fn a_survey_counts_and_sorts() {
        let all = [
            reading(0, 0, 0, 0.9),
            reading(1, 0, 1, 0.6),
            reading(2, 1, 1, 0.5),
            reading(3, 0, 1, 0.8),
            reading(4, 1, 0, 0.7),
        ];
        let survey = Survey::new(0.25, &all, 3, 2);
        assert_eq!(
            survey.evaluation.confusion,
            [[1, 2, 0], [1, 1, 0], [0, 0, 0]]
        );
        assert!((survey.evaluation.accuracy - 0.4).abs() < 1e-12);
        assert_eq!(survey.recall, [Some(1.0 / 3.0), Some(0.5), None]);
        assert_eq!(survey.mistakes, [all[3], all[4]]);
        let cell = surest(&all, 9, |r| (r.label, r.read) == (0, 1));
        assert_eq!(cell, [all[3], all[1]]);
    }
}
