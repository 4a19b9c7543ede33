//! Runs learn, replay, diverge and go on as they should, on the digits that the page ships.

use descent::Error;
use descent::data::drawings::Drawings;
use descent::data::views::Views;
use descent::data::{Dataset, PIXELS, Part};
use descent::network::{Activation, Cost};
use descent::train::{
    Changes, HIDDEN_LAYERS, Labels, NEURONS, Optimizer, Options, PLANE_EXAMPLES, Preparer, Preset,
    SAVED_BYTES, Survey, Trainer,
};
use sha2::{Digest, Sha256};
use std::sync::OnceLock;

fn digits() -> &'static Dataset {
    static DIGITS: OnceLock<Dataset> = OnceLock::new();
    DIGITS.get_or_init(|| {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/www/data/mnist-10k.bin");
        Dataset::from_packed(&std::fs::read(path).unwrap()).unwrap()
    })
}

fn options(preset: Preset) -> Options {
    Options::preset(preset, digits().len(Part::Train))
}

fn trainer(options: Options) -> Trainer {
    Trainer::new(digits(), options).unwrap()
}

fn train(trainer: &mut Trainer, examples: u64) {
    while trainer.report(0.0).examples < examples {
        trainer.step().unwrap();
    }
    trainer.settle().unwrap();
}

