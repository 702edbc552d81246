//! The subjects, a line per provider.

mod mock;

use std::sync::Arc;

use crate::quirks::Flip;
use crate::subject::Maker;

/// A provider: its subjects, of which the first has no quirks, and what can be told its emulator.
pub struct Entry {
    pub makers: Vec<Arc<Maker>>,
    pub flips: Vec<Flip>,
}

/// Modules that lie with their providers, and the mock.
macro_rules! subjects {
    ($($name:ident = $path:literal),+ $(,)?) => {
        $(#[path = $path]
        mod $name;)+

        pub fn all() -> Vec<Entry> {
            let mut entries = vec![entry(mock::makers(), Vec::new())];
            $(entries.push(entry($name::makers(), $name::flips()));)+
            entries
        }
    };
}

subjects! {
    bfinance = "../../../../providers/bfinance/conformance.rs",
    fincard = "../../../../providers/fincard/conformance.rs",
    finci = "../../../../providers/finci/conformance.rs",
    finup = "../../../../providers/finup/conformance.rs",
}

fn entry(makers: Vec<Maker>, flips: Vec<Flip>) -> Entry {
    Entry {
        makers: makers.into_iter().map(Arc::new).collect(),
        flips,
    }
}
