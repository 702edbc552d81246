use cardmux_domain::challenge::ChallengeKind;
use cardmux_domain::provider::{Provider, TransactionReport};
use cardmux_domain::transaction::{ChargedTo, TransactionKind, TransactionStatus};
use serde_json::json;

use super::*;

const ORDER: &str = include_str!("../../../tests/fixtures/order.json");

/// Through the door, so that wrapped and bare bodies give the same.
fn translate(category: &str, body: &str) -> Vec<ProviderEvent> {
    let settings = json!({
        "base_url": "http://127.0.0.1", "tenant_id": "t", "email": "e", "password": "p",
    });
    let provider = crate::build(settings).unwrap();
    let webhooks = Provider::webhooks(provider.as_ref()).unwrap();
    let bare = webhooks.translate(category, body.as_bytes()).unwrap();
    let wrapped = format!(r#"{{"eventId":"1","eventType":"x","createTime":1,"data":{body}}}"#);
    let wrapped = webhooks.translate(category, wrapped.as_bytes()).unwrap();
    assert_eq!(wrapped, bare);
    bare
}

fn platform_order(word: &str, status: &str) -> Vec<ProviderEvent> {
    let body = format!(
        r#"{{"orderNo":"1","cardNo":"FC1","type":"{word}","status":"{status}","amount":"3",
            "currency":"USD","transactionTime":1782900000000}}"#
    );
    translate("card_transaction", &body)
}

fn transaction(event: &ProviderEvent) -> Option<&TransactionReport> {
    match event {
        ProviderEvent::Transaction(report) => Some(report),
        ProviderEvent::Operation(_)
        | ProviderEvent::CardStatus { .. }
        | ProviderEvent::Authorization(_)
        | ProviderEvent::Challenge(_)
        | ProviderEvent::Enrolment { .. }
        | ProviderEvent::Hint { .. }
        | ProviderEvent::Unrecognised { .. } => None,
    }
}

fn transactions(events: &[ProviderEvent]) -> Vec<&TransactionReport> {
    events.iter().filter_map(transaction).collect()
}

#[test]
fn order_with_our_reference_and_money_is_an_operation_and_a_transaction() {
    let events = translate("card_transaction", ORDER);
    let [
        ProviderEvent::Operation(report),
        ProviderEvent::Transaction(transaction),
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(report.kind, Some(OperationKind::Issue));
    assert_eq!(report.reported, Reported::Succeeded);
    assert_eq!(transaction.kind, TransactionKind::Issue);
    assert_eq!(transaction.reference, report.reference);
    assert_eq!(
        Some(&transaction.provider_ref),
        report.provider_ref.as_ref()
    );
    for (word, kind) in [
        ("Freeze", OperationKind::Freeze),
        ("update_pin", OperationKind::SetPin),
        ("card_update", OperationKind::UpdateControls),
    ] {
        let events = translate("card_transaction", &ORDER.replace("create", word));
        let [ProviderEvent::Operation(report)] = events.as_slice() else {
            panic!("{events:?}")
        };
        assert_eq!(report.kind, Some(kind));
    }
}

#[test]
fn order_without_time_still_ends_its_operation() {
    let body = r#"{"orderNo":"1","merchantOrderNo":"ref1","cardNo":"FC1","type":"deposit",
        "status":"success"}"#;
    let events = translate("card_transaction", body);
    assert!(matches!(events.as_slice(), [ProviderEvent::Operation(_)]));
}

#[test]
fn what_the_platform_did_by_itself_changes_the_card_and_is_booked() {
    for (word, status, expected, booked) in [
        ("blocked", "success", Some(CardStatus::Blocked), None),
        (
            "cancel",
            "success",
            Some(CardStatus::Cancelled),
            Some(TransactionKind::Cancellation),
        ),
        ("cancel", "fail", None, Some(TransactionKind::Cancellation)),
        ("blocked", "processing", None, None),
        (
            "overdraft_statement",
            "success",
            None,
            Some(TransactionKind::Overdraft),
        ),
        ("deposit", "success", None, Some(TransactionKind::Deposit)),
    ] {
        let events = platform_order(word, status);
        let change = expected.map(|status| ProviderEvent::CardStatus {
            card_ref: "FC1".to_owned(),
            status,
            provider_status: word.to_owned(),
        });
        let changes: Vec<_> = events
            .iter()
            .filter(|event| matches!(event, ProviderEvent::CardStatus { .. }))
            .collect();
        assert_eq!(
            changes,
            change.iter().collect::<Vec<_>>(),
            "{word} {status}"
        );
        let kinds: Vec<_> = transactions(&events).iter().map(|r| r.kind).collect();
        assert_eq!(
            kinds,
            booked.into_iter().collect::<Vec<_>>(),
            "{word} {status}"
        );
        let nothing = expected.is_none() && booked.is_none();
        let unrecognised = matches!(events.as_slice(), [ProviderEvent::Unrecognised { .. }]);
        assert_eq!(unrecognised, nothing, "{word} {status}");
    }
    let events = platform_order("overdraft_statement", "success");
    let overdraft = transactions(&events)[0];
    assert_eq!(overdraft.charged_to, ChargedTo::FundingAccount);
}

