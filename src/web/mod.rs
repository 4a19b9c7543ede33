//! The only folder that knows JavaScript exists: reads arguments, calls the core, writes the result.
//!
//! Small records cross through `serde-wasm-bindgen`, arrays of numbers are copied into and out of typed arrays that the
//! caller owns, errors leave as `JsError`.

mod ahead;
mod convert;
mod dataset;
mod inquiries;
mod options;
mod pictures;
mod reading;
mod session;

pub use ahead::Preparer;
pub use dataset::{Dataset, Drawings};
pub use options::limits;
pub use session::Session;

use js_sys::Float32Array;
use wasm_bindgen::prelude::*;

use crate::data::PIXELS;
use crate::random::{Random, Stream};
use convert::write;

type Result<T> = std::result::Result<T, JsError>;

/// Two kilobytes less to download than the standard library's, and no slower.
#[global_allocator]
static ALLOCATOR: rlsf::GlobalTlsf = rlsf::GlobalTlsf::new();

/// A seed that nobody chose, from the browser's randomness.
///
/// # Errors
/// If the browser has none to give.
#[wasm_bindgen]
pub fn new_seed() -> Result<u32> {
    Ok(getrandom::u32()?)
}

/// A picture of raw noise.
///
/// * `pixels`: `[PIXELS]`, 0 to 255, the result
///
/// # Errors
/// If the array has another length.
#[wasm_bindgen]
pub fn noise(seed: u32, pixels: &Float32Array) -> Result<()> {
    let mut random = Random::new(seed, Stream::Noise);
    write(pixels, &[(); PIXELS].map(|()| 255.0 * random.uniform()))
}
