//! From what a person draws to what the network sees.

pub(crate) mod bordered;
pub mod journey;
pub mod straighten;
pub mod strokes;
