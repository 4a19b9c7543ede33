//! Augmented images made ahead by another worker, for JavaScript.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::convert::to_js;
use super::{Result, Session};
use crate::train;

/// Where a batch begins.
#[derive(Serialize)]
struct Place {
    epoch: u32,
    position: usize,
}

/// Makes images ahead of a session, in another worker.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Preparer(train::Preparer);

#[wasm_bindgen]
impl Preparer {
    /// * `images`: as [`Session::images_to_augment`] gave them
    /// * `straightened`, `seed`: the options of the session
    ///
    /// # Errors
    /// If the images are not whole.
    #[wasm_bindgen(constructor)]
    pub fn new(images: &[u8], straightened: bool, seed: u32) -> Result<Self> {
        Ok(Self(train::Preparer::new(images, straightened, seed)?))
    }

    /// The images from a place in the order of an epoch on, for [`Session::take_ahead`].
    #[must_use]
    pub fn make(&mut self, epoch: u32, position: usize, count: usize) -> Vec<u8> {
        self.0.make(epoch, position, count)
    }
}

#[wasm_bindgen]
impl Session {
    /// What a [`Preparer`] needs of this run: its images, or nothing if they are not augmented.
    #[must_use]
    pub fn images_to_augment(&self) -> Option<Vec<u8>> {
        self.trainer.images_to_augment()
    }

    /// Where the batch begins that comes after so many others.
    ///
    /// # Errors
    /// Never in practice.
    pub fn batch_after(&self, batches: usize) -> Result<JsValue> {
        let (epoch, position) = self.trainer.batch_after(batches);
        to_js(&Place { epoch, position })
    }

    /// Takes images made ahead for the places from `position` on in the order of an epoch.
    ///
    /// # Errors
    /// If the bytes are not such images, or this run does not augment.
    pub fn take_ahead(&mut self, epoch: u32, position: usize, bytes: &[u8]) -> Result<()> {
        Ok(self.trainer.take_ahead(epoch, position, bytes)?)
    }

    /// How many images made ahead are waiting.
    #[must_use]
    pub fn ahead(&self) -> usize {
        self.trainer.ahead()
    }
}
