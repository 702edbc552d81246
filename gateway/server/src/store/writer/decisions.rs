//! What decisions and the controls behind them change beside rows with versions.

use sea_orm::sea_query::{Expr, ExprTrait, LockType, Order, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr};
use uuid::Uuid;

use super::rows::Rows;
use super::sql;
use super::taken::Taken;
use crate::store::entity::{authorization, spend_control};

type Tx = DatabaseTransaction;

/// Lock the authorizations that two statements of this batch are about to change. Otherwise two
/// writers, each of which has changed what the other one marks, wait for each other until
/// PostgreSQL notices: about a second, in which their decisions come too late.
pub(super) async fn lock_answered(tx: &Tx, units: &[&Rows]) -> Result<(), DbErr> {
    use authorization::{Column, Entity};
    let answered: Vec<Uuid> = units
        .iter()
        .flat_map(|u| u.answered.iter().map(|a| a.id))
        .collect();
    let changed = units
        .iter()
        .flat_map(|u| u.authorizations.changed.iter().map(|a| a.id));
    let mut both: Vec<Uuid> = changed.collect();
    let one_statement = answered.is_empty() || both.is_empty();
    if one_statement || tx.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    both.extend(answered);
    for ids in sql::chunks(&both, 1) {
        let lock = Query::select()
            .column(Column::Id)
            .from(Entity)
            .and_where(Column::Id.is_in(ids.iter().copied()))
            .order_by(Column::Id, Order::Asc)
            .lock(LockType::Update)
            .to_owned();
        tx.query_all(&lock).await?;
    }
    Ok(())
}

pub(super) async fn mark_answered(tx: &Tx, units: &[&Rows]) -> Result<(), DbErr> {
    use authorization::{Column, Entity};
    let mut answered: Vec<_> = units.iter().flat_map(|u| &u.answered).collect();
    answered.sort_by_key(|a| a.id);
    for answered in sql::chunks(&answered, 2) {
        let rows = answered.iter().map(|a| vec![a.id.into(), a.at_ms.into()]);
        let first = Expr::col((Entity, Column::AnsweredAtMs)).if_null(sql::new(2));
        let update = sql::update_from::<Entity>(rows.collect())
            .value(Column::AnsweredAtMs, first)
            .and_where(Expr::col((Entity, Column::Id)).eq(sql::new(1)))
            .to_owned();
        tx.execute(&update).await?;
    }
    Ok(())
}

/// Rare, and by hand.
pub(super) async fn drop_controls(
    tx: &Tx,
    units: &[&Rows],
    taken: &mut Taken,
) -> Result<(), DbErr> {
    use spend_control::{Column, Entity};
    for dropped in units.iter().flat_map(|u| &u.dropped_controls) {
        let delete = Query::delete()
            .from_table(Entity)
            .and_where(Column::Id.eq(dropped.id))
            .and_where(Column::Tenant.eq(&dropped.tenant))
            .and_where(Column::Version.eq(dropped.version))
            .to_owned();
        if tx.execute(&delete).await?.rows_affected() == 1 {
            taken.ids.insert(dropped.id);
        }
    }
    Ok(())
}
