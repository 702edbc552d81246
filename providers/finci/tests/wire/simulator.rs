//! Commands to the emulator's control routes.

use crate::support::{Reply, Server, context};
use axum::http::StatusCode;
use cardmux_domain::money::{Money, parse_amount};
use cardmux_domain::provider::{ErrorKind, Outcome, Provider, ProviderError, Simulation};
use cardmux_domain::transaction::Merchant;
use serde_json::json;

fn eur(amount: &str) -> Money {
    Money::new(parse_amount(amount).unwrap(), "EUR".parse().unwrap())
}

fn shop() -> Box<Merchant> {
    Box::new(Merchant {
        name: Some("SHOP".to_owned()),
        merchant_id: Some("M-77".to_owned()),
        mcc: Some("5411".to_owned()),
        country: Some("LT".to_owned()),
        city: Some("Vilnius".to_owned()),
        ..Merchant::default()
    })
}

fn authorize(verification: bool, decline: Option<&str>) -> Simulation {
    Simulation::Authorize {
        card_ref: "7001".to_owned(),
        amount: eur("12.5"),
        merchant: shop(),
        verification,
        decline: decline.map(str::to_owned),
    }
}

fn json_reply(body: &str) -> Reply {
    (StatusCode::OK, body.to_owned())
}

async fn simulate(
    provider: &dyn Provider,
    simulation: &Simulation,
) -> Result<Option<String>, ProviderError> {
    let simulator = provider.simulator().unwrap();
    simulator.simulate(&context(), simulation).await
}

#[tokio::test]
async fn commands_go_to_the_origin_without_credentials() {
    let server = Server::start(|_| json_reply(r#"{"id":"260115","took_ms":3}"#)).await;
    let provider = server.provider(json!({"simulator": true}));
    let (card_ref, transaction_ref) = ("7001".to_owned(), "260115".to_owned());
    let spent = concat!(
        r#"{"amount":"12.50","currency":"EUR","merchant":{"id":"M-77","name":"SHOP","#,
        r#""mcc":"5411","country":"LT","city":"Vilnius"}}"#
    );
    let part = r#"{"amount":"5.00"}"#;
    for (simulation, line, body) in [
        (authorize(false, None), "cards/7001/authorizations", spent),
        (
            Simulation::Advise {
                card_ref: card_ref.clone(),
                amount: eur("12.5"),
                merchant: shop(),
            },
            "cards/7001/advise",
            spent,
        ),
        (
            Simulation::Present {
                card_ref,
                amount: eur("12.5"),
                merchant: shop(),
            },
            "cards/7001/present",
            spent,
        ),
        (
            Simulation::Settle {
                transaction_ref: transaction_ref.clone(),
                amount: None,
            },
            "authorizations/260115/present",
            "{}",
        ),
        (
            Simulation::Void {
                transaction_ref,
                amount: Some(eur("5")),
            },
            "authorizations/260115/reverse",
            part,
        ),
    ] {
        let made = simulate(provider.as_ref(), &simulation).await.unwrap();
        assert_eq!(made.as_deref(), Some("260115"));
        let seen = server.seen().pop().unwrap();
        assert_eq!(seen.line, format!("POST /_emulator/{line}"));
        assert_eq!(seen.text(), body);
        assert_eq!(seen.header("x-auth-token"), "");
    }
}

#[tokio::test]
async fn refund_returns_the_latest_presentment() {
    let server = Server::start(|seen| match seen.line.as_str() {
        "GET /_emulator/authorizations" => json_reply(
            r#"{"authorizations":[{"id":"260114"},{"id":"260115","presentments":[
                {"transaction_id":"T1"},{"transaction_id":"T2"}]}]}"#,
        ),
        _ => json_reply(r#"{"transaction_id":"T9"}"#),
    })
    .await;
    let provider = server.provider(json!({"simulator": true}));
    let refund = |of: &str| Simulation::Refund {
        transaction_ref: of.to_owned(),
        amount: Some(eur("5")),
    };
    // A presentment that stands alone is its own.
    for (of, returned) in [("260115", "T2"), ("T7", "T7")] {
        let made = simulate(provider.as_ref(), &refund(of)).await.unwrap();
        assert_eq!(made.as_deref(), Some("T9"));
        let seen = server.seen().pop().unwrap();
        let line = format!("POST /_emulator/transactions/{returned}/return");
        assert_eq!(
            (seen.line.as_str(), seen.text()),
            (line.as_str(), r#"{"amount":"5.00"}"#)
        );
    }
    let error = simulate(provider.as_ref(), &refund("260114"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.outcome),
        (ErrorKind::Refused, Outcome::NotSent)
    );
}

#[tokio::test]
async fn what_does_not_happen_at_finci_is_not_sent() {
    let server = Server::start(|_| json_reply("{}")).await;
    let provider = server.provider(json!({"simulator": true}));
    let block = Simulation::Block {
        card_ref: "7001".to_owned(),
    };
    for simulation in [authorize(false, Some("no")), authorize(true, None), block] {
        let error = simulate(provider.as_ref(), &simulation).await.unwrap_err();
        assert_eq!(
            (error.kind, error.outcome),
            (ErrorKind::Refused, Outcome::NotSent)
        );
    }
    assert_eq!(server.calls(), []);
}

#[tokio::test]
async fn refusals_of_the_emulator_are_told() {
    for (status, kind, outcome) in [
        (404, ErrorKind::NotFound, Outcome::Rejected),
        (409, ErrorKind::Refused, Outcome::Rejected),
        (500, ErrorKind::Unavailable, Outcome::Unknown),
    ] {
        let status = StatusCode::from_u16(status).unwrap();
        let body = r#"{"message":"there is no card 7001"}"#;
        let server = Server::start(move |_| (status, body.to_owned())).await;
        let provider = server.provider(json!({"simulator": true}));
        let error = simulate(provider.as_ref(), &authorize(false, None))
            .await
            .unwrap_err();
        assert_eq!((error.kind, error.outcome), (kind, outcome));
    }
}