#[test]
fn overdraft_with_a_number_of_the_platforms_is_no_operation() {
    let body = r#"{"orderNo":"1","merchantOrderNo":"theirs","cardNo":"FC1","status":"success",
        "type":"overdraft_statement","amount":3,"currency":"USD","transactionTime":1782900000000}"#;
    let events = translate("card_transaction", body);
    assert_eq!((events.len(), transactions(&events).len()), (1, 1));
}

#[test]
fn authorization_tells_its_life_cycle() {
    let at = |status: &str, settled: &str| {
        let body = format!(
            r#"{{"cardNo":"FC1","tradeNo":"TRN1","currency":"EUR","amount":18.4,"type":"auth",
                "authorizedAmount":20.11,"authorizedCurrency":"USD","settleAmount":{settled},
                "settleCurrency":"USD","status":"{status}","transactionTime":1782900000000}}"#
        );
        let events = translate("card_auth_transaction", &body);
        transactions(&events)[0].clone()
    };
    let (held, settled) = (at("authorized", "0"), at("succeed", "20.11"));
    assert_eq!(held.provider_ref, settled.provider_ref);
    assert_eq!(held.status, TransactionStatus::Pending);
    assert_eq!(settled.status, TransactionStatus::Settled);
    assert_eq!(settled.settled_amount.unwrap().to_string(), "20.11 USD");
}

#[test]
fn fee_patch_is_booked_on_the_funding_account() {
    let body = r#"{"cardNo":"FC1","tradeNo":"CAF1","originTradeNo":"TRN1","currency":"USD",
        "amount":0.3,"type":"card_patch_fee","deductionSourceFunds":"wallet","status":"success",
        "transactionTime":1782900000000}"#;
    let events = translate("card_fee_patch", body);
    let report = transactions(&events)[0];
    assert_eq!(report.kind, TransactionKind::Fee);
    assert_eq!(report.charged_to, ChargedTo::FundingAccount);
    assert_eq!(report.original_ref.as_deref(), Some("TRN1"));
}

#[test]
fn challenge_is_told_without_its_value() {
    let challenge = |kind: &str| {
        let body = format!(
            r#"{{"cardNo":"FC1","tradeNo":"T1","amount":"0","currency":"USD","values":"hush-hush",
                "type":"{kind}","transactionTime":1782900000000,"expirationTime":1782900300000}}"#
        );
        translate("card_3ds", &body).remove(0)
    };
    for (word, kind) in [
        ("third_3ds_otp", ChallengeKind::Otp),
        ("auth_url", ChallengeKind::ApprovalUrl),
        ("activation_code", ChallengeKind::ActivationCode),
    ] {
        assert_eq!(map::challenge::word_of(kind), word);
        let event = challenge(word);
        assert!(!format!("{event:?}").contains("hush"));
        let ProviderEvent::Challenge(notice) = event else {
            panic!("{event:?}")
        };
        assert_eq!((notice.kind, notice.amount), (kind, None));
        assert_eq!(notice.challenge_ref, "T1");
        assert!(notice.expires_at > Some(notice.created_at));
    }
    let odd = challenge("riddle");
    assert!(matches!(odd, ProviderEvent::Unrecognised { .. }));
}

#[test]
fn holder_event_names_enrolment_and_reference() {
    let body = r#"{"holderId":620017,"merchantOrderNo":"ref1","cardTypeId":111039,
        "statusFlowLocation":"admin","status":"reject","description":"x","respMsg":null}"#;
    let enrolment = |reference: Option<&str>| ProviderEvent::Enrolment {
        enrolment_ref: Some("620017".to_owned()),
        reference: reference.map(Reference::from_text),
    };
    assert_eq!(translate("card_holder", body), [enrolment(Some("ref1"))]);
    let email = translate("card_holder_change_email", body);
    assert_eq!(email, [enrolment(None)]);
}

#[test]
fn activation_ends_its_operation() {
    let body = r#"{"merchantOrderNo":"ref1","cardNo":"FC1","type":"card_activated",
        "status":"fail","remark":"wrong code"}"#;
    let events = translate("physical_card", body);
    let [ProviderEvent::Operation(report)] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!(report.kind, Some(OperationKind::Activate));
    assert!(matches!(report.reported, Reported::Failed(_)));
    let by_platform = r#"{"cardNo":"FC1","type":"card_activated","status":"success"}"#;
    let events = translate("physical_card", by_platform);
    assert!(matches!(
        events.as_slice(),
        [ProviderEvent::CardStatus {
            status: CardStatus::Active,
            ..
        }]
    ));
}

#[test]
fn other_categories_are_unrecognised() {
    for category in ["work", "wallet_transaction", "wallet_transaction_v2", "new"] {
        let event = ProviderEvent::Unrecognised {
            category: category.to_owned(),
        };
        assert_eq!(translate(category, r#"{"orderNo":"WORK-1"}"#), [event]);
    }
}
