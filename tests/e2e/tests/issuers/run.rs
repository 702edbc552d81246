//! One run: ask, kill, start again, ask again; then compare the books.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use cardmux_e2e::api::{Answer, usd};
use cardmux_e2e::wait::within;
use cardmux_e2e::{Database, Issuer, Issuers, Setup, wait_until};
use cardmux_emulator_kit::clock::pause;
use futures::FutureExt as _;
use reqwest::Method;
use serde_json::{Value, json};

use crate::books;
use crate::plan::{Kill, Operation, Plan};

/// Longer than the lease, the quiet time and every poll together.
const ANSWERED_WITHIN: Duration = Duration::from_secs(40);

/// Between two requests of a client that waits for its answer.
const GAP: Duration = Duration::from_millis(50);

/// Undecided for this long is shown to a person.
const ATTENTION_MS: u32 = 12_000;

/// How a run that is as it must be has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Decided,
    /// A person is asked, with what was seen.
    Attention,
}

/// Runs of one world; the story of each that is not as it must be.
pub async fn world(postgres: bool, plans: Vec<Plan>) -> Vec<(Plan, Result<Outcome, String>)> {
    let database = match postgres {
        true => Database::postgres().await.expect("a PostgreSQL"),
        false => Database::sqlite(),
    };
    let mut setup = Setup::new(env!("CARGO_BIN_EXE_cardmux-under-test"));
    // A machine under load must not look like an issuer that hangs.
    setup.attempt_timeout_ms = 900;
    setup.attention_after_ms = ATTENTION_MS;
    let mut issuers = Issuers::start(database, setup, None).await;
    let mut done = Vec::new();
    for plan in plans {
        let outcome = AssertUnwindSafe(run(&mut issuers, &plan))
            .catch_unwind()
            .await;
        let outcome = match outcome {
            Ok(outcome) => Ok(outcome),
            Err(panic) => Err(story(&issuers, &plan, &*panic).await),
        };
        done.push((plan, outcome));
    }
    done
}

