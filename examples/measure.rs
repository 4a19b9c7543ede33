//! What the recipes reach: trained on the shipped digits, measured on images of the original MNIST training set that are
//! not among them, and on drawn digits.
//!
//! `cargo run --release --example measure -- --images train-images-idx3-ubyte.gz --labels train-labels-idx1-ubyte.gz`
//!
//! With `--strokes FILE` (JSON lines, or gzip of them, each with `label` and `strokes`) drawn digits are read, too.

use std::error::Error;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Parser;
use descent::data::views::Views;
use descent::data::{CLASSES, Dataset, Examples, PIXELS, Part, idx, prepare, prepare_ink};
use descent::digit::strokes;
use descent::kernels::sparse::SparseRows;
use descent::network::Pass;
use descent::train::{Changes, Options, Preset, Trainer, readings};

/// Images of the shipped subset at the beginning of the original training set, and where the set's own test part begins.
const SHIPPED: usize = 10_000;
const LAST: usize = 60_000;

/// Train each recipe with several seeds and print the share of unseen digits read correctly: mean and range.
#[derive(Parser)]
struct Arguments {
    /// IDX file of MNIST's 60,000 training images
    #[arg(long)]
    images: PathBuf,
    /// IDX file of their labels
    #[arg(long)]
    labels: PathBuf,
    /// Drawn digits
    #[arg(long)]
    strokes: Option<PathBuf>,
    /// How many seeds
    #[arg(long, default_value_t = 3)]
    seeds: u32,
    /// Leave out what takes more examples than this
    #[arg(long, default_value_t = 3_000_000)]
    most: u32,
    /// Read each image as the average over 16 views of it, too: one more line for each recipe
    #[arg(long)]
    views: bool,
}

/// One line of the table: a name, the options, how many examples, and whether on all 50,000 first images.
struct Recipe {
    name: &'static str,
    options: &'static str,
    examples: u32,
    full: bool,
}

