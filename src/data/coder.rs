//! Bits and their probabilities: how the packed images get small.
//!
//! A model looks at what is already known of an image and says how likely the next yes or no is; an arithmetic
//! coder (Witten, Neal and Cleary, "Arithmetic coding for data compression", 1987) then spends `-log2` of that many
//! bits on what came. Encoder and decoder walk through an image with the same code and learn the same from each
//! bit, so neither tables nor weights are stored.
//!
//! An image is its label, in four bits, and its pixels, row by row. Whether a row below an empty row has ink is asked
//! once for all of it, and so is whether a run of pixels has any where nothing near has: those that follow paper, up to
//! where the row above has ink again. A pixel among paper in a run that has ink somewhere is nearly always paper as
//! well: one probability for this place and label decides. Any other pixel, and one that begins a stroke, is a short
//! chain of decisions: ink at all? full ink? else the four bits of its level, highest first. Two contexts each keep a
//! probability for each of these decisions. They are mixed as logits, with weights that descend the gradient of the
//! coding cost after every bit (Mahoney, "Adaptive weighing of context models for lossless data compression", 2005): a
//! single neuron that learns while it reads. The two lowest bits of a level are so close to noise that mixing would save
//! them next to nothing: there the nearer context decides alone.
//!
//! More contexts would make the file smaller, by 4 % with four of them, but time goes with decisions and with the memory
//! that their probabilities take, and a visitor waits for both.
//!
//! Whole numbers only, and tables made by whole numbers, so that every machine decodes the same. The model takes two
//! thirds of a megabyte while it works.
//!
//! | quantity | unit |
//! | --- | --- |
//! | probability of a yes | 1 / 65536 |
//! | logit `ln(p / (1 - p))` | 1 / 256, from -2047 to 2047 |
//! | weight | 1 / 65536 |

use super::{IMAGE_SIDE, PIXELS};

/// Labelled images as they come out of the coder.
pub(super) struct Decoded {
    /// 0 to 15 each: whether they are digits is not the coder's business.
    pub(super) labels: Vec<u8>,
    /// `[images, PIXELS]`, 0 (paper) to 15 (full ink).
    pub(super) levels: Vec<u8>,
    /// Bytes behind the last image.
    pub(super) left: usize,
}

/// Codes `[n, PIXELS]` levels and the labels of their images, all of them 0 to 15.
pub(super) fn encode(labels: &[u8], levels: &[u8]) -> Vec<u8> {
    let mut model = Model::new();
    let mut encoder = Encoder::new();
    let mut image = [0; PIXELS];
    for (&label, levels) in labels.iter().zip(levels.chunks_exact(PIXELS)) {
        image.copy_from_slice(levels);
        walk(&mut model, &mut encoder, label, &mut image).expect("writing has no end");
    }
    encoder.finish()
}

/// Reads `count` images; when the bytes end before that, says how many images were whole.
///
/// `progress` hears the number of images read, after each.
pub(super) fn decode(
    coded: &[u8],
    count: usize,
    progress: &mut dyn FnMut(usize),
) -> Result<Decoded, usize> {
    // Images of digits take 51 bytes each. Should fewer do, the vector grows as images arrive: memory follows the
    // bytes that are there, not the count that somebody wrote.
    let expected = count.min(coded.len() / 32);
    let mut labels = Vec::with_capacity(expected);
    let mut levels = Vec::with_capacity(expected * PIXELS);
    let mut decoder = Decoder::new(coded).ok_or(0_usize)?;
    let mut model = Model::new();
    let mut image = [0; PIXELS];
    for done in 0..count {
        let label = walk(&mut model, &mut decoder, 0, &mut image).ok_or(done)?;
        labels.push(label);
        levels.extend_from_slice(&image);
        progress(done + 1);
    }
    Ok(Decoded {
        labels,
        levels,
        left: decoder.rest.len(),
    })
}

