//! `GET /_emulator/state`: everything but secrets and personal data.

use serde_json::{Value, json};

use crate::state::{Access, Card, Customer, Dispute, Move, Purse, State, Transaction};

pub fn describe(state: &State) -> Value {
    json!({
        "accounts": state.accounts.all().iter().map(purse).collect::<Vec<_>>(),
        "budgets": state.budgets.all().iter().map(purse).collect::<Vec<_>>(),
        "cards": state.cards.all().iter().map(card).collect::<Vec<_>>(),
        "issued": state.issued,
        "moves": state.moves.iter().map(moved).collect::<Vec<_>>(),
        "transactions": state.transactions.iter().map(transaction).collect::<Vec<_>>(),
        "customers": state.customers.all().iter().map(customer).collect::<Vec<_>>(),
        "disputes": state.disputes.all().iter().map(dispute).collect::<Vec<_>>(),
    })
}

fn purse(purse: &Purse) -> Value {
    json!({"id": purse.id, "balance": purse.balance.normalize().to_string()})
}

/// Without number, security code, expiry, holder's names, e-mail and phone.
fn card(card: &Card) -> Value {
    let text = |amount: rust_decimal::Decimal| amount.normalize().to_string();
    let totals = &card.totals;
    json!({
        "id": card.id,
        "typeId": card.type_id,
        "model": card.model.word(),
        "budgetId": card.budget_id,
        "customerId": card.holder.customer_id,
        "status": card.status.word(),
        "currency": card.currency,
        "balance": text(card.balance),
        "totals": {
            "toppedUp": text(totals.topped_up), "withdrawn": text(totals.withdrawn),
            "spent": text(totals.spent), "refunded": text(totals.refunded),
        },
        "label": card.label,
        "externalId": card.external_id,
        "pinSet": card.pin_set,
        "velocity": card.velocity,
        "physical": card.plastic.as_ref().map(|plastic| json!({"activated": plastic.activated})),
    })
}

fn moved(one: &Move) -> Value {
    json!({
        "cardId": one.card_id,
        "budgetId": one.budget_id,
        "kind": one.kind,
        "amount": one.amount.normalize().to_string(),
    })
}

fn transaction(one: &Transaction) -> Value {
    json!({
        "id": one.id,
        "transactionId": one.transaction_id,
        "cardId": one.card_id,
        "budgetId": one.budget_id,
        "amount": one.amount.normalize().to_string(),
        "usdAmount": one.usd_amount.normalize().to_string(),
        "currency": one.currency,
        "status": one.status,
        "type": one.kind,
        "declineReason": one.decline_reason,
        "authorizationId": one.authorization_id,
    })
}

fn customer(one: &Customer) -> Value {
    json!({
        "id": one.id,
        "type": one.kind,
        "status": one.status.word(),
        "access": one.access.iter().map(access).collect::<Vec<_>>(),
    })
}

fn access(one: &Access) -> Value {
    json!({"id": one.id, "type": one.kind, "cardType": one.card_type, "status": one.status.word()})
}

fn dispute(one: &Dispute) -> Value {
    json!({
        "id": one.id, "cardId": one.card_id, "transaction": one.transaction,
        "status": one.status.word(),
    })
}