fn sha256(parameters: &[f32]) -> String {
    let bytes: Vec<u8> = parameters.iter().flat_map(|p| p.to_le_bytes()).collect();
    Sha256::digest(&bytes)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

#[test]
fn the_videos_recipe_learns_to_read() {
    let mut trainer = trainer(options(Preset::Video));
    let before = trainer.evaluate(Part::Test, 0).accuracy;
    assert!(before < 0.25, "untrained it only guesses: {before}");
    train(&mut trainer, 100_000);
    let evaluation = trainer.evaluate(Part::Test, 0);
    assert!(evaluation.accuracy > 0.88, "{}", evaluation.accuracy);
    // Rows of the confusion matrix are the labels, and its diagonal is what was read correctly.
    let total: u32 = evaluation.confusion.iter().flatten().sum();
    let correct: u32 = (0..10).map(|d| evaluation.confusion[d][d]).sum();
    assert_eq!(total, 1_000);
    assert!((f64::from(correct) / f64::from(total) - evaluation.accuracy).abs() < 1e-12);
}

#[test]
fn single_readings_agree_with_the_counts() {
    let mut trainer = trainer(options(Preset::Video));
    train(&mut trainer, 20_000);
    for (part, limit) in [(Part::Test, 0), (Part::Train, 77)] {
        let counted = trainer.evaluate(part, limit);
        let (cost, readings) = trainer.readings(part, limit, None);
        let survey = Survey::new(cost, &readings, 10, 12);
        assert_eq!(survey.evaluation, counted);
        let wrong = readings.iter().filter(|r| r.label != r.read).count();
        assert_eq!(survey.mistakes.len(), wrong.min(12));
        let sorted = survey.mistakes.windows(2).all(|m| m[0].score >= m[1].score);
        assert!(sorted && survey.mistakes.iter().all(|m| m.label != m.read));
    }
}

#[test]
fn sixteen_views_read_about_as_well_and_always_the_same() {
    let mut trainer = trainer(options(Preset::Best));
    train(&mut trainer, 60_000);
    let mut views = Views::new(true, 9_000);
    let (cost, readings) = trainer.readings(Part::Test, 0, Some(&mut views));
    assert_eq!(
        trainer.readings(Part::Test, 0, Some(&mut views)),
        (cost, readings.clone())
    );
    // Where all are read correctly their scores say what they cost.
    let right = readings.iter().take_while(|r| r.label == r.read);
    let costs: Vec<f64> = right.map(|r| -f64::from(r.score).ln()).collect();
    let mean = costs.iter().sum::<f64>() / costs.len() as f64;
    let (of_right, _) = trainer.readings(Part::Test, costs.len(), Some(&mut views));
    assert!(costs.len() > 2 && (of_right / mean - 1.0).abs() < 1e-4);
    let plain = trainer.evaluate(Part::Test, 0).accuracy;
    let accuracy = Survey::new(cost, &readings, 10, 0).evaluation.accuracy;
    // Better only after millions of examples, which take too long here.
    assert!((accuracy - plain).abs() < 0.01, "{accuracy} {plain}");
    assert_ne!(accuracy, plain, "they are other views");
}

#[test]
fn the_likeliest_example_of_a_training_image_is_itself() {
    let trainer = trainer(options(Preset::Video));
    let mut input = [0.0; PIXELS];
    for index in [0, 1_234, 8_999] {
        trainer.training_input(index, &mut input).unwrap();
        let near = trainer.nearest(&input, 3).unwrap();
        assert_eq!(near[0].index, index);
        assert!((near[0].cosine - 1.0).abs() < 1e-5);
        assert!(near[1].cosine < near[0].cosine && near[2].cosine <= near[1].cosine);
        assert!(near[2].cosine > 0.6, "{near:?}");
    }
    assert!(trainer.training_input(9_000, &mut input).is_err());
    // Nothing resembles nothing.
    assert_eq!(trainer.nearest(&[0.0; PIXELS], 1).unwrap()[0].cosine, 0.0);
}

#[test]
fn examples_are_told_of_as_the_network_is() {
    let mut run = trainer(Options {
        labels: Labels::Shuffled(1.0),
        training_examples: 300,
        ..options(Preset::Video)
    });
    let (_, readings) = run.readings(Part::Train, 0, None);
    let true_label = |index| digits().example(Part::Train, index).unwrap().1;
    let told: Vec<u8> = (0..300).map(|index| run.told(index).unwrap()).collect();
    assert!(told.iter().enumerate().any(|(k, &t)| t != true_label(k)));
    assert!(readings.iter().all(|r| r.label == told[r.index]));
    assert!(run.told(300).is_err());
    // What resembles an input is one of these as well.
    let mut input = [0.0; PIXELS];
    run.training_input(7, &mut input).unwrap();
    let near = run.nearest(&input, 1_000).unwrap();
    assert_eq!(near.len(), 300);
    assert!(near.iter().all(|near| near.label == told[near.index]));
}

#[test]
fn the_coming_examples_are_named_by_their_place_among_all_of_them() {
    let [mut changed, plain] = [true, false].map(|augment| {
        trainer(Options {
            augment,
            ..options(Preset::Best)
        })
    });
    let coming = plain.coming().to_vec();
    assert_eq!(changed.coming(), coming);
    // Also once their images are ready.
    let _ = changed.gradient();
    assert_eq!(changed.coming(), coming);
}

#[test]
fn images_from_elsewhere_are_read_as_those_of_the_set() {
    for straighten in [false, true] {
        let mut run = trainer(Options {
            straighten,
            ..options(Preset::Video)
        });
        train(&mut run, 2_000);
        let (_, expected) = run.readings(Part::Test, 50, None);
        let (images, labels): (Vec<_>, Vec<u8>) = (0..50)
            .map(|index| digits().example(Part::Test, index).unwrap())
            .unzip();
        let found = run.readings_of(&images.concat(), &labels, None).unwrap();
        assert_eq!(found, expected, "straightened: {straighten}");
    }
}

#[test]
fn drawings_are_learnt_and_such_a_run_replays() {
    // An unusual sign for a 3, which nothing in the data set looks like.
    let strokes = vec![
        vec![[0.0, 0.0], [100.0, 0.0]],
        vec![[0.0, 100.0], [100.0, 100.0]],
    ];
    let mut drawings = Drawings::default();
    drawings.push(&strokes, 3).unwrap();
    let data = digits().with(&drawings).unwrap();
    let run = || {
        let options = Options::preset(Preset::Video, data.len(Part::Train));
        let mut trainer = Trainer::new(&data, options).unwrap();
        train(&mut trainer, 100_000);
        trainer
    };
    let mut taught = run();
    assert_eq!(taught.network(), run().network());
    let read = |trainer: &mut Trainer| {
        let (images, labels) = (drawings.images(), drawings.labels());
        trainer.readings_of(images, labels, None).unwrap()[0].read
    };
    assert_eq!(read(&mut taught), 3);
    let mut untaught = trainer(options(Preset::Video));
    train(&mut untaught, 100_000);
    assert_ne!(read(&mut untaught), 3);
}

#[test]
fn the_best_recipe_reads_better_sooner() {
    let mut options = options(Preset::Best);
    options.seed = 3;
    let changes: Changes = serde_json::from_str(r#"{"budget": 100000}"#).unwrap();
    let mut trainer = trainer(options.with(changes, 9_000).unwrap());
    train(&mut trainer, 100_000);
    let accuracy = trainer.evaluate(Part::Test, 0).accuracy;
    assert!(accuracy > 0.965, "{accuracy}");
}

#[test]
fn at_its_safe_rate_every_recipe_learns() {
    for activation in Activation::ALL {
        for cost in Cost::ALL {
            for optimizer in Optimizer::ALL {
                let mut run = trainer(Options {
                    activation,
                    cost,
                    optimizer,
                    learning_rate: optimizer.safe_rate(),
                    ..options(Preset::Video)
                });
                train(&mut run, 60_000);
                let read = run.evaluate(Part::Test, 0).accuracy;
                assert!(
                    read > 0.9,
                    "{activation:?}, {cost:?}, {optimizer:?}: {read}"
                );
            }
        }
    }
}

#[test]
fn a_handful_of_images_is_learnt_by_heart() {
    for optimizer in Optimizer::ALL {
        let mut trainer = trainer(Options {
            training_examples: 10,
            optimizer,
            learning_rate: match optimizer {
                Optimizer::Descent => 1.5,
                Optimizer::Momentum => 0.3,
                Optimizer::Adam => 0.01,
            },
            ..options(Preset::Video)
        });
        train(&mut trainer, 20_000);
        let evaluation = trainer.evaluate(Part::Train, 0);
        assert_eq!(evaluation.accuracy, 1.0, "{optimizer:?}");
        assert!(evaluation.cost < 0.05, "{optimizer:?}: {}", evaluation.cost);
    }
}

#[test]
fn shuffled_labels_are_learnt_by_heart_too_and_mean_nothing() {
    // Straightening takes away much of what tells 500 images apart; without it 30,000 examples are enough.
    let mut trainer = trainer(Options {
        straighten: false,
        labels: Labels::Shuffled(1.0),
        training_examples: 500,
        optimizer: Optimizer::Adam,
        learning_rate: 4e-3,
        batch_size: 32,
        average: false,
        augment: false,
        ..options(Preset::Best)
    });
    train(&mut trainer, 30_000);
    assert_eq!(trainer.evaluate(Part::Train, 0).accuracy, 1.0);
    let unseen = trainer.evaluate(Part::Test, 0).accuracy;
    assert!(unseen < 0.25, "{unseen}");
}

#[test]
fn shuffling_a_share_of_the_labels_changes_about_that_share() {
    // The network is asked for the labels it was told: an untrained one's confusion matrix counts them.
    let told = |labels| {
        let mut trainer = trainer(Options {
            labels,
            ..options(Preset::Video)
        });
        let rows = trainer.evaluate(Part::Train, 0).confusion;
        rows.iter()
            .map(|row| row.iter().sum())
            .collect::<Vec<u32>>()
    };
    // Dealing labels out anew keeps how many there are of each.
    assert_eq!(told(Labels::True), told(Labels::Shuffled(1.0)));
    // One sharp read tells them apart: the share of correct answers of a trained network falls with it.
    let mut reader = trainer(options(Preset::Video));
    train(&mut reader, 100_000);
    let parameters = reader.network().parameters.to_vec();
    let accuracy = |share| {
        let mut other = trainer(Options {
            labels: Labels::Shuffled(share),
            ..options(Preset::Video)
        });
        other.set_parameters(&parameters).unwrap();
        other.evaluate(Part::Train, 0).accuracy
    };
    let (whole, half) = (reader.evaluate(Part::Train, 0).accuracy, accuracy(0.5));
    // Of the half that is dealt out anew, one in ten gets its own label again.
    assert!((half - whole * 0.55).abs() < 0.02, "{half} of {whole}");
}

/// The options, how far to train, and the parameters' SHA-256 that every platform must arrive at.
#[derive(serde::Deserialize)]
struct Replay {
    options: serde_json::Value,
    examples: u64,
    sha256: String,
    /// Of their running average, if one is kept.
    average: Option<String>,
}

#[test]
fn runs_replay_to_the_last_bit() {
    let text = include_str!("replay.json");
    let replays: Vec<Replay> = serde_json::from_str(text).unwrap();
    for replay in replays {
        let changes: Changes = serde_json::from_value(replay.options.clone()).unwrap();
        let mut trainer = trainer(options(Preset::Video).with(changes, 9_000).unwrap());
        train(&mut trainer, replay.examples);
        let found = sha256(&trainer.network().parameters.to_vec());
        assert_eq!(found, replay.sha256, "{}", replay.options);
        let kept = trainer.options().average;
        let average = kept.then(|| sha256(&trainer.average().to_vec()));
        assert_eq!(average, replay.average, "{}", replay.options);
    }
}

#[test]
fn images_made_ahead_change_nothing_but_who_makes_them() {
    let start = || {
        let mut options = options(Preset::Best);
        (options.training_examples, options.batch_size, options.seed) = (1_000, 64, 5);
        trainer(options)
    };
    // Trains through three epochs and takes what is made ahead for every place in `ahead`: epoch, position, how many.
    let trained = |preparer: &mut Preparer, ahead: &[(u32, usize, usize)]| {
        let mut trainer = start();
        for &(epoch, position, count) in ahead {
            let images = preparer.make(epoch, position, count);
            trainer.take_ahead(epoch, position, images).unwrap();
        }
        train(&mut trainer, 2_800);
        assert_eq!(trainer.ahead(), 0, "what has been passed is forgotten");
        sha256(&trainer.network().parameters.to_vec())
    };
    let preparer = |seed| {
        let images = start().images_to_augment().unwrap();
        Preparer::new(&images, true, seed).unwrap()
    };
    let alone = trained(&mut preparer(5), &[]);
    // Whole epochs, some batches, one, batches that begin or end within another, and places beyond the end of an epoch.
    for ahead in [
        &[(0, 0, 1_000), (1, 0, 1_000)][..],
        &[(0, 128, 192), (0, 320, 64), (1, 640, 360), (2, 0, 64)],
        &[(0, 100, 192), (0, 960, 640), (1, 0, 100)],
        // Later ones before those for where the run is.
        &[(2, 0, 1_000), (0, 0, 640)],
    ] {
        assert_eq!(trained(&mut preparer(5), ahead), alone, "{ahead:?}");
    }
    // They are taken, so others make another network.
    assert_ne!(trained(&mut preparer(6), &[(1, 128, 192)]), alone);

    let mut trainer = start();
    assert_eq!(trainer.batch_after(0), (0, 0));
    train(&mut trainer, 900);
    let mut ahead: Vec<_> = (0..40).map(|after| trainer.batch_after(after)).collect();
    for place in ahead.drain(..) {
        assert_eq!(place, trainer.batch_after(0));
        trainer.step().unwrap();
    }
    assert!(trainer.take_ahead(0, 0, vec![1, 2, 3]).is_err());
    assert!(trainer.take_ahead(0, 0, Vec::new()).is_err());
    let mut plain = self::trainer(options(Preset::Video));
    assert!(plain.images_to_augment().is_none());
    assert!(plain.take_ahead(0, 0, vec![0; 784]).is_err());
    assert!(Preparer::new(&[0; 800], true, 1).is_err());
    assert!(Preparer::new(&[], true, 1).is_err());
}

#[test]
fn reset_goes_back_to_the_very_same_first_weights() {
    let mut trainer = trainer(options(Preset::Best));
    let first = trainer.network().parameters.to_vec();
    train(&mut trainer, 2_000);
    let trained = trainer.network().parameters.to_vec();
    assert_ne!(first, trained);
    trainer.reset();
    assert_eq!(first, trainer.network().parameters.to_vec());
    train(&mut trainer, 2_000);
    assert_eq!(trained, trainer.network().parameters.to_vec());
}

#[test]
fn a_saved_run_goes_on_as_if_it_had_never_stopped() {
    for optimizer in Optimizer::ALL {
        let mut run = trainer(Options {
            optimizer,
            learning_rate: 0.01,
            ..options(Preset::Best)
        });
        train(&mut run, 10_000);
        let bytes = run.save().unwrap();
        let mut restored = Trainer::restore(digits(), &bytes).unwrap();
        assert_eq!(restored.options(), run.options());
        // Of the way there nothing is saved.
        assert_eq!(restored.stops(), [run.report(0.0).step]);
        assert_eq!(restored.places()[0], run.network().parameters);
        train(&mut run, 15_000);
        train(&mut restored, 15_000);
        assert_eq!(run.network(), restored.network());
        assert_eq!(run.average(), restored.average());
        assert_eq!(run.report(0.0), restored.report(0.0));
    }
}

#[test]
fn no_saved_run_is_longer_than_promised() {
    let mut run = trainer(Options {
        layers: vec![NEURONS.1; HIDDEN_LAYERS.1],
        ..options(Preset::Best)
    });
    train(&mut run, 64);
    let length = run.save().unwrap().len();
    // Nor is the promise much longer than needed.
    assert!(
        (SAVED_BYTES - 1_000..=SAVED_BYTES).contains(&length),
        "{length}"
    );
}

#[test]
fn damaged_saves_are_refused() {
    let bytes = trainer(options(Preset::Video)).save().unwrap();
    for length in (0..bytes.len()).step_by(997).chain([0, 7, 8, 11]) {
        assert!(
            Trainer::restore(digits(), &bytes[..length]).is_err(),
            "{length}"
        );
    }
    for place in (0..bytes.len()).step_by(499) {
        let mut damaged = bytes.clone();
        damaged[place] ^= 0x10;
        assert!(Trainer::restore(digits(), &damaged).is_err(), "{place}");
    }
    let message = Trainer::restore(digits(), b"\x89PNG....")
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("expected a file that begins with \"descent4\""),
        "{message}"
    );
}

#[test]
fn a_saved_run_goes_on_with_its_own_data_only() {
    let bytes = trainer(options(Preset::Video)).save().unwrap();
    let fewer = Dataset::new(vec![200; 30 * 784], vec![7; 30], 20, String::new()).unwrap();
    let message = Trainer::restore(&fewer, &bytes).unwrap_err().to_string();
    assert!(
        message.contains("the data that the run was begun with, found other data of 20 training"),
        "{message}"
    );
}

#[test]
fn looking_does_not_disturb_the_run() {
    for preset in Preset::ALL {
        for augment in [false, true] {
            let options = Options {
                augment,
                ..options(preset)
            };
            let mut watched = trainer(options.clone());
            let mut alone = trainer(options);
            watched.keep().unwrap();
            for _ in 0..30 {
                let (cost, gradient) = watched.gradient();
                let _ = watched.slice(-1.0, 5.0, &mut [0.0; 49], &mut [0.0; 25]);
                let _ = watched.evaluate(Part::Test, 100);
                // What was looked at elsewhere is not what is here, and that is still known when one is back.
                watched.nudge(13_001, 0.5).unwrap();
                assert_ne!(watched.gradient().1, gradient);
                watched.nudge(13_001, 0.0).unwrap();
                watched.look_back(0).unwrap();
                watched.return_to_newest();
                assert_eq!(watched.gradient(), (cost, gradient));
                watched.observed_step().unwrap();
                alone.step().unwrap();
            }
            assert_eq!(watched.network(), alone.network());
        }
    }
}

#[test]
fn a_large_batch_makes_the_step_that_its_gradient_says() {
    let mut run = trainer(options(Preset::Video));
    train(&mut run, 20_000);
    run.set_learning_rate(1e-3).unwrap();
    for size in [1_000, 9_000] {
        run.set_batch_size(size).unwrap();
        let before = run.network().parameters.to_vec();
        let (_, gradient) = run.gradient();
        run.step().unwrap();
        let after = run.network().parameters.to_vec();
        // Beside the one rounding of each weight there is nothing to tell them apart.
        let (mut apart, mut rounding) = (0.0, 0.0);
        for ((&w, &g), &got) in before.iter().zip(&gradient.to_vec()).zip(&after) {
            let exact = f64::from(w) - 1e-3 * f64::from(g);
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the rounding that is meant"
            )]
            let rounded = exact as f32;
            apart += (f64::from(got) - exact).powi(2);
            rounding += (f64::from(rounded) - exact).powi(2);
        }
        assert!(apart < 1.2 * rounding, "{size}: {apart} {rounding}");
    }
}