/// One end of the channel: the encoder takes a decision and returns it, the decoder finds out what it was.
trait Coder {
    /// `probability`, of a yes, is 1 to 65535. None when the coded bytes have come to their end.
    fn code(&mut self, probability: u32, decision: bool) -> Option<bool>;
}

/// The interval that the decisions so far have narrowed down, both ends included.
///
/// Bytes in which both ends agree are settled and leave it, so no carry can reach them. Now and then the ends keep
/// differing in their first byte while they lie close together; the split is then unfair, which costs some bits and
/// nothing else.
struct Interval {
    low: u32,
    high: u32,
}

impl Interval {
    const WHOLE: Self = Self {
        low: 0,
        high: u32::MAX,
    };

    /// The last number of the lower part, which belongs to a yes: `low <= split < high`.
    fn split(&self, probability: u32) -> u32 {
        let width = self.high - self.low;
        // `width * probability >> 16` without leaving 32 bits.
        self.low + (width >> 16) * probability + (((width & 0xffff) * probability) >> 16)
    }

    fn narrow(&mut self, split: u32, decision: bool) {
        // Without a branch, which would be a coin toss.
        let yes = u32::from(decision).wrapping_neg();
        self.high = self.high & !yes | split & yes;
        self.low = self.low & yes | (split + 1) & !yes;
    }

    /// Moves the first byte out, if both ends agree in it.
    fn settle(&mut self) -> Option<u8> {
        let [byte, ..] = self.low.to_be_bytes();
        if byte != self.high.to_be_bytes()[0] {
            return None;
        }
        self.low <<= 8;
        self.high = self.high << 8 | 0xff;
        Some(byte)
    }
}

struct Encoder {
    interval: Interval,
    coded: Vec<u8>,
}

impl Encoder {
    fn new() -> Self {
        Self {
            interval: Interval::WHOLE,
            coded: Vec::new(),
        }
    }

    /// Writes a number of the interval in full: the decoder then reads all bytes that were written, and no more.
    fn finish(mut self) -> Vec<u8> {
        self.coded.extend(self.interval.low.to_be_bytes());
        self.coded
    }
}

impl Coder for Encoder {
    fn code(&mut self, probability: u32, decision: bool) -> Option<bool> {
        let split = self.interval.split(probability);
        self.interval.narrow(split, decision);
        while let Some(byte) = self.interval.settle() {
            self.coded.push(byte);
        }
        Some(decision)
    }
}

struct Decoder<'a> {
    interval: Interval,
    /// The four bytes of the code that the interval is about.
    number: u32,
    rest: &'a [u8],
}

impl<'a> Decoder<'a> {
    fn new(coded: &'a [u8]) -> Option<Self> {
        let (first, rest) = coded.split_first_chunk()?;
        Some(Self {
            interval: Interval::WHOLE,
            number: u32::from_be_bytes(*first),
            rest,
        })
    }
}

impl Coder for Decoder<'_> {
    #[inline(always)] // One of its two callers is the inner loop.
    fn code(&mut self, probability: u32, _: bool) -> Option<bool> {
        let split = self.interval.split(probability);
        let decision = self.number <= split;
        self.interval.narrow(split, decision);
        while self.interval.settle().is_some() {
            let (&byte, rest) = self.rest.split_first()?;
            self.number = self.number << 8 | u32::from(byte);
            self.rest = rest;
        }
        Some(decision)
    }
}

