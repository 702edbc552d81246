//! From a product of the settings to the domain's card type.

use cardmux_domain::card::CardModel;
use cardmux_domain::card_type::{CardTypeSpec, Requirement};
use cardmux_domain::controls::ControlRules;
use cardmux_domain::operation::OperationKind;

use super::customer;
use crate::settings::Product;

pub fn spec(product: &Product) -> CardTypeSpec {
    CardTypeSpec {
        provider_ref: product.card_type_ref(),
        name: product.name.clone(),
        description: None,
        // The money is kept by us, either way: FINCI asks (D).
        model: product.model(),
        form: product.form(),
        // FINCI issues Mastercard alone (D).
        brand: Some("mastercard".to_owned()),
        // FINCI is an institution of Lithuania.
        country: Some("LT".to_owned()),
        currency: product.currency,
        bin: None,
        online: true,
        issue_fee: None,
        initial_deposit: None,
        deposit: None,
        deposit_fee: None,
        retained_balance: None,
        capabilities: capabilities(product),
        requirements: requirements(product),
        enrolment: Some(customer::form(product.owner)),
        controls: ControlRules::default(),
        pin: None,
    }
}

fn requirements(product: &Product) -> Vec<Requirement> {
    let budget = (product.model() == CardModel::BudgetCard).then_some(Requirement::Budget);
    let holder = [Requirement::Cardholder, Requirement::CardholderName];
    holder.into_iter().chain(budget).collect()
}

fn capabilities(product: &Product) -> Vec<OperationKind> {
    [
        (OperationKind::Issue, true),
        (OperationKind::Freeze, true),
        (OperationKind::Unfreeze, true),
        (OperationKind::Cancel, true),
        (OperationKind::OrderPhysical, product.plastic),
    ]
    .into_iter()
    .filter_map(|(kind, able)| able.then_some(kind))
    .collect()
}
