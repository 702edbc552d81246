//! The part of `card_types.rules` about customers, controls and PINs.

use cardmux_domain::card_type::EnrolmentForm;
use cardmux_domain::controls::{ControlRules, NoPinRule, SpendRule};
use cardmux_domain::customer::form::{FieldRule, JointLength};
use cardmux_domain::pin::PinRule;
use serde::{Deserialize, Serialize};

use super::rules::{COLUMN, decimal};
use crate::store::convert::{Corrupt, parse};

#[derive(Serialize, Deserialize)]
pub(super) struct FormJson {
    name: String,
    fields: Vec<FieldJson>,
    max_cards: Option<u32>,
    #[serde(default)]
    takes_share_token: bool,
}

#[derive(Serialize, Deserialize)]
struct FieldJson {
    field: String,
    required: bool,
    format: String,
    min_length: Option<u32>,
    max_length: Option<u32>,
    pattern: Option<String>,
    allowed: Vec<String>,
    denied: Vec<String>,
    reference: Option<String>,
    /// The other field, and the length of both.
    joint_length: Option<(String, u32)>,
}

#[derive(Default, Serialize, Deserialize)]
pub(super) struct ControlRulesJson {
    #[serde(default)]
    spend_limits: Vec<SpendRuleJson>,
    #[serde(default)]
    liftable: bool,
    mcc_lists: bool,
    no_pin_limit: Option<NoPinJson>,
}

#[derive(Serialize, Deserialize)]
struct NoPinJson {
    min: Option<String>,
    max: Option<String>,
    default: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct PinJson {
    digits: u32,
    max_run: u32,
    no_sequence: bool,
    no_repeated_block: bool,
    #[serde(default)]
    at_activation: bool,
}

impl From<EnrolmentForm> for FormJson {
    fn from(form: EnrolmentForm) -> Self {
        let EnrolmentForm {
            name,
            fields,
            max_cards,
            takes_share_token,
        } = form;
        Self {
            name,
            fields: fields.into_iter().map(FieldJson::from).collect(),
            max_cards,
            takes_share_token,
        }
    }
}

impl FormJson {
    pub fn read(self) -> Result<EnrolmentForm, Corrupt> {
        let Self {
            name,
            fields,
            max_cards,
            takes_share_token,
        } = self;
        Ok(EnrolmentForm {
            name,
            fields: fields
                .into_iter()
                .map(FieldJson::read)
                .collect::<Result<_, _>>()?,
            max_cards,
            takes_share_token,
        })
    }
}

impl From<FieldRule> for FieldJson {
    fn from(rule: FieldRule) -> Self {
        let FieldRule {
            field,
            required,
            format,
            min_length,
            max_length,
            pattern,
            allowed,
            denied,
            reference,
            joint_length,
        } = rule;
        Self {
            field: field.to_string(),
            required,
            format: format.to_string(),
            min_length,
            max_length,
            pattern,
            allowed,
            denied,
            reference: reference.map(|list| list.to_string()),
            joint_length: joint_length.map(|JointLength { with, max }| (with.to_string(), max)),
        }
    }
}

impl FieldJson {
    fn read(self) -> Result<FieldRule, Corrupt> {
        let Self {
            field,
            required,
            format,
            min_length,
            max_length,
            pattern,
            allowed,
            denied,
            reference,
            joint_length,
        } = self;
        let joint_length = match joint_length {
            Some((with, max)) => Some(JointLength {
                with: parse(COLUMN, &with)?,
                max,
            }),
            None => None,
        };
        Ok(FieldRule {
            field: parse(COLUMN, &field)?,
            required,
            format: parse(COLUMN, &format)?,
            min_length,
            max_length,
            pattern,
            allowed,
            denied,
            reference: reference.map(|list| parse(COLUMN, &list)).transpose()?,
            joint_length,
        })
    }
}

impl From<ControlRules> for ControlRulesJson {
    fn from(rules: ControlRules) -> Self {
        let ControlRules {
            spend_limits,
            liftable,
            mcc_lists,
            no_pin_limit,
        } = rules;
        let no_pin_limit = no_pin_limit.map(|NoPinRule { min, max, default }| NoPinJson {
            min: min.map(|d| d.to_string()),
            max: max.map(|d| d.to_string()),
            default: default.map(|d| d.to_string()),
        });
        Self {
            spend_limits: spend_limits.into_iter().map(write_spend_rule).collect(),
            liftable,
            mcc_lists,
            no_pin_limit,
        }
    }
}

impl ControlRulesJson {
    pub fn read(self) -> Result<ControlRules, Corrupt> {
        let Self {
            spend_limits,
            liftable,
            mcc_lists,
            no_pin_limit,
        } = self;
        let no_pin_limit = match no_pin_limit {
            Some(NoPinJson { min, max, default }) => Some(NoPinRule {
                min: decimal(min)?,
                max: decimal(max)?,
                default: decimal(default)?,
            }),
            None => None,
        };
        let spend_limits = spend_limits.into_iter().map(read_spend_rule);
        Ok(ControlRules {
            spend_limits: spend_limits.collect::<Result<_, _>>()?,
            liftable,
            mcc_lists,
            no_pin_limit,
        })
    }
}

/// Channel and interval.
type SpendRuleJson = (Option<String>, String);

fn write_spend_rule(SpendRule { channel, interval }: SpendRule) -> SpendRuleJson {
    (
        channel.map(|channel| channel.to_string()),
        interval.to_string(),
    )
}

fn read_spend_rule((channel, interval): SpendRuleJson) -> Result<SpendRule, Corrupt> {
    Ok(SpendRule {
        channel: channel.map(|text| parse(COLUMN, &text)).transpose()?,
        interval: parse(COLUMN, &interval)?,
    })
}

impl From<PinRule> for PinJson {
    fn from(rule: PinRule) -> Self {
        let PinRule {
            digits,
            max_run,
            no_sequence,
            no_repeated_block,
            at_activation,
        } = rule;
        Self {
            digits,
            max_run,
            no_sequence,
            no_repeated_block,
            at_activation,
        }
    }
}

impl PinJson {
    pub fn read(self) -> PinRule {
        let Self {
            digits,
            max_run,
            no_sequence,
            no_repeated_block,
            at_activation,
        } = self;
        PinRule {
            digits,
            max_run,
            no_sequence,
            no_repeated_block,
            at_activation,
        }
    }
}
