//! From the row and back.

use cardmux_domain::authorization::{Authorization, DecisionTimes};
use cardmux_domain::id::{AuthorizationId, BudgetId, CardId, CustomerId, TransactionId};
use cardmux_domain::money::Money;
use cardmux_domain::time::Timestamp;

use crate::store::StoreError;
use crate::store::convert::{
    Corrupt, decimal, from_json, micros, millis, money, money_columns, parse, timestamp, to_json,
};
use crate::store::entity::authorization::Model;

impl TryFrom<Model> for Authorization {
    type Error = Corrupt;

    fn try_from(row: Model) -> Result<Self, Corrupt> {
        let Model {
            id,
            tenant,
            instance,
            provider_ref,
            card_id,
            customer_id,
            budget_id,
            transaction_id,
            status,
            amount_micros,
            amount_currency,
            merchant_amount_micros,
            merchant_amount_currency,
            merchant,
            held_micros,
            released_micros,
            posted_micros,
            fees_micros,
            returned_micros,
            // These follow from the others.
            counted_micros: _,
            counts: _,
            verdict,
            decided_by,
            reasons,
            rule_versions,
            shadow,
            facts,
            received_at_ms,
            evaluated_at_ms,
            endpoint_at_ms,
            answered_at_ms,
            expires_at_ms,
            // The worker's, see `claim_expiring`.
            due_at_ms: _,
            version,
            created_at_ms,
            updated_at_ms,
        } = row;
        let currency = parse("authorizations.amount_currency", &amount_currency)?;
        let verdict = verdict.map(|v| parse("authorizations.verdict", &v));
        let shadow = shadow.map(|s| from_json("authorizations.shadow", &s));
        Ok(Self {
            id: AuthorizationId::from_uuid(id),
            tenant: parse("authorizations.tenant", &tenant)?,
            instance: parse("authorizations.instance", &instance)?,
            provider_ref,
            card_id: CardId::from_uuid(card_id),
            customer_id: customer_id.map(CustomerId::from_uuid),
            budget_id: budget_id.map(BudgetId::from_uuid),
            transaction_id: transaction_id.map(TransactionId::from_uuid),
            status: parse("authorizations.status", &status)?,
            amount: Money::from_micros(amount_micros, currency),
            merchant_amount: money(
                "authorizations.merchant_amount",
                merchant_amount_micros,
                merchant_amount_currency,
            )?,
            merchant: from_json("authorizations.merchant", &merchant)?,
            held: decimal(held_micros),
            released: decimal(released_micros),
            posted: decimal(posted_micros),
            fees: decimal(fees_micros),
            returned: decimal(returned_micros),
            verdict: verdict.transpose()?,
            decided_by: parse("authorizations.decided_by", &decided_by)?,
            reasons: from_json("authorizations.reasons", &reasons)?,
            rule_versions: from_json("authorizations.rule_versions", &rule_versions)?,
            shadow: shadow.transpose()?,
            facts: from_json("authorizations.facts", &facts)?,
            times: DecisionTimes {
                received_at: Timestamp::from_millis(received_at_ms),
                evaluated_at: timestamp(evaluated_at_ms),
                endpoint_at: timestamp(endpoint_at_ms),
                answered_at: timestamp(answered_at_ms),
            },
            expires_at: timestamp(expires_at_ms),
            version,
            created_at: Timestamp::from_millis(created_at_ms),
            updated_at: Timestamp::from_millis(updated_at_ms),
        })
    }
}

impl TryFrom<Authorization> for Model {
    type Error = StoreError;

    fn try_from(authorization: Authorization) -> Result<Self, StoreError> {
        let (counted, counts) = (authorization.counted(), authorization.counts());
        let Authorization {
            id,
            tenant,
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
            facts,
            times,
            expires_at,
            version,
            created_at,
            updated_at,
        } = authorization;
        let DecisionTimes {
            received_at,
            evaluated_at,
            endpoint_at,
            answered_at,
        } = times;
        let (merchant_amount_micros, merchant_amount_currency) = money_columns(merchant_amount)?;
        Ok(Self {
            id: id.uuid(),
            tenant: tenant.to_string(),
            instance: instance.to_string(),
            provider_ref,
            card_id: card_id.uuid(),
            customer_id: customer_id.map(|id| id.uuid()),
            budget_id: budget_id.map(|id| id.uuid()),
            transaction_id: transaction_id.map(|id| id.uuid()),
            status: status.to_string(),
            amount_micros: amount.micros()?,
            amount_currency: amount.currency.to_string(),
            merchant_amount_micros,
            merchant_amount_currency,
            merchant: to_json(&merchant),
            held_micros: micros(held)?,
            released_micros: micros(released)?,
            posted_micros: micros(posted)?,
            fees_micros: micros(fees)?,
            returned_micros: micros(returned)?,
            counted_micros: micros(counted)?,
            counts,
            verdict: verdict.map(|v| v.to_string()),
            decided_by: decided_by.to_string(),
            reasons: to_json(&reasons),
            rule_versions: to_json(&rule_versions),
            shadow: shadow.map(|s| to_json(&s)),
            facts: to_json(&facts),
            received_at_ms: received_at.as_millis(),
            evaluated_at_ms: millis(evaluated_at),
            endpoint_at_ms: millis(endpoint_at),
            answered_at_ms: millis(answered_at),
            expires_at_ms: millis(expires_at),
            due_at_ms: millis(expires_at).filter(|_| !held.is_zero()),
            version,
            created_at_ms: created_at.as_millis(),
            updated_at_ms: updated_at.as_millis(),
        })
    }
}
