//! Training images changed a little, fresh each time one is seen: which change an image gets when, and images made ahead.

use std::ops::Range;

use super::change::{Change, Strengths, Warp};
use super::ink::{Ink, touch};
use super::{Examples, PIXELS};
use crate::Error;
use crate::kernels::sparse::SparseRows;
use crate::random::{Random, Stream};

/// Changes images, each in a way that follows from seed, epoch and example alone.
#[derive(Clone, Debug)]
pub(super) struct Changer {
    strengths: Strengths,
    /// The last one.
    change: Change,
    warp: Warp,
}

impl Changer {
    pub(super) fn new(straightened: bool, examples: usize) -> Self {
        Self {
            strengths: Strengths::suited(straightened, examples),
            change: Change::NONE,
            warp: Warp::new(),
        }
    }

    /// The changed image goes into `levels`, grey levels.
    pub(super) fn change(
        &mut self,
        ink: &Ink,
        example: u32,
        seed: u32,
        epoch: u32,
        levels: &mut [u8; PIXELS],
    ) {
        let mut random = Random::new(seed, Stream::Augmentation { epoch, example });
        self.change.draw(&self.strengths, &mut random);
        self.warp.apply(ink, &self.change, levels);
    }
}

/// Neighbours that lie side by side, so that they are fetched fast: as many as the order of an epoch leaves together.
pub const TOGETHER: usize = 96;

/// Makes the images of one batch, or takes them from those that were made ahead.
#[derive(Clone, Debug)]
pub struct Augmenter {
    changer: Changer,
    /// The examples as bytes, so many [`TOGETHER`], from the first time that one of them is changed here.
    inks: Vec<Vec<Ink>>,
    inputs: SparseRows,
    labels: Vec<u8>,
    /// 0, 1, 2 ...: all rows of `inputs`.
    rows: Vec<u32>,
    /// Epoch and examples of the batch at hand, so that it is made once, not each time it is looked at.
    made: Option<(u32, Vec<u32>)>,
    /// In the order in which they will be needed.
    ahead: Vec<Ahead>,
}

/// Changed images of neighbouring places in the order of an epoch, made before they are needed.
#[derive(Clone, Debug)]
pub struct Ahead {
    /// Epochs before it.
    pub epoch: u32,
    /// Its first place in the order of the epoch.
    pub position: usize,
    /// Whole images, `[places, PIXELS]` grey levels.
    pub images: Vec<u8>,
}

impl Augmenter {
    /// * `straightened`: whether the images went through straightening
    /// * `examples`: how many there are
    #[must_use]
    pub fn new(straightened: bool, examples: usize) -> Self {
        Self {
            changer: Changer::new(straightened, examples),
            inks: Vec::new(),
            inputs: SparseRows::new(PIXELS),
            labels: Vec::new(),
            rows: Vec::new(),
            made: None,
            ahead: Vec::new(),
        }
    }

    /// Prepares a batch of the chosen examples.
    ///
    /// * `told`: the labels of all examples
    /// * `epoch`: epochs that are complete; with `seed` it decides the changes
    /// * `position`: of the first chosen example in the order of the epoch
    pub fn prepare(
        &mut self,
        examples: &Examples,
        told: &[u8],
        chosen: &[u32],
        seed: u32,
        (epoch, position): (u32, usize),
    ) {
        if let Some((made, rows)) = &self.made
            && *made == epoch
            && rows == chosen
        {
            return;
        }
        let blocks = examples.len().div_ceil(TOGETHER);
        self.inks.resize_with(blocks, Vec::new);
        self.inputs.clear();
        self.labels.clear();
        self.rows.clear();
        // What lies before the batch has been passed.
        let passed =
            |ahead: &Ahead| (ahead.epoch, ahead.position + ahead.len()) <= (epoch, position);
        while self.ahead.first().is_some_and(passed) {
            self.ahead.remove(0);
        }
        for ((row, position), &example) in (0..).zip(position..).zip(chosen) {
            let ahead = self
                .ahead
                .iter()
                .find_map(|ahead| ahead.at(epoch, position));
            if let Some(levels) = ahead {
                self.inputs.push(levels);
            } else {
                let (block, place) = (example as usize / TOGETHER, example as usize % TOGETHER);
                let inks = &mut self.inks[block];
                if inks.is_empty() {
                    let end = ((block + 1) * TOGETHER).min(examples.len());
                    let rows = block * TOGETHER..end;
                    *inks = rows.map(|row| Ink::new(&examples.inputs, row)).collect();
                }
                let ink = &inks[place];
                let mut levels = [0; PIXELS];
                self.changer.change(ink, example, seed, epoch, &mut levels);
                self.inputs.push(&levels);
            }
            self.labels.push(told[example as usize]);
            self.rows.push(row);
        }
        self.made = Some((epoch, chosen.to_vec()));
    }

