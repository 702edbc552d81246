//! Commands to the emulator: only where they are switched on, at the origin, without credentials.

use crate::support::{Server, context, finhub, usd};
use axum::http::StatusCode;
use cardmux_domain::challenge::ChallengeKind;
use cardmux_domain::provider::{ErrorKind, Outcome, Simulation};
use cardmux_domain::transaction::Merchant;
use serde_json::json;

fn merchant() -> Box<Merchant> {
    Box::new(Merchant {
        name: Some("SHOP".to_owned()),
        mcc: Some("5999".to_owned()),
        country: Some("DEU".to_owned()),
        ..Merchant::default()
    })
}

#[test]
fn real_provider_has_no_simulator() {
    assert!(
        finhub("http://127.0.0.1:9", json!({}))
            .simulator()
            .is_none()
    );
}

/// Every command, with its path and body.
fn table() -> Vec<(Simulation, &'static str, &'static str)> {
    let (card, trade) = (|| "FC/1".to_owned(), || "T1".to_owned());
    vec![
        (
            Simulation::ApproveEnrolment {
                enrolment_ref: "620017".to_owned(),
            },
            "/_emulator/holders/620017/approve",
            "{}",
        ),
        (
            Simulation::RejectEnrolment {
                enrolment_ref: "620017".to_owned(),
                correctable: true,
                reason: Some("blurred".to_owned()),
            },
            "/_emulator/holders/620017/reject",
            r#"{"location":"admin","reason":"blurred"}"#,
        ),
        (
            Simulation::Authorize {
                card_ref: card(),
                amount: usd("5"),
                merchant: merchant(),
                verification: false,
                decline: Some("risk".to_owned()),
            },
            "/_emulator/cards/FC%2F1/trades",
            r#"{"type":"auth","amount":"5.00","currency":"USD","merchant":{"name":"SHOP","categoryCode":"5999","country":"DEU"},"decline":"risk"}"#,
        ),
        (
            Simulation::Settle {
                transaction_ref: trade(),
                amount: None,
            },
            "/_emulator/trades/T1/settle",
            "{}",
        ),
        (
            Simulation::Void {
                transaction_ref: trade(),
                amount: None,
            },
            "/_emulator/trades/T1/void",
            "{}",
        ),
        (
            Simulation::Refund {
                transaction_ref: trade(),
                amount: Some(usd("1.5")),
            },
            "/_emulator/trades/T1/refund",
            r#"{"amount":"1.50"}"#,
        ),
        (
            Simulation::MaintenanceFee {
                card_ref: card(),
                amount: usd("1"),
            },
            "/_emulator/cards/FC%2F1/trades",
            r#"{"type":"maintain_fee","amount":"1.00","currency":"USD"}"#,
        ),
        (
            Simulation::FeePatch {
                card_ref: card(),
                transaction_ref: Some(trade()),
                amount: usd("0.3"),
            },
            "/_emulator/cards/FC%2F1/fee-patches",
            r#"{"type":"card_patch_fee","amount":"0.30","originTradeNo":"T1"}"#,
        ),
        (
            Simulation::Challenge {
                card_ref: card(),
                kind: ChallengeKind::Otp,
                amount: Some(usd("7")),
                merchant_name: Some("SHOP".to_owned()),
            },
            "/_emulator/cards/FC%2F1/challenges",
            r#"{"type":"third_3ds_otp","amount":"7.00","currency":"USD","merchantName":"SHOP"}"#,
        ),
        (
            Simulation::Block { card_ref: card() },
            "/_emulator/cards/FC%2F1/block",
            "{}",
        ),
        (
            Simulation::Overdraft {
                card_ref: card(),
                amount: usd("3"),
            },
            "/_emulator/cards/FC%2F1/overdraft",
            r#"{"amount":"3.00"}"#,
        ),
    ]
}

#[tokio::test]
async fn commands_go_to_the_origin_with_amounts_as_text() {
    let server = Server::start(|seen| match seen.path.ends_with("/trades") {
        true => (StatusCode::OK, Vec::new(), r#"{"tradeNo":"T9"}"#.to_owned()),
        false => (StatusCode::NO_CONTENT, Vec::new(), String::new()),
    })
    .await;
    let provider = finhub(&server.url, json!({"simulator": true}));
    let simulator = provider.simulator().unwrap();
    for (index, (simulation, path, body)) in table().into_iter().enumerate() {
        let made = simulator.simulate(&context(), &simulation).await.unwrap();
        let seen = &server.seen()[index];
        assert_eq!((seen.path.as_str(), seen.text()), (path, body));
        assert!(seen.header("authorization").is_empty());
        assert_eq!(made.is_some(), path.ends_with("/trades"), "{path}");
    }
}

#[tokio::test]
async fn refusal_is_told_with_its_reason() {
    let server = Server::start(|_| {
        let body = r#"{"msg":"the card is frozen"}"#.to_owned();
        (StatusCode::CONFLICT, Vec::new(), body)
    })
    .await;
    let provider = finhub(&server.url, json!({"simulator": true}));
    let simulator = provider.simulator().unwrap();
    let block = Simulation::Block {
        card_ref: "FC1".to_owned(),
    };
    let error = simulator.simulate(&context(), &block).await.unwrap_err();
    assert_eq!(
        (error.kind, error.outcome),
        (ErrorKind::Refused, Outcome::Rejected)
    );
    assert_eq!(
        error.provider_message.as_deref(),
        Some("the card is frozen")
    );
}
