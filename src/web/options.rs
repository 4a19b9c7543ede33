//! Options from JavaScript, and what they may be.

use js_sys::{Array, JSON, Object, Reflect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use super::Result;
use super::convert::to_js;
use crate::Error;
use crate::data::{CLASSES, IMAGE_SIDE, MAX_EXAMPLES, PIXELS};
use crate::network::{Activation, Cost};
use crate::train::{
    BATCH_SIZES, Changes, FIXED_EXAMPLES, HIDDEN_LAYERS, LAYER_CHOICES, LEARNING_RATE,
    LEARNING_RATES, NEURONS, Optimizer, Options, Preset, SAVED_BYTES, Schedule,
};

#[derive(Serialize)]
struct Range<T> {
    min: T,
    max: T,
}

impl<T> From<(T, T)> for Range<T> {
    fn from((min, max): (T, T)) -> Self {
        Self { min, max }
    }
}

#[derive(Serialize)]
struct Presets {
    video: Options,
    best: Options,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Limits {
    image_side: usize,
    pixels: usize,
    classes: usize,
    max_examples: usize,
    fixed_examples: usize,
    saved_bytes: usize,
    hidden_layers: Range<usize>,
    neurons: Range<usize>,
    learning_rate: Range<f64>,
    learning_rates: [f64; LEARNING_RATES.len()],
    batch_sizes: [usize; BATCH_SIZES.len()],
    layer_choices: Vec<&'static [usize]>,
    seed: Range<u32>,
    activations: [Activation; Activation::ALL.len()],
    costs: [Cost; Cost::ALL.len()],
    optimizers: [Optimizer; Optimizer::ALL.len()],
    schedules: [Schedule; Schedule::ALL.len()],
    presets: Presets,
}

/// All sizes, ranges, choices and defaults that the page needs to know.
///
/// # Errors
/// Never in practice: plain records can be written.
#[wasm_bindgen]
pub fn limits() -> Result<JsValue> {
    let preset = |preset| Options::preset(preset, MAX_EXAMPLES);
    to_js(&Limits {
        image_side: IMAGE_SIDE,
        pixels: PIXELS,
        classes: CLASSES,
        max_examples: MAX_EXAMPLES,
        fixed_examples: FIXED_EXAMPLES,
        saved_bytes: SAVED_BYTES,
        hidden_layers: HIDDEN_LAYERS.into(),
        neurons: NEURONS.into(),
        learning_rate: LEARNING_RATE.into(),
        learning_rates: LEARNING_RATES,
        batch_sizes: BATCH_SIZES,
        layer_choices: LAYER_CHOICES.to_vec(),
        seed: (0, u32::MAX).into(),
        activations: Activation::ALL,
        costs: Cost::ALL,
        optimizers: Optimizer::ALL,
        schedules: Schedule::ALL,
        presets: Presets {
            video: preset(Preset::Video),
            best: preset(Preset::Best),
        },
    })
}

/// Options from a plain object. Each field is read by itself, so that a refusal can name it.
pub(super) fn changes(options: &JsValue) -> Result<Changes> {
    let mut changes = Changes::default();
    if options.is_undefined() || options.is_null() {
        return Ok(changes);
    }
    let object = options
        .dyn_ref::<Object>()
        .filter(|_| !Array::is_array(options) && !options.is_function())
        .ok_or_else(|| {
            let found = shown(options);
            Error::format("options", "an object", found)
        })?;
    for name in Object::keys(object).iter() {
        let value = Reflect::get(object, &name).unwrap_or(JsValue::UNDEFINED);
        let name = name.as_string().unwrap_or_default();
        if !Changes::NAMES.contains(&name.as_str()) {
            let expected = format!("one of {}", Changes::NAMES.join(", "));
            return Err(Error::format("options", expected, format!("\"{name}\"")).into());
        }
        if value.is_undefined() {
            continue;
        }
        // To `serde` it would be as if the field were not there.
        if value.is_null() && name != "budget" {
            let words = format!("option {name}: expected a value, found null");
            return Err(JsError::new(&words));
        }
        // Field by field: a visitor for the whole record would be more code.
        match name.as_str() {
            "preset" => changes.preset = Some(value_of(&name, value)?),
            "layers" => changes.layers = Some(layers(&name, value)?),
            "activation" => changes.activation = Some(value_of(&name, value)?),
            "cost" => changes.cost = Some(value_of(&name, value)?),
            "optimizer" => changes.optimizer = Some(value_of(&name, value)?),
            "learningRate" => changes.learning_rate = Some(value_of(&name, value)?),
            "schedule" => changes.schedule = Some(value_of(&name, value)?),
            "budget" => changes.budget = Some(value_of(&name, value)?),
            "average" => changes.average = Some(value_of(&name, value)?),
            "batchSize" => changes.batch_size = Some(value_of(&name, value)?),
            "seed" => changes.seed = Some(value_of(&name, value)?),
            "straighten" => changes.straighten = Some(value_of(&name, value)?),
            "augment" => changes.augment = Some(value_of(&name, value)?),
            "labels" => changes.labels = Some(value_of(&name, value)?),
            "trainingExamples" => changes.training_examples = Some(value_of(&name, value)?),
            _ => unreachable!("all names are taken"),
        }
    }
    Ok(changes)
}

/// The value of one option.
fn value_of<T: DeserializeOwned>(name: &str, value: JsValue) -> Result<T> {
    serde_wasm_bindgen::from_value(value)
        .map_err(|error| JsError::new(&format!("option {name}: {}", plain(&error.to_string()))))
}

/// Hidden layers: `serde` would ask a string for its entries and fail without a word on what it expected.
fn layers(name: &str, value: JsValue) -> Result<Vec<usize>> {
    if !Array::is_array(&value) {
        let found = shown(&value);
        return Err(Error::option("layers", "an array of sizes such as [16, 16]", found).into());
    }
    value_of(name, value)
}

/// What `serde` calls by the names of types, which mean nothing to who types into a console.
const PLAIN: [(&str, &str); 3] = [
    ("usize", "a whole number"),
    ("u32", "a whole number from 0 to 4294967295"),
    ("f64", "a number"),
];

/// A refusal by `serde`, which ends with what was expected.
fn plain(words: &str) -> String {
    let words = words.strip_prefix("Error: ").unwrap_or(words);
    for (name, meaning) in PLAIN {
        if let Some(start) = words.strip_suffix(name) {
            return [start, meaning].concat();
        }
    }
    words.to_owned()
}

/// A value as one would type it.
fn shown(value: &JsValue) -> String {
    let written = JSON::stringify(value).ok();
    let written = written.and_then(|text| text.as_string());
    written.unwrap_or_else(|| "something else".to_owned())
}
