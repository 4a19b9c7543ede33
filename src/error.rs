//! What can go wrong through no fault of this code: one variant per thing a caller can act on.

use std::fmt;

/// A refusal that says what was expected and what was found instead.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// The bytes of a file are not what its format demands.
    Format {
        /// The file or the part of it that was being read.
        what: &'static str,
        /// What the format demands there.
        expected: String,
        /// What stands there.
        found: String,
    },
    /// An option has a value outside its range.
    Option {
        /// The option's name, as callers write it.
        field: &'static str,
        /// The values it can take.
        expected: String,
        /// The value given.
        found: String,
    },
    /// An array has the wrong number of entries.
    Length {
        /// The array's name.
        what: &'static str,
        /// How many entries it must have.
        expected: usize,
        /// How many it has.
        found: usize,
    },
    /// The cost or a parameter stopped being a finite number; the run still holds the state before that step.
    Diverged {
        /// The step that would have gone wrong, counted from 1.
        step: u32,
        /// The cost of its batch, or of the one after it if that is the first that is not finite.
        cost: f64,
    },
    /// The network answers no better than by guessing, and either says the same to every image, so that no gradient leads
    /// out of there, or had learnt much before.
    Dead {
        /// The last step made.
        step: u32,
        /// The cost there.
        cost: f64,
    },
    /// The network says the same to every image, and did so with its first weights: no gradient leads out of there.
    Silent {
        /// The last step made.
        step: u32,
        /// The cost there.
        cost: f64,
    },
}

impl Error {
    #[inline(never)]
    pub(crate) fn format(
        what: &'static str,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        let (expected, found) = (expected.into(), found.into());
        Self::Format {
            what,
            expected,
            found,
        }
    }

    #[inline(never)]
    pub(crate) fn option(
        field: &'static str,
        expected: impl Into<String>,
        found: impl fmt::Display,
    ) -> Self {
        Self::Option {
            field,
            expected: expected.into(),
            found: found.to_string(),
        }
    }

    /// Checks the length of an array that came from outside.
    pub(crate) fn check_length(
        what: &'static str,
        expected: usize,
        found: usize,
    ) -> Result<(), Self> {
        if expected == found {
            Ok(())
        } else {
            Err(Self::Length {
                what,
                expected,
                found,
            })
        }
    }
}

/// Numbers as a list, for a message.
pub(crate) fn list<T: fmt::Display>(numbers: &[T]) -> String {
    let numbers: Vec<String> = numbers.iter().map(T::to_string).collect();
    format!("[{}]", numbers.join(", "))
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format {
                what,
                expected,
                found,
            } => write!(f, "{what}: expected {expected}, found {found}"),
            Self::Option {
                field,
                expected,
                found,
            } => write!(f, "option {field}: expected {expected}, found {found}"),
            Self::Length {
                what,
                expected,
                found,
            } => write!(f, "{what}: expected {expected} numbers, found {found}"),
            Self::Diverged { step, cost } => write!(
                f,
                "the run diverged at step {step}: expected a finite cost and finite parameters, \
                 found {}; the state before that step is kept",
                if cost.is_finite() {
                    format!("parameters beyond all numbers at a cost of {cost}")
                } else {
                    format!("a cost of {cost}")
                }
            ),
            Self::Dead { step, cost } => write!(
                f,
                "the run diverged at step {step}: expected to do clearly better than \
                 guessing, found a cost of {cost}, and no way back; a step was too long"
            ),
            Self::Silent { step, cost } => write!(
                f,
                "the run ended at step {step}: expected answers that depend on the image, found the same to every one, at \
                 a cost of {cost}, from the first weights on; another seed or wider layers help"
            ),
        }
    }
}

impl std::error::Error for Error {}
