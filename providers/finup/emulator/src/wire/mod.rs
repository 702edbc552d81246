//! The answers' JSON.
//!
//! Documented: every member's name (dossier 3 to 7). Assumed: members of which no sample shows a
//! null are null when nothing was sent.

mod account;
mod card;
pub mod payment;

pub use self::account::bin;
use rust_decimal::Decimal;

use crate::json::Json;
use crate::options::FinupOptions;
use crate::quirks::{Numbers, Quirks, Spelling};
use crate::state::Status;

/// Writes what the quirks in force say, as of a time.
#[derive(Clone, Copy)]
pub struct Writer<'a> {
    pub quirks: &'a Quirks,
    pub options: &'a FinupOptions,
    pub now_ms: i64,
}

impl Writer<'_> {
    fn money(&self, amount: Decimal) -> Json {
        let scale = match self.quirks.numbers {
            Numbers::Plain => return Json::Number(amount.normalize()),
            Numbers::TwoDecimals => 2,
            Numbers::FourDecimals => 4,
        };
        let mut padded = amount.normalize();
        // A longer fraction is kept whole.
        padded.rescale(scale.max(padded.scale()));
        Json::Number(padded)
    }

    /// The word for a status.
    pub fn status(&self, status: Status) -> String {
        if let Some(word) = &self.quirks.unknown_status {
            return word.clone();
        }
        let word = match self.quirks.statuses {
            Spelling::Documented => status.word(),
            Spelling::Other => status.other_word(),
        };
        word.to_owned()
    }
}

/// A bulk call's answer, under its phrases (O).
pub fn bulk(changed: Vec<String>, unchanged: Vec<String>, quirks: &Quirks) -> Json {
    let lists = [
        ("Changed cards", changed),
        ("Unchanged cards due to inappropriate status", unchanged),
    ];
    let shown = lists
        .into_iter()
        .filter(|(_, ids)| !quirks.bulk_keys_missing || !ids.is_empty());
    Json::Object(shown.map(|(key, ids)| (key, Json::texts(ids))).collect())
}
