//! Idempotency keys: released, claimed, answered.

use sea_orm::sea_query::{Condition, Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, Iterable, Value};

use super::rows::Rows;
use super::sql;
use super::taken::Taken;
use crate::store::entity::idempotency_key;

type Tx = DatabaseTransaction;

pub(super) async fn release_keys(tx: &Tx, units: &[&Rows]) -> Result<(), DbErr> {
    use idempotency_key::{Column, Entity};
    let released: Vec<_> = units.iter().flat_map(|u| &u.releases).collect();
    for released in sql::chunks(&released, 3) {
        let these = released.iter().fold(Condition::any(), |any, r| {
            let claim = Column::Tenant.eq(&r.tenant).and(Column::Key.eq(&r.key));
            any.add(claim.and(Column::OperationId.eq(r.operation)))
        });
        let delete = Query::delete()
            .from_table(Entity)
            .and_where(Column::AnswerStatus.is_null())
            .cond_where(these)
            .to_owned();
        tx.execute(&delete).await?;
    }
    Ok(())
}

/// A claim that has expired when the new one is made gives way; all of it is replaced, the answer
/// included.
pub(super) async fn claim_keys(tx: &Tx, units: &[&Rows], taken: &mut Taken) -> Result<(), DbErr> {
    use idempotency_key::{Column, Entity, Model};
    let mut claims: Vec<_> = units.iter().flat_map(|u| &u.claims).collect();
    claims.sort_by(|a, b| (&a.tenant, &a.key).cmp(&(&b.tenant, &b.key)));
    let expired =
        Expr::col((Entity, Column::ExpiresAtMs)).lte(Expr::col(("excluded", Column::CreatedAtMs)));
    let replace = OnConflict::columns([Column::Tenant, Column::Key])
        .update_columns(Column::iter())
        .action_and_where(expired)
        .to_owned();
    for claims in sql::chunks(&claims, sql::width::<Model>()) {
        let insert = sql::insert(claims)
            .on_conflict(replace.clone())
            .returning(Query::returning().columns([Column::Tenant, Column::Key]))
            .to_owned();
        for row in tx.query_all(&insert).await? {
            let key = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            taken.keys.insert(key);
        }
    }
    Ok(())
}

pub(super) async fn answer_keys(tx: &Tx, units: &[&Rows]) -> Result<(), DbErr> {
    use idempotency_key::{Column, Entity};
    let mut answers: Vec<_> = units.iter().flat_map(|u| &u.answers).collect();
    answers.sort_by(|a, b| (&a.tenant, &a.key).cmp(&(&b.tenant, &b.key)));
    for answers in sql::chunks(&answers, 5) {
        let rows = answers.iter().map(|a| {
            let texts = [&a.tenant, &a.key, &a.body];
            let mut values: Vec<Value> = texts.map(|text| text.clone().into()).into();
            values.extend([a.status.into(), a.operation.into()]);
            values
        });
        let update = sql::update_from::<Entity>(rows.collect())
            .values([
                (Column::AnswerBody, sql::new(3)),
                (Column::AnswerStatus, sql::new(4)),
            ])
            .and_where(Expr::col((Entity, Column::Tenant)).eq(sql::new(1)))
            .and_where(Expr::col((Entity, Column::Key)).eq(sql::new(2)))
            .and_where(Expr::col((Entity, Column::OperationId)).eq(sql::new(5)))
            .and_where(Expr::col((Entity, Column::AnswerStatus)).is_null())
            .to_owned();
        tx.execute(&update).await?;
    }
    Ok(())
}
