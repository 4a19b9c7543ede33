//! From what a person draws to what the network sees.

pub mod journey;
pub mod straighten;
pub mod strokes;
pub(crate) mod warp;
