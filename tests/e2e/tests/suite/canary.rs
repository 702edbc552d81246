//! No card number, key, token or signature turns up where people or backups read.

use std::path::PathBuf;

use cardmux_e2e::api::{Answer, usd};
use cardmux_e2e::setup::SECRET;
use cardmux_e2e::{Database, Dialect, Setup, World, on_both_databases, wait_until};
use reqwest::Method;
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    canaries_of_a_finhub_life_at_trace_level_stay_hidden,
    canaries_of_an_upstream_life_at_trace_level_stay_hidden,
}

async fn canaries_of_a_finhub_life_at_trace_level_stay_hidden(database: Database) {
    hidden(database, setup()).await;
}

async fn canaries_of_an_upstream_life_at_trace_level_stay_hidden(database: Database) {
    hidden(database, setup().upstream()).await;
}

/// Shorter values occur by chance.
const SHORTEST: usize = 12;

async fn hidden(database: Database, setup: Setup) {
    let setup = Setup {
        log_filter: "trace",
        ..setup
    };
    let world = World::start(database, setup.clone()).await;
    let problems = live(&world, setup.dialect).await;

    let canaries = canaries(&world, setup.dialect);
    let files = [vec![world.installation.log.clone()], world.database.files()].concat();
    for file in &files {
        let bytes = std::fs::read(file).unwrap();
        assert!(!bytes.is_empty(), "{} was searched in vain", file.display());
        for (name, canary) in &canaries {
            assert!(!contains(&bytes, canary), "{name} is in {}", file.display());
        }
    }
    for (name, canary) in &canaries {
        for problem in &problems {
            assert!(!problem.contains(canary.as_str()), "{name} is in a problem");
        }
    }
    for dump in world.database.dump().await {
        for (name, canary) in &canaries {
            assert!(
                !dump.contains(canary.as_str()),
                "{name} is in the database: {dump}"
            );
        }
    }
    // The search can find: the log is at trace level, and it has what it should have.
    let log = std::fs::read(&world.installation.log).unwrap();
    assert!(contains(&log, "TRACE") && contains(&log, "/v1/cards"));
}

/// Every operation, some faults and some bad requests; the problems that came of it.
async fn live(world: &World, dialect: Dialect) -> Vec<String> {
    let api = &world.acme;
    let card = api.issue(&world.usd_type, "50.00").await;
    let id = card["id"].as_str().unwrap();
    let path = |change: &str| format!("/v1/cards/{id}/{change}");
    let money = json!({ "amount": usd("20.00"), "note": "canary" });
    for (change, body) in [
        ("deposit", &money),
        ("withdraw", &money),
        ("freeze", &json!({})),
        ("unfreeze", &json!({})),
    ] {
        api.finished(&path(change), body).await.expect(200);
    }
    api.get(&path("balance")).await.expect(200);

    let mut problems = Vec::new();
    let issue = json!({ "typeId": world.usd_type, "initialBalance": usd("50.00") });
    for kind in [
        "refuse",
        "rate_limit",
        "error_before",
        "drop_before",
        "truncate",
        "error_after",
    ] {
        world
            .emulator
            .faults(json!([{ "kind": kind, "path": dialect.open_card(), "times": 1 }]))
            .await;
        problems.push(api.finished("/v1/cards", &issue).await.text);
        world.emulator.faults(json!([{ "kind": kind }])).await;
        problems.push(api.get(&path("balance")).await.text);
        world.emulator.no_faults().await;
    }
    let wrong_key = format!("{}x", api.key());
    let wrong_key = api.bare(Method::GET, "/v1/cards").bearer_auth(wrong_key);
    problems.push(Answer::of(wrong_key).await.text);
    let hook = api
        .bare(Method::POST, "/hooks/fincard_main")
        .header("X-FC-SIGNATURE", "QUJD")
        .body("{}");
    problems.push(Answer::of(hook).await.text);
    problems.push(api.get("/v1/cards?colour=red").await.text);
    api.settled(id, "active").await;
    api.finished(&path("cancel"), &json!({})).await.expect(200);
    wait_until("webhooks came", async || {
        world
            .emulator
            .deliveries()
            .await
            .iter()
            .all(|delivery| delivery["acked"] == true)
    })
    .await;
    problems
}

/// What must stay hidden, by name: the provider's secrets out of its state file, and our own.
fn canaries(world: &World, dialect: Dialect) -> Vec<(String, String)> {
    let file: PathBuf = world.emulator.state_file().unwrap();
    let state: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let mut found = vec![("the API key".to_owned(), world.acme.key().to_owned())];
    let (_, secret_part) = world.acme.key().rsplit_once('_').unwrap();
    found.push((
        "the API key's secret part".to_owned(),
        secret_part.to_owned(),
    ));
    found.push(("the installation's secret".to_owned(), SECRET.to_owned()));
    collect(&state, "", &mut found);
    let mut kinds = vec![
        "number",
        "password",
        "api_key",
        "merchant_private_key",
        "SIGNATURE",
    ];
    if dialect == Dialect::Finhub {
        // The tokens of its logins.
        kinds.push("value");
    }
    for kind in kinds {
        assert!(
            found.iter().any(|(name, _)| name.contains(kind)),
            "no {kind} to look for"
        );
    }
    let long = found
        .into_iter()
        .filter(|(_, canary)| canary.len() >= SHORTEST);
    // Keys are PEM or one base64 text; a line of it is telling enough.
    long.flat_map(|(name, canary)| {
        let lines: Vec<_> = canary
            .lines()
            .map(str::to_owned)
            .filter(|line| line.len() >= SHORTEST)
            .collect();
        lines
            .into_iter()
            .filter(|line| !line.starts_with("-----"))
            .map(move |line| (name.clone(), line))
    })
    .collect()
}

/// Secrets by the names they have in the state file.
fn collect(state: &Value, name: &str, found: &mut Vec<(String, String)>) {
    const SECRETS: [&str; 6] = [
        "number",
        "password",
        "api_key",
        "merchant_private_key",
        "platform_private_key",
        "value",
    ];
    match state {
        Value::Object(table) => table
            .iter()
            .for_each(|(key, value)| collect(value, key, found)),
        // A webhook's headers are pairs.
        Value::Array(pair) if pair.len() == 2 && pair[0].is_string() => {
            let header = pair[0].as_str().unwrap().to_uppercase();
            if let Some(signature) = pair[1].as_str().filter(|_| header.contains("SIGNATURE")) {
                found.push((header, signature.to_owned()));
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, name, found)),
        Value::String(text) if SECRETS.contains(&name) => {
            found.push((name.to_owned(), text.clone()))
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    // Card numbers are 16 bytes; a log has a few megabytes.
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}
