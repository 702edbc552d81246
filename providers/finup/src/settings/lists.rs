//! Settings that are lists or tables.

use std::collections::BTreeMap;

use cardmux_domain::money::{Decimal, parse_amount};
use cardmux_domain::transaction::{TransactionKind, TransactionStatus};
use cardmux_provider_kit::settings::Setting;
use serde_json::{Map, Value};

/// The refusals whose reason the status alone does not tell; see [`crate::error`].
const REFUSALS: [u16; 5] = [400, 409, 418, 420, 422];

/// HTTP statuses that stand for an account with too little on it; a list, or a text with commas.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Codes(pub Vec<u16>);

impl Setting for Codes {
    fn read(value: &Value) -> Result<Self, String> {
        let texts: Vec<String> = match value {
            Value::Array(items) => items.iter().map(ToString::to_string).collect(),
            Value::String(text) => text.split(',').map(|code| code.trim().to_owned()).collect(),
            Value::Number(number) => vec![number.to_string()],
            Value::Null | Value::Bool(_) | Value::Object(_) => vec![String::new()],
        };
        let code = |text: &String| text.parse().ok().filter(|code| REFUSALS.contains(code));
        let codes: Option<_> = texts.iter().map(code).collect();
        codes
            .map(Self)
            .ok_or_else(|| "must be a list of some of 400, 409, 418, 420 and 422".to_owned())
    }
}

/// What Finup does not say about a card type, by its `bin_id`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CardTypeNames(BTreeMap<String, CardTypeName>);

#[derive(Debug, Clone, Default, PartialEq)]
pub struct CardTypeName {
    pub name: Option<String>,
    pub brand: Option<String>,
    pub country: Option<String>,
    pub deposit_min: Option<Decimal>,
    pub deposit_max: Option<Decimal>,
}

impl CardTypeNames {
    pub fn of(&self, bin_id: &str) -> CardTypeName {
        self.0.get(bin_id).cloned().unwrap_or_default()
    }
}

impl Setting for CardTypeNames {
    fn read(value: &Value) -> Result<Self, String> {
        let problem = "must be a table by bin_id, of tables with name, brand, country, deposit_min \
                       and deposit_max as texts";
        let entry = |(id, value): (&String, &Value)| Some((id.clone(), described(value)?));
        table(value)
            .and_then(|types| types.iter().map(entry).collect::<Option<_>>())
            .map(Self)
            .ok_or_else(|| problem.to_owned())
    }
}

fn table(value: &Value) -> Option<&Map<String, Value>> {
    value.as_object()
}

fn described(value: &Value) -> Option<CardTypeName> {
    let mut described = CardTypeName::default();
    for (key, value) in table(value)? {
        let text = String::read(value).ok()?;
        let amount = || parse_amount(&text).ok().filter(Decimal::is_sign_positive);
        match key.as_str() {
            "deposit_min" => described.deposit_min = Some(amount()?),
            "deposit_max" => described.deposit_max = Some(amount()?),
            "name" => described.name = Some(text),
            "brand" => described.brand = Some(text.to_lowercase()),
            "country" => described.country = Some(text),
            _ => return None,
        }
    }
    Some(described)
}

/// Finup's words for what a card's payment is. None is documented.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PaymentTypes(BTreeMap<String, TransactionKind>);

impl PaymentTypes {
    pub fn of(&self, word: &str) -> TransactionKind {
        self.0.get(word).copied().unwrap_or(TransactionKind::Other)
    }
}

impl Setting for PaymentTypes {
    fn read(value: &Value) -> Result<Self, String> {
        words(value)
            .map(Self)
            .ok_or_else(|| "must be a table from Finup's words to kinds of transaction".to_owned())
    }
}

/// Finup's words for how far a payment is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentStatuses(BTreeMap<String, TransactionStatus>);

impl Default for PaymentStatuses {
    /// The only one documented (O), of a payment that was complete.
    fn default() -> Self {
        Self(BTreeMap::from([(
            "Approved".to_owned(),
            TransactionStatus::Settled,
        )]))
    }
}

impl PaymentStatuses {
    /// What nobody documented is not known to have ended.
    pub fn of(&self, word: &str) -> TransactionStatus {
        let known = self.0.get(word).copied();
        known.unwrap_or(TransactionStatus::Pending)
    }
}

impl Setting for PaymentStatuses {
    fn read(value: &Value) -> Result<Self, String> {
        words(value).map(Self).ok_or_else(|| {
            "must be a table from Finup's words to pending, declined or settled".to_owned()
        })
    }
}

fn words<T: std::str::FromStr>(value: &Value) -> Option<BTreeMap<String, T>> {
    let entry = |(word, value): (&String, &Value)| {
        let ours = value.as_str()?.parse().ok()?;
        Some((word.clone(), ours))
    };
    table(value)?.iter().map(entry).collect()
}
