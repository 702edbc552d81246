//! What `GET /_emulator/state` and `/authorizations` show: no credentials, no personal data.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::ask::Reply;
use crate::state::{Account, Authorization, Card, Record, State, Transaction, TransactionKind};

pub fn describe(state: &State) -> Value {
    json!({
        "records": state.records.iter().map(record).collect::<Vec<_>>(),
        "accounts": state.accounts.iter().map(account).collect::<Vec<_>>(),
        "cards": state.cards.iter().map(card).collect::<Vec<_>>(),
        "authorizations": authorizations(state),
        "transactions": state.transactions.iter().map(transaction).collect::<Vec<_>>(),
    })
}

pub fn authorizations(state: &State) -> Vec<Value> {
    let all = state.authorizations.iter();
    all.map(|one| authorization(state, one)).collect()
}

fn text(amount: Decimal) -> String {
    amount.normalize().to_string()
}

fn record(one: &Record) -> Value {
    json!({
        "id": one.id, "kind": one.kind.word(), "external_id": one.external_id,
        "corporate_id": one.corporate_id,
    })
}

fn account(one: &Account) -> Value {
    json!({"account_id": one.id, "owner_id": one.owner_id, "currency": one.currency})
}

/// Without the embossing name, which is personal.
fn card(one: &Card) -> Value {
    json!({
        "token_id": one.token_id,
        "owner_id": one.owner_id,
        "holder_id": one.holder_id,
        "account_id": one.account_id,
        "product_id": one.product_id,
        "token_status": one.status.word(),
        "token_stage": one.stage.word(),
    })
}

/// How the question went, as the control routes tell it.
pub fn reply(id: &str, response_code: Option<&str>, reply: Reply) -> Value {
    json!({
        "id": id,
        "response_code": response_code,
        "answered": reply.answered,
        "took_ms": reply.took_ms,
        "answer_status": reply.answer_status,
    })
}

fn authorization(state: &State, one: &Authorization) -> Value {
    let presentments = state.transactions.iter().filter(|made| {
        made.kind == TransactionKind::Presentment && made.authorization_id.as_ref() == Some(&one.id)
    });
    let presentments = presentments.map(|made| json!({"transaction_id": made.id}));
    json!({
        "id": one.id,
        "token_id": one.payment.token_id,
        "type": one.word,
        "amount": text(one.payment.amount),
        "currency": one.payment.currency,
        "state": one.phase(),
        "asked": one.request.is_some(),
        "response_code": one.response_code,
        "answered": one.reply.answered,
        "took_ms": one.reply.took_ms,
        "answer_status": one.reply.answer_status,
        "reversed": text(one.reversed),
        "presented": text(one.presented),
        "presentments": presentments.collect::<Vec<_>>(),
    })
}

fn transaction(one: &Transaction) -> Value {
    json!({
        "transaction_id": one.id,
        "type": one.kind.word(),
        "authorization_id": one.authorization_id,
        "original_transaction_id": one.original_id,
        "token_id": one.payment.token_id,
        "amount": text(one.payment.amount),
        "currency": one.payment.currency,
        "fee": one.fee.map(text),
    })
}