/// The logistic function: of logits -2047 to 2047, in entries 1 to 4095. Entry 0 repeats entry 1.
const LOGITS: usize = 4096;
/// Added to a logit it gives the entry.
const CENTRE: i32 = 2048;
/// Decisions that the nearer context keeps a probability for, as wide as a cache line.
const NODES: usize = 16;
/// Room for those that are mixed: the farther context keeps no others.
const MIXED: usize = 8;
/// The nearer context: three neighbours exactly.
const NEAR: usize = 16 * 16 * 16;
/// The farther one: five in six bands each.
const FAR: usize = 6 * 6 * 6 * 6 * 6;
/// A place and a label of four bits.
const PLACES: usize = PIXELS * 16;
/// Inputs of the neuron: the contexts' logits and a constant.
const INPUTS: usize = 3;
/// What the constant is: a logit of one.
const BIAS: i32 = 256;
/// Sets of weights for each decision: one for each four bands of the neighbours to the west, north and north-east.
const SETS: usize = 64;
/// First weight of each context: the mean of their logits.
const FIRST_WEIGHT: i32 = 1 << 15;
/// A visit moves a probability by at least about 1 / 256 of the error.
const MEMORY: i32 = 255;
/// Errors up to 1 / 256 teach nothing; leaving them out saves time, and keeps weights from growing for ever where
/// the logit has already reached its end.
const NEGLIGIBLE: i32 = 256;

/// A probability that learns: its distance from 1/2 in 22 bits, then 10 bits of how often it was asked.
/// Zero is an even one never asked.
type Adaptive = i32;
/// Never asked and 1 in 256: for pixels among paper.
const UNLIKELY: Adaptive = i32::MIN + (1 << 24);
/// How much of the error a probability learns, by how often it was asked, in 1 / 4096.
type Rates = [i32; MEMORY as usize + 1];

/// Paper around an image, left, right and above: as far as any context looks.
const EDGE: usize = 2;
const STRIDE: usize = IMAGE_SIDE + 2 * EDGE;
/// From the first pixel that matters for a pixel up to two behind it; the pixel itself is in the third row's middle.
type Window = [u8; EDGE * STRIDE + 2 * EDGE + 1];

/// Where levels are told apart roughly: paper, full ink and four bands between.
const SIX: [u8; 16] = [0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5];
/// More roughly: paper, full ink and two bands between.
const FOUR: [u8; 16] = [0, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 3];

/// What surrounds a pixel.
struct Surroundings {
    /// Row of each context.
    near: usize,
    far: usize,
    /// Set of weights.
    set: usize,
}

impl Surroundings {
    #[inline(always)]
    fn new(window: &Window) -> Self {
        let [_, _, nn, nne, _] = row(window, 0);
        let [_, nw, n, ne, _] = row(window, 1);
        let [ww, w, ..] = row(window, 2);
        // No level is above 15; saying so spares the check.
        let six = |level: u8| SIX[usize::from(level & 15)];
        let four = |level: u8| FOUR[usize::from(level & 15)];
        Self {
            near: index(16, [w, n, nw]),
            far: index(6, [six(ne), six(ww), six(nn), six(nne), six(w)]),
            set: index(4, [four(w), four(n), four(ne)]),
        }
    }
}

/// Everything that is learnt while coding.
struct Model {
    /// Probability by logit.
    squash: [u16; LOGITS],
    /// Logit by the upper 12 bits of a probability.
    stretch: [i16; LOGITS],
    rate: Rates,
    /// Of the four bits of a label.
    labels: [Adaptive; NODES],
    /// Of ink in a line below paper, `[IMAGE_SIDE, 16 labels]`.
    first_line: [Adaptive; IMAGE_SIDE * 16],
    /// Of ink in a run of pixels among paper, by the pixel in its middle, `[PIXELS, 16 labels]`.
    first_run: Vec<Adaptive>,
    /// Of ink in a pixel of such a run, `[PIXELS, 16 labels]`.
    first_ink: Vec<Adaptive>,
    /// By decision.
    near: Vec<[Adaptive; NODES]>,
    /// By decision, as [`mixed`] says.
    far: Vec<[Adaptive; MIXED]>,
    /// `[NODES, SETS]`.
    weights: Vec<[i32; INPUTS]>,
    /// Of the decision that `probability` was asked about last.
    inputs: [i32; INPUTS],
    /// What it answered.
    answer: i32,
}

