use cardmux_domain::controls::{Controls, Enforcer, Mcc, SpendLimit};
use cardmux_domain::money::{Currency, Money};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{MoneyDto, open};
use crate::app::{AppError, FieldProblem};

/// What a card may be used for, as far as its provider enforces it; null is not known.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CardControls)]
pub struct CardControlsDto {
    /// `provider`, always; what the gateway enforces are spend controls.
    #[schema(value_type = open::EnforcedBy)]
    pub enforced_by: String,
    pub spend_limits: Option<Vec<SpendLimitDto>>,
    /// Merchant category codes (ISO 18245): only these.
    pub allowed_mccs: Option<Vec<String>>,
    /// None of these.
    pub blocked_mccs: Option<Vec<String>>,
    /// Payments up to this amount need no PIN.
    pub no_pin_limit: Option<MoneyDto>,
}

/// What a card may be used for, for its provider to enforce. A part left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Controls, example = json!({"spendLimits": [{"interval": "daily", "amount": {"amount": "500.00", "currency": "USD"}}], "blockedMccs": ["7995"]}))]
pub struct ControlsDto {
    /// An empty list lifts all limits.
    pub spend_limits: Option<Vec<SpendLimitDto>>,
    /// Merchant category codes (ISO 18245): only these; an empty list lifts the restriction. Not
    /// together with `blockedMccs`.
    #[schema(example = json!(["5999"]))]
    pub allowed_mccs: Option<Vec<String>>,
    /// None of these.
    pub blocked_mccs: Option<Vec<String>>,
    /// Payments up to this amount need no PIN.
    pub no_pin_limit: Option<MoneyDto>,
}

/// At most this amount over the interval.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SpendLimit)]
pub struct SpendLimitDto {
    /// Which of them, the card type says.
    #[schema(value_type = open::SpendInterval)]
    pub interval: String,
    /// Where the card type has limits of its own for it; absent for a limit on payments of every kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<open::SpendChannel>)]
    pub channel: Option<String>,
    pub amount: MoneyDto,
}

impl CardControlsDto {
    pub fn new(controls: Controls, currency: Currency) -> Self {
        let Controls {
            spend_limits,
            allowed_mccs,
            blocked_mccs,
            no_pin_limit,
        } = controls;
        let codes = |mccs: Vec<Mcc>| mccs.iter().map(ToString::to_string).collect();
        let limit = |SpendLimit {
                         channel,
                         interval,
                         amount,
                     }| SpendLimitDto {
            interval: interval.to_string(),
            channel: channel.map(|channel| channel.to_string()),
            amount: Money::new(amount, currency).into(),
        };
        Self {
            enforced_by: Enforcer::Provider.to_string(),
            spend_limits: spend_limits.map(|limits| limits.into_iter().map(limit).collect()),
            allowed_mccs: allowed_mccs.map(codes),
            blocked_mccs: blocked_mccs.map(codes),
            no_pin_limit: no_pin_limit.map(|amount| Money::new(amount, currency).into()),
        }
    }
}

impl ControlsDto {
    /// The change this asks for, of a card in that currency.
    pub fn parse(self, currency: Currency) -> Result<Controls, AppError> {
        let Self {
            spend_limits,
            allowed_mccs,
            blocked_mccs,
            no_pin_limit,
        } = self;
        let mut problems = Vec::new();
        let limits = spend_limits.map(|limits| {
            let limits = limits.into_iter().enumerate();
            limits
                .filter_map(|(at, limit)| limit.parse(at, currency, &mut problems))
                .collect()
        });
        let allowed = allowed_mccs.map(|codes| parse_codes("allowedMccs", codes, &mut problems));
        let blocked = blocked_mccs.map(|codes| parse_codes("blockedMccs", codes, &mut problems));
        let no_pin = no_pin_limit
            .and_then(|money| in_currency("/noPinLimit", &money, currency, &mut problems));
        if !problems.is_empty() {
            return Err(AppError::Invalid(problems));
        }
        Ok(Controls {
            spend_limits: limits,
            allowed_mccs: allowed,
            blocked_mccs: blocked,
            no_pin_limit: no_pin.map(|money| money.amount),
        })
    }
}

impl SpendLimitDto {
    fn parse(
        self,
        at: usize,
        currency: Currency,
        problems: &mut Vec<FieldProblem>,
    ) -> Option<SpendLimit> {
        let Self {
            interval,
            channel,
            amount,
        } = self;
        let channel = channel.map(|channel| channel.parse()).transpose();
        let channel = channel.map_err(|_| {
            let at = format!("/spendLimits/{at}/channel");
            let detail = "must be a channel the card type lists";
            problems.push(FieldProblem::body(at, "bad_value", detail));
        });
        let interval = interval.parse().map_err(|_| {
            let at = format!("/spendLimits/{at}/interval");
            let detail = "must be an interval the card type lists";
            problems.push(FieldProblem::body(at, "bad_value", detail));
        });
        let pointer = format!("/spendLimits/{at}/amount");
        let money = in_currency(&pointer, &amount, currency, problems);
        Some(SpendLimit {
            channel: channel.ok()?,
            interval: interval.ok()?,
            amount: money?.amount,
        })
    }
}

fn parse_codes(name: &str, codes: Vec<String>, problems: &mut Vec<FieldProblem>) -> Vec<Mcc> {
    let codes = codes.into_iter().enumerate();
    codes
        .filter_map(|(at, code)| {
            let parsed = code.parse::<Mcc>();
            if let Err(error) = &parsed {
                let at = format!("/{name}/{at}");
                problems.push(FieldProblem::body(at, "bad_format", error.to_string()));
            }
            parsed.ok()
        })
        .collect()
}

/// Money in the currency it must be in.
pub fn in_currency(
    pointer: &str,
    money: &MoneyDto,
    currency: Currency,
    problems: &mut Vec<FieldProblem>,
) -> Option<Money> {
    match money.parse(pointer) {
        Ok(money) if money.currency == currency => return Some(money),
        Ok(_) => {
            let at = format!("{pointer}/currency");
            let detail = format!("must be {currency}");
            problems.push(FieldProblem::body(at, "currency_mismatch", detail));
        }
        Err(found) => problems.extend(found),
    }
    None
}
