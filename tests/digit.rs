//! Straightening and stroke drawing against the `f64` reference.

mod reference;

use descent::data::{IMAGE_SIDE, PIXELS};
use descent::digit::{straighten, strokes};
use descent::random::{Random, Stream};

fn rows(ink: &[f32]) -> Vec<Vec<f64>> {
    ink.chunks_exact(IMAGE_SIDE)
        .map(|row| row.iter().map(|&v| f64::from(v)).collect())
        .collect()
}

/// Random scribbles of one to three strokes.
fn scribble(random: &mut Random) -> Vec<Vec<strokes::Point>> {
    (0..=random.below(3))
        .map(|_| {
            let mut at = [random.signed() * 100.0, random.signed() * 100.0].map(f64::from);
            (0..=random.below(20))
                .map(|_| {
                    at = at.map(|c| c + f64::from(random.signed() * 30.0));
                    at
                })
                .collect()
        })
        .collect()
}

#[test]
fn straightening_agrees_with_the_reference() {
    let mut random = Random::new(11, Stream::Noise);
    for _ in 0..200 {
        let mut ink = [0.0; PIXELS];
        strokes::draw(&scribble(&mut random), &mut ink).unwrap();
        let mut found = [0.0; PIXELS];
        straighten::straighten(&ink, &mut found);
        let expected = reference::straighten(&rows(&ink)).concat();
        for (found, expected) in found.iter().zip(expected) {
            assert!(
                (f64::from(*found) - expected).abs() < 1e-4,
                "{found} {expected}"
            );
        }
    }
}

#[test]
fn drawing_agrees_with_the_reference() {
    let mut random = Random::new(12, Stream::Noise);
    for _ in 0..100 {
        let drawing = scribble(&mut random);
        let mut found = [0.0; PIXELS];
        strokes::draw(&drawing, &mut found).unwrap();
        let expected = reference::draw(&drawing, strokes::BRUSH).concat();
        for (found, expected) in found.iter().zip(expected) {
            assert!(
                (f64::from(*found) - expected).abs() < 1e-4,
                "{found} {expected}"
            );
        }
    }
}
