//! The IDX format of the MNIST files (LeCun, Cortes, Burges: "The MNIST database"), plain or gzip.
//!
//! Two zero bytes, the type of the entries (8: bytes), the number of dimensions, the dimensions as big-endian `u32`,
//! then the entries.

use std::borrow::Cow;

use super::{CLASSES, IMAGE_SIDE, MAX_EXAMPLES};
use crate::error::{Error, list};

/// The type code of unsigned bytes, the only one in use here.
const BYTES: u8 = 8;
/// The first bytes of a gzip file.
const GZIP: [u8; 2] = [0x1f, 0x8b];
const IMAGES: &str = "IDX images";
const LABELS: &str = "IDX labels";

/// Pixels of all images of a file, `[examples * PIXELS]`.
///
/// # Errors
/// If the bytes are not a whole IDX file of 28x28 images, at most [`MAX_EXAMPLES`] of them.
pub fn images(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let file = inflate(IMAGES, bytes)?;
    let (dimensions, entries) = parse(IMAGES, &file, 3)?;
    let side = format!("images of {IMAGE_SIDE} x {IMAGE_SIDE} pixels");
    if dimensions[1..] != [IMAGE_SIDE, IMAGE_SIDE] {
        let found = format!("{} x {}", dimensions[1], dimensions[2]);
        return Err(Error::format(IMAGES, side, found));
    }
    Ok(entries.to_vec())
}

/// Labels of a file, `[examples]`.
///
/// # Errors
/// If the bytes are not a whole IDX file of labels 0 to 9, at most [`MAX_EXAMPLES`] of them.
pub fn labels(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let file = inflate(LABELS, bytes)?;
    let (_, entries) = parse(LABELS, &file, 1)?;
    if let Some(place) = entries.iter().position(|&l| usize::from(l) >= CLASSES) {
        let found = format!("{} for image {place}", entries[place]);
        return Err(Error::format(LABELS, "labels 0 to 9", found));
    }
    Ok(entries.to_vec())
}

/// The file itself, taken out of its gzip wrapping if it has one.
#[cfg(not(target_arch = "wasm32"))]
fn inflate<'a>(what: &'static str, bytes: &'a [u8]) -> Result<Cow<'a, [u8]>, Error> {
    use std::io::Read;

    /// Magic number and three dimensions.
    const HEADER: usize = 16;

    if !bytes.starts_with(&GZIP) {
        return Ok(Cow::Borrowed(bytes));
    }
    // A small file can unpack to any size: no more is read than the largest data set needs.
    let limit = (HEADER + MAX_EXAMPLES * super::PIXELS) as u64;
    let mut file = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes)
        .take(limit + 1)
        .read_to_end(&mut file)
        .map_err(|error| {
            let found = format!("one that breaks off or is damaged ({error})");
            Error::format(what, "a whole gzip file", found)
        })?;
    if file.len() as u64 > limit {
        let expected = format!("at most {MAX_EXAMPLES} images");
        let found = format!("over {limit} bytes once unpacked");
        return Err(Error::format(what, expected, found));
    }
    Ok(Cow::Owned(file))
}

/// The file itself. The browser unpacks gzip before the bytes come here.
#[cfg(target_arch = "wasm32")]
fn inflate<'a>(what: &'static str, bytes: &'a [u8]) -> Result<Cow<'a, [u8]>, Error> {
    if bytes.starts_with(&GZIP) {
        return Err(Error::format(what, "an unpacked file", "a gzip file"));
    }
    Ok(Cow::Borrowed(bytes))
}