#[test]
fn a_gradient_looked_at_is_that_of_the_batch_to_come() {
    let fresh = |bytes: &[u8]| Trainer::restore(digits(), bytes).unwrap().gradient();
    for preset in Preset::ALL {
        let mut run = trainer(options(preset));
        run.keep().unwrap();
        for size in [1, 33, 100] {
            run.step().unwrap();
            assert_eq!(run.gradient(), fresh(&run.save().unwrap()));
            run.set_batch_size(size).unwrap();
            assert_eq!(run.gradient(), fresh(&run.save().unwrap()), "size {size}");
            run.step().unwrap();
            assert_eq!(run.gradient(), fresh(&run.save().unwrap()));
        }
    }
}

#[test]
fn the_slice_is_the_cost_where_the_step_leads() {
    for preset in Preset::ALL {
        let mut run = trainer(Options {
            augment: false,
            average: false,
            ..options(preset)
        });
        train(&mut run, 1_000);
        let (mut batch, mut fixed) = ([0.0; 7], [0.0; 13]);
        let slice = run.slice(-1.0, 5.0, &mut batch, &mut fixed);
        assert!((f64::from(batch[1]) - slice.cost).abs() < 1e-6 * slice.cost);
        let evaluated = run.evaluate(Part::Train, 1_000).cost;
        assert!((f64::from(fixed[2]) - evaluated).abs() < 1e-6 * evaluated);
        if preset == Preset::Video {
            // Along the negative gradient the slope is minus its length, for each unit of length.
            let expected = -slice.gradient_norm * slice.step_length;
            assert!((slice.slope / expected - 1.0).abs() < 1e-5);
        }
        let seen = run.observed_step().unwrap();
        assert!((seen.predicted_change - slice.slope).abs() < 1e-9);
        assert!(
            (f64::from(batch[2]) - seen.cost_after).abs() < 1e-5 * seen.cost_after,
            "{preset:?}"
        );
        let landed = run.evaluate(Part::Train, 1_000).cost;
        assert!(
            (f64::from(fixed[4]) - landed).abs() < 1e-5 * landed,
            "{preset:?}"
        );
    }
}

