//! The packed subset that the page ships: labelled images in 16 grey levels in one checked file.
//!
//! | bytes | what |
//! | --- | --- |
//! | 8 | `DESCENT\0` |
//! | 1 | version of this layout, 1 |
//! | 1 | coding of the payload, 3: the arithmetic coder and the model of `coder.rs` |
//! | 2 | side of an image in pixels |
//! | 4 + 4 | how many images are for training, and how many after them stay unseen |
//! | 4 | CRC-32 of the payload before coding |
//! | 4 | length of the provenance in bytes |
//! | that many | provenance and licence, UTF-8 |
//! | the rest but 4 | the coded payload |
//! | 4 | CRC-32 of all bytes before |
//!
//! Numbers are little-endian. The payload is one label a byte, then the images one after the other, row by row, two
//! pixels a byte with the first one in the high half. A pixel is the level `round(byte * 15 / 255)`, read back as
//! `level * 17`: sixteen greys cost no measurable accuracy and halve the download. The coder takes it image by image,
//! the label first; one of MNIST's then needs 51 bytes.
//!
//! Two checksums, because they catch different things: the last one damage on the way, before anything is
//! decoded; the first one a decoder that goes wrong.

use super::{CLASSES, IMAGE_SIDE, MAX_EXAMPLES, PIXELS, coder};
use crate::error::Error;

const MAGIC: [u8; 8] = *b"DESCENT\0";
const VERSION: u8 = 1;
const ARITHMETIC: u8 = 3;
/// What one of the levels 0 to 15 is worth: 255 / 15.
const LEVEL: u8 = 17;
/// Bytes of the checksum at the end.
const SEAL: usize = 4;

/// A packed file's content.
#[derive(Clone, Debug, PartialEq)]
pub struct Packed {
    /// `[images, PIXELS]`, 0 (paper) to 255 (ink), in steps of 17.
    pub images: Vec<u8>,
    /// The digit on each image.
    pub labels: Vec<u8>,
    /// The first so many images are to train on, the others stay unseen.
    pub train: usize,
    /// Where the images come from and under which licence.
    pub provenance: String,
}

/// Packs `[n, PIXELS]` images of bytes and their labels; the same input always gives the same bytes.
///
/// # Panics
/// If the lengths do not fit each other, a label is no digit or there are too many images: a bug in the caller.
#[must_use]
pub fn encode(images: &[u8], labels: &[u8], train: u32, provenance: &str) -> Vec<u8> {
    assert_eq!(
        images.len(),
        labels.len() * PIXELS,
        "one label for each image"
    );
    assert!(labels.len() <= MAX_EXAMPLES, "too many images");
    assert!(
        labels.iter().all(|&label| usize::from(label) < CLASSES),
        "labels are digits"
    );
    let size = |n: usize| u32::try_from(n).expect("sizes fit 32 bits");
    let test = size(labels.len())
        .checked_sub(train)
        .expect("no more to train on than there are");

    let levels: Vec<u8> = images.iter().map(|&byte| level(byte)).collect();
    let side = u16::try_from(IMAGE_SIDE).expect("a small number");

    let mut file = MAGIC.to_vec();
    file.extend([VERSION, ARITHMETIC]);
    file.extend(side.to_le_bytes());
    file.extend(train.to_le_bytes());
    file.extend(test.to_le_bytes());
    file.extend(crate::data::checksum(&payload(labels, &levels)).to_le_bytes());
    file.extend(size(provenance.len()).to_le_bytes());
    file.extend(provenance.as_bytes());
    file.extend(coder::encode(labels, &levels));
    file.extend(crate::data::checksum(&file).to_le_bytes());
    file
}

/// Reads a packed file.
///
/// # Errors
/// [`Error::Format`] when the bytes are not a whole, undamaged file of this version. Memory and time are only taken
/// for images that are really there, whatever the header promises, and for no more than [`MAX_EXAMPLES`].
pub fn decode(bytes: &[u8]) -> Result<Packed, Error> {
    decode_with(bytes, &mut |_| {})
}

