//! What is booked: presentments, with or without an authorization, and returns.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::response::Response;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{told, unfit};
use crate::app::App;
use crate::envelope::Failure;
use crate::hooks;
use crate::quirks::Quirks;
use crate::state::{Merchant, Payment, State, Transaction, TransactionKind};

/// What a purchase needs; `amount` is text or a number, in the account's currency.
#[derive(Deserialize)]
pub struct PaymentBody {
    amount: Decimal,
    currency: Option<String>,
    transaction_amount: Option<Decimal>,
    transaction_currency: Option<String>,
    #[serde(default)]
    merchant: Merchant,
    /// What neither this nor the body around it knows: a flattened body cannot refuse it by itself.
    #[serde(flatten)]
    unknown: BTreeMap<String, Value>,
}

impl PaymentBody {
    pub fn on(self, state: &State, token_id: &str, now_ms: i64) -> Result<Payment, Failure> {
        let card = state.card(token_id).ok_or(Failure::NotFound)?;
        if let Some(name) = self.unknown.keys().next() {
            return Err(Failure::Refused(format!("unknown field {name}")));
        }
        if self.amount <= Decimal::ZERO {
            return Err(unfit("an amount is above zero"));
        }
        let currency = self.currency.unwrap_or_else(|| card.currency.clone());
        Ok(Payment {
            token_id: token_id.to_owned(),
            account_id: card.account_id.clone(),
            amount: self.amount,
            transaction_amount: self.transaction_amount.unwrap_or(self.amount),
            transaction_currency: self
                .transaction_currency
                .unwrap_or_else(|| currency.clone()),
            currency,
            merchant: self.merchant,
            at: now_ms,
        })
    }
}

/// A payment that no authorization preceded.
#[derive(Deserialize)]
pub struct BookedBody {
    #[serde(flatten)]
    payment: PaymentBody,
    fee: Option<Decimal>,
}

/// How much of something that is known; the body may be missing.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PartBody {
    amount: Option<Decimal>,
    fee: Option<Decimal>,
}

impl PartBody {
    pub fn only_amount(self) -> Result<Option<Decimal>, Failure> {
        match self.fee {
            None => Ok(self.amount),
            Some(_) => Err(unfit("there is no fee on this")),
        }
    }
}

pub fn part(body: &[u8]) -> Result<PartBody, Failure> {
    let parsed = if body.is_empty() {
        Ok(PartBody::default())
    } else {
        serde_json::from_slice(body)
    };
    let parsed = parsed.map_err(|_| unfit("the body is {\"amount\", \"fee\"} or nothing"))?;
    if parsed.amount.is_some_and(|amount| amount <= Decimal::ZERO) {
        return Err(unfit("an amount is above zero"));
    }
    Ok(parsed)
}

/// Keeps it and tells it; the control call's answer.
fn book(state: &mut State, one: Transaction, quirks: &Quirks) -> Value {
    // Drawn for every transaction, so that ids do not depend on a quirk.
    let unknown_id = state.new_event_id(one.payment.at);
    let news = hooks::transaction(state, &one, &unknown_id, quirks);
    let told = json!({"transaction_id": one.id});
    state.news.push(news);
    state.transactions.push(one);
    told
}

/// Whatever became of the authorization: a presentment is posted by force if need be. The rest of
/// what was authorized where no amount is given.
pub async fn present(
    Shared(app): Shared<Arc<App>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let (quirks, now_ms) = (app.quirks(), app.kit.clock.now_ms());
    let result = app.change(|state| {
        let asked = part(&body)?;
        let one = state.authorization(&id).ok_or(Failure::NotFound)?;
        let amount = asked.amount.unwrap_or_else(|| one.left());
        if amount.is_zero() {
            return Err(unfit("nothing is left: give an amount"));
        }
        let payment = one.payment.of(amount, now_ms);
        if let Some(one) = state.authorization_mut(&id) {
            one.presented += amount;
            one.presentments += 1;
        }
        let made = Transaction {
            id: state.new_event_id(now_ms),
            kind: TransactionKind::Presentment,
            authorization_id: Some(id),
            original_id: None,
            payment,
            fee: asked.fee,
        };
        Ok(book(state, made, &quirks))
    });
    told(result.await)
}

pub async fn deferred(
    Shared(app): Shared<Arc<App>>,
    Path(token_id): Path<String>,
    Json(body): Json<BookedBody>,
) -> Response {
    told(alone(&app, &token_id, body, TransactionKind::Presentment).await)
}

pub async fn unlinked(
    Shared(app): Shared<Arc<App>>,
    Path(token_id): Path<String>,
    Json(body): Json<BookedBody>,
) -> Response {
    told(alone(&app, &token_id, body, TransactionKind::Return).await)
}

async fn alone(
    app: &App,
    token_id: &str,
    body: BookedBody,
    kind: TransactionKind,
) -> Result<Value, Failure> {
    let (quirks, now_ms) = (app.quirks(), app.kit.clock.now_ms());
    let result = app.change(|state| {
        let payment = body.payment.on(state, token_id, now_ms)?;
        let made = Transaction {
            id: state.new_event_id(now_ms),
            kind,
            authorization_id: None,
            original_id: None,
            payment,
            fee: body.fee,
        };
        Ok(book(state, made, &quirks))
    });
    result.await
}

/// A return of a presentment, of all of it where no amount is given.
pub async fn give_back(
    Shared(app): Shared<Arc<App>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let (quirks, now_ms) = (app.quirks(), app.kit.clock.now_ms());
    let result = app.change(|state| {
        let amount = part(&body)?.only_amount()?;
        let mut all = state.transactions.iter();
        let original = all.find(|one| one.id == id).ok_or(Failure::NotFound)?;
        if original.kind != TransactionKind::Presentment {
            return Err(unfit("only a presentment is returned"));
        }
        let amount = amount.unwrap_or(original.payment.amount);
        let payment = original.payment.of(amount, now_ms);
        let authorization_id = original.authorization_id.clone();
        let made = Transaction {
            id: state.new_event_id(now_ms),
            kind: TransactionKind::Return,
            authorization_id,
            original_id: Some(id),
            payment,
            fee: None,
        };
        Ok(book(state, made, &quirks))
    });
    told(result.await)
}
