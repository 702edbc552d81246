//! Reveal and challenges, with a key and without.

use std::sync::Arc;

use crate::support::{Key, Server, context, finhub, ok, upstream};
use axum::http::StatusCode;
use cardmux_domain::challenge::ChallengeKind;
use cardmux_domain::provider::{CardSecrets, ErrorKind, Outcome, Provider, ProviderError};
use cardmux_domain::secret::ExposeSecret;
use serde_json::json;

const NUMBER: &str = "4000001234567899";

async fn serving(data: String) -> Server {
    Server::start(move |seen| {
        if seen.path == "/api/auth/login" {
            let body = r#"{"accessToken":"token","expiresIn":3600}"#.to_owned();
            return (StatusCode::OK, Vec::new(), body);
        }
        ok(&data)
    })
    .await
}

async fn reveal(provider: &Arc<dyn Provider>) -> Result<CardSecrets, ProviderError> {
    provider.reveal().unwrap().reveal(&context(), "FC1").await
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
async fn card_is_revealed_in_both_dialects() {
    for bits in [1024, 2048] {
        let merchant = Key::new(bits);
        let data = json!({
            "cardNumber": merchant.encrypt("4000 0012 3456 7899"), "cvv": merchant.encrypt("017"),
            "expireDate": merchant.encrypt("09/31"), "activateUrl": null,
        });
        let server = serving(data.to_string()).await;
        let front = finhub(&server.url, json!({"private_key": merchant.private()}));
        for provider in [front, upstream(&server.url, &merchant)] {
            let secrets = reveal(&provider).await.unwrap();
            let expected = [Some(NUMBER), Some("017"), Some("09/2031"), None];
            assert_eq!(shown(&secrets), expected);
            assert!(!format!("{secrets:?}").contains(NUMBER));
        }
        let paths: Vec<_> = server.calls().into_iter().map(|(path, _)| path).collect();
        assert_eq!(paths, ["/card/info/sensitive", "/card/sensitive"]);
    }
}

#[tokio::test]
async fn gift_card_has_its_link_only_plain_or_encrypted_under_either_name() {
    let merchant = Key::new(1024);
    let link = "https://gift.example.org/r/1";
    for data in [
        json!({"activateUrl": link, "cardNumber": ""}),
        json!({"activeUrl": merchant.encrypt(link), "cvv": null}),
    ] {
        let server = serving(data.to_string()).await;
        let provider = upstream(&server.url, &merchant);
        let secrets = reveal(&provider).await.unwrap();
        assert_eq!(shown(&secrets), [None, None, None, Some(link)]);
    }
}

#[tokio::test]
async fn value_that_does_not_open_is_malformed_and_not_shown() {
    let merchant = Key::new(1024);
    let server = serving(json!({"cardNumber": NUMBER, "cvv": "017"}).to_string()).await;
    let provider = upstream(&server.url, &merchant);
    let error = reveal(&provider).await.unwrap_err();
    assert_eq!(
        (error.kind, error.outcome),
        (ErrorKind::Malformed, Outcome::Unknown)
    );
    assert!(!format!("{error:?}").contains(NUMBER));
    let plain = finhub(&server.url, json!({"sensitive_values": "plain"}));
    let secrets = reveal(&plain).await.unwrap();
    assert_eq!(shown(&secrets), [Some(NUMBER), Some("017"), None, None]);
}

#[tokio::test]
async fn finhub_without_a_key_reveals_nothing() {
    let provider = finhub("http://127.0.0.1:9", json!({}));
    assert!(provider.reveal().is_none());
    assert!(provider.challenges().is_none());
}

#[tokio::test]
async fn challenges_are_opened_newest_first() {
    let merchant = Key::new(1024);
    let challenge = |kind: &str, value: &str, time: i64| {
        json!({"cardNo": "FC1", "tradeNo": format!("T{time}"), "amount": "16.96", "currency": "USD",
            "merchantName": "EXAMPLE SHOP", "type": kind, "values": value, "transactionTime": time,
            "expirationTime": null})
    };
    let link = "https://acs.example.org/approve";
    let records = json!([
        challenge(
            "activation_code",
            &merchant.encrypt("A1B2"),
            1_782_900_000_000
        ),
        challenge("auth_url", link, 1_782_900_002_000),
        challenge(
            "third_3ds_otp",
            &merchant.encrypt("004217"),
            1_782_900_001_000
        ),
        challenge("riddle", "?", 1_782_900_003_000),
    ]);
    let server = serving(json!({"total": 4, "records": records}).to_string()).await;
    let provider = upstream(&server.url, &merchant);
    let challenges = provider.challenges().unwrap();
    let found = challenges.challenges(&context(), "FC1").await.unwrap();
    let told: Vec<_> = found
        .iter()
        .map(|c| (c.notice.kind, c.value.expose_secret()))
        .collect();
    assert_eq!(
        told,
        [
            (ChallengeKind::ApprovalUrl, link),
            (ChallengeKind::Otp, "004217"),
            (ChallengeKind::ActivationCode, "A1B2"),
        ]
    );
    assert_eq!(
        server.calls(),
        [(
            "/card/third3dsTransaction".to_owned(),
            r#"{"pageNum":1,"pageSize":100,"cardNo":"FC1"}"#.to_owned()
        )]
    );
    let error = challenges.challenges(&context(), "FC2").await.unwrap_err();
    assert_eq!(
        error.kind,
        ErrorKind::Malformed,
        "another card's challenges"
    );
}
