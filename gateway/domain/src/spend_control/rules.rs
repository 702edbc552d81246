//! What a spend control says, as it is stored.

use std::collections::BTreeSet;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use super::mcc::MccRule;
use super::window::Window;
use crate::money::{Currency, Decimal, parse_amount};

/// Rules; a part that is empty restricts nothing. Stored as JSON.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Rules {
    pub limits: Vec<Limit>,
    /// Only these; a payment without an MCC is none of them. Not together with `blocked_mccs`.
    pub allowed_mccs: BTreeSet<MccRule>,
    pub blocked_mccs: BTreeSet<MccRule>,
    /// ISO 3166-1 alpha-2, upper case. Only these; not together with `blocked_countries`.
    pub allowed_countries: BTreeSet<String>,
    pub blocked_countries: BTreeSet<String>,
    /// Only these; not together with `blocked_merchants`.
    pub allowed_merchants: Vec<MerchantRule>,
    pub blocked_merchants: Vec<MerchantRule>,
    /// So many payments in all, over the whole scope; 1 is a single-use card.
    pub max_uses: Option<u32>,
    /// Only the merchant of the first payment that counts; where that told neither id nor name, it
    /// locks nothing.
    pub merchant_lock: bool,
}

/// At most so much, or so many payments, in a window.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Limit {
    /// Payments in another currency than the amount's are declined by it: nothing is converted.
    pub amount: Option<LimitAmount>,
    /// Not of a single payment.
    pub count: Option<u32>,
    pub window: Window,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LimitAmount {
    pub amount: Decimal,
    pub currency: Currency,
}

/// By the acquirer's id, or by name: equal but for case, spaces at the ends and how many there are
/// between two words.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MerchantRule {
    Id(String),
    Name(String),
}

/// As JSON the amount is a text, exact as everywhere.
#[derive(serde::Serialize, serde::Deserialize)]
struct AmountText {
    amount: String,
    currency: String,
}

impl Serialize for LimitAmount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = AmountText {
            amount: self.amount.to_string(),
            currency: self.currency.to_string(),
        };
        text.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for LimitAmount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let AmountText { amount, currency } = AmountText::deserialize(deserializer)?;
        let currency: Currency = currency.parse().map_err(D::Error::custom)?;
        let amount = parse_amount(&amount).map_err(D::Error::custom)?;
        Ok(Self { amount, currency })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_as_json_come_back() {
        let text = r#"{"limits":[{"amount":{"amount":"10.5","currency":"EUR"},"count":null,"window":{"kind":"calendar","period":"day","timeZone":"Europe/Vilnius"}}],
            "blockedMccs":["7995","airlines"],"allowedMerchants":[{"id":"M-1"},{"name":"SHOP"}],"maxUses":1,"merchantLock":true}"#;
        let rules: Rules = serde_json::from_str(text).unwrap();
        let again: Rules = serde_json::from_str(&serde_json::to_string(&rules).unwrap()).unwrap();
        assert_eq!(rules, again);
        let airline = "3001".parse().unwrap();
        assert!(rules.blocked_mccs.iter().any(|rule| rule.covers(&airline)));
        assert!(serde_json::from_str::<Rules>(r#"{"blockedMccs":["casino"]}"#).is_err());
    }
}
