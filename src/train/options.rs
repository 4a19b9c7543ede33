//! Everything that defines a run, checked once into a type that only holds valid values.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Error;
use crate::kernels::functions::sine;
use crate::network::{Activation, Cost};

/// Fewest and most hidden layers.
pub const HIDDEN_LAYERS: (usize, usize) = (1, 3);
/// Fewest and most neurons in a hidden layer.
pub const NEURONS: (usize, usize) = (1, 128);
/// Smallest and largest learning rate.
pub const LEARNING_RATE: (f64, f64) = (1e-6, 1e3);
/// Learning rates to offer: the 1-3-10 ladder, and the video's.
pub const LEARNING_RATES: [f64; 13] = [
    1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 1.5, 3.0, 10.0, 30.0,
];
/// Batch sizes to offer; larger than the training set means all of it.
pub const BATCH_SIZES: [usize; 6] = [1, 10, 32, 64, 128, 1_000];
/// Hidden layers to offer.
pub const LAYER_CHOICES: [&[usize]; 6] = [
    &[16, 16],
    &[30],
    &[100],
    &[64, 32],
    &[128, 128],
    &[16, 16, 16],
];
/// The largest batch.
const BATCH_MAX: usize = crate::data::MAX_EXAMPLES;

/// How parameters follow the gradient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Optimizer {
    /// Plain gradient descent.
    Descent,
    /// With momentum, decay 0.9.
    Momentum,
    /// Adam.
    Adam,
}

impl Optimizer {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Descent, Self::Momentum, Self::Adam];

    /// A learning rate of the ladder at which every activation and cost learns, in batches of ten. A recipe may take larger
    /// steps, as the video's does.
    #[must_use]
    pub const fn safe_rate(self) -> f64 {
        match self {
            Self::Descent => 0.1,
            // Momentum's velocity sums up to ten steps.
            Self::Momentum => 0.01,
            // Of a step of Adam it is the length, for each parameter.
            Self::Adam => 0.001,
        }
    }
}

/// How the learning rate changes over a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Schedule {
    /// Not at all.
    Constant,
    /// Up over the first 5 % of the budget, then down to zero along half a cosine (Loshchilov and Hutter 2017).
    Cosine,
}

impl Schedule {
    /// Both, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Constant, Self::Cosine];
}

/// A complete recipe to begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// The video's mathematics: sigmoid, squares, plain descent.
    Video,
    /// What reads digits best: SiLU, cross-entropy, Adam, running average, augmentation.
    Best,
}

impl Preset {
    /// Both, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Video, Self::Best];
}

/// What the network is told the images show.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Labels {
    /// The truth.
    True,
    /// For this share of the training examples, 0 to 1, the labels are dealt out anew at random.
    Shuffled(f64),
}

impl Labels {
    /// The share of the examples whose labels are dealt out anew.
    #[must_use]
    pub fn share(self) -> f64 {
        match self {
            Self::True => 0.0,
            Self::Shuffled(share) => share,
        }
    }

    fn from_share(share: f64) -> Self {
        if share == 0.0 {
            Self::True
        } else {
            Self::Shuffled(share)
        }
    }
}

/// People read `"true"`, `"shuffled"` or a share; saved runs hold the share.
impl Serialize for Labels {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::True if serializer.is_human_readable() => serializer.serialize_str("true"),
            Self::Shuffled(1.0) if serializer.is_human_readable() => {
                serializer.serialize_str("shuffled")
            }
            _ => serializer.serialize_f64(self.share()),
        }
    }
}

impl<'de> Deserialize<'de> for Labels {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Labels;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("\"true\", \"shuffled\" or the share to shuffle, 0 to 1")
            }

            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Labels, E> {
                match name {
                    "true" => Ok(Labels::True),
                    "shuffled" => Ok(Labels::Shuffled(1.0)),
                    _ => Err(E::invalid_value(serde::de::Unexpected::Str(name), &self)),
                }
            }

            fn visit_f64<E: serde::de::Error>(self, share: f64) -> Result<Labels, E> {
                if (0.0..=1.0).contains(&share) {
                    Ok(Labels::from_share(share))
                } else {
                    Err(E::invalid_value(serde::de::Unexpected::Float(share), &self))
                }
            }

            fn visit_i64<E: serde::de::Error>(self, share: i64) -> Result<Labels, E> {
                self.visit_f64(share as f64)
            }

            fn visit_u64<E: serde::de::Error>(self, share: u64) -> Result<Labels, E> {
                self.visit_f64(share as f64)
            }
        }
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(Visitor)
        } else {
            deserializer.deserialize_f64(Visitor)
        }
    }
}

