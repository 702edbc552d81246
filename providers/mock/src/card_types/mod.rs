//! What the mock issues from: invented programmes that show every shape the domain has.

mod form;
mod seeds;

use std::collections::HashMap;

use cardmux_domain::card::{CardForm, CardModel};
use cardmux_domain::card_type::{AmountRule, CardTypeSpec, FeeRule, Requirement};
use cardmux_domain::controls::{ControlRules, NoPinRule, SpendInterval, SpendRule};
use cardmux_domain::money::{Currency, Decimal, Money};
use cardmux_domain::operation::OperationKind;
use cardmux_domain::pin::PinRule;

use seeds::{SEEDS, Seed};

/// Four digits, as most cards have; the rest as strict as the domain can say it.
const PIN: PinRule = PinRule {
    digits: 4,
    max_run: 2,
    no_sequence: true,
    no_repeated_block: true,
    at_activation: true,
};

const PREPAID: &[OperationKind] = &[
    OperationKind::Issue,
    OperationKind::Deposit,
    OperationKind::Withdraw,
    OperationKind::Freeze,
    OperationKind::Unfreeze,
    OperationKind::Cancel,
    OperationKind::UpdateNote,
];
const GIFT: &[OperationKind] = &[
    OperationKind::Issue,
    OperationKind::Cancel,
    OperationKind::UpdateNote,
];

/// The types by their ref, and in their order.
pub(crate) struct CardTypes {
    pub(crate) all: Vec<CardTypeSpec>,
    places: HashMap<&'static str, usize>,
}

impl CardTypes {
    pub(crate) fn new() -> Self {
        let all: Vec<_> = SEEDS.iter().filter_map(spec).collect();
        let places = SEEDS
            .iter()
            .enumerate()
            .map(|(place, seed)| (seed.provider_ref, place));
        Self {
            all,
            places: places.collect(),
        }
    }

    pub(crate) fn get(&self, provider_ref: &str) -> Option<&CardTypeSpec> {
        self.all.get(*self.places.get(provider_ref)?)
    }
}

/// `None` only for a currency that does not exist, which the test below excludes.
fn spec(seed: &Seed) -> Option<CardTypeSpec> {
    let currency: Currency = seed.currency.parse().ok()?;
    let deposit = AmountRule {
        required: false,
        min: Some(Decimal::from(seed.deposit.0)),
        max: Some(Decimal::from(seed.deposit.1)),
        decimals: Some(currency.minor_digits()),
    };
    let gift = seed.model == CardModel::Gift;
    Some(CardTypeSpec {
        provider_ref: seed.provider_ref.to_owned(),
        name: seed.name.to_owned(),
        description: None,
        model: seed.model,
        form: seed.form,
        brand: Some(seed.brand.to_owned()),
        country: Some(seed.country.to_owned()),
        currency,
        bin: Some(seed.bin.to_owned()),
        online: seed.online,
        issue_fee: Some(Money::new(seed.issue_fee, currency)),
        initial_deposit: Some(AmountRule {
            required: gift,
            ..deposit.clone()
        }),
        deposit: (!gift).then_some(deposit),
        deposit_fee: (!gift).then_some(FeeRule {
            rate_percent: seed.deposit_fee_percent,
            fixed: Decimal::ZERO,
        }),
        retained_balance: None,
        capabilities: capabilities(seed),
        requirements: requirements(seed),
        enrolment: seed.needs_cardholder.then(form::short),
        controls: controls(seed),
        pin: (seed.form == CardForm::Physical).then_some(PIN),
    })
}

fn capabilities(seed: &Seed) -> Vec<OperationKind> {
    let plain = match seed.model {
        CardModel::Card | CardModel::BudgetCard => PREPAID,
        CardModel::Gift => GIFT,
    };
    let mut capabilities = plain.to_vec();
    if seed.controls {
        capabilities.push(OperationKind::UpdateControls);
    }
    if seed.form == CardForm::Physical {
        capabilities.extend([OperationKind::Activate, OperationKind::SetPin]);
    }
    if seed.needs_cardholder {
        capabilities.extend([OperationKind::Enrol, OperationKind::UpdateEnrolment]);
    }
    capabilities
}

fn requirements(seed: &Seed) -> Vec<Requirement> {
    [
        (seed.needs_cardholder, Requirement::Cardholder),
        (seed.form == CardForm::Physical, Requirement::CardNumber),
        (seed.model == CardModel::BudgetCard, Requirement::Budget),
    ]
    .into_iter()
    .filter_map(|(needed, requirement)| needed.then_some(requirement))
    .collect()
}

fn controls(seed: &Seed) -> ControlRules {
    if !seed.controls {
        return ControlRules::default();
    }
    ControlRules {
        spend_limits: [SpendInterval::PerTransaction, SpendInterval::Daily]
            .map(|interval| SpendRule {
                channel: None,
                interval,
            })
            .to_vec(),
        liftable: true,
        mcc_lists: true,
        no_pin_limit: (seed.form == CardForm::Physical).then_some(NoPinRule {
            min: Some(Decimal::ZERO),
            max: Some(Decimal::ONE_HUNDRED),
            default: Some(Decimal::TEN),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_types_are_all_there_under_their_refs() {
        let types = CardTypes::new();
        for seed in &SEEDS {
            assert_eq!(
                types.get(seed.provider_ref).unwrap().provider_ref,
                seed.provider_ref
            );
        }
    }
}
