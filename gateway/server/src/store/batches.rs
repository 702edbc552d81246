//! Batches of cards, and their items.

use std::collections::{BTreeMap, BTreeSet};

use cardmux_domain::batch::{
    Batch, BatchCounts, BatchItem, BatchItemStatus, BatchStatus, ItemError,
};
use cardmux_domain::id::{BatchId, BatchItemId, CardId, OperationId, TenantId};
use cardmux_domain::operation::OperationStatus;
use cardmux_domain::time::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::convert::{Corrupt, from_json, millis, parse, timestamp, to_json};
use super::entity::{card_batch, card_batch_item, operation};
use super::{Store, StoreError, newest, only, to_domain};

/// Which batches of a tenant; fields that are `None` let everything pass.
#[derive(Debug, Clone, Default)]
pub struct BatchFilter {
    pub status: Option<BatchStatus>,
    pub external_id: Option<String>,
}

pub async fn get(
    store: &Store,
    tenant: &TenantId,
    id: BatchId,
) -> Result<Option<Batch>, StoreError> {
    use card_batch::{Column, Entity};
    only(
        Entity::find_by_id(id.uuid()).filter(Column::Tenant.eq(tenant.as_str())),
        store,
    )
    .await
}

/// Newest first; the page after `after`.
pub async fn list(
    store: &Store,
    tenant: &TenantId,
    filter: &BatchFilter,
    after: Option<BatchId>,
    limit: u64,
) -> Result<Vec<Batch>, StoreError> {
    use card_batch::{Column, Entity};
    let BatchFilter {
        status,
        external_id,
    } = filter;
    let conditions = [
        Some(Column::Tenant.eq(tenant.as_str())),
        status.map(|s| Column::Status.eq(s.to_string())),
        external_id.as_ref().map(|e| Column::ExternalId.eq(e)),
        after.map(|id| Column::Id.lt(id.uuid())),
    ];
    newest::<Entity, _>(store, Column::Id, conditions, limit).await
}

/// The items of these batches, counted; a batch without items is not among them.
pub async fn counts(
    store: &Store,
    batches: impl IntoIterator<Item = BatchId>,
) -> Result<BTreeMap<BatchId, BatchCounts>, StoreError> {
    use card_batch_item::{Column, Entity};
    let rows: Vec<(Uuid, String, i64)> = Entity::find()
        .select_only()
        .column(Column::BatchId)
        .column(Column::Status)
        .column_as(Column::Id.count(), "items")
        .filter(Column::BatchId.is_in(batches.into_iter().map(|id| id.uuid())))
        .group_by(Column::BatchId)
        .group_by(Column::Status)
        .into_tuple()
        .all(&store.read)
        .await?;
    let mut counted: BTreeMap<BatchId, BatchCounts> = BTreeMap::new();
    for (batch, status, count) in rows {
        let status = parse("card_batch_items.status", &status)?;
        let of_batch = counted.entry(BatchId::from_uuid(batch)).or_default();
        of_batch.add(status, count);
    }
    Ok(counted)
}

/// In the order of the request; the page after index `after`.
pub async fn items(
    store: &Store,
    tenant: &TenantId,
    batch: BatchId,
    status: Option<BatchItemStatus>,
    after: Option<i64>,
    limit: u64,
) -> Result<Vec<BatchItem>, StoreError> {
    use card_batch_item::{Column, Entity};
    let conditions = [
        Some(Column::Tenant.eq(tenant.as_str())),
        Some(Column::BatchId.eq(batch.uuid())),
        status.map(|s| Column::Status.eq(s.to_string())),
        after.map(|index| Column::Position.gt(index)),
    ];
    let conditions = conditions.into_iter().flatten();
    let query = conditions.fold(Entity::find(), sea_orm::Select::filter);
    let rows = query.order_by_asc(Column::Position).limit(limit);
    to_domain(rows.all(&store.read).await?)
}