/// All options of a run, in force and within their ranges.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Options {
    /// The recipe that was begun with.
    pub preset: Preset,
    /// Neurons of each hidden layer.
    pub layers: Vec<usize>,
    /// Non-linearity of the hidden layers.
    pub activation: Activation,
    /// What is lowered.
    pub cost: Cost,
    /// How parameters follow the gradient.
    pub optimizer: Optimizer,
    /// `η`: plain descent moves the parameters by `-η` times the gradient. With a cosine its highest value.
    pub learning_rate: f64,
    /// How the learning rate changes.
    pub schedule: Schedule,
    /// Examples over which the cosine runs to zero.
    pub budget: Option<u32>,
    /// Whether a running average of the parameters is kept for evaluation.
    pub average: bool,
    /// Examples per step.
    pub batch_size: usize,
    /// Decides first weights, order, shuffled labels and augmentation.
    pub seed: u32,
    /// Whether place, size and slant are taken out of all images and drawings.
    pub straighten: bool,
    /// Whether training images are changed a little each time they are seen.
    pub augment: bool,
    /// True or shuffled.
    pub labels: Labels,
    /// How many of the training examples are used.
    pub training_examples: usize,
}

/// Some options, to be laid over others; unknown names are refused.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is that of `Options`")]
pub struct Changes {
    pub preset: Option<Preset>,
    pub layers: Option<Vec<usize>>,
    pub activation: Option<Activation>,
    pub cost: Option<Cost>,
    pub optimizer: Option<Optimizer>,
    pub learning_rate: Option<f64>,
    pub schedule: Option<Schedule>,
    /// `Some(None)` takes the budget away.
    #[serde(default, deserialize_with = "present")]
    pub budget: Option<Option<u32>>,
    pub average: Option<bool>,
    pub batch_size: Option<usize>,
    pub seed: Option<u32>,
    pub straighten: Option<bool>,
    pub augment: Option<bool>,
    pub labels: Option<Labels>,
    pub training_examples: Option<usize>,
}

/// Tells a field that is null from one that is not there.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<u32>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl Changes {
    /// The names of all options, as callers write them.
    pub const NAMES: [&'static str; 15] = [
        "preset",
        "layers",
        "activation",
        "cost",
        "optimizer",
        "learningRate",
        "schedule",
        "budget",
        "average",
        "batchSize",
        "seed",
        "straighten",
        "augment",
        "labels",
        "trainingExamples",
    ];

    /// Lays other changes over these.
    pub fn merge(&mut self, other: Self) {
        macro_rules! lay_over {
            ($($field:ident)*) => {
                $(if other.$field.is_some() {
                    self.$field = other.$field;
                })*
            };
        }
        lay_over!(preset layers activation cost optimizer learning_rate schedule budget average);
        lay_over!(batch_size seed straighten augment labels training_examples);
    }
}

impl Options {
    /// A preset's options on a data set with so many training examples.
    #[must_use]
    pub fn preset(preset: Preset, training_examples: usize) -> Self {
        let common = Self {
            preset,
            layers: vec![16, 16],
            activation: Activation::Sigmoid,
            cost: Cost::Squares,
            optimizer: Optimizer::Descent,
            // Nielsen's 3, halved because our squares carry no ½.
            learning_rate: 1.5,
            schedule: Schedule::Constant,
            budget: None,
            average: false,
            batch_size: 10,
            seed: 1,
            straighten: true,
            augment: false,
            labels: Labels::True,
            training_examples,
        };
        match preset {
            Preset::Video => common,
            Preset::Best => {
                let mut best = Self {
                    activation: Activation::Silu,
                    cost: Cost::CrossEntropy,
                    optimizer: Optimizer::Adam,
                    average: true,
                    augment: true,
                    ..common
                };
                best.follow_budget();
                best
            }
        }
    }

