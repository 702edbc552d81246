//! Cards. Answers about them hold numbers and security codes: these have no field here, so that
//! they are skipped.

use cardmux_domain::money::Decimal;
use cardmux_provider_kit::json;
use serde::Deserialize;

/// Of details, lists and the answers to issuing (dossier 4.2 to 4.4, 5.3).
/// Without `Debug`: what is called masked is only so by bfinance's word.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Card {
    #[serde(deserialize_with = "json::opt_id")]
    pub id: Option<String>,
    /// Masked by bfinance; no more than its end is kept.
    #[serde(deserialize_with = "json::opt_text")]
    pub masked_card_number: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub currency: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub status: Option<String>,
    /// Our reference.
    #[serde(deserialize_with = "json::opt_id")]
    pub external_card_id: Option<String>,
    /// Of lists and the answer to issuing.
    #[serde(deserialize_with = "json::opt_decimal")]
    pub card_balance: Option<Decimal>,
    /// Of details.
    pub balance: Option<Balance>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Balance {
    #[serde(deserialize_with = "json::opt_decimal")]
    pub value: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_text")]
    pub currency: Option<String>,
}

/// The answer to issuing a plain card; that of a budget card is the card itself.
#[derive(Deserialize)]
pub struct Issued {
    pub card: Card,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CardList {
    #[serde(deserialize_with = "json::list")]
    pub cards: Vec<Card>,
    #[serde(deserialize_with = "json::opt_integer")]
    pub total_pages: Option<i64>,
}

impl CardList {
    /// Whether cards follow this page. Where no total is told (S1), a full page may have a next one.
    pub fn has_more(&self, page: u32, limit: u32) -> bool {
        let full = is_full(self.cards.len(), limit);
        let total = self.total_pages.map(|total| total > i64::from(page));
        !self.cards.is_empty() && total.unwrap_or(full)
    }
}

/// Whether as many came as were asked for.
pub fn is_full(count: usize, limit: u32) -> bool {
    u32::try_from(count).is_ok_and(|count| count >= limit)
}
