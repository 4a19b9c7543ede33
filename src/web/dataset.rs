//! What is learnt from, for JavaScript: data sets, and the visitor's drawings.

use std::rc::Rc;

use js_sys::{Float32Array, Float64Array, Function, Uint32Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::Result;
use super::convert::{part, to_js, write};
use crate::Error;
use crate::data::{self, Part, drawings};

/// Labelled images that sessions learn from.
#[wasm_bindgen]
#[derive(Clone, Debug)]
pub struct Dataset(pub(super) Rc<data::Dataset>);

#[derive(Serialize)]
struct Counts {
    train: usize,
    test: usize,
}

#[wasm_bindgen]
impl Dataset {
    /// The data set that the page ships.
    ///
    /// * `progress`: called now and then with the share of the images that is read, 0 to 1
    ///
    /// # Errors
    /// If the bytes are not such a file.
    pub fn packed(bytes: &[u8], progress: Option<Function>) -> Result<Self> {
        /// Images between two calls: a hundredth of a second.
        const OFTEN: usize = 250;
        let all = data::pack::promised(bytes).max(1);
        let data = data::Dataset::from_packed_with(bytes, &mut |images| {
            if let Some(progress) = progress.as_ref().filter(|_| images % OFTEN == 0) {
                // What the listener makes of it is its own business.
                let _ = progress.call1(&JsValue::NULL, &JsValue::from(images as f64 / all as f64));
            }
        })?;
        Ok(Self(Rc::new(data)))
    }

    /// A pair of IDX files, unpacked.
    ///
    /// # Errors
    /// If the bytes are not such files.
    pub fn idx(images: &[u8], labels: &[u8]) -> Result<Self> {
        Ok(Self(Rc::new(data::Dataset::from_idx(images, labels)?)))
    }

    /// How many examples there are to train on, and how many are held back.
    ///
    /// # Errors
    /// Never in practice.
    pub fn counts(&self) -> Result<JsValue> {
        to_js(&Counts {
            train: self.0.len(Part::Train),
            test: self.0.len(Part::Test),
        })
    }

    /// Where the images come from, and their licence.
    #[must_use]
    pub fn provenance(&self) -> String {
        self.0.provenance().to_owned()
    }

    /// One image and its label.
    ///
    /// * `pixels`: `[PIXELS]`, 0 to 255, the result
    ///
    /// # Errors
    /// If there is no such image.
    pub fn example(&self, set: &str, index: usize, pixels: &Float32Array) -> Result<u8> {
        let part = part(set)?;
        let (image, label) = self.0.example(part, index).ok_or_else(|| {
            let last = self.0.len(part) - 1;
            Error::option("index", format!("an image from 0 to {last}"), index)
        })?;
        let image: Vec<f32> = image.iter().map(|&byte| f32::from(byte)).collect();
        write(pixels, &image)?;
        Ok(label)
    }

    /// The same data with drawings among the images to train on.
    ///
    /// # Errors
    /// If that is more than a data set may hold.
    pub fn with(&self, drawings: &Drawings) -> Result<Self> {
        Ok(Self(self.0.with(&drawings.0)?.into()))
    }
}

/// A visitor's labelled drawings.
#[wasm_bindgen]
#[derive(Clone, Debug, Default)]
pub struct Drawings(pub(super) drawings::Drawings);

#[wasm_bindgen]
impl Drawings {
    /// None yet.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// All of them as images of the data set's kind, `[drawings, PIXELS]`, 0 to 255.
    #[must_use]
    pub fn pictures(&self) -> Vec<u8> {
        self.0.images().to_vec()
    }

    /// Adds a drawing: see [`Session::predict_strokes`].
    ///
    /// # Errors
    /// If nothing is drawn, the label is no digit, or there are too many drawings.
    pub fn add(&mut self, points: &Float64Array, lengths: &Uint32Array, label: u8) -> Result<()> {
        Ok(self
            .0
            .push(&super::reading::strokes(points, lengths)?, label)?)
    }
}
