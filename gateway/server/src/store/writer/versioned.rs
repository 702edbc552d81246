//! Rows of tables with versions, new and changed.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, ModelTrait};

use super::decisions::lock_answered;
use super::rows::{HasVersion, Rows, Versioned};
use super::sql;
use super::taken::Taken;
use crate::store::entity::{
    authorization, budget, card, card_batch, card_batch_item, customer, dispute, enrolment,
    ledger_book, operation, spend_control, spend_mark, transaction,
};

type Tx = DatabaseTransaction;

/// Tables in the order in which they refer to each other.
pub(super) async fn versioned(tx: &Tx, units: &[&Rows], taken: &mut Taken) -> Result<(), DbErr> {
    macro_rules! write_all {
        ($($rows:ident of $table:ident),+ $(,)?) => {$({
            use $table::Column::{Id, Version};
            write(tx, units, |u| &u.$rows, (Id, Version), taken).await?;
        })+};
    }
    write_all! {
        customers of customer,
        enrolments of enrolment,
        budgets of budget,
        cards of card,
        operations of operation,
        transactions of transaction,
        disputes of dispute,
        batches of card_batch,
        batch_items of card_batch_item,
        books of ledger_book,
    }
    lock_answered(tx, units).await?;
    write_all! {
        authorizations of authorization,
        controls of spend_control,
        marks of spend_mark,
    }
    Ok(())
}

/// The new rows of a table, then the changed ones.
async fn write<M>(
    tx: &Tx,
    units: &[&Rows],
    table: fn(&Rows) -> &Versioned<M>,
    (id, version): (
        <M::Entity as EntityTrait>::Column,
        <M::Entity as EntityTrait>::Column,
    ),
    taken: &mut Taken,
) -> Result<(), DbErr>
where
    M: ModelTrait + HasVersion,
{
    let mut new: Vec<_> = units.iter().flat_map(|u| &table(u).new).collect();
    new.sort_by_key(|row| row.id());
    insert_new(tx, &new, id, taken).await?;
    let mut changed: Vec<_> = units.iter().flat_map(|u| &table(u).changed).collect();
    changed.sort_by_key(|row| row.id());
    replace(tx, &changed, id, version, taken).await
}

pub(super) async fn insert_new<M>(
    tx: &Tx,
    rows: &[&M],
    id: <M::Entity as EntityTrait>::Column,
    taken: &mut Taken,
) -> Result<(), DbErr>
where
    M: ModelTrait,
{
    for rows in sql::chunks(rows, sql::width::<M>()) {
        let insert = sql::insert(rows)
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .returning_col(id)
            .to_owned();
        for row in tx.query_all(&insert).await? {
            taken.ids.insert(row.try_get_by_index(0)?);
        }
    }
    Ok(())
}

async fn replace<M>(
    tx: &Tx,
    rows: &[&M],
    id: <M::Entity as EntityTrait>::Column,
    version: <M::Entity as EntityTrait>::Column,
    taken: &mut Taken,
) -> Result<(), DbErr>
where
    M: ModelTrait,
{
    for rows in sql::chunks(rows, sql::width::<M>()) {
        for row in tx.query_all(&sql::replace(rows, id, version)).await? {
            let (id, version) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            taken.versions.insert((id, version));
        }
    }
    Ok(())
}
