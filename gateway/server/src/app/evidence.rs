//! What became of the cards lately issued, for rules that go by it. A tenant's own only: what others
//! issue is theirs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use cardmux_domain::id::{InstanceId, TenantId};
use cardmux_domain::time::Timestamp;

use super::{App, AppError, Tenant};
use crate::clock;
use crate::routing::Evidence;
use crate::store::{self, Store};

/// By tenant and minutes it goes back.
pub type EvidenceCache = moka::future::Cache<(TenantId, u32), Arc<BTreeMap<InstanceId, Evidence>>>;

pub fn cache() -> EvidenceCache {
    // Summing a day of a busy tenant takes a moment; ten seconds more or less change no trend.
    moka::future::Cache::builder()
        .max_capacity(1_000)
        .time_to_live(Duration::from_secs(10))
        .build()
}

/// How far back the tenant's rules look, in minutes.
fn windows(tenant: &Tenant) -> BTreeSet<u32> {
    let asking = tenant.routes.iter().filter(|route| route.prefer.is_some());
    asking.map(|route| route.prefer_window_minutes).collect()
}

fn begin(minutes: u32) -> Timestamp {
    Timestamp::from_millis(clock::now().as_millis() - i64::from(minutes) * 60_000)
}

/// The evidence the tenant's rules ask for, by the minutes it goes back.
pub(super) async fn read(
    store: &Store,
    tenant: &Tenant,
) -> Result<BTreeMap<u32, Arc<BTreeMap<InstanceId, Evidence>>>, AppError> {
    let mut found = BTreeMap::new();
    for minutes in windows(tenant) {
        let read = store::routing::issued_since(store, &tenant.id, begin(minutes)).await?;
        found.insert(minutes, Arc::new(read));
    }
    Ok(found)
}

/// The same, some seconds old at most.
pub(super) async fn lately(
    app: &App,
    tenant: &Tenant,
) -> Result<BTreeMap<u32, Arc<BTreeMap<InstanceId, Evidence>>>, AppError> {
    let mut found = BTreeMap::new();
    for minutes in windows(tenant) {
        let since = begin(minutes);
        let read = async {
            let read = store::routing::issued_since(&app.store, &tenant.id, since);
            read.await.map(Arc::new)
        };
        let key = (tenant.id.clone(), minutes);
        let read = app.evidence.try_get_with(key, read).await;
        found.insert(minutes, read.map_err(AppError::StoreShared)?);
    }
    Ok(found)
}