/// How many images the header of a packed file promises; 0 if there is no whole header. Good for showing progress only:
/// nothing is checked.
#[must_use]
pub fn promised(bytes: &[u8]) -> usize {
    const COUNTS: std::ops::Range<usize> = 12..20;
    bytes.get(COUNTS).map_or(0, |counts| {
        let (train, test) = counts.split_at(4);
        u32_from(train).saturating_add(u32_from(test)) as usize
    })
}

/// What stands before the images.
struct Header {
    train: usize,
    count: usize,
    /// Of the images.
    checksum: u32,
    provenance: String,
}

/// The content of a whole file, without magic, version and seal.
fn unsealed(bytes: &[u8]) -> Result<&[u8], Error> {
    let mut rest = bytes;
    let magic = take(&mut rest, MAGIC.len(), "the first bytes")?;
    if magic != MAGIC {
        return Err(refused(show(&MAGIC), show(magic)));
    }
    let version = take(&mut rest, 1, "the version")?[0];
    if version != VERSION {
        return Err(refused(
            format!("version {VERSION}"),
            format!("version {version}"),
        ));
    }
    // From here on the layout is known, so damage can be told from a different kind of file.
    let content = bytes.len().saturating_sub(SEAL);
    let seal = u32_from(&bytes[content..]);
    let sum = crate::data::checksum(&bytes[..content]);
    if seal != sum {
        return Err(refused(
            format!("a whole file whose checksum is {seal:08x}"),
            format!("{} bytes whose checksum is {sum:08x}", bytes.len()),
        ));
    }
    Ok(&rest[..rest.len().saturating_sub(SEAL)])
}

/// Takes the header from the front of a content.
fn header(rest: &mut &[u8]) -> Result<Header, Error> {
    let coding = take(rest, 1, "the coding")?[0];
    if coding != ARITHMETIC {
        return Err(refused(
            format!("coding {ARITHMETIC} (arithmetic)"),
            format!("coding {coding}"),
        ));
    }
    let side = take(rest, 2, "the size of the images")?;
    let side = usize::from(u16::from_le_bytes([side[0], side[1]]));
    if side != IMAGE_SIDE {
        return Err(refused(
            format!("images of {IMAGE_SIDE} x {IMAGE_SIDE} pixels"),
            format!("{side} x {side}"),
        ));
    }
    let train = u32_from(take(rest, 4, "the number of training images")?);
    let test = u32_from(take(rest, 4, "the number of unseen images")?);
    let checksum = u32_from(take(rest, 4, "the checksum of the images")?);
    let length = u32_from(take(rest, 4, "the length of the provenance")?);
    let count = (train as usize)
        .checked_add(test as usize)
        .filter(|&count| count <= MAX_EXAMPLES)
        .ok_or_else(|| {
            refused(
                format!("at most {MAX_EXAMPLES} images"),
                format!("{train} + {test}"),
            )
        })?;
    let provenance = take(rest, length as usize, "the provenance")?;
    let provenance = std::str::from_utf8(provenance)
        .map_err(|error| refused("a provenance in UTF-8", error.to_string()))?;
    Ok(Header {
        train: train as usize,
        count,
        checksum,
        provenance: provenance.to_owned(),
    })
}

/// Reads a packed file as [`decode`] does, and tells `progress` after each image how many are read.
///
/// # Errors
/// As [`decode`].
pub fn decode_with(bytes: &[u8], progress: &mut dyn FnMut(usize)) -> Result<Packed, Error> {
    let mut rest = unsealed(bytes)?;
    let Header {
        train,
        count,
        checksum,
        provenance,
    } = header(&mut rest)?;
    let coder::Decoded {
        labels,
        levels: mut images,
        left,
    } = coder::decode(rest, count, progress)
        .map_err(|done| refused(format!("{count} images"), format!("an end after {done}")))?;
    if left > 0 {
        return Err(refused(
            "the end of the images",
            format!("{left} more bytes"),
        ));
    }
    let sum = crate::data::checksum(&payload(&labels, &images));
    if sum != checksum {
        return Err(refused(
            format!("images whose checksum is {checksum:08x}"),
            format!("{sum:08x}"),
        ));
    }
    if let Some(label) = labels.iter().find(|&&label| usize::from(label) >= CLASSES) {
        return Err(refused(
            format!("labels from 0 to {}", CLASSES - 1),
            format!("label {label}"),
        ));
    }
    for level in &mut images {
        *level *= LEVEL;
    }
    Ok(Packed {
        images,
        labels,
        train,
        provenance,
    })
}

