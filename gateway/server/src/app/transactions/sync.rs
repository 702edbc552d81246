use std::time::Duration;

use cardmux_domain::id::{InstanceId, TenantId};
use cardmux_domain::provider::TransactionQuery;
use cardmux_domain::time::Timestamp;
use tracing::{info, warn};

use super::apply;
use crate::app::api_keys::OPERATOR;
use crate::app::{App, AppError};
use crate::clock;
use crate::providers::Instance;
use crate::store::{Change, Unit};

/// Clocks differ, and a provider may list a transaction some time after it happened: every reading
/// begins this much before the last one ended.
const OVERLAP: Duration = Duration::from_secs(600);

/// Documented: at most a hundred a page (FinCard).
const PAGE: u32 = 100;

/// Pages of one reading: a hundred thousand transactions. What is beyond is logged, not dropped in
/// silence: the next reading begins at the same place.
const PAGES_MAX: u32 = 1_000;

/// The kind of the jobs that read transactions; the key is the instance.
pub const JOB: &str = "transactions";

/// Hints come in swarms, and a reading walks through lists.
const HINT_PAUSE: Duration = Duration::from_secs(1);

/// Something happened at an instance that asks us before it charges: what became of it stands among
/// its transactions, and money is held until we know.
pub async fn read_soon(app: &App, instance: &InstanceId) -> Result<(), AppError> {
    let provider = app.registry.get(instance).map(|i| &i.provider);
    let waits =
        provider.is_some_and(|p| p.authorizations().is_some() && p.transactions().is_some());
    if !waits {
        return Ok(());
    }
    let hasten = Change::HastenJob {
        kind: JOB,
        key: instance.to_string(),
        at: clock::now().plus(HINT_PAUSE),
    };
    Ok(app.store.commit(Unit::new().with(hasten)).await?)
}

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
