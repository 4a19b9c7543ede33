//! A run as bytes: everything it takes to go on as if it had never stopped.

use serde::{Deserialize, Serialize};

use super::optimizer::{Memory, Powers};
use super::options::{HIDDEN_LAYERS, NEURONS, Options};
use super::stuck::Watch;
use super::{Batches, Trainer};
use crate::Error;
use crate::data::{CLASSES, Dataset, Examples, PIXELS, Part, checksum};
use crate::network::Parameters;

const WHAT: &str = "saved run";
/// The first bytes of a saved run; the digit is the version of what follows.
const MAGIC: [u8; 8] = *b"descent4";

/// No saved run is longer: the parameters of the largest network, their average and Adam's two moments, four bytes each, and
/// far more than all the rest takes.
pub const SAVED_BYTES: usize = {
    let (layers, neurons) = (HIDDEN_LAYERS.1, NEURONS.1);
    let hidden = (layers - 1) * (neurons + 1) * neurons;
    let parameters = (PIXELS + 1) * neurons + hidden + (neurons + 1) * CLASSES;
    4 * 4 * parameters + 1_000
};

/// What is saved, behind the magic bytes and before a CRC-32 of itself.
#[derive(Serialize, Deserialize)]
struct Saved {
    options: Options,
    /// [`marks`] of the training examples: a run goes on with the data it was begun with.
    data: [u32; 2],
    /// The parameters, their running average if one is kept, what the optimizer remembers of each.
    numbers: Vec<Vec<f32>>,
    /// Adam's.
    powers: Option<Powers>,
    epoch: u32,
    position: usize,
    step: u32,
    examples: u64,
    watch: Watch,
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
        let networks = [Some(&state.network), state.average.as_ref()];
        let parameters = networks.iter().flatten().map(|network| &network.parameters);
        let numbers = parameters.chain(state.memory.parts());
        let saved = Saved {
            options: self.options.clone(),
            data,
            numbers: numbers.map(Parameters::to_vec).collect(),
            powers: match state.memory {
                Memory::Moments { powers, .. } => Some(powers),
                _ => None,
            },
            epoch: state.batches.epoch(),
            position: state.batches.position(),
            step: state.step,
            examples: state.examples,
            watch: state.watch,
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
        let state = &mut trainer.state;
        let average = state
            .average
            .as_mut()
            .map(|average| &mut average.parameters);
        let parameters = [Some(&mut state.network.parameters), average];
        let parts = parameters
            .into_iter()
            .flatten()
            .chain(state.memory.parts_mut());
        let mut numbers = saved.numbers.iter();
        for part in parts {
            part.read(numbers.next().ok_or_else(damaged)?)?;
        }
        if let (Memory::Moments { powers, .. }, Some(saved)) = (&mut state.memory, saved.powers) {
            *powers = saved;
        }
        let Options {
            training_examples,
            seed,
            ..
        } = trainer.options;
        state.batches = Batches::resume(training_examples, seed, saved.epoch, saved.position);
        state.step = saved.step;
        state.examples = saved.examples;
        state.watch = saved.watch;
        trainer.marks = Some(saved.data);
        trainer.begin_here();
        Ok(trainer)
    }
}

/// Checksums that tell one set of examples from another: of their labels, and of all levels that are not zero.
fn marks(examples: &Examples) -> [u32; 2] {
    [&examples.labels[..], examples.inputs.levels_of_all()].map(checksum)
}