impl Model {
    fn new() -> Self {
        let mut squash = [0; LOGITS];
        // e^(logit / 256), step by step: 30 bits behind the point in the factor, 21 in the product.
        const STEP: u64 = 1_077_944_331;
        const ONE: u64 = 1 << 21;
        let mut odds = ONE;
        for logit in 0..LOGITS / 2 {
            let p = u16::try_from((odds << 16) / (odds + ONE)).expect("less than 1");
            squash[LOGITS / 2 + logit] = p;
            squash[LOGITS / 2 - logit] = p.wrapping_neg();
            odds = (odds * STEP) >> 30;
        }
        squash[0] = squash[1];
        // The inverse: the first logit that reaches a probability.
        let mut stretch = [0; LOGITS];
        let mut logit = 0_u16;
        for (p, stretch) in (0..).zip(&mut stretch) {
            while logit < 4095 && squash[usize::from(logit)] >> 4 < p {
                logit += 1;
            }
            *stretch = logit.wrapping_sub(2048) as i16;
        }
        // 1 / (asked + 1.6): nearly the mean of what came, and less sure of itself than that.
        let mut rate = [0; MEMORY as usize + 1];
        for (asked, rate) in (0..).zip(&mut rate) {
            *rate = 5 * 4096 / (5 * asked + 8);
        }
        let mut weights = [0; INPUTS];
        weights[..2].fill(FIRST_WEIGHT);
        Self {
            squash,
            stretch,
            rate,
            labels: [0; NODES],
            first_line: [0; IMAGE_SIDE * 16],
            first_run: vec![0; PLACES],
            first_ink: vec![UNLIKELY; PLACES],
            near: vec![[0; NODES]; NEAR],
            far: vec![[0; MIXED]; FAR],
            weights: vec![weights; NODES * SETS],
            inputs: [0; INPUTS],
            answer: 0,
        }
    }

    /// How likely a yes is at `node`, 1 to 65535, mixed from both contexts.
    #[inline(always)]
    fn probability(&mut self, around: &Surroundings, node: usize) -> u32 {
        let logit = |p: Adaptive| i32::from(self.stretch[((p >> 20) + CENTRE) as usize]);
        let (near, far) = (
            self.near[around.near][node],
            self.far[around.far][mixed(node)],
        );
        self.inputs = [logit(near), logit(far), BIAS];
        // A sum that leaves 32 bits wraps, at both ends of the channel alike.
        let mut sum = 0_i32;
        for (x, w) in self
            .inputs
            .iter()
            .zip(&self.weights[node * SETS + around.set])
        {
            sum = sum.wrapping_add(x.wrapping_mul(*w));
        }
        let logit = (sum >> 16).clamp(-2047, 2047);
        let p = self.squash[(logit + CENTRE) as usize];
        self.answer = i32::from(p);
        u32::from(p)
    }

    /// Learns what came where `probability` was asked last.
    #[inline(always)]
    fn update(&mut self, around: &Surroundings, node: usize, decision: bool) {
        let error = i32::from(decision) * 65_535 - self.answer;
        if error.abs() <= NEGLIGIBLE {
            return;
        }
        // The cost's slope in a weight is -error * input, as with any sigmoid and cross-entropy; the learning rate
        // is 1 / 64: 14 bits are the units' 24 less the weights' 16, and 6.
        for (w, x) in self.weights[node * SETS + around.set]
            .iter_mut()
            .zip(&self.inputs)
        {
            *w = w.wrapping_add((x * error + (1 << 13)) >> 14);
        }
        learn(&mut self.near[around.near][node], &self.rate, decision);
        learn(&mut self.far[around.far][mixed(node)], &self.rate, decision);
    }
}

/// Moves a probability towards what came.
#[inline(always)]
fn learn(p: &mut Adaptive, rate: &Rates, decision: bool) {
    let asked = *p & MEMORY;
    let old = *p >> 10;
    let target = i32::from(decision) * ((1 << 22) - 1) - (1 << 21);
    let new = old + ((((target - old) >> 3) * rate[asked as usize]) >> 9);
    *p = new << 10 | (asked + 1).min(MEMORY);
}

