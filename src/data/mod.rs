//! Labelled images of digits: what is trained on, and what is held back to be honest about it.

pub mod augment;
mod change;
mod coder;
pub mod drawings;
pub mod idx;
mod ink;
pub mod pack;
pub mod views;

use std::sync::{Arc, OnceLock};

pub use ink::{ink_of, levels_of};

use crate::Error;
use crate::digit::straighten;
use crate::kernels::sparse::SparseRows;

/// Pixels along one side of an image.
pub const IMAGE_SIDE: usize = 28;
/// Pixels of an image, row by row from the top left.
pub const PIXELS: usize = IMAGE_SIDE * IMAGE_SIDE;
/// Different digits.
pub const CLASSES: usize = 10;
/// The most images that a data set may hold: MNIST's 60,000 and 10,000 together.
pub const MAX_EXAMPLES: usize = 70_000;

/// Examples as the network takes them in.
#[derive(Clone, Debug)]
pub struct Examples {
    /// Inputs, a row of [`PIXELS`] for each example (other widths for other problems).
    pub inputs: SparseRows,
    /// The wanted output of each example.
    pub labels: Vec<u8>,
}

impl Examples {
    /// Number of examples.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }
}

/// Both halves of a data set, prepared in one way.
#[derive(Clone, Debug)]
pub struct Split {
    /// What the network learns from.
    pub train: Arc<Examples>,
    /// What it never learns from.
    pub test: Arc<Examples>,
}

/// Which half of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What the network learns from.
    Train,
    /// What it never learns from.
    Test,
}

/// Labelled 28x28 images; the first `train` are learnt from, the rest are held back.
#[derive(Debug)]
pub struct Dataset {
    images: Vec<u8>,
    labels: Vec<u8>,
    train: usize,
    provenance: String,
    plain: OnceLock<Split>,
    straightened: OnceLock<Split>,
}

impl Dataset {
    /// From images and labels in memory.
    ///
    /// * `images`: `[examples * PIXELS]`, 0 to 255, ink high
    /// * `labels`: `[examples]`, 0 to 9
    /// * `train`: how many are learnt from
    ///
    /// # Errors
    /// If the counts do not fit together, there are too few or too many examples, or a label is no digit.
    pub fn new(
        images: Vec<u8>,
        labels: Vec<u8>,
        train: usize,
        provenance: String,
    ) -> Result<Self, Error> {
        Error::check_length("pixels of all images", labels.len() * PIXELS, images.len())?;
        if !(2..=MAX_EXAMPLES).contains(&labels.len()) {
            let expected = format!("2 to {MAX_EXAMPLES} images");
            return Err(Error::format(
                "data set",
                expected,
                labels.len().to_string(),
            ));
        }
        if train == 0 || train >= labels.len() {
            let expected = format!("1 to {} images to train on", labels.len() - 1);
            return Err(Error::format("data set", expected, train.to_string()));
        }
        if let Some(place) = labels.iter().position(|&l| usize::from(l) >= CLASSES) {
            let found = format!("{} for image {place}", labels[place]);
            return Err(Error::format("labels", "digits 0 to 9", found));
        }
        Ok(Self {
            images,
            labels,
            train,
            provenance,
            plain: OnceLock::new(),
            straightened: OnceLock::new(),
        })
    }

    /// From the packed file that the page ships.
    ///
    /// # Errors
    /// If the bytes are not a whole, undamaged file of the format that [`pack`] describes.
    pub fn from_packed(bytes: &[u8]) -> Result<Self, Error> {
        Self::from_packed_with(bytes, &mut |_| {})
    }

    /// As [`from_packed`](Self::from_packed), telling `progress` after each image how many are read.
    ///
    /// # Errors
    /// As there.
    pub fn from_packed_with(bytes: &[u8], progress: &mut dyn FnMut(usize)) -> Result<Self, Error> {
        let packed = pack::decode_with(bytes, progress)?;
        Self::new(
            packed.images,
            packed.labels,
            packed.train,
            packed.provenance,
        )
    }

    /// From a pair of IDX files, plain or gzip; the last sixth, but at most 10,000 images, is held back
    /// (of MNIST's 60,000 the last 10,000).
    ///
    /// # Errors
    /// If a file is no IDX file of 28x28 images or of labels 0 to 9, or their counts differ.
    pub fn from_idx(images: &[u8], labels: &[u8]) -> Result<Self, Error> {
        let images = idx::images(images)?;
        let labels = idx::labels(labels)?;
        if images.len() != labels.len() * PIXELS {
            let expected = format!("one label for each of the {} images", images.len() / PIXELS);
            return Err(Error::format(
                "IDX labels",
                expected,
                format!("{} labels", labels.len()),
            ));
        }
        let held_back = labels.len().div_ceil(6).min(10_000);
        let train = labels.len().saturating_sub(held_back);
        Self::new(
            images,
            labels,
            train,
            "files chosen by the visitor".to_owned(),
        )
    }

    /// Number of examples in a part.
    #[must_use]
    pub fn len(&self, part: Part) -> usize {
        self.range(part).len()
    }

    /// Where the images come from, and their licence.
    #[must_use]
    pub fn provenance(&self) -> &str {
        &self.provenance
    }

    /// One image, `[PIXELS]`, and its label; none beyond the end.
    #[must_use]
    pub fn example(&self, part: Part, index: usize) -> Option<(&[u8], u8)> {
        let at = self.range(part).nth(index)?;
        Some((&self.images[at * PIXELS..][..PIXELS], self.labels[at]))
    }

    /// Both parts as the network takes them in, straightened or as they are. Made once, when first asked for.
    #[must_use]
    pub fn examples(&self, straighten: bool) -> &Split {
        let cell = if straighten {
            &self.straightened
        } else {
            &self.plain
        };
        cell.get_or_init(|| Split {
            train: Arc::new(self.prepare(Part::Train, straighten)),
            test: Arc::new(self.prepare(Part::Test, straighten)),
        })
    }

    fn prepare(&self, part: Part, straighten: bool) -> Examples {
        let mut inputs = SparseRows::new(PIXELS);
        let images = self.images.as_chunks::<PIXELS>().0;
        for image in &images[self.range(part)] {
            inputs.push(&prepare(image, straighten));
        }
        Examples {
            inputs,
            labels: self.labels[self.range(part)].to_vec(),
        }
    }

    fn range(&self, part: Part) -> std::ops::Range<usize> {
        match part {
            Part::Train => 0..self.train,
            Part::Test => self.train..self.labels.len(),
        }
    }
}

/// An image of grey levels as the network takes it in, straightened or not.
#[must_use]
pub fn prepare(image: &[u8; PIXELS], straighten: bool) -> [u8; PIXELS] {
    if straighten {
        prepare_ink(&ink_of(image), true)
    } else {
        *image
    }
}

/// CRC-32 as gzip and PNG have it.
pub(crate) fn checksum(bytes: &[u8]) -> u32 {
    // Its table is made anew: sooner done than a kilobyte, which nothing compresses, is downloaded.
    crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC).checksum(bytes)
}

/// Ink of 0 to 1 as the network takes it in, straightened or not: 0 to 255.
#[must_use]
pub fn prepare_ink(ink: &[f32; PIXELS], straighten: bool) -> [u8; PIXELS] {
    if !straighten {
        return levels_of(ink);
    }
    let mut straightened = [0.0; PIXELS];
    straighten::straighten(ink, &mut straightened);
    levels_of(&straightened)
}