#[test]
fn nudges_are_the_gradients_largest_and_do_what_they_say() {
    let mut run = trainer(options(Preset::Video));
    train(&mut run, 500);
    let before = run.network().clone();
    let slopes = run.gradient().1.to_vec();
    let (nudges, largest) = run.nudges(20);
    assert!(
        nudges
            .iter()
            .zip(&slopes)
            .all(|(nudge, slope)| *nudge == -slope)
    );
    assert_eq!(largest.len(), 20);
    assert!(largest.is_sorted_by(|&a, &b| nudges[a].abs() >= nudges[b].abs()));
    let smallest = nudges[largest[19]].abs();
    assert_eq!(slopes.iter().filter(|s| s.abs() >= smallest).count(), 20);
    for index in largest {
        // A change that is small, but not lost in the rounding of the cost.
        let trial = run.try_nudge(index, 0.02 * nudges[index].signum()).unwrap();
        assert!(trial.measured_change < 0.0, "{trial:?}");
        let ratio = trial.measured_change / trial.predicted_change;
        assert!((ratio - 1.0).abs() < 0.05, "{trial:?}");
    }
    assert_eq!(run.network(), &before, "trying changes nothing");
    assert!(run.try_nudge(13_002, 0.1).is_err());
    assert!(run.try_nudge(0, f32::NAN).is_err());
}

#[test]
fn the_plane_is_the_cost_around_the_path() {
    let mut run = trainer(options(Preset::Video));
    assert!(run.plane().is_none());
    train(&mut run, 40_000);
    let present = run.network().parameters.to_vec();
    let here = run.evaluate(Part::Train, PLANE_EXAMPLES).cost;
    let (view, mut landscape) = run.plane().unwrap();
    assert_eq!(view.steps[0], 0);
    assert_eq!(view.path.last(), Some(&[0.0, 0.0]));
    assert!((0.5..=1.0).contains(&view.share), "{}", view.share);
    let measured = landscape.cost(&[0.0, 0.0]);
    assert!((measured - here).abs() < 1e-6 * here, "{measured} {here}");
    // Elsewhere, too, it is the cost at those parameters.
    let directions = landscape.directions();
    let [x, y] = view.path[view.path.len() / 2];
    let mut there: Vec<f32> = present.clone();
    for (direction, t) in directions.iter().zip([x, y]) {
        for (p, d) in there.iter_mut().zip(direction.to_vec()) {
            *p += t * d;
        }
    }
    let measured = landscape.cost(&[x, y]);
    run.set_parameters(&there).unwrap();
    let expected = run.evaluate(Part::Train, PLANE_EXAMPLES).cost;
    assert!(
        (measured - expected).abs() < 1e-5 * expected,
        "{measured} {expected}"
    );
}

#[test]
fn a_plane_at_random_tells_its_share_of_the_path() {
    let mut run = trainer(options(Preset::Video));
    train(&mut run, 20_000);
    let here = run.evaluate(Part::Train, PLANE_EXAMPLES).cost;
    let places = run.places();
    let (view, mut landscape) = run.plane_at_random(5).unwrap();
    assert!((landscape.cost(&[0.0, 0.0]) - here).abs() < 1e-6 * here);
    assert_eq!(view.path.len(), places.len());
    // Such a path is short: what is shown is what the directions are scaled for, two units high.
    let extent = view.extent(1.5);
    assert!((extent.top - extent.bottom - 2.0).abs() < 1e-6);
    let [a, b] = landscape.directions() else {
        panic!("two directions")
    };
    // The same share from coordinates along directions at right angles.
    let mut across = b.clone();
    #[expect(clippy::cast_possible_truncation, reason = "f64 to f32 only rounds")]
    across.add_scaled(-(a.dot(b) / a.dot(a)) as f32, a);
    let variance = |numbers: &[f64]| {
        let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
        numbers.iter().map(|x| (x - mean).powi(2)).sum::<f64>()
    };
    let along = |direction: &descent::network::Parameters| {
        let coordinates: Vec<f64> = places.iter().map(|p| p.dot(direction)).collect();
        variance(&coordinates) / direction.dot(direction)
    };
    let values: Vec<Vec<f32>> = places.iter().map(|p| p.to_vec()).collect();
    let total: f64 = (0..values[0].len())
        .map(|i| variance(&values.iter().map(|v| f64::from(v[i])).collect::<Vec<_>>()))
        .sum();
    let expected = (along(a) + along(&across)) / total;
    assert!(
        (view.share / expected - 1.0).abs() < 1e-3,
        "{} {expected}",
        view.share
    );
    assert!(
        view.share < 0.05,
        "hardly anything lies in it: {}",
        view.share
    );
    // Places seen along the principal directions are where the path has them.
    let (view, landscape) = run.plane().unwrap();
    for (place, at) in places.iter().zip(&view.path) {
        let found = landscape.coordinates(place);
        assert!(
            (found[0] - at[0]).hypot(found[1] - at[1]) < 1e-3,
            "{found:?} {at:?}"
        );
    }
}

#[test]
fn an_earlier_step_comes_back_to_the_last_bit_and_goes_on_as_before() {
    for preset in Preset::ALL {
        let mut run = trainer(options(preset));
        let mut kept = Vec::new();
        for examples in (0..=20).map(|k| k * 1_000) {
            train(&mut run, examples);
            run.keep().unwrap();
            let step = run.report(0.0).step;
            kept.push((step, run.evaluate(Part::Train, 1_000), run.save().unwrap()));
        }
        let steps: Vec<u32> = kept.iter().map(|(step, ..)| *step).collect();
        assert_eq!(run.stops(), steps);
        let cost = run.plane().unwrap().1.cost(&[0.0; 2]);
        for (step, evaluation, bytes) in kept.iter().rev().step_by(3) {
            assert_eq!(run.look_back(step + 1).unwrap(), *step);
            assert_eq!(&run.evaluate(Part::Train, 1_000), evaluation);
            assert_eq!(&run.save().unwrap(), bytes, "step {step}");
            let (view, mut landscape) = run.plane().unwrap();
            assert_eq!(
                view.steps.last(),
                steps.last(),
                "the plane of the whole way"
            );
            assert_eq!(landscape.cost(&[0.0; 2]), cost, "around where it leads");
        }
        run.return_to_newest();
        assert_eq!(run.save().unwrap(), kept[20].2);
        // From the tenth the run goes on as it did, and the later ones are forgotten.
        run.look_back(steps[10]).unwrap();
        train(&mut run, 11_000);
        assert_eq!(run.stops(), steps[..=10]);
        let (view, _) = run.plane().unwrap();
        assert_eq!(view.steps.last(), Some(&run.report(0.0).step));
        assert_eq!(run.save().unwrap(), kept[11].2);
    }
}

