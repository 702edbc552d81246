//! One run: ask, kill, start again, ask again, count.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use cardmux_e2e::api::{Answer, fresh_key};
use cardmux_e2e::wait::within;
use cardmux_e2e::{Database, World, wait_until};
use cardmux_emulator_kit::clock::pause;
use futures::FutureExt as _;
use serde_json::Value;

use crate::plan::{Kill, On, Plan, RESEND};
use crate::prepare::{Request, prepare};
use crate::{disk, proof};

/// Longer than the lease, the quiet time and every poll together.
const ANSWERED_WITHIN: Duration = Duration::from_secs(30);

/// Between two requests of a client that waits for its answer.
const GAP: Duration = Duration::from_millis(50);

/// How often a client asks for what was not done: killed before it was sent, lost by the provider,
/// its answer given again, done.
const MAX_ROUNDS: usize = 5;

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

async fn crash(world: &mut World, plan: &Plan) {
    let request = prepare(world, plan).await;
    let calls = world.emulator.changes().await.len();
    world.emulator.webhooks(plan.webhooks, 0).await;
    world.emulator.faults(plan.faults()).await;
    ask_and_kill(world, plan, &request).await;
    // As the kill left it, before anything is cleared away.
    disk::clean(world, plan).await;
    if plan.kill == RESEND {
        world.emulator.no_faults().await;
    }
    world.restart().await;
    let done = carry_through(world, plan, &request).await;
    proof::holds(world, plan, &done.operation).await;
    let replay = ask_until_answered(world, &request, &done.key).await;
    assert!(replay.is_replay(), "asked once more: {replay:?}");
    assert_eq!(replay.body["id"], done.answer.body["id"]);
    if plan.fault.is_none() {
        // What the provider has is found there, not asked for again.
        let now = world.emulator.changes().await.len();
        assert_eq!(now, calls + 1, "calls for this request");
    }
    disk::clean(world, plan).await;
    disk::finds(world, plan, &done.operation).await;
}

/// The answer, if one comes before the end, is as lost as the gateway's memory.
async fn ask_and_kill(world: &mut World, plan: &Plan, request: &Request) {
    let calls = world.emulator.changes().await.len();
    let ask = Answer::try_of(world.acme.change(&request.path, KEY, &request.body));
    let World {
        gateway,
        emulator,
        acme,
        ..
    } = world;
    let kill = async {
        match plan.kill {
            RESEND if !plan.operation.is_sent_again() => {
                wait_until("it is given up", async || {
                    assert!(!gateway.has_ended(), "it was about to be sent again");
                    let list = Answer::try_of(acme.request(reqwest::Method::GET, LAST)).await;
                    let last = list.map(|list| list.body["data"][0].clone());
                    last.is_ok_and(|last| {
                        last["kind"] == plan.operation.kind() && last["status"] == "failed"
                    })
                })
                .await;
            }
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

/// The newest operation.
const LAST: &str = "/v1/operations?limit=1";

/// What a client that wants it once has in the end.
struct Done {
    key: String,
    answer: Answer,
    operation: Value,
}

/// Asks under one key until there is an answer, and looks what became of the operation. What came
/// to nothing is asked for again: under the same key, which is free unless an answer was given under
/// it before that was known; then under another one.
async fn carry_through(world: &World, plan: &Plan, request: &Request) -> Done {
    let mut key = KEY.to_owned();
    for _ in 0..MAX_ROUNDS {
        let answer = ask_until_answered(world, request, &key).await;
        if let Some(operation) = proof::success(world, plan).await {
            let ids = ["id", "cardId", "enrolmentId", "budgetId"].map(|name| &operation[name]);
            let id = &answer.body["id"];
            assert!(ids.contains(&id), "{id} answered for {operation}");
            return Done {
                key,
                answer,
                operation,
            };
        }
        if answer.is_replay() {
            key = fresh_key();
        }
    }
    panic!("not done in {MAX_ROUNDS} rounds");
}

/// As a client does that wants it once: the same key until there is an answer.
async fn ask_until_answered(world: &World, Request { path, body }: &Request, key: &str) -> Answer {
    let answered = within(ANSWERED_WITHIN, async || {
        let answer = Answer::of(world.acme.change(path, key, body)).await;
        match answer.status {
            200..=202 => return Some(answer),
            409 | 503 => {}
            _ => panic!("{}", answer.text),
        }
        pause(GAP).await;
        None
    });
    answered.await.expect("an answer in time")
}
