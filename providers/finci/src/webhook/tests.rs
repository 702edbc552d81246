use cardmux_domain::authorization::{AuthorizationNotice, AuthorizationStep, Verdict};
use cardmux_domain::provider::{
    AuthorizationMessage, Delivery, Provider, ProviderEvent, VerifiedDelivery, WebhookRefused,
};
use serde_json::{Value, json};
use std::sync::Arc;

fn provider(more: Value) -> Arc<dyn Provider> {
    let mut settings = json!({
        "base_url": "http://127.0.0.1:9", "token": "t", "secret": "s",
        "products": [{"product_id": 41, "currency": "EUR"}],
        "delivery_address": {"country": "LT"},
    });
    let more = more.as_object().unwrap().clone();
    settings.as_object_mut().unwrap().extend(more);
    crate::build(settings).unwrap()
}

fn authorization(more: Value) -> Value {
    let mut message = json!({
        "id": "260115000000000123", "advice": false, "type": "Authorization",
        "token_id": "70012000000000000042", "account_id": "A1",
        "amount": "12.50", "currency": "EUR",
        "transaction_amount": "13.40", "transaction_currency": "USD",
        "merchant": {"id": "M-77", "name": "SHOP", "mcc": "5411", "country": "LT", "city": "Vilnius"},
        "created_at": "2026-01-15T10:00:00Z",
    });
    let more = more.as_object().unwrap().clone();
    message.as_object_mut().unwrap().extend(more);
    message
}

fn transaction(kind: &str, more: Value) -> Value {
    let mut message = json!({
        "transaction_id": "T1", "type": kind, "token_id": "70012000000000000042",
        "amount": 12.5, "currency": "EUR", "fee": "0.10", "posted_at": "2026-01-16T10:00:00.5+02:00",
        "merchant": {"name": "SHOP"},
    });
    let more = more.as_object().unwrap().clone();
    message.as_object_mut().unwrap().extend(more);
    message
}

fn verified(provider: &Arc<dyn Provider>, message: &Value) -> VerifiedDelivery {
    let body = message.to_string();
    let delivery = Delivery {
        headers: &[],
        body: body.as_bytes(),
    };
    provider.webhooks().unwrap().verify(&delivery).unwrap()
}

fn events(provider: &Arc<dyn Provider>, message: &Value) -> Vec<ProviderEvent> {
    let verified = verified(provider, message);
    let body = verified.retained.unwrap();
    let webhooks = provider.webhooks().unwrap();
    let events = webhooks.translate(&verified.category, &body).unwrap();
    // What is kept says the same as what came.
    if message.get("created_at").is_some() || message.get("posted_at").is_some() {
        let whole = message.to_string();
        let same = webhooks.translate(&verified.category, whole.as_bytes());
        assert_eq!(same.unwrap(), events);
    }
    events
}

fn notice(provider: &Arc<dyn Provider>, message: &Value) -> AuthorizationNotice {
    match events(provider, message).as_slice() {
        [ProviderEvent::Authorization(notice)] => (**notice).clone(),
        other => panic!("not one notice: {other:?}"),
    }
}

fn money(money: Option<cardmux_domain::money::Money>) -> String {
    money.map_or_else(String::new, |money| money.to_string())
}

fn read(provider: &Arc<dyn Provider>, message: &Value) -> AuthorizationMessage {
    let body = message.to_string();
    let delivery = Delivery {
        headers: &[],
        body: body.as_bytes(),
    };
    provider.authorizations().unwrap().read(&delivery).unwrap()
}

#[test]
fn request_is_read_whole_and_translates_to_nothing() {
    let provider = provider(json!({}));
    let message = authorization(json!({}));
    assert_eq!(events(&provider, &message), []);
    let AuthorizationMessage::Request(request) = read(&provider, &message) else {
        panic!("no request");
    };
    assert_eq!(request.authorization_ref, "260115000000000123");
    assert_eq!(request.card_ref, "70012000000000000042");
    assert_eq!(request.amount.to_string(), "12.50 EUR");
    assert_eq!(money(request.merchant_amount), "13.40 USD");
    assert_eq!(request.merchant.merchant_id.as_deref(), Some("M-77"));
    assert_eq!(request.merchant.mcc.as_deref(), Some("5411"));
    assert_eq!(request.merchant.city.as_deref(), Some("Vilnius"));
    let at = request.occurred_at.unwrap().to_string();
    assert_eq!(at, "2026-01-15T10:00:00.000Z");
}

