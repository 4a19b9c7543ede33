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
    /// Of each optimizer.
    safe_rates: [f64; Optimizer::ALL.len()],
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
        safe_rates: Optimizer::ALL.map(Optimizer::safe_rate),
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
        let Some(&name) = Changes::NAMES.iter().find(|known| **known == name) else {
            let expected = format!("one of {}", Changes::NAMES.join(", "));
            return Err(Error::format("options", expected, format!("\"{name}\"")).into());
        };
        if value.is_undefined() {
            continue;
        }
        // To `serde` it would be as if the field were not there.
        if value.is_null() && name != "budget" {
            return Err(refused(name, "a value", &value));
        }
        // Field by field: a visitor for the whole record would be more code.
        let value = (name, value);
        match value.0 {
            "preset" => changes.preset = Some(choice(value, &Preset::ALL)?),
            "layers" => changes.layers = Some(layers(value)?),
            "activation" => changes.activation = Some(choice(value, &Activation::ALL)?),
            "cost" => changes.cost = Some(choice(value, &Cost::ALL)?),
            "optimizer" => changes.optimizer = Some(choice(value, &Optimizer::ALL)?),
            "learningRate" => changes.learning_rate = Some(value_of(value, "a number")?),
            "schedule" => changes.schedule = Some(choice(value, &Schedule::ALL)?),
            "budget" => changes.budget = Some(value_of(value, BUDGET)?),
            "average" => changes.average = Some(value_of(value, SWITCH)?),
            "batchSize" => changes.batch_size = Some(value_of(value, COUNT)?),
            "seed" => changes.seed = Some(value_of(value, WHOLE)?),
            "straighten" => changes.straighten = Some(value_of(value, SWITCH)?),
            "augment" => changes.augment = Some(value_of(value, SWITCH)?),
            "labels" => changes.labels = Some(value_of(value, LABELS)?),
            "trainingExamples" => changes.training_examples = Some(value_of(value, COUNT)?),
            _ => unreachable!("all names are taken"),
        }
    }
    Ok(changes)
}

const WHOLE: &str = "a whole number from 0 to 4294967295";
const BUDGET: &str = "a whole number from 1 to 4294967295, or null for none";
const COUNT: &str = "a whole number from 1 on";
const SWITCH: &str = "true or false";
const LABELS: &str = "\"true\", \"shuffled\" or the share to shuffle, 0 to 1";

/// An option's name and its value.
type Given = (&'static str, JsValue);

/// The value of one option. What `serde` says of one that it cannot be is in terms of types, and would be no help.
fn value_of<T: DeserializeOwned>((name, value): Given, expected: &str) -> Result<T> {
    serde_wasm_bindgen::from_value(value.clone()).map_err(|_| refused(name, expected, &value))
}

/// The value of an option that is one of several: found by its name, as a visitor for each kind would be more code.
fn choice<T: Copy + Serialize>(given: Given, all: &[T]) -> Result<T> {
    Ok(all[place_among(to_js(&all)?.unchecked_ref(), given)?])
}

fn place_among(names: &Array, (name, value): Given) -> Result<usize> {
    usize::try_from(names.index_of(&value, 0))
        .map_err(|_| refused(name, &format!("one of {}", shown(names)), &value))
}

/// Hidden layers: `serde` would take a string for an array of its letters.
fn layers((name, value): Given) -> Result<Vec<usize>> {
    let expected = "an array of sizes such as [16, 16]";
    if !Array::is_array(&value) {
        return Err(refused(name, expected, &value));
    }
    value_of((name, value), expected)
}

fn refused(name: &'static str, expected: &str, value: &JsValue) -> JsError {
    Error::option(name, expected, shown(value)).into()
}

/// A value as one would type it.
fn shown(value: &JsValue) -> String {
    // `JSON` would write null in place of it.
    if let Some(number) = value.as_f64().filter(|number| !number.is_finite()) {
        return number.to_string();
    }
    let written = JSON::stringify(value).ok();
    let written = written.and_then(|text| text.as_string());
    written.unwrap_or_else(|| "something else".to_owned())
}
