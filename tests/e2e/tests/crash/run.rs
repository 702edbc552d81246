//! One run: ask, kill, start again, ask again, count.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use cardmux_e2e::api::{Answer, usd};
use cardmux_e2e::emulator::WALLET;
use cardmux_e2e::wait::within;
use cardmux_e2e::{Database, World, eventually, wait_until};
use cardmux_emulator_kit::clock::pause;
use futures::FutureExt as _;
use rust_decimal::dec;
use serde_json::{Value, json};

use crate::plan::{Kill, On, Operation, Plan};

/// Longer than the lease, the quiet time and every poll together.
const ANSWERED_WITHIN: Duration = Duration::from_secs(30);

const KEY: &str = "crash";

/// The whole run; the story where something is not as it must be.
pub async fn run(plan: &Plan) -> Result<(), String> {
    let database = match plan.on {
        On::Sqlite => Database::sqlite(),
        On::Postgres => Database::postgres()
            .await
            .expect("a PostgreSQL, for this seed"),
    };
    let mut world = World::start_to_die(database, plan.setup(), plan.armed().as_deref()).await;
    let outcome = AssertUnwindSafe(crash(&mut world, plan))
        .catch_unwind()
        .await;
    match outcome {
        Ok(()) => Ok(()),
        Err(panic) => Err(story(&world, &*panic).await),
    }
}

async fn story(world: &World, panic: &(dyn Any + Send)) -> String {
    let what = panic.downcast_ref::<String>().map(String::as_str);
    let what = what
        .or(panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic");
    let state = world.emulator.state().await;
    let calls = world.emulator.changes().await;
    let log = world.installation.log_tail();
    format!("{what}\n\nat the provider: {state:#?}\n\ncalls: {calls:#?}\n\nend of the log:\n{log}")
}

/// The request that is killed and repeated.
struct Request {
    path: String,
    body: Value,
}

async fn crash(world: &mut World, plan: &Plan) {
    let request = prepare(world, plan).await;
    let calls = world.emulator.changes().await.len();
    world.emulator.webhooks(plan.webhooks, 0).await;
    world.emulator.faults(plan.faults()).await;
    ask_and_kill(world, plan, &request).await;
    if plan.kill == Kill::At("resend_committed") {
        world.emulator.no_faults().await;
    }
    world.restart().await;
    let answer = ask_until_answered(world, &request).await;
    let id = answer.body["id"]
        .as_str()
        .expect("an answer has an id")
        .to_owned();
    match plan.operation {
        Operation::Issue => one_card(world, &id).await,
        Operation::Deposit => one_deposit(world, &id).await,
    }
    let replay = ask_until_answered(world, &request).await;
    assert!(replay.is_replay(), "asked once more: {replay:?}");
    assert_eq!(replay.body["id"], id);
    if plan.fault.is_none() {
        // What the provider has is found there, not asked for again.
        let now = world.emulator.changes().await.len();
        assert_eq!(now, calls + 1, "calls for this request");
    }
}

async fn prepare(world: &World, plan: &Plan) -> Request {
    match plan.operation {
        Operation::Issue => Request {
            path: "/v1/cards".to_owned(),
            body: json!({ "typeId": world.usd_type, "initialBalance": usd("50.00") }),
        },
        Operation::Deposit => {
            let card = world.acme.issue(&world.usd_type, "50.00").await;
            Request {
                path: format!("/v1/cards/{}/deposit", card["id"].as_str().unwrap()),
                body: json!({ "amount": usd("33.33") }),
            }
        }
    }
}

/// The answer, if one comes before the end, is as lost as the gateway's memory.
async fn ask_and_kill(world: &mut World, plan: &Plan, request: &Request) {
    let calls = world.emulator.changes().await.len();
    let ask = Answer::try_of(world.acme.change(&request.path, KEY, &request.body));
    let World {
        gateway, emulator, ..
    } = world;
    let kill = async {
        match plan.kill {
            Kill::At(point) => {
                wait_until(&format!("it dies at {point}"), async || gateway.has_ended()).await;
            }
            Kill::AtCall => {
                wait_until("the call arrives", async || {
                    emulator.changes().await.len() > calls
                })
                .await;
            }
            Kill::After(ms) => pause(Duration::from_millis(ms)).await,
        }
        gateway.kill();
    };
    let (_, ()) = tokio::join!(ask, kill);
}

/// As a client does that wants it once: the same key until there is an answer.
async fn ask_until_answered(world: &World, Request { path, body }: &Request) -> Answer {
    let answered = within(ANSWERED_WITHIN, async || {
        let answer = Answer::of(world.acme.change(path, KEY, body)).await;
        match answer.status {
            200..=202 => Some(answer),
            409 | 503 => None,
            _ => panic!("{}", answer.text),
        }
    });
    answered.await.expect("an answer in time")
}

async fn one_card(world: &World, id: &str) {
    let card = world.acme.settled(id, "active").await;
    let state = world.emulator.state().await;
    state.assert_ledger_adds_up();
    assert_eq!(state.cards.len(), 1, "cards at the provider");
    assert_eq!(card["provider"]["ref"], state.cards[0].card_no, "{card}");
    assert_eq!(state.orders_of("create").len(), 1);
    assert_eq!(
        WALLET - state.wallet("USD"),
        dec!(55),
        "the card and its price, once"
    );
    assert_eq!(state.cards[0].balance, dec!(50));
    assert_eq!(
        world.acme.all("/v1/cards").await.len(),
        1,
        "cards of the gateway"
    );
    all_succeeded(world, 1).await;
}

async fn one_deposit(world: &World, id: &str) {
    let path = format!("/v1/operations/{id}");
    let operation = eventually("the deposit is final", async || {
        let operation = world.acme.get(&path).await.expect(200);
        matches!(operation["status"].as_str(), Some("succeeded" | "failed")).then_some(operation)
    })
    .await;
    assert_eq!(operation["status"], "succeeded", "{operation}");
    let state = world.emulator.state().await;
    state.assert_ledger_adds_up();
    assert_eq!(state.cards.len(), 1, "cards at the provider");
    assert_eq!(
        state.orders_of("deposit").len(),
        1,
        "deposits at the provider"
    );
    assert_eq!(state.cards[0].balance, dec!(83.33));
    let spent = dec!(55) + dec!(33.33) + dec!(0.79995);
    assert_eq!(
        WALLET - state.wallet("USD"),
        spent,
        "the deposit and its fee, once"
    );
    let card = operation["cardId"].as_str().unwrap();
    world
        .acme
        .card_when(card, |card| card["balance"]["amount"] == "83.33")
        .await;
    all_succeeded(world, 2).await;
}

async fn all_succeeded(world: &World, count: usize) {
    let operations = world.acme.all("/v1/operations").await;
    assert_eq!(operations.len(), count, "{operations:?}");
    for operation in operations {
        assert_eq!(operation["status"], "succeeded", "{operation}");
        assert!(operation["needsAttention"].is_null(), "{operation}");
    }
}
