//! The programmes, as data.

use cardmux_domain::card::{CardForm, CardModel};
use cardmux_domain::money::Decimal;

pub(super) struct Seed {
    pub(super) provider_ref: &'static str,
    pub(super) name: &'static str,
    pub(super) model: CardModel,
    pub(super) form: CardForm,
    pub(super) brand: &'static str,
    pub(super) country: &'static str,
    pub(super) currency: &'static str,
    pub(super) bin: &'static str,
    pub(super) online: bool,
    pub(super) needs_cardholder: bool,
    pub(super) controls: bool,
    pub(super) deposit: (i64, i64),
    pub(super) issue_fee: Decimal,
    pub(super) deposit_fee_percent: Decimal,
}

/// The plainest of them; the others say in what they differ.
const USD: Seed = Seed {
    provider_ref: "mock_usd",
    name: "Mock prepaid, US dollar",
    model: CardModel::Card,
    form: CardForm::Virtual,
    brand: "visa",
    country: "US",
    currency: "USD",
    bin: "400010",
    online: true,
    needs_cardholder: false,
    controls: true,
    deposit: (1, 10_000),
    issue_fee: Decimal::ONE,
    deposit_fee_percent: Decimal::ONE,
};

const EUR: Seed = Seed {
    provider_ref: "mock_eur",
    name: "Mock prepaid, euro",
    brand: "mastercard",
    country: "LT",
    currency: "EUR",
    bin: "510011",
    deposit: (5, 5_000),
    issue_fee: Decimal::ZERO,
    // 0.5 %
    deposit_fee_percent: Decimal::from_parts(5, 0, 0, false, 1),
    ..USD
};

pub(super) const SEEDS: [Seed; 8] = [
    USD,
    EUR,
    Seed {
        provider_ref: "mock_jpy",
        name: "Mock prepaid, yen: no decimals",
        country: "JP",
        currency: "JPY",
        bin: "400012",
        controls: false,
        deposit: (100, 1_000_000),
        issue_fee: Decimal::ONE_HUNDRED,
        ..USD
    },
    Seed {
        provider_ref: "mock_usd_offline",
        name: "Mock prepaid, switched off",
        bin: "400013",
        online: false,
        ..USD
    },
    Seed {
        provider_ref: "mock_eur_holder",
        name: "Mock prepaid, for a known cardholder",
        bin: "510014",
        needs_cardholder: true,
        deposit: (5, 50_000),
        deposit_fee_percent: Decimal::ONE,
        ..EUR
    },
    Seed {
        provider_ref: "mock_usd_physical",
        name: "Mock prepaid, of plastic",
        form: CardForm::Physical,
        bin: "400015",
        ..USD
    },
    Seed {
        provider_ref: "mock_usd_budget",
        name: "Mock, drawing on a budget",
        model: CardModel::BudgetCard,
        bin: "400016",
        deposit_fee_percent: Decimal::ZERO,
        ..USD
    },
    Seed {
        provider_ref: "mock_usd_gift",
        name: "Mock gift card",
        model: CardModel::Gift,
        bin: "400017",
        controls: false,
        ..USD
    },
];
