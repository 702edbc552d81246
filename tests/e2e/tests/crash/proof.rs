//! What must be true in the end: at the provider and for the client, once, and the same.

use std::collections::BTreeSet;
use std::time::Duration;

use cardmux_e2e::api::amount;
use cardmux_e2e::emulator::WALLET;
use cardmux_e2e::wait::within;
use cardmux_e2e::{State, World, eventually, people};
use rust_decimal::{Decimal, dec};
use serde_json::{Value, json};

use crate::operation::Operation;
use crate::plan::{Fault, Plan, RESEND};
use crate::prepare::{CORRECTED, NOTE};

/// Longer than the lease, the quiet time, and what is unseen together.
const ENDED_WITHIN: Duration = Duration::from_secs(30);

/// Kinds of operation without a number of ours at the provider.
const NUMBERLESS: [&str; 3] = ["update_enrolment", "create_budget", "update_note"];

/// The operation that was asked for, once all have ended; none where it came to nothing. Nothing
/// here is ambiguous to somebody who reads the provider's books, so nobody has to be asked.
pub async fn success(world: &World, plan: &Plan) -> Option<Value> {
    let ended = within(ENDED_WITHIN, async || {
        let operations = world.acme.all("/v1/operations").await;
        let is_final = |operation: &Value| {
            assert!(operation["needsAttention"].is_null(), "{operation}");
            matches!(operation["status"].as_str(), Some("succeeded" | "failed"))
        };
        operations.iter().all(is_final).then_some(operations)
    });
    let operations = ended.await.expect("every operation ends");
    let mut wanted = operations.into_iter().filter(|operation| {
        operation["kind"] == plan.operation.kind() && operation["status"] == "succeeded"
    });
    let success = wanted.next();
    assert!(wanted.next().is_none(), "it succeeded twice");
    success
}

pub async fn holds(world: &World, plan: &Plan, done: &Value) {
    accounted_for(world, plan).await;
    match plan.operation {
        Operation::Issue => one_card(world, done).await,
        Operation::Deposit => one_deposit(world, done).await,
        Operation::Enrol => one_holder(world, done, "Ada").await,
        Operation::UpdateEnrolment => one_holder(world, done, CORRECTED).await,
        Operation::CreateBudget => budget_holds(world, done, dec!(0)).await,
        Operation::FundBudget => budget_holds(world, done, dec!(500)).await,
        Operation::WithdrawBudget => budget_holds(world, done, dec!(379.5)).await,
        Operation::Activate => one_order(world, done, "card_activated").await,
        Operation::SetPin => one_order(world, done, "update_pin").await,
        Operation::UpdateControls => controls_in_effect(world, done).await,
        Operation::UpdateNote => note_kept(world, done).await,
    }
    world.emulator.state().await.assert_ledger_adds_up();
    if plan.operation.is_transfer() && plan.fault == Some(Fault::Unseen) {
        refused_as_duplicate(world, done).await;
    }
}

/// What the provider took on is what succeeded here, one for one. The rest was never sent, is told
/// so, and may only exist where it may not be sent (any more often) again.
async fn accounted_for(world: &World, plan: &Plan) {
    let operations = world.acme.all("/v1/operations").await;
    let (succeeded, failed): (Vec<_>, Vec<_>) = operations
        .iter()
        .partition(|operation| operation["status"] == "succeeded");
    assert_eq!(
        succeeded.len(),
        plan.operation.preparations() + 1,
        "{succeeded:?}"
    );
    // Killed between writing a further sending down and doing it, one of the few is used up.
    let may_fail = !plan.operation.is_sent_again() || plan.kill == RESEND;
    for operation in &failed {
        assert_eq!(operation["failure"]["outcome"], "not_sent", "{operation}");
        assert!(may_fail, "{operation}");
    }
    let state = &world.emulator.saved()["provider"];
    let has_number = |operation: &&&Value| !NUMBERLESS.contains(&text(operation, "kind"));
    let numbers = succeeded.iter().filter(has_number);
    let numbers: BTreeSet<&str> = numbers.map(|it| text(it, "reference")).collect();
    let taken_on: BTreeSet<&str> = list(state, "references")
        .map(|number| number.as_str().unwrap())
        .collect();
    assert_eq!(taken_on, numbers, "numbers the provider took");
    // A budget's account carries the reference in its name. One without a budget would be lost.
    let names = list(state, "accounts").filter(|account| account["kind"] == "MARGIN");
    let names: Vec<&str> = names.map(|account| text(account, "name")).collect();
    let budgets = succeeded.iter().filter(|it| it["kind"] == "create_budget");
    let budgets: Vec<&str> = budgets.map(|it| text(it, "reference")).collect();
    assert_eq!(names.len(), budgets.len(), "accounts: {names:?}");
    for budget in budgets {
        assert!(names.iter().any(|name| name.contains(budget)), "{names:?}");
    }
}

fn list<'a>(state: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    state[name].as_array().expect(name).iter()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("{name} of {value}"))
}