    /// Takes images that were made ahead by a [`Maker`] with the same examples and seed. Where they come before others, the
    /// run has gone to another place, and those are forgotten.
    pub fn add_ahead(&mut self, ahead: Ahead) {
        let place = (ahead.epoch, ahead.position);
        if let Some(last) = self.ahead.last()
            && place < (last.epoch, last.position)
        {
            self.ahead.clear();
        }
        self.ahead.push(ahead);
    }

    /// Fetches examples into the cache that will soon be changed here.
    pub fn touch(&self, examples: Range<usize>) {
        if self.ahead.is_empty() {
            let blocks = examples.start / TOGETHER..examples.end.div_ceil(TOGETHER);
            let blocks = self.inks.get(blocks).unwrap_or_default();
            blocks.iter().for_each(|inks| touch(inks));
        }
    }

    /// How many images made ahead are kept: those to come, and those passed that came together with them.
    #[must_use]
    pub fn ahead(&self) -> usize {
        self.ahead.iter().map(Ahead::len).sum()
    }

    /// The batch's images.
    #[must_use]
    pub fn inputs(&self) -> &SparseRows {
        &self.inputs
    }

    /// The batch's labels.
    #[must_use]
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// The batch: all rows of [`inputs`](Self::inputs).
    #[must_use]
    pub fn rows(&self) -> &[u32] {
        &self.rows
    }
}

impl Ahead {
    fn images(&self) -> &[[u8; PIXELS]] {
        self.images.as_chunks().0
    }

    fn len(&self) -> usize {
        self.images().len()
    }

    /// The image of a place, if it is one of these.
    fn at(&self, epoch: u32, position: usize) -> Option<&[u8; PIXELS]> {
        let place = position.checked_sub(self.position)?;
        self.images().get(place).filter(|_| self.epoch == epoch)
    }
}

/// Makes images elsewhere than the [`Augmenter`] that takes them.
#[derive(Clone, Debug)]
pub struct Maker {
    changer: Changer,
    inks: Vec<Ink>,
    seed: u32,
}

impl Maker {
    /// * `images`: `[examples, PIXELS]` grey levels, as [`grey_levels`] tells them
    /// * `straightened`: whether the images went through straightening
    /// * `seed`: the run's
    ///
    /// # Errors
    /// If the levels are not those of whole images.
    pub fn new(images: &[u8], straightened: bool, seed: u32) -> Result<Self, Error> {
        let images = whole_images(images)?;
        Ok(Self {
            changer: Changer::new(straightened, images.len()),
            inks: images.iter().map(Ink::of).collect(),
            seed,
        })
    }

    /// How many examples there are.
    #[must_use]
    pub fn examples(&self) -> usize {
        self.inks.len()
    }

    /// The chosen examples, changed as in this epoch: `[chosen, PIXELS]` grey levels.
    ///
    /// # Panics
    /// If one of them is not an example.
    #[must_use]
    pub fn make(&mut self, chosen: &[u32], epoch: u32) -> Vec<u8> {
        let mut images = vec![0; chosen.len() * PIXELS];
        let (each, _) = images.as_chunks_mut();
        for (&example, levels) in chosen.iter().zip(each) {
            let ink = &self.inks[example as usize];
            self.changer.change(ink, example, self.seed, epoch, levels);
        }
        images
    }
}

/// Grey levels image by image.
///
/// # Errors
/// If there is not one whole image, or there is part of one.
pub fn whole_images(levels: &[u8]) -> Result<&[[u8; PIXELS]], Error> {
    let (images, rest) = levels.as_chunks();
    if rest.is_empty() && !images.is_empty() {
        return Ok(images);
    }
    let found = format!("{} images and {} levels more", images.len(), rest.len());
    Err(Error::format("images", "whole images, one at least", found))
}

/// The first examples as a [`Maker`] wants them: `[examples, PIXELS]` grey levels.
#[must_use]
pub fn grey_levels(inputs: &SparseRows, examples: usize) -> Vec<u8> {
    let mut images = vec![0; examples * PIXELS];
    for (row, image) in images.chunks_exact_mut(PIXELS).enumerate() {
        inputs.levels(row, image);
    }
    images
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_alone_is_changed_anew_in_each_epoch() {
        // Its batch is the same each time: the epoch alone tells one image from the next.
        let levels: [u8; PIXELS] = std::array::from_fn(|place| 255 * u8::from(place % 28 / 4 == 3));
        let mut inputs = SparseRows::new(PIXELS);
        inputs.push(&levels);
        let labels = vec![1];
        let examples = Examples { inputs, labels };
        let mut augmenter = Augmenter::new(true, 1);
        let mut maker = Maker::new(&levels, true, 5).unwrap();
        let mut last = levels.to_vec();
        for epoch in 0..3 {
            augmenter.prepare(&examples, &[1], &[0], 5, (epoch, 0));
            let image = grey_levels(augmenter.inputs(), 1);
            assert_eq!(image, maker.make(&[0], epoch), "epoch {epoch}");
            assert_ne!(image, last, "epoch {epoch}");
            last = image;
        }
    }
}
