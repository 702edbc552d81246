//! The JSON of `card_types.rules`: what is shown and checked, but never searched by. Decimals are
//! text, exactly as the provider gave them.

use cardmux_domain::card_type::{AmountRule, CardTypeSpec, FeeRule};
use cardmux_domain::money::{Decimal, Money};
use serde::{Deserialize, Serialize};

use super::form::{ControlRulesJson, FormJson, PinJson};
use crate::store::convert::{Corrupt, from_json, parse, to_json};

pub(super) const COLUMN: &str = "card_types.rules";

#[derive(Serialize, Deserialize)]
pub(super) struct Rules {
    /// Amount and currency.
    issue_fee: Option<(String, String)>,
    initial_deposit: Option<Amount>,
    deposit: Option<Amount>,
    deposit_fee: Option<Fee>,
    retained_balance: Option<String>,
    capabilities: Vec<String>,
    requirements: Vec<String>,
    // Rows of the first version lack these until the next synchronisation.
    #[serde(default)]
    enrolment: Option<FormJson>,
    #[serde(default)]
    controls: ControlRulesJson,
    #[serde(default)]
    pin: Option<PinJson>,
}

#[derive(Serialize, Deserialize)]
struct Amount {
    required: bool,
    min: Option<String>,
    max: Option<String>,
    decimals: Option<u32>,
}

#[derive(Serialize, Deserialize)]
struct Fee {
    rate_percent: String,
    fixed: String,
}

impl Rules {
    pub fn of(spec: &CardTypeSpec) -> Self {
        Self {
            issue_fee: spec
                .issue_fee
                .map(|m| (m.amount.to_string(), m.currency.to_string())),
            initial_deposit: spec.initial_deposit.as_ref().map(Amount::of),
            deposit: spec.deposit.as_ref().map(Amount::of),
            deposit_fee: spec.deposit_fee.as_ref().map(Fee::of),
            retained_balance: spec.retained_balance.map(|d| d.to_string()),
            capabilities: texts(&spec.capabilities),
            requirements: texts(&spec.requirements),
            enrolment: spec.enrolment.clone().map(FormJson::from),
            controls: spec.controls.clone().into(),
            pin: spec.pin.map(PinJson::from),
        }
    }

    pub fn fill(self, spec: &mut CardTypeSpec) -> Result<(), Corrupt> {
        let Self {
            issue_fee,
            initial_deposit,
            deposit,
            deposit_fee,
            retained_balance,
            capabilities,
            requirements,
            enrolment,
            controls,
            pin,
        } = self;
        spec.issue_fee = match issue_fee {
            Some((amount, currency)) => Some(Money::new(
                parse(COLUMN, &amount)?,
                parse(COLUMN, &currency)?,
            )),
            None => None,
        };
        spec.initial_deposit = initial_deposit.map(Amount::into_rule).transpose()?;
        spec.deposit = deposit.map(Amount::into_rule).transpose()?;
        spec.deposit_fee = deposit_fee.map(Fee::into_rule).transpose()?;
        spec.retained_balance = decimal(retained_balance)?;
        spec.capabilities = capabilities
            .iter()
            .map(|text| parse(COLUMN, text))
            .collect::<Result<_, _>>()?;
        spec.requirements = requirements
            .iter()
            .map(|text| parse(COLUMN, text))
            .collect::<Result<_, _>>()?;
        spec.enrolment = enrolment.map(FormJson::read).transpose()?;
        spec.controls = controls.read()?;
        spec.pin = pin.map(PinJson::read);
        Ok(())
    }

    pub fn read(text: &str) -> Result<Self, Corrupt> {
        from_json(COLUMN, text)
    }

    pub fn write(&self) -> String {
        to_json(self)
    }
}

impl Amount {
    fn of(rule: &AmountRule) -> Self {
        let AmountRule {
            required,
            min,
            max,
            decimals,
        } = rule;
        Self {
            required: *required,
            min: min.map(|d| d.to_string()),
            max: max.map(|d| d.to_string()),
            decimals: *decimals,
        }
    }

    fn into_rule(self) -> Result<AmountRule, Corrupt> {
        let Self {
            required,
            min,
            max,
            decimals,
        } = self;
        Ok(AmountRule {
            required,
            min: decimal(min)?,
            max: decimal(max)?,
            decimals,
        })
    }
}

impl Fee {
    fn of(rule: &FeeRule) -> Self {
        let FeeRule {
            rate_percent,
            fixed,
        } = rule;
        Self {
            rate_percent: rate_percent.to_string(),
            fixed: fixed.to_string(),
        }
    }

    fn into_rule(self) -> Result<FeeRule, Corrupt> {
        let Self {
            rate_percent,
            fixed,
        } = self;
        Ok(FeeRule {
            rate_percent: parse(COLUMN, &rate_percent)?,
            fixed: parse(COLUMN, &fixed)?,
        })
    }
}

pub(super) fn decimal(text: Option<String>) -> Result<Option<Decimal>, Corrupt> {
    text.map(|text| parse(COLUMN, &text)).transpose()
}

pub(super) fn texts(values: &[impl ToString]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}
