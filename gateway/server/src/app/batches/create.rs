use std::collections::BTreeMap;

use cardmux_domain::batch::{Batch, BatchCounts, BatchItem, BatchItemStatus, BatchStatus};
use cardmux_domain::id::{TenantId, fresh};

use super::{form, get};
use crate::app::cards::{IssueRequest, rules};
use crate::app::idempotency::{self, Request};
use crate::app::{App, AppError, FieldProblem};
use crate::clock;
use crate::security::Vault;
use crate::store::{Change, Conflict, StoredAnswer, Unit, WriteError};

/// Cards to issue; each is of the right shape, whether it can be issued shows when its turn comes.
#[derive(Debug, Clone)]
pub struct BatchRequest {
    pub label: Option<String>,
    pub external_id: Option<String>,
    pub metadata: BTreeMap<String, String>,
    pub items: Vec<IssueRequest>,
}

/// What is wrong with free texts, of a batch or of one of its items.
pub fn text_problems(
    label: Option<&str>,
    external_id: Option<&str>,
    metadata: &BTreeMap<String, String>,
) -> Vec<FieldProblem> {
    rules::texts(label, external_id, metadata)
}

/// Take a batch in, whole or not at all: the batch with its counts, and whether an earlier request
/// with the same idempotency key made it.
pub async fn create(
    app: &App,
    tenant: &TenantId,
    wanted: BatchRequest,
    request: Request,
) -> Result<(Batch, BatchCounts, bool), AppError> {
    // Looked for before thousands of rows are written in vain.
    if let Some(id) = idempotency::made_before(app, tenant, &request).await? {
        return earlier(app, tenant, &id).await;
    }
    let (batch, items) = taken_in(&app.vault, tenant, wanted)?;
    let queued = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let mut unit = Unit::new().with(Change::InsertBatch(batch.clone()));
    if let Some(mut claim) = request.claim(app, tenant, fresh()) {
        // Only the id is kept as the answer: a repeat is answered with the batch as it is then.
        claim.answer = Some(StoredAnswer {
            status: 202,
            body: batch.id.to_string(),
        });
        unit.push(Change::ClaimKey(claim));
    }
    for item in items {
        unit.push(Change::InsertBatchItem(item));
    }
    match app.store.commit(unit).await {
        Ok(()) => {
            app.batch_wake.notify_one();
            let counts = BatchCounts {
                queued,
                ..BatchCounts::default()
            };
            Ok((batch, counts, false))
        }
        Err(WriteError::Conflict(Conflict::Key)) => {
            let id = idempotency::made_before(app, tenant, &request).await?;
            earlier(app, tenant, &id.ok_or(AppError::KeyInUse)?).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn earlier(
    app: &App,
    tenant: &TenantId,
    id: &str,
) -> Result<(Batch, BatchCounts, bool), AppError> {
    let id = id.parse().map_err(|_| AppError::KeyInUse)?;
    let (batch, counts) = get(app, tenant, id).await?;
    Ok((batch, counts, true))
}

fn taken_in(
    vault: &Vault,
    tenant: &TenantId,
    wanted: BatchRequest,
) -> Result<(Batch, Vec<BatchItem>), AppError> {
    let BatchRequest {
        label,
        external_id,
        metadata,
        items,
    } = wanted;
    let now = clock::now();
    let batch = Batch {
        id: fresh(),
        tenant: tenant.clone(),
        status: BatchStatus::Processing,
        label,
        external_id,
        metadata,
        counts: None,
        cancel_asked_at: None,
        completed_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let item = |(index, wanted): (i64, IssueRequest)| {
        let id = fresh();
        let cardholder = wanted.cardholder.as_ref();
        let cardholder = cardholder
            .map(|name| form::seal(vault, id, name))
            .transpose()?;
        Ok(BatchItem {
            id,
            batch_id: batch.id,
            tenant: tenant.clone(),
            index,
            status: BatchItemStatus::Queued,
            request: form::write(&wanted),
            cardholder,
            card_id: None,
            operation_id: None,
            error: None,
            attempts: 0,
            due_at: Some(now),
            version: 1,
            created_at: now,
            updated_at: now,
        })
    };
    let items = (0..)
        .zip(items)
        .map(item)
        .collect::<Result<_, AppError>>()?;
    Ok((batch, items))
}