#[test]
fn a_nudge_is_undone_to_the_last_bit_and_leaves_the_way_behind_alone() {
    let mut run = trainer(options(Preset::Best));
    train(&mut run, 3_000);
    run.keep().unwrap();
    train(&mut run, 5_000);
    let before = run.save().unwrap();
    let tried = run.try_nudge(7, 0.5).unwrap();
    run.nudge(3, 0.1).unwrap();
    assert_eq!(
        run.nudge(7, 0.5).unwrap(),
        tried,
        "in place of the last change"
    );
    let (cost, _) = run.gradient();
    assert!((cost - tried.cost - tried.measured_change).abs() < 1e-9);
    run.nudge(7, 0.0).unwrap();
    assert_eq!(run.save().unwrap(), before);
    assert_eq!(run.stops().len(), 2);
}

#[test]
fn divergence_ends_the_run_and_keeps_what_was_there() {
    // The first loses its cost, the second the numbers that the cost is made of.
    for (seed, learning_rate) in [(1, 10.0), (3, 1_000.0)] {
        let mut trainer = trainer(Options {
            activation: Activation::Silu,
            cost: Cost::CrossEntropy,
            seed,
            learning_rate,
            ..options(Preset::Video)
        });
        let mut steps = 0;
        let error = loop {
            match trainer.step() {
                Ok(_) => steps += 1,
                Err(error) => break error,
            }
            assert!(steps < 1_000, "such a rate cannot go well");
        };
        let Error::Diverged { step, .. } = error else {
            panic!("{error}");
        };
        assert!(step <= steps + 1);
        assert_eq!(trainer.report(0.0).step, step - 1);
        let (view, _) = trainer.plane_at_random(1).unwrap();
        assert_eq!(view.steps.last(), Some(&(step - 1)), "of a way that ends");
        let kept = trainer.network().parameters.to_vec();
        assert!(kept.iter().all(|p| p.is_finite()));
        // The same step fails again, and changes nothing again.
        let again = trainer.observed_step().unwrap_err();
        assert_eq!(again.to_string(), error.to_string());
        assert_eq!(trainer.network().parameters.to_vec(), kept);
        // With a shorter step the run goes on.
        trainer.set_learning_rate(1e-5).unwrap();
        trainer.step().unwrap();
    }
}

/// Goes on to the error that ends the run.
fn end(run: &mut Trainer) -> Error {
    loop {
        if let Err(error) = run.step() {
            return error;
        }
        assert!(run.report(0.0).step < 2_000, "such a rate cannot go well");
    }
}

#[test]
fn a_divergence_goes_back_to_a_nudge_but_not_to_one_that_was_undone() {
    let start = || {
        trainer(Options {
            activation: Activation::Silu,
            cost: Cost::CrossEntropy,
            learning_rate: 10.0,
            ..options(Preset::Video)
        })
    };
    // So large a bias that no step from there goes well.
    let (bias, change) = (784 * 16, 3e38);
    let mut run = start();
    run.nudge(bias, change).unwrap();
    let nudged = run.network().clone();
    end(&mut run);
    assert!(run.network() == &nudged, "the state kept is the nudged one");
    let mut run = start();
    run.nudge(bias, change).unwrap();
    assert!(run.nudge(bias, f32::NAN).is_err());
    let ends = [run, start()].map(|mut run| end(&mut run).to_string());
    assert_eq!(ends[0], ends[1]);
}

#[test]
fn a_divergence_after_looking_back_goes_back_no_further_than_without() {
    let ends = [false, true].map(|looks_back| {
        let mut run = trainer(Options {
            activation: Activation::Silu,
            cost: Cost::CrossEntropy,
            learning_rate: 0.01,
            ..options(Preset::Video)
        });
        train(&mut run, 500);
        // From the first weights this rate ends the run sooner.
        run.set_learning_rate(10.0).unwrap();
        if looks_back {
            run.look_back(0).unwrap();
            run.return_to_newest();
        }
        let error = end(&mut run);
        assert!(matches!(error, Error::Diverged { .. }), "{error}");
        (error.to_string(), run.network().clone())
    });
    assert!(ends[0] == ends[1], "{} {}", ends[0].0, ends[1].0);
}

/// How a run ends: the steps that it was allowed, or the error that stopped it.
fn fate(options: &Options, examples: u64) -> (Trainer, Result<(), Error>) {
    let mut run = trainer(options.clone());
    run.keep().unwrap();
    let mut result = Ok(());
    while result.is_ok() && run.report(0.0).examples < examples {
        result = run.step().map(|_| ());
    }
    (run, result)
}

#[test]
fn no_run_that_learns_is_stopped() {
    for preset in Preset::ALL {
        let preset = options(preset);
        for labels in [Labels::True, Labels::Shuffled(1.0)] {
            for rate in [1e-3, 0.1, 1.0, 1.5, 3.0] {
                for seed in 1..=6 {
                    // Adam's rates are a thousandth of those of plain descent.
                    let adam = preset.optimizer == Optimizer::Adam;
                    let options = Options {
                        labels,
                        seed,
                        learning_rate: if adam { rate / 300.0 } else { rate },
                        ..preset.clone()
                    };
                    let (run, result) = fate(&options, 12_000);
                    assert!(result.is_ok(), "{result:?} {:?}", run.options());
                }
            }
        }
    }
}

