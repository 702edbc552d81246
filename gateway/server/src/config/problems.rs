//! What is wrong with a configuration: everything at once, each with its place.
//!
//! A text never repeats a value: any value may be a secret put under the wrong key.

use std::fmt;
use std::path::PathBuf;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// `config/default.toml`, embedded.
    Default,
    File(PathBuf),
    /// The full name of the variable.
    Environment(String),
    /// Command line or playground.
    Override,
    /// No layer has the key.
    NotSet,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("built-in default"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Override => f.write_str("command line"),
            Self::NotSet => f.write_str("not set"),
        }
    }
}

/// One thing to put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Dotted path of the key; empty when a whole layer is meant.
    pub key: String,
    pub origin: Origin,
    pub what: String,
    pub hint: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() {
            write!(f, "{}: {}", self.origin, self.what)?;
        } else {
            write!(f, "{} ({}): {}", self.key, self.origin, self.what)?;
        }
        match &self.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

/// What somebody found wrong with a key; its place is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Dotted path.
    pub key: String,
    pub what: String,
    pub hint: Option<String>,
}

/// Every problem found; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblems(pub(super) Vec<Problem>);

impl ConfigProblems {
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }
}

impl std::error::Error for ConfigProblems {}

impl fmt::Display for ConfigProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.0.len() == 1 {
            "problem"
        } else {
            "problems"
        };
        write!(f, "{} {plural} in the configuration", self.0.len())?;
        self.0
            .iter()
            .try_for_each(|problem| write!(f, "\n- {problem}"))
    }
}
