//! The upstream dialect as its server sees it.

use std::sync::Arc;

use crate::support::{Key, Reply, Server, context, ok};
use axum::http::StatusCode;
use cardmux_domain::provider::{ErrorKind, Outcome, Provider};
use cardmux_provider_kit::signature::RsaPublicKey;
use serde_json::json;

const BALANCE: &str = r#"{"cardNo":"FC1","amount":1.10,"currency":"USD"}"#;

fn provider(url: &str, merchant: &Key, platform: &Key) -> Arc<dyn Provider> {
    cardmux_provider_fincard::build(json!({
        "base_url": url, "dialect": "upstream", "api_key": "hush-hush",
        "private_key": merchant.private(), "platform_public_key": platform.public(),
    }))
    .unwrap()
}

fn signed(key: &Key, (status, mut headers, body): Reply) -> Reply {
    headers.push(("X-WSB-SIGNATURE", key.sign(body.as_bytes())));
    (status, headers, body)
}

#[tokio::test]
async fn signature_is_over_the_exact_bytes_with_weak_and_strong_keys() {
    for bits in [1024, 2048] {
        let (merchant, platform) = (Key::new(bits), Arc::new(Key::new(1024)));
        let signer = platform.clone();
        let server = Server::start(move |_| signed(&signer, ok(BALANCE))).await;
        let provider = provider(&server.url, &merchant, &platform);
        provider
            .funds()
            .unwrap()
            .balance(&context(), "FC1")
            .await
            .unwrap();
        let seen = &server.seen()[0];
        assert_eq!(seen.path, "/merchant/core/mcb/card/balanceInfo");
        assert_eq!(seen.header("x-wsb-api-key"), "hush-hush");
        let public = RsaPublicKey::parse(&merchant.public()).unwrap();
        assert_eq!(
            public.verify(&seen.body, seen.header("x-wsb-signature")),
            Ok(())
        );
    }
}

#[tokio::test]
async fn call_without_parameters_sends_and_signs_two_bytes() {
    let (merchant, platform) = (Key::new(1024), Arc::new(Key::new(1024)));
    let signer = platform.clone();
    let server = Server::start(move |_| signed(&signer, ok("[]"))).await;
    let provider = provider(&server.url, &merchant, &platform);
    let types = provider
        .catalogue()
        .unwrap()
        .card_types(&context())
        .await
        .unwrap();
    assert!(types.is_empty());
    let seen = &server.seen()[0];
    assert_eq!(seen.text(), "{}");
    let public = RsaPublicKey::parse(&merchant.public()).unwrap();
    assert_eq!(public.verify(b"{}", seen.header("x-wsb-signature")), Ok(()));
}

#[tokio::test]
async fn tampered_or_unsigned_answer_is_malformed_and_unknown() {
    let (merchant, platform) = (Key::new(1024), Arc::new(Key::new(1024)));
    for tampered in [true, false] {
        let signer = platform.clone();
        let server = Server::start(move |_| {
            let (status, headers, body) = signed(&signer, ok(BALANCE));
            let headers = if tampered { headers } else { Vec::new() };
            (status, headers, body.replace("1.10", "9.10"))
        })
        .await;
        let provider = provider(&server.url, &merchant, &platform);
        let error = provider
            .funds()
            .unwrap()
            .balance(&context(), "FC1")
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind, error.outcome),
            (ErrorKind::Malformed, Outcome::Unknown)
        );
        assert!(error.message.contains("sign"), "{error}");
    }
}

#[tokio::test]
async fn unsigned_refusal_by_status_is_believed() {
    let (merchant, platform) = (Key::new(1024), Key::new(1024));
    let server = Server::start(|_| (StatusCode::FORBIDDEN, Vec::new(), String::new())).await;
    let provider = provider(&server.url, &merchant, &platform);
    let error = provider
        .funds()
        .unwrap()
        .balance(&context(), "FC1")
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.outcome),
        (ErrorKind::Unauthorized, Outcome::Rejected)
    );
}