#[test]
fn a_run_beyond_recovery_is_stopped_and_the_fatal_step_found() {
    for (activation, cost, rate) in [
        (Activation::Sigmoid, Cost::Squares, 30.0),
        (Activation::Sigmoid, Cost::Squares, 100.0),
        (Activation::Sigmoid, Cost::Squares, 300.0),
        (Activation::Relu, Cost::CrossEntropy, 1.0),
        (Activation::Relu, Cost::CrossEntropy, 3.0),
        (Activation::Silu, Cost::CrossEntropy, 30.0),
        (Activation::Tanh, Cost::Squares, 300.0),
    ] {
        for seed in 1..=6 {
            let gentle = Options {
                activation,
                cost,
                seed,
                learning_rate: if cost == Cost::Squares { 1.5 } else { 0.1 },
                ..options(Preset::Video)
            };
            let (mut run, result) = fate(&gentle, 6_000);
            result.unwrap();
            run.set_learning_rate(rate).unwrap();
            run.keep().unwrap();
            let before = run.report(0.0).step;
            let what = format!("{activation:?} {cost:?} rate {rate} seed {seed}");
            let mut result = Ok(());
            while result.is_ok() && run.report(0.0).step < before + 600 {
                result = run.step().map(|_| ());
            }
            let Err(Error::Dead { .. } | Error::Diverged { .. }) = result else {
                let accuracy = run.evaluate(Part::Test, 0).accuracy;
                assert!(accuracy > 0.15, "{what} was not stopped: {accuracy}");
                continue;
            };
            let reached = run.report(0.0).step;
            let overshoot = run
                .find_overshoot()
                .unwrap()
                .expect("a step that went too far");
            assert!(
                overshoot.from == before && overshoot.step > before,
                "{what} {overshoot:?}"
            );
            assert!(
                overshoot.cost_after > overshoot.cost,
                "{what} {overshoot:?}"
            );
            assert!(overshoot.turn < 1.0, "{what} {overshoot:?}");
            // The run stands where that step was made from; measured by itself it is the very same.
            assert_eq!(run.report(0.0).step, overshoot.step - 1, "{what}");
            // At the turn its cost is higher than at the place before, an eighth of a doubling nearer.
            #[expect(clippy::cast_possible_truncation, reason = "it was an f32")]
            let turn = overshoot.turn as f32;
            let before = turn * (-0.125_f32).exp2();
            let (mut batch, mut fixed) = ([0.0; 2], [0.0; 2]);
            let slice = run.slice(before, turn, &mut batch, &mut fixed);
            assert!(batch[1] > batch[0], "{what} {overshoot:?} {batch:?}");
            assert!((slice.cost / overshoot.cost - 1.0).abs() < 1e-9, "{what}");
            assert_eq!(slice.step_length, overshoot.step_length, "{what}");
            run.return_to_newest();
            assert_eq!(run.report(0.0).step, reached, "{what}");
            // Of the steps before it none made its batch worse by half of what guessing costs.
            run.look_back(overshoot.from).unwrap();
            while run.report(0.0).step + 1 < overshoot.step {
                let seen = run.observed_step().unwrap();
                let rise = seen.cost_after - seen.report.cost;
                assert!(rise < 0.5 * cost.of_guessing(10), "{what} {seen:?}");
            }
            // One step from the sound place with a rate that stays this side of the turn makes its batch better.
            run.look_back(overshoot.from).unwrap();
            run.set_learning_rate(1e-2).unwrap();
            let seen = run.observed_step().unwrap();
            assert!(seen.cost_after < seen.report.cost, "{what} {seen:?}");
        }
    }
}

/// Goes on from the step that is looked at, at another rate; the share of unseen digits that is read then.
fn gone_on_to(run: &mut Trainer, rate: f64, examples: u64) -> f64 {
    run.go_on_from_here();
    run.set_learning_rate(rate).unwrap();
    while run.report(0.0).examples < examples {
        run.step().unwrap();
    }
    run.evaluate(Part::Test, 0).accuracy
}

#[test]
fn rectifiers_that_fell_silent_are_noticed_within_three_stretches() {
    // At this rate the first steps silence most of these networks. A few images still light something, so the outputs
    // are not the same for all; the cost is above that of guessing, and stays there. Two looks must find it so, of which the
    // first can come too early: one after each 200 steps.
    let mut stopped = 0;
    for seed in 1..=12 {
        let wild = Options {
            activation: Activation::Relu,
            seed,
            ..options(Preset::Video)
        };
        let mut run = trainer(wild);
        let mut result = Ok(());
        while result.is_ok() && run.report(0.0).examples < 6_100 {
            if run.report(0.0).step.is_multiple_of(7) {
                run.keep().unwrap();
            }
            result = run.step().map(|_| ());
        }
        if let Err(Error::Dead { .. }) = result {
            stopped += 1;
            assert!(!run.is_sound(), "seed {seed}");
            run.find_overshoot().unwrap();
            run.look_back(run.sound_stop().unwrap()).unwrap();
            assert!(run.is_sound(), "seed {seed}");
            // From there it learns, with a rate that is not too large.
            let accuracy = gone_on_to(&mut run, 0.1, 20_000);
            assert!(accuracy > 0.5, "seed {seed}: {accuracy}");
        } else {
            // What was not stopped does better than silence, which costs 1 for every image.
            let cost = run.evaluate(Part::Train, 0).cost;
            assert!(cost < 0.995, "seed {seed}: {cost}");
        }
    }
    assert!(stopped >= 8, "{stopped}");
    // Left alone: a rate that is not too large, and one so small that nothing seems to happen, though outputs of the
    // narrowest networks hardly vary from the first.
    for (activation, layers) in [
        (Activation::Relu, vec![16, 16]),
        (Activation::Silu, vec![16, 16]),
        (Activation::Silu, vec![1, 1, 1]),
    ] {
        for rate in [1e-4, 0.1] {
            for seed in 1..=3 {
                let gentle = Options {
                    activation,
                    seed,
                    learning_rate: rate,
                    layers: layers.clone(),
                    ..options(Preset::Video)
                };
                let (run, result) = fate(&gentle, 12_000);
                assert!(result.is_ok(), "{result:?} {:?}", run.options());
            }
        }
    }
}

#[test]
fn a_run_that_is_stuck_knows_from_where_it_could_still_learn() {
    // Steps that kill the network while they make their own batch better, and one that comes late.
    for (activation, rate) in [(Activation::Relu, 10.0), (Activation::Sigmoid, 30.0)] {
        let wild = Options {
            activation,
            learning_rate: rate,
            ..options(Preset::Video)
        };
        let (mut run, result) = fate(&wild, 60_000);
        let what = format!("{activation:?} rate {rate}");
        assert!(
            matches!(result, Err(Error::Dead { .. })),
            "{what} {result:?}"
        );
        assert!(!run.is_sound(), "{what}");
        let reached = run.report(0.0).step;
        let overshoot = run.find_overshoot().unwrap();
        let stands = overshoot.map_or(reached, |overshoot| overshoot.step - 1);
        assert_eq!(run.report(0.0).step, stands, "{what} {overshoot:?}");
        let sound = run.sound_stop().expect("known by now");
        assert_eq!(run.look_back(sound).unwrap(), sound);
        assert!(run.is_sound(), "{what} step {sound}");
        // And so it can, with a rate that is not too large.
        let accuracy = gone_on_to(&mut run, 0.5, 40_000);
        assert!(accuracy > 0.8, "{what} {accuracy}");
    }
}

#[test]
fn a_step_that_momentum_carries_uphill_is_not_called_too_long() {
    let mut found = 0;
    for seed in 1..=4 {
        let wild = Options {
            optimizer: Optimizer::Momentum,
            learning_rate: 3.0,
            seed,
            ..options(Preset::Video)
        };
        let (mut run, result) = fate(&wild, 60_000);
        assert!(result.is_err(), "seed {seed}");
        let Some(overshoot) = run.find_overshoot().unwrap() else {
            continue;
        };
        // The slope of the batch's cost along the step, measured where it was made from.
        let (mut batch, mut fixed) = ([0.0; 2], [0.0; 2]);
        let slice = run.slice(0.0, 1.0, &mut batch, &mut fixed);
        assert_eq!(
            overshoot.turn == 0.0,
            slice.slope >= 0.0,
            "seed {seed} {overshoot:?} {slice:?}"
        );
        found += u32::from(overshoot.turn == 0.0);
    }
    assert!(found > 0, "seen once at least");
}

