//! Webhooks: dossier section 8. FinHub's pages disagree about the signature header and about a
//! wrapper around the event, so both of each are taken.

use aws_lc_rs::digest::{SHA256, digest};
use cardmux_domain::card::CardStatus;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    Acknowledgement, Delivery, ErrorKind, ProviderError, ProviderEvent, Reported, SignatureKind,
    VerifiedDelivery, WebhookRefused, Webhooks,
};
use cardmux_provider_kit::json::{self, RawValue};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::wire::order::Order;
use crate::{FinCard, map};

/// F-doc's name; then W-doc's, F-ref's and F-pm's.
const SIGNATURE_HEADERS: [&str; 2] = ["x-fc-signature", "x-wsb-signature"];

/// W-doc's name; the other is inferred from the signature header's.
const CATEGORY_HEADERS: [&str; 2] = ["x-wsb-category", "x-fc-category"];

const CARD_TRANSACTION: &str = "card_transaction";

/// F-pm's wrapper; W-doc and F-doc send the event bare.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wrapper {
    event_type: Option<String>,
    event_id: Option<Box<RawValue>>,
    data: Option<Box<RawValue>>,
}

impl Webhooks for FinCard {
    fn signature(&self) -> SignatureKind {
        SignatureKind::RsaSha256
    }

    fn verify(&self, delivery: &Delivery<'_>) -> Result<VerifiedDelivery, WebhookRefused> {
        let key = self.platform_key.as_ref().ok_or(WebhookRefused::NoKey)?;
        let mut signatures = SIGNATURE_HEADERS
            .iter()
            .filter_map(|name| delivery.header(name))
            .peekable();
        if signatures.peek().is_none() {
            return Err(WebhookRefused::MissingSignature);
        }
        if !signatures.any(|signature| key.verify(delivery.body, signature).is_ok()) {
            return Err(WebhookRefused::BadSignature);
        }
        let (event_type, event) = unwrapped(delivery.body).ok_or(WebhookRefused::Malformed)?;
        let fields: Map<String, Value> =
            serde_json::from_str(event.get()).map_err(|_| WebhookRefused::Malformed)?;
        let header = CATEGORY_HEADERS
            .iter()
            .find_map(|name| delivery.header(name));
        let category = match header {
            Some(category) => category.trim().to_lowercase(),
            None => by_type(event_type).unwrap_or_else(|| by_shape(&fields).to_owned()),
        };
        let identity = identity(&category, &fields, event.get());
        Ok(VerifiedDelivery { identity, category })
    }

    fn translate(&self, category: &str, body: &[u8]) -> Result<Vec<ProviderEvent>, ProviderError> {
        let unrecognised = || {
            vec![ProviderEvent::Unrecognised {
                category: category.to_owned(),
            }]
        };
        if category != CARD_TRANSACTION {
            return Ok(unrecognised());
        }
        let (_, event) = unwrapped(body).ok_or_else(|| {
            let message = "the webhook's body cannot be read";
            ProviderError::unknown(ErrorKind::Malformed, message)
        })?;
        let order: Order = json::parse(event.get().as_bytes())?;
        let word = order
            .kind
            .clone()
            .or_else(|| order.operation_type.clone())
            .unwrap_or_default();
        if order.merchant_order_no.is_some() && !word.eq_ignore_ascii_case("blocked") {
            return Ok(vec![ProviderEvent::Operation(Box::new(map::report(
                order,
            )?))]);
        }
        Ok(by_platform(&word, order)?.map_or_else(unrecognised, |event| vec![event]))
    }

    /// The upstream's full form, which satisfies FinHub's shorter one too (W-doc, F-doc).
    fn acknowledgement(&self) -> Acknowledgement {
        Acknowledgement {
            content_type: "application/json",
            body: r#"{"success":true,"code":200,"msg":null,"data":null}"#,
        }
    }
}