/// One decision by a single probability.
#[inline(never)] // Asked for in four places, and no slower for it.
fn decide(coder: &mut impl Coder, p: &mut Adaptive, rate: &Rates, decision: bool) -> Option<bool> {
    // Away from certainty, which could not be contradicted.
    let decision = coder.code(((*p >> 16) + 32_768).clamp(16, 65_520) as u32, decision)?;
    learn(p, rate, decision);
    Some(decision)
}

/// "Ink at all?" Nodes 1 to 14 are the bits of a level: the bits before it, behind a 1.
const INK: u8 = 0;
/// The first node of the two lowest bits.
const LOW_BITS: u8 = 4;
/// "Full ink?" There is no other decision behind three ones, because all four would be full ink.
const FULL: u8 = 15;

/// Where the farther context keeps the probability of a decision that is mixed: one of 0 to 3, and 15.
const fn mixed(node: usize) -> usize {
    node % MIXED
}

/// Codes or decodes one image; returns its label. What a decoder is given as label and image does not matter.
///
/// Entered anew for each image, so that a browser, which starts with code made quickly, can go on with code made well
/// while the first file is still being read.
#[inline(never)]
fn walk(
    model: &mut Model,
    coder: &mut impl Coder,
    label: u8,
    image: &mut [u8; PIXELS],
) -> Option<u8> {
    let mut node = 1_u8;
    while node < 16 {
        let p = &mut model.labels[usize::from(node)];
        node = 2 * node + u8::from(decide(coder, p, &model.rate, bit(label, node))?);
    }
    let label = node & 15;

    let mut known = [0_u8; (IMAGE_SIDE + EDGE) * STRIDE];
    let mut inked = false;
    for (y, line) in image.chunks_exact_mut(IMAGE_SIDE).enumerate() {
        if !inked {
            let p = &mut model.first_line[y * 16 + usize::from(label)];
            let any = line.iter().any(|&level| level > 0);
            if !decide(coder, p, &model.rate, any)? {
                line.fill(0);
                continue;
            }
        }
        inked = false;
        // Up to where it is known that ink comes.
        let mut suspect = 0;
        let mut x = 0;
        while x < IMAGE_SIDE {
            let corner = y * STRIDE + x;
            let window = known[corner..].first_chunk().expect("inside the edges");
            let mut node = INK;
            if among_paper(window) {
                if x >= suspect {
                    let end = run(&known, y, x);
                    let middle = place(y, (x + end) / 2, label);
                    let any = line[x..end].iter().any(|&level| level > 0);
                    if !decide(coder, &mut model.first_run[middle], &model.rate, any)? {
                        line[x..end].fill(0);
                        x = end;
                        continue;
                    }
                    suspect = end;
                }
                let p = &mut model.first_ink[place(y, x, label)];
                if !decide(coder, p, &model.rate, line[x] > 0)? {
                    line[x] = 0;
                    x += 1;
                    continue;
                }
                // The run has its ink; what it knew of the rest is used up.
                suspect = 0;
                node = FULL;
            }
            let around = Surroundings::new(window);
            line[x] = chain(model, coder, &around, node, line[x])?;
            known[corner + EDGE * STRIDE + EDGE] = line[x];
            inked |= line[x] > 0;
            x += 1;
        }
    }
    Some(label)
}