#[test]
fn idle_neurons_are_those_whose_activations_say_so() {
    // By the definition, in matrices, over the same thousand images.
    let count = |run: &Trainer| {
        let split = digits().examples(true);
        let mut inputs = ndarray::Array2::<f32>::zeros((1_000, 784));
        for (row, mut to) in inputs.rows_mut().into_iter().enumerate() {
            split.train.inputs.write(row, to.as_slice_mut().unwrap());
        }
        let network = run.network();
        let layers = network.forward(inputs.view());
        let hidden = layers[..layers.len() - 1].iter();
        let silent = |a: &f32| match network.activation {
            Activation::Relu => *a == 0.0,
            Activation::Silu => a.abs() < 0.01,
            Activation::Sigmoid => *a < 0.01 || *a > 0.99,
            Activation::Tanh => a.abs() > 0.98,
        };
        let least = match network.activation {
            Activation::Relu | Activation::Silu => 1_000,
            _ => 950,
        };
        hidden
            .flat_map(|(_, a)| {
                let idle = a
                    .columns()
                    .into_iter()
                    .map(|c| c.iter().filter(|a| silent(a)).count() >= least);
                idle.collect::<Vec<bool>>()
            })
            .collect::<Vec<bool>>()
    };
    let mut found = [0; 2];
    for activation in Activation::ALL {
        for (rate, examples) in [(0.0_f64, 0), (0.1, 5_000), (3.0, 3_000)] {
            let mut run = trainer(Options {
                activation,
                learning_rate: rate.max(0.1),
                ..options(Preset::Video)
            });
            while run.report(0.0).examples < examples && run.step().is_ok() {}
            let idle = run.idle();
            assert_eq!(idle.len(), 32);
            assert_eq!(idle, count(&run), "{activation:?} {rate}");
            if rate == 0.0 {
                assert!(!idle.contains(&true), "none to begin with");
            }
            found[usize::from(rate > 1.0)] += idle.iter().filter(|&&i| i).count();
        }
    }
    assert!(found[1] > 10, "large steps leave neurons idle: {found:?}");
}

#[test]
fn of_a_few_images_idle_neurons_are_found_too() {
    let mut run = trainer(Options {
        activation: Activation::Relu,
        training_examples: 50,
        ..options(Preset::Video)
    });
    let mut values = run.network().parameters.to_vec();
    let third_bias = 784 * 16 + 2;
    values[third_bias] = -1e3;
    run.set_parameters(&values).unwrap();
    let idle = run.idle();
    assert!(idle[2] && !idle[3], "{idle:?}");
}

#[test]
fn a_saved_run_goes_on_with_its_own_images_too() {
    let set = |grey: u8| {
        let images: Vec<u8> = (0..30 * PIXELS)
            .map(|k| if k % 3 == 0 { grey } else { 0 })
            .collect();
        Dataset::new(images, vec![7; 30], 20, String::new()).unwrap()
    };
    let [one, other] = [200, 201].map(set);
    let few = Options {
        training_examples: 20,
        straighten: false,
        ..options(Preset::Video)
    };
    let bytes = Trainer::new(&one, few).unwrap().save().unwrap();
    assert!(Trainer::restore(&one, &bytes).is_ok());
    let message = Trainer::restore(&other, &bytes).unwrap_err().to_string();
    assert!(
        message.contains("found other data of 20 training"),
        "{message}"
    );
}

#[test]
fn a_saved_run_ends_where_it_would_have_ended() {
    // It learns much, falls back to guessing, and is ended for it: that takes all that was noticed on the way.
    let mut run = trainer(Options {
        activation: Activation::Relu,
        cost: Cost::CrossEntropy,
        optimizer: Optimizer::Momentum,
        learning_rate: 0.05,
        ..options(Preset::Video)
    });
    let mut saved = Vec::new();
    let end = loop {
        let step = run.report(0.0).step;
        if step.is_multiple_of(400) {
            saved.push(run.save().unwrap());
        }
        assert!(step < 20_000, "expected this run to fail");
        if let Err(error) = run.step() {
            break error.to_string();
        }
    };
    assert!(saved.len() > 4, "it had learnt before: {end}");
    let last = saved.iter().rev().take(3);
    for (bytes, looked_back) in last.flat_map(|bytes| [(bytes, false), (bytes, true)]) {
        let mut restored = Trainer::restore(digits(), bytes).unwrap();
        if looked_back {
            // Also gone on from where it was taken up, as from any place that is looked back at.
            restored.look_back(restored.report(0.0).step).unwrap();
        }
        let found = loop {
            if let Err(error) = restored.step() {
                break error.to_string();
            }
            assert!(restored.report(0.0).step < 30_000, "{end}");
        };
        assert_eq!(found, end);
    }
}

#[test]
fn a_run_goes_on_with_what_was_changed_on_the_way() {
    for optimizer in Optimizer::ALL {
        let begun = Options {
            optimizer,
            learning_rate: 0.01,
            ..options(Preset::Best)
        };
        let mut run = trainer(begun.clone());
        train(&mut run, 3_000);
        let seen = run.report(0.0).examples;
        run.set_batch_size(32).unwrap();
        run.set_learning_rate(0.003).unwrap();
        run.step().unwrap();
        assert_eq!(run.report(0.0).examples, seen + 32);
        let mut restored = Trainer::restore(digits(), &run.save().unwrap()).unwrap();
        train(&mut run, 6_000);
        train(&mut restored, 6_000);
        assert_eq!(run.network(), restored.network());
        assert_eq!(run.average(), restored.average());
        let mut unchanged = trainer(begun);
        train(&mut unchanged, 6_000);
        assert_ne!(run.network(), unchanged.network());
    }
}

#[test]
fn the_average_is_what_is_read_with_and_follows_what_is_done_by_hand() {
    let mut run = trainer(options(Preset::Best));
    train(&mut run, 5_000);
    let trained = run.network().parameters.to_vec();
    let average = run.average().to_vec();
    assert_ne!(trained, average);
    let [read, by_average, by_last] = [None, Some(&average), Some(&trained)].map(|values| {
        let mut other = trainer(options(Preset::Best));
        match values {
            Some(values) => other.set_parameters(values).unwrap(),
            None => std::mem::swap(&mut other, &mut run),
        }
        let evaluation = other.evaluate(Part::Test, 0);
        if values.is_none() {
            run = other;
        } else {
            assert_eq!(other.average(), &other.network().parameters);
        }
        evaluation
    });
    assert_eq!(read, by_average);
    assert_ne!(read, by_last);
    run.nudge(7, 0.5).unwrap();
    assert_eq!(run.average().to_vec()[7], average[7] + 0.5);
    run.nudge(7, 0.0).unwrap();
    assert_eq!(run.average().to_vec(), average);
}

#[test]
fn parameters_put_in_their_place_are_judged_anew_and_remembered() {
    let mut run = trainer(Options {
        activation: Activation::Relu,
        cost: Cost::CrossEntropy,
        learning_rate: 0.1,
        ..options(Preset::Video)
    });
    let first = run.network().parameters.to_vec();
    train(&mut run, 6_000);
    run.set_learning_rate(3.0).unwrap();
    end(&mut run);
    run.find_overshoot().unwrap();
    run.set_parameters(&first).unwrap();
    assert_eq!(run.sound_stop(), None);
    let step = run.report(0.0).step;
    assert_eq!(run.look_back(step).unwrap(), step);
    assert_eq!(run.network().parameters.to_vec(), first);
    run.return_to_newest();
    // Much had been learnt, but not by these: they may go on guessing.
    run.set_learning_rate(1e-6).unwrap();
    train(&mut run, 12_000);
}