/// Those of the operations that wait for a person.
pub async fn needing_attention(
    store: &Store,
    operations: impl IntoIterator<Item = OperationId>,
) -> Result<BTreeSet<OperationId>, StoreError> {
    use operation::{Column, Entity};
    let rows: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Id.is_in(operations.into_iter().map(|id| id.uuid())))
        .filter(Column::Attention.is_not_null())
        .into_tuple()
        .all(&store.read)
        .await?;
    Ok(rows.into_iter().map(OperationId::from_uuid).collect())
}

/// Queued items of all tenants that may be tried; see [`super::claim`].
pub async fn claim_queued(
    store: &Store,
    now: Timestamp,
    lease_until: Timestamp,
    limit: u64,
) -> Result<Vec<BatchItem>, StoreError> {
    use card_batch_item::{Column, Entity};
    let due = (Column::Id, Column::DueAtMs);
    to_domain(super::claim::claim::<Entity>(store, due, now, lease_until, limit).await?)
}

/// Items of all tenants whose operation is final and whose result is not written yet.
pub async fn to_decide(store: &Store, limit: u64) -> Result<Vec<BatchItem>, StoreError> {
    use card_batch_item::{Column, Entity};
    let finals = [OperationStatus::Succeeded, OperationStatus::Failed];
    let ended = Query::select()
        .expr(Expr::val(1))
        .from(operation::Entity)
        .and_where(
            Expr::col((operation::Entity, operation::Column::Id))
                .equals((Entity, Column::Operation)),
        )
        .and_where(operation::Column::Status.is_in(finals.map(|s| s.to_string())))
        .to_owned();
    let rows = Entity::find()
        .filter(Column::BatchId.in_subquery(open_batches()))
        .filter(Column::Status.eq(BatchItemStatus::Processing.to_string()))
        .filter(Expr::exists(ended))
        .limit(limit)
        .all(&store.read)
        .await?;
    to_domain(rows)
}

/// The ids of batches that have not ended: a handful, which the look for their items begins with.
fn open_batches() -> SelectStatement {
    use card_batch::{Column, Entity};
    Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Column::Status.eq(BatchStatus::Processing.to_string()))
        .to_owned()
}

/// Batches of all tenants that have not ended although no item is open.
pub async fn to_end(store: &Store, limit: u64) -> Result<Vec<Batch>, StoreError> {
    use card_batch::{Column, Entity};
    let open = [BatchItemStatus::Queued, BatchItemStatus::Processing];
    let open = Query::select()
        .expr(Expr::val(1))
        .from(card_batch_item::Entity)
        .and_where(
            Expr::col((card_batch_item::Entity, card_batch_item::Column::BatchId))
                .equals((Entity, Column::Id)),
        )
        .and_where(card_batch_item::Column::Status.is_in(open.map(|s| s.to_string())))
        .to_owned();
    let rows = Entity::find()
        .filter(Column::Status.eq(BatchStatus::Processing.to_string()))
        .filter(Expr::exists(open).not())
        .limit(limit)
        .all(&store.read)
        .await?;
    to_domain(rows)
}

/// The JSON of `card_batch_items.error`.
#[derive(Serialize, Deserialize)]
struct ErrorJson {
    code: String,
    detail: String,
    pointer: Option<String>,
}

fn write_error(error: ItemError) -> String {
    let ItemError {
        code,
        detail,
        pointer,
    } = error;
    to_json(&ErrorJson {
        code,
        detail,
        pointer,
    })
}

fn read_error(text: &str) -> Result<ItemError, Corrupt> {
    let ErrorJson {
        code,
        detail,
        pointer,
    } = from_json("card_batch_items.error", text)?;
    Ok(ItemError {
        code,
        detail,
        pointer,
    })
}

impl TryFrom<card_batch::Model> for Batch {
    type Error = Corrupt;

