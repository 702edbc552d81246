//! Nothing secret is in an error.

use crate::support::{PERSON, Server, context_of, no, settings};
use axum::http::StatusCode;
use cardmux_domain::provider::{ErrorKind, Outcome};
use serde_json::json;

const NUMBER: &str = "4000000000000002";

#[tokio::test]
async fn errors_hold_neither_secret_nor_number() {
    for reply in [
        no("card 4000 0000 0000 0002 with hush-hush"),
        no(NUMBER),
        (StatusCode::OK, format!(r#"{{"status":"{NUMBER}"}}"#)),
        (
            StatusCode::OK,
            format!(r#"{{"status":"success","items":[{{"token_id":["{NUMBER}"]}}]}}"#),
        ),
        (StatusCode::BAD_GATEWAY, format!("<html>{NUMBER}")),
        (StatusCode::FORBIDDEN, format!("<html>{NUMBER}")),
    ] {
        let server = Server::start(move |_| reply.clone()).await;
        let provider = server.provider(json!({}));
        let cards = provider.cards().unwrap();
        let error = cards.get(&context_of(PERSON), "7001").await.unwrap_err();
        let text = format!("{error:?} {error}");
        assert!(
            !text.contains(NUMBER) && !text.contains("4000 0000"),
            "{text}"
        );
        assert!(!text.contains("hush"), "{text}");
    }
}

#[tokio::test]
async fn signature_that_is_refused_is_our_own_fault() {
    for code in ["SIGNATURE_INVALID", "TIMESTAMP_INVALID", "TOKEN_INVALID"] {
        let reply = (StatusCode::UNAUTHORIZED, no(code).1);
        let server = Server::start(move |_| reply.clone()).await;
        let provider = server.provider(json!({}));
        let cards = provider.cards().unwrap();
        let error = cards.get(&context_of(PERSON), "7001").await.unwrap_err();
        assert_eq!(
            (error.kind, error.outcome),
            (ErrorKind::Unauthorized, Outcome::Rejected)
        );
        assert_eq!(error.provider_code.as_deref(), Some(code));
    }
}

#[tokio::test]
async fn nothing_listens_means_not_sent() {
    let provider = cardmux_provider_finci::build(settings()).unwrap();
    let cards = provider.cards().unwrap();
    let error = cards.get(&context_of(PERSON), "7001").await.unwrap_err();
    assert_eq!(error.outcome, Outcome::NotSent);
    assert!(!format!("{error:?}").contains("hush"));
}
