use super::*;
use cardmux_domain::provider::Provider;
use serde_json::json;

const ORDER: &str = include_str!("../../tests/fixtures/order.json");

/// The merchant's key class doubles as the platform's: both are RSA over the raw body.
struct Platform {
    private: crate::signing::PrivateKey,
    provider: std::sync::Arc<dyn Provider>,
}

impl Platform {
    fn new() -> Self {
        use base64::Engine;
        use base64::engine::general_purpose::STANDARD;
        use rsa::pkcs8::{EncodePrivateKey, EncodePublicKey};
        let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 1024).unwrap();
        let private = STANDARD.encode(key.to_pkcs8_der().unwrap().as_bytes());
        let public = key.to_public_key().to_public_key_der().unwrap();
        let provider = provider(Some(&STANDARD.encode(public.as_bytes())));
        Self {
            private: crate::signing::PrivateKey::parse(&private.into()).unwrap(),
            provider,
        }
    }

    fn deliver(
        &self,
        more: &[(&str, &str)],
        signature_header: &str,
        body: &str,
    ) -> Result<VerifiedDelivery, WebhookRefused> {
        let mut headers = vec![(
            signature_header.to_owned(),
            self.private.sign(body.as_bytes()).unwrap(),
        )];
        headers.extend(more.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
        let delivery = Delivery {
            headers: &headers,
            body: body.as_bytes(),
        };
        self.provider.webhooks().unwrap().verify(&delivery)
    }
}

fn provider(key: Option<&str>) -> std::sync::Arc<dyn Provider> {
    crate::build(json!({
        "base_url": "http://127.0.0.1", "tenant_id": "t", "email": "e", "password": "p",
        "platform_public_key": key,
    }))
    .unwrap()
}

#[test]
fn either_signature_header_and_either_body_give_the_same_identity() {
    let platform = Platform::new();
    let bare = platform.deliver(&[], "x-fc-signature", ORDER).unwrap();
    assert_eq!(bare.category, "card_transaction");
    let again = platform
        .deliver(&[("x-wsb-request-id", "2")], "x-wsb-signature", ORDER)
        .unwrap();
    assert_eq!(again, bare);
    let wrapped = |id: u8, kind: &str| {
        format!(
            r#"{{"eventId":"{id}","eventType":"{kind}","createTime":1,"data":{}}}"#,
            ORDER.trim()
        )
    };
    let first = platform
        .deliver(&[], "x-wsb-signature", &wrapped(1, "card_transaction"))
        .unwrap();
    let second = platform
        .deliver(&[], "x-wsb-signature", &wrapped(2, "something"))
        .unwrap();
    assert_eq!(first, second);
    let other = platform
        .deliver(&[], "x-fc-signature", &ORDER.replace("success", "fail"))
        .unwrap();
    assert_ne!(other.identity, bare.identity);
}

#[test]
fn delivery_that_proves_nothing_is_refused() {
    let platform = Platform::new();
    let verify = |headers: &[(String, String)], body: &str| {
        let delivery = Delivery {
            headers,
            body: body.as_bytes(),
        };
        platform
            .provider
            .webhooks()
            .unwrap()
            .verify(&delivery)
            .unwrap_err()
    };
    let signature = platform.private.sign(ORDER.as_bytes()).unwrap();
    let headers = [("x-wsb-signature".to_owned(), signature)];
    assert_eq!(
        verify(&headers, &ORDER.replace("50", "51")),
        WebhookRefused::BadSignature
    );
    assert_eq!(verify(&[], ORDER), WebhookRefused::MissingSignature);
    assert_eq!(
        platform.deliver(&[], "x-fc-signature", "[1]").unwrap_err(),
        WebhookRefused::Malformed
    );
    let delivery = Delivery {
        headers: &headers,
        body: ORDER.as_bytes(),
    };
    let keyless = provider(None).webhooks().unwrap().verify(&delivery);
    assert_eq!(keyless.unwrap_err(), WebhookRefused::NoKey);
}