    /// These options with some changed. A preset among the changes goes back to all of its values first, but keeps the
    /// seed; a budget brings the cosine with it, and in preset best the rate and batch that suit its length.
    ///
    /// * `available`: training examples that the data set has
    ///
    /// # Errors
    /// If a value is out of its range.
    pub fn with(&self, changes: Changes, available: usize) -> Result<Self, Error> {
        let mut new = match changes.preset {
            Some(preset) => Self {
                seed: self.seed,
                ..Self::preset(preset, available)
            },
            None => self.clone(),
        };
        if let Some(budget) = changes.budget {
            new.budget = budget;
            new.follow_budget();
        }
        let layers = changes.layers.map(hidden_only);
        set(&mut new.layers, layers);
        set(&mut new.activation, changes.activation);
        set(&mut new.cost, changes.cost);
        set(&mut new.optimizer, changes.optimizer);
        set(&mut new.learning_rate, changes.learning_rate);
        set(&mut new.schedule, changes.schedule);
        set(&mut new.average, changes.average);
        set(&mut new.batch_size, changes.batch_size);
        set(&mut new.seed, changes.seed);
        set(&mut new.straighten, changes.straighten);
        set(&mut new.augment, changes.augment);
        set(&mut new.labels, changes.labels);
        set(&mut new.training_examples, changes.training_examples);
        new.check(available)?;
        Ok(new)
    }

    /// The schedule for a budget, or for none; in preset best rate and batch as well.
    fn follow_budget(&mut self) {
        self.schedule = match self.budget {
            None => Schedule::Constant,
            Some(_) => Schedule::Cosine,
        };
        if self.preset == Preset::Best {
            (self.learning_rate, self.batch_size) = match self.budget {
                None => (3e-3, 64),
                Some(..=100_000) => (1e-2, 32),
                Some(_) => (6e-3, 64),
            };
        }
    }

    /// Refuses values out of their ranges.
    pub(crate) fn check(&self, available: usize) -> Result<(), Error> {
        let (fewest, most) = HIDDEN_LAYERS;
        if !(fewest..=most).contains(&self.layers.len()) {
            let expected = format!("{fewest} to {most} hidden layers");
            return Err(Error::option("layers", expected, self.layers.len()));
        }
        let (fewest, most) = NEURONS;
        if let Some(neurons) = self.layers.iter().find(|n| !(fewest..=most).contains(n)) {
            let expected = format!("{fewest} to {most} neurons in each hidden layer");
            return Err(Error::option("layers", expected, neurons));
        }
        let (lowest, highest) = LEARNING_RATE;
        if !(lowest..=highest).contains(&self.learning_rate) {
            let expected = format!("a rate from {lowest} to {highest}");
            return Err(Error::option("learningRate", expected, self.learning_rate));
        }
        if self.budget == Some(0) {
            let expected = "1 example or more, or null for none";
            return Err(Error::option("budget", expected, 0));
        }
        if self.schedule == Schedule::Cosine && self.budget.is_none() {
            let expected = "a budget of examples over which the cosine runs";
            return Err(Error::option(
                "schedule",
                expected,
                "a cosine without a budget",
            ));
        }
        if !(1..=BATCH_MAX).contains(&self.batch_size) {
            let expected = format!("1 to {BATCH_MAX} examples");
            return Err(Error::option("batchSize", expected, self.batch_size));
        }
        let share = self.labels.share();
        if !(0.0..=1.0).contains(&share) {
            return Err(Error::option("labels", "a share from 0 to 1", share));
        }
        if !(1..=available).contains(&self.training_examples) {
            let expected = format!("1 to {available} examples");
            return Err(Error::option(
                "trainingExamples",
                expected,
                self.training_examples,
            ));
        }
        Ok(())
    }

