//! A visitor's own labelled drawings: a small test set, or more to learn from.

use super::{CLASSES, Dataset, MAX_EXAMPLES, PIXELS, Part, levels_of};
use crate::Error;
use crate::digit::strokes::{self, Point};

/// Each drawing that is learnt from counts as so many images: among thousands a handful of single ones would hardly
/// be heard, and augmentation changes each of them in another way.
pub const COPIES: usize = 10;
/// The most drawings that are kept.
pub const MAX_DRAWINGS: usize = 1_000;

/// Labelled drawings, drawn as images of the data set's kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawings {
    images: Vec<u8>,
    labels: Vec<u8>,
}

impl Drawings {
    /// Adds a drawing.
    ///
    /// # Errors
    /// If nothing is drawn, the label is no digit, a coordinate is not finite or there are too many drawings or points.
    pub fn push(&mut self, strokes: &[Vec<Point>], label: u8) -> Result<(), Error> {
        const WHAT: &str = "drawings";
        let place = self.labels.len();
        if place >= MAX_DRAWINGS {
            let expected = format!("at most {MAX_DRAWINGS}");
            return Err(Error::format(WHAT, expected, format!("{}", place + 1)));
        }
        if usize::from(label) >= CLASSES {
            let found = format!("{label} for drawing {place}");
            return Err(Error::format(WHAT, "labels 0 to 9", found));
        }
        let mut ink = [0.0; PIXELS];
        if !strokes::draw(strokes, &mut ink)? {
            let found = format!("none in drawing {place}");
            return Err(Error::format(WHAT, "strokes", found));
        }
        self.images.extend(levels_of(&ink));
        self.labels.push(label);
        Ok(())
    }

    /// `[drawings, PIXELS]`, 0 to 255, ink high.
    #[must_use]
    pub fn images(&self) -> &[u8] {
        &self.images
    }

    /// The digit of each.
    #[must_use]
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }
}

impl Dataset {
    /// The same data with drawings behind the training images, [`COPIES`] times each.
    ///
    /// # Errors
    /// If that is more than a data set may hold.
    pub fn with(&self, drawings: &Drawings) -> Result<Self, Error> {
        let more = COPIES * drawings.labels.len();
        if self.labels.len() + more > MAX_EXAMPLES {
            let expected = format!("at most {MAX_EXAMPLES} images");
            let found = format!("{} and {more} of drawings", self.labels.len());
            return Err(Error::format("data set", expected, found));
        }
        let train = self.len(Part::Train);
        let (images, unseen) = self.images.split_at(train * PIXELS);
        let (labels, unseen_labels) = self.labels.split_at(train);
        Self::new(
            [images, &drawings.images.repeat(COPIES), unseen].concat(),
            [labels, &drawings.labels.repeat(COPIES), unseen_labels].concat(),
            train + more,
            self.provenance.clone(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seven() -> Vec<Vec<Point>> {
        vec![vec![[0.0, 0.0], [10.0, 0.0], [5.0, 18.0]]]
    }

    #[test]
    fn drawings_join_the_training_images_and_leave_the_unseen_ones_alone() {
        let images: Vec<u8> = (0..4_u8).flat_map(|k| [k; PIXELS]).collect();
        let data = Dataset::new(images, vec![0, 1, 2, 3], 3, "me".into()).unwrap();
        let mut drawings = Drawings::default();
        drawings.push(&seven(), 7).unwrap();
        let more = data.with(&drawings).unwrap();
        assert_eq!(more.len(Part::Train), 3 + COPIES);
        assert_eq!(more.len(Part::Test), 1);
        assert_eq!(more.example(Part::Train, 2), data.example(Part::Train, 2));
        assert_eq!(more.example(Part::Test, 0), data.example(Part::Test, 0));
        for copy in 3..3 + COPIES {
            let (image, label) = more.example(Part::Train, copy).unwrap();
            assert_eq!((image, label), (drawings.images(), 7));
        }
        assert!(drawings.images().contains(&255));
        assert_eq!(more.provenance(), "me");
    }

    #[test]
    fn what_is_no_labelled_drawing_is_refused() {
        let mut drawings = Drawings::default();
        let message = |result: Result<(), Error>| result.unwrap_err().to_string();
        assert_eq!(
            message(drawings.push(&[], 1)),
            "drawings: expected strokes, found none in drawing 0"
        );
        assert_eq!(
            message(drawings.push(&seven(), 10)),
            "drawings: expected labels 0 to 9, found 10 for drawing 0"
        );
        assert!(drawings.push(&[vec![[f64::NAN, 0.0]]], 1).is_err());
        assert_eq!(drawings, Drawings::default());
    }

    #[test]
    fn a_full_data_set_takes_no_more() {
        let mut drawings = Drawings::default();
        drawings.push(&seven(), 7).unwrap();
        for (room, fits) in [(COPIES, true), (COPIES - 1, false)] {
            let count = MAX_EXAMPLES - room;
            let images = vec![0; count * PIXELS];
            let data = Dataset::new(images, vec![0; count], 60_000, String::new());
            assert_eq!(data.unwrap().with(&drawings).is_ok(), fits, "{room}");
        }
    }

    #[test]
    fn no_more_drawings_are_kept_than_promised() {
        let mut drawings = Drawings {
            images: vec![0; (MAX_DRAWINGS - 1) * PIXELS],
            labels: vec![0; MAX_DRAWINGS - 1],
        };
        drawings.push(&seven(), 7).unwrap();
        assert_eq!(
            drawings.push(&seven(), 7).unwrap_err().to_string(),
            "drawings: expected at most 1000, found 1001"
        );
        assert_eq!(drawings.labels().len(), MAX_DRAWINGS);
    }
}