/// The provider's number was sent twice and refused once, and the ledger told the rest.
async fn refused_as_duplicate(world: &World, done: &Value) {
    let reference = text(done, "reference");
    let calls = world.emulator.changes().await;
    let sent = calls
        .iter()
        .filter(|call| call.merchant_order_no.as_deref() == Some(reference));
    assert!(sent.count() > 1, "never sent again: {calls:?}");
}

async fn one_card(world: &World, done: &Value) {
    let card = world.acme.settled(text(done, "cardId"), "active").await;
    let state = world.emulator.state().await;
    assert_eq!(state.cards.len(), 1, "cards at the provider");
    assert_eq!(card["provider"]["ref"], state.cards[0].card_no, "{card}");
    assert_eq!(state.orders_of("create").len(), 1);
    assert_eq!(spent(&state), dec!(55), "the card and its price, once");
    assert_eq!(state.cards[0].balance, dec!(50));
    let cards = world.acme.all("/v1/cards").await;
    assert_eq!(cards.len(), 1, "cards of the gateway");
}

fn spent(state: &State) -> Decimal {
    WALLET - state.wallet("USD")
}

async fn one_deposit(world: &World, done: &Value) {
    let state = world.emulator.state().await;
    assert_eq!(state.cards.len(), 1, "cards at the provider");
    let deposits = state.orders_of("deposit").len();
    assert_eq!(deposits, 1, "deposits at the provider");
    assert_eq!(state.cards[0].balance, dec!(83.33));
    let all = dec!(55) + dec!(33.33) + dec!(0.79995);
    assert_eq!(spent(&state), all, "the deposit and its fee, once");
    world
        .acme
        .card_when(text(done, "cardId"), |card| {
            card["balance"]["amount"] == "83.33"
        })
        .await;
}

async fn one_holder(world: &World, done: &Value, first_name: &str) {
    let id = text(done, "enrolmentId");
    let enrolment = people::enrolment_when(&world.acme, id, "approved").await;
    let customer = text(&enrolment, "customerId");
    let path = format!("/v1/customers/{customer}/enrolments");
    assert_eq!(world.acme.all(&path).await.len(), 1, "enrolments");
    let state = world.emulator.saved();
    let holders: Vec<&Value> = list(&state["provider"], "holders").collect();
    assert_eq!(holders.len(), 1, "holders at the provider");
    let holder = holders[0];
    assert_eq!(enrolment["providerRef"], holder["id"].to_string());
    assert_eq!(holder["form"]["firstName"], first_name);
}

async fn budget_holds(world: &World, done: &Value, money: Decimal) {
    let path = format!("/v1/budgets/{}", text(done, "budgetId"));
    let budget = eventually("the budget is read again", async || {
        let budget = world.acme.get(&path).await.expect(200);
        let is_read = budget["pendingOperation"].is_null() && amount(&budget["balance"]) == money;
        (budget["status"] == "active" && is_read).then_some(budget)
    })
    .await;
    let state = world.emulator.state().await;
    let account = text(&budget, "providerRef");
    assert_eq!(state.account(account), money, "in the budget");
    assert_eq!(spent(&state), money, "out of the wallet");
    // Budgets that could not be made lead nowhere.
    for other in world.acme.all("/v1/budgets").await {
        let is_it = other["id"] == budget["id"];
        assert!(is_it || other["status"] == "failed", "{other}");
        assert_eq!(other["providerRef"].is_null(), !is_it, "{other}");
    }
}

async fn one_order(world: &World, done: &Value, kind: &str) {
    let card = world.acme.settled(text(done, "cardId"), "active").await;
    let state = world.emulator.state().await;
    assert_eq!(state.orders_of(kind).len(), 1, "{kind} at the provider");
    let card_no = text(&card["provider"], "ref");
    assert_eq!(state.card(card_no).status, "Normal");
}

async fn controls_in_effect(world: &World, done: &Value) {
    let state = world.emulator.state().await;
    assert_eq!(state.orders_of("card_update").len(), 1);
    let saved = world.emulator.saved();
    let set = &saved["provider"]["cards"][0]["attributes"];
    let limits = set["spending"].as_array().unwrap();
    assert_eq!(limits.len(), 1, "{set}");
    let limit: Decimal = text(&limits[0], "amount").parse().unwrap();
    assert_eq!(limit, dec!(40), "{set}");
    assert_eq!(set["blocked_mcc"], json!(["7995"]), "{set}");
    let shown = |card: &Value| {
        let controls = &card["controls"];
        controls["blockedMccs"] == json!(["7995"])
            && amount(&controls["spendLimits"][0]["amount"]) == dec!(40)
    };
    world.acme.card_when(text(done, "cardId"), shown).await;
}

async fn note_kept(world: &World, done: &Value) {
    let saved = world.emulator.saved();
    assert_eq!(saved["provider"]["cards"][0]["remark"], NOTE);
    let card = text(done, "cardId");
    world
        .acme
        .card_when(card, |card| card["note"] == NOTE)
        .await;
}
