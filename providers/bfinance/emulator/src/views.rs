//! Answers in the provider's words.
//!
//! Documented: every field name (3 to 6); `cvc` is `***` outside a budget card's reveal, while its
//! `number` is whole (D). Assumed: what a quirk does not switch: `date` in ISO-8601 with `Z`, absent
//! values as null, and that an organisation is shown its own card holders' names.

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::card_types::{self, CardType};
use crate::quirks::{PanForm, PriceForm, Quirks, Secrets, Sign, Spelling};
use crate::state::{Card, Dispute, Model, REFUND, State, Transaction};

/// A JSON number, exact for the amounts of this emulator (15 digits).
pub fn number(amount: Decimal) -> Value {
    let text = amount.normalize().to_string();
    serde_json::from_str(&text).unwrap_or_default()
}

pub fn time(at_ms: i64) -> Value {
    let at = i128::from(at_ms).saturating_mul(1_000_000);
    let at = OffsetDateTime::from_unix_timestamp_nanos(at).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    json!(at.format(&Rfc3339).unwrap_or_default())
}

/// How this model's reveal is written, as path and as key.
pub fn secret_word(model: Model, quirks: &Quirks) -> &'static str {
    match (quirks.spelling, model) {
        (Spelling::Documented, Model::Prepaid) | (Spelling::Sensetive, _) => "sensetive",
        (Spelling::Documented, Model::Budget) | (Spelling::Sensitive, _) => "sensitive",
    }
}

pub fn pan(card: &Card, form: PanForm) -> Value {
    match form {
        PanForm::String => json!(card.number),
        PanForm::Spaced => {
            let digits: Vec<char> = card.number.chars().collect();
            let groups = digits.chunks(4).map(String::from_iter);
            json!(groups.collect::<Vec<_>>().join(" "))
        }
        PanForm::Number => json!(card.number.parse::<u64>().unwrap_or_default()),
    }
}

pub fn reveal(card: &Card, quirks: &Quirks) -> Value {
    let form = match card.model {
        Model::Prepaid => quirks.pan_reveal,
        Model::Budget => quirks.pan_budget,
    };
    json!({"number": pan(card, form), "expire": card.expires, "cvc": card.cvv})
}

pub fn card_type(one: &CardType, quirks: &Quirks) -> Value {
    let price = match quirks.price {
        PriceForm::String => json!(one.price.to_string()),
        PriceForm::Number => number(one.price),
    };
    json!({
        "id": one.id, "name": one.name, "cardCurrency": one.currency, "price": price, "brand": BRAND,
    })
}

/// The only brand the pages name.
const BRAND: &str = "visa";

/// `data.card` of an issue; `secrets` is false for a reissue.
pub fn issued(card: &Card, quirks: &Quirks, secrets: bool) -> Value {
    let mut shown = json!({
        "id": card.id,
        "cardExpire": card.expires,
        "cardBalance": number(card.balance),
        "currency": card.currency,
        "maskedCardNumber": card.masked(),
        "brand": BRAND,
        "label": card.label,
    });
    if let Some(fields) = shown.as_object_mut() {
        if secrets {
            fields.insert("cardNumber".into(), pan(card, quirks.pan_issue));
            fields.insert("cardCVC".into(), json!(card.cvv));
        }
        if quirks.issue_answer_status {
            fields.insert("status".into(), json!(card.status.word()));
            fields.insert("externalCardId".into(), json!(card.external_id));
        }
    }
    shown
}

fn holder(card: &Card) -> Value {
    json!({
        "firstName": card.holder.first_name,
        "lastName": card.holder.last_name,
        "customerId": card.holder.customer_id,
    })
}

/// One row of the card list (S2).
pub fn row(card: &Card) -> Value {
    let mut types = card_types::all().into_iter();
    let name = types.find(|one| one.id == card.type_id).map(|one| one.name);
    json!({
        "id": card.id,
        "maskedCardNumber": card.masked(),
        "currency": card.currency,
        "status": card.status.word(),
        "externalCardId": card.external_id,
        "cardBalance": number(card.balance),
        "label": card.label,
        "brand": BRAND,
        "cardHolder": holder(card),
        "cardType": name,
    })
}

pub fn details(card: &Card, quirks: &Quirks) -> Value {
    let secrets = match quirks.details_secrets {
        Secrets::Clear => {
            json!({"number": pan(card, quirks.pan_details), "expire": card.expires, "cvc": card.cvv})
        }
        Secrets::Masked => json!({"number": card.masked(), "expire": "**/**", "cvc": "***"}),
    };
    json!({
        "id": card.id,
        "maskedCardNumber": card.masked(),
        (secret_word(Model::Prepaid, quirks)): secrets,
        "currency": card.currency,
        "status": card.status.word(),
        "externalCardId": card.external_id,
        "balance": {"value": number(card.balance), "currency": card.currency},
        "label": card.label,
        "cardHolder": holder(card),
        "email": card.email,
        "phone": card.phone,
    })
}

/// A budget card, in the answer to its issue and in its details.
pub fn budget_card(card: &Card, quirks: &Quirks) -> Value {
    let secrets = json!({
        "number": pan(card, quirks.pan_budget), "expire": card.expires, "cvc": "***",
    });
    json!({
        "id": card.id,
        "maskedCardNumber": card.masked(),
        "currency": card.currency,
        "status": card.status.word(),
        "externalCardId": card.external_id,
        (secret_word(Model::Budget, quirks)): secrets,
    })
}

/// What both transaction lists have.
fn transaction(one: &Transaction, quirks: &Quirks) -> Map<String, Value> {
    let negative = (quirks.purchase_sign == Sign::Negative) != (one.kind == REFUND);
    let signed = |amount: Decimal| number(if negative { -amount } else { amount });
    let shown = json!({
        "id": one.id,
        "amount": signed(one.amount),
        "currency": one.currency,
        "usdAmount": signed(one.usd_amount),
        "merchant": one.merchant,
        "status": one.status,
        "type": one.kind,
        "transactionId": one.transaction_id,
    });
    match shown {
        Value::Object(mut fields) => {
            if let Some(id) = &one.authorization_id {
                fields.insert("authorizationId".into(), json!(id));
            }
            fields
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Map::new()
        }
    }
}

pub fn card_transaction(one: &Transaction, quirks: &Quirks) -> Value {
    let mut shown = transaction(one, quirks);
    shown.insert("date".into(), time(one.at));
    shown.insert("declineReason".into(), json!(one.decline_reason));
    Value::Object(shown)
}

pub fn budget_transaction(state: &State, one: &Transaction, quirks: &Quirks) -> Value {
    let card = state.cards.get(&one.card_id);
    let mut shown = transaction(one, quirks);
    shown.insert("transactionDate".into(), time(one.at));
    shown.insert("mcc".into(), json!(one.mcc));
    shown.insert("fee".into(), json!(0));
    let card = json!({
        "id": one.card_id,
        "maskedCardNumber": card.map(Card::masked),
        "externalId": card.and_then(|card| card.external_id.clone()),
    });
    shown.insert("card".into(), card);
    Value::Object(shown)
}

pub fn dispute(one: &Dispute) -> Value {
    json!({
        "id": one.id,
        "status": one.status.word(),
        "textEvidence": one.text,
        "files": one.files,
        "createdAt": time(one.created_at),
    })
}
