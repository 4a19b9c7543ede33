//! Between the core's values and JavaScript's.

use js_sys::{Float32Array, Object};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::Result;
use crate::Error;
use crate::data::Part;

/// The part of a data set that a name means.
pub(super) fn part(set: &str) -> Result<Part> {
    match set {
        "train" => Ok(Part::Train),
        "test" => Ok(Part::Test),
        other => {
            let found = format!("\"{other}\"");
            Err(Error::option("set", "\"test\" or \"train\"", found).into())
        }
    }
}

/// A record as a plain object; large counts as plain numbers.
pub(super) fn to_js(record: &impl Serialize) -> Result<JsValue> {
    let serializer = serde_wasm_bindgen::Serializer::new()
        .serialize_maps_as_objects(true)
        .serialize_missing_as_null(true);
    Ok(record.serialize(&serializer)?)
}

/// Two records as one plain object. What `serde` makes of a record within a record is more code.
pub(super) fn both(first: &impl Serialize, second: &impl Serialize) -> Result<JsValue> {
    let (first, second) = (to_js(first)?, to_js(second)?);
    Ok(Object::assign(
        first.unchecked_ref::<Object>(),
        second.unchecked_ref::<Object>(),
    )
    .into())
}

/// The numbers of an array of fixed length.
pub(super) fn read<const N: usize>(what: &'static str, array: &Float32Array) -> Result<[f32; N]> {
    Error::check_length(what, N, array.length() as usize)?;
    let mut values = [0.0; N];
    array.copy_to(&mut values);
    Ok(values)
}

/// Copies numbers into an array of the caller's.
pub(super) fn write(array: &Float32Array, values: &[f32]) -> Result<()> {
    Error::check_length(
        "array for the result",
        values.len(),
        array.length() as usize,
    )?;
    array.copy_from(values);
    Ok(())
}
