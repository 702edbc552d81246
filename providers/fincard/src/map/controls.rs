//! Spend limits, merchant categories and the amount without PIN, in both directions.

use cardmux_domain::controls::{
    ControlRules, Controls, Mcc, NoPinRule, SpendInterval, SpendLimit, SpendRule,
};
use cardmux_domain::money::Decimal;
use cardmux_provider_kit::json;

use crate::wire::card::{RiskControls, SpendingControl};
use crate::wire::card_type::Metadata;
use crate::wire::change;

/// What a card says about its controls. A part that cannot be read whole is left out: half a list
/// would look like all of it.
pub fn of_card(
    no_pin_payment_amount: Option<Decimal>,
    spending_controls: Option<Vec<SpendingControl>>,
    risk_controls: Option<RiskControls>,
) -> Option<Controls> {
    let RiskControls {
        allowed_mcc,
        blocked_mcc,
    } = risk_controls.unwrap_or_default();
    let controls = Controls {
        spend_limits: spending_controls.and_then(|controls| controls.iter().map(limit).collect()),
        allowed_mccs: allowed_mcc.and_then(codes),
        blocked_mccs: blocked_mcc.and_then(codes),
        no_pin_limit: no_pin_payment_amount,
    };
    (!controls.is_empty()).then_some(controls)
}

fn limit(control: &SpendingControl) -> Option<SpendLimit> {
    Some(SpendLimit {
        channel: None,
        interval: interval(control.interval.as_deref()?)?,
        amount: control.amount?,
    })
}

fn codes(codes: Vec<String>) -> Option<Vec<Mcc>> {
    codes.iter().map(|code| code.trim().parse().ok()).collect()
}

/// Only `PER_TRANSACTION` was ever seen; the others are spelled alike (Inf, dossier section 11,
/// no. 18).
fn interval(word: &str) -> Option<SpendInterval> {
    word.to_lowercase().parse().ok()
}

/// Limits as they are sent.
pub fn spending(limits: &[SpendLimit]) -> Vec<change::SpendingControl> {
    limits
        .iter()
        .map(|limit| change::SpendingControl {
            interval: limit.interval.to_string().to_uppercase(),
            amount: json::number(limit.amount),
        })
        .collect()
}

/// What can be set on cards of a type.
pub fn rules(metadata: &Metadata) -> ControlRules {
    let on = |switch: Option<bool>| switch.unwrap_or(false);
    let no_pin = on(metadata.support_setting_no_pin_payment_amount).then_some(NoPinRule {
        min: metadata.no_pin_payment_amount_min_quota,
        max: metadata.no_pin_payment_amount_max_quota,
        default: metadata.default_no_pin_payment_amount,
    });
    let spend_limits: Vec<SpendRule> = metadata
        .spending_controls
        .iter()
        .filter(|control| on(control.support_setting))
        .filter_map(|control| interval(control.interval.as_deref()?))
        .map(|interval| SpendRule {
            channel: None,
            interval,
        })
        .collect();
    ControlRules {
        liftable: !spend_limits.is_empty(),
        spend_limits,
        mcc_lists: on(metadata.support_setting_mcc),
        no_pin_limit: no_pin,
    }
}
