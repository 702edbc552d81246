//! The part of a card type about customers, controls and PINs: enough to build a form from.

use cardmux_domain::card_type::EnrolmentForm;
use cardmux_domain::controls::{ControlRules, NoPinRule, SpendRule};
use cardmux_domain::customer::form::{FieldRule, JointLength};
use cardmux_domain::money::{Currency, Decimal, Money};
use cardmux_domain::pin::PinRule;
use serde::Serialize;
use utoipa::ToSchema;

use super::{MoneyDto, open};

/// The form a customer is enrolled with.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EnrolmentForm)]
pub struct EnrolmentFormDto {
    /// The provider's word for the form.
    pub name: String,
    pub fields: Vec<FieldRuleDto>,
    /// How many cards one enrolment may have.
    pub max_cards: Option<u32>,
    /// The share token of an identity service can take the place of the fields.
    pub takes_share_token: bool,
}

/// One field of a form.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FieldRule)]
pub struct FieldRuleDto {
    /// Where the field is in the JSON of a customer (RFC 6901).
    #[schema(example = "/address/line1")]
    pub pointer: String,
    pub required: bool,
    #[schema(value_type = open::FieldFormat)]
    pub format: String,
    pub min_length: Option<u32>,
    pub max_length: Option<u32>,
    /// A regular expression the whole value must match.
    pub pattern: Option<String>,
    /// Where not empty, only these.
    pub allowed: Vec<String>,
    /// None of these.
    pub denied: Vec<String>,
    /// The list under `/v1/reference` the value is a code of.
    pub reference: Option<String>,
    /// The longest this field and another one may be together, with one blank between.
    pub joint_length: Option<JointLengthDto>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JointLength)]
pub struct JointLengthDto {
    /// The pointer of the other field.
    pub with: String,
    pub max: u32,
}

/// A kind of spend limit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SpendRule)]
pub struct SpendRuleDto {
    #[schema(value_type = open::SpendInterval)]
    pub interval: String,
    /// Absent where payments of every kind count.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<open::SpendChannel>)]
    pub channel: Option<String>,
}

/// Which controls cards of a type take.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ControlRules)]
pub struct ControlRulesDto {
    /// Who keeps what is set: `provider`, or `none` where nothing can be set.
    #[schema(value_type = open::EnforcedBy)]
    pub enforced_by: String,
    /// What spend limits can be set for.
    pub spend_limits: Vec<SpendRuleDto>,
    /// Limits once set can be lifted again by an empty list; elsewhere they can only be changed.
    pub liftable: bool,
    /// Whether merchant categories can be allowed or blocked.
    pub mcc_lists: bool,
    /// Bounds of the amount that needs no PIN; null where it cannot be set.
    pub no_pin_limit: Option<NoPinRuleDto>,
}

/// Bounds of an amount, both ends included.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NoPinRule)]
pub struct NoPinRuleDto {
    pub min: Option<MoneyDto>,
    pub max: Option<MoneyDto>,
    pub default: Option<MoneyDto>,
}

/// What makes a PIN acceptable.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PinRule)]
pub struct PinRuleDto {
    pub digits: u32,
    /// The longest run of one digit that is taken.
    pub max_run: u32,
    /// Whether wholly ascending or descending digits are refused.
    pub no_sequence: bool,
    /// Whether a block of two or three digits, repeated, is refused.
    pub no_repeated_block: bool,
    /// Given when a physical card is activated, not afterwards.
    pub at_activation: bool,
}

impl From<EnrolmentForm> for EnrolmentFormDto {
    fn from(form: EnrolmentForm) -> Self {
        let EnrolmentForm {
            name,
            fields,
            max_cards,
            takes_share_token,
        } = form;
        Self {
            name,
            fields: fields.into_iter().map(FieldRuleDto::from).collect(),
            max_cards,
            takes_share_token,
        }
    }
}

impl From<FieldRule> for FieldRuleDto {
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
            pointer: field.pointer().to_owned(),
            required,
            format: format.to_string(),
            min_length,
            max_length,
            pattern,
            allowed,
            denied,
            reference: reference.map(|list| list.to_string()),
            joint_length: joint_length.map(|JointLength { with, max }| JointLengthDto {
                with: with.pointer().to_owned(),
                max,
            }),
        }
    }
}

impl ControlRulesDto {
    pub fn new(rules: ControlRules, currency: Currency) -> Self {
        let enforced_by = rules.enforcer().to_string();
        let ControlRules {
            spend_limits,
            liftable,
            mcc_lists,
            no_pin_limit,
        } = rules;
        let money = |amount: Option<Decimal>| amount.map(|a| Money::new(a, currency).into());
        Self {
            enforced_by,
            spend_limits: spend_limits
                .into_iter()
                .map(|SpendRule { channel, interval }| SpendRuleDto {
                    channel: channel.map(|channel| channel.to_string()),
                    interval: interval.to_string(),
                })
                .collect(),
            liftable,
            mcc_lists,
            no_pin_limit: no_pin_limit.map(|NoPinRule { min, max, default }| NoPinRuleDto {
                min: money(min),
                max: money(max),
                default: money(default),
            }),
        }
    }
}

impl From<PinRule> for PinRuleDto {
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
