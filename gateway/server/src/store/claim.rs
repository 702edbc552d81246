//! Handing due rows to one worker each.

use cardmux_domain::time::Timestamp;
use sea_orm::sea_query::{
    CommonTableExpression, Expr, ExprTrait, LockBehavior, LockType, Order, Query,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult};

use super::{Backend, Store, StoreError};

/// The rows whose `due` has come, the longest due first: their `due` becomes `lease_until`, so that
/// nobody else is given them before, and somebody is if this worker dies.
///
/// `version` stays: a claim is no change a client could see. The rows are picked in a WITH query,
/// which runs once; as a plain subquery PostgreSQL may run it again and pick more than `limit`.
pub(super) async fn claim<E: EntityTrait>(
    store: &Store,
    (id, due): (E::Column, E::Column),
    now: Timestamp,
    lease_until: Timestamp,
    limit: u64,
) -> Result<Vec<E::Model>, StoreError> {
    claim_where::<E>(store, (id, due), None, now, lease_until, limit).await
}

/// [`claim`], among the rows of one kind.
pub(super) async fn claim_where<E: EntityTrait>(
    store: &Store,
    (id, due): (E::Column, E::Column),
    kind: Option<Expr>,
    now: Timestamp,
    lease_until: Timestamp,
    limit: u64,
) -> Result<Vec<E::Model>, StoreError> {
    let mut picked = Query::select();
    picked
        .column(id)
        .from(E::default().table_ref())
        .and_where(due.lte(now.as_millis()))
        .and_where_option(kind)
        .order_by(due, Order::Asc)
        .limit(limit);
    if store.backend == Backend::Postgres {
        picked.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    let picked = CommonTableExpression::new()
        .table_name("picked")
        .query(picked)
        .to_owned();
    let ids = Query::select().column(id).from("picked").to_owned();
    let update = Query::update()
        .table(E::default().table_ref())
        .value(due, lease_until.as_millis())
        .and_where(Expr::col(id).in_subquery(ids))
        .returning_all()
        .with_cte(picked)
        .to_owned();
    let rows = store.claims().query_all(&update).await?;
    let rows: Result<Vec<_>, _> = rows
        .iter()
        .map(|row| E::Model::from_query_result(row, ""))
        .collect();
    Ok(rows?)
}
