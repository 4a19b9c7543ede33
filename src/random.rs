//! The seeded generator: the same seed gives the same numbers natively and in every browser.
//!
//! Always passed in, never global.

/// xoshiro128++ (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021),
/// seeded through SplitMix64 as its authors advise.
#[derive(Clone, Debug)]
pub struct Random {
    state: [u32; 4],
}

/// What a generator is used for. Two streams of one seed are independent, so a longer
/// initialisation never changes the order of the batches.
#[derive(Clone, Copy, Debug)]
pub enum Stream {
    /// First weights.
    Parameters,
    /// Order of the training examples in one epoch, counted from 0.
    Order(u32),
    /// Shuffled labels.
    Labels,
    /// Changes made to one training example in one epoch.
    Augmentation {
        /// The epoch, counted from 0.
        epoch: u32,
        /// The example's place in the training set.
        example: u32,
    },
    /// Pictures of raw noise.
    Noise,
    /// Directions of parameter space to look along.
    Directions,
}

impl Random {
    /// A generator for one purpose of one seed.
    #[must_use]
    pub fn new(seed: u32, stream: Stream) -> Self {
        let (kind, part, piece) = match stream {
            Stream::Parameters => (1, 0, 0),
            Stream::Order(epoch) => (2, epoch, 0),
            Stream::Labels => (3, 0, 0),
            Stream::Augmentation { epoch, example } => (4, epoch, example),
            Stream::Noise => (5, 0, 0),
            Stream::Directions => (6, 0, 0),
        };
        let mut mixer = SplitMix64(u64::from(seed) << 32 | u64::from(part));
        // One output ties the purpose in, so that streams differ even for neighbouring seeds.
        mixer.0 = mixer.next() ^ kind ^ u64::from(piece) << 8;
        let (a, b) = (mixer.next(), mixer.next());
        Self {
            state: [low(a), low(a >> 32), low(b), low(b >> 32)],
        }
    }

    /// Thirty-two random bits.
    #[inline(always)]
    pub fn bits(&mut self) -> u32 {
        let s = &mut self.state;
        let result = s[0].wrapping_add(s[3]).rotate_left(7).wrapping_add(s[0]);
        let t = s[1] << 9;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(11);
        result
    }

    /// A whole number from 0 to `bound - 1`, each as likely as the other
    /// (Lemire, "Fast random integer generation in an interval", 2019).
    ///
    /// # Panics
    /// If `bound` is 0: there is no such number.
    pub fn below(&mut self, bound: u32) -> u32 {
        assert!(bound > 0, "no whole number is below 0");
        loop {
            let product = u64::from(self.bits()) * u64::from(bound);
            // Only the lowest products are over-represented, and only when 2^32 is no multiple of the bound.
            if low(product) >= bound || low(product) >= bound.wrapping_neg() % bound {
                return low(product >> 32);
            }
        }
    }

    /// Uniform in `[0, 1)`, 24 bits.
    pub fn uniform(&mut self) -> f32 {
        // Exact: a 24-bit whole number times a power of two.
        (self.bits() >> 8) as f32 * (1.0 / 16_777_216.0)
    }

    /// Uniform in `[-1, 1)`.
    pub fn signed(&mut self) -> f32 {
        2.0 * self.uniform() - 1.0
    }

    /// Standard normal, by Marsaglia's polar method; `libm` makes it the same everywhere.
    #[inline(never)]
    pub fn normal(&mut self) -> f64 {
        loop {
            let x = 2.0 * f64::from(self.uniform()) - 1.0;
            let y = 2.0 * f64::from(self.uniform()) - 1.0;
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                return x * (-2.0 * libm::log(square) / square).sqrt();
            }
        }
    }

    /// An endless stream of random words for callers that need many quickly: SplitMix64, seeded from this generator. Each
    /// word follows from a counter alone, so the processor works on several at once.
    pub fn words(&mut self) -> impl Iterator<Item = u64> + use<> {
        let mut mixer = SplitMix64(u64::from(self.bits()) << 32 | u64::from(self.bits()));
        std::iter::repeat_with(move || mixer.next())
    }

    /// Puts `items` into random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let bound = u32::try_from(last + 1).expect("fewer than 2^32 items are shuffled");
            items.swap(last, self.below(bound) as usize);
        }
    }
}

/// The low half of a word.
fn low(bits: u64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "dropping the high half is the purpose"
    )]
    let half = bits as u32;
    half
}

struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xoshiro_agrees_with_its_authors() {
        // The first outputs of xoshiro128++ from the state 1, 2, 3, 4, worked by hand from the published code.
        let mut random = Random {
            state: [1, 2, 3, 4],
        };
        assert_eq!(random.bits(), 641); // rotl(1 + 4, 7) + 1
        assert_eq!(random.bits(), 1_573_767);
    }

    #[test]
    fn split_mix_agrees_with_published_numbers() {
        // https://rosettacode.org/wiki/Pseudo-random_numbers/Splitmix64
        let mut mixer = SplitMix64(1_234_567);
        assert_eq!(mixer.next(), 6_457_827_717_110_365_317);
        assert_eq!(mixer.next(), 3_203_168_211_198_807_973);
        assert_eq!(mixer.next(), 9_817_491_932_198_370_423);
    }

    #[test]
    fn streams_and_seeds_differ() {
        let first = |seed, stream| Random::new(seed, stream).bits();
        let augmentation = |epoch, example| Stream::Augmentation { epoch, example };
        let numbers = [
            first(1, Stream::Parameters),
            first(2, Stream::Parameters),
            first(1, Stream::Labels),
            first(1, Stream::Order(0)),
            first(1, Stream::Order(1)),
            first(1, Stream::Noise),
            first(1, Stream::Directions),
            first(1, augmentation(0, 1)),
            first(1, augmentation(1, 0)),
        ];
        for (i, a) in numbers.iter().enumerate() {
            assert!(numbers[i + 1..].iter().all(|b| a != b));
        }
    }

    #[test]
    fn normal_has_mean_0_and_variance_1() {
        let mut random = Random::new(7, Stream::Parameters);
        let n = 100_000;
        let samples: Vec<f64> = (0..n).map(|_| random.normal()).collect();
        let mean = samples.iter().sum::<f64>() / f64::from(n);
        let variance = samples.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / f64::from(n);
        // Five standard errors of each.
        assert!(mean.abs() < 0.016, "{mean}");
        assert!((variance - 1.0).abs() < 0.023, "{variance}");
    }

    #[test]
    fn below_reaches_every_number_evenly() {
        let mut random = Random::new(3, Stream::Labels);
        let mut counts = [0_u32; 7];
        for _ in 0..70_000 {
            counts[random.below(7) as usize] += 1;
        }
        assert!(
            counts.iter().all(|&c| (9_500..10_500).contains(&c)),
            "{counts:?}"
        );
        // Of three quarters of all words every third would come twice as often, were none drawn again.
        let thirds = (0..30_000).filter(|_| random.below(3 << 30).is_multiple_of(3));
        let count = thirds.count();
        assert!((9_500..10_500).contains(&count), "{count}");
    }
}