/// What the checksum is of: labels, then levels, two a byte.
fn payload(labels: &[u8], levels: &[u8]) -> Vec<u8> {
    let mut payload = Vec::with_capacity(labels.len() + levels.len() / 2);
    payload.extend_from_slice(labels);
    payload.extend(levels.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]));
    payload
}

/// Sixteen greys out of 256: `round(byte * 15 / 255)`.
fn level(byte: u8) -> u8 {
    // A level is worth 17 bytes. 17 is odd, so no byte lies halfway and adding 8 rounds.
    let level = (u16::from(byte) + u16::from(LEVEL / 2)) / u16::from(LEVEL);
    u8::try_from(level).expect("at most 15")
}

/// Cuts the next `length` bytes off `rest`.
fn take<'a>(rest: &mut &'a [u8], length: usize, what: &str) -> Result<&'a [u8], Error> {
    let (taken, left) = rest.split_at_checked(length).ok_or_else(|| {
        refused(
            format!("{length} bytes of {what}"),
            format!("the end of the file after {}", rest.len()),
        )
    })?;
    *rest = left;
    Ok(taken)
}

/// # Panics
/// Unless there are four bytes.
fn u32_from(bytes: &[u8]) -> u32 {
    u32::from_le_bytes(bytes.try_into().expect("four bytes"))
}

fn refused(expected: impl Into<String>, found: impl Into<String>) -> Error {
    Error::format("packed digits", expected, found)
}