/// What the platform did by itself carries no number of ours (W-doc): only its effect on the card
/// is of interest, and only once it is final.
fn by_platform(word: &str, order: Order) -> Result<Option<ProviderEvent>, ProviderError> {
    let status = match map::operation_kind(word) {
        None if word.eq_ignore_ascii_case("blocked") => CardStatus::Blocked,
        Some(OperationKind::Freeze) => CardStatus::Frozen,
        Some(OperationKind::Unfreeze) => CardStatus::Active,
        Some(OperationKind::Cancel) => CardStatus::Cancelled,
        None | Some(OperationKind::Issue | OperationKind::Deposit | OperationKind::Withdraw) => {
            return Ok(None);
        }
    };
    let report = map::report(order)?;
    Ok(match (report.reported, report.card_ref) {
        (Reported::Succeeded, Some(card_ref)) => Some(ProviderEvent::CardStatus {
            card_ref,
            status,
            provider_status: word.to_owned(),
        }),
        (Reported::Succeeded | Reported::Processing | Reported::Failed(_), _) => None,
    })
}

/// The event itself, and the wrapper's word for it.
fn unwrapped(body: &[u8]) -> Option<(Option<String>, Box<RawValue>)> {
    let whole: Box<RawValue> = serde_json::from_slice(body).ok()?;
    let wrapper: Wrapper = serde_json::from_slice(body).ok()?;
    let named = wrapper.event_type.is_some() || wrapper.event_id.is_some();
    match wrapper
        .data
        .filter(|data| named && data.get().starts_with('{'))
    {
        Some(event) => Some((wrapper.event_type, event)),
        None => Some((None, whole)),
    }
}

/// A wrapper's type counts where it is one of the documented categories.
fn by_type(event_type: Option<String>) -> Option<String> {
    const KNOWN: [&str; 11] = [
        CARD_TRANSACTION,
        "card_auth_transaction",
        "card_fee_patch",
        "card_3ds",
        "card_3ds_transaction",
        "card_holder",
        "card_holder_change_email",
        "physical_card",
        "work",
        "wallet_transaction",
        "wallet_transaction_v2",
    ];
    event_type
        .map(|t| t.to_lowercase())
        .filter(|t| KNOWN.contains(&t.as_str()))
}

/// Without a category header (FinHub), the fields tell (Inf, dossier section 8.1).
fn by_shape(fields: &Map<String, Value>) -> &'static str {
    let has = |name: &str| fields.get(name).is_some_and(|value| !value.is_null());
    let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    let card = has("cardNo") || has("cardId");
    if (has("holderId") || has("cardholderId")) && !card {
        "card_holder"
    } else if text("orderNo").starts_with("WORK-") || (has("tradeStatus") && has("tradeType")) {
        "work"
    } else if has("coinKey") || has("txHash") {
        "wallet_transaction_v2"
    } else if has("values") {
        "card_3ds"
    } else if has("deductionSourceFunds") || text("type").starts_with("card_patch_") {
        "card_fee_patch"
    } else if has("tradeNo") && has("authorizedAmount") {
        "card_auth_transaction"
    } else if text("type") == "card_activated" {
        "physical_card"
    } else if card && (has("orderNo") || has("transactionId")) {
        CARD_TRANSACTION
    } else {
        "unknown"
    }
}

/// Equal for redeliveries of one fact. Not the request id: whether it is the same for each of them
/// is not documented. A wrapper is left out, its id and time may be the delivery's.
fn identity(category: &str, fields: &Map<String, Value>, event: &str) -> String {
    let one_of = |names: &[&str]| {
        let found = names
            .iter()
            .filter_map(|name| fields.get(*name))
            .find(|v| !v.is_null());
        found.map(Value::to_string).unwrap_or_default()
    };
    let subject = one_of(&[
        "orderNo",
        "transactionId",
        "tradeNo",
        "holderId",
        "cardholderId",
        "cardNo",
        "cardId",
    ]);
    let status = one_of(&["status", "operationStatus", "tradeStatus"]);
    let parts = [category, &subject, &status, event].join("\n");
    let hash = digest(&SHA256, parts.as_bytes());
    hash.as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests;
