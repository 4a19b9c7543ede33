//! Trains natively, with the same arithmetic as the page: the same options give the same parameters, bit for bit.
//!
//! `cargo run --release --example train -- --preset best --budget 1000000 --seed 1`

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use descent::data::{Dataset, Part};
use descent::train::{Changes, Options, Preset, Trainer};
use sha2::{Digest, Sha256};

/// Train the network on the shipped digits, or on IDX files, and print what came of it.
#[derive(Parser)]
struct Arguments {
    /// Recipe to begin with: video or best
    #[arg(long, default_value = "video")]
    preset: String,
    /// Hidden layers, such as 16-16
    #[arg(long)]
    layers: Option<String>,
    /// sigmoid, relu, silu or tanh
    #[arg(long)]
    activation: Option<String>,
    /// squares or cross-entropy
    #[arg(long)]
    cost: Option<String>,
    /// descent, momentum or adam
    #[arg(long)]
    optimizer: Option<String>,
    /// Plain descent moves the parameters by this much times the gradient
    #[arg(long)]
    learning_rate: Option<f64>,
    /// constant or cosine
    #[arg(long)]
    schedule: Option<String>,
    /// Examples over which the cosine runs to zero; also how many are seen, unless --examples says otherwise
    #[arg(long)]
    budget: Option<u32>,
    /// Whether a running average of the parameters is kept for evaluation
    #[arg(long)]
    average: Option<bool>,
    /// Examples per step
    #[arg(long)]
    batch_size: Option<usize>,
    /// Decides first weights, order, shuffled labels and augmentation
    #[arg(long, default_value_t = 1)]
    seed: u32,
    /// Whether place, size and slant are taken out of all images
    #[arg(long)]
    straighten: Option<bool>,
    /// Whether training images are changed a little each time they are seen
    #[arg(long)]
    augment: Option<bool>,
    /// Share of the labels to deal out anew at random, 0 to 1
    #[arg(long)]
    shuffle: Option<f64>,
    /// How many of the training examples are used
    #[arg(long)]
    training_examples: Option<usize>,
    /// How many examples are seen, at least
    #[arg(long)]
    examples: Option<u64>,
    /// IDX file of images, plain or gzip, in place of the shipped digits
    #[arg(long, requires = "labels")]
    images: Option<PathBuf>,
    /// IDX file of their labels
    #[arg(long, requires = "images")]
    labels: Option<PathBuf>,
}

impl Arguments {
    /// The options that were given, by the names and values that the page knows them by.
    fn changes(&self) -> Result<Changes, Box<dyn Error>> {
        let layers = self.layers.as_deref().map(|text| {
            let numbers = text.split(['-', ',']).map(|n| n.trim().parse::<usize>());
            numbers.collect::<Result<Vec<_>, _>>()
        });
        let layers = layers
            .transpose()
            .map_err(|error| format!("--layers: expected sizes such as 16-16, {error}"))?;
        let given = serde_json::json!({
            "preset": self.preset,
            "layers": layers,
            "activation": self.activation,
            "cost": self.cost,
            "optimizer": self.optimizer,
            "learningRate": self.learning_rate,
            "schedule": self.schedule,
            "budget": self.budget,
            "average": self.average,
            "batchSize": self.batch_size,
            "seed": self.seed,
            "straighten": self.straighten,
            "augment": self.augment,
            "labels": self.shuffle,
            "trainingExamples": self.training_examples,
        });
        let mut changes = Changes::default();
        let given = given.as_object().into_iter().flatten();
        for (name, value) in given.filter(|(_, value)| !value.is_null()) {
            // One by one, so that a refusal can name it.
            let one = serde_json::from_value(serde_json::json!({ name: value }));
            changes.merge(one.map_err(|error| format!("option {name}: {error}"))?);
        }
        Ok(changes)
    }

    fn data(&self) -> Result<Dataset, Box<dyn Error>> {
        let read = |path: &PathBuf| {
            std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
        };
        match (&self.images, &self.labels) {
            (Some(images), Some(labels)) => Ok(Dataset::from_idx(&read(images)?, &read(labels)?)?),
            _ => {
                let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/www/data/mnist-10k.bin");
                Ok(Dataset::from_packed(&read(&shipped.into())?)?)
            }
        }
    }
}

fn main() -> ExitCode {
    match train(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn train(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let data = arguments.data()?;
    let available = data.len(Part::Train);
    let options =
        Options::preset(Preset::Video, available).with(arguments.changes()?, available)?;
    let budget = options.budget.map(u64::from);
    let examples = arguments.examples.or(budget).unwrap_or(300_000);
    println!("{}", serde_json::to_string(&options)?);

    let start = Instant::now();
    let mut trainer = Trainer::new(&data, options)?;
    println!("data ready      {:8.3} s", start.elapsed().as_secs_f64());

    let start = Instant::now();
    let mut report = trainer.report(f64::NAN);
    while report.examples < examples {
        report = trainer.step()?;
    }
    trainer.settle()?;
    let seconds = start.elapsed().as_secs_f64();
    println!("steps           {:8}", report.step);
    println!("examples        {:8}", report.examples);
    println!("epochs          {:8.2}", report.epoch);
    println!("training        {seconds:8.3} s");
    println!("examples/s      {:8.0}", report.examples as f64 / seconds);
    for (name, part) in [("training", Part::Train), ("unseen", Part::Test)] {
        let evaluation = trainer.evaluate(part, 0);
        println!("cost, {name:9} {:8.4}", evaluation.cost);
        println!("read, {name:9} {:8.2} %", 100.0 * evaluation.accuracy);
    }
    let parameters = trainer.network().parameters.to_vec();
    let bytes: Vec<u8> = parameters.iter().flat_map(|p| p.to_le_bytes()).collect();
    let digest: String = Sha256::digest(&bytes)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    println!("SHA-256         {digest}");
    Ok(())
}