/// Codes or decodes a pixel by its chain of decisions, from `node` on; returns its level.
#[inline(always)]
fn chain(
    model: &mut Model,
    coder: &mut impl Coder,
    around: &Surroundings,
    mut node: u8,
    level: u8,
) -> Option<u8> {
    loop {
        let decision = match node {
            INK => level > 0,
            FULL => level == 15,
            _ => bit(level, node),
        };
        let place = usize::from(node);
        let decision = if (LOW_BITS..FULL).contains(&node) {
            let p = &mut model.near[around.near][place];
            decide(coder, p, &model.rate, decision)?
        } else {
            let p = model.probability(around, place);
            let decision = coder.code(p, decision)?;
            model.update(around, place, decision);
            decision
        };
        node = match (node, decision) {
            (INK, false) => return Some(0),
            (INK, true) => FULL,
            (FULL, true) => return Some(15),
            (FULL, false) => 1,
            // Behind three zeros comes a one and behind three ones a zero: the level is neither 0 nor 15.
            _ => match 2 * node + u8::from(decision) {
                0b1000 => return Some(1),
                0b1111 => return Some(14),
                whole @ 16.. => return Some(whole & 15),
                bits => bits,
            },
        };
    }
}

/// The bit of a label or a level that `node`, the bits before it behind a 1, is about.
#[inline(always)]
fn bit(value: u8, node: u8) -> bool {
    value >> (3 - node.ilog2()) & 1 == 1
}

/// Whether the neighbours to the west, north-west, north and north-east have no ink.
#[inline(always)]
fn among_paper(window: &Window) -> bool {
    let [_, nw, n, ne, _] = row(window, 1);
    let [_, w, ..] = row(window, 2);
    w | nw | n | ne == 0
}

/// The end of the run of pixels among paper that begins at a pixel among paper.
#[inline(always)]
fn run(known: &[u8], y: usize, x: usize) -> usize {
    let above = &known[(y + EDGE - 1) * STRIDE + EDGE..][1..=IMAGE_SIDE];
    let ink = above[x..].iter().position(|&level| level > 0);
    ink.map_or(IMAGE_SIDE, |away| x + away)
}

/// The number of a pixel's place in an image of this label.
#[inline(always)]
fn place(y: usize, x: usize, label: u8) -> usize {
    (y * IMAGE_SIDE + x) * 16 + usize::from(label)
}

/// Five pixels of a window's row.
#[inline(always)]
fn row(window: &Window, row: usize) -> [u8; 5] {
    std::array::from_fn(|column| window[row * STRIDE + column])
}