#[test]
fn what_follows_a_place_before_a_change_of_options_is_their_work() {
    let mut run = trainer(Options {
        learning_rate: 1e-6,
        ..options(Preset::Video)
    });
    train(&mut run, 100);
    run.set_learning_rate(2e-6).unwrap();
    assert!(run.is_sound(), "worse than guessing, but not for that rate");
    run.look_back(0).unwrap();
    run.step().unwrap();
    assert!(!run.is_sound());
}

#[test]
fn a_nudge_is_undone_by_looking_back_and_is_never_remembered() {
    let mut run = trainer(options(Preset::Video));
    run.keep().unwrap();
    train(&mut run, 3_000);
    let before = run.save().unwrap();
    run.nudge(7, 0.5).unwrap();
    run.look_back(0).unwrap();
    run.return_to_newest();
    assert_eq!(run.save().unwrap(), before);
    // One made there is gone with the place it was made at.
    run.look_back(0).unwrap();
    run.nudge(7, 0.5).unwrap();
    run.return_to_newest();
    run.nudge(7, 0.0).unwrap();
    assert_eq!(run.save().unwrap(), before);
    // What is measured while a weight is moved by hand is not what training made.
    run.nudge(13_001, 0.5).unwrap();
    run.keep().unwrap();
    run.nudge(13_001, 0.0).unwrap();
    let step = run.report(0.0).step;
    assert!(!run.stops().contains(&step));
    run.keep().unwrap();
    train(&mut run, 4_000);
    assert_eq!(run.look_back(step).unwrap(), step);
    assert_eq!(run.save().unwrap(), before);
    // A change that is refused leaves the run as training made it.
    run.nudge(7, 0.5).unwrap();
    assert!(run.nudge(13_002, 0.5).is_err());
    assert_eq!(run.save().unwrap(), before);
}

#[test]
fn numbers_beyond_reason_end_a_run_and_never_the_program() {
    // Adam's mean of squares is the first that is not finite.
    let mut run = trainer(Options {
        optimizer: Optimizer::Adam,
        activation: Activation::Silu,
        cost: Cost::CrossEntropy,
        learning_rate: 3e-3,
        ..options(Preset::Video)
    });
    let huge: Vec<f32> = run
        .network()
        .parameters
        .to_vec()
        .iter()
        .map(|w| w * 1e7)
        .collect();
    run.set_parameters(&huge).unwrap();
    let mut result = Ok(());
    for _ in 0..30 {
        result = result.and_then(|()| run.step().map(|_| ()));
    }
    assert!(matches!(
        result.and_then(|()| run.settle()),
        Err(Error::Diverged { .. })
    ));
    assert!(Trainer::restore(digits(), &run.save().unwrap()).is_ok());
    // Weights near the largest number there is, and a way that goes beyond it.
    let mut run = trainer(Options {
        activation: Activation::Relu,
        learning_rate: 0.1,
        ..options(Preset::Video)
    });
    let mut values = run.network().parameters.to_vec();
    let second = 784 * 16 + 16;
    for row in 0..16 {
        values[second + 16 * row] = -3e38;
    }
    run.set_parameters(&values).unwrap();
    for _ in 0..3 {
        let _ = run.step();
    }
    let _ = run.plane_at_random(1);
}

#[test]
fn a_network_silent_from_its_first_weights_is_called_that() {
    let narrow = |layers: &[usize], seed| Options {
        activation: Activation::Relu,
        learning_rate: 0.1,
        layers: layers.to_vec(),
        seed,
        ..options(Preset::Video)
    };
    let mut silent = 0;
    for seed in 1..=20 {
        let mut run = trainer(narrow(&[1, 1], seed));
        match run.observed_step() {
            // One that lights up may be silenced by a step, too.
            Ok(_) | Err(Error::Dead { .. }) => {}
            Err(Error::Silent { step, .. }) => {
                assert_eq!(step, 1);
                assert!(
                    run.find_overshoot().unwrap().is_none(),
                    "no step is to blame"
                );
                silent += 1;
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert!((5..=15).contains(&silent), "{silent}");
    // Silent on the first images alone, or all but: these learn.
    for (layers, seed) in [(&[3, 3, 3][..], 2), (&[4, 4], 5)] {
        let (mut run, result) = fate(&narrow(layers, seed), 60_000);
        assert!(result.is_ok(), "{result:?} {layers:?}");
        let accuracy = run.evaluate(Part::Test, 0).accuracy;
        assert!(accuracy > 0.3, "{layers:?} {accuracy}");
    }
}

#[test]
fn no_step_is_blamed_that_was_not_made() {
    for seed in 1..=8 {
        let mut run = trainer(Options {
            activation: Activation::Tanh,
            learning_rate: 30.0,
            seed,
            ..options(Preset::Video)
        });
        run.keep().unwrap();
        let error = loop {
            match run.observed_step() {
                Ok(report) => assert!(report.report.step < 2_000, "such a rate cannot go well"),
                Err(error) => break error,
            }
        };
        let (Error::Dead { step, .. } | Error::Diverged { step, .. }) = error else {
            panic!("{error}");
        };
        if let Some(overshoot) = run.find_overshoot().unwrap() {
            assert!(overshoot.step <= step, "{overshoot:?} after {step}");
        }
        // Begun anew the run has no memory of that.
        run.reset();
        assert_eq!(run.sound_stop(), None);
    }
}

#[test]
fn no_step_is_blamed_for_what_was_changed_by_hand() {
    let mut run = trainer(Options {
        activation: Activation::Relu,
        cost: Cost::CrossEntropy,
        learning_rate: 0.1,
        ..options(Preset::Video)
    });
    train(&mut run, 5_000);
    run.keep().unwrap();
    run.nudge(13_001, 100.0).unwrap();
    while run.step().is_ok() {
        assert!(run.report(0.0).step < 2_000, "it cannot go well");
    }
    let reached = run.report(0.0).step;
    assert_eq!(run.find_overshoot().unwrap(), None);
    assert_eq!(run.report(0.0).step, reached);
    // Back before it the run is its own again.
    let sound = run.sound_stop().unwrap();
    run.look_back(sound).unwrap();
    assert!(gone_on_to(&mut run, 0.1, 3_000) > 0.5);
    // And so is what goes wrong from there.
    run.set_learning_rate(3.0).unwrap();
    end(&mut run);
    let overshoot = run.find_overshoot().unwrap();
    assert!(overshoot.is_some_and(|o| o.from == sound && o.step > sound));
}

#[test]
fn the_fatal_step_is_sought_in_the_run_that_was_made() {
    let gentle = Options {
        activation: Activation::Relu,
        cost: Cost::CrossEntropy,
        learning_rate: 0.1,
        ..options(Preset::Video)
    };
    // Another rate, and nobody asked for the state there to be remembered.
    let mut run = trainer(gentle);
    train(&mut run, 6_000);
    run.set_learning_rate(3.0).unwrap();
    while run.step().is_ok() {
        assert!(run.report(0.0).step < 2_000, "such a rate cannot go well");
    }
    let overshoot = run.find_overshoot().unwrap();
    let overshoot = overshoot.expect("a step that went too far");
    assert!(
        overshoot.from == 600 && overshoot.step > 600,
        "{overshoot:?}"
    );
    // Begun anew the run has never failed.
    run.reset();
    train(&mut run, 50);
    let overshoot = run.find_overshoot().unwrap();
    assert!(overshoot.is_none_or(|o| o.step <= 5), "{overshoot:?}");
}
