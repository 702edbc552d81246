use cardmux_domain::controls::SpendInterval;
use cardmux_provider_kit::json;

use super::*;

const ORDER: &str = include_str!("../../tests/fixtures/order.json");
const CARD: &str = include_str!("../../tests/fixtures/card_info.json");

fn order(json: &str) -> Result<OperationReport, ProviderError> {
    report(json::parse(json.as_bytes()).unwrap())
}

fn card(json: &str) -> Result<CardSnapshot, ProviderError> {
    snapshot(json::parse(json.as_bytes()).unwrap())
}

fn text(money: Option<Money>) -> String {
    money.map(|m| m.to_string()).unwrap_or_default()
}

#[test]
fn order_of_the_documented_form_is_reported() {
    let report = order(ORDER).unwrap();
    assert_eq!(
        report.reference.unwrap().as_str(),
        "01k2n8s4vre0zt6m3q9x5b7c8d"
    );
    assert_eq!(report.kind, Some(OperationKind::Issue));
    assert_eq!(report.reported, Reported::Succeeded);
    assert_eq!(report.provider_ref.as_deref(), Some("2071000000000000001"));
    assert_eq!(
        report.subject_ref.as_deref(),
        Some("FC202607010000000000000000001")
    );
    assert_eq!(text(report.amount), "50.00 USD");
    assert_eq!(text(report.fee), "5.25 USD");
    assert_eq!(text(report.received), "50.00 USD");
    assert_eq!(
        report.occurred_at,
        Some(Timestamp::from_millis(1_782_900_000_000))
    );
}

#[test]
fn order_in_the_reference_spelling_is_the_same() {
    let report = order(
        r#"{"cardId": "FC1", "operationType": "FREEZE", "operationStatus": "COMPLETED",
            "transactionId": 2071000000000000001, "operationTime": 1782900000,
            "newCardStatus": "FROZEN", "previousCardStatus": "ACTIVE", "reason": null}"#,
    )
    .unwrap();
    assert_eq!(report.kind, Some(OperationKind::Freeze));
    assert_eq!(report.reported, Reported::Succeeded);
    assert_eq!(report.provider_status, "COMPLETED");
    assert_eq!(report.subject_ref.as_deref(), Some("FC1"));
    assert_eq!(report.provider_ref.as_deref(), Some("2071000000000000001"));
    assert_eq!(
        report.occurred_at,
        Some(Timestamp::from_millis(1_782_900_000_000))
    );
}

