//! The statements of a batch: one per table and kind of change, over the rows of all its units.
//!
//! Rows are sorted by what makes them unique, and tables come in one order, so that two writers
//! lock in the same order and cannot wait for each other in a circle.

use std::collections::{BTreeMap, HashSet};

use cardmux_domain::id::{CardId, OperationId};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, Iterable, ModelTrait,
    Value,
};
use uuid::Uuid;

use super::rows::{Offer, Rows};
use super::sql;
use super::transaction::Verdicts;
use crate::store::Conflict;
use crate::store::entity::{
    api_key, card, card_type, event, idempotency_key, inbound_webhook, job, operation,
};

type Tx = DatabaseTransaction;

/// What the database took of the rows that may lose.
#[derive(Default)]
struct Taken {
    keys: HashSet<(String, String)>,
    ids: HashSet<Uuid>,
    /// Of rows that exist, with the version they were given.
    versions: HashSet<(Uuid, i64)>,
}

pub(super) async fn apply(tx: &Tx, units: &[&Rows]) -> Result<Verdicts, DbErr> {
    let mut taken = Taken::default();
    release_keys(tx, units).await?;
    claim_keys(tx, units, &mut taken).await?;
    put_card_types(tx, units).await?;
    cards_and_operations(tx, units, &mut taken).await?;
    answer_keys(tx, units).await?;

    let mut events: Vec<_> = units.iter().flat_map(|u| &u.events).collect();
    events.sort_by_key(|e| e.id);
    insert_new(tx, &events, event::Column::Id, &mut taken).await?;

    let mut webhooks: Vec<_> = units.iter().flat_map(|u| &u.webhooks).collect();
    webhooks.sort_by(|a, b| (&a.instance, &a.identity).cmp(&(&b.instance, &b.identity)));
    insert_new(tx, &webhooks, inbound_webhook::Column::Id, &mut taken).await?;
    finish_webhooks(tx, units).await?;

    let mut api_keys: Vec<_> = units.iter().flat_map(|u| &u.new_api_keys).collect();
    api_keys.sort_by_key(|k| k.id);
    insert_new(tx, &api_keys, api_key::Column::Id, &mut taken).await?;
    revoke_api_keys(tx, units, &mut taken).await?;
    put_jobs(tx, units).await?;
    Ok(units.iter().map(|unit| taken.verdict(unit)).collect())
}

impl Taken {
    /// The first row of the unit that was not taken.
    fn verdict(&self, unit: &Rows) -> Option<Conflict> {
        let key = |k: &idempotency_key::Model| (k.tenant.clone(), k.key.clone());
        if unit.claims.iter().any(|k| !self.keys.contains(&key(k))) {
            return Some(Conflict::Key);
        }
        let new_card = unit.new_cards.iter().find(|c| !self.ids.contains(&c.id));
        let card = |c: &&card::Model| !self.versions.contains(&(c.id, c.version));
        if let Some(card) = new_card.or_else(|| unit.cards.iter().find(card)) {
            return Some(Conflict::Card(CardId::from_uuid(card.id)));
        }
        let mut new_operations = unit.new_operations.iter();
        let new_operation = new_operations.find(|o| !self.ids.contains(&o.id));
        let operation = |o: &&operation::Model| !self.versions.contains(&(o.id, o.version));
        if let Some(lost) = new_operation.or_else(|| unit.operations.iter().find(operation)) {
            return Some(Conflict::Operation(OperationId::from_uuid(lost.id)));
        }
        if unit.events.iter().any(|e| !self.ids.contains(&e.id)) {
            return Some(Conflict::Event);
        }
        if unit.webhooks.iter().any(|w| !self.ids.contains(&w.id)) {
            return Some(Conflict::Webhook);
        }
        let new_keys = unit.new_api_keys.iter().map(|k| k.id);
        let mut keys = new_keys.chain(unit.revocations.iter().map(|r| r.id));
        keys.any(|id| !self.ids.contains(&id))
            .then_some(Conflict::ApiKey)
    }
}

async fn cards_and_operations(tx: &Tx, units: &[&Rows], taken: &mut Taken) -> Result<(), DbErr> {
    let mut cards: Vec<_> = units.iter().flat_map(|u| &u.new_cards).collect();
    cards.sort_by_key(|c| c.id);
    insert_new(tx, &cards, card::Column::Id, taken).await?;

    let mut cards: Vec<_> = units.iter().flat_map(|u| &u.cards).collect();
    cards.sort_by_key(|c| c.id);
    replace(tx, &cards, card::Column::Id, card::Column::Version, taken).await?;

    let mut operations: Vec<_> = units.iter().flat_map(|u| &u.new_operations).collect();
    operations.sort_by_key(|o| o.id);
    insert_new(tx, &operations, operation::Column::Id, taken).await?;

    let mut operations: Vec<_> = units.iter().flat_map(|u| &u.operations).collect();
    operations.sort_by_key(|o| o.id);
    let (id, version) = (operation::Column::Id, operation::Column::Version);
    replace(tx, &operations, id, version, taken).await
}

async fn insert_new<M>(
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

async fn release_keys(tx: &Tx, units: &[&Rows]) -> Result<(), DbErr> {
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
async fn claim_keys(tx: &Tx, units: &[&Rows], taken: &mut Taken) -> Result<(), DbErr> {
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

async fn answer_keys(tx: &Tx, units: &[&Rows]) -> Result<(), DbErr> {
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
async fn revoke_api_keys(tx: &Tx, units: &[&Rows], taken: &mut Taken) -> Result<(), DbErr> {
    use api_key::{Column, Entity};
    for revocation in units.iter().flat_map(|u| &u.revocations) {
        let first = Expr::col(Column::RevokedAtMs).if_null(revocation.at_ms);
        let update = Query::update()
            .table(Entity)
            .value(Column::RevokedAtMs, first)
            .and_where(Column::Id.eq(revocation.id))
            .and_where(Column::Tenant.eq(&revocation.tenant))
            .to_owned();
        if tx.execute(&update).await?.rows_affected() == 1 {
            taken.ids.insert(revocation.id);
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
    let done: Vec<Uuid> = units.iter().flat_map(|u| u.done_jobs.clone()).collect();
    for done in sql::chunks(&done, 1) {
        let delete = Query::delete()
            .from_table(Entity)
            .and_where(Column::Id.is_in(done.iter().copied()))
            .to_owned();
        tx.execute(&delete).await?;
    }
    Ok(())
}
