use cardmux_domain::batch::{Batch, BatchCounts, BatchItem, BatchItemStatus};
use cardmux_domain::id::{BatchId, TenantId};

use crate::app::{App, AppError, Listing, rows_for};
use crate::store;
use crate::store::batches::BatchFilter;

/// An item as a client sees it.
#[derive(Debug, Clone)]
pub struct ItemView {
    pub item: BatchItem,
    /// Its operation cannot be decided without a person.
    pub needs_attention: bool,
}

/// The batch and how far it is.
pub async fn get(
    app: &App,
    tenant: &TenantId,
    id: BatchId,
) -> Result<(Batch, BatchCounts), AppError> {
    let batch = found(app, tenant, id).await?;
    let counts = match batch.counts {
        Some(counts) => counts,
        None => {
            let counted = store::batches::counts(&app.store, [id]).await?;
            counted.get(&id).copied().unwrap_or_default()
        }
    };
    Ok((batch, counts))
}

pub(super) async fn found(app: &App, tenant: &TenantId, id: BatchId) -> Result<Batch, AppError> {
    let batch = store::batches::get(&app.store, tenant, id).await?;
    batch.ok_or_else(|| AppError::NotFound {
        what: "batch",
        id: id.to_string(),
    })
}

pub async fn list(
    app: &App,
    tenant: &TenantId,
    filter: &BatchFilter,
    after: Option<BatchId>,
    limit: usize,
) -> Result<Listing<(Batch, BatchCounts), BatchId>, AppError> {
    let rows = store::batches::list(&app.store, tenant, filter, after, rows_for(limit)).await?;
    let open = rows.iter().filter(|batch| batch.counts.is_none());
    let counted = store::batches::counts(&app.store, open.map(|batch| batch.id)).await?;
    let with_counts = |batch: Batch| {
        let counts = batch.counts.or_else(|| counted.get(&batch.id).copied());
        (batch, counts.unwrap_or_default())
    };
    let rows = rows.into_iter().map(with_counts).collect();
    Ok(Listing::from_surplus(rows, limit, |(batch, _)| batch.id))
}

/// In the order of the request.
pub async fn items(
    app: &App,
    tenant: &TenantId,
    id: BatchId,
    status: Option<BatchItemStatus>,
    after: Option<i64>,
    limit: usize,
) -> Result<Listing<ItemView, i64>, AppError> {
    found(app, tenant, id).await?;
    let rows =
        store::batches::items(&app.store, tenant, id, status, after, rows_for(limit)).await?;
    let under_way = rows
        .iter()
        .filter(|item| item.status == BatchItemStatus::Processing)
        .filter_map(|item| item.operation_id);
    let waiting = store::batches::needing_attention(&app.store, under_way).await?;
    let view = |item: BatchItem| ItemView {
        needs_attention: item.operation_id.is_some_and(|id| waiting.contains(&id)),
        item,
    };
    let rows = rows.into_iter().map(view).collect();
    Ok(Listing::from_surplus(rows, limit, |view: &ItemView| {
        view.item.index
    }))
}
