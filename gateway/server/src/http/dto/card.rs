use std::collections::BTreeMap;

use cardmux_domain::card::Card;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::customer::personal::given;
use super::{BalanceDto, CardControlsDto, RoutingDto, open};
use crate::app::cards::CardPatch;

/// A card of the registry.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Card)]
pub struct CardDto {
    #[schema(example = "card_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub id: String,
    #[schema(value_type = open::CardStatus)]
    pub status: String,
    /// The provider's own word; null until the card was read there since its status last changed.
    pub provider_status: Option<String>,
    /// The provider reported a step the domain does not know; the status follows the provider.
    pub drift: bool,
    #[schema(value_type = open::CardModel)]
    pub model: String,
    #[schema(value_type = open::CardForm)]
    pub form: String,
    pub type_id: String,
    pub provider: CardProviderDto,
    pub customer_id: Option<String>,
    /// The cardholder's enrolment at the provider.
    pub enrolment_id: Option<String>,
    pub budget_id: Option<String>,
    #[schema(value_type = Option<open::CardBrand>)]
    pub brand: Option<String>,
    pub masked_number: Option<String>,
    pub last4: Option<String>,
    pub currency: String,
    /// What can be spent; in the gateway's ledger where the provider keeps no balances, else as last read.
    pub balance: Option<BalanceDto>,
    pub controls: CardControlsDto,
    /// The note kept with the card at the provider.
    pub note: Option<String>,
    pub label: Option<String>,
    pub external_id: Option<String>,
    pub metadata: BTreeMap<String, String>,
    /// Why it is at this issuer; null where the request named the card type.
    pub routing: Option<RoutingDto>,
    /// The operation under way, if one is.
    pub pending_operation: Option<String>,
    /// Also the entity tag, for `If-Match`. What it spends may move `balance` without a new version.
    pub version: i64,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
    /// With `?include=provider`: the provider's own object, read now; everything that could tell of
    /// card or person is `***`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub provider_object: Option<serde_json::Value>,
}

/// Where a card lives.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CardProvider)]
pub struct CardProviderDto {
    pub instance: String,
    #[schema(example = "fincard")]
    pub kind: String,
    /// The provider's card id; never the card number.
    pub r#ref: Option<String>,
}

impl CardDto {
    pub fn new(card: Card, provider_kind: &str) -> Self {
        let Card {
            id,
            tenant: _,
            status,
            status_as_of: _,
            provider_status,
            drift,
            model,
            form,
            type_id,
            instance,
            provider_ref,
            customer_id,
            enrolment_id,
            budget_id,
            brand,
            last4,
            currency,
            balance,
            controls,
            note,
            label,
            external_id,
            metadata,
            routing,
            pending_operation,
            refresh_at: _,
            version,
            created_at,
            updated_at,
        } = card;
        Self {
            id: id.to_string(),
            status: status.to_string(),
            provider_status,
            drift,
            model: model.to_string(),
            form: form.to_string(),
            type_id: type_id.to_string(),
            provider: CardProviderDto {
                instance: instance.to_string(),
                kind: provider_kind.to_owned(),
                r#ref: provider_ref,
            },
            customer_id: customer_id.map(|id| id.to_string()),
            enrolment_id: enrolment_id.map(|id| id.to_string()),
            budget_id: budget_id.map(|id| id.to_string()),
            brand,
            masked_number: last4.as_ref().map(|last4| format!("•••• {last4}")),
            last4,
            currency: currency.to_string(),
            balance: balance.map(Into::into),
            controls: CardControlsDto::new(controls, currency),
            note,
            label,
            external_id,
            metadata,
            routing: routing.map(|routing| (*routing).into()),
            pending_operation: pending_operation.map(|id| id.to_string()),
            version,
            created_at: created_at.to_string(),
            updated_at: updated_at.to_string(),
            provider_object: None,
        }
    }
}

/// What to change; a field left out stays, `null` clears it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = PatchCard, example = json!({"label": "Ads 2026", "metadata": {"team": "growth"}}))]
pub struct PatchCardBody {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 200)]
    pub label: Option<Option<String>>,
    /// Merged into what is there; `null` removes an entry.
    #[serde(default)]
    pub metadata: BTreeMap<String, Option<String>>,
}

impl From<PatchCardBody> for CardPatch {
    fn from(body: PatchCardBody) -> Self {
        let PatchCardBody { label, metadata } = body;
        Self { label, metadata }
    }
}
