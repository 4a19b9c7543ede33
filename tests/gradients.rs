//! Every entry of every gradient against central differences of the `f64` reference.

mod reference;

use std::sync::Arc;

use descent::data::{Examples, Split};
use descent::kernels::sparse::SparseRows;
use descent::network::{Activation, Cost, Network};
use descent::random::{Random, Stream};
use descent::train::{Options, Preset, Trainer};
use ndarray::Array2;
use reference::{Reference, central_differences};

/// Entries smaller than this are compared absolutely: to the error of one activation, 2.5e-7.
const FLOOR: f64 = 2.5e-3;

fn check(what: &str, found: &[f32], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (place, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        let error = (f64::from(found) - expected).abs() / expected.abs().max(FLOOR);
        assert!(
            error < 1e-4,
            "{what}, parameter {place}: {found}, expected {expected}"
        );
    }
}

/// A problem whose weighted inputs stay clear of ReLU's corner, and the seed that made it.
fn problem(sizes: &[usize], activation: Activation, cost: Cost, batch: usize) -> Problem {
    for seed in 0.. {
        let mut random = Random::new(seed, Stream::Parameters);
        let mut network = Network::new(sizes, activation, cost, &mut random);
        let parameters: Vec<f32> = (0..network.parameters.count())
            .map(|_| 0.7 * random.signed())
            .collect();
        network.parameters.read(&parameters).unwrap();
        let levels: Vec<Vec<u8>> = (0..batch)
            .map(|_| {
                (0..sizes[0])
                    .map(|_| match random.below(3) {
                        0 => 0,
                        _ => u8::try_from(1 + random.below(255)).unwrap(),
                    })
                    .collect()
            })
            .collect();
        let inputs: Vec<Vec<f32>> = levels
            .iter()
            .map(|row| row.iter().map(|&level| f32::from(level) / 255.0).collect())
            .collect();
        let outputs = u32::try_from(sizes[sizes.len() - 1]).unwrap();
        let labels: Vec<u8> = (0..batch)
            .map(|_| u8::try_from(random.below(outputs)).unwrap())
            .collect();
        let wide: Vec<f64> = parameters.iter().map(|&p| f64::from(p)).collect();
        let wide_inputs: Vec<Vec<f64>> = inputs
            .iter()
            .map(|row| row.iter().map(|&x| f64::from(x)).collect())
            .collect();
        let oracle = Reference::new(sizes, &wide, activation, cost);
        let hidden = wide_inputs.iter().flat_map(|input| {
            let (z, _) = oracle.forward(input);
            z[..z.len() - 1].concat()
        });
        if activation != Activation::Relu || hidden.clone().all(|z| z.abs() > 1e-3) {
            return Problem {
                network,
                levels,
                inputs,
                labels,
                wide,
                wide_inputs,
            };
        }
    }
    unreachable!("one of the seeds fits")
}

struct Problem {
    network: Network,
    /// The inputs, 0 to 255.
    levels: Vec<Vec<u8>>,
    inputs: Vec<Vec<f32>>,
    labels: Vec<u8>,
    wide: Vec<f64>,
    wide_inputs: Vec<Vec<f64>>,
}

#[test]
fn plain_and_fast_agree_with_central_differences() {
    for sizes in [
        &[5, 4, 3][..],
        &[9, 16, 16, 10],
        &[7, 20, 3, 17, 4],
        &[6, 33, 12],
    ] {
        for activation in Activation::ALL {
            for cost in Cost::ALL {
                for batch in [1, 7] {
                    let what = format!("{sizes:?} {activation:?} {cost:?} batch {batch}");
                    let problem = problem(sizes, activation, cost, batch);
                    let expected = central_differences(&problem.wide, |parameters| {
                        Reference::new(sizes, parameters, activation, cost)
                            .cost(&problem.wide_inputs, &problem.labels)
                    });
                    let expected_cost = Reference::new(sizes, &problem.wide, activation, cost)
                        .cost(&problem.wide_inputs, &problem.labels);

                    let inputs = Array2::from_shape_vec((batch, sizes[0]), problem.inputs.concat());
                    let (found_cost, gradient) = problem
                        .network
                        .backward(inputs.unwrap().view(), &problem.labels);
                    assert!(
                        (found_cost - expected_cost).abs() < 1e-5 * expected_cost,
                        "{what}"
                    );
                    check(&format!("plain {what}"), &gradient.to_vec(), &expected);

                    let (found_cost, gradient) = trainer(&problem).gradient();
                    assert!(
                        (found_cost - expected_cost).abs() < 1e-5 * expected_cost,
                        "{what}"
                    );
                    check(&format!("fast {what}"), &gradient.to_vec(), &expected);
                }
            }
        }
    }
}

