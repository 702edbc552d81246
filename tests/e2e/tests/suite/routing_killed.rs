//! The gateway is killed between two issuers: afterwards there is one card, or a clear failure and
//! none; a client that goes on asking under its key has exactly one in the end.

use std::time::Duration;

use cardmux_e2e::api::Answer;
use cardmux_e2e::wait::within;
use cardmux_e2e::{Database, Issuer, Issuers, on_both_databases, wait_until};
use cardmux_emulator_kit::clock::pause;
use serde_json::{Value, json};

use crate::routed::{all_ended, body, books_agree, ended, fault, routed};

on_both_databases! {
    killed_when_the_first_issuer_has_refused_there_is_one_card,
    killed_when_the_card_is_turned_to_the_next_there_is_one_card,
    killed_when_the_next_issuer_has_answered_there_is_one_card,
}

/// Between two requests of a client that waits for its answer.
const GAP: Duration = Duration::from_millis(100);

async fn killed_when_the_first_issuer_has_refused_there_is_one_card(database: Database) {
    killed(database, "provider_answered:1", 0).await;
}

async fn killed_when_the_card_is_turned_to_the_next_there_is_one_card(database: Database) {
    killed(database, "turned_to_next:1", 1).await;
}

async fn killed_when_the_next_issuer_has_answered_there_is_one_card(database: Database) {
    killed(database, "provider_answered:2", 1).await;
}

/// `turned` issuers were left behind when it died.
async fn killed(database: Database, point: &str, turned: usize) {
    let mut issuers = Issuers::start(database, routed(), None).await;
    for first in Issuer::ALL {
        issuers.restart(Some(point)).await;
        fault(&issuers, first, "rate_limit", 1).await;
        let key = format!("{first}-first");
        let mut body = body(first);
        body["externalId"] = json!(key);
        let lost = Answer::try_of(issuers.world.acme.change("/v1/cards", &key, &body)).await;
        assert!(lost.is_err(), "it lives on: {lost:?}");
        let gateway = &mut issuers.world.gateway;
        wait_until("it dies", async || gateway.has_ended()).await;
        issuers.restart(None).await;
        answered(&issuers, &key, &body).await;
        all_ended(&issuers).await;

        let cards = issuers
            .world
            .acme
            .all(&format!("/v1/cards?externalId={key}"))
            .await;
        let oldest = cards.last().unwrap()["id"].as_str().unwrap();
        let killed = ended(&issuers, oldest).await;
        let failed = killed["routing"]["failed"].as_array().unwrap();
        assert_eq!(failed.len(), turned, "{killed}");
        let active: Vec<&Value> = cards
            .iter()
            .filter(|card| card["status"] == "active")
            .collect();
        assert_eq!(active.len(), 1, "{cards:#?}");
        books_agree(&issuers).await;
    }
}

/// As a client does that wants one card: the same key until there is an answer.
async fn answered(issuers: &Issuers, key: &str, body: &Value) {
    let answered = within(Duration::from_secs(90), async || {
        let answer = Answer::of(issuers.world.acme.change("/v1/cards", key, body)).await;
        match answer.status {
            201 | 202 => return Some(()),
            409 | 503 => pause(GAP).await,
            _ => panic!("{}", answer.text),
        }
        None
    });
    answered.await.expect("an answer in time");
}
