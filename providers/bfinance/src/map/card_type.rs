//! From a card type, and what is set about it, to the domain's.

use cardmux_domain::card::{CardForm, CardModel};
use cardmux_domain::card_type::{AmountRule, CardTypeSpec, Requirement};
use cardmux_domain::money::Money;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::ProviderError;

use super::{controls, currency, customer, malformed};
use crate::settings::{CustomerNeed, Rules, TypeRule};
use crate::wire::card_type::CardType;

pub fn spec(card_type: CardType, rules: &Rules) -> Result<CardTypeSpec, ProviderError> {
    let CardType {
        id,
        name,
        card_currency,
        price,
        brand,
    } = card_type;
    let id = id.ok_or_else(|| malformed("a card type without id"))?;
    let code = card_currency.ok_or_else(|| malformed("a card type without currency"))?;
    let rule = rules.types.of(&id);
    let model = rule.model();
    let own_money = model == CardModel::Card;
    Ok(CardTypeSpec {
        name: name.unwrap_or_else(|| id.clone()),
        description: None,
        model,
        form: rule.form(),
        brand: brand.map(|brand| brand.to_lowercase()),
        country: rule.country.clone(),
        currency: currency(&code)?,
        bin: None,
        // Only types that are active for us are listed (S2).
        online: true,
        issue_fee: price.map(|price| Money::new(price, rules.price_currency)),
        initial_deposit: own_money.then(|| AmountRule {
            required: !rules.min_initial_balance.is_zero(),
            min: Some(rules.min_initial_balance),
            max: None,
            // An integer (D).
            decimals: Some(0),
        }),
        deposit: own_money.then_some(AmountRule {
            required: true,
            min: Some(rules.min_top_up),
            max: None,
            decimals: Some(2),
        }),
        deposit_fee: None,
        retained_balance: None,
        capabilities: capabilities(&rule, model),
        requirements: requirements(&rule, model, rules),
        enrolment: match rule.customer {
            CustomerNeed::None => None,
            CustomerNeed::Optional | CustomerNeed::Required => {
                Some(customer::form(rule.customer_form, rules.customer_shape))
            }
        },
        controls: controls::rules(model),
        pin: rules.pin_policy.rule(),
        provider_ref: id,
    })
}

/// No page says what a type can do; these are the calls of its family (dossier 4.1, 5.3, 6).
fn capabilities(rule: &TypeRule, model: CardModel) -> Vec<OperationKind> {
    let own_money = model == CardModel::Card;
    let physical = rule.form() == CardForm::Physical;
    [
        (OperationKind::Issue, true),
        (OperationKind::Deposit, own_money),
        (OperationKind::Withdraw, own_money),
        (OperationKind::Freeze, true),
        (OperationKind::Unfreeze, true),
        (OperationKind::Cancel, true),
        (OperationKind::SetPin, true),
        (OperationKind::UpdateControls, true),
        (OperationKind::OrderPhysical, physical),
        (OperationKind::Activate, physical),
        (OperationKind::OpenDispute, true),
        (OperationKind::CancelDispute, true),
    ]
    .into_iter()
    .filter_map(|(kind, able)| able.then_some(kind))
    .collect()
}

/// bfinance's own budget of a budget card is in the settings, so that none is asked for; where we
/// decide, the card draws on one of the gateway's ledger besides.
fn requirements(rule: &TypeRule, model: CardModel, rules: &Rules) -> Vec<Requirement> {
    let decided_by_us = rules.partner_managed && model == CardModel::BudgetCard;
    let required = rule.customer == CustomerNeed::Required;
    [
        (Requirement::Cardholder, required),
        (Requirement::Budget, decided_by_us),
        (Requirement::CardholderName, !required || rule.names_always),
    ]
    .into_iter()
    .filter_map(|(requirement, needed)| needed.then_some(requirement))
    .collect()
}
