//! Questions about single examples: how each was read, which resemble an input.

use serde::Serialize;

use super::evaluate::{Reading, readings};
use super::{Trainer, shown};
use crate::Error;
use crate::data::views::Views;
use crate::data::{PIXELS, Part, prepare};
use crate::kernels::sparse::SparseRows;
use crate::network::{Pass, largest};

/// A training example that resembles an input.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Near {
    /// Its place among the training examples.
    pub index: usize,
    /// What the network was told that it is.
    pub label: u8,
    /// Cosine of the angle between the two as lists of pixels: 1 for the same picture, 0 without a common pixel.
    pub cosine: f32,
}

impl Trainer {
    /// How the network to read with reads the first `limit` examples of a part; mean cost and readings.
    ///
    /// * `limit`: how many at most, 0 for all
    /// * `views`: where they are given, outputs are averaged over them
    #[must_use]
    pub fn readings(
        &mut self,
        part: Part,
        limit: usize,
        views: Option<&mut Views>,
    ) -> (f64, Vec<Reading>) {
        let (inputs, labels, limit) = shown(&self.split, &self.labels, part, limit);
        let reader = self.state.reader();
        readings(reader, inputs, labels, limit, &mut self.pass, views)
    }

    /// How the network reads images that are not part of the data set.
    ///
    /// * `images`: `[labels, PIXELS]`, 0 to 255, ink high
    ///
    /// # Errors
    /// If the lengths do not fit.
    pub fn readings_of(
        &mut self,
        images: &[u8],
        labels: &[u8],
        views: Option<&mut Views>,
    ) -> Result<Vec<Reading>, Error> {
        Error::check_length("pixels of all images", labels.len() * PIXELS, images.len())?;
        let mut inputs = SparseRows::new(PIXELS);
        for image in images.as_chunks().0 {
            inputs.push(&prepare(image, self.options.straighten));
        }
        let reader = self.reader();
        let mut pass = Pass::new(reader.sizes());
        Ok(readings(reader, &inputs, labels, labels.len(), &mut pass, views).1)
    }

    /// The training examples that look most like an input, as the network sees both.
    ///
    /// * `input`: `[PIXELS]`
    ///
    /// # Errors
    /// If the input has another length.
    pub fn nearest(&self, input: &[f32], count: usize) -> Result<Vec<Near>, Error> {
        let rows = &self.split.train.inputs;
        Error::check_length("input", rows.width(), input.len())?;
        let own = norm(input.iter().copied());
        let cosines: Vec<f32> = (0..self.labels.len())
            .map(|row| {
                let (columns, levels) = rows.row(row);
                let (columns, levels) = (columns.as_flattened(), levels.as_flattened());
                let product: f32 = columns
                    .iter()
                    .zip(levels)
                    .map(|(&column, &level)| input[usize::from(column)] * f32::from(level))
                    .sum();
                let lengths = own * norm(levels.iter().map(|&level| f32::from(level)));
                // Images of 0 to 1 have no negative product; an empty one resembles nothing.
                if lengths > 0.0 {
                    product / lengths
                } else {
                    0.0
                }
            })
            .collect();
        Ok(largest(&cosines, count)
            .into_iter()
            .map(|index| Near {
                index,
                label: self.labels[index],
                cosine: cosines[index],
            })
            .collect())
    }

    /// Which training examples the coming step learns from, in order.
    #[must_use]
    pub fn coming(&self) -> &[u32] {
        self.state.batches.current(self.options.batch_size)
    }

    /// What the network is told that a training example is.
    ///
    /// # Errors
    /// If there is no such example.
    pub fn told(&self, index: usize) -> Result<u8, Error> {
        let label = self.labels.get(index).copied();
        label.ok_or_else(|| no_example(index, self.labels.len()))
    }

    /// A training example as the network sees it, `[PIXELS]`.
    ///
    /// # Errors
    /// If there is no such example.
    pub fn training_input(&self, index: usize, out: &mut [f32; PIXELS]) -> Result<(), Error> {
        let rows = &self.split.train.inputs;
        if index >= rows.len() {
            return Err(no_example(index, rows.len()));
        }
        rows.write(index, out);
        Ok(())
    }
}

fn no_example(index: usize, examples: usize) -> Error {
    Error::option(
        "index",
        format!("an image from 0 to {}", examples - 1),
        index,
    )
}

fn norm(numbers: impl Iterator<Item = f32>) -> f32 {
    numbers.map(|x| x * x).sum::<f32>().sqrt()
}
