//! Commands to the emulator: only where they are switched on, at the origin, without credentials.

use crate::support::{Server, context, provider, usd};
use cardmux_domain::provider::{ErrorKind, Outcome, Simulation};
use cardmux_domain::transaction::Merchant;
use serde_json::json;

fn spend(verification: bool, decline: Option<&str>) -> Simulation {
    Simulation::Authorize {
        card_ref: "c/1".to_owned(),
        amount: usd("5"),
        merchant: Box::new(Merchant::default()),
        verification,
        decline: decline.map(str::to_owned),
    }
}

#[test]
fn real_provider_has_no_simulator() {
    let provider = provider("http://127.0.0.1:9", json!({}));
    assert!(provider.simulator().is_none());
}

#[tokio::test]
async fn commands_go_to_the_origin_without_credentials() {
    let server = Server::start(|seen| match seen.path.ends_with("/spend") {
        true => (200, r#"{"id":"p9"}"#.to_owned()),
        false => (204, String::new()),
    })
    .await;
    let settings = json!({"simulator": true, "base_path": "/backend"});
    let provider = provider(&server.url, settings);
    let (simulator, ctx) = (provider.simulator().unwrap(), context());
    let made = simulator.simulate(&ctx, &spend(false, None)).await.unwrap();
    assert_eq!(made.as_deref(), Some("p9"));
    let block = Simulation::Block {
        card_ref: "c1".to_owned(),
    };
    assert_eq!(simulator.simulate(&ctx, &block).await.unwrap(), None);
    assert_eq!(
        server.calls(),
        [
            r#"POST /_emulator/cards/c%2F1/spend {"amount":"5.00"}"#,
            "POST /_emulator/cards/c1/block {}",
        ]
    );
    assert!(
        server
            .seen()
            .iter()
            .all(|seen| seen.header("x-api-key").is_empty())
    );
}

#[tokio::test]
async fn what_the_emulator_cannot_be_told_is_not_sent() {
    let server = Server::always((204, String::new())).await;
    let provider = provider(&server.url, json!({"simulator": true}));
    let simulator = provider.simulator().unwrap();
    let void = Simulation::Void {
        transaction_ref: "p1".to_owned(),
        amount: None,
    };
    for simulation in [void, spend(true, None), spend(false, Some("risk"))] {
        let error = simulator
            .simulate(&context(), &simulation)
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind, error.outcome),
            (ErrorKind::Refused, Outcome::NotSent)
        );
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn refusal_is_told_with_its_reason() {
    let server = Server::always((409, r#"{"message":"the card is frozen"}"#.to_owned())).await;
    let provider = provider(&server.url, json!({"simulator": true}));
    let simulator = provider.simulator().unwrap();
    let error = simulator
        .simulate(&context(), &spend(false, None))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.outcome),
        (ErrorKind::Refused, Outcome::Rejected)
    );
    assert_eq!(
        error.provider_message.as_deref(),
        Some("the card is frozen")
    );
}