    /// The rate for a step that begins after `seen` examples.
    #[must_use]
    pub fn rate_at(&self, seen: u64) -> f64 {
        /// Part of the budget over which the rate rises.
        const WARM_UP: f64 = 0.05;
        match (self.schedule, self.budget) {
            (Schedule::Cosine, Some(budget)) => {
                let progress = seen as f64 / f64::from(budget);
                if progress < WARM_UP {
                    // From half a step on: the very first step must not have length zero.
                    let batch = self.batch_size.min(self.training_examples);
                    let half_a_step = 0.5 * batch as f64 / f64::from(budget);
                    self.learning_rate * ((progress + half_a_step) / WARM_UP).min(1.0)
                } else if progress < 1.0 {
                    let along = (progress - WARM_UP) / (1.0 - WARM_UP);
                    // cos(π x) = sin(π (1/2 - x))
                    let cosine = sine(std::f64::consts::PI * (0.5 - along));
                    self.learning_rate * 0.5 * (1.0 + cosine)
                } else {
                    // Rounding would leave a little of it.
                    0.0
                }
            }
            _ => self.learning_rate,
        }
    }
}

/// Hidden layers from either way of writing them: 16-16 or 784-16-16-10.
fn hidden_only(layers: Vec<usize>) -> Vec<usize> {
    match layers.as_slice() {
        [crate::data::PIXELS, hidden @ .., crate::data::CLASSES] => hidden.to_vec(),
        _ => layers,
    }
}

