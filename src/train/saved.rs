//! A run as bytes: everything it takes to go on as if it had never stopped.

use serde::{Deserialize, Serialize};

use super::optimizer::{Memory, Powers};
use super::options::Options;
use super::{Batches, State, Trainer};
use crate::Error;
use crate::data::{Dataset, Examples, Part, checksum};
use crate::network::Parameters;

const WHAT: &str = "saved run";
/// The first bytes of a saved run; the digit is the version of what follows.
const MAGIC: [u8; 8] = *b"descent3";

/// What is saved, behind the magic bytes and before a CRC-32 of itself.
#[derive(Serialize, Deserialize)]
struct Saved {
    options: Options,
    /// [`marks`] of the training examples: a run goes on with the data it was begun with.
    data: [u32; 2],
    parameters: Vec<f32>,
    average: Option<Vec<f32>>,
    velocity: Option<Vec<f32>>,
    moments: Option<(Vec<f32>, Vec<f32>, Powers)>,
    epoch: u32,
    position: usize,
    step: u32,
    examples: u64,
}

impl Trainer {
    /// The whole run as bytes.
    ///
    /// # Errors
    /// [`Error::Diverged`] as [`settle`](Self::settle).
    pub fn save(&mut self) -> Result<Vec<u8>, Error> {
        self.settle()?;
        let data = *self.marks.get_or_insert_with(|| marks(&self.split.train));
        let state = &self.state;
        let (mut velocity, mut moments) = (None, None);
        match &state.memory {
            Memory::None => {}
            Memory::Velocity(v) => velocity = Some(v.to_vec()),
            Memory::Moments {
                mean,
                square,
                powers,
            } => moments = Some((mean.to_vec(), square.to_vec(), *powers)),
        }
        let saved = Saved {
            options: self.options.clone(),
            data,
            parameters: state.network.parameters.to_vec(),
            average: state
                .average
                .as_ref()
                .map(|average| average.parameters.to_vec()),
            velocity,
            moments,
            epoch: state.batches.epoch(),
            position: state.batches.position(),
            step: state.step,
            examples: state.examples,
        };
        let mut bytes = MAGIC.to_vec();
        bytes.extend(postcard::to_allocvec(&saved).expect("plain numbers can be written"));
        bytes.extend(checksum(&bytes).to_le_bytes());
        Ok(bytes)
    }

    /// A run as it was saved.
    ///
    /// # Errors
    /// If the bytes are no whole, undamaged saved run, or it was begun with other data.
    pub fn restore(data: &Dataset, bytes: &[u8]) -> Result<Self, Error> {
        if !bytes.starts_with(&MAGIC) {
            let expected = format!("a file that begins with \"{}\"", MAGIC.escape_ascii());
            let found = format!("\"{}\"", bytes[..bytes.len().min(8)].escape_ascii());
            return Err(Error::format(WHAT, expected, found));
        }
        let damaged = || {
            let found = format!("{} bytes that break off or are damaged", bytes.len());
            Error::format(WHAT, "a whole saved run", found)
        };
        let (body, seal) = bytes.split_last_chunk::<4>().ok_or_else(damaged)?;
        if checksum(body) != u32::from_le_bytes(*seal) || body.len() < MAGIC.len() {
            return Err(damaged());
        }
        let saved: Saved = postcard::from_bytes(&body[MAGIC.len()..]).map_err(|_| damaged())?;
        // Before the options, which other data may not have the examples for.
        if marks(&data.examples(saved.options.straighten).train) != saved.data {
            let expected = "the data that the run was begun with";
            let found = format!("other data of {} training examples", data.len(Part::Train));
            return Err(Error::format(WHAT, expected, found));
        }
        let mut trainer = Self::new(data, saved.options)?;
        let sizes = trainer.network().sizes().to_vec();
        let read = |values: &[f32]| {
            let mut parameters = Parameters::zeros(&sizes);
            parameters.read(values).map(|()| parameters)
        };
        let network = |values: &[f32]| {
            let mut network = trainer.state.network.clone();
            network.parameters.read(values).map(|()| network)
        };
        trainer.state = State {
            average: saved.average.as_deref().map(network).transpose()?,
            network: network(&saved.parameters)?,
            memory: match (&saved.velocity, &saved.moments) {
                (Some(velocity), _) => Memory::Velocity(read(velocity)?),
                (_, Some((mean, square, powers))) => Memory::Moments {
                    mean: read(mean)?,
                    square: read(square)?,
                    powers: *powers,
                },
                _ => Memory::None,
            },
            batches: Batches::resume(
                trainer.options.training_examples,
                trainer.options.seed,
                saved.epoch,
                saved.position,
            ),
            step: saved.step,
            examples: saved.examples,
        };
        trainer.marks = Some(saved.data);
        trainer.begin_here();
        Ok(trainer)
    }
}

/// What examples are known by: checksums of their labels and of all levels that are not zero.
fn marks(examples: &Examples) -> [u32; 2] {
    [&examples.labels[..], examples.inputs.levels_of_all()].map(checksum)
}
