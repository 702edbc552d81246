//! What the mock issues from: invented programmes that show every shape the domain has today.

use std::collections::HashMap;

use cardmux_domain::card::{CardForm, CardModel};
use cardmux_domain::card_type::{AmountRule, CardTypeSpec, FeeRule, Requirement};
use cardmux_domain::money::{Currency, Decimal, Money};
use cardmux_domain::operation::OperationKind;
use strum::VariantArray;

struct Seed {
    provider_ref: &'static str,
    name: &'static str,
    brand: &'static str,
    country: &'static str,
    currency: &'static str,
    online: bool,
    needs_cardholder: bool,
    deposit: (i64, i64),
    issue_fee: Decimal,
    deposit_fee_percent: Decimal,
}

const SEEDS: [Seed; 5] = [
    Seed {
        provider_ref: "mock_usd",
        name: "Mock prepaid, US dollar",
        brand: "visa",
        country: "US",
        currency: "USD",
        online: true,
        needs_cardholder: false,
        deposit: (1, 10_000),
        issue_fee: Decimal::ONE,
        deposit_fee_percent: Decimal::ONE,
    },
    Seed {
        provider_ref: "mock_eur",
        name: "Mock prepaid, euro",
        brand: "mastercard",
        country: "LT",
        currency: "EUR",
        online: true,
        needs_cardholder: false,
        deposit: (5, 5_000),
        issue_fee: Decimal::ZERO,
        // 0.5 %
        deposit_fee_percent: Decimal::from_parts(5, 0, 0, false, 1),
    },
    Seed {
        provider_ref: "mock_jpy",
        name: "Mock prepaid, yen: no decimals",
        brand: "visa",
        country: "JP",
        currency: "JPY",
        online: true,
        needs_cardholder: false,
        deposit: (100, 1_000_000),
        issue_fee: Decimal::ONE_HUNDRED,
        deposit_fee_percent: Decimal::ONE,
    },
    Seed {
        provider_ref: "mock_usd_offline",
        name: "Mock prepaid, switched off",
        brand: "visa",
        country: "US",
        currency: "USD",
        online: false,
        needs_cardholder: false,
        deposit: (1, 10_000),
        issue_fee: Decimal::ONE,
        deposit_fee_percent: Decimal::ONE,
    },
    Seed {
        provider_ref: "mock_eur_holder",
        name: "Mock prepaid, for a known cardholder",
        brand: "mastercard",
        country: "LT",
        currency: "EUR",
        online: true,
        needs_cardholder: true,
        deposit: (5, 50_000),
        issue_fee: Decimal::ZERO,
        deposit_fee_percent: Decimal::ONE,
    },
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
    Some(CardTypeSpec {
        provider_ref: seed.provider_ref.to_owned(),
        name: seed.name.to_owned(),
        description: None,
        model: CardModel::Card,
        form: CardForm::Virtual,
        brand: Some(seed.brand.to_owned()),
        country: Some(seed.country.to_owned()),
        currency,
        bin: None,
        online: seed.online,
        issue_fee: Some(Money::new(seed.issue_fee, currency)),
        initial_deposit: Some(deposit.clone()),
        deposit: Some(deposit),
        deposit_fee: Some(FeeRule {
            rate_percent: seed.deposit_fee_percent,
            fixed: Decimal::ZERO,
        }),
        retained_balance: None,
        capabilities: OperationKind::VARIANTS.to_vec(),
        requirements: if seed.needs_cardholder {
            vec![Requirement::Cardholder]
        } else {
            Vec::new()
        },
    })
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