    fn try_from(row: card_batch::Model) -> Result<Self, Corrupt> {
        let card_batch::Model {
            id,
            tenant,
            status,
            label,
            external_id,
            metadata,
            succeeded,
            failed,
            cancelled,
            cancel_asked_at_ms,
            completed_at_ms,
            version,
            created_at_ms,
            updated_at_ms,
        } = row;
        let counts = match (succeeded, failed, cancelled) {
            (Some(succeeded), Some(failed), Some(cancelled)) => Some(BatchCounts {
                succeeded,
                failed,
                cancelled,
                ..BatchCounts::default()
            }),
            _ => None,
        };
        Ok(Self {
            id: BatchId::from_uuid(id),
            tenant: parse("card_batches.tenant", &tenant)?,
            status: parse("card_batches.status", &status)?,
            label,
            external_id,
            metadata: from_json("card_batches.metadata", &metadata)?,
            counts,
            cancel_asked_at: timestamp(cancel_asked_at_ms),
            completed_at: timestamp(completed_at_ms),
            version,
            created_at: Timestamp::from_millis(created_at_ms),
            updated_at: Timestamp::from_millis(updated_at_ms),
        })
    }
}

impl From<Batch> for card_batch::Model {
    fn from(batch: Batch) -> Self {
        let Batch {
            id,
            tenant,
            status,
            label,
            external_id,
            metadata,
            counts,
            cancel_asked_at,
            completed_at,
            version,
            created_at,
            updated_at,
        } = batch;
        Self {
            id: id.uuid(),
            tenant: tenant.to_string(),
            status: status.to_string(),
            label,
            external_id,
            metadata: to_json(&metadata),
            succeeded: counts.map(|c| c.succeeded),
            failed: counts.map(|c| c.failed),
            cancelled: counts.map(|c| c.cancelled),
            cancel_asked_at_ms: millis(cancel_asked_at),
            completed_at_ms: millis(completed_at),
            version,
            created_at_ms: created_at.as_millis(),
            updated_at_ms: updated_at.as_millis(),
        }
    }
}

impl TryFrom<card_batch_item::Model> for BatchItem {
    type Error = Corrupt;

    fn try_from(row: card_batch_item::Model) -> Result<Self, Corrupt> {
        let card_batch_item::Model {
            id,
            tenant,
            batch_id,
            position,
            status,
            request,
            cardholder,
            card,
            operation,
            error,
            attempts,
            due_at_ms,
            version,
            created_at_ms,
            updated_at_ms,
        } = row;
        Ok(Self {
            id: BatchItemId::from_uuid(id),
            batch_id: BatchId::from_uuid(batch_id),
            tenant: parse("card_batch_items.tenant", &tenant)?,
            index: position,
            status: parse("card_batch_items.status", &status)?,
            request,
            cardholder,
            card_id: card.map(CardId::from_uuid),
            operation_id: operation.map(OperationId::from_uuid),
            error: error.as_deref().map(read_error).transpose()?,
            attempts,
            due_at: timestamp(due_at_ms),
            version,
            created_at: Timestamp::from_millis(created_at_ms),
            updated_at: Timestamp::from_millis(updated_at_ms),
        })
    }
}

impl From<BatchItem> for card_batch_item::Model {
    fn from(item: BatchItem) -> Self {
        let BatchItem {
            id,
            batch_id,
            tenant,
            index,
            status,
            request,
            cardholder,
            card_id,
            operation_id,
            error,
            attempts,
            due_at,
            version,
            created_at,
            updated_at,
        } = item;
        Self {
            id: id.uuid(),
            tenant: tenant.to_string(),
            batch_id: batch_id.uuid(),
            position: index,
            status: status.to_string(),
            request,
            cardholder,
            card: card_id.map(|id| id.uuid()),
            operation: operation_id.map(|id| id.uuid()),
            error: error.map(write_error),
            attempts,
            due_at_ms: millis(due_at),
            version,
            created_at_ms: created_at.as_millis(),
            updated_at_ms: updated_at.as_millis(),
        }
    }
}
