//! From a BIN to a card type.

use cardmux_domain::card::{CardForm, CardModel};
use cardmux_domain::card_type::{AmountRule, CardTypeSpec, FeeRule, Requirement};
use cardmux_domain::controls::ControlRules;
use cardmux_domain::money::Decimal;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::pin::PinRule;
use cardmux_domain::provider::ProviderError;

use super::{controls, currency, form, malformed, money, unknown_word};
use crate::wire::card_type::CardType;

/// Of PINs, at activation and after (F-doc).
const PIN_RULE: PinRule = PinRule {
    digits: 6,
    max_run: 2,
    no_sequence: true,
    no_repeated_block: true,
    at_activation: true,
};

pub fn spec(card_type: &CardType) -> Result<CardTypeSpec, ProviderError> {
    let (model, form) = (model(card_type)?, card_form(card_type)?);
    let controls = card_type.metadata.as_ref().map(controls::rules);
    let controls = controls.unwrap_or_default();
    let code = card_type.fiat_currency.as_deref();
    let price_code = card_type.card_price_currency.as_deref().or(code);
    Ok(CardTypeSpec {
        provider_ref: card_type.card_type_id.clone(),
        name: card_type
            .card_name
            .clone()
            .unwrap_or_else(|| card_type.card_type_id.clone()),
        description: card_type.card_desc.clone(),
        model,
        form,
        brand: card_type.organization.as_deref().map(str::to_lowercase),
        country: card_type.country.clone(),
        currency: currency(code.ok_or_else(|| malformed("a card type without currency"))?)?,
        bin: card_type.bank_card_bin.clone(),
        online: is_online(card_type),
        issue_fee: money(card_type.card_price, price_code)?,
        initial_deposit: initial_deposit(card_type),
        deposit: deposit(card_type, model),
        deposit_fee: deposit_fee(card_type),
        retained_balance: card_type.balance_retention_quota,
        capabilities: capabilities(card_type, model, form, &controls),
        requirements: requirements(card_type, model, form),
        enrolment: form::form(card_type)?,
        controls,
        pin: match form {
            CardForm::Physical => Some(PIN_RULE),
            CardForm::Virtual => None,
        },
    })
}

/// `category=GIFT` is a gift card of whatever mode; else the mode decides (F-doc).
fn model(card_type: &CardType) -> Result<CardModel, ProviderError> {
    if is(card_type.category.as_deref(), "GIFT") {
        return Ok(CardModel::Gift);
    }
    match card_type.mode.as_deref() {
        Some("PREPAID_CARD") => Ok(CardModel::Card),
        Some("BUDGET_CARD") => Ok(CardModel::BudgetCard),
        other => Err(unknown_word("card mode", other.unwrap_or_default())),
    }
}

fn card_form(card_type: &CardType) -> Result<CardForm, ProviderError> {
    match card_type.form.as_deref() {
        word if is(word, "Virtual") => Ok(CardForm::Virtual),
        word if is(word, "Physical") => Ok(CardForm::Physical),
        other => Err(unknown_word("card form", other.unwrap_or_default())),
    }
}

fn is(word: Option<&str>, expected: &str) -> bool {
    word.is_some_and(|word| word.eq_ignore_ascii_case(expected))
}

/// Anything but the documented `online` counts as offline: nothing is issued by mistake.
fn is_online(card_type: &CardType) -> bool {
    is(card_type.status.as_deref(), "online")
}

fn initial_deposit(card_type: &CardType) -> Option<AmountRule> {
    let required = card_type.need_deposit_for_active_card?;
    let (min, max) = if required {
        let min = card_type.deposit_amount_min_quota_for_active_card;
        (min, card_type.deposit_amount_max_quota_for_active_card)
    } else {
        // `false` is "not supported", not "optional" (W-doc).
        (None, Some(Decimal::ZERO))
    };
    Some(AmountRule {
        required,
        min,
        max,
        decimals: decimals(card_type),
    })
}

fn deposit(card_type: &CardType, model: CardModel) -> Option<AmountRule> {
    takes_deposits(card_type, model).then(|| AmountRule {
        required: true,
        min: card_type.recharge_min_quota,
        max: card_type.recharge_max_quota,
        decimals: decimals(card_type),
    })
}

fn takes_deposits(card_type: &CardType, model: CardModel) -> bool {
    card_type.enable_deposit.unwrap_or(false) && moves_money(model)
}

/// Gift cards never do (F-doc).
fn moves_money(model: CardModel) -> bool {
    match model {
        CardModel::Card | CardModel::BudgetCard => true,
        CardModel::Gift => false,
    }
}

fn decimals(card_type: &CardType) -> Option<u32> {
    card_type
        .recharge_digital
        .and_then(|digits| u32::try_from(digits).ok())
}

fn deposit_fee(card_type: &CardType) -> Option<FeeRule> {
    let (rate, fixed) = (card_type.recharge_fee_rate, card_type.recharge_fixed_fee);
    (rate.is_some() || fixed.is_some()).then(|| FeeRule {
        rate_percent: rate.unwrap_or_default(),
        fixed: fixed.unwrap_or_default(),
    })
}

/// The switches of the type, less what gift cards never can (F-doc). Withdrawing, cancelling and the
/// note have no switch; PINs and activation are for physical cards.
fn capabilities(
    card_type: &CardType,
    model: CardModel,
    form: CardForm,
    controls: &ControlRules,
) -> Vec<OperationKind> {
    let on = |switch: Option<bool>| switch.unwrap_or(false);
    let own_money = moves_money(model);
    let freezes = on(card_type.enable_freeze) && own_money;
    let unfreezes = on(card_type.enable_un_freeze) && own_money;
    let physical = form == CardForm::Physical;
    [
        (
            OperationKind::Issue,
            on(card_type.enable_active_card) && is_online(card_type),
        ),
        (OperationKind::Deposit, takes_deposits(card_type, model)),
        (OperationKind::Withdraw, own_money),
        (OperationKind::Freeze, freezes),
        (OperationKind::Unfreeze, unfreezes),
        (OperationKind::Cancel, true),
        (OperationKind::Activate, physical),
        (OperationKind::SetPin, physical),
        (
            OperationKind::UpdateControls,
            *controls != ControlRules::default(),
        ),
        (OperationKind::UpdateNote, true),
    ]
    .into_iter()
    .filter_map(|(kind, able)| able.then_some(kind))
    .collect()
}

fn requirements(card_type: &CardType, model: CardModel, form: CardForm) -> Vec<Requirement> {
    [
        (
            Requirement::Cardholder,
            card_type.need_card_holder.unwrap_or(false),
        ),
        (Requirement::CardNumber, form == CardForm::Physical),
        (Requirement::Budget, model == CardModel::BudgetCard),
    ]
    .into_iter()
    .filter_map(|(requirement, needed)| needed.then_some(requirement))
    .collect()
}

#[cfg(test)]
mod tests;
