//! Changes of cards: paths, bodies, and what repetitions meet.

use crate::support::{
    Seen, Server, budget_types, calls, context, message, no, ok, reference, scripted, usd,
};
use cardmux_domain::controls::{Controls, SpendChannel, SpendInterval, SpendLimit};
use cardmux_domain::provider::{
    CardChange, ErrorKind, MoveFunds, Outcome, Reported, SetControls, SetPin,
};
use serde_json::json;

fn change(card_ref: &str) -> CardChange {
    CardChange {
        reference: reference(),
        card_ref: card_ref.to_owned(),
        note: None,
    }
}

fn move_funds(amount: &str) -> MoveFunds {
    MoveFunds {
        reference: reference(),
        card_ref: "c1".to_owned(),
        amount: usd(amount),
        note: Some("team a".to_owned()),
    }
}

fn limits(card_ref: &str, limits: &[(Option<SpendChannel>, SpendInterval)]) -> SetControls {
    let limits = limits.iter().map(|(channel, interval)| SpendLimit {
        channel: *channel,
        interval: *interval,
        amount: "25.50".parse().unwrap(),
    });
    SetControls {
        reference: reference(),
        card_ref: card_ref.to_owned(),
        controls: Controls {
            spend_limits: Some(limits.collect()),
            ..Controls::default()
        },
    }
}

fn card(status: &str, balance: &str) -> String {
    format!(
        r#"{{"id":"c1","currency":"USD","status":"{status}",
            "balance":{{"value":{balance},"currency":"USD"}}}}"#
    )
}

