use std::time::Duration;

use cardmux_domain::id::TenantId;
use cardmux_domain::provider::TransactionQuery;
use cardmux_domain::time::Timestamp;
use tracing::{info, warn};

use super::apply;
use crate::app::api_keys::OPERATOR;
use crate::app::{App, AppError};
use crate::providers::Instance;

/// Clocks differ, and a provider may list a transaction some time after it happened: every reading
/// begins this much before the last one ended.
const OVERLAP: Duration = Duration::from_secs(600);

/// Documented: at most a hundred a page (FinCard).
const PAGE: u32 = 100;

/// Pages of one reading: a hundred thousand transactions. What is beyond is logged, not dropped in
/// silence: the next reading begins at the same place.
const PAGES_MAX: u32 = 1_000;

/// Read what an instance says happened in a span of time; what webhooks did not bring is found here.
/// Says whether the whole span was read.
pub async fn sync(
    app: &App,
    instance: &Instance,
    from: Timestamp,
    to: Timestamp,
) -> Result<bool, AppError> {
    if instance.provider.transactions().is_none() {
        return Ok(true);
    }
    let tenant: TenantId = OPERATOR
        .parse()
        .map_err(|_| AppError::Internal("operator is a name"))?;
    let overlap = i64::try_from(OVERLAP.as_millis()).unwrap_or(i64::MAX);
    let mut query = TransactionQuery {
        from: Timestamp::from_millis(from.as_millis().saturating_sub(overlap)),
        to,
        cursor: None,
        limit: PAGE,
    };
    let mut read = 0;
    for _ in 0..PAGES_MAX {
        let ctx = app.context(&tenant, format!("transactions_{}", instance.id));
        let page = instance.transactions(&ctx, &query).await;
        let page = page.map_err(AppError::provider(&instance.id))?;
        read += page.items.len();
        for report in page.items {
            apply(app, &instance.id, report).await?;
        }
        query.cursor = page.next;
        if query.cursor.is_none() {
            info!(instance = %instance.id, read, "transactions read");
            return Ok(true);
        }
    }
    warn!(instance = %instance.id, read, "more transactions than one reading takes");
    Ok(false)
}
