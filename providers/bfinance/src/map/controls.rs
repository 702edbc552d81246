//! Spend limits, in both directions: six of a plain card, four of a budget card (D).

use cardmux_domain::card::CardModel;
use cardmux_domain::controls::{
    ControlRules, Controls, SpendChannel, SpendInterval, SpendLimit, SpendRule,
};
use cardmux_domain::money::Decimal;

use crate::wire::limits::{Channel, Limit, Limits};

/// bfinance's words for the limits of a plain card.
const LIMITS: [(&str, SpendChannel, SpendInterval); 6] = [
    (
        "ecommerce-daily",
        SpendChannel::Ecommerce,
        SpendInterval::Daily,
    ),
    (
        "ecommerce-monthly",
        SpendChannel::Ecommerce,
        SpendInterval::Monthly,
    ),
    (
        "ecommerce-transaction",
        SpendChannel::Ecommerce,
        SpendInterval::PerTransaction,
    ),
    ("pos-daily", SpendChannel::Pos, SpendInterval::Daily),
    ("pos-monthly", SpendChannel::Pos, SpendInterval::Monthly),
    (
        "pos-transaction",
        SpendChannel::Pos,
        SpendInterval::PerTransaction,
    ),
];

/// And for those of a budget card, which tell no channels apart.
const VELOCITIES: [(&str, SpendInterval); 4] = [
    ("DAY", SpendInterval::Daily),
    ("WEEK", SpendInterval::Weekly),
    ("MONTH", SpendInterval::Monthly),
    ("LIFETIME", SpendInterval::Lifetime),
];

/// No call lifts a limit.
pub fn rules(model: CardModel) -> ControlRules {
    let spend_limits = match model {
        CardModel::Card => LIMITS
            .map(|(_, channel, interval)| SpendRule {
                channel: Some(channel),
                interval,
            })
            .to_vec(),
        CardModel::BudgetCard => VELOCITIES
            .map(|(_, interval)| SpendRule {
                channel: None,
                interval,
            })
            .to_vec(),
        CardModel::Gift => Vec::new(),
    };
    ControlRules {
        spend_limits,
        liftable: false,
        mcc_lists: false,
        no_pin_limit: None,
    }
}

pub fn limit_word(limit: &SpendLimit) -> Option<&'static str> {
    let known = LIMITS.iter().find(|(_, channel, interval)| {
        limit.channel == Some(*channel) && limit.interval == *interval
    });
    known.map(|(word, _, _)| *word)
}

pub fn velocity_word(limit: &SpendLimit) -> Option<&'static str> {
    let known = VELOCITIES
        .iter()
        .find(|(_, interval)| limit.channel.is_none() && limit.interval == *interval);
    known.map(|(word, _)| *word)
}

/// The limits a card has; one without a figure is none.
pub fn of_card(limits: Limits) -> Controls {
    let Limits { ecommerce, pos } = limits;
    let mut found = Vec::new();
    for (channel, limits) in [
        (SpendChannel::Ecommerce, ecommerce),
        (SpendChannel::Pos, pos),
    ] {
        let Channel {
            daily,
            monthly,
            transaction,
        } = limits.unwrap_or_default();
        let of = |interval, limit: Option<Limit>| {
            Some(SpendLimit {
                channel: Some(channel),
                interval,
                amount: limit.and_then(|limit| limit.limit).filter(is_set)?,
            })
        };
        found.extend(of(SpendInterval::Daily, daily));
        found.extend(of(SpendInterval::Monthly, monthly));
        found.extend(of(SpendInterval::PerTransaction, transaction));
    }
    Controls {
        spend_limits: Some(found),
        ..Controls::default()
    }
}

/// Whether zero is "none" or "nothing" is not documented: it is shown as it is.
fn is_set(amount: &Decimal) -> bool {
    !amount.is_sign_negative()
}