/// Dimensions and entries of an IDX file of bytes.
fn parse<'a>(
    what: &'static str,
    file: &'a [u8],
    dimensions: usize,
) -> Result<(Vec<usize>, &'a [u8]), Error> {
    let header = 4 + 4 * dimensions;
    if file.len() < header {
        let expected = format!("a header of {header} bytes");
        return Err(Error::format(
            what,
            expected,
            format!("{} bytes", file.len()),
        ));
    }
    let magic = [0, 0, BYTES, u8::try_from(dimensions).expect("at most 3")];
    if file[..4] != magic {
        let expected = format!("a file that begins with {}", list(&magic));
        return Err(Error::format(what, expected, list(&file[..4])));
    }
    let sizes: Vec<usize> = file[4..header]
        .chunks_exact(4)
        .map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]) as usize)
        .collect();
    if sizes[0] == 0 || sizes[0] > MAX_EXAMPLES {
        let expected = format!("1 to {MAX_EXAMPLES} examples");
        return Err(Error::format(
            what,
            expected,
            format!("{} in its header", sizes[0]),
        ));
    }
    let entries = &file[header..];
    let expected = sizes
        .iter()
        .try_fold(1_usize, |n, &size| n.checked_mul(size));
    if expected != Some(entries.len()) {
        let expected = format!("{} entries, as its header says", list(&sizes));
        return Err(Error::format(
            what,
            expected,
            format!("{} bytes behind it", entries.len()),
        ));
    }
    Ok((sizes, entries))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Dataset, PIXELS, Part};
    use crate::random::{Random, Stream};
    use std::io::Write;

    fn file(dimensions: &[u32], entries: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0, 0, BYTES, u8::try_from(dimensions.len()).unwrap()];
        dimensions
            .iter()
            .for_each(|d| bytes.extend(d.to_be_bytes()));
        bytes.extend(entries);
        bytes
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn plain_and_gzip_give_the_same() {
        let mut random = Random::new(1, Stream::Noise);
        let pixels: Vec<u8> = (0..3 * PIXELS)
            .map(|_| random.bits().to_be_bytes()[0])
            .collect();
        let plain = file(&[3, 28, 28], &pixels);
        assert_eq!(images(&plain).unwrap(), pixels);
        assert_eq!(images(&gzip(&plain)).unwrap(), pixels);
        assert_eq!(labels(&gzip(&file(&[3], &[9, 0, 4]))).unwrap(), [9, 0, 4]);
        // Some tools pack a file in several pieces, one behind the other.
        let (first, second) = plain.split_at(1_000);
        let pieces = [gzip(first), gzip(second)].concat();
        assert_eq!(images(&pieces).unwrap(), pixels);
    }

    #[test]
    fn a_sixth_is_held_back_but_no_more_than_ten_thousand() {
        for (count, held_back) in [(12, 2), (13, 3), (66_000, 10_000)] {
            let images = file(&[count, 28, 28], &vec![0; count as usize * PIXELS]);
            let labels = file(&[count], &vec![0; count as usize]);
            let data = Dataset::from_idx(&images, &labels).unwrap();
            assert_eq!(data.len(Part::Test), held_back, "of {count}");
        }
    }

    #[test]
    fn every_truncation_is_refused() {
        let plain = file(&[2, 28, 28], &[7; 2 * PIXELS]);
        let packed = gzip(&plain);
        for bytes in [&plain, &packed] {
            for length in 0..bytes.len() {
                assert!(images(&bytes[..length]).is_err(), "{length} bytes");
            }
        }
    }

    #[test]
    fn messages_say_what_was_expected_and_found() {
        let message = |result: Result<Vec<u8>, Error>| result.unwrap_err().to_string();
        assert_eq!(
            message(images(&file(&[1, 32, 32], &[0; 1024]))),
            "IDX images: expected images of 28 x 28 pixels, found 32 x 32"
        );
        assert_eq!(
            message(images(&file(&[1, 28, 32], &[0; 896]))),
            "IDX images: expected images of 28 x 28 pixels, found 28 x 32"
        );
        assert_eq!(
            message(labels(&file(&[2], &[3, 26]))),
            "IDX labels: expected labels 0 to 9, found 26 for image 1"
        );
        assert!(labels(&file(&[2], &[3, 10])).is_err());
        assert_eq!(
            message(images(&file(&[2], &[3, 6, 0, 0, 0, 0, 0, 0, 0, 0]))),
            "IDX images: expected a file that begins with [0, 0, 8, 3], found [0, 0, 8, 1]"
        );
        assert_eq!(
            message(images(b"\x89PNG")),
            "IDX images: expected a header of 16 bytes, found 4 bytes"
        );
        assert_eq!(
            message(labels(&file(&[90_000], &[0; 90_000]))),
            "IDX labels: expected 1 to 70000 examples, found 90000 in its header"
        );
        assert_eq!(
            message(labels(&file(&[0], &[]))),
            "IDX labels: expected 1 to 70000 examples, found 0 in its header"
        );
        assert!(labels(&file(&[70_000], &[0; 70_000])).is_ok());
    }

    #[test]
    fn a_small_file_that_unpacks_to_too_much_is_refused() {
        let much = vec![0; 16 + MAX_EXAMPLES * PIXELS + 1];
        assert_eq!(
            images(&gzip(&much)).unwrap_err().to_string(),
            "IDX images: expected at most 70000 images, found over 54880016 bytes once unpacked"
        );
    }

    #[test]
    fn a_lying_header_allocates_nothing() {
        let bytes = file(&[u32::MAX, u32::MAX, u32::MAX], &[0; 16]);
        assert!(images(&bytes).is_err());
        // So many pixels that counting them leaves 64 bits, and comes to none.
        let bytes = file(&[4, 1 << 31, 1 << 31], &[]);
        assert!(images(&bytes).is_err());
    }
}
