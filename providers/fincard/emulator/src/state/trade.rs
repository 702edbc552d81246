//! Card spending: authorizations and what follows them, and fees the merchant had to pay.
//!
//! Documented: types and statuses with their capitals (2.4, 2.6), the fields (8.3, 8.4).

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TradeKind {
    #[serde(rename = "auth")]
    Auth,
    #[serde(rename = "refund")]
    Refund,
    #[serde(rename = "verification")]
    Verification,
    Void,
    #[serde(rename = "maintain_fee")]
    MaintainFee,
}

impl TradeKind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Refund => "refund",
            Self::Verification => "verification",
            Self::Void => "Void",
            Self::MaintainFee => "maintain_fee",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TradeStatus {
    Authorized,
    Succeed,
    Failed,
}

impl TradeStatus {
    pub fn word(self) -> &'static str {
        match self {
            Self::Authorized => "authorized",
            Self::Succeed => "succeed",
            Self::Failed => "failed",
        }
    }
}

/// Where the card was used.
#[derive(Clone, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Merchant {
    pub name: String,
    pub category_code: String,
    /// Alpha-3.
    pub country: String,
    pub city: String,
}

impl Default for Merchant {
    fn default() -> Self {
        let [name, category_code, country, city] =
            ["EXAMPLE SHOP", "5999", "DEU", "BERLIN"].map(str::to_owned);
        Self {
            name,
            category_code,
            country,
            city,
        }
    }
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Trade {
    pub trade_no: String,
    pub origin_trade_no: Option<String>,
    pub card_no: String,
    pub kind: TradeKind,
    pub status: TradeStatus,
    /// In the merchant's currency.
    pub currency: String,
    pub amount: Decimal,
    /// In the card's.
    pub authorized_currency: String,
    pub authorized_amount: Decimal,
    pub fee: Decimal,
    pub cross_board_fee: Decimal,
    pub settled: Option<Decimal>,
    pub settled_at: Option<i64>,
    /// Voided or refunded so far, in the card's currency.
    pub reversed: Decimal,
    pub authorization_code: String,
    pub merchant: Merchant,
    pub description: String,
    pub at: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FeePatchKind {
    #[serde(rename = "card_patch_fee")]
    Fee,
    #[serde(rename = "card_patch_cross_border")]
    CrossBorder,
}

impl FeePatchKind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Fee => "card_patch_fee",
            Self::CrossBorder => "card_patch_cross_border",
        }
    }
}

#[derive(Serialize, Deserialize)]
pub struct FeePatch {
    pub trade_no: String,
    pub origin_trade_no: Option<String>,
    pub card_no: String,
    pub kind: FeePatchKind,
    pub currency: String,
    pub amount: Decimal,
    pub at: i64,
}