/// A trainer about to make one batch of the whole problem.
fn trainer(problem: &Problem) -> Trainer {
    let sizes = problem.network.sizes();
    let mut inputs = SparseRows::new(sizes[0]);
    problem.levels.iter().for_each(|row| inputs.push(row));
    let examples = Arc::new(Examples {
        inputs,
        labels: problem.labels.clone(),
    });
    let split = Split {
        train: examples.clone(),
        test: examples,
    };
    let options = Options {
        layers: sizes[1..sizes.len() - 1].to_vec(),
        activation: problem.network.activation,
        cost: problem.network.cost,
        batch_size: problem.labels.len(),
        ..Options::preset(Preset::Video, problem.labels.len())
    };
    let mut trainer = Trainer::on(split, sizes[0], sizes[sizes.len() - 1], options).unwrap();
    trainer
        .set_parameters(&problem.network.parameters.to_vec())
        .unwrap();
    trainer
}

#[test]
fn a_step_of_plain_descent_is_the_rate_times_the_gradient() {
    let problem = problem(&[9, 16, 16, 10], Activation::Sigmoid, Cost::Squares, 7);
    let mut trainer = trainer(&problem);
    let (_, gradient) = trainer.gradient();
    let before = trainer.network().parameters.to_vec();
    trainer.step().unwrap();
    let after = trainer.network().parameters.to_vec();
    for ((before, after), slope) in before.iter().zip(after).zip(gradient.to_vec()) {
        assert!((before - 1.5 * slope - after).abs() < 1e-6);
    }
}

#[test]
fn the_order_within_a_batch_does_not_matter() {
    let mut problem = problem(&[9, 16, 10], Activation::Silu, Cost::CrossEntropy, 40);
    let (_, one) = trainer(&problem).gradient();
    problem.levels.reverse();
    problem.labels.reverse();
    let (_, other) = trainer(&problem).gradient();
    for (a, b) in one.to_vec().iter().zip(other.to_vec()) {
        assert!((a - b).abs() < 1e-6);
    }
}

#[test]
fn a_small_enough_step_lowers_the_cost() {
    for activation in Activation::ALL {
        for cost in Cost::ALL {
            let problem = problem(&[9, 16, 16, 10], activation, cost, 7);
            let mut trainer = trainer(&problem);
            trainer.set_learning_rate(1e-3).unwrap();
            let seen = trainer.observed_step().unwrap();
            let change = seen.cost_after - seen.report.cost;
            assert!(change < 0.0, "{activation:?} {cost:?}: {seen:?}");
            assert!(
                (change / seen.predicted_change - 1.0).abs() < 0.02,
                "{seen:?}"
            );
            let length = seen.gradient_norm * seen.learning_rate;
            assert!((seen.step_length / length - 1.0).abs() < 1e-5, "{seen:?}");
        }
    }
}

#[test]
fn evidence_is_gradient_times_input_of_the_difference_of_two_outputs() {
    for activation in Activation::ALL {
        for sizes in [&[9, 5, 4][..], &[9, 6, 5, 4], &[9, 4]] {
            let problem = problem(sizes, activation, Cost::CrossEntropy, 1);
            let found = problem.network.evidence(&problem.inputs[0], 2).unwrap();
            let oracle = Reference::new(sizes, &problem.wide, activation, Cost::CrossEntropy);
            let difference = |input: &[f64]| {
                let (z, _) = oracle.forward(input);
                let z = &z[z.len() - 1];
                assert!(z.iter().all(|&other| other <= z[found.digit] + 1e-4));
                z[found.digit] - z[found.rival]
            };
            let input = &problem.wide_inputs[0];
            let slopes = central_differences(input, difference);
            let expected: Vec<f64> = slopes.iter().zip(input).map(|(s, x)| s * x).collect();
            check(
                &format!("{activation:?} {sizes:?}"),
                &found.inputs,
                &expected,
            );
            check("difference", &[found.difference], &[difference(input)]);
        }
    }
}
