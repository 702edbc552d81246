//! The statements of a batch: one per table and kind of change, over the rows of all its units.
//!
//! Rows are sorted by what makes them unique, and tables come in one order, so that two writers
//! lock in the same order and cannot wait for each other in a circle.

use std::collections::BTreeMap;

use cardmux_domain::batch::BatchItemStatus;
use cardmux_domain::operation::SubjectId;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query, UpdateStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, Iterable};
use uuid::Uuid;

use super::rows::{FinishedJob, Offer, Refresh, Rows};
use super::taken::Taken;
use super::transaction::Verdicts;
use super::versioned::{insert_new, versioned};
use super::{decisions, keys, sql};
use crate::store::entity::{
    api_key, audit_record, budget, card, card_batch_item, card_type, dispute, document, enrolment,
    event, inbound_webhook, job, ledger_transfer,
};

type Tx = DatabaseTransaction;

pub(super) async fn apply(tx: &Tx, units: &[&Rows]) -> Result<Verdicts, DbErr> {
    let mut taken = Taken::default();
    keys::release_keys(tx, units).await?;
    keys::claim_keys(tx, units, &mut taken).await?;
    put_card_types(tx, units).await?;
    versioned(tx, units, &mut taken).await?;
    move_cards(tx, units).await?;
    refresh(tx, units).await?;
    decisions::mark_answered(tx, units).await?;
    decisions::drop_controls(tx, units, &mut taken).await?;
    cancel_queued(tx, units).await?;
    keys::answer_keys(tx, units).await?;
    records(tx, units, &mut taken).await?;

    let mut webhooks: Vec<_> = units.iter().flat_map(|u| &u.webhooks).collect();
    webhooks.sort_by(|a, b| (&a.instance, &a.identity).cmp(&(&b.instance, &b.identity)));
    insert_new(tx, &webhooks, inbound_webhook::Column::Id, &mut taken).await?;
    finish_webhooks(tx, units).await?;

    let mut api_keys: Vec<_> = units.iter().flat_map(|u| &u.new_api_keys).collect();
    api_keys.sort_by_key(|k| k.id);
    insert_new(tx, &api_keys, api_key::Column::Id, &mut taken).await?;
    end_api_keys(tx, units, &mut taken).await?;
    put_jobs(tx, units).await?;
    insert_events(tx, units, &mut taken).await?;
    Ok(units.iter().map(|unit| taken.verdict(unit)).collect())
}

/// Rare: cards another issuer has to serve. Their rows are locked already, by their new versions.
async fn move_cards(tx: &Tx, units: &[&Rows]) -> Result<(), DbErr> {
    use card::{Column, Entity};
    for card in units.iter().flat_map(|u| &u.moved_cards) {
        let update = Query::update()
            .table(Entity)
            .value(Column::Instance, &card.instance)
            .value(Column::TypeId, card.type_id)
            .value(Column::Model, &card.model)
            .value(Column::Form, &card.form)
            .value(Column::Currency, &card.currency)
            .value(Column::Routing, card.routing.clone())
            .and_where(Column::Id.eq(card.id))
            .and_where(Column::Version.eq(card.version))
            .to_owned();
        tx.execute(&update).await?;
    }
    Ok(())
}

/// Rare, and by hand. It locks rows in whatever order it finds them: should it meet another writer
/// in a circle, PostgreSQL breaks it and the batch runs again.
async fn cancel_queued(tx: &Tx, units: &[&Rows]) -> Result<(), DbErr> {
    use card_batch_item::{Column, Entity};
    for cancellation in units.iter().flat_map(|u| &u.cancellations) {
        let update = Query::update()
            .table(Entity)
            .value(Column::Status, BatchItemStatus::Cancelled.to_string())
            .value(Column::DueAtMs, Option::<i64>::None)
            .value(Column::Cardholder, Option::<Vec<u8>>::None)
            .value(Column::UpdatedAtMs, cancellation.at_ms)
            .value(Column::Version, Expr::col(Column::Version).add(1))
            .and_where(Column::BatchId.eq(cancellation.batch))
            .and_where(Column::Status.eq(BatchItemStatus::Queued.to_string()))
            .to_owned();
        tx.execute(&update).await?;
    }
    Ok(())
}

