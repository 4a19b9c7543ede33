//! Augmented images made ahead by another worker, for JavaScript.

use wasm_bindgen::prelude::*;

use super::{Result, Session};
use crate::train;

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

    /// Where the batch begins that comes after so many others: the epoch, and the place in its order.
    #[must_use]
    pub fn batch_after(&self, batches: usize) -> Vec<usize> {
        let (epoch, position) = self.trainer.batch_after(batches);
        vec![epoch as usize, position]
    }

    /// Takes images made ahead for the places from `position` on in the order of an epoch.
    ///
    /// # Errors
    /// If the levels are not those of whole images, or this run does not augment.
    pub fn take_ahead(&mut self, epoch: u32, position: usize, images: Vec<u8>) -> Result<()> {
        Ok(self.trainer.take_ahead(epoch, position, images)?)
    }

    /// How many images made ahead are waiting.
    #[must_use]
    pub fn ahead(&self) -> usize {
        self.trainer.ahead()
    }
}