fn set<T>(option: &mut T, change: Option<T>) {
    if let Some(value) = change {
        *option = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(changes: &str) -> Result<Options, String> {
        let changes = serde_json::from_str(changes).map_err(|e| e.to_string())?;
        Options::preset(Preset::Video, 9_000)
            .with(changes, 9_000)
            .map_err(|e| e.to_string())
    }

    #[test]
    fn a_budget_brings_its_recipe_but_yields_to_what_is_said() {
        let best = changed(r#"{"preset": "best"}"#).unwrap();
        assert_eq!((best.learning_rate, best.batch_size), (3e-3, 64));
        assert_eq!(best.schedule, Schedule::Constant);
        let long = changed(r#"{"preset": "best", "budget": 1000000}"#).unwrap();
        assert_eq!((long.learning_rate, long.batch_size), (6e-3, 64));
        assert_eq!(long.schedule, Schedule::Cosine);
        let own = changed(r#"{"preset": "best", "budget": 100000, "batchSize": 10}"#).unwrap();
        assert_eq!((own.learning_rate, own.batch_size), (1e-2, 10));
        let video = changed(r#"{"budget": 100000}"#).unwrap();
        assert_eq!((video.learning_rate, video.batch_size), (1.5, 10));
        assert_eq!(video.schedule, Schedule::Cosine);
        let without = changed(r#"{"budget": 100000, "schedule": "constant"}"#).unwrap();
        assert_eq!(without.schedule, Schedule::Constant);
    }

    #[test]
    fn a_budget_that_is_taken_away_takes_its_recipe_along() {
        let budgeted = changed(r#"{"preset": "best", "budget": 100000}"#).unwrap();
        let changes = serde_json::from_str(r#"{"budget": null}"#).unwrap();
        let best = Options::preset(Preset::Best, 9_000);
        assert_eq!(budgeted.with(changes, 9_000).unwrap(), best);
        assert_eq!(
            budgeted.with(Changes::default(), 9_000).unwrap(),
            budgeted,
            "what is not there changes nothing"
        );
    }

    #[test]
    fn later_changes_lie_over_earlier_ones() {
        let read = |text: &str| serde_json::from_str::<Changes>(text).unwrap();
        let all = r#"{"preset": "best", "layers": [5], "activation": "tanh", "cost": "squares",
            "optimizer": "momentum", "learningRate": 0.1, "schedule": "cosine", "budget": 7, "average": false,
            "batchSize": 3, "seed": 9, "straighten": false, "augment": true, "labels": 0.5, "trainingExamples": 11}"#;
        let mut changes = Changes::default();
        changes.merge(read(all));
        assert_eq!(changes, read(all));
        changes.merge(read(r#"{"seed": 10, "budget": null}"#));
        let over = all.replace(": 9", ": 10").replace(": 7", ": null");
        assert_eq!(changes, read(&over));
    }

    #[test]
    fn a_preset_goes_back_but_keeps_the_seed() {
        let mut options = Options::preset(Preset::Best, 9_000);
        (options.seed, options.labels) = (77, Labels::Shuffled(1.0));
        let changes = serde_json::from_str(r#"{"preset": "video"}"#).unwrap();
        let new = options.with(changes, 9_000).unwrap();
        assert_eq!(new.seed, 77);
        assert_eq!(
            Options { seed: 1, ..new },
            Options::preset(Preset::Video, 9_000)
        );
    }

    #[test]
    fn layers_can_be_written_whole() {
        let options = changed(r#"{"layers": [784, 64, 32, 10]}"#).unwrap();
        assert_eq!(options.layers, [64, 32]);
    }

    #[test]
    fn labels_read_and_write_as_people_do() {
        for (text, labels) in [
            (r#""true""#, Labels::True),
            (r#""shuffled""#, Labels::Shuffled(1.0)),
            ("0.1", Labels::Shuffled(0.1)),
        ] {
            assert_eq!(serde_json::from_str::<Labels>(text).unwrap(), labels);
            assert_eq!(serde_json::to_string(&labels).unwrap(), text);
        }
        assert_eq!(serde_json::from_str::<Labels>("0").unwrap(), Labels::True);
        assert!(serde_json::from_str::<Labels>("1.5").is_err());
    }

    #[test]
    fn refusals_name_field_range_and_value() {
        for (changes, message) in [
            (
                r#"{"layers": []}"#,
                "option layers: expected 1 to 3 hidden layers, found 0",
            ),
            (
                r#"{"layers": [16, 129]}"#,
                "option layers: expected 1 to 128 neurons in each hidden layer, found 129",
            ),
            (
                r#"{"learningRate": 0}"#,
                "option learningRate: expected a rate from 0.000001 to 1000, found 0",
            ),
            (
                r#"{"schedule": "cosine"}"#,
                "option schedule: expected a budget of examples over which the cosine runs, \
                 found a cosine without a budget",
            ),
            (
                r#"{"budget": 0}"#,
                "option budget: expected 1 example or more, or null for none, found 0",
            ),
            (
                r#"{"batchSize": 0}"#,
                "option batchSize: expected 1 to 70000 examples, found 0",
            ),
            (
                r#"{"trainingExamples": 9001}"#,
                "option trainingExamples: expected 1 to 9000 examples, found 9001",
            ),
        ] {
            assert_eq!(changed(changes).unwrap_err(), message);
        }
        assert!(
            changed(r#"{"learningrate": 1}"#)
                .unwrap_err()
                .contains("unknown field")
        );
        let shuffled = Changes {
            labels: Some(Labels::Shuffled(2.0)),
            ..Changes::default()
        };
        let message = Options::preset(Preset::Video, 9_000)
            .with(shuffled, 9_000)
            .unwrap_err();
        assert_eq!(
            message.to_string(),
            "option labels: expected a share from 0 to 1, found 2"
        );
        // The list that the page checks names against is the list of fields.
        for name in Changes::NAMES {
            let message = changed(&format!(r#"{{"{name}": []}}"#)).unwrap_err();
            assert!(!message.contains("unknown field"), "{name}: {message}");
        }
    }

    #[test]
    fn the_cosine_warms_up_and_ends_at_zero() {
        let options = changed(r#"{"preset": "best", "budget": 1000000}"#).unwrap();
        assert!(options.rate_at(0) > 0.0 && options.rate_at(0) < 1e-4);
        assert!((options.rate_at(50_000) - 6e-3).abs() < 1e-9);
        assert!((options.rate_at(525_000) - 3e-3).abs() < 1e-9);
        assert!(options.rate_at(999_999) > 0.0);
        assert_eq!(options.rate_at(1_000_000), 0.0);
        assert_eq!(options.rate_at(2_000_000), 0.0);
        // A batch is no larger than the set, whatever it is asked to be.
        let whole = changed(r#"{"budget": 1000000, "batchSize": 70000}"#).unwrap();
        assert!(whole.rate_at(0) < 0.1 * whole.learning_rate);
        // And no rate is above the highest, also where half a step leads out of the warm-up.
        let rates = (0..1_000_000)
            .step_by(1_000)
            .map(|seen| whole.rate_at(seen));
        assert!(rates.fold(0.0, f64::max) <= whole.learning_rate);
    }
}