/// Rows that are only ever added.
async fn records(tx: &Tx, units: &[&Rows], taken: &mut Taken) -> Result<(), DbErr> {
    let mut documents: Vec<_> = units.iter().flat_map(|u| &u.documents).collect();
    documents.sort_by_key(|d| d.id);
    insert_new(tx, &documents, document::Column::Id, taken).await?;
    let mut transfers: Vec<_> = units.iter().flat_map(|u| &u.transfers).collect();
    transfers.sort_by(|a, b| (a.book_id, &a.source).cmp(&(b.book_id, &b.source)));
    insert_new(tx, &transfers, ledger_transfer::Column::Id, taken).await?;
    let mut audit: Vec<_> = units.iter().flat_map(|u| &u.audit).collect();
    audit.sort_by_key(|a| a.id);
    insert_new(tx, &audit, audit_record::Column::Id, taken).await
}

/// Events, with their positions in the stream. Last of all, because the row of the last position is
/// held from here to the commit: positions become visible in their order, on every node, so that a
/// reader who goes on from one misses none.
async fn insert_events(tx: &Tx, units: &[&Rows], taken: &mut Taken) -> Result<(), DbErr> {
    let mut events: Vec<event::Model> = units.iter().flat_map(|u| u.events.clone()).collect();
    let count = i64::try_from(events.len()).unwrap_or(i64::MAX);
    if count == 0 {
        return Ok(());
    }
    let take = Query::update()
        .table("stream_positions")
        .value("last", Expr::col("last").add(count))
        .and_where(Expr::col("stream").eq("events"))
        .returning_col("last")
        .to_owned();
    let given = tx.query_one(&take).await?;
    let given = given.ok_or(DbErr::RecordNotFound("stream_positions".to_owned()))?;
    let last: i64 = given.try_get_by_index(0)?;
    events.sort_by_key(|e| e.id);
    for (event, position) in events.iter_mut().zip(last - count + 1..) {
        event.position = Some(position);
    }
    let events: Vec<&event::Model> = events.iter().collect();
    insert_new(tx, &events, event::Column::Id, taken).await
}

/// Few: one for each reading that something outside asks for.
async fn refresh(tx: &Tx, units: &[&Rows]) -> Result<(), DbErr> {
    let mut refreshes: Vec<_> = units.iter().flat_map(|u| &u.refreshes).collect();
    refreshes.sort_by_key(|r| r.subject.to_string());
    for refresh in refreshes {
        macro_rules! due_in {
            ($table:ident, $id:ident) => {{
                use $table::{Column, Entity};
                let columns = (Column::Id, Column::RefreshAtMs, Column::Version);
                due::<Entity>(columns, $id.uuid(), refresh)
            }};
        }
        let update = match refresh.subject {
            SubjectId::Card(id) => due_in!(card, id),
            SubjectId::Enrolment(id) => due_in!(enrolment, id),
            SubjectId::Budget(id) => due_in!(budget, id),
            SubjectId::Dispute(id) => due_in!(dispute, id),
        };
        tx.execute(&update).await?;
    }
    Ok(())
}

/// One version further, so that a reading under way, which began before this, is not the last one;
/// after a reading that brought nothing, the same version, as long as it is that.
fn due<E: EntityTrait>(
    (id_column, due, version_column): (E::Column, E::Column, E::Column),
    id: Uuid,
    Refresh {
        subject: _,
        at_ms,
        version,
    }: &Refresh,
) -> UpdateStatement {
    let mut update = Query::update();
    update
        .table(E::default().table_ref())
        .value(due, *at_ms)
        .and_where(id_column.eq(id));
    match version {
        Some(version) => update.and_where(version_column.eq(*version)),
        None => update.value(version_column, Expr::col(version_column).add(1)),
    };
    update
}

async fn finish_webhooks(tx: &Tx, units: &[&Rows]) -> Result<(), DbErr> {
    use inbound_webhook::{Column, Entity};
    let mut finishes: Vec<_> = units.iter().flat_map(|u| &u.finishes).collect();
    finishes.sort_by_key(|f| f.id);
    for finishes in sql::chunks(&finishes, 3) {
        let rows = finishes
            .iter()
            .map(|f| vec![f.id.into(), f.error.clone().into(), f.retry_at_ms.into()]);
        let update = sql::update_from::<Entity>(rows.collect())
            .values([
                (Column::LastError, sql::new(2)),
                (Column::DueAtMs, sql::new(3)),
                (
                    Column::Attempts,
                    Expr::col((Entity, Column::Attempts)).add(1),
                ),
            ])
            .and_where(Expr::col((Entity, Column::Id)).eq(sql::new(1)))
            .to_owned();
        tx.execute(&update).await?;
    }
    Ok(())
}

