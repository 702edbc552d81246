//! What was before: for decisions, and for deciding again.

use cardmux_domain::authorization::Authorization;
use cardmux_domain::id::TenantId;
use cardmux_domain::spend_control::{Scope, Spent};
use cardmux_domain::time::Timestamp;
use cardmux_domain::transaction::Merchant;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SubQueryStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::store::convert::{from_json, parse, summed, sums};
use crate::store::entity::authorization::{Column, Entity};
use crate::store::{Store, StoreError, to_domain};

/// What was counted in this scope of what was received at `since` or later; `None` counts all.
/// Currencies come in the order of their codes.
pub async fn spent(
    store: &Store,
    tenant: &TenantId,
    scope: Scope,
    since: Option<Timestamp>,
) -> Result<Spent, StoreError> {
    let [units, rest] = sums(Expr::col(Column::CountedMicros));
    let rows: Vec<(String, i64, i64, i64)> = Entity::find()
        .select_only()
        .column(Column::AmountCurrency)
        .column_as(Column::Id.count(), "payments")
        .column_as(units, "units")
        .column_as(rest, "rest")
        .filter(counted(tenant, scope))
        .filter(since.map_or(Condition::all(), |since| {
            Condition::all().add(Column::ReceivedAtMs.gte(since.as_millis()))
        }))
        .group_by(Column::AmountCurrency)
        .into_tuple()
        .all(&store.read)
        .await?;
    let mut spent = Spent::default();
    for (currency, payments, units, rest) in rows {
        let currency = parse("authorizations.amount_currency", &currency)?;
        spent.amounts.push((currency, summed(units, rest)));
        let payments = u32::try_from(payments).unwrap_or(u32::MAX);
        spent.count = spent.count.saturating_add(payments);
    }
    spent
        .amounts
        .sort_unstable_by_key(|(currency, _)| *currency);
    Ok(spent)
}

/// The merchant of the oldest payment that counts in this scope.
///
/// The oldest one by its time and not `LIMIT 1`, see [`only`](crate::store::only).
pub async fn first_merchant(
    store: &Store,
    tenant: &TenantId,
    scope: Scope,
) -> Result<Option<Merchant>, StoreError> {
    let oldest = Query::select()
        .expr(Expr::col(Column::ReceivedAtMs).min())
        .from(Entity)
        .cond_where(counted(tenant, scope))
        .to_owned();
    let oldest = SubQueryStatement::SelectStatement(oldest);
    let rows: Vec<(sea_orm::prelude::Uuid, String)> = Entity::find()
        .select_only()
        .column(Column::Id)
        .column(Column::Merchant)
        .filter(counted(tenant, scope))
        .filter(Expr::col(Column::ReceivedAtMs).eq(oldest))
        .into_tuple()
        .all(&store.read)
        .await?;
    let first = rows.into_iter().min_by_key(|(id, _)| *id);
    let merchant = first.map(|(_, text)| from_json("authorizations.merchant", &text));
    Ok(merchant.transpose()?)
}

fn counted(tenant: &TenantId, scope: Scope) -> Condition {
    let within = match scope {
        Scope::Card(id) => Some(Column::CardId.eq(id.uuid())),
        Scope::Customer(id) => Some(Column::CustomerId.eq(id.uuid())),
        Scope::Budget(id) => Some(Column::BudgetId.eq(id.uuid())),
        Scope::Tenant => None,
    };
    Condition::all()
        .add(super::of_tenant(tenant, within.is_some()))
        .add_option(within)
        .add(Column::Counts.eq(true))
        .add(Column::AmountMicros.gt(0))
}

/// What the tenant was asked from `from` on and before `to`, in that order.
pub async fn asked_between(
    store: &Store,
    tenant: &TenantId,
    from: Timestamp,
    to: Timestamp,
    limit: u64,
) -> Result<Vec<Authorization>, StoreError> {
    let rows = Entity::find()
        .filter(Column::Tenant.eq(tenant.as_str()))
        .filter(Column::ReceivedAtMs.gte(from.as_millis()))
        .filter(Column::ReceivedAtMs.lt(to.as_millis()))
        // The provider decided the others alone.
        .filter(Column::Verdict.is_not_null())
        .order_by_asc(Column::ReceivedAtMs)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(&store.read)
        .await?;
    to_domain(rows)
}