#[test]
fn advice_is_told_by_the_flag_or_by_the_code_and_is_the_truth() {
    let provider = provider(json!({}));
    for (more, step) in [
        (
            json!({"advice": true, "response_code": "Approved"}),
            AuthorizationStep::Approved,
        ),
        (
            json!({"response_code": "Approved"}),
            AuthorizationStep::Approved,
        ),
        (
            json!({"response_code": "InsufficientFunds"}),
            AuthorizationStep::Declined,
        ),
        (
            json!({"advice": true, "response_code": "SomethingNew"}),
            AuthorizationStep::Declined,
        ),
        // Not known to be approved.
        (json!({"advice": true}), AuthorizationStep::Declined),
    ] {
        let message = authorization(more);
        assert_eq!(read(&provider, &message), AuthorizationMessage::Notice);
        let notice = notice(&provider, &message);
        assert_eq!(notice.step, step, "{message}");
        assert_eq!(
            notice.authorization_ref.as_deref(),
            Some("260115000000000123")
        );
        assert_eq!(money(notice.amount), "12.50 EUR");
    }
}

#[test]
fn same_id_in_another_phase_or_type_is_another_fact() {
    let provider = provider(json!({}));
    let messages = [
        authorization(json!({})),
        authorization(json!({"advice": true, "response_code": "Approved"})),
        authorization(json!({"type": "Reversal", "advice": true, "response_code": "Approved"})),
        transaction(
            "Presentment",
            json!({"transaction_id": "260115000000000123"}),
        ),
        transaction("Return", json!({"transaction_id": "260115000000000123"})),
    ];
    let identities: std::collections::BTreeSet<_> = messages
        .iter()
        .map(|message| verified(&provider, message).identity)
        .collect();
    assert_eq!(identities.len(), messages.len());
    for message in &messages {
        let twice = [verified(&provider, message), verified(&provider, message)];
        assert_eq!(twice[0].identity, twice[1].identity);
    }
}

#[test]
fn reversal_names_its_authorization_either_way() {
    let provider = provider(json!({}));
    let own = authorization(json!({
        "id": "R1", "original_id": "260115000000000123", "type": "Reversal", "amount": "5",
        "advice": true, "response_code": "Approved",
    }));
    let told = notice(&provider, &own);
    assert_eq!(told.step, AuthorizationStep::Reversed);
    assert_eq!(
        told.authorization_ref.as_deref(),
        Some("260115000000000123")
    );
    assert_eq!(money(told.amount), "5.00 EUR");
    assert_eq!(read(&provider, &own), AuthorizationMessage::Notice);
    // A first phase without code releases too, and is the same fact.
    let early = authorization(json!({
        "id": "R1", "original_id": "260115000000000123", "type": "Reversal", "amount": "5",
    }));
    assert_eq!(notice(&provider, &early).notice_ref, told.notice_ref);
    assert_ne!(
        verified(&provider, &early).identity,
        verified(&provider, &own).identity
    );
    // With the authorization's id, two parts are two facts.
    let part = |amount: &str, at: &str| {
        notice(
            &provider,
            &authorization(json!({
                "type": "Reversal", "amount": amount, "created_at": at,
            })),
        )
    };
    let first = part("5", "2026-01-15T10:01:00Z");
    assert_eq!(
        first.authorization_ref.as_deref(),
        Some("260115000000000123")
    );
    assert_ne!(
        first.notice_ref,
        part("5", "2026-01-15T10:02:00Z").notice_ref
    );
    assert_ne!(
        first.notice_ref,
        part("6", "2026-01-15T10:01:00Z").notice_ref
    );
    // One that was refused releases nothing.
    let refused = authorization(json!({"type": "Reversal", "response_code": "Declined"}));
    assert_eq!(events(&provider, &refused), []);
}

#[test]
fn presentment_and_return_stand_with_or_without_an_authorization() {
    let provider = provider(json!({}));
    for (kind, step) in [
        ("Presentment", AuthorizationStep::Posted),
        ("Return", AuthorizationStep::Returned),
    ] {
        let linked = transaction(kind, json!({"authorization_id": "260115000000000123"}));
        let told = notice(&provider, &linked);
        assert_eq!(told.step, step);
        assert_eq!(
            told.authorization_ref.as_deref(),
            Some("260115000000000123")
        );
        assert_eq!(
            (money(told.amount), money(told.fee)),
            ("12.50 EUR".into(), "0.10 EUR".into())
        );
        assert_eq!(told.occurred_at.to_string(), "2026-01-16T08:00:00.500Z");
        assert_eq!(told.provider_status, kind);
        for none in [json!({}), json!({"authorization_id": ""})] {
            assert_eq!(
                notice(&provider, &transaction(kind, none)).authorization_ref,
                None
            );
        }
    }
}

#[test]
fn presentment_without_a_time_has_that_of_its_receipt() {
    let provider = provider(json!({}));
    let mut message = transaction("Presentment", json!({}));
    message.as_object_mut().unwrap().remove("posted_at");
    assert!(notice(&provider, &message).occurred_at.as_millis() > 1_700_000_000_000);
}