#[test]
fn category_comes_from_the_header_or_from_the_shape() {
    let platform = Platform::new();
    let header = platform.deliver(
        &[("x-wsb-category", "Card_Auth_X")],
        "x-wsb-signature",
        "{}",
    );
    assert_eq!(header.unwrap().category, "card_auth_x");
    for (body, category) in [
        (r#"{"holderId":1,"status":"pass_audit"}"#, "card_holder"),
        (r#"{"orderNo":"WORK-1","cardNo":"1"}"#, "work"),
        (
            r#"{"coinKey":"USDT_TRC20","orderNo":"CND1"}"#,
            "wallet_transaction_v2",
        ),
        (r#"{"cardNo":"1","tradeNo":"2","values":"x"}"#, "card_3ds"),
        (
            r#"{"cardNo":"1","tradeNo":"2","type":"card_patch_fee"}"#,
            "card_fee_patch",
        ),
        (
            r#"{"cardNo":"1","tradeNo":"2","authorizedAmount":1}"#,
            "card_auth_transaction",
        ),
        (
            r#"{"cardNo":"1","merchantOrderNo":"2","type":"card_activated"}"#,
            "physical_card",
        ),
        (
            r#"{"cardId":"1","orderNo":"2","type":"cancel"}"#,
            "card_transaction",
        ),
        (r#"{"a":1}"#, "unknown"),
    ] {
        let verified = platform.deliver(&[], "x-wsb-signature", body).unwrap();
        assert_eq!(verified.category, category, "{body}");
    }
}

const SECURE: &str = r#"{"cardNo":"FC1","tradeNo":"T1","amount":"16.96","currency":"USD",
    "merchantName":"EXAMPLE SHOP","values":"hush-hush","type":"third_3ds_otp",
    "transactionTime":1782900000000,"exact":99327.043750000000001}"#;

/// A code is not kept, in whatever dress it comes; everything else is, digit for digit.
#[test]
fn delivery_with_a_code_is_kept_without_it_and_still_understood() {
    let platform = Platform::new();
    let webhooks = platform.provider.webhooks().unwrap();
    let wrapped = format!(r#"{{"eventId":"1","eventType":"card_3ds","data":{SECURE}}}"#);
    let mut events = Vec::new();
    for (body, category) in [
        (SECURE, None),
        (SECURE, Some("card_3ds_transaction")),
        (&wrapped, None),
        (&wrapped, Some("card_3ds")),
    ] {
        let header = category.map(|category| ("x-wsb-category", category));
        let more: Vec<_> = header.into_iter().collect();
        let verified = platform.deliver(&more, "x-wsb-signature", body).unwrap();
        assert_eq!(verified.category, category.unwrap_or("card_3ds"));
        let retained = verified.retained.unwrap();
        let text = std::str::from_utf8(&retained).unwrap();
        assert!(!text.contains("hush") && !text.contains("values"), "{text}");
        assert!(text.contains("99327.043750000000001"), "{text}");
        assert_eq!(text.contains("eventId"), body.contains("eventId"));
        let kept = webhooks.translate(&verified.category, &retained).unwrap();
        let whole = webhooks
            .translate(&verified.category, body.as_bytes())
            .unwrap();
        assert_eq!(kept, whole);
        events.push(kept);
    }
    assert!(matches!(
        events[0].as_slice(),
        [ProviderEvent::Challenge(_)]
    ));
    assert!(events.iter().all(|event| *event == events[0]));
}

#[test]
fn code_in_another_category_is_not_kept_either_and_other_bodies_are_kept_whole() {
    let platform = Platform::new();
    let header = [("x-wsb-category", "card_4ds")];
    let verified = platform
        .deliver(&header, "x-wsb-signature", SECURE)
        .unwrap();
    let retained = String::from_utf8(verified.retained.unwrap()).unwrap();
    assert!(!retained.contains("hush"));
    let order = platform.deliver(&[], "x-fc-signature", ORDER).unwrap();
    assert_eq!(order.retained, None);
}

#[test]
fn identity_is_that_of_the_whole_body() {
    let platform = Platform::new();
    let identity = |body: &str| {
        let verified = platform.deliver(&[], "x-wsb-signature", body).unwrap();
        verified.identity
    };
    assert_eq!(identity(SECURE), identity(SECURE));
    let other = SECURE.replace("hush-hush", "another");
    assert_ne!(identity(SECURE), identity(&other));
}
