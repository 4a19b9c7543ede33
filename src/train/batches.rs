//! The order in which examples are seen: each epoch in a new seeded order, cut into batches.

use std::ops::Range;

use crate::data::augment::TOGETHER;
use crate::random::{Random, Stream};

/// Neighbouring examples that are moved together.
const BLOCK: usize = TOGETHER;
/// Neighbouring places within which examples are then shuffled freely: few enough to stay in the cache.
const WINDOW: usize = 5 * BLOCK;

/// An endless sequence of batches. Each epoch sees every example once; its last batch takes what is left.
///
/// The order is random to the learner and kind to the cache: blocks of 96 neighbours in random order, then every
/// window of 480 shuffled (a fully random order costs more in cache misses than the whole training step).
#[derive(Clone, Debug)]
pub struct Batches {
    examples: u32,
    seed: u32,
    epoch: u32,
    order: Vec<u32>,
    /// The order before its windows are shuffled: blocks of neighbours in memory.
    laid: Vec<u32>,
    position: usize,
}

impl Batches {
    /// Batches of `examples` examples, from the beginning of an epoch on.
    ///
    /// # Panics
    /// If there are no examples, or 2^32.
    #[must_use]
    pub fn new(examples: usize, seed: u32) -> Self {
        Self::resume(examples, seed, 0, 0)
    }

    /// As left after so many epochs and so many examples of the next.
    pub(crate) fn resume(examples: usize, seed: u32, epoch: u32, position: usize) -> Self {
        assert!(examples > 0, "there is nothing to learn from");
        let mut batches = Self {
            examples: u32::try_from(examples).expect("fewer than 2^32 examples"),
            seed,
            epoch,
            order: Vec::with_capacity(examples),
            laid: Vec::with_capacity(examples),
            position: position.min(examples - 1),
        };
        batches.arrange();
        batches
    }

    /// The batch to come: which examples, at most `size`.
    #[must_use]
    pub fn current(&self, size: usize) -> &[u32] {
        let end = self.position.saturating_add(size).min(self.order.len());
        &self.order[self.position..end]
    }

    /// Goes past the first `used` examples of what [`current`](Self::current) gave.
    pub fn advance(&mut self, used: usize) {
        self.position += used;
        if self.position >= self.order.len() {
            self.position = 0;
            self.epoch += 1;
            self.arrange();
        }
    }

    /// Epochs that are complete.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Examples of this epoch that have been seen.
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    /// The examples of the next window when a batch enters it, block by block as they lie in memory: to be fetched into the
    /// cache, which memory is fastest at in this order.
    ///
    /// * `size`: of the batch to come
    pub fn entered(&self, size: usize) -> impl Iterator<Item = Range<usize>> {
        let window = self.position.next_multiple_of(WINDOW);
        let window = if window < self.position + size {
            let end = (self.position + size).next_multiple_of(WINDOW);
            self.laid
                .get(window..end.min(self.laid.len()))
                .unwrap_or_default()
        } else {
            &[]
        };
        let blocks = window.chunk_by(|before, after| before + 1 == *after);
        blocks.map(|block| block[0] as usize..block[0] as usize + block.len())
    }

    /// The order of the epoch.
    fn arrange(&mut self) {
        let mut random = Random::new(self.seed, Stream::Order(self.epoch));
        let all: Vec<u32> = (0..self.examples).collect();
        let mut blocks: Vec<&[u32]> = all.chunks(BLOCK).collect();
        random.shuffle(&mut blocks);
        self.order.clear();
        blocks.iter().for_each(|block| self.order.extend(*block));
        self.laid.clone_from(&self.order);
        for window in self.order.chunks_mut(WINDOW) {
            random.shuffle(window);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_fetched_once_before_its_window_is_learnt_from() {
        for (examples, size) in [
            (1, 1),
            (1_000, 64),
            (9_000, 10),
            (9_000, 480),
            (9_000, 700),
            (9_000, 1_000),
        ] {
            let mut batches = Batches::new(examples, 4);
            let mut fetched = vec![0; examples];
            while batches.epoch() == 0 {
                for block in batches.entered(size) {
                    fetched[block].iter_mut().for_each(|times| *times += 1);
                }
                let batch = batches.current(size);
                assert!(batch.iter().all(|&example| fetched[example as usize] == 1));
                batches.advance(batch.len());
            }
            assert!(fetched.iter().all(|&times| times == 1));
        }
    }

    #[test]
    fn batches_partition_the_examples_of_each_epoch() {
        for (examples, size) in [
            (1, 1),
            (10, 3),
            (96, 96),
            (1_000, 64),
            (9_000, 10),
            (500, 700),
        ] {
            let mut batches = Batches::new(examples, 4);
            let mut orders = Vec::new();
            for epoch in 0..3 {
                let mut order = Vec::new();
                while batches.epoch() == epoch {
                    let batch = batches.current(size).to_vec();
                    assert!(!batch.is_empty() && batch.len() <= size);
                    batches.advance(batch.len());
                    order.extend(batch);
                }
                let mut sorted = order.clone();
                sorted.sort_unstable();
                assert!(
                    sorted
                        .iter()
                        .copied()
                        .eq(0..u32::try_from(examples).unwrap())
                );
                orders.push(order);
            }
            assert!(examples < 10 || orders[0] != orders[1]);
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_order_also_when_resumed() {
        let mut batches = Batches::new(1_234, 9);
        for _ in 0..150 {
            let used = batches.current(32).len();
            batches.advance(used);
        }
        let resumed = Batches::resume(1_234, 9, batches.epoch(), batches.position());
        assert_eq!(batches.current(32), resumed.current(32));
        assert_ne!(batches.current(32), Batches::new(1_234, 10).current(32));
        // No batch is empty, wherever it is resumed.
        assert_eq!(Batches::resume(1_234, 9, 0, 5_000).current(32).len(), 1);
    }

    #[test]
    fn classes_that_lie_together_are_mixed() {
        // Ten classes one after the other, as files sorted by label have them: a batch still sees several.
        let batches = Batches::new(9_600, 1);
        let classes: std::collections::HashSet<u32> =
            batches.current(480).iter().map(|e| e / 960).collect();
        assert!(classes.len() >= 3, "{classes:?}");
    }
}
