//! `GET /_emulator/state`: everything but secrets, as it is and not as reads show it.

use serde_json::{Value, json};

use crate::state::{Account, Card, Move, State};

pub fn describe(state: &State) -> Value {
    let cards = || state.cards.iter();
    let moves = state.moves.iter();
    json!({
        "accounts": state.accounts.iter().map(account).collect::<Vec<_>>(),
        "cards": cards().map(card).collect::<Vec<_>>(),
        "issued": cards().map(|card| card.id.as_str()).collect::<Vec<_>>(),
        "moves": moves.filter_map(moved).collect::<Vec<_>>(),
    })
}

fn account(account: &Account) -> Value {
    let wallets = account.wallets.iter().map(|wallet| {
        json!({
            "id": wallet.id,
            "currency": wallet.currency,
            "balance": wallet.balance.normalize().to_string(),
        })
    });
    json!({
        "id": account.id,
        "invited": account.invited,
        "active": account.is_active,
        "wallets": wallets.collect::<Vec<_>>(),
    })
}

/// Without number, security code and expiry.
fn card(card: &Card) -> Value {
    json!({
        "id": card.id,
        "account": card.account,
        "binId": card.bin_id,
        "status": card.status.word(),
        "currency": card.currency,
        "balance": card.balance().normalize().to_string(),
        "deposit": card.deposit.normalize().to_string(),
        "withdraw": card.withdraw.normalize().to_string(),
        "spent": card.spent.normalize().to_string(),
        "name": card.name,
        "notes": card.notes,
        "finupId": card.finup_id,
    })
}

/// The moves of cards; the wallets' own are in their balances.
fn moved(moved: &Move) -> Option<Value> {
    moved.card.as_ref().map(|card| {
        json!({
            "cardId": card,
            "kind": moved.kind.word(),
            "amount": moved.amount.normalize().to_string(),
            "currency": moved.currency,
        })
    })
}
