//! What a delivery is about.

use serde_json::{Map, Value};

pub const CARD_TRANSACTION: &str = "card_transaction";
pub const CARD_AUTH_TRANSACTION: &str = "card_auth_transaction";
pub const CARD_FEE_PATCH: &str = "card_fee_patch";
pub const CARD_3DS: &str = "card_3ds";
/// One integrator's name for the same (W-int).
pub const CARD_3DS_TRANSACTION: &str = "card_3ds_transaction";
pub const CARD_HOLDER: &str = "card_holder";
pub const CARD_HOLDER_CHANGE_EMAIL: &str = "card_holder_change_email";
pub const PHYSICAL_CARD: &str = "physical_card";

/// Whether deliveries of this category carry codes.
pub fn may_hold_code(category: &str) -> bool {
    [CARD_3DS, CARD_3DS_TRANSACTION].contains(&category)
}

/// A wrapper's type counts where it is one of the documented categories.
pub fn by_type(event_type: Option<String>) -> Option<String> {
    const KNOWN: [&str; 11] = [
        CARD_TRANSACTION,
        CARD_AUTH_TRANSACTION,
        CARD_FEE_PATCH,
        CARD_3DS,
        CARD_3DS_TRANSACTION,
        CARD_HOLDER,
        CARD_HOLDER_CHANGE_EMAIL,
        PHYSICAL_CARD,
        "work",
        "wallet_transaction",
        "wallet_transaction_v2",
    ];
    event_type
        .map(|t| t.to_lowercase())
        .filter(|t| KNOWN.contains(&t.as_str()))
}

/// Without a category header (FinHub), the fields tell (Inf, dossier section 8.1).
pub fn by_shape(fields: &Map<String, Value>) -> &'static str {
    let has = |name: &str| fields.get(name).is_some_and(|value| !value.is_null());
    let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    let card = has("cardNo") || has("cardId");
    if (has("holderId") || has("cardholderId")) && !card {
        CARD_HOLDER
    } else if text("orderNo").starts_with("WORK-") || (has("tradeStatus") && has("tradeType")) {
        "work"
    } else if has("coinKey") || has("txHash") {
        "wallet_transaction_v2"
    } else if has("values") {
        CARD_3DS
    } else if has("deductionSourceFunds") || text("type").starts_with("card_patch_") {
        CARD_FEE_PATCH
    } else if has("tradeNo") && has("authorizedAmount") {
        CARD_AUTH_TRANSACTION
    } else if text("type") == "card_activated" {
        PHYSICAL_CARD
    } else if card && (has("orderNo") || has("transactionId")) {
        CARD_TRANSACTION
    } else {
        "unknown"
    }
}
