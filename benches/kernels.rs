//! How long the parts take natively, by themselves: `make bench-native`, or `cargo bench --bench kernels -- NAME`.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput};
use descent::data::augment::Augmenter;
use descent::data::{Dataset, Examples, PIXELS, Part};
use descent::digit::straighten::straighten;
use descent::digit::strokes;
use descent::kernels::{LANES, Lanes, blocks, dense, numbers_mut, sparse};
use descent::network::{Activation, CHUNK};
use descent::random::{Random, Stream};
use descent::train::{Changes, Options, Preset, Trainer};

fn main() {
    // Short, as there are many; options on the command line come before these.
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_millis(1_500))
        .sample_size(50)
        .configure_from_args();
    let data = shipped();
    sparse_layer(&mut criterion, &data.examples(false).train);
    dense_layer(&mut criterion);
    activations(&mut criterion);
    steps(&mut criterion, &data);
    evaluation(&mut criterion, &data);
    images(&mut criterion, &data);
    criterion.final_summary();
}

/// The data set that the page ships.
fn shipped() -> Dataset {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/www/data/mnist-10k.bin");
    Dataset::from_packed(&std::fs::read(path).expect("a file in the repository"))
        .expect("the shipped file is undamaged")
}

/// So many blocks of numbers from -1 to 1.
fn random_lanes(count: usize) -> Vec<Lanes> {
    let mut random = Random::new(1, Stream::Noise);
    let mut lanes = vec![Lanes::ZERO; count];
    numbers_mut(&mut lanes)
        .iter_mut()
        .for_each(|x| *x = random.signed());
    lanes
}

/// The first layer over as many real images as fit into a window of the shuffle; per image.
fn sparse_layer(criterion: &mut Criterion, examples: &Arc<Examples>) {
    const IMAGES: usize = 480;
    let rows = &examples.inputs;
    let mut group = criterion.benchmark_group("sparse");
    group.throughput(Throughput::Elements(IMAGES as u64));
    for neurons in [16, 64] {
        let blocks = blocks(neurons);
        let mut weights = random_lanes((PIXELS + 1) * blocks);
        group.bench_function(format!("forward, {neurons} neurons"), |bencher| {
            bencher.iter(|| {
                let mut sum = Lanes::ZERO;
                for row in 0..IMAGES {
                    for block in 0..blocks {
                        let entries = rows.row(row);
                        sum += sparse::forward(entries, &weights, blocks, block, Lanes::ZERO);
                    }
                }
                sum
            });
        });
        let delta = Lanes::splat(1e-9);
        group.bench_function(format!("accumulate, {neurons} neurons"), |bencher| {
            bencher.iter(|| {
                for row in 0..IMAGES {
                    for block in 0..blocks {
                        sparse::accumulate(rows.row(row), &mut weights, blocks, block, delta);
                    }
                }
                weights[0]
            });
        });
    }
    group.finish();
}

/// A small layer for as many examples as go through the network together; per example.
fn dense_layer(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("dense");
    group.throughput(Throughput::Elements(CHUNK as u64));
    for (inputs, outputs) in [(16, 16), (64, 32)] {
        let (before, after) = (blocks(inputs), blocks(outputs));
        let (from, to) = ((before, inputs), (after, outputs));
        let weights = random_lanes((inputs + 1) * after);
        let activations = random_lanes(CHUNK * before);
        let slopes = random_lanes(CHUNK * before);
        let deltas = random_lanes(CHUNK * after);
        let mut transposed = Vec::new();
        dense::transpose(&weights, inputs, outputs, &mut transposed);
        let mut forward = vec![Lanes::ZERO; CHUNK * after];
        let mut backward = vec![Lanes::ZERO; CHUNK * before];
        let mut gradient = vec![Lanes::ZERO; (inputs + 1) * after];
        let shape = format!("{inputs} to {outputs}");
        group.bench_function(format!("forward, {shape}"), |bencher| {
            bencher.iter(|| {
                let activations = black_box(&activations);
                dense::forward(activations, from, &weights, to, &mut forward);
                forward[0]
            });
        });
        group.bench_function(format!("backward, {shape}"), |bencher| {
            bencher.iter(|| {
                dense::backward(
                    black_box(&deltas),
                    to,
                    &transposed,
                    before,
                    &slopes,
                    &mut backward,
                );
                backward[0]
            });
        });
        group.bench_function(format!("accumulate, {shape}"), |bencher| {
            bencher.iter(|| {
                let activations = black_box(&activations);
                dense::accumulate(activations, from, &deltas, to, &mut gradient);
                gradient[0]
            });
        });
    }
    group.finish();
}

