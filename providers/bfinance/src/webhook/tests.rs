use super::*;
use cardmux_domain::provider::Provider;
use serde_json::{Value, json};
use std::sync::Arc;

fn provider(types: Value) -> Arc<dyn Provider> {
    crate::build(json!({"base_url": "https://h", "token": "t", "types": types})).unwrap()
}

fn verified(provider: &dyn Provider, body: &Value) -> VerifiedDelivery {
    let body = body.to_string();
    let delivery = Delivery {
        headers: &[],
        body: body.as_bytes(),
    };
    provider.webhooks().unwrap().verify(&delivery).unwrap()
}

/// What a body says, and that what is kept of it says the same.
fn said(provider: &dyn Provider, body: &Value) -> Vec<ProviderEvent> {
    let webhooks = provider.webhooks().unwrap();
    let verified = verified(provider, body);
    let whole = webhooks.translate(&verified.category, body.to_string().as_bytes());
    let kept = webhooks.translate(&verified.category, &verified.retained.unwrap());
    let whole = whole.unwrap();
    assert_eq!(whole, kept.unwrap());
    whole
}

fn card(card_ref: &str) -> ProviderEvent {
    hint(Some(card_ref.to_owned()), None, None)
}

fn enrolment(enrolment_ref: &str) -> ProviderEvent {
    hint(None, Some(enrolment_ref.to_owned()), None)
}

#[test]
fn whatever_is_named_is_only_a_hint() {
    let plain = provider(json!({}));
    let plain = plain.as_ref();
    let nested = json!({"event": "card.frozen", "data": {"id": "c1", "status": "frozen"}});
    assert_eq!(said(plain, &nested), [card("c1")]);
    let object =
        json!({"type": "transaction.completed", "data": {"id": "x1", "card": {"id": "c1"}}});
    assert_eq!(said(plain, &object), [card("c1")]);
    let dispute = json!({"event": "dispute.updated", "id": "d1", "cardId": "c1"});
    let both = [card("c1"), hint(None, None, Some("d1".to_owned()))];
    assert_eq!(said(plain, &dispute), both);
    let access = json!({"event": "customer.access", "customerId": "u1", "cardType": "t1"});
    assert_eq!(said(plain, &access), [enrolment("u1:t1")]);
    let customer = json!({"event": "customer.status", "customerId": "u1"});
    assert_eq!(said(plain, &customer), [enrolment("u1")]);
}

#[test]
fn what_is_not_clear_hints_at_all_that_may_be_meant() {
    let provider = provider(json!({
        "t1": {"kind": "budget_card", "budget": "b1"}, "t2": {"customer": "none"}, "t3": {},
    }));
    let provider = provider.as_ref();
    let unclear = json!({"event": "card.blocked", "cardId": "c1"});
    assert_eq!(said(provider, &unclear), [card("c1"), card("budget:c1")]);
    let clear = json!({"event": "budget-card.blocked", "cardId": "c1"});
    assert_eq!(said(provider, &clear), [card("budget:c1")]);
    let customer = json!({"event": "customer.status", "customerId": "u1"});
    assert_eq!(
        said(provider, &customer),
        [enrolment("u1:t1"), enrolment("u1:t3")]
    );
}

#[test]
fn nothing_named_is_unrecognised_and_no_object_is_malformed() {
    let provider = provider(json!({}));
    let event = json!({"event": "news", "id": "n1"});
    let unrecognised = ProviderEvent::Unrecognised {
        category: "news".to_owned(),
    };
    assert_eq!(said(provider.as_ref(), &event), [unrecognised]);
    for body in ["", "[]", "\"text\"", "{"] {
        let delivery = Delivery {
            headers: &[],
            body: body.as_bytes(),
        };
        let refused = provider.webhooks().unwrap().verify(&delivery);
        assert_eq!(refused.unwrap_err(), WebhookRefused::Malformed);
    }
}

#[test]
fn deliveries_of_one_event_have_one_identity() {
    let provider = provider(json!({}));
    let of = |body: Value| verified(provider.as_ref(), &body).identity;
    let first = of(json!({"eventId": "e1", "cardId": "c1", "attempt": 1}));
    assert_eq!(
        first,
        of(json!({"eventId": "e1", "cardId": "c1", "attempt": 2}))
    );
    assert_ne!(first, of(json!({"eventId": "e2", "cardId": "c1"})));
    let hashed = of(json!({"cardId": "c1"}));
    assert_eq!(hashed, of(json!({"cardId": "c1"})));
    assert_ne!(hashed, of(json!({"cardId": "c2"})));
}

#[test]
fn nothing_but_ids_and_the_name_is_kept() {
    let provider = provider(json!({}));
    let body = json!({
        "event": "card.issued", "cardId": "c1", "cardNumber": "4000000000000002",
        "id": "4000000000000002", "customer": {"id": "u1", "firstName": "Ada"},
        "data": {"sensetive": {"cvc": "017"}, "email": "ada@example.org"},
    });
    let kept = verified(provider.as_ref(), &body).retained.unwrap();
    let kept: Value = serde_json::from_slice(&kept).unwrap();
    assert_eq!(
        kept,
        json!({"event": "card.issued", "cardId": "c1", "customerId": "u1"})
    );
}
