//! Augmented images made ahead of training, in another place: what goes there and what comes back.

use super::{Batches, Trainer};
use crate::Error;
use crate::data::augment::{Ahead, Maker, grey_levels, whole_images};

impl Trainer {
    /// The images that are learnt from, for a [`Preparer`]; nothing if they are not augmented.
    ///
    /// `[training examples, PIXELS]` grey levels.
    #[must_use]
    pub fn images_to_augment(&self) -> Option<Vec<u8>> {
        let examples = self.options.training_examples;
        self.augmenter
            .as_ref()
            .map(|_| grey_levels(&self.split.train.inputs, examples))
    }

    /// The batch after so many others: epochs before it, and the place in the order of its epoch where it begins.
    #[must_use]
    pub fn batch_after(&self, batches: usize) -> (u32, usize) {
        let (epoch, position) = (self.state.batches.epoch(), self.state.batches.position());
        let (size, examples) = (self.options.batch_size, self.options.training_examples);
        let left = (examples - position).div_ceil(size);
        if batches < left {
            return (epoch, position + batches * size);
        }
        let whole = examples.div_ceil(size);
        let epochs = u32::try_from((batches - left) / whole).unwrap_or(u32::MAX);
        let epoch = epoch.saturating_add(1).saturating_add(epochs);
        (epoch, (batches - left) % whole * size)
    }

    /// Takes images that a [`Preparer`] made for the places from `position` on. They are not made again; the run is the same,
    /// to the last bit, whether they come or not.
    ///
    /// * `images`: `[places, PIXELS]` grey levels
    ///
    /// # Errors
    /// If the levels are not those of whole images, or this run does not augment.
    pub fn take_ahead(
        &mut self,
        epoch: u32,
        position: usize,
        images: Vec<u8>,
    ) -> Result<(), Error> {
        let Some(augmenter) = &mut self.augmenter else {
            return Err(Error::option("augment", "true", false));
        };
        whole_images(&images)?;
        augmenter.add_ahead(Ahead {
            epoch,
            position,
            images,
        });
        Ok(())
    }

    /// How many images made ahead are waiting.
    #[must_use]
    pub fn ahead(&self) -> usize {
        self.augmenter
            .as_ref()
            .map_or(0, |augmenter| augmenter.ahead())
    }
}

/// Makes the images of neighbouring places in the order of an epoch.
#[derive(Clone, Debug)]
pub struct Preparer {
    maker: Maker,
    seed: u32,
    /// At the beginning of the epoch that was asked for last.
    batches: Batches,
}

impl Preparer {
    /// * `images`: as [`Trainer::images_to_augment`] gave them
    /// * `straightened`, `seed`: the options of the run
    ///
    /// # Errors
    /// If the images are not whole.
    pub fn new(images: &[u8], straightened: bool, seed: u32) -> Result<Self, Error> {
        let maker = Maker::new(images, straightened, seed)?;
        let batches = Batches::new(maker.examples(), seed);
        Ok(Self {
            maker,
            seed,
            batches,
        })
    }

    /// The images for [`Trainer::take_ahead`], `[places, PIXELS]` grey levels.
    ///
    /// * `position`: the first place
    /// * `count`: how many, fewer where the epoch ends
    #[must_use]
    pub fn make(&mut self, epoch: u32, position: usize, count: usize) -> Vec<u8> {
        if self.batches.epoch() != epoch {
            self.batches = Batches::resume(self.maker.examples(), self.seed, epoch, 0);
        }
        let chosen = self.batches.current(position.saturating_add(count));
        let chosen = chosen.get(position..).unwrap_or_default();
        self.maker.make(chosen, epoch)
    }
}