/// Activations and derivatives of sixteen neurons for a chunk; per example.
fn activations(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("activation");
    group.throughput(Throughput::Elements(CHUNK as u64));
    let weighted_inputs = random_lanes(CHUNK);
    let mut slopes = vec![Lanes::ZERO; CHUNK];
    let mut values = weighted_inputs.clone();
    for activation in Activation::ALL {
        group.bench_function(format!("{activation:?}, {LANES} neurons"), |bencher| {
            bencher.iter(|| {
                // Always the same weighted inputs: the copy is a small part of the time.
                values.copy_from_slice(&weighted_inputs);
                activation.apply(black_box(&mut values), Some(&mut slopes));
                slopes[0]
            });
        });
    }
    group.finish();
}

/// Whole steps, shuffling included; per example.
fn steps(criterion: &mut Criterion, data: &Dataset) {
    let change = |batch_size, straighten, augment, layers| Changes {
        batch_size,
        straighten,
        augment,
        layers,
        ..Changes::default()
    };
    let cases = [
        ("video", Preset::Video, change(Some(10), None, None, None)),
        ("video", Preset::Video, change(Some(32), None, None, None)),
        (
            "video, raw images",
            Preset::Video,
            change(Some(32), Some(false), None, None),
        ),
        (
            "video, 64-32",
            Preset::Video,
            change(Some(32), None, None, Some(vec![64, 32])),
        ),
        ("best", Preset::Best, change(None, None, Some(false), None)),
        (
            "best, augmented",
            Preset::Best,
            change(None, None, None, None),
        ),
    ];
    let mut group = criterion.benchmark_group("step");
    for (name, preset, changes) in cases {
        let available = data.len(Part::Train);
        let options = Options::preset(preset, available)
            .with(changes, available)
            .expect("options within their ranges");
        let batch = options.batch_size;
        let mut trainer = Trainer::new(data, options).expect("options within their ranges");
        group.throughput(Throughput::Elements(batch as u64));
        group.bench_function(format!("{name}, batch {batch}"), |bencher| {
            bencher.iter(|| trainer.step().expect("a run that does not diverge").cost);
        });
    }
    group.finish();
}

/// Cost, accuracy and confusion matrix of a trained network; per image.
fn evaluation(criterion: &mut Criterion, data: &Dataset) {
    let options = Options::preset(Preset::Video, data.len(Part::Train));
    let mut trainer = Trainer::new(data, options).expect("a preset is within all ranges");
    for _ in 0..1_000 {
        trainer.step().expect("a run that does not diverge");
    }
    let images = data.len(Part::Test);
    let mut group = criterion.benchmark_group("evaluate");
    group.throughput(Throughput::Elements(images as u64));
    group.bench_function(format!("{images} images"), |bencher| {
        bencher.iter(|| trainer.evaluate(Part::Test, 0).accuracy);
    });
    group.finish();
}

/// What is done to images before the network sees them; per image.
fn images(criterion: &mut Criterion, data: &Dataset) {
    const IMAGES: u32 = 64;
    let mut group = criterion.benchmark_group("image");

    let inks: Vec<[f32; PIXELS]> = (0..IMAGES as usize)
        .map(|index| {
            let (image, _) = data.example(Part::Train, index).expect("enough images");
            std::array::from_fn(|pixel| f32::from(image[pixel]) / 255.0)
        })
        .collect();
    group.throughput(Throughput::Elements(u64::from(IMAGES)));
    group.bench_function("straighten", |bencher| {
        let mut out = [0.0; PIXELS];
        bencher.iter(|| {
            for ink in &inks {
                straighten(black_box(ink), &mut out);
            }
            out[0]
        });
    });

    let examples = &data.examples(true).train;
    let chosen: Vec<u32> = (0..IMAGES).collect();
    let mut augmenter = Augmenter::new(true, examples.len());
    // It keeps the last batch, so each must be of another epoch.
    let mut epoch = 0;
    group.bench_function("augment", |bencher| {
        bencher.iter(|| {
            epoch += 1;
            augmenter.prepare(examples, &examples.labels, &chosen, 1, (epoch, 0));
        });
    });

    // A five in two strokes, as close together as a pointer's events.
    let hook = (0..40).map(|i| {
        let turn = f64::from(i) * 0.11 - 1.9;
        [60.0 + 45.0 * turn.cos(), 120.0 + 45.0 * turn.sin()]
    });
    let strokes: Vec<Vec<strokes::Point>> = vec![hook.collect(), vec![[45.0, 20.0], [105.0, 18.0]]];
    group.throughput(Throughput::Elements(1));
    group.bench_function("draw strokes", |bencher| {
        bencher.iter_batched_ref(
            || [0.0; PIXELS],
            |ink| strokes::draw(black_box(&strokes), ink),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}
