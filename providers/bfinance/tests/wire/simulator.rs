//! Commands to the emulator's control routes.

use crate::support::{Server, context, no, usd};
use axum::http::StatusCode;
use cardmux_domain::provider::{ErrorKind, Outcome, Simulation};
use cardmux_domain::transaction::Merchant;
use serde_json::json;

fn authorize(decline: Option<&str>) -> Simulation {
    Simulation::Authorize {
        card_ref: "budget:c1".to_owned(),
        amount: usd("5.5"),
        merchant: Box::new(Merchant {
            name: Some("SHOP".to_owned()),
            mcc: Some("5999".to_owned()),
            ..Merchant::default()
        }),
        verification: false,
        decline: decline.map(str::to_owned),
    }
}

#[tokio::test]
async fn commands_go_to_the_origin_without_credentials() {
    let server = Server::start(|seen| match seen.line.contains("/transactions") {
        true => (StatusCode::OK, r#"{"id":"x1"}"#.to_owned()),
        false => (StatusCode::NO_CONTENT, String::new()),
    })
    .await;
    let provider = server.provider(json!({"simulator": true}));
    let simulator = provider.simulator().unwrap();
    let reject = |correctable| Simulation::RejectEnrolment {
        enrolment_ref: "u1:t1".to_owned(),
        correctable,
        reason: Some("blurred".to_owned()),
    };
    let approve = Simulation::ApproveEnrolment {
        enrolment_ref: "u1:t1".to_owned(),
    };
    let block = Simulation::Block {
        card_ref: "c1".to_owned(),
    };
    let decide = Simulation::DecideDispute {
        dispute_ref: "d1".to_owned(),
        accept: true,
    };
    let settle = Simulation::Settle {
        transaction_ref: "x1".to_owned(),
        amount: None,
    };
    for (simulation, made) in [
        (authorize(None), Some("x1")),
        (authorize(Some("low balance")), Some("x1")),
        (approve, None),
        (reject(true), None),
        (reject(false), None),
        (block, None),
        (decide, None),
        (settle, None),
    ] {
        let id = simulator.simulate(&context(), &simulation).await.unwrap();
        assert_eq!(id.as_deref(), made, "{simulation:?}");
    }
    let purchase = r#""type":"purchase","amount":"5.50","merchant":"SHOP","mcc":"5999""#;
    let expected = [
        (
            "cards/c1/transactions",
            format!(r#"{{{purchase},"status":"completed"}}"#),
        ),
        (
            "cards/c1/transactions",
            format!(r#"{{{purchase},"decline":"low balance"}}"#),
        ),
        ("customers/u1/approve", "{}".to_owned()),
        (
            "customers/u1/needs-information",
            r#"{"reason":"blurred"}"#.to_owned(),
        ),
        ("customers/u1/reject", r#"{"reason":"blurred"}"#.to_owned()),
        ("cards/c1/block", "{}".to_owned()),
        ("disputes/d1/review", "{}".to_owned()),
        ("disputes/d1/accept", "{}".to_owned()),
    ];
    let expected = expected.map(|(path, body)| (format!("POST /_emulator/{path}"), body));
    assert_eq!(server.calls(), expected);
    assert!(
        server
            .seen()
            .iter()
            .all(|seen| seen.header("authorization").is_empty())
    );
}

#[tokio::test]
async fn refusals_and_events_that_do_not_exist_are_told_apart() {
    let server = Server::start(|_| no(409, "The card is deleted")).await;
    let provider = server.provider(json!({"simulator": true}));
    let simulator = provider.simulator().unwrap();
    let error = simulator
        .simulate(&context(), &authorize(None))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.outcome),
        (ErrorKind::Refused, Outcome::Rejected)
    );
    assert_eq!(
        error.provider_message.as_deref(),
        Some("The card is deleted")
    );
    let void = Simulation::Void {
        transaction_ref: "x1".to_owned(),
        amount: None,
    };
    let error = simulator.simulate(&context(), &void).await.unwrap_err();
    assert_eq!(error.outcome, Outcome::NotSent);
}

#[tokio::test]
async fn real_provider_has_no_simulator() {
    let server = Server::start(|_| no(404, "")).await;
    assert!(server.provider(json!({})).simulator().is_none());
}
