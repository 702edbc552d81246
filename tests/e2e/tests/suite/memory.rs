//! A card number that comes with every reading of a card stays nowhere: not in the log, not in the
//! database, not in memory once it was read.

use cardmux_e2e::setup::INSTANCE;
use cardmux_e2e::{Database, Issuer, Issuers, Setup, on_both_databases, wait_until};
use serde_json::json;

use crate::setup;

on_both_databases! {
    number_that_comes_with_every_poll_stays_nowhere,
}

/// Readings of a card without a webhook to tell of it.
const POLLS: usize = 8;

async fn number_that_comes_with_every_poll_stays_nowhere(database: Database) {
    let setup = Setup {
        log_filter: "trace",
        ..setup()
    };
    let issuers = Issuers::start(database, setup, None).await;
    let mut shown = Vec::new();
    for issuer in [Issuer::Finup, Issuer::Bfinance] {
        let card = issuers.card_with(issuer, "20.00").await;
        let id = card["id"].as_str().unwrap();
        let card_ref = card["provider"]["ref"].as_str().unwrap();
        let read = async || {
            let calls = issuers.calls(issuer).await;
            let of_card = format!("/cards/{card_ref}");
            calls.iter().filter(|path| path.ends_with(&of_card)).count()
        };
        wait_until("it was read again and again", async || {
            read().await >= POLLS
        })
        .await;
        let path = format!("/v1/cards/{id}?include=provider");
        let card = issuers.world.acme.get(&path).await.expect(200);
        let object = &card["providerObject"];
        assert_eq!(object["id"], card_ref, "{object}");
        assert!(object["status"].is_string(), "{object}");
        let freeze = format!("/v1/cards/{id}/freeze");
        issuers.world.acme.succeeds(&freeze, &json!({})).await;
        shown.push(card.to_string());
    }
    for issuer in [Issuer::Finup, Issuer::Bfinance] {
        let numbers = issuers.numbers(issuer);
        assert_eq!(numbers.len(), 1, "a number to look for");
        let canaries: Vec<_> = numbers
            .iter()
            .map(|number| ("a card number".to_owned(), number.clone()))
            .collect();
        let traces = issuers.world.traces(&canaries).await;
        assert!(traces.is_empty(), "{issuer}: {traces:?}");
        for number in &numbers {
            let spaced: Vec<&str> = (0..4).map(|at| &number[at * 4..][..4]).collect();
            let forms = [number.clone(), spaced.join(" ")];
            assert!(
                !shown
                    .iter()
                    .any(|text| forms.iter().any(|form| text.contains(form)))
            );
            // The next reading may be under way at this very moment; it ends.
            let gateway = &issuers.world.gateway;
            wait_until(&format!("{issuer}'s number is forgotten"), async || {
                gateway.remembers(&forms).is_empty()
            })
            .await;
        }
    }
    // The search can find: what configuration says is in memory all the time.
    let known = [INSTANCE.to_owned()];
    assert_eq!(
        issuers.world.gateway.remembers(&known).first(),
        known.first()
    );
}
