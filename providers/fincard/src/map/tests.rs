use cardmux_domain::card::{CardForm, CardModel};
use cardmux_domain::card_type::{CardTypeSpec, Requirement};
use cardmux_provider_kit::json;

use super::*;
use crate::wire::card_type::CardType;

const ORDER: &str = include_str!("../../tests/fixtures/order.json");
const CARD: &str = include_str!("../../tests/fixtures/card_info.json");
const CARD_TYPES: &str = include_str!("../../tests/fixtures/card_types.json");

fn order(json: &str) -> Result<OperationReport, ProviderError> {
    report(json::parse(json.as_bytes()).unwrap())
}

fn card(json: &str) -> Result<CardSnapshot, ProviderError> {
    snapshot(json::parse(json.as_bytes()).unwrap())
}

fn types() -> Vec<CardTypeSpec> {
    let types: Vec<CardType> = json::parse(CARD_TYPES.as_bytes()).unwrap();
    types.iter().map(|t| card_type::spec(t).unwrap()).collect()
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
        report.card_ref.as_deref(),
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
    assert_eq!(report.card_ref.as_deref(), Some("FC1"));
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
        ("card_update", None),
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
    assert_eq!(text(snapshot.balance), "99327.04375 USD");
    assert_eq!(snapshot.card_type_ref.as_deref(), Some("111001"));
    assert_eq!(snapshot.last4, None);
    let other = CARD.replace(r#""cardNo": "FC20"#, r#""cardId": "FC20"#);
    let other = card(&other.replace(r#""status""#, r#""cardStatus""#)).unwrap();
    assert_eq!(other, snapshot);
}

#[test]
fn card_types_say_what_they_can_and_need() {
    use OperationKind::{Cancel, Deposit, Freeze, Issue, Unfreeze, Withdraw};
    let types = types();
    let [visa, budget, gift, physical] = types.as_slice() else {
        panic!("four types")
    };

    assert_eq!(
        (visa.model, visa.form, visa.online),
        (CardModel::Card, CardForm::Virtual, true)
    );
    assert_eq!(visa.provider_ref, "111001");
    assert_eq!(visa.brand.as_deref(), Some("visa"));
    assert_eq!(
        visa.capabilities,
        [Issue, Deposit, Withdraw, Freeze, Unfreeze, Cancel]
    );
    assert!(visa.requirements.is_empty());
    assert_eq!(text(visa.issue_fee), "2.50 USD");
    let initial = visa.initial_deposit.as_ref().unwrap();
    assert_eq!(
        (initial.required, initial.min),
        (true, Some(Decimal::from(10)))
    );
    let fee = visa.deposit_fee.as_ref().unwrap();
    assert_eq!(
        (fee.rate_percent, fee.fixed),
        (Decimal::new(15, 1), Decimal::new(3, 1))
    );

    assert_eq!(
        (budget.model, budget.online),
        (CardModel::BudgetCard, false)
    );
    assert_eq!(
        budget.requirements,
        [Requirement::Cardholder, Requirement::Budget]
    );
    assert_eq!(budget.capabilities, [Withdraw, Cancel]);
    assert_eq!(
        budget.initial_deposit.as_ref().unwrap().max,
        Some(Decimal::ZERO)
    );
    assert_eq!(budget.deposit, None);

    assert_eq!((gift.model, gift.deposit.clone()), (CardModel::Gift, None));
    assert_eq!(gift.capabilities, [Issue, Cancel]);

    assert_eq!(physical.form, CardForm::Physical);
    assert_eq!(physical.requirements, [Requirement::CardNumber]);
}

#[test]
fn card_type_of_an_unknown_mode_is_an_error() {
    let json = CARD_TYPES.replace("BUDGET_CARD", "CREDIT_CARD");
    let types: Vec<CardType> = json::parse(json.as_bytes()).unwrap();
    assert_eq!(
        card_type::spec(&types[1]).unwrap_err().kind,
        ErrorKind::Malformed
    );
}
