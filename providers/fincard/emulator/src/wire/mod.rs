//! Records as they appear on the wire, one module per kind.

mod account;
mod card;
mod card_type;
mod holder;
mod order;
mod spend;

use rust_decimal::Decimal;

use crate::json::Json;
use crate::options::{Amounts, Quirks, Spelling};

/// Writes records with the quirks in force.
pub struct Writer<'a>(pub &'a Quirks);

impl Writer<'_> {
    pub fn amount(&self, value: Decimal) -> Json {
        let value = value.normalize();
        match self.0.amounts {
            Amounts::Numbers => Json::Number(value),
            Amounts::Strings => Json::text(value.to_string()),
        }
    }

    fn name(&self, narrative: &'static str, reference: &'static str) -> &'static str {
        match self.0.spelling {
            Spelling::Narrative => narrative,
            Spelling::Reference => reference,
        }
    }
}

/// A page of records, as every list answers.
pub fn page(total: usize, records: Vec<Json>) -> Json {
    let total = u64::try_from(total).unwrap_or(u64::MAX);
    Json::Object(vec![
        ("total", Json::number(total)),
        ("records", Json::List(records)),
    ])
}
