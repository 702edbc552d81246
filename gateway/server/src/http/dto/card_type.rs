use cardmux_domain::card_type::{AmountRule, CardType, CardTypeSpec, FeeRule};
use cardmux_domain::money::{Currency, Decimal, Money};
use serde::Serialize;
use utoipa::ToSchema;

use super::card_form::{ControlRulesDto, EnrolmentFormDto, PinRuleDto};
use super::{MoneyDto, open};

/// A programme cards can be issued from.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CardType)]
pub struct CardTypeDto {
    #[schema(example = "ctype_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub id: String,
    /// The provider instance.
    pub instance: String,
    pub provider_ref: String,
    pub name: String,
    pub description: Option<String>,
    #[schema(value_type = open::CardModel)]
    pub model: String,
    #[schema(value_type = open::CardForm)]
    pub form: String,
    #[schema(value_type = Option<open::CardBrand>)]
    pub brand: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    pub currency: String,
    pub bin: Option<String>,
    /// Whether a card can be issued from it now.
    pub available: bool,
    pub issue_fee: Option<MoneyDto>,
    pub initial_balance: Option<AmountRuleDto>,
    pub deposit: Option<AmountRuleDto>,
    pub deposit_fee: Option<FeeRuleDto>,
    /// What must stay on the card at a withdrawal.
    pub retained_balance: Option<MoneyDto>,
    /// The operations this type allows.
    #[schema(value_type = Vec<open::OperationKind>)]
    pub capabilities: Vec<String>,
    /// What an issue request must bring.
    #[schema(value_type = Vec<open::Requirement>)]
    pub requirements: Vec<String>,
    /// What a customer must tell to be enrolled for it; null where nobody is.
    pub enrolment: Option<EnrolmentFormDto>,
    /// Which controls its cards take.
    pub controls: ControlRulesDto,
    /// What makes a PIN of its cards acceptable; null where they have none.
    pub pin_rule: Option<PinRuleDto>,
    /// When the provider last described it.
    #[schema(format = DateTime)]
    pub synced_at: String,
}

/// Bounds of an amount, both ends included.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AmountRule)]
pub struct AmountRuleDto {
    pub required: bool,
    pub min: Option<MoneyDto>,
    pub max: Option<MoneyDto>,
    pub decimals: Option<u32>,
}

/// A fee charged on top of an amount.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FeeRule)]
pub struct FeeRuleDto {
    /// Per cent: "1" is 1 %.
    pub rate_percent: String,
    pub fixed: MoneyDto,
}

impl From<CardType> for CardTypeDto {
    fn from(card_type: CardType) -> Self {
        let available = card_type.is_available();
        let CardType {
            id,
            instance,
            spec,
            listed: _,
            synced_at,
        } = card_type;
        let CardTypeSpec {
            provider_ref,
            name,
            description,
            model,
            form,
            brand,
            country,
            currency,
            bin,
            online: _,
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
        } = spec;
        Self {
            id: id.to_string(),
            instance: instance.to_string(),
            provider_ref,
            name,
            description,
            model: model.to_string(),
            form: form.to_string(),
            brand,
            country,
            currency: currency.to_string(),
            bin,
            available,
            issue_fee: issue_fee.map(Into::into),
            initial_balance: initial_deposit.map(|rule| amount_rule(rule, currency)),
            deposit: deposit.map(|rule| amount_rule(rule, currency)),
            deposit_fee: deposit_fee.map(
                |FeeRule {
                     rate_percent,
                     fixed,
                 }| FeeRuleDto {
                    rate_percent: rate_percent.normalize().to_string(),
                    fixed: Money::new(fixed, currency).into(),
                },
            ),
            retained_balance: retained_balance.map(|amount| Money::new(amount, currency).into()),
            capabilities: capabilities.iter().map(ToString::to_string).collect(),
            requirements: requirements.iter().map(ToString::to_string).collect(),
            enrolment: enrolment.map(Into::into),
            controls: ControlRulesDto::new(controls, currency),
            pin_rule: pin.map(Into::into),
            synced_at: synced_at.to_string(),
        }
    }
}

fn amount_rule(rule: AmountRule, currency: Currency) -> AmountRuleDto {
    let AmountRule {
        required,
        min,
        max,
        decimals,
    } = rule;
    let money = |amount: Option<Decimal>| amount.map(|a| Money::new(a, currency).into());
    AmountRuleDto {
        required,
        min: money(min),
        max: money(max),
        decimals,
    }
}
