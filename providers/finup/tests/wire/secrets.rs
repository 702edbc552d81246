//! Reveal, the redacted object, and that nothing secret is anywhere else.

use crate::support::{KEY, NUMBER, Server, context, listed, looked_for, ok, provider, shown};
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{CardSecrets, ErrorKind};
use cardmux_domain::secret::ExposeSecret;
use serde_json::{Value, json};

fn plain(secrets: &CardSecrets) -> [Option<&str>; 4] {
    let CardSecrets {
        number,
        cvv,
        expiry,
        redemption_url,
    } = secrets;
    [number, cvv, expiry, redemption_url].map(|s| s.as_ref().map(ExposeSecret::expose_secret))
}

#[tokio::test]
async fn reveal_gives_number_code_and_date_and_shows_none_of_them() {
    let server = Server::always(ok(&shown("c1", "Enabled", ["0", "0", "0"]))).await;
    let provider = provider(&server.url, json!({"status_from": "list"}));
    let secrets = provider
        .reveal()
        .unwrap()
        .reveal(&context(), "c1")
        .await
        .unwrap();
    let wanted = [Some(NUMBER), Some("017"), Some("01/2030"), None];
    assert_eq!(plain(&secrets), wanted);
    assert_eq!(server.calls(), ["GET /cards/c1"]);
    assert!(!format!("{secrets:?}").contains(NUMBER));
}

#[tokio::test]
async fn parts_that_are_hidden_or_missing_are_absent() {
    let server = Server::always(ok(&listed("c1", "Processing", ""))).await;
    let provider = provider(&server.url, json!({}));
    let secrets = provider
        .reveal()
        .unwrap()
        .reveal(&context(), "c1")
        .await
        .unwrap();
    assert_eq!(plain(&secrets), [None; 4]);
}

#[tokio::test]
async fn unknown_card_is_not_found() {
    let server = Server::always((404, String::new())).await;
    let provider = provider(&server.url, json!({}));
    let error = provider.reveal().unwrap().reveal(&context(), "c1").await;
    assert_eq!(error.unwrap_err().kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn raw_card_shows_only_what_is_known_to_be_harmless() {
    let server = Server::always(ok(&format!(
        r#"{{"id":"c1","PAN":"{NUMBER}","CVV":"017","EXP":"01/30","masked_PAN":"4000 00•• •••• 0002",
        "name":"Jane Doe","notes":"cmx:ref1","address":"1 Test Way","email":"j@example.org",
        "status":"Enabled","balance":0.10,"spent":1250.123456,"3ds":true,
        "created_at":"2026-01-05T09:00:00.000Z","currency":{{"hidden":"{NUMBER}"}},
        "finup_id":"{NUMBER}","category":4000000000000002,"surprise":"Jane"}}"#
    )))
    .await;
    let provider = provider(&server.url, json!({}));
    let raw = provider
        .raw()
        .unwrap()
        .raw_card(&context(), "c1")
        .await
        .unwrap();
    for secret in [
        NUMBER, "017", "01/30", "0002", "Jane", "Test Way", "example", "ref1",
    ] {
        assert!(!raw.0.contains(secret), "{secret} in {}", raw.0);
    }
    let shown: Value = serde_json::from_str(&raw.0).unwrap();
    assert_eq!(
        (&shown["id"], &shown["status"]),
        (&json!("c1"), &json!("Enabled"))
    );
    assert_eq!(
        (&shown["3ds"], &shown["PAN"]),
        (&json!(true), &json!("***"))
    );
    assert_eq!(shown["created_at"], json!("2026-01-05T09:00:00.000Z"));
    // Amounts as they were written.
    assert!(raw.0.contains("0.10") && raw.0.contains("1250.123456"));
}

#[tokio::test]
async fn readings_of_a_card_hold_nothing_secret() {
    let server = Server::always(ok(&shown("c1", "Enabled", ["0", "0", "0"]))).await;
    let provider = provider(&server.url, json!({}));
    let card = provider
        .cards()
        .unwrap()
        .get(&context(), "c1")
        .await
        .unwrap();
    let query = looked_for(OperationKind::Freeze, Some("c1"));
    let trace = provider
        .operations()
        .unwrap()
        .find(&context(), &query)
        .await;
    let all = format!("{card:?} {:?} {:?}", trace.unwrap(), provider.traits());
    for secret in [NUMBER, "017", "01/30", "Jane", KEY] {
        assert!(!all.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn errors_hold_nothing_secret() {
    let broken = format!(r#"{{"result":{{"id":"c1","PAN":"{NUMBER}","CVV":017"#);
    let number = format!(r#"{{"result":{{"id":"c1","PAN":{NUMBER},"balance":"{NUMBER}x"}}}}"#);
    let refusal = format!(r#"{{"message":"card {NUMBER} with {KEY}"}}"#).replace(KEY, "");
    for reply in [(201, broken), (201, number), (420, refusal)] {
        let server = Server::always(reply).await;
        let provider = provider(&server.url, json!({}));
        let ctx = context();
        let errors = [
            provider.cards().unwrap().get(&ctx, "c1").await.unwrap_err(),
            provider
                .reveal()
                .unwrap()
                .reveal(&ctx, "c1")
                .await
                .unwrap_err(),
        ];
        for error in errors {
            let all = format!("{error} {error:?}");
            assert!(!all.contains(NUMBER) && !all.contains(KEY), "{all}");
        }
    }
}

#[test]
fn settings_that_are_refused_do_not_show_the_key() {
    let settings = json!({"base_url": "https://h", "account_id": "a1", "api_key": "hush\nhush"});
    let problems = cardmux_provider_finup::build(settings).err().unwrap();
    assert!(!format!("{problems:?}").contains("hush"));
}
