//! Issuing and changing cards: paths and bodies in both dialects and spellings.

use crate::support::{Key, context, finhub, looked_for, reference, scripted, upstream, usd};
use cardmux_domain::controls::{Controls, SpendInterval, SpendLimit};
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    ActivateCard, CardChange, ErrorKind, IssueCard, Outcome, Provider, Reported, SetControls,
    SetPin,
};
use serde_json::json;

const ORDER: &str = r#"{"orderNo":"1","cardNo":"FC1","status":"processing"}"#;
const ACTIVATED: &str =
    r#"{"merchantOrderNo":"ref1","cardNo":"FC1","type":"card_activated","status":"success"}"#;
const CARD: &str = r#"{"cardNo":"FC1","status":"Normal","remark":"team a"}"#;

const ANSWERS: &[(&str, &str)] = &[
    ("/card/v2/openCard", ORDER),
    ("/card/v2/createCard", ORDER),
    ("/card/v2/update", ORDER),
    ("/card/updateAttribute", ORDER),
    ("/card/updatePin", ORDER),
    ("/card/physicalCard/updatePin", ORDER),
    ("/card/activate", ACTIVATED),
    ("/card/physicalCard/activeCard", ACTIVATED),
    ("/card/v2/updateNote", CARD),
    ("/card/note", CARD),
    ("/card/info", CARD),
    ("/card/v2/transaction", r#"{"total":0,"records":[]}"#),
];

async fn change_everything(provider: &dyn Provider) {
    let ctx = context();
    let issue = IssueCard {
        reference: reference(),
        card_type_ref: "111004".to_owned(),
        initial_balance: Some(usd("20")),
        enrolment_ref: Some("620017".to_owned()),
        budget_ref: Some("1945678901234567890".to_owned()),
        card_number: Some("4000001234567899".into()),
        cardholder: None,
        label: None,
    };
    provider.cards().unwrap().issue(&ctx, &issue).await.unwrap();
    let controls = SetControls {
        reference: reference(),
        card_ref: "FC1".to_owned(),
        controls: Controls {
            spend_limits: Some(vec![SpendLimit {
                channel: None,
                interval: SpendInterval::PerTransaction,
                amount: "25.50".parse().unwrap(),
            }]),
            allowed_mccs: Some(Vec::new()),
            blocked_mccs: None,
            no_pin_limit: Some(0.into()),
        },
    };
    let report = provider.controls().unwrap().set(&ctx, &controls).await;
    assert_eq!(report.unwrap().kind, Some(OperationKind::UpdateControls));
    let pin = SetPin {
        reference: reference(),
        card_ref: "FC1".to_owned(),
        pin: "258013".into(),
    };
    provider.pins().unwrap().set_pin(&ctx, &pin).await.unwrap();
    let activate = ActivateCard {
        reference: reference(),
        card_ref: "FC1".to_owned(),
        pin: Some("258013".into()),
        code: "A1B2".into(),
        no_pin_limit: Some(500.into()),
    };
    let activation = provider.activation().unwrap();
    let report = activation.activate(&ctx, &activate).await.unwrap();
    assert_eq!(report.reported, Reported::Succeeded);
    assert_eq!(report.kind, Some(OperationKind::Activate));
    let note = CardChange {
        reference: reference(),
        card_ref: "FC1".to_owned(),
        note: Some("team a".to_owned()),
    };
    let report = provider
        .notes()
        .unwrap()
        .set_note(&ctx, &note)
        .await
        .unwrap();
    assert_eq!(report.reference, Some(reference()));
    assert_eq!(report.reported, Reported::Succeeded);
}

/// Bodies in the spelling of F-doc and W-doc; only paths differ between the dialects.
const BODIES: [&str; 5] = [
    r#"{"merchantOrderNo":"ref1","cardTypeId":111004,"amount":20,"holderId":620017,"cardNumber":"4000001234567899","accountId":1945678901234567890}"#,
    r#"{"cardNo":"FC1","merchantOrderNo":"ref1","noPinPaymentAmount":0,"spendingControls":[{"interval":"PER_TRANSACTION","amount":25.5}],"riskControls":{"allowedMcc":[]}}"#,
    r#"{"cardNo":"FC1","merchantOrderNo":"ref1","pin":"258013"}"#,
    r#"{"cardNo":"FC1","merchantOrderNo":"ref1","pin":"258013","activeCode":"A1B2","noPinPaymentAmount":500}"#,
    r#"{"cardNo":"FC1","clientRemark":"team a"}"#,
];

fn with_paths(paths: [&str; 5], bodies: [&str; 5]) -> Vec<(String, String)> {
    let owned = |(path, body): (&str, &str)| (path.to_owned(), body.to_owned());
    paths.into_iter().zip(bodies).map(owned).collect()
}

#[tokio::test]
async fn changes_have_the_documented_fields_in_both_dialects() {
    let server = scripted(ANSWERS).await;
    change_everything(finhub(&server.url, json!({})).as_ref()).await;
    let paths = [
        "/card/v2/openCard",
        "/card/v2/update",
        "/card/updatePin",
        "/card/activate",
        "/card/v2/updateNote",
    ];
    assert_eq!(server.calls(), with_paths(paths, BODIES));

    let server = scripted(ANSWERS).await;
    change_everything(upstream(&server.url, &Key::new(1024)).as_ref()).await;
    let paths = [
        "/card/v2/createCard",
        "/card/updateAttribute",
        "/card/physicalCard/updatePin",
        "/card/physicalCard/activeCard",
        "/card/note",
    ];
    assert_eq!(server.calls(), with_paths(paths, BODIES));
}

#[tokio::test]
async fn other_spelling_has_its_own_names() {
    let server = scripted(ANSWERS).await;
    let provider = finhub(&server.url, json!({"card_key_field": "cardId"}));
    change_everything(provider.as_ref()).await;
    let bodies: Vec<_> = server.calls().into_iter().map(|(_, body)| body).collect();
    assert_eq!(
        &bodies[2..],
        [
            r#"{"cardId":"FC1","merchantOrderNo":"ref1","newPin":"258013"}"#,
            r#"{"cardId":"FC1","merchantOrderNo":"ref1","pin":"258013","activationCode":"A1B2","noPinPaymentAmount":500}"#,
            r#"{"cardId":"FC1","merchantOrderNo":"ref1","remark":"team a"}"#,
        ]
    );
}

#[tokio::test]
async fn both_lists_of_merchant_categories_are_refused_before_the_call() {
    let server = scripted(ANSWERS).await;
    let provider = finhub(&server.url, json!({}));
    let both = SetControls {
        reference: reference(),
        card_ref: "FC1".to_owned(),
        controls: Controls {
            allowed_mccs: Some(Vec::new()),
            blocked_mccs: Some(vec!["7995".parse().unwrap()]),
            ..Controls::default()
        },
    };
    let controls = provider.controls().unwrap();
    let error = controls.set(&context(), &both).await.unwrap_err();
    assert_eq!(
        (error.kind, error.outcome),
        (ErrorKind::Refused, Outcome::NotSent)
    );
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn activation_and_note_are_found_by_the_card() {
    let server = scripted(ANSWERS).await;
    let provider = finhub(&server.url, json!({}));
    let operations = provider.operations().unwrap();
    let activate = looked_for(OperationKind::Activate, Some("FC1"));
    let found = operations
        .find(&context(), &activate)
        .await
        .unwrap()
        .found();
    assert_eq!(found.unwrap().reported, Reported::Succeeded);
    let mut note = looked_for(OperationKind::UpdateNote, Some("FC1"));
    note.note = Some("team a".to_owned());
    assert!(
        operations
            .find(&context(), &note)
            .await
            .unwrap()
            .found()
            .is_some()
    );
    note.note = Some("team b".to_owned());
    assert_eq!(
        operations.find(&context(), &note).await.unwrap().found(),
        None
    );
    let pin = looked_for(OperationKind::SetPin, Some("FC1"));
    assert_eq!(
        operations.find(&context(), &pin).await.unwrap().found(),
        None
    );
    assert_eq!(
        server.calls()[0].1,
        r#"{"pageNum":1,"pageSize":50,"merchantOrderNo":"ref1"}"#
    );
}

#[tokio::test]
async fn card_that_waits_for_activation_is_no_proof() {
    let waiting = &[
        ("/card/v2/transaction", r#"{"total":0,"records":[]}"#),
        ("/card/info", r#"{"cardNo":"FC1","status":"un_activated"}"#),
    ];
    let server = scripted(waiting).await;
    let provider = finhub(&server.url, json!({}));
    let activate = looked_for(OperationKind::Activate, Some("FC1"));
    let operations = provider.operations().unwrap();
    assert_eq!(
        operations
            .find(&context(), &activate)
            .await
            .unwrap()
            .found(),
        None
    );
}