async fn story(issuers: &Issuers, plan: &Plan, panic: &(dyn Any + Send)) -> String {
    let what = panic.downcast_ref::<String>().map(String::as_str);
    let what = what
        .or(panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic");
    let state = issuers.state(plan.issuer).await;
    let calls = issuers.calls(plan.issuer).await;
    let calls: Vec<_> = calls.iter().rev().take(30).collect();
    let log = issuers.world.installation.log_tail();
    format!(
        "{what}\n\nat the issuer: {state:#}\n\ncalls, last first: {calls:#?}\n\nend of the log:\n{log}"
    )
}

async fn run(issuers: &mut Issuers, plan: &Plan) -> Outcome {
    issuers.restart(plan.armed().as_deref()).await;
    let (path, body) = prepare(issuers, plan).await;
    let key = format!("run-{}", plan.seed);
    issuers.faults(plan.issuer, plan.faults()).await;
    ask_and_kill(issuers, plan, (&path, &key, &body)).await;
    issuers.faults(plan.issuer, json!([])).await;
    if plan.spends {
        spend(issuers, plan.issuer).await;
    }
    issuers.restart(None).await;
    ask_until_answered(issuers, (&path, &key, &body)).await;
    let operations = settled(issuers).await;
    books::agree(issuers, &operations).await;
    let last = operations.first().expect("an operation");
    assert_eq!(last["kind"], plan.operation.kind(), "{last}");
    if last["needsAttention"].is_null() {
        assert!(
            last["status"] == "succeeded" || last["status"] == "failed",
            "{last}"
        );
        return Outcome::Decided;
    }
    // Killed before anything was sent, there is nothing to ask a person about.
    assert_ne!(plan.kill, Kill::At("intent_committed"), "{last}");
    let evidence = last["needsAttention"]["evidence"].as_array();
    assert!(evidence.is_some_and(|seen| !seen.is_empty()), "{last}");
    Outcome::Attention
}

/// What has to be there before, and the request.
async fn prepare(issuers: &Issuers, plan: &Plan) -> (String, Value) {
    if plan.operation == Operation::Issue {
        return ("/v1/cards".to_owned(), issuers.issue_body(plan.issuer));
    }
    let has_money = plan.operation.before().contains(&"deposit");
    let money = if has_money { "40.00" } else { "0" };
    let card = issuers.card_with(plan.issuer, money).await;
    let card = format!("/v1/cards/{}", card["id"].as_str().unwrap());
    if plan.operation == Operation::Unfreeze {
        let path = format!("{card}/freeze");
        issuers.world.acme.succeeds(&path, &json!({})).await;
    }
    let body = match plan.operation {
        Operation::Deposit => json!({ "amount": usd("25.50") }),
        Operation::Withdraw => json!({ "amount": usd("15.25") }),
        Operation::Issue | Operation::Freeze | Operation::Unfreeze | Operation::Cancel => json!({}),
    };
    (format!("{card}/{}", plan.operation.kind()), body)
}

/// The answer, if one comes before the end, is as lost as the gateway's memory.
async fn ask_and_kill(issuers: &mut Issuers, plan: &Plan, asked: (&str, &str, &Value)) {
    let before = issuers.calls(plan.issuer).await.len();
    let (path, key, body) = asked;
    let acme = issuers.world.acme.clone();
    let ask = async {
        let answer = Answer::try_of(acme.change(path, key, body)).await;
        if plan.kill == Kill::Never {
            let answer = answer.expect("an answer");
            assert!(
                answer.status < 500 || answer.status == 503,
                "{}",
                answer.text
            );
        }
    };
    let arrives = async |issuers: &Issuers| {
        let calls = issuers.calls(plan.issuer).await;
        calls
            .iter()
            .skip(before)
            .any(|call| call.ends_with(plan.path()))
    };
    let kill = async {
        match plan.kill {
            Kill::Never => return,
            Kill::At(point) => {
                let gateway = &mut issuers.world.gateway;
                wait_until(&format!("it dies at {point}"), async || gateway.has_ended()).await;
            }
            Kill::AtCall => wait_until("the call arrives", async || arrives(issuers).await).await,
            Kill::After(ms) => pause(Duration::from_millis(ms)).await,
        }
        issuers.world.gateway.kill();
    };
    tokio::join!(ask, kill);
}

/// The card is used, whatever becomes of the operation; where it cannot be, nothing happens.
async fn spend(issuers: &Issuers, issuer: Issuer) {
    let state = issuers.state(issuer).await;
    // The newest card of the issuer is the one of this run.
    let Some(card) = books::newest_card(issuer, &state) else {
        return;
    };
    let (route, body) = match issuer {
        Issuer::Fincard => (
            format!("cards/{card}/trades"),
            json!({ "type": "auth", "amount": "1.25" }),
        ),
        Issuer::Finup => (format!("cards/{card}/spend"), json!({ "amount": "1.25" })),
        Issuer::Bfinance => (
            format!("cards/{card}/transactions"),
            json!({ "amount": "1.25", "type": "purchase", "status": "completed" }),
        ),
    };
    let (status, refusal) = issuers
        .try_control(issuer, Method::POST, &route, Some(body))
        .await;
    assert!(status < 300 || status == 409, "{route}: {status} {refusal}");
}

/// As a client does that wants it once: the same key until there is an answer.
async fn ask_until_answered(issuers: &Issuers, (path, key, body): (&str, &str, &Value)) {
    let answered = within(ANSWERED_WITHIN, async || {
        let answer = Answer::of(issuers.world.acme.change(path, key, body)).await;
        match answer.status {
            200..=202 | 422 => return Some(()),
            409 | 503 => {}
            _ => panic!("{}", answer.text),
        }
        // What is shown to a person stays under way until that person has decided.
        if undecided(issuers).await.is_empty() {
            return Some(());
        }
        pause(GAP).await;
        None
    });
    answered.await.expect("an answer in time");
}

async fn undecided(issuers: &Issuers) -> Vec<Value> {
    let mut all = issuers.world.acme.all("/v1/operations").await;
    all.retain(|it| {
        let is_final = it["status"] == "succeeded" || it["status"] == "failed";
        !is_final && it["needsAttention"].is_null()
    });
    all
}

/// All operations, newest first, once each is decided or shown to a person.
async fn settled(issuers: &Issuers) -> Vec<Value> {
    let decided = within(ANSWERED_WITHIN, async || {
        undecided(issuers).await.is_empty().then_some(())
    });
    if decided.await.is_none() {
        panic!("undecided: {:#?}", undecided(issuers).await);
    }
    issuers.world.acme.all("/v1/operations").await
}