const RECIPES: [Recipe; 9] = [
    recipe("best", r#"{"preset": "best"}"#, 100_000),
    recipe("best", r#"{"preset": "best"}"#, 300_000),
    recipe("best", r#"{"preset": "best"}"#, 1_000_000),
    recipe("best", r#"{"preset": "best"}"#, 10_000_000),
    recipe(
        "best, 784-64-32-10",
        r#"{"preset": "best", "layers": [64, 32]}"#,
        3_000_000,
    ),
    recipe("video", r#"{"preset": "video"}"#, 300_000),
    recipe(
        "video, not straightened",
        r#"{"preset": "video", "straighten": false}"#,
        300_000,
    ),
    recipe(
        "best, not straightened",
        r#"{"preset": "best", "straighten": false}"#,
        1_000_000,
    ),
    Recipe {
        name: "best, on 50,000",
        options: r#"{"preset": "best"}"#,
        examples: 3_000_000,
        full: true,
    },
];

const fn recipe(name: &'static str, options: &'static str, examples: u32) -> Recipe {
    Recipe {
        name,
        options,
        examples,
        full: false,
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let images = idx::images(&read(&arguments.images)?)?;
    let labels = idx::labels(&read(&arguments.labels)?)?;
    if labels.len() < LAST || images.len() < LAST * PIXELS {
        return Err(format!("expected {LAST} images, found {}", labels.len()).into());
    }
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/www/data/mnist-10k.bin");
    let shipped = Dataset::from_packed(&read(Path::new(shipped))?)?;
    let full = Dataset::new(
        images[..LAST * PIXELS].to_vec(),
        labels[..LAST].to_vec(),
        LAST - 10_000,
        String::new(),
    )?;
    let drawn = arguments.strokes.as_deref().map(drawings).transpose()?;

    println!("| recipe | examples seen | unseen images read | drawings read |");
    println!("| --- | ---: | ---: | ---: |");
    for recipe in RECIPES.iter().filter(|r| r.examples <= arguments.most) {
        let data = if recipe.full { &full } else { &shipped };
        let mut changes: Changes = serde_json::from_str(recipe.options)?;
        if changes.preset == Some(Preset::Best) {
            changes.budget = Some(Some(recipe.examples));
        }
        let available = data.len(Part::Train);
        let options = Options::preset(Preset::Video, available).with(changes, available)?;
        let unseen = if recipe.full {
            full.examples(options.straighten).test.as_ref().clone()
        } else {
            let range = SHIPPED * PIXELS..LAST * PIXELS;
            examples(&images[range], &labels[SHIPPED..LAST], options.straighten)
        };
        let drawn = drawn
            .as_ref()
            .map(|d| drawn_examples(d, options.straighten));
        // One look, and the average over views.
        let mut found = [(Vec::new(), Vec::new()), (Vec::new(), Vec::new())];
        for seed in 1..=arguments.seeds {
            let options = Options {
                seed,
                ..options.clone()
            };
            let mut trainer = Trainer::new(data, options)?;
            while trainer.report(0.0).examples < u64::from(recipe.examples) {
                trainer.step()?;
            }
            trainer.settle()?;
            for (views, (on_unseen, on_drawn)) in found.iter_mut().enumerate() {
                if views == 0 || arguments.views {
                    on_unseen.push(accuracy(&trainer, &unseen, views > 0));
                    on_drawn.extend(drawn.as_ref().map(|d| accuracy(&trainer, d, views > 0)));
                }
            }
        }
        for (how, (on_unseen, on_drawn)) in ["", ", 16 views"].iter().zip(&found) {
            if !on_unseen.is_empty() {
                println!(
                    "| {}{how} | {} | {} | {} |",
                    recipe.name,
                    recipe.examples,
                    spread(on_unseen),
                    spread(on_drawn)
                );
            }
        }
    }
    Ok(())
}

/// A file's bytes, or an error that names it.
fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Images as the network takes them in.
fn examples(images: &[u8], labels: &[u8], straighten: bool) -> Examples {
    let mut inputs = SparseRows::new(PIXELS);
    for image in images.as_chunks().0 {
        inputs.push(&prepare(image, straighten));
    }
    Examples {
        inputs,
        labels: labels.to_vec(),
    }
}

/// A digit as a pen drew it.
#[derive(serde::Deserialize)]
struct Drawing {
    label: u8,
    strokes: Vec<Vec<strokes::Point>>,
}

fn drawings(path: &Path) -> Result<Vec<Drawing>, Box<dyn Error>> {
    let bytes = read(path)?;
    let mut text = String::new();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text)?;
    } else {
        text = String::from_utf8(bytes)?;
    }
    Ok(text
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?)
}

fn drawn_examples(drawings: &[Drawing], straighten: bool) -> Examples {
    let mut inputs = SparseRows::new(PIXELS);
    let mut ink = [0.0; PIXELS];
    for drawing in drawings {
        strokes::draw(&drawing.strokes, &mut ink).expect("drawings have finite coordinates");
        inputs.push(&prepare_ink(&ink, straighten));
    }
    Examples {
        inputs,
        labels: drawings.iter().map(|d| d.label).collect(),
    }
}

fn accuracy(trainer: &Trainer, examples: &Examples, averaged: bool) -> f64 {
    let reader = trainer.reader();
    debug_assert_eq!(reader.sizes().last(), Some(&CLASSES));
    let options = trainer.options();
    let mut views = averaged.then(|| Views::new(options.straighten, options.training_examples));
    let (inputs, labels) = (&examples.inputs, &examples.labels);
    let mut pass = Pass::new(reader.sizes());
    let (_, all) = readings(
        reader,
        inputs,
        labels,
        labels.len(),
        &mut pass,
        views.as_mut(),
    );
    all.iter().filter(|r| r.read == r.label).count() as f64 / all.len() as f64
}

/// Mean and range in per cent.
fn spread(shares: &[f64]) -> String {
    if shares.is_empty() {
        return "-".to_owned();
    }
    let mean = shares.iter().sum::<f64>() / shares.len() as f64;
    let low = shares.iter().copied().fold(f64::INFINITY, f64::min);
    let high = shares.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    format!(
        "{:.2} % ({:.2}-{:.2})",
        100.0 * mean,
        100.0 * low,
        100.0 * high
    )
}