#[test]
fn order_statuses_are_mapped_and_unknown_ones_are_errors() {
    let status = |word: &str| order(&format!(r#"{{"status": "{word}"}}"#)).map(|r| r.reported);
    assert_eq!(status("wait_process").unwrap(), Reported::Processing);
    assert_eq!(status("processing").unwrap(), Reported::Processing);
    assert_eq!(status("success").unwrap(), Reported::Succeeded);
    assert!(matches!(status("fail").unwrap(), Reported::Failed(_)));
    // `succeed` and `failed` are an authorization's words, not an order's.
    for word in ["succeed", "failed", "done", ""] {
        let error = status(word).unwrap_err();
        assert_eq!(
            (error.kind, error.outcome),
            (ErrorKind::Malformed, Outcome::Unknown),
            "{word}"
        );
    }
}

#[test]
fn failed_order_says_why_without_long_numbers() {
    let said = r#"{"status": "fail", "description": "Insufficient balance of 4000001234567899"}"#;
    let Reported::Failed(failure) = order(said).unwrap().reported else {
        panic!("not failed")
    };
    assert_eq!(failure.code, "insufficient_funds");
    assert_eq!(
        failure.provider_message.as_deref(),
        Some("Insufficient balance of [number]")
    );
    assert_eq!(failure.outcome, Outcome::Rejected);
}

#[test]
fn received_amount_before_success_is_left_out() {
    let report = order(&ORDER.replace(r#""success""#, r#""wait_process""#)).unwrap();
    assert_eq!(report.received, None);
}

#[test]
fn operation_kinds_are_read_in_any_case() {
    for (word, kind) in [
        ("create", Some(OperationKind::Issue)),
        ("deposit", Some(OperationKind::Deposit)),
        ("WITHDRAW", Some(OperationKind::Withdraw)),
        ("Freeze", Some(OperationKind::Freeze)),
        ("UnFreeze", Some(OperationKind::Unfreeze)),
        ("cancel", Some(OperationKind::Cancel)),
        ("blocked", None),
        ("overdraft_statement", None),
        ("card_update", Some(OperationKind::UpdateControls)),
        ("update_pin", Some(OperationKind::SetPin)),
        ("card_activated", Some(OperationKind::Activate)),
    ] {
        assert_eq!(operation_kind(word), kind, "{word}");
    }
}

#[test]
fn card_statuses_are_mapped() {
    for (word, blocked, status) in [
        ("pending", false, CardStatus::Pending),
        ("un_activated", false, CardStatus::Inactive),
        ("Normal", false, CardStatus::Active),
        ("normal", false, CardStatus::Active),
        ("ACTIVE", false, CardStatus::Active),
        ("Normal", true, CardStatus::Blocked),
        ("blocked", false, CardStatus::Blocked),
        ("Freezing", false, CardStatus::Active),
        ("Freeze", false, CardStatus::Frozen),
        ("FROZEN", false, CardStatus::Frozen),
        ("Freeze", true, CardStatus::Blocked),
        ("UnFreezing", false, CardStatus::Frozen),
        ("canceling", false, CardStatus::Active),
        ("cancel", false, CardStatus::Cancelled),
        ("cancel", true, CardStatus::Cancelled),
        ("fail", true, CardStatus::Failed),
    ] {
        let json = format!(r#"{{"cardNo": "FC1", "status": "{word}", "blocked": {blocked}}}"#);
        let snapshot = card(&json).unwrap();
        assert_eq!(snapshot.status, status, "{word} {blocked}");
        assert_eq!(snapshot.provider_status, word);
    }
    assert_eq!(
        card(r#"{"cardNo": "1", "status": "melted"}"#)
            .unwrap_err()
            .kind,
        ErrorKind::Malformed
    );
    assert_eq!(
        card(r#"{"cardNo": "1"}"#).unwrap_err().kind,
        ErrorKind::Malformed
    );
}

#[test]
fn card_carries_its_exact_balance_in_either_spelling() {
    let snapshot = card(CARD).unwrap();
    assert_eq!(text(snapshot.funds.balance), "99327.04375 USD");
    assert_eq!(snapshot.card_type_ref.as_deref(), Some("111001"));
    assert_eq!(snapshot.last4, None);
    let other = CARD.replace(r#""cardNo": "FC20"#, r#""cardId": "FC20"#);
    let other = card(&other.replace(r#""status""#, r#""cardStatus""#)).unwrap();
    assert_eq!(other, snapshot);
}

#[test]
fn card_tells_its_controls_and_note() {
    let controls = |more: &str| {
        let json = format!(r#"{{"cardNo": "FC1", "status": "Normal", {more}}}"#);
        card(&json).unwrap().controls
    };
    let whole = controls(
        r#""noPinPaymentAmount": "500", "spendingControls": [{"interval": "PER_TRANSACTION",
            "amount": 25.5}], "riskControls": {"allowedMcc": [], "blockedMcc": ["7995", "6011"]}"#,
    )
    .unwrap();
    assert_eq!(whole.no_pin_limit, Some(Decimal::from(500)));
    let limits = whole.spend_limits.unwrap();
    assert_eq!(limits[0].interval, SpendInterval::PerTransaction);
    assert_eq!(limits[0].amount, Decimal::new(255, 1));
    assert_eq!(whole.allowed_mccs, Some(Vec::new()));
    assert_eq!(whole.blocked_mccs.unwrap()[1].as_str(), "6011");
    assert_eq!(controls(r#""remark": null"#), None);
    assert_eq!(
        controls(r#""spendingControls": null, "riskControls": null"#),
        None
    );
    // A part with a word nobody documented is not known, rather than half known.
    let odd = controls(
        r#""noPinPaymentAmount": 0, "riskControls": {"allowedMcc": ["fuel"]},
            "spendingControls": [{"interval": "PER_MOON", "amount": 1}]"#,
    )
    .unwrap();
    assert_eq!((odd.spend_limits, odd.allowed_mccs), (None, None));
    assert_eq!(odd.no_pin_limit, Some(Decimal::ZERO));
    let noted = card(r#"{"cardNo": "FC1", "status": "Normal", "remark": "team a"}"#).unwrap();
    assert_eq!(noted.note.as_deref(), Some("team a"));
}

#[test]
fn card_in_use_has_been_activated() {
    for word in [
        "Normal",
        "ACTIVE",
        "Freezing",
        "Freeze",
        "FROZEN",
        "UnFreezing",
    ] {
        assert!(is_in_use(word), "{word}");
    }
    for word in [
        "pending",
        "un_activated",
        "canceling",
        "cancel",
        "fail",
        "blocked",
    ] {
        assert!(!is_in_use(word), "{word}");
    }
}

#[test]
fn holder_statuses_and_places_of_review_are_mapped() {
    use cardmux_domain::enrolment::EnrolmentStatus as E;
    let holder = |status: &str, place: &str| {
        let json = format!(
            r#"{{"holderId": 620017, "cardTypeId": 111039, "status": "{status}",
                "statusFlowLocation": {place}, "description": "blurred picture"}}"#
        );
        holder::snapshot(json::parse(json.as_bytes()).unwrap())
    };
    for (status, place, expected) in [
        ("wait_audit", r#""admin""#, E::Pending),
        ("under_review", r#""channel""#, E::InReview),
        ("pass_audit", "null", E::Approved),
        ("PASS_AUDIT", r#""channel""#, E::Approved),
        ("reject", r#""admin""#, E::ActionRequired),
        ("reject", r#""channel""#, E::Rejected),
    ] {
        let snapshot = holder(status, place).unwrap();
        assert_eq!(snapshot.status, expected, "{status} {place}");
        assert_eq!(snapshot.provider_status, status);
        assert_eq!(snapshot.enrolment_ref, "620017");
        let refused = status == "reject";
        assert_eq!(snapshot.reason.is_some(), refused, "{status}");
    }
    for (status, place) in [
        ("reject", "null"),
        ("reject", r#""moon""#),
        ("done", "null"),
    ] {
        let error = holder(status, place).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Malformed, "{status} {place}");
    }
}

#[test]
fn ledger_rows_are_entries() {
    use cardmux_domain::budget::Direction;
    let usd: Currency = "USD".parse().unwrap();
    let entry = |json: &str| account::entry(json::parse(json.as_bytes()).unwrap(), usd);
    let row = r#"{"txId": 1945678901234567890, "accountId": "7", "currency": "EUR", "amount": "-5",
        "beforeBalance": 99327.04375, "afterBalance": "99322.04375", "orderNo": "2071",
        "bizType": "fund_collection", "direction": "OUT", "remark": "r", "createTime": 1782900000000}"#;
    let full = entry(row).unwrap();
    assert_eq!(full.entry_ref, "1945678901234567890");
    assert_eq!(full.direction, Direction::Out);
    assert_eq!(full.amount.to_string(), "5.00 EUR");
    assert_eq!(text(full.balance_before), "99327.04375 EUR");
    let plain = entry(&row.replace(r#""EUR""#, "null")).unwrap();
    assert_eq!(plain.amount.to_string(), "5.00 USD");
    assert!(entry(&row.replace("OUT", "SIDEWAYS")).is_err());
}
