//! What is signed is what is sent. Signatures are computed here over what arrived; fixed ones,
//! computed by other programs, are beside the adapter's signing.

use crate::support::{Seen, Server, context_of, ok, settings};
use aws_lc_rs::hmac;
use serde_json::json;

fn signature(message: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"hush-hush");
    hex::encode(hmac::sign(&key, message.as_bytes()))
}

/// One call under these settings.
async fn seen(more: serde_json::Value) -> Seen {
    let server = Server::start(|_| ok(r#""items":[],"total":0"#)).await;
    let provider = server.provider(more);
    let cards = provider.cards().unwrap();
    let answer = cards.get(&context_of("person:1001/account"), "7001").await;
    assert!(answer.is_err());
    server.seen().pop().unwrap()
}

#[tokio::test]
async fn request_is_signed_over_exactly_what_arrives() {
    let seen = seen(json!({})).await;
    assert_eq!(seen.line, "POST /v1/get-cards");
    assert_eq!(seen.text(), r#"{"person_id":"1001"}"#);
    assert_eq!(seen.header("x-auth-token"), "hush-token");
    assert_eq!(seen.header("content-type"), "application/json");
    let timestamp = seen.header("x-auth-timestamp");
    let seconds: u64 = timestamp.parse().unwrap();
    assert!(
        (1_700_000_000..10_000_000_000).contains(&seconds),
        "{seconds}"
    );
    let message = format!("{timestamp}POST/v1/get-cards{}", seen.text());
    assert_eq!(seen.header("x-auth-signature"), signature(&message));
}

#[tokio::test]
async fn prefix_path_and_order_are_settings() {
    let seen = seen(json!({
        "path_prefix": "/api/v1", "paths": {"get_cards": "/cards/list"},
        "canonical": "{path}|{timestamp}|{body}", "signature_hex": "upper",
    }))
    .await;
    assert_eq!(seen.line, "POST /api/v1/cards/list");
    let timestamp = seen.header("x-auth-timestamp");
    let message = format!("/api/v1/cards/list|{timestamp}|{}", seen.text());
    let expected = signature(&message).to_uppercase();
    assert_eq!(seen.header("x-auth-signature"), expected);
}

#[tokio::test]
async fn token_that_is_no_header_is_a_problem_of_the_settings() {
    let mut settings = settings();
    settings["token"] = json!("hush\nhush");
    let Err(problems) = cardmux_provider_finci::build(settings) else {
        unreachable!("built with a token that cannot be sent");
    };
    assert!(!format!("{problems:?}").contains("hush"));
}
