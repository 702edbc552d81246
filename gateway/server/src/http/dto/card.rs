use std::collections::BTreeMap;

use cardmux_domain::card::Card;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{BalanceDto, MoneyDto};
use crate::app::cards::{CardPatch, IssueRequest};
use crate::app::{AppError, FieldProblem};

/// A card of the registry.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Card)]
pub struct CardDto {
    #[schema(example = "card_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub id: String,
    /// `pending`, `active`, `inactive`, `frozen`, `blocked`, `cancelled`, `expired`, `failed`.
    pub status: String,
    /// The provider's own word; null until the card was read there since its status last changed.
    pub provider_status: Option<String>,
    /// The provider reported a step the domain does not know; the status follows the provider.
    pub drift: bool,
    /// `card`, `budget_card` or `gift`.
    pub model: String,
    /// `virtual` or `physical`.
    pub form: String,
    pub type_id: String,
    pub provider: CardProviderDto,
    pub customer_id: Option<String>,
    pub budget_id: Option<String>,
    /// Open: `visa`, `mastercard`, `discover` …
    pub brand: Option<String>,
    pub masked_number: Option<String>,
    pub last4: Option<String>,
    pub currency: String,
    pub balance: Option<BalanceDto>,
    pub label: Option<String>,
    pub external_id: Option<String>,
    pub metadata: BTreeMap<String, String>,
    /// The operation under way, if one is.
    pub pending_operation: Option<String>,
    /// Also the entity tag, for `If-Match`.
    pub version: i64,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
}

/// Where a card lives.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CardProvider)]
pub struct CardProviderDto {
    pub instance: String,
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
            brand,
            last4,
            currency,
            balance,
            label,
            external_id,
            metadata,
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
            customer_id: None,
            budget_id: None,
            brand,
            masked_number: last4.as_ref().map(|last4| format!("•••• {last4}")),
            last4,
            currency: currency.to_string(),
            balance: balance.map(Into::into),
            label,
            external_id,
            metadata,
            pending_operation: pending_operation.map(|id| id.to_string()),
            version,
            created_at: created_at.to_string(),
            updated_at: updated_at.to_string(),
        }
    }
}

/// A card to issue.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = IssueCard)]
pub struct IssueCardBody {
    /// From `GET /v1/card-types`.
    #[schema(example = "ctype_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub type_id: String,
    /// What the card starts with; charged with the type's fees to the funding account.
    pub initial_balance: Option<MoneyDto>,
    #[schema(max_length = 200)]
    pub label: Option<String>,
    /// Your own id of it.
    #[schema(max_length = 200)]
    pub external_id: Option<String>,
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
}

impl TryFrom<IssueCardBody> for IssueRequest {
    type Error = AppError;

    fn try_from(body: IssueCardBody) -> Result<Self, AppError> {
        let IssueCardBody {
            type_id,
            initial_balance,
            label,
            external_id,
            metadata,
        } = body;
        let mut problems = Vec::new();
        let type_id = type_id.parse().map_err(|_| {
            let detail = "is no card type id; GET /v1/card-types lists them";
            problems.push(FieldProblem::body("/typeId", "unknown", detail));
        });
        let initial_balance = initial_balance
            .map(|m| m.parse("/initialBalance"))
            .transpose();
        let initial_balance = initial_balance.map_err(|found| problems.extend(found));
        match (type_id, initial_balance) {
            (Ok(type_id), Ok(initial_balance)) => Ok(Self {
                type_id,
                initial_balance,
                label,
                external_id,
                metadata,
            }),
            _ => Err(AppError::Invalid(problems)),
        }
    }
}

/// An amount to move.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = MoveFunds)]
pub struct CardBody {
    pub amount: MoneyDto,
    /// For your own bookkeeping; sent to the provider where it takes one.
    #[schema(max_length = 50)]
    pub note: Option<String>,
}

/// A change that takes no amount.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ChangeCard)]
pub struct CardChangeBody {
    #[schema(max_length = 50)]
    pub note: Option<String>,
}

/// What to change; a field left out stays, `null` clears it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = PatchCard)]
pub struct PatchCardBody {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 200)]
    pub label: Option<Option<String>>,
    /// Merged into what is there; `null` removes an entry.
    #[serde(default)]
    pub metadata: BTreeMap<String, Option<String>>,
}

/// Tells a field that is `null` from one that is not there.
fn present<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl From<PatchCardBody> for CardPatch {
    fn from(body: PatchCardBody) -> Self {
        let PatchCardBody { label, metadata } = body;
        Self { label, metadata }
    }
}
