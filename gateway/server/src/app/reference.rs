//! Reference data of providers, cached: the lists are near-static.

use std::sync::Arc;
use std::time::Duration;

use cardmux_domain::id::InstanceId;
use cardmux_domain::provider::ProviderError;
use cardmux_domain::reference::{City, DialCode, Occupation, Region};
use moka::future::Cache;

use super::{App, AppError, FieldProblem, Tenant};
use crate::providers::Instance;

/// Documented: near-static (FinCard). A day old list is as good as a new one.
const KEEP: Duration = Duration::from_secs(24 * 3600);

/// Countries are some 250, instances few.
const MOST: u64 = 1_000;

/// Lists by instance; cities also by country.
#[derive(Clone)]
pub struct ReferenceCache {
    regions: Cache<InstanceId, Arc<Vec<Region>>>,
    cities: Cache<(InstanceId, Option<String>), Arc<Vec<City>>>,
    dial_codes: Cache<InstanceId, Arc<Vec<DialCode>>>,
    occupations: Cache<InstanceId, Arc<Vec<Occupation>>>,
}

fn cache<K, V>() -> Cache<K, V>
where
    K: std::hash::Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    Cache::builder()
        .max_capacity(MOST)
        .time_to_live(KEEP)
        .build()
}

impl Default for ReferenceCache {
    fn default() -> Self {
        Self {
            regions: cache(),
            cities: cache(),
            dial_codes: cache(),
            occupations: cache(),
        }
    }
}

/// The instance whose lists are wanted: the named one, or the tenant's first that has any.
fn source<'a>(
    app: &'a App,
    tenant: &Tenant,
    wanted: Option<InstanceId>,
) -> Result<&'a Instance, AppError> {
    let named = |id: &InstanceId| {
        app.registry
            .get(id)
            .filter(|_| tenant.instances.contains(id))
    };
    let offers = |instance: &&Instance| instance.provider.reference_data().is_some();
    match wanted {
        Some(id) => {
            let unknown = || {
                let detail = "is no instance of this tenant";
                AppError::Invalid(vec![FieldProblem::parameter("instance", "unknown", detail)])
            };
            let instance = named(&id).ok_or_else(unknown)?;
            Some(instance)
                .filter(offers)
                .ok_or_else(|| AppError::Unsupported {
                    instance: id,
                    what: "reference data".to_owned(),
                })
        }
        None => tenant
            .instances
            .iter()
            .filter_map(named)
            .find(offers)
            .ok_or_else(|| AppError::NotFound {
                what: "instance with reference data",
                id: tenant.id.to_string(),
            }),
    }
}

/// One call for however many ask at the same time; only what came back well is kept.
fn failed(instance: &Instance) -> impl Fn(Arc<ProviderError>) -> AppError {
    let instance = instance.id.clone();
    move |error| AppError::Provider {
        instance: instance.clone(),
        error: Box::new(ProviderError::new(
            error.kind,
            error.outcome,
            error.message.clone(),
        )),
    }
}

pub async fn regions(
    app: &App,
    tenant: &Tenant,
    instance: Option<InstanceId>,
) -> Result<Arc<Vec<Region>>, AppError> {
    let instance = source(app, tenant, instance)?;
    let ctx = app.context(&tenant.id, "reference_regions");
    let read = async { instance.regions(&ctx).await.map(Arc::new) };
    let cached = app
        .reference
        .regions
        .try_get_with(instance.id.clone(), read);
    cached.await.map_err(failed(instance))
}

pub async fn cities(
    app: &App,
    tenant: &Tenant,
    instance: Option<InstanceId>,
    country: Option<String>,
) -> Result<Arc<Vec<City>>, AppError> {
    let instance = source(app, tenant, instance)?;
    let ctx = app.context(&tenant.id, "reference_cities");
    let key = (instance.id.clone(), country.clone());
    let read = async {
        let cities = instance.cities(&ctx, country.as_deref()).await;
        cities.map(Arc::new)
    };
    let cached = app.reference.cities.try_get_with(key, read);
    cached.await.map_err(failed(instance))
}

pub async fn dial_codes(
    app: &App,
    tenant: &Tenant,
    instance: Option<InstanceId>,
) -> Result<Arc<Vec<DialCode>>, AppError> {
    let instance = source(app, tenant, instance)?;
    let ctx = app.context(&tenant.id, "reference_dial_codes");
    let read = async { instance.dial_codes(&ctx).await.map(Arc::new) };
    let cached = app
        .reference
        .dial_codes
        .try_get_with(instance.id.clone(), read);
    cached.await.map_err(failed(instance))
}

pub async fn occupations(
    app: &App,
    tenant: &Tenant,
    instance: Option<InstanceId>,
) -> Result<Arc<Vec<Occupation>>, AppError> {
    let instance = source(app, tenant, instance)?;
    let ctx = app.context(&tenant.id, "reference_occupations");
    let read = async { instance.occupations(&ctx).await.map(Arc::new) };
    let cached = app
        .reference
        .occupations
        .try_get_with(instance.id.clone(), read);
    cached.await.map_err(failed(instance))
}
