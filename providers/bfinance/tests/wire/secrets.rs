//! Reveal, and that nothing secret is shown anywhere else.

use crate::support::{Server, budget_types, context, no, ok, scripted};
use axum::http::StatusCode;
use cardmux_domain::provider::{CardSecrets, ErrorKind, Provider, ProviderError};
use cardmux_domain::secret::ExposeSecret;
use serde_json::json;

const NUMBER: &str = "4000000000000002";

async fn reveal(provider: &dyn Provider, card_ref: &str) -> Result<CardSecrets, ProviderError> {
    provider
        .reveal()
        .unwrap()
        .reveal(&context(), card_ref)
        .await
}

fn shown(secrets: &CardSecrets) -> [Option<&str>; 4] {
    let CardSecrets {
        number,
        cvv,
        expiry,
        redemption_url,
    } = secrets;
    [number, cvv, expiry, redemption_url]
        .map(|secret| secret.as_ref().map(|secret| secret.expose_secret()))
}

#[tokio::test]
async fn card_is_revealed_whatever_form_its_number_has() {
    for data in [
        r#"{"number":"4000000000000002","expire":"01/30","cvc":"017"}"#,
        r#"{"number":"4000 0000 0000 0002","expire":"01/30","cvc":"017"}"#,
        r#"{"number":4000000000000002,"expire":"01/30","cvc":"017"}"#,
        r#"{"sensetive":{"number":"4000000000000002","expire":"01/30","cvc":"017"}}"#,
        r#"{"sensitive":{"number":4000000000000002,"expire":"01/30","cvc":"017"}}"#,
    ] {
        let server = scripted(vec![
            ("GET /external/api/cards/c1/sensetive", ok(data)),
            ("GET /external/api/budget-cards/c1/sensitive", ok(data)),
        ])
        .await;
        let provider = server.provider(budget_types());
        for card_ref in ["c1", "budget:c1"] {
            let secrets = reveal(provider.as_ref(), card_ref).await.unwrap();
            let expected = [Some(NUMBER), Some("017"), Some("01/2030"), None];
            assert_eq!(shown(&secrets), expected, "{data}");
            assert!(!format!("{secrets:?}").contains(NUMBER));
        }
    }
}

#[tokio::test]
async fn masked_code_is_no_code_and_missing_parts_are_absent() {
    let data = r#"{"number":"**** **** **** 0002","expire":null,"cvc":"***"}"#;
    let server = Server::start(move |_| ok(data)).await;
    let provider = server.provider(json!({}));
    let secrets = reveal(provider.as_ref(), "c1").await.unwrap();
    assert_eq!(shown(&secrets), [None; 4]);
}

#[tokio::test]
async fn number_that_cannot_be_read_is_not_in_the_error() {
    for data in [
        r#"{"number":4.000000000000002e15}"#,
        r#"{"number":["4000000000000002"]}"#,
        r#"{"number":"4000000000000002""#,
    ] {
        let server = Server::start(move |_| ok(data)).await;
        let provider = server.provider(json!({}));
        let error = reveal(provider.as_ref(), "c1").await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Malformed, "{data}");
        assert!(!format!("{error:?}").contains("4000"), "{error:?}");
    }
}

#[tokio::test]
async fn errors_hold_neither_token_nor_number() {
    for reply in [
        no(400, "card 4000 0000 0000 0002 with token"),
        (StatusCode::OK, format!(r#"{{"status":"{NUMBER}"}}"#)),
        (StatusCode::BAD_GATEWAY, format!("<html>{NUMBER}")),
    ] {
        let server = Server::start(move |_| reply.clone()).await;
        let provider = server.provider(json!({}));
        let cards = provider.cards().unwrap();
        let error = cards.get(&context(), "c1").await.unwrap_err();
        let text = format!("{error:?} {error}");
        assert!(
            !text.contains(NUMBER) && !text.contains("4000 0000"),
            "{text}"
        );
        assert!(!text.contains("hush"), "{text}");
    }
}

#[tokio::test]
async fn nothing_listens_means_not_sent() {
    let settings = json!({"base_url": "http://127.0.0.1:9", "token": "hush-hush"});
    let provider = cardmux_provider_bfinance::build(settings).unwrap();
    let error = reveal(provider.as_ref(), "c1").await.unwrap_err();
    assert_eq!(error.outcome, cardmux_domain::provider::Outcome::NotSent);
    assert!(!format!("{error:?}").contains("hush"));
}
