//! What amounts a card type takes, and what it charges.

use cardmux_domain::card_type::{AmountRule, CardTypeSpec, FeeRule};
use cardmux_domain::money::{Decimal, Money};
use rust_decimal::RoundingStrategy;

use crate::error::Refusal;

pub(super) fn check(
    money: Money,
    card_type: &CardTypeSpec,
    rule: Option<&AmountRule>,
) -> Result<(), Refusal> {
    let decimals = rule
        .and_then(|rule| rule.decimals)
        .unwrap_or_else(|| card_type.currency.minor_digits());
    let fits = money.is_positive()
        && money.currency == card_type.currency
        && money.amount.normalize().scale() <= decimals
        && rule
            .and_then(|rule| rule.min)
            .is_none_or(|min| money.amount >= min)
        && rule
            .and_then(|rule| rule.max)
            .is_none_or(|max| money.amount <= max);
    if fits {
        Ok(())
    } else {
        Err(Refusal::BadAmount)
    }
}

/// In whole minor units, half up, as an invoice would show it.
pub(super) fn fee(rule: &FeeRule, amount: Money) -> Money {
    let exact = amount.amount * rule.rate_percent / Decimal::ONE_HUNDRED + rule.fixed;
    let digits = amount.currency.minor_digits();
    let rounded = exact.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero);
    Money::new(rounded, amount.currency)
}