/// The number with these digits.
#[inline(always)]
fn index<const N: usize>(base: usize, digits: [u8; N]) -> usize {
    digits
        .iter()
        .fold(0, |number, &digit| number * base + usize::from(digit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Random, Stream};

    fn below(random: &mut Random, bound: u32) -> u8 {
        u8::try_from(random.below(bound)).unwrap()
    }

    /// Decisions and the probabilities they are coded with, there and back; returns the number of bytes.
    fn there_and_back(decisions: &[(u32, bool)], seed: u32) -> usize {
        let mut encoder = Encoder::new();
        for &(p, decision) in decisions {
            assert_eq!(encoder.code(p, decision), Some(decision), "seed {seed}");
        }
        let coded = encoder.finish();
        let mut decoder = Decoder::new(&coded).unwrap();
        for (place, &(p, decision)) in decisions.iter().enumerate() {
            // What the decoder is told must not matter.
            let told = place % 2 == 0;
            assert_eq!(
                decoder.code(p, told),
                Some(decision),
                "seed {seed}, {place}"
            );
        }
        assert!(decoder.rest.is_empty(), "seed {seed}: bytes left");
        coded.len()
    }

    /// Codes images and reads them again; returns the number of bytes.
    fn kept(labels: &[u8], levels: &[u8], what: &str) -> usize {
        let coded = encode(labels, levels);
        let mut heard = Vec::new();
        let decoded = decode(&coded, labels.len(), &mut |done| heard.push(done))
            .unwrap_or_else(|done| panic!("{what}: end after {done}"));
        assert!(decoded.levels == levels, "{what}: other pixels");
        assert_eq!(decoded.labels, labels, "{what}");
        assert_eq!(decoded.left, 0, "{what}");
        assert!(heard.iter().copied().eq(1..=labels.len()), "{what}");
        coded.len()
    }

    #[test]
    fn the_tables_are_the_logistic_function_and_its_inverse() {
        let model = Model::new();
        for (entry, &p) in model.squash.iter().enumerate().skip(1) {
            let logit = (entry as f64 - 2048.0) / 256.0;
            let exact = 65_536.0 / (1.0 + (-logit).exp());
            assert!((f64::from(p) - exact).abs() < 1.5, "{logit}: {p}, {exact}");
        }
        // Away from the ends, where the lower four bits of a probability would count.
        for (entry, &logit) in model.stretch.iter().enumerate().take(4000).skip(96) {
            let p = entry as f64 / 4096.0;
            let exact = (p / (1.0 - p)).ln() * 256.0;
            assert!(
                (f64::from(logit) - exact).abs() < 1.5,
                "{p}: {logit}, {exact}"
            );
        }
        assert!(model.squash.iter().all(|&p| p > 0));
        assert!(model.stretch.is_sorted());
    }

    #[test]
    fn decisions_come_back_and_cost_what_their_probabilities_say() {
        for seed in 0..40 {
            let mut random = Random::new(seed, Stream::Noise);
            // From fair to one in 65,536, in both directions.
            let rare = 1 << random.below(16);
            let mut bits = 0.0;
            let decisions: Vec<(u32, bool)> = (0..20_000)
                .map(|_| {
                    let spread = 1 + random.below(rare);
                    let p = if seed % 2 == 0 {
                        spread
                    } else {
                        65_536 - spread
                    };
                    let decision = random.below(65_536) < p;
                    let share = f64::from(if decision { p } else { 65_536 - p }) / 65_536.0;
                    bits -= share.log2();
                    (p, decision)
                })
                .collect();
            let bytes = there_and_back(&decisions, seed) as f64;
            let least = bits / 8.0;
            // Four bytes for the end, and a hundredth for splits of a narrow interval.
            assert!(
                (least - 1.0..least * 1.01 + 5.0).contains(&bytes),
                "seed {seed}: {bytes} bytes for {least}"
            );
        }
    }

    #[test]
    fn decisions_against_all_odds_come_back() {
        for seed in 0..40 {
            let mut random = Random::new(seed, Stream::Noise);
            let decisions: Vec<(u32, bool)> = (0..5_000)
                .map(|_| {
                    let decision = random.below(2) == 0;
                    let least = [1, 2, 255, 256, 32_768][random.below(5) as usize];
                    // The true one is the unlikely one.
                    (if decision { least } else { 65_536 - least }, decision)
                })
                .collect();
            there_and_back(&decisions, seed);
        }
    }

    #[test]
    fn an_interval_astride_of_a_byte_comes_back() {
        // Always the part that holds the middle, until hardly a number is left: the worst for a coder without carry.
        for seed in 0..40 {
            let mut random = Random::new(seed, Stream::Noise);
            let mut interval = Interval::WHOLE;
            let mut narrowest = u32::MAX;
            let decisions: Vec<(u32, bool)> = (0..2_000)
                .map(|_| {
                    let p = 1 + random.below(65_535);
                    let split = interval.split(p);
                    assert!((interval.low..interval.high).contains(&split));
                    let decision = split > 1 << 31 || interval.high <= 1 << 31;
                    interval.narrow(split, decision);
                    while interval.settle().is_some() {}
                    narrowest = narrowest.min(interval.high - interval.low);
                    (p, decision)
                })
                .collect();
            assert!(narrowest < 1 << 16, "seed {seed}: {narrowest}");
            there_and_back(&decisions, seed);
        }
    }

    #[test]
    fn every_kind_of_image_comes_back() {
        assert_eq!(kept(&[], &[], "none"), 4);
        let labels: Vec<u8> = (0..60).map(|n| n % 16).collect();
        let all = labels.len() * PIXELS;
        for level in 0..16 {
            kept(&labels, &vec![level; all], &format!("level {level}"));
        }
        let pattern = |f: &dyn Fn(usize) -> usize| -> Vec<u8> {
            (0..all).map(|i| u8::try_from(f(i) % 16).unwrap()).collect()
        };
        kept(&labels, &pattern(&|i| i), "ramps");
        kept(&labels, &pattern(&|i| i % 2 * 15), "stripes");
        kept(&labels, &pattern(&|i| (i + i / 28) % 2 * 15), "chess board");
        kept(&labels, &pattern(&|i| i / PIXELS), "level by level");
        kept(
            &labels,
            &pattern(&|i| i / PIXELS % 2 * 15),
            "black and white",
        );
    }

    #[test]
    fn random_images_come_back() {
        for seed in 0..30 {
            let mut random = Random::new(seed, Stream::Noise);
            let n = random.below(20) as usize;
            // From noise to one pixel in fifty.
            let rare = 1 + random.below(50);
            let labels: Vec<u8> = (0..n).map(|_| below(&mut random, 16)).collect();
            let levels: Vec<u8> = (0..n * PIXELS)
                .map(|_| match random.below(rare) {
                    0 => below(&mut random, 16),
                    _ => 0,
                })
                .collect();
            let bytes = kept(&labels, &levels, &format!("seed {seed}"));
            // Noise cannot get smaller, and must hardly get larger than its four bits a pixel.
            assert!(bytes <= 4 + n + n * PIXELS * 6 / 10, "seed {seed}: {bytes}");
        }
    }

    #[test]
    fn what_repeats_is_learnt() {
        // A ring, then paper: nothing is stored of how they look.
        let ring = |i: usize| {
            let (y, x) = ((i / 28).abs_diff(13), (i % 28).abs_diff(13));
            u8::try_from(15_usize.saturating_sub((y * y + x * x).abs_diff(64))).unwrap()
        };
        let image: Vec<u8> = (0..PIXELS).map(ring).collect();
        let first = kept(&[0], &image, "one ring");
        let hundred = kept(&[0; 100], &image.repeat(100), "a hundred rings");
        assert!(
            hundred < 12 * first,
            "{first} bytes for one, {hundred} for a hundred"
        );
        let paper = kept(&[0; 1000], &vec![0; 1000 * PIXELS], "paper");
        assert!(paper < 200, "{paper} bytes for a thousand blank images");
    }

    #[test]
    fn every_truncation_is_noticed() {
        let mut random = Random::new(1, Stream::Noise);
        let labels = [1, 2, 3];
        let levels: Vec<u8> = (0..3 * PIXELS)
            .map(|_| below(&mut random, 64).saturating_sub(48))
            .collect();
        let coded = encode(&labels, &levels);
        for length in 0..coded.len() {
            let done = decode(&coded[..length], 3, &mut |_| {}).err();
            assert!(done.is_some_and(|done| done < 3), "{length}: {done:?}");
        }
        // And what comes behind is not swallowed.
        let longer = [&coded[..], b"more"].concat();
        assert_eq!(decode(&longer, 3, &mut |_| {}).unwrap().left, 4);
        assert!(decode(&coded, 4, &mut |_| {}).is_err());
    }

    #[test]
    fn random_bytes_end_somewhere() {
        for seed in 0..300 {
            let mut random = Random::new(seed, Stream::Noise);
            let coded: Vec<u8> = (0..random.below(1_000))
                .map(|_| below(&mut random, 256))
                .collect();
            let mut last = 0;
            let done = decode(&coded, 70_000, &mut |done| last = done).err();
            assert_eq!(done, Some(last), "seed {seed}");
        }
    }

    #[test]
    fn bytes_at_either_end_of_the_interval_are_read_as_images() {
        // All yes and all no: the longest chains and the fewest decisions.
        for byte in [0, 0xff] {
            for length in 0..40 {
                match decode(&vec![byte; length], 2_000, &mut |_| {}) {
                    Ok(decoded) => assert!(decoded.levels.iter().all(|&level| level < 16)),
                    Err(done) => assert!(done < 2_000, "{length} times {byte}"),
                }
            }
        }
    }
}
