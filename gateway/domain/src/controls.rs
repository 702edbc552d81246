//! What a card may be used for, as far as its provider enforces it.

use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::money::Decimal;

/// A merchant category code: four digits (ISO 18245).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Mcc(String);

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("must be four digits (ISO 18245)")]
pub struct BadMcc;

impl Mcc {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Mcc {
    type Err = BadMcc;

    fn from_str(text: &str) -> Result<Self, BadMcc> {
        let digits = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| Self(text.to_owned())).ok_or(BadMcc)
    }
}

impl std::fmt::Display for Mcc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who sees to it that a control is kept: one word for a card's own controls and for spend controls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Enforcer {
    /// Its provider asks before it charges.
    Gateway,
    Provider,
    /// It changes nothing.
    None,
}

/// Over what a spend limit counts.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum SpendInterval {
    PerTransaction,
    Daily,
    Weekly,
    Monthly,
    Yearly,
    Lifetime,
}

/// Which payments a spend limit counts, where a provider tells them apart.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum SpendChannel {
    Ecommerce,
    /// At a terminal.
    Pos,
}

/// At most this amount over the interval, in the card's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpendLimit {
    /// `None`: payments of every kind.
    pub channel: Option<SpendChannel>,
    pub interval: SpendInterval,
    pub amount: Decimal,
}

/// Controls of a card, or a change of them: a part that is `None` is not known, or left as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Controls {
    /// An empty list lifts all limits.
    pub spend_limits: Option<Vec<SpendLimit>>,
    /// Only these may be paid; an empty list lifts the restriction. Never together with
    /// `blocked_mccs`.
    pub allowed_mccs: Option<Vec<Mcc>>,
    pub blocked_mccs: Option<Vec<Mcc>>,
    /// Payments up to this amount need no PIN, in the card's currency; zero: every payment does.
    pub no_pin_limit: Option<Decimal>,
}

impl Controls {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// These controls after the change. A list of one kind takes the place of the other kind's.
    pub fn apply(&mut self, change: &Self) {
        let Self {
            spend_limits,
            allowed_mccs,
            blocked_mccs,
            no_pin_limit,
        } = change.clone();
        self.spend_limits = spend_limits.or_else(|| self.spend_limits.take());
        self.no_pin_limit = no_pin_limit.or(self.no_pin_limit);
        if allowed_mccs.is_some() || blocked_mccs.is_some() {
            self.allowed_mccs = Some(allowed_mccs.unwrap_or_default());
            self.blocked_mccs = Some(blocked_mccs.unwrap_or_default());
        }
    }
}

/// Which controls a card type takes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ControlRules {
    /// What spend limits can be set for.
    pub spend_limits: Vec<SpendRule>,
    /// Limits once set can be lifted again; elsewhere only changed.
    pub liftable: bool,
    pub mcc_lists: bool,
    pub no_pin_limit: Option<NoPinRule>,
}

impl ControlRules {
    /// Who keeps what is set by them; nobody where nothing can be set.
    pub fn enforcer(&self) -> Enforcer {
        match *self == Self::default() {
            true => Enforcer::None,
            false => Enforcer::Provider,
        }
    }
}

/// A kind of spend limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SpendRule {
    pub channel: Option<SpendChannel>,
    pub interval: SpendInterval,
}

/// Bounds of the amount that needs no PIN, both ends included.
#[derive(Debug, Clone, PartialEq)]
pub struct NoPinRule {
    pub min: Option<Decimal>,
    pub max: Option<Decimal>,
    pub default: Option<Decimal>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(codes: &[&str]) -> Option<Vec<Mcc>> {
        Some(codes.iter().map(|c| c.parse().unwrap()).collect())
    }

    #[test]
    fn mcc_is_four_digits() {
        assert!("5999".parse::<Mcc>().is_ok());
        for bad in ["", "599", "59999", "59a9", "５９９９"] {
            assert_eq!(bad.parse::<Mcc>(), Err(BadMcc), "{bad}");
        }
    }

    #[test]
    fn list_of_one_kind_replaces_the_other_and_an_empty_one_clears() {
        let mut controls = Controls::default();
        controls.apply(&Controls {
            blocked_mccs: list(&["7995"]),
            ..Controls::default()
        });
        controls.apply(&Controls {
            allowed_mccs: list(&["5999"]),
            ..Controls::default()
        });
        assert_eq!(controls.allowed_mccs, list(&["5999"]));
        assert_eq!(controls.blocked_mccs, list(&[]));
        controls.apply(&Controls {
            allowed_mccs: list(&[]),
            ..Controls::default()
        });
        assert_eq!(controls.allowed_mccs, list(&[]));
    }
}
