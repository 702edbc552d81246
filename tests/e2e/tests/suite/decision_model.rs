//! Eight cards of two issuers on one budget, hundreds of authorizations at once, repeated, reversed,
//! presented late and in parts, the gateway killed between hold and answer: never more is approved
//! than there is, no hold is left over, and the ledger adds up.

use std::collections::HashMap;

use cardmux_e2e::{Database, Decider, Deciders, Spender, on_both_databases};
use futures::StreamExt as _;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use reqwest::Method;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    budget_is_never_overdrawn_and_no_hold_is_left_over,
    kill_between_hold_and_answer_leaves_no_hold,
}

const CARDS: usize = 8;
const AUTHORIZATIONS: usize = 200;
const AT_ONCE: usize = 16;
/// About a third of what is asked for.
const FUNDS: &str = "1000.00";

struct Paid {
    card: Spender,
    id: String,
    amount: Decimal,
    approved: bool,
    /// bfinance's id of the transaction.
    transaction: String,
}

async fn cards(deciders: &Deciders, budget: &str) -> Vec<Spender> {
    let mut cards = Vec::new();
    for n in 0..CARDS {
        let issuer = Decider::ALL[n % 2];
        cards.push(deciders.card(issuer, budget).await);
    }
    cards
}

async fn budget_is_never_overdrawn_and_no_hold_is_left_over(database: Database) {
    let deciders = Deciders::start(database, setup()).await;
    let budget = deciders.budget(FUNDS, "EUR").await;
    let cards = cards(&deciders, &budget).await;
    let mut chance = StdRng::seed_from_u64(7);
    let wanted: Vec<_> = (0..AUTHORIZATIONS)
        .map(|n| {
            let amount = Decimal::new(chance.random_range(1..=3000), 2);
            (cards[n % CARDS].clone(), amount)
        })
        .collect();
    let pay = async |(card, amount): (Spender, Decimal)| {
        let purchase = deciders.purchase(card.issuer, &amount.to_string(), "5411", "SHOP");
        let (approved, id, answer) = deciders.pays(&card, &purchase).await;
        if card.issuer == Decider::Finci {
            // Asked again at once, and answered the same.
            let repeat = format!("authorizations/{id}/repeat");
            let again = deciders.does(Decider::Finci, &repeat, &json!({})).await;
            assert_eq!(again["answered"], answer["answered"], "{again}");
        }
        let transaction = answer["id"].as_str().unwrap_or_default().to_owned();
        Paid {
            card,
            id,
            amount,
            approved,
            transaction,
        }
    };
    let paid: Vec<Paid> = futures::stream::iter(wanted)
        .map(pay)
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let approved: Vec<&Paid> = paid.iter().filter(|paid| paid.approved).collect();
    assert!(!approved.is_empty() && approved.len() < paid.len());
    let held: Decimal = approved.iter().map(|paid| paid.amount).sum();
    let funds: Decimal = FUNDS.parse().unwrap();
    assert!(held <= funds, "{held} approved of {funds}");
    let text = |amount: Decimal| format!("{amount:.2}");
    // What was held for an answer that came too late on a busy machine is given back.
    let wanted = [text(funds - held), text(held), text(Decimal::ZERO)];
    deciders
        .ledger_becomes(&budget, [&wanted[0], &wanted[1], &wanted[2]])
        .await;

    // A third is taken back, a third presented whole, a third in two parts, the second one larger
    // than what is left of the hold.
    let mut spent = Decimal::ZERO;
    for (n, paid) in approved.iter().enumerate() {
        spent += match n % 3 {
            0 => reversed(&deciders, paid).await,
            1 => presented(&deciders, paid, &[paid.amount]).await,
            _ => {
                let half = (paid.amount / Decimal::TWO).round_dp(2);
                presented(&deciders, paid, &[half, paid.amount]).await
            }
        };
    }
    let wanted = [text(funds - spent), text(Decimal::ZERO), text(spent)];
    deciders
        .ledger_becomes(&budget, [&wanted[0], &wanted[1], &wanted[2]])
        .await;
    never_below_zero_by_a_hold(&deciders, &budget).await;
    deciders.books_add_up().await;
}

async fn reversed(deciders: &Deciders, paid: &Paid) -> Decimal {
    let path = match paid.card.issuer {
        Decider::Finci => format!("authorizations/{}/reverse", paid.id),
        Decider::Bfinance => format!("transactions/{}/reversed", paid.transaction),
    };
    deciders.does(paid.card.issuer, &path, &json!({})).await;
    Decimal::ZERO
}

/// bfinance presents once: the last amount.
async fn presented(deciders: &Deciders, paid: &Paid, amounts: &[Decimal]) -> Decimal {
    let (path, amounts) = match paid.card.issuer {
        Decider::Finci => (format!("authorizations/{}/present", paid.id), amounts),
        Decider::Bfinance => {
            let last = &amounts[amounts.len() - 1..];
            (format!("transactions/{}/completed", paid.transaction), last)
        }
    };
    for amount in amounts {
        let body = json!({ "amount": amount.to_string() });
        deciders.does(paid.card.issuer, &path, &body).await;
    }
    amounts.iter().sum()
}

/// A hold never takes what is not there, at any time; only presentments may.
async fn never_below_zero_by_a_hold(deciders: &Deciders, budget: &str) {
    let path = format!("/v1/budgets/{budget}/entries?limit=200");
    let entries = deciders.api().all(&path).await;
    assert!(entries.len() > AUTHORIZATIONS / 4);
    for entry in &entries {
        let after: Decimal = entry["balanceAfter"]["amount"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        assert!(
            entry["kind"] != "hold" || !after.is_sign_negative(),
            "{entry}"
        );
    }
}

async fn kill_between_hold_and_answer_leaves_no_hold(database: Database) {
    const ROUNDS: usize = 4;
    let mut deciders = Deciders::start(database, setup()).await;
    let budget = deciders.budget("100.00", "EUR").await;
    let mut cards = HashMap::new();
    for issuer in Decider::ALL {
        cards.insert(issuer, deciders.card(issuer, &budget).await);
    }
    for round in 0..ROUNDS {
        let card = &cards[&Decider::ALL[round % 2]];
        deciders.restart(Some("authorization_reserved")).await;
        let purchase = deciders.purchase(card.issuer, "10.00", "5411", "SHOP");
        // The gateway dies with the hold committed and the answer on its lips.
        let (approved, id, answer) = deciders.pays(card, &purchase).await;
        assert!(!approved, "nobody answered: {answer}");
        deciders.world.gateway.ended().await;
        deciders.restart(None).await;
        // What the issuer says of it, by advice or by its list of transactions, sets it right.
        deciders
            .authorization(card, &id, |a| a["status"] == "declined")
            .await;
        deciders
            .ledger_becomes(&budget, ["100.00", "0.00", "0.00"])
            .await;
    }
    let (_, state) = deciders
        .control(Decider::Finci, Method::GET, "authorizations", None)
        .await;
    let all = state["authorizations"].as_array().unwrap();
    let asked = |a: &&Value| a["answered"] == "none";
    assert_eq!(all.iter().filter(asked).count(), ROUNDS / 2, "{state}");
    deciders.books_add_up().await;
}
