use cardmux_domain::controls::SpendInterval;
use cardmux_domain::money::Money;
use cardmux_domain::provider::ErrorKind;
use cardmux_provider_kit::json;

use super::*;
use cardmux_domain::controls::SpendRule;

const CARD_TYPES: &str = include_str!("../../../tests/fixtures/card_types.json");

fn types() -> Vec<CardTypeSpec> {
    let types: Vec<CardType> = json::parse(CARD_TYPES.as_bytes()).unwrap();
    types.iter().map(|t| spec(t).unwrap()).collect()
}

fn text(money: Option<Money>) -> String {
    money.map(|m| m.to_string()).unwrap_or_default()
}

#[test]
fn card_types_say_what_they_can_and_need() {
    use OperationKind::{
        Activate, Cancel, Deposit, Freeze, Issue, SetPin, Unfreeze, UpdateControls, UpdateNote,
        Withdraw,
    };
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
        [
            Issue,
            Deposit,
            Withdraw,
            Freeze,
            Unfreeze,
            Cancel,
            UpdateControls,
            UpdateNote
        ]
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
    assert_eq!(budget.capabilities, [Withdraw, Cancel, UpdateNote]);
    assert_eq!(
        budget.initial_deposit.as_ref().unwrap().max,
        Some(Decimal::ZERO)
    );
    assert_eq!(budget.deposit, None);

    assert_eq!((gift.model, gift.deposit.clone()), (CardModel::Gift, None));
    assert_eq!(gift.capabilities, [Issue, Cancel, UpdateNote]);
    assert_eq!(gift.pin, None);

    assert_eq!(physical.form, CardForm::Physical);
    assert_eq!(physical.requirements, [Requirement::CardNumber]);
    assert_eq!(
        physical.capabilities,
        [
            Issue,
            Withdraw,
            Cancel,
            Activate,
            SetPin,
            UpdateControls,
            UpdateNote
        ]
    );
    let no_pin = physical.controls.no_pin_limit.as_ref().unwrap();
    assert_eq!(no_pin.max, Some(Decimal::from(2000)));
    assert_eq!(no_pin.default, Some(Decimal::from(500)));
    assert_eq!(
        visa.controls.spend_limits,
        [SpendRule {
            channel: None,
            interval: SpendInterval::PerTransaction
        }]
    );
    assert!(visa.controls.mcc_lists);
}

/// Section 7.5: six digits, no run of three, no sequence, no repeated block; virtual cards have none.
#[test]
fn pins_of_physical_cards_follow_the_documented_rules() {
    let types = types();
    let [visa, _, _, physical] = types.as_slice() else {
        panic!("four types")
    };
    assert_eq!(visa.pin, None);
    let rule = physical.pin.unwrap();
    assert!(rule.check("258013").is_ok());
    for weak in ["25801", "111258", "123456", "987654", "121212", "123123"] {
        assert!(rule.check(weak).is_err(), "{weak}");
    }
}

#[test]
fn card_type_of_an_unknown_mode_is_an_error() {
    let json = CARD_TYPES.replace("BUDGET_CARD", "CREDIT_CARD");
    let types: Vec<CardType> = json::parse(json.as_bytes()).unwrap();
    assert_eq!(spec(&types[1]).unwrap_err().kind, ErrorKind::Malformed);
}
