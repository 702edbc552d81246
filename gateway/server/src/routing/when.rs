//! The conditions of a rule.

use cardmux_domain::money::Money;

use super::{Asked, Places};
use crate::config::When;

/// The first condition that is not met, by its name in the configuration. What a request leaves open
/// meets no condition about it.
pub(super) fn unmet(when: &When, asked: &Asked<'_>, places: &impl Places) -> Option<&'static str> {
    let When {
        model,
        form,
        currency,
        country,
        brand,
        customer_country,
        customer_type,
        amount_min,
        amount_max,
        label,
        metadata,
        healthy,
        unhealthy,
    } = when;
    let wish = asked.wish;
    let met = [
        ("model", one_of(model, wish.model.as_ref())),
        ("form", one_of(form, wish.form.as_ref())),
        ("currency", one_of(currency, wish.currency.as_ref())),
        ("country", text_of(country, wish.country.as_deref())),
        ("brand", text_of(brand, wish.brand.as_deref())),
        (
            "customer_country",
            text_of(customer_country, asked.customer_country),
        ),
        (
            "customer_type",
            one_of(customer_type, asked.customer_kind.as_ref()),
        ),
        (
            "amount_min",
            bound(*amount_min, asked.amount, |bound, amount| amount >= bound),
        ),
        (
            "amount_max",
            bound(*amount_max, asked.amount, |bound, amount| amount <= bound),
        ),
        ("label", text_of(label, asked.label)),
        (
            "metadata",
            metadata
                .iter()
                .all(|(key, value)| asked.metadata.get(key) == Some(value)),
        ),
        (
            "healthy",
            healthy.iter().all(|instance| places.is_healthy(instance)),
        ),
        (
            "unhealthy",
            unhealthy.is_empty() || unhealthy.iter().any(|i| !places.is_healthy(i)),
        ),
    ];
    met.into_iter()
        .find_map(|(name, met)| (!met).then_some(name))
}

fn one_of<T: PartialEq>(allowed: &[T], given: Option<&T>) -> bool {
    allowed.is_empty() || given.is_some_and(|given| allowed.contains(given))
}

fn text_of(allowed: &[String], given: Option<&str>) -> bool {
    allowed.is_empty()
        || given.is_some_and(|given| allowed.iter().any(|a| a.eq_ignore_ascii_case(given)))
}

fn bound(
    bound: Option<Money>,
    amount: Option<Money>,
    holds: impl Fn(cardmux_domain::money::Decimal, cardmux_domain::money::Decimal) -> bool,
) -> bool {
    let Some(bound) = bound else { return true };
    amount
        .is_some_and(|given| given.currency == bound.currency && holds(bound.amount, given.amount))
}