/// Bytes as they would stand in a string literal.
fn show(bytes: &[u8]) -> String {
    format!("\"{}\"", bytes.escape_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Random, Stream};

    /// Offsets of the header's fields, as the table above has them.
    const CODING: usize = 9;
    const SIDE: usize = 10;
    const TRAIN: usize = 12;
    const TEST: usize = 16;
    const CHECKSUM: usize = 20;
    const LENGTH: usize = 24;
    const PROVENANCE: usize = 28;

    /// `n` images that look like digits to a compressor: mostly paper, some runs of ink.
    fn images(n: usize, random: &mut Random) -> (Vec<u8>, Vec<u8>) {
        let byte = |random: &mut Random| u8::try_from(random.below(256)).unwrap();
        let mut images = vec![0; n * PIXELS];
        for run in images.chunks_mut(7) {
            if random.below(5) == 0 {
                run.fill(byte(random));
                run[0] = byte(random);
            }
        }
        let labels = (0..n).map(|_| byte(random) % 10).collect();
        (images, labels)
    }

    fn packed() -> (Packed, Vec<u8>) {
        let (images, labels) = images(6, &mut Random::new(1, Stream::Noise));
        let file = encode(
            &images,
            &labels,
            4,
            "made for a test, CC0 \u{2014} by nobody",
        );
        (decode(&file).unwrap(), file)
    }

    /// Makes the last checksum right again after a change, so that what lies behind it is reached.
    fn seal(file: &mut [u8]) {
        let (content, seal) = file.split_last_chunk_mut::<SEAL>().unwrap();
        *seal = crate::data::checksum(content).to_le_bytes();
    }

    fn message(file: &[u8]) -> String {
        decode(file).unwrap_err().to_string()
    }

    #[test]
    fn the_sixteen_levels_are_the_nearest_ones() {
        for byte in 0..=255_u8 {
            let nearest = (0..=15).min_by_key(|l| (l * 17 - i32::from(byte)).abs());
            assert_eq!(Some(i32::from(level(byte))), nearest, "{byte}");
        }
    }

    #[test]
    fn the_file_is_what_the_table_says() {
        // One image: the pixels 0, 255 and 128 (level 8), then paper; the label 7; to train on.
        let mut image = vec![0; PIXELS];
        (image[1], image[2]) = (255, 128);
        let file = encode(&image, &[7], 1, "by me");
        assert_eq!(&file[..CODING + 1], b"DESCENT\0\x01\x03");
        assert_eq!(&file[SIDE..TEST], b"\x1c\0\x01\0\0\0");
        assert_eq!(&file[TEST..CHECKSUM], b"\0\0\0\0");
        assert_eq!(&file[LENGTH..PROVENANCE + 5], b"\x05\0\0\0by me");
        let mut payload = vec![7, 0x0f, 0x80];
        payload.resize(1 + PIXELS / 2, 0);
        assert_eq!(
            u32_from(&file[CHECKSUM..LENGTH]),
            crate::data::checksum(&payload)
        );
        let coded = &file[PROVENANCE + 5..file.len() - SEAL];
        let levels: Vec<u8> = image.iter().map(|&byte| level(byte)).collect();
        assert_eq!(coded, coder::encode(&[7], &levels));
    }

    #[test]
    fn what_is_packed_comes_back() {
        for seed in 0..20 {
            let mut random = Random::new(seed, Stream::Noise);
            let n = random.below(12);
            let (images, labels) = images(n as usize, &mut random);
            let train = random.below(n + 1);
            let provenance = "é".repeat(random.below(50) as usize);
            let packed = decode(&encode(&images, &labels, train, &provenance))
                .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
            let kept: Vec<u8> = images.iter().map(|&byte| level(byte) * LEVEL).collect();
            assert_eq!(packed.images, kept, "seed {seed}");
            assert_eq!(packed.labels, labels, "seed {seed}");
            assert_eq!(packed.train, train as usize, "seed {seed}");
            assert_eq!(packed.provenance, provenance, "seed {seed}");
        }
    }

    #[test]
    fn the_header_promises_what_there_is() {
        let (content, file) = packed();
        assert_eq!(promised(&file), content.labels.len());
        assert_eq!(promised(&file[..19]), 0);
    }

    #[test]
    fn packing_what_was_unpacked_changes_nothing() {
        let (packed, file) = packed();
        let train = u32::try_from(packed.train).unwrap();
        let again = encode(&packed.images, &packed.labels, train, &packed.provenance);
        assert_eq!(again, file);
    }

    #[test]
    fn every_truncation_is_refused() {
        let (_, file) = packed();
        for length in 0..file.len() {
            let message = message(&file[..length]);
            assert!(message.contains("expected"), "{length}: {message}");
            // And when the cut file is sealed anew, so that only its structure can tell.
            if length >= PROVENANCE {
                let mut cut = file[..length].to_vec();
                seal(&mut cut);
                assert!(decode(&cut).is_err(), "{length} bytes, sealed");
            }
        }
    }

    #[test]
    fn every_flipped_bit_is_refused() {
        let (_, file) = packed();
        for position in 0..file.len() {
            for bit in 0..8 {
                let mut damaged = file.clone();
                damaged[position] ^= 1 << bit;
                assert!(decode(&damaged).is_err(), "bit {bit} of byte {position}");
            }
        }
    }

    #[test]
    fn random_damage_never_panics_and_never_gives_other_images() {
        let (packed, file) = packed();
        for seed in 0..3_000 {
            let mut random = Random::new(seed, Stream::Noise);
            let mut damaged = file.clone();
            for _ in 0..=random.below(8) {
                let length = u32::try_from(damaged.len()).unwrap();
                let position = random.below(length) as usize;
                damaged[position] = u8::try_from(random.below(256)).unwrap();
            }
            // Sealed by somebody who means it: even then the images are right or refused.
            seal(&mut damaged);
            if let Ok(read) = decode(&damaged) {
                assert_eq!(read.images, packed.images, "seed {seed}");
                assert_eq!(read.labels, packed.labels, "seed {seed}");
            }
        }
    }

    #[test]
    fn random_bytes_are_refused() {
        for seed in 0..2_000 {
            let mut random = Random::new(seed, Stream::Noise);
            let bytes: Vec<u8> = (0..random.below(100))
                .map(|_| u8::try_from(random.below(256)).unwrap())
                .collect();
            assert!(decode(&bytes).is_err(), "seed {seed}");
        }
    }

    #[test]
    fn refusals_say_what_was_expected_and_found() {
        let (_, file) = packed();
        let changed = |position: usize, bytes: &[u8]| {
            let mut file = file.clone();
            file[position..position + bytes.len()].copy_from_slice(bytes);
            seal(&mut file);
            message(&file)
        };
        let whole = |text: &str| format!("packed digits: {text}");
        assert_eq!(
            message(b"hello world"),
            whole(r#"expected "DESCENT\x00", found "hello wo""#)
        );
        assert_eq!(
            message(b"DES"),
            whole("expected 8 bytes of the first bytes, found the end of the file after 3")
        );
        assert_eq!(
            changed(MAGIC.len(), &[9]),
            whole("expected version 1, found version 9")
        );
        assert_eq!(
            changed(CODING, &[1]),
            whole("expected coding 3 (arithmetic), found coding 1")
        );
        assert_eq!(
            changed(SIDE, &[32, 0]),
            whole("expected images of 28 x 28 pixels, found 32 x 32")
        );
        assert_eq!(
            changed(TRAIN, &u32::MAX.to_le_bytes()),
            whole("expected at most 70000 images, found 4294967295 + 2")
        );
        // Six images are there. How many bytes the sixth takes is none of this test's business.
        let fewer = changed(TRAIN, &[3]);
        let (before, after) = fewer.split_once("found ").unwrap();
        assert_eq!(before, whole("expected the end of the images, "));
        assert!(after.ends_with(" more bytes"), "{fewer}");
        assert_eq!(
            changed(TEST, &[3]),
            whole("expected 7 images, found an end after 6")
        );
        assert_eq!(
            changed(LENGTH, &u32::MAX.to_le_bytes())
                .split(", found")
                .next(),
            Some(whole("expected 4294967295 bytes of the provenance").as_str())
        );
        let checksum = changed(CHECKSUM, &[0; 4]);
        assert!(
            checksum.contains("expected images whose checksum is 00000000, found "),
            "{checksum}"
        );
        assert!(changed(PROVENANCE, &[0xff]).contains("expected a provenance in UTF-8, found "));
    }

    #[test]
    fn a_label_that_is_no_digit_is_refused() {
        // `encode` would not write it, so the payload is coded by hand.
        let (labels, levels) = ([10], [0; PIXELS]);
        let mut file = encode(&[0; PIXELS], &[0], 1, "");
        file.truncate(PROVENANCE);
        let sum = crate::data::checksum(&payload(&labels, &levels));
        file[CHECKSUM..LENGTH].copy_from_slice(&sum.to_le_bytes());
        file.extend(coder::encode(&labels, &levels));
        file.extend([0; SEAL]);
        seal(&mut file);
        assert_eq!(
            message(&file),
            "packed digits: expected labels from 0 to 9, found label 10"
        );
    }

    #[test]
    fn a_header_that_promises_much_takes_no_memory_for_it() {
        // 70,000 images would be 55 MB; the file is 36 bytes, and that is noticed at once.
        let mut file = encode(&[], &[], 0, "");
        file[TRAIN..TEST].copy_from_slice(&70_000_u32.to_le_bytes());
        seal(&mut file);
        assert_eq!(file.len(), 36);
        assert_eq!(
            message(&file),
            "packed digits: expected 70000 images, found an end after 0"
        );
    }

    #[test]
    fn bytes_after_the_images_are_refused() {
        let (_, mut file) = packed();
        let content = file.len() - SEAL;
        file.splice(content..content, *b"more");
        seal(&mut file);
        assert_eq!(
            message(&file),
            "packed digits: expected the end of the images, found 4 more bytes"
        );
    }

    #[test]
    fn the_shipped_file_is_small_and_every_image_of_it_is_told_of() {
        let file = include_bytes!("../../www/data/mnist-10k.bin");
        // Half a second on a slow connection of 8 Mbit/s.
        assert!(file.len() <= 520_000, "{} bytes", file.len());
        let mut last = 0;
        let packed = decode_with(file, &mut |done| {
            assert_eq!(done, last + 1);
            last = done;
        })
        .unwrap();
        assert_eq!((last, packed.labels.len()), (10_000, 10_000));
        // Packing what was read gives the same file: the two ends of the coder agree on all of it.
        let Packed {
            images,
            labels,
            provenance,
            ..
        } = packed;
        assert!(encode(&images, &labels, 9_000, &provenance) == file);
    }
}