#[tokio::test]
async fn money_moves_with_a_key_that_nothing_hangs_on() {
    let server = Server::start(|_| message()).await;
    let provider = server.provider(json!({}));
    let funds = provider.funds().unwrap();
    let report = funds
        .deposit(&context(), &move_funds("25.5"))
        .await
        .unwrap();
    assert_eq!(report.amount, Some(usd("25.5")));
    funds.withdraw(&context(), &move_funds("1")).await.unwrap();
    assert_eq!(
        server.calls(),
        calls(&[
            ("POST /cards/c1/topup", r#"{"amount":25.5,"note":"team a"}"#),
            ("POST /cards/c1/withdraw", r#"{"amount":1}"#),
        ])
    );
    let keyed = |seen: &Seen| seen.header("idempotency-key") == "ref1";
    assert!(server.seen().iter().all(keyed));
    let silent = server.provider(json!({"idempotency_header": false}));
    let funds = silent.funds().unwrap();
    funds
        .deposit(&context(), &move_funds("25.5"))
        .await
        .unwrap();
    assert!(!server.seen().last().is_some_and(keyed));
}

#[tokio::test]
async fn money_that_cannot_move_is_not_sent_or_refused() {
    let server = Server::start(|_| no(200, "Insufficient balance")).await;
    let provider = server.provider(json!({}));
    let funds = provider.funds().unwrap();
    let error = funds
        .deposit(&context(), &move_funds("1.00"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.outcome),
        (ErrorKind::Refused, Outcome::NotSent)
    );
    assert!(server.seen().is_empty());
    let error = funds
        .deposit(&context(), &move_funds("1.01"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.outcome),
        (ErrorKind::InsufficientFunds, Outcome::Rejected)
    );
    let budget = MoveFunds {
        card_ref: "budget:c1".to_owned(),
        ..move_funds("5")
    };
    let error = funds.withdraw(&context(), &budget).await.unwrap_err();
    assert_eq!(error.outcome, Outcome::NotSent);
}

#[tokio::test]
async fn freezing_twice_is_as_once_and_a_blocked_card_refuses() {
    for (status, done) in [("frozen", true), ("active", false), ("blocked", false)] {
        let server = scripted(vec![
            (
                "POST /external/api/cards/c1/freeze",
                no(400, "Not possible"),
            ),
            ("GET /external/api/cards/c1", ok(&card(status, "1"))),
        ])
        .await;
        let provider = server.provider(json!({}));
        let cards = provider.cards().unwrap();
        let result = cards.freeze(&context(), &change("c1")).await;
        assert_eq!(result.is_ok(), done, "{status}");
        if let Err(error) = result {
            assert_eq!(
                (error.kind, error.outcome),
                (ErrorKind::Refused, Outcome::Rejected)
            );
        }
    }
    let server = Server::start(|_| message()).await;
    let provider = server.provider(budget_types());
    let cards = provider.cards().unwrap();
    cards
        .freeze(&context(), &change("budget:c1"))
        .await
        .unwrap();
    cards.unfreeze(&context(), &change("c1")).await.unwrap();
    assert_eq!(
        server.calls(),
        calls(&[
            ("POST /budget-cards/c1/freeze", ""),
            ("POST /cards/c1/unfreeze", "")
        ])
    );
}

#[tokio::test]
async fn cancelling_takes_the_rest_off_first() {
    let server = scripted(vec![
        ("GET /external/api/cards/c1", ok(&card("active", "7.25"))),
        ("/cards/c1/withdraw", message()),
        ("/cards/c1/delete", message()),
    ])
    .await;
    let provider = server.provider(json!({}));
    let cards = provider.cards().unwrap();
    let report = cards.cancel(&context(), &change("c1")).await.unwrap();
    assert_eq!(report.reported, Reported::Succeeded);
    assert_eq!(report.received, Some(usd("7.25")));
    assert_eq!(
        server.calls(),
        calls(&[
            ("GET /cards/c1", ""),
            ("POST /cards/c1/withdraw", r#"{"amount":7.25}"#),
            ("DELETE /cards/c1/delete", ""),
        ])
    );
}

#[tokio::test]
async fn cancelling_again_is_harmless_and_a_half_is_no_refusal() {
    for (status, balance, lines) in [("deleted", "0", 1), ("frozen", "0", 2)] {
        let server = scripted(vec![
            ("GET /external/api/cards/c1", ok(&card(status, balance))),
            ("/cards/c1/delete", message()),
        ])
        .await;
        let provider = server.provider(json!({}));
        let cards = provider.cards().unwrap();
        let report = cards.cancel(&context(), &change("c1")).await.unwrap();
        assert_eq!((report.received, server.lines().len()), (None, lines));
    }
    for (balance, outcome) in [("7", Outcome::Unknown), ("0", Outcome::Rejected)] {
        let server = scripted(vec![
            ("GET /external/api/cards/c1", ok(&card("active", balance))),
            ("/cards/c1/withdraw", message()),
            ("/cards/c1/delete", no(400, "Not possible")),
        ])
        .await;
        let provider = server.provider(json!({}));
        let cards = provider.cards().unwrap();
        let error = cards.cancel(&context(), &change("c1")).await.unwrap_err();
        assert_eq!(error.outcome, outcome);
    }
}

#[tokio::test]
async fn limits_are_set_one_by_one_in_the_words_of_the_family() {
    let server = Server::start(|_| message()).await;
    let provider = server.provider(budget_types());
    let controls = provider.controls().unwrap();
    let two = [
        (Some(SpendChannel::Ecommerce), SpendInterval::Daily),
        (Some(SpendChannel::Pos), SpendInterval::PerTransaction),
    ];
    controls.set(&context(), &limits("c1", &two)).await.unwrap();
    let lifetime = [(None, SpendInterval::Lifetime)];
    let velocity = limits("budget:c1", &lifetime);
    controls.set(&context(), &velocity).await.unwrap();
    assert_eq!(
        server.calls(),
        calls(&[
            (
                "POST /cards/c1/limits",
                r#"{"type":"ecommerce-daily","limit":25.5}"#
            ),
            (
                "POST /cards/c1/limits",
                r#"{"type":"pos-transaction","limit":25.5}"#
            ),
            (
                "POST /budget-cards/c1/velocity",
                r#"{"type":"LIFETIME","amount":25.5}"#
            ),
        ])
    );
    let before = server.seen().len();
    let mut mccs = limits("c1", &two);
    mccs.controls.blocked_mccs = Some(Vec::new());
    for request in [
        limits("c1", &lifetime),
        limits("budget:c1", &two),
        limits("c1", &[]),
        mccs,
    ] {
        let error = controls.set(&context(), &request).await.unwrap_err();
        assert_eq!(error.outcome, Outcome::NotSent);
    }
    assert_eq!(server.seen().len(), before);
}

#[tokio::test]
async fn refusal_of_the_second_limit_is_not_one_of_both() {
    let two = [
        (Some(SpendChannel::Ecommerce), SpendInterval::Daily),
        (Some(SpendChannel::Pos), SpendInterval::Daily),
    ];
    for (refused, outcome) in [("ecommerce", Outcome::Rejected), ("pos", Outcome::Unknown)] {
        let server = Server::start(move |seen| match seen.text().contains(refused) {
            true => no(400, "Not possible"),
            false => message(),
        })
        .await;
        let provider = server.provider(json!({}));
        let controls = provider.controls().unwrap();
        let error = controls
            .set(&context(), &limits("c1", &two))
            .await
            .unwrap_err();
        assert_eq!(error.outcome, outcome, "{refused}");
    }
}

#[tokio::test]
async fn pin_is_a_text_and_never_in_an_error() {
    let server = Server::start(|seen| match seen.line.contains("c2") {
        true => no(400, "PIN 2580 is weak"),
        false => message(),
    })
    .await;
    let provider = server.provider(json!({}));
    let pins = provider.pins().unwrap();
    let mut request = SetPin {
        reference: reference(),
        card_ref: "c1".to_owned(),
        pin: "2580".into(),
    };
    pins.set_pin(&context(), &request).await.unwrap();
    assert_eq!(
        server.calls(),
        calls(&[("POST /cards/c1/pin", r#"{"pin":"2580"}"#)])
    );
    request.card_ref = "c2".to_owned();
    let error = pins.set_pin(&context(), &request).await.unwrap_err();
    assert_eq!(error.outcome, Outcome::Rejected);
    assert!(!format!("{error:?}").contains("2580"));
    request.pin = "1234".into();
    let error = pins.set_pin(&context(), &request).await.unwrap_err();
    assert_eq!(error.outcome, Outcome::NotSent);
    assert_eq!(server.seen().len(), 2);
}
