//! Status and stage of a card.

use crate::support::{Server, calls, context, failed, no, ok, reference};
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    CardChange, CreateKey, ErrorKind, OrderPhysical, Outcome, PersonName, Reported,
    ShippingAddress, SignatureKind,
};
use serde_json::json;

fn change(card_ref: &str) -> CardChange {
    CardChange {
        reference: reference(),
        card_ref: card_ref.to_owned(),
        note: None,
    }
}

#[tokio::test]
async fn freezing_is_never_blocking() {
    let server = Server::start(|_| ok(r#""token_id":"7001""#)).await;
    let provider = server.provider(json!({}));
    let (cards, ctx) = (provider.cards().unwrap(), context());
    let card = change("7001");
    let reports = [
        cards.freeze(&ctx, &card).await.unwrap(),
        cards.unfreeze(&ctx, &card).await.unwrap(),
        cards.cancel(&ctx, &card).await.unwrap(),
    ];
    for (report, kind) in reports.iter().zip([
        OperationKind::Freeze,
        OperationKind::Unfreeze,
        OperationKind::Cancel,
    ]) {
        assert_eq!(
            (report.kind, &report.reported),
            (Some(kind), &Reported::Succeeded)
        );
        assert_eq!(report.subject_ref.as_deref(), Some("7001"));
    }
    let line = "PATCH /update-card-status/7001";
    let expected = calls(&[
        (line, r#"{"token_status":"deactivated"}"#),
        (line, r#"{"token_status":"active"}"#),
        (line, r#"{"token_status":"closed"}"#),
    ]);
    assert_eq!(server.calls(), expected);
}

#[tokio::test]
async fn change_is_refused_or_of_unknown_outcome() {
    for (reply, kind, outcome) in [
        (no("ILLEGAL_STATUS"), ErrorKind::Refused, Outcome::Rejected),
        (no("NOT_FOUND"), ErrorKind::NotFound, Outcome::Rejected),
        (failed(), ErrorKind::Unavailable, Outcome::Unknown),
    ] {
        let server = Server::start(move |_| reply.clone()).await;
        let provider = server.provider(json!({}));
        let cards = provider.cards().unwrap();
        let error = cards.freeze(&context(), &change("7001")).await.unwrap_err();
        assert_eq!((error.kind, error.outcome), (kind, outcome));
    }
}

#[tokio::test]
async fn id_that_would_change_the_path_is_not_sent() {
    let server = Server::start(|_| ok("")).await;
    let provider = server.provider(json!({}));
    for bad in ["", "..", "7001/x", "7001?x=1"] {
        let error = provider
            .cards()
            .unwrap()
            .freeze(&context(), &change(bad))
            .await;
        assert_eq!(error.unwrap_err().kind, ErrorKind::NotFound, "{bad}");
    }
    assert_eq!(server.calls(), []);
}

fn order(line1: &str) -> OrderPhysical {
    OrderPhysical {
        reference: reference(),
        card_ref: "7001".to_owned(),
        address: ShippingAddress {
            name: PersonName {
                first_name: "Ana".into(),
                last_name: "Example".into(),
            },
            email: "ana@example.org".into(),
            phone_code: "+370".into(),
            phone: "60012345".into(),
            line1: line1.into(),
            line2: None,
            city: "vilnius".into(),
            state: "".into(),
            postal_code: "01100".into(),
            country: "LT".to_owned(),
        },
    }
}

#[tokio::test]
async fn plastic_is_ordered_to_where_it_goes_and_nowhere_else() {
    let server = Server::start(|_| ok(r#""token_id":"7001""#)).await;
    let provider = server.provider(json!({}));
    let shipping = provider.shipping().unwrap();
    let report = shipping
        .order_physical(&context(), &order("Sample g. 1"))
        .await
        .unwrap();
    assert_eq!(report.kind, Some(OperationKind::OrderPhysical));
    let error = shipping
        .order_physical(&context(), &order("Elsewhere 2"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.outcome),
        (ErrorKind::Refused, Outcome::NotSent)
    );
    let sent = (
        "PATCH /update-card-stage/7001",
        r#"{"token_stage":"plastic_not_delivered"}"#,
    );
    assert_eq!(server.calls(), calls(&[sent]));
    let provider = server.provider(json!({"plastic_goes": "programme"}));
    let shipping = provider.shipping().unwrap();
    shipping
        .order_physical(&context(), &order("Elsewhere 2"))
        .await
        .unwrap();
    assert_eq!(server.calls(), calls(&[sent, sent]));
}

#[tokio::test]
async fn instance_says_what_protects_nothing_and_what_it_lacks() {
    let server = Server::start(|_| failed()).await;
    let provider = server.provider(json!({}));
    let traits = provider.traits();
    assert_eq!(traits.create_key_of(OperationKind::Issue), CreateKey::None);
    assert!(traits.cards_by_owner);
    assert_eq!(traits.webhook_signature, SignatureKind::None);
    assert!(provider.authorizations().is_some() && provider.webhooks().is_some());
    assert!(provider.reveal().is_none() && provider.pins().is_none());
    assert!(provider.funds().is_none() && provider.controls().is_none());
    assert!(provider.disputes().is_none() && provider.transactions().is_none());
    assert!(provider.budgets().is_none() && provider.activation().is_none());
    assert!(provider.simulator().is_none());
}
