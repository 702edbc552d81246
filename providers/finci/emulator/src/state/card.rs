//! A card and its two axes.
//!
//! Documented: the values, with the spelling `compromized`; stage never decides whether a card can
//! pay (D). The arrows are the newer text's working model (D); `active <-> referral` is our choice.

use serde::{Deserialize, Serialize};

use crate::quirks::{Lasting, Quirks, Transitions};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    New,
    Active,
    Deactivated,
    Blocked,
    Closed,
    Compromized,
    Damaged,
    Lost,
    Stolen,
    Referral,
}

impl Status {
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Active => "active",
            Self::Deactivated => "deactivated",
            Self::Blocked => "blocked",
            Self::Closed => "closed",
            Self::Compromized => "compromized",
            Self::Damaged => "damaged",
            Self::Lost => "lost",
            Self::Stolen => "stolen",
            Self::Referral => "referral",
        }
    }

    /// Whether the API may take a card from here to `to`.
    pub fn may_become(self, to: Self, quirks: &Quirks) -> bool {
        if self == to || quirks.transitions == Transitions::Any {
            return true;
        }
        match self {
            Self::New => to == Self::Active || to.is_end(),
            Self::Active => matches!(to, Self::Deactivated | Self::Referral) || to.is_end(),
            Self::Deactivated => {
                let back = quirks.deactivated == Lasting::Temporary && to == Self::Active;
                back || to.is_end()
            }
            Self::Blocked => quirks.blocked == Lasting::Temporary && to == Self::Active,
            Self::Referral => to == Self::Active,
            Self::Closed | Self::Compromized | Self::Damaged | Self::Lost | Self::Stolen => false,
        }
    }

    fn is_end(self) -> bool {
        match self {
            Self::Blocked
            | Self::Closed
            | Self::Compromized
            | Self::Damaged
            | Self::Lost
            | Self::Stolen => true,
            Self::New | Self::Active | Self::Deactivated | Self::Referral => false,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Digital,
    PlasticNotDelivered,
    PlasticDelivered,
}

impl Stage {
    pub fn word(self) -> &'static str {
        match self {
            Self::Digital => "digital",
            Self::PlasticNotDelivered => "plastic_not_delivered",
            Self::PlasticDelivered => "plastic_delivered",
        }
    }
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Card {
    pub token_id: String,
    /// Of the account: a person or a corporate.
    pub owner_id: String,
    pub holder_id: String,
    pub account_id: String,
    pub currency: String,
    pub product_id: i64,
    pub embossing_name: String,
    /// Masked; there is nothing else.
    pub card_number: String,
    /// `YYYY-MM`.
    pub expiration_date: String,
    pub status: Status,
    pub stage: Stage,
    /// From when `get-cards` shows it (emulated), for an `invisible` fault.
    pub visible_at: i64,
}

impl Card {
    pub const PREFIX: &str = "70012000";
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Status; 10] = [
        Status::New,
        Status::Active,
        Status::Deactivated,
        Status::Blocked,
        Status::Closed,
        Status::Compromized,
        Status::Damaged,
        Status::Lost,
        Status::Stolen,
        Status::Referral,
    ];

    fn reached(from: Status, quirks: &Quirks) -> Vec<&'static str> {
        let others = ALL.into_iter().filter(|to| *to != from);
        let legal = others.filter(|to| from.may_become(*to, quirks));
        legal.map(Status::word).collect()
    }

    #[test]
    fn status_arrows_are_those_of_the_working_model() {
        let quirks = Quirks::default();
        let ends = [
            "blocked",
            "closed",
            "compromized",
            "damaged",
            "lost",
            "stolen",
        ];
        assert_eq!(
            reached(Status::New, &quirks),
            [&["active"], &ends[..]].concat()
        );
        let from_active = [&["deactivated"], &ends[..], &["referral"]].concat();
        assert_eq!(reached(Status::Active, &quirks), from_active);
        let from_deactivated = [&["active"], &ends[..]].concat();
        assert_eq!(reached(Status::Deactivated, &quirks), from_deactivated);
        assert_eq!(reached(Status::Referral, &quirks), ["active"]);
        for end in ALL.into_iter().filter(|status| status.is_end()) {
            assert!(reached(end, &quirks).is_empty(), "{}", end.word());
        }
    }

    #[test]
    fn status_arrows_follow_the_older_text_when_asked() {
        let quirks = Quirks {
            blocked: Lasting::Temporary,
            deactivated: Lasting::Permanent,
            ..Quirks::default()
        };
        assert_eq!(reached(Status::Blocked, &quirks), ["active"]);
        assert!(!Status::Deactivated.may_become(Status::Active, &quirks));
        let quirks = Quirks {
            transitions: Transitions::Any,
            ..Quirks::default()
        };
        assert!(Status::Closed.may_become(Status::Active, &quirks));
    }
}