/// Rare: once per synchronisation of an instance, so each is a pair of statements of its own.
async fn put_card_types(tx: &Tx, units: &[&Rows]) -> Result<(), DbErr> {
    use card_type::{Column, Entity, Model};
    let mut offers: Vec<&Offer> = units.iter().flat_map(|u| &u.card_types).collect();
    offers.sort_by(|a, b| a.instance.cmp(&b.instance));
    let fixed = |c: &Column| matches!(c, Column::Id | Column::Instance | Column::ProviderRef);
    let described = Column::iter().filter(|column| !fixed(column));
    let merge = OnConflict::columns([Column::Instance, Column::ProviderRef])
        .update_columns(described)
        .to_owned();
    for offer in offers {
        let unlist = Query::update()
            .table(Entity)
            .value(Column::Listed, false)
            .and_where(Column::Instance.eq(&offer.instance))
            .to_owned();
        tx.execute(&unlist).await?;
        // A provider that names a type twice means the later one; one statement takes it once.
        let types: BTreeMap<_, _> = offer.types.iter().map(|t| (&t.provider_ref, t)).collect();
        let types: Vec<&Model> = types.into_values().collect();
        for types in sql::chunks(&types, sql::width::<Model>()) {
            let insert = sql::insert(types).on_conflict(merge.clone()).to_owned();
            tx.execute(&insert).await?;
        }
    }
    Ok(())
}

/// Rare, and by hand.
async fn end_api_keys(tx: &Tx, units: &[&Rows], taken: &mut Taken) -> Result<(), DbErr> {
    use api_key::{Column, Entity};
    for end in units.iter().flat_map(|u| &u.key_ends) {
        let column = match end.revoked {
            true => Column::RevokedAtMs,
            false => Column::ExpiresAtMs,
        };
        let is_first = Column::ExpiresAtMs.lt(end.at_ms);
        let at: Expr = match end.revoked {
            true => Expr::col(column).if_null(end.at_ms),
            false => Expr::case(is_first, Expr::col(column))
                .finally(end.at_ms)
                .into(),
        };
        let update = Query::update()
            .table(Entity)
            .value(column, at)
            .and_where(Column::Id.eq(end.id))
            .and_where(Column::Tenant.eq(&end.tenant))
            .to_owned();
        if tx.execute(&update).await?.rows_affected() == 1 {
            taken.ids.insert(end.id);
        }
    }
    Ok(())
}

async fn put_jobs(tx: &Tx, units: &[&Rows]) -> Result<(), DbErr> {
    use job::{Column, Entity, Model};
    let mut jobs: Vec<_> = units.iter().flat_map(|u| &u.jobs).collect();
    jobs.sort_by(|a, b| (&a.kind, &a.key).cmp(&(&b.kind, &b.key)));
    let replace = OnConflict::columns([Column::Kind, Column::Key])
        .update_columns([
            Column::Payload,
            Column::DueAtMs,
            Column::Attempts,
            Column::LastError,
        ])
        .to_owned();
    for jobs in sql::chunks(&jobs, sql::width::<Model>()) {
        let insert = sql::insert(jobs).on_conflict(replace.clone()).to_owned();
        tx.execute(&insert).await?;
    }
    for FinishedJob { job, lease_ms } in units.iter().flat_map(|u| &u.finished_jobs) {
        let hastened = Column::DueAtMs.lt(Ord::min(*lease_ms, job.due_at_ms));
        let due = Expr::case(hastened, Column::DueAtMs.into_expr()).finally(job.due_at_ms);
        let update = Query::update()
            .table(Entity)
            .value(Column::Payload, job.payload.as_str())
            .value(Column::DueAtMs, due)
            .value(Column::Attempts, job.attempts)
            .value(Column::LastError, job.last_error.clone())
            .and_where(Column::Kind.eq(&job.kind))
            .and_where(Column::Key.eq(&job.key))
            .to_owned();
        tx.execute(&update).await?;
    }
    for hastened in units.iter().flat_map(|u| &u.hastened) {
        let update = Query::update()
            .table(Entity)
            .value(Column::DueAtMs, hastened.at_ms)
            .and_where(Column::Kind.eq(hastened.kind))
            .and_where(Column::Key.eq(&hastened.key))
            .and_where(Column::DueAtMs.gt(hastened.at_ms))
            .to_owned();
        tx.execute(&update).await?;
    }
    Ok(())
}
