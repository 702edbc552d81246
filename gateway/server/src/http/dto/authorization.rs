use cardmux_domain::authorization::{
    Authorization, DecisionTimes, Reason, RuleVersion, Shadow, Verdict,
};
use cardmux_domain::money::{Decimal, Money};
use serde::Serialize;
use utoipa::ToSchema;

use super::{MerchantDto, MoneyDto, open};

/// What a provider asked the gateway to decide, and all that came of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Authorization)]
pub struct AuthorizationDto {
    #[schema(example = "azn_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub id: String,
    #[schema(value_type = open::AuthorizationStatus)]
    pub status: String,
    /// What the gateway said; null where it was never asked.
    #[schema(value_type = Option<open::Verdict>)]
    pub verdict: Option<String>,
    #[schema(value_type = open::DecidedBy)]
    pub decided_by: String,
    /// Why it was declined, in the order in which it was found.
    pub reasons: Vec<ReasonDto>,
    /// The spend controls that had a say, as they were then.
    pub rule_versions: Vec<RuleVersionDto>,
    /// What drafts would have said, where that differs from what was answered.
    pub shadow: Option<ShadowDto>,
    pub card_id: String,
    pub customer_id: Option<String>,
    /// Whose money it takes.
    pub budget_id: Option<String>,
    /// The transaction it shows as.
    pub transaction_id: Option<String>,
    /// The provider instance.
    pub instance: String,
    /// The provider's id of it.
    pub provider_ref: String,
    /// What was asked for, in the card's currency.
    pub amount: MoneyDto,
    /// In the merchant's currency.
    pub merchant_amount: Option<MoneyDto>,
    pub merchant: MerchantDto,
    /// Still held.
    pub held: MoneyDto,
    /// Released by reversals and expiry, in all.
    pub released: MoneyDto,
    /// Presented in all, fees not counted.
    pub posted: MoneyDto,
    pub fees: MoneyDto,
    pub returned: MoneyDto,
    pub times: DecisionTimesDto,
    /// When what is held is released although nothing came.
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
    pub version: i64,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
}

/// Why an authorization is declined.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DeclineReason)]
pub struct ReasonDto {
    #[schema(value_type = open::DeclineCode)]
    pub code: String,
    /// The spend control behind it; it may be deleted by now.
    pub control_id: Option<String>,
    /// For people: which limit, what it allows, what was counted.
    pub detail: Option<String>,
}

/// A spend control as it was then.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RuleVersion)]
pub struct RuleVersionDto {
    pub control_id: String,
    pub version: i64,
}

/// What drafts would have said.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ShadowDecision)]
pub struct ShadowDto {
    #[schema(value_type = open::Verdict)]
    pub verdict: String,
    pub reasons: Vec<ReasonDto>,
    pub drafts: Vec<RuleVersionDto>,
}

/// The times of a decision, by the gateway's clock.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DecisionTimes)]
pub struct DecisionTimesDto {
    #[schema(format = DateTime)]
    pub received_at: String,
    /// Rules and funds were evaluated.
    #[schema(format = DateTime)]
    pub evaluated_at: Option<String>,
    /// Your endpoint answered, or was given up on.
    #[schema(format = DateTime)]
    pub endpoint_at: Option<String>,
    #[schema(format = DateTime)]
    pub answered_at: Option<String>,
}

impl From<Authorization> for AuthorizationDto {
    fn from(authorization: Authorization) -> Self {
        let currency = authorization.currency();
        let money = |amount: Decimal| MoneyDto::from(Money::new(amount, currency));
        let Authorization {
            id,
            tenant: _,
            instance,
            provider_ref,
            card_id,
            customer_id,
            budget_id,
            transaction_id,
            status,
            amount,
            merchant_amount,
            merchant,
            held,
            released,
            posted,
            fees,
            returned,
            verdict,
            decided_by,
            reasons,
            rule_versions,
            shadow,
            facts: _,
            times,
            expires_at,
            version,
            created_at,
            updated_at,
        } = authorization;
        Self {
            id: id.to_string(),
            status: status.to_string(),
            verdict: verdict.map(|verdict: Verdict| verdict.to_string()),
            decided_by: decided_by.to_string(),
            reasons: all(reasons),
            rule_versions: all(rule_versions),
            shadow: shadow.map(Into::into),
            card_id: card_id.to_string(),
            customer_id: customer_id.map(|id| id.to_string()),
            budget_id: budget_id.map(|id| id.to_string()),
            transaction_id: transaction_id.map(|id| id.to_string()),
            instance: instance.to_string(),
            provider_ref,
            amount: amount.into(),
            merchant_amount: merchant_amount.map(Into::into),
            merchant: merchant.into(),
            held: money(held),
            released: money(released),
            posted: money(posted),
            fees: money(fees),
            returned: money(returned),
            times: times.into(),
            expires_at: expires_at.map(|at| at.to_string()),
            version,
            created_at: created_at.to_string(),
            updated_at: updated_at.to_string(),
        }
    }
}

fn all<T, D: From<T>>(items: Vec<T>) -> Vec<D> {
    items.into_iter().map(D::from).collect()
}

impl From<Reason> for ReasonDto {
    fn from(reason: Reason) -> Self {
        let Reason {
            code,
            control,
            detail,
        } = reason;
        Self {
            code: code.to_string(),
            control_id: control,
            detail,
        }
    }
}

impl From<RuleVersion> for RuleVersionDto {
    fn from(rule: RuleVersion) -> Self {
        let RuleVersion { control, version } = rule;
        Self {
            control_id: control,
            version,
        }
    }
}

impl From<Shadow> for ShadowDto {
    fn from(shadow: Shadow) -> Self {
        let Shadow {
            verdict,
            reasons,
            drafts,
        } = shadow;
        Self {
            verdict: verdict.to_string(),
            reasons: all(reasons),
            drafts: all(drafts),
        }
    }
}

impl From<DecisionTimes> for DecisionTimesDto {
    fn from(times: DecisionTimes) -> Self {
        let DecisionTimes {
            received_at,
            evaluated_at,
            endpoint_at,
            answered_at,
        } = times;
        Self {
            received_at: received_at.to_string(),
            evaluated_at: evaluated_at.map(|at| at.to_string()),
            endpoint_at: endpoint_at.map(|at| at.to_string()),
            answered_at: answered_at.map(|at| at.to_string()),
        }
    }
}
