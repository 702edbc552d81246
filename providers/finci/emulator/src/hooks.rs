//! Webhooks: what they carry, where they go, how often.
//!
//! Documented: the same `id` on request and advice, `advice`, `response_code` on the advice only,
//! `authorization_id` on a presentment that had an authorization, the name `Return`; no signature is
//! known (D). Our choice: every other field, one path for the authorization family and none for
//! transactions, five repeats one second apart and doubling, and `{"status":"success"}` with a 2xx as
//! the acknowledgement. The question itself is not sent from here: see `ask`.

use std::time::Duration;

use cardmux_emulator_kit::{Event, Outbox, Wire};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::app::App;
use crate::put;
use crate::quirks::{AdviceMarker, DeferredId, Quirks, ReturnLinks, ReversalId};
use crate::state::{APPROVED, Authorization, Payment, State, Transaction, TransactionKind};
use crate::views;

/// Below the webhook URL.
pub const ASKED_AT: &str = "/authorizations";

const GAPS: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(16),
];

pub fn wire() -> Wire {
    Wire {
        retry_gaps: &GAPS,
        acknowledged: |body| {
            let body: Value = serde_json::from_slice(body).unwrap_or_default();
            body.get("status").and_then(Value::as_str) == Some("success")
        },
        reference_field: "external_id",
    }
}

/// A webhook that asks for no decision.
pub struct News {
    pub category: &'static str,
    pub id: String,
    path: &'static str,
    body: String,
}

impl App {
    /// Queues the news in their order; the delivery ids.
    pub fn announce(&self, state: &mut State, outbox: &mut Outbox) -> Vec<u64> {
        let plan = self.kit.webhooks.plan(&self.kit.clock);
        let news = std::mem::take(&mut state.news).into_iter();
        let queued = news.map(|one| {
            let event = Event {
                category: one.category.to_owned(),
                request_id: one.id,
                headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
                body: one.body,
            };
            outbox.push_to(one.path, event, &plan)
        });
        queued.collect()
    }
}

fn payment(state: &State, one: &Payment, quirks: &Quirks) -> Value {
    let mut body = json!({
        "token_id": one.token_id,
        "account_id": one.account_id,
        "amount": views::amount(one.amount, &one.currency, quirks),
        "currency": views::currency(&one.currency, quirks),
        "transaction_amount":
            views::amount(one.transaction_amount, &one.transaction_currency, quirks),
        "transaction_currency": views::currency(&one.transaction_currency, quirks),
        "merchant": one.merchant,
    });
    if quirks.masked_pan {
        let mask = state.card(&one.token_id).map(|card| &card.card_number);
        put(&mut body, "card_number", json!(mask));
    }
    body
}

/// The question.
pub fn request(state: &State, one: &Authorization, quirks: &Quirks) -> Value {
    let mut body = payment(state, &one.payment, quirks);
    put(&mut body, "id", json!(one.id));
    put(&mut body, "advice", json!(false));
    put(&mut body, "type", json!(one.word));
    let created_at = views::time(one.payment.at, quirks);
    put(&mut body, "created_at", created_at);
    body
}

/// Makes a message of the authorization family one that tells the outcome.
fn advised(body: &mut Value, code: &str, quirks: &Quirks) {
    match quirks.advice_marker {
        AdviceMarker::Flag => put(body, "advice", json!(true)),
        AdviceMarker::CodeOnly => {
            if let Some(fields) = body.as_object_mut() {
                fields.remove("advice");
            }
        }
    }
    put(body, "response_code", json!(code));
}

/// The same object as the question, with its outcome.
pub fn advice(state: &State, one: &Authorization, code: &str, quirks: &Quirks) -> News {
    let mut body = request(state, one, quirks);
    advised(&mut body, code, quirks);
    News {
        category: "advice",
        id: one.id.clone(),
        path: ASKED_AT,
        body: body.to_string(),
    }
}

/// `part` of the authorization is taken back, under an id of its own.
pub fn reversal(
    state: &State,
    one: &Authorization,
    own_id: String,
    part: Payment,
    quirks: &Quirks,
) -> News {
    let shown = Authorization {
        word: "Reversal".to_owned(),
        payment: part,
        ..one.clone()
    };
    let mut body = request(state, &shown, quirks);
    if quirks.reversal_id == ReversalId::Own {
        put(&mut body, "id", json!(own_id));
        put(&mut body, "original_id", json!(one.id));
    }
    advised(&mut body, APPROVED, quirks);
    News {
        category: "reversal",
        id: own_id,
        path: ASKED_AT,
        body: body.to_string(),
    }
}

/// A presentment or a return.
pub fn transaction(state: &State, one: &Transaction, unknown_id: &str, quirks: &Quirks) -> News {
    let mut body = payment(state, &one.payment, quirks);
    put(&mut body, "transaction_id", json!(one.id));
    put(&mut body, "type", json!(one.kind.word()));
    put(&mut body, "posted_at", views::time(one.payment.at, quirks));
    let fee = one.fee.filter(|fee: &Decimal| !fee.is_zero());
    if let Some(fee) = fee {
        let shown = views::amount(fee, &one.payment.currency, quirks);
        put(&mut body, "fee", shown);
    }
    let (authorization, original) = match one.kind {
        TransactionKind::Presentment => {
            let deferred = match quirks.deferred_authorization_id {
                DeferredId::Absent => None,
                DeferredId::Empty => Some(""),
                DeferredId::Unknown => Some(unknown_id),
            };
            (one.authorization_id.as_deref().or(deferred), None)
        }
        TransactionKind::Return => {
            let links = quirks.return_links;
            let to_authorization = matches!(links, ReturnLinks::Both | ReturnLinks::Authorization);
            let to_transaction = matches!(links, ReturnLinks::Both | ReturnLinks::Transaction);
            (
                one.authorization_id.as_deref().filter(|_| to_authorization),
                one.original_id.as_deref().filter(|_| to_transaction),
            )
        }
    };
    if let Some(id) = authorization {
        put(&mut body, "authorization_id", json!(id));
    }
    if let Some(id) = original {
        put(&mut body, "original_transaction_id", json!(id));
    }
    News {
        category: match one.kind {
            TransactionKind::Presentment => "presentment",
            TransactionKind::Return => "return",
        },
        id: one.id.clone(),
        path: if quirks.one_url { ASKED_AT } else { "" },
        body: body.to_string(),
    }
}
