//! The gateway's registry against each issuer's own books.

use std::collections::{BTreeMap, BTreeSet};

use cardmux_e2e::{Issuer, Issuers};
use serde_json::Value;

/// Every card and every movement of money of each issuer is one of the gateway's, and the other way
/// round; what a person is asked about may be either.
pub async fn agree(issuers: &Issuers, operations: &[Value]) {
    let cards = issuers.world.acme.all("/v1/cards").await;
    for issuer in Issuer::ALL {
        let state = issuers.state(issuer).await;
        let ours: Vec<&Value> = cards
            .iter()
            .filter(|card| card["provider"]["instance"] == issuer.instance())
            .collect();
        let of_issuer = |it: &&Value| it["instance"] == issuer.instance();
        let operations: Vec<&Value> = operations.iter().filter(of_issuer).collect();
        same_cards(issuer, &state, &ours, &operations);
        for card in ours.iter().filter(|card| card["status"] != "failed") {
            same_money(issuer, &state, card, &operations);
            same_status(issuers, issuer, card, &operations).await;
        }
    }
}

fn asked(operation: &Value) -> bool {
    !operation["needsAttention"].is_null()
}

fn same_cards(issuer: Issuer, state: &Value, ours: &[&Value], operations: &[&Value]) {
    let known = |card: &&&Value| card["status"] != "failed";
    let refs: Vec<&str> = ours
        .iter()
        .filter(known)
        .filter_map(|card| card["provider"]["ref"].as_str())
        .collect();
    let known: BTreeSet<&str> = refs.iter().copied().collect();
    assert_eq!(known.len(), refs.len(), "{issuer}: one card, two names");
    let theirs: BTreeSet<String> = cards(issuer, state).keys().cloned().collect();
    let missing: Vec<_> = known.iter().filter(|id| !theirs.contains(**id)).collect();
    assert!(missing.is_empty(), "{issuer} has no card {missing:?}");
    let extra: Vec<_> = theirs
        .iter()
        .filter(|id| !known.contains(id.as_str()))
        .collect();
    let open = operations
        .iter()
        .filter(|it| it["kind"] == "issue" && asked(it))
        .count();
    assert!(
        extra.len() <= open,
        "{issuer}: cards nobody knows of: {extra:?}"
    );
}

fn same_money(issuer: Issuer, state: &Value, card: &Value, operations: &[&Value]) {
    for kind in ["deposit", "withdraw"] {
        let of_card: Vec<_> = operations
            .iter()
            .filter(|it| it["kind"] == kind && it["cardId"] == card["id"])
            .collect();
        let succeeded = of_card
            .iter()
            .filter(|it| it["status"] == "succeeded")
            .count();
        let open = of_card.iter().filter(|it| asked(it)).count();
        let card_ref = card["provider"]["ref"].as_str().unwrap_or_default();
        let mut moved = moves(issuer, state, card_ref, kind);
        if issuer != Issuer::Fincard && kind == "withdraw" {
            // Closing takes the rest off first.
            let closings = operations.iter().filter(|it| {
                it["kind"] == "cancel" && it["cardId"] == card["id"] && it["status"] != "failed"
            });
            moved = moved
                .saturating_sub(closings.count())
                .max(moved.min(succeeded));
        }
        assert!(
            (succeeded..=succeeded + open).contains(&moved),
            "{issuer}: {moved} times {kind} of {card_ref}, known are {succeeded} and {open} asked"
        );
    }
}

/// Where the gateway is sure, the issuer's word is the one that goes with it; at once, or once it was
/// read again: a reading that the issuer answered with what had been is followed by another one.
async fn same_status(issuers: &Issuers, issuer: Issuer, card: &Value, operations: &[&Value]) {
    let id = card["id"].as_str().unwrap();
    let open = operations.iter().any(|it| it["cardId"] == id && asked(it));
    let Some(card_ref) = card["provider"]["ref"].as_str().filter(|_| !open) else {
        return;
    };
    let state = issuers.state(issuer).await;
    let word = cards(issuer, &state).remove(card_ref).expect("the card");
    let ours = match word.as_str() {
        "Normal" | "Enabled" | "active" => "active",
        "Freeze" | "Freezed" | "frozen" => "frozen",
        "cancel" | "Closed" | "deleted" => "cancelled",
        other => panic!("{issuer} says `{other}`"),
    };
    issuers
        .world
        .acme
        .card_when(id, |card| card["status"] == ours)
        .await;
}

/// The issuer's cards with its word for their status.
fn cards(issuer: Issuer, state: &Value) -> BTreeMap<String, String> {
    let id = issuer.card_id();
    let cards = state["cards"].as_array().unwrap().iter();
    cards
        .map(|card| {
            let text = |name: &str| card[name].as_str().unwrap().to_owned();
            (text(id), text("status"))
        })
        .collect()
}

pub fn newest_card(issuer: Issuer, state: &Value) -> Option<String> {
    let id = issuer.card_id();
    let ids = state["cards"].as_array()?.iter();
    ids.filter_map(|card| card[id].as_str())
        .max()
        .map(str::to_owned)
}

/// How often money went that way, by the issuer's books.
fn moves(issuer: Issuer, state: &Value, card_ref: &str, kind: &str) -> usize {
    let is = |row: &&Value, name: &str, text: &str| row[name] == text;
    match issuer {
        Issuer::Fincard => state["orders"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|row| is(row, "cardNo", card_ref) && is(row, "type", kind))
            .filter(|row| row["status"] != "fail")
            .count(),
        Issuer::Finup | Issuer::Bfinance => {
            let word = match (issuer, kind) {
                (Issuer::Bfinance, "deposit") => "topup",
                (_, kind) => kind,
            };
            state["moves"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|row| is(row, "cardId", card_ref) && is(row, "kind", word))
                .count()
        }
    }
}