#[test]
fn amounts_in_minor_units_are_read_by_the_currency() {
    let provider = provider(json!({"amount_unit": "minor"}));
    for (amount, currency, expected) in [
        (json!(1250), "EUR", "12.50 EUR"),
        (json!("1250"), "JPY", "1250 JPY"),
        (json!(1), "EUR", "0.01 EUR"),
        (json!(0), "EUR", "0.00 EUR"),
    ] {
        let message = transaction(
            "Presentment",
            json!({"amount": amount, "currency": currency, "fee": null}),
        );
        assert_eq!(money(notice(&provider, &message).amount), expected);
    }
}

#[test]
fn what_cannot_be_read_is_an_error_and_no_guess() {
    let provider = provider(json!({}));
    for more in [
        json!({"amount": null}),
        json!({"amount": "-12.50"}),
        json!({"amount": "12,50"}),
        json!({"currency": "EURO"}),
        json!({"token_id": ""}),
        json!({"transaction_id": null}),
        json!({"fee": "x"}),
    ] {
        let message = transaction("Presentment", more);
        let verified = verified(&provider, &message);
        let body = verified.retained.unwrap();
        let webhooks = provider.webhooks().unwrap();
        assert!(
            webhooks.translate(&verified.category, &body).is_err(),
            "{message}"
        );
    }
    let delivery = |body| Delivery { headers: &[], body };
    let webhooks = provider.webhooks().unwrap();
    let refused = webhooks.verify(&delivery(b"<html>")).unwrap_err();
    assert_eq!(refused, WebhookRefused::Malformed);
    let incomplete = authorization(json!({"amount": null})).to_string();
    let read = provider
        .authorizations()
        .unwrap()
        .read(&delivery(incomplete.as_bytes()));
    assert_eq!(read.unwrap_err(), WebhookRefused::Malformed);
}

#[test]
fn type_nobody_told_us_of_is_kept_and_does_nothing() {
    let provider = provider(json!({}));
    let message = authorization(json!({"type": "Provisioning"}));
    // What is acknowledged where it asks is approved: there it is refused.
    let body = message.to_string();
    let delivery = Delivery {
        headers: &[],
        body: body.as_bytes(),
    };
    let read = provider.authorizations().unwrap().read(&delivery);
    assert_eq!(read, Err(WebhookRefused::Malformed));
    let category = "Provisioning".to_owned();
    assert_eq!(
        events(&provider, &message),
        [ProviderEvent::Unrecognised { category }]
    );
    let body = br#"{"something":"else"}"#;
    let told = provider
        .webhooks()
        .unwrap()
        .translate("other", body)
        .unwrap();
    let category = "other".to_owned();
    assert_eq!(told, [ProviderEvent::Unrecognised { category }]);
}

#[test]
fn type_that_was_told_us_is_understood() {
    let provider = provider(json!({"message_types": {"CashAdvance": "authorization"}}));
    let message = authorization(json!({"type": "cashadvance"}));
    assert!(matches!(
        read(&provider, &message),
        AuthorizationMessage::Request(_)
    ));
}

#[test]
fn card_data_in_a_message_is_not_kept() {
    let provider = provider(json!({}));
    let message = authorization(json!({
        "card_number": "4000000000000002", "cvv": "123",
        "response_code": "4000000000000002",
        "merchant": {"name": "SHOP 4000 0000 0000 0002", "pan": "4000000000000002"},
    }));
    let verified = verified(&provider, &message);
    let kept = String::from_utf8(verified.retained.unwrap()).unwrap();
    assert!(!kept.contains("4000") && !kept.contains("cvv"), "{kept}");
    assert!(kept.contains("70012000000000000042"), "{kept}");
}

#[test]
fn verdict_is_one_bit_in_the_envelope() {
    let default = provider(json!({}));
    let reply = |provider: &Arc<dyn Provider>, verdict| {
        let reply = provider.authorizations().unwrap().reply(verdict);
        assert_eq!(reply.content_type, "application/json");
        (reply.status, reply.body)
    };
    let yes = (200, r#"{"status":"success"}"#);
    let no = r#"{"status":"error","errors":["DECLINED"]}"#;
    assert_eq!(reply(&default, Verdict::Approve), yes);
    assert_eq!(reply(&default, Verdict::Decline), (200, no));
    let other = provider(json!({"decline_status": 422, "authorization_deadline_ms": 2500}));
    assert_eq!(reply(&other, Verdict::Approve), yes);
    assert_eq!(reply(&other, Verdict::Decline), (422, no));
    let deadline = |p: &Arc<dyn Provider>| p.authorizations().unwrap().deadline().as_millis();
    assert_eq!((deadline(&default), deadline(&other)), (3000, 2500));
}
