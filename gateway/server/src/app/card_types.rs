//! The catalogue as clients see it: served from the store, also while a provider is down.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use cardmux_domain::card_type::CardType;
use cardmux_domain::id::{CardTypeId, InstanceId};

use super::{App, AppError, Listing, Tenant};
use crate::store;
use crate::store::card_types::CardTypeFilter;

/// Card types by id. They change with a synchronisation, minutes apart; an offline type is refused by
/// its provider all the same.
pub type CardTypeCache = moka::future::Cache<CardTypeId, Arc<CardType>>;

pub fn cache() -> CardTypeCache {
    // A type is about a kilobyte. Two seconds take the look-up off a busy request's path.
    moka::future::Cache::builder()
        .max_capacity(10_000)
        .time_to_live(Duration::from_secs(2))
        .build()
}

/// A card type of any tenant, by way of the cache.
pub async fn known(app: &App, id: CardTypeId) -> Result<Option<Arc<CardType>>, AppError> {
    if let Some(known) = app.card_types.get(&id).await {
        return Ok(Some(known));
    }
    let Some(card_type) = store::card_types::get(&app.store, id).await? else {
        return Ok(None);
    };
    let card_type = Arc::new(card_type);
    app.card_types.insert(id, Arc::clone(&card_type)).await;
    Ok(Some(card_type))
}

/// Card types by instance, for routing.
pub type OfferCache = moka::future::Cache<InstanceId, Arc<Vec<Arc<CardType>>>>;

pub fn offer_cache() -> OfferCache {
    // As `cache`.
    moka::future::Cache::builder()
        .max_capacity(1_000)
        .time_to_live(Duration::from_secs(2))
        .build()
}

/// All card types of these instances.
pub(in crate::app) async fn offered(
    app: &App,
    instances: &[InstanceId],
) -> Result<BTreeMap<InstanceId, Arc<Vec<Arc<CardType>>>>, AppError> {
    let mut offered = BTreeMap::new();
    for instance in instances {
        let read = async {
            let instance = std::slice::from_ref(instance);
            store::card_types::list(&app.store, instance, &CardTypeFilter::default())
                .await
                .map(|types| Arc::new(types.into_iter().map(Arc::new).collect::<Vec<_>>()))
        };
        let types = app.offers.try_get_with_by_ref(instance, read).await;
        let types = types.map_err(AppError::StoreShared)?;
        offered.insert(instance.clone(), types);
    }
    Ok(offered)
}

pub async fn get(app: &App, tenant: &Tenant, id: CardTypeId) -> Result<CardType, AppError> {
    store::card_types::get(&app.store, id)
        .await?
        .filter(|t| tenant.instances.contains(&t.instance))
        .ok_or_else(|| AppError::NotFound {
            what: "card type",
            id: id.to_string(),
        })
}

pub async fn list(
    app: &App,
    tenant: &Tenant,
    filter: &CardTypeFilter,
    after: Option<CardTypeId>,
    limit: usize,
) -> Result<Listing<CardType, CardTypeId>, AppError> {
    // A catalogue is some dozens of types an instance: read whole, paged here.
    let mut rows = store::card_types::list(&app.store, &tenant.instances, filter).await?;
    rows.sort_unstable_by_key(|card_type| card_type.id);
    let page = rows
        .into_iter()
        .filter(|card_type| after.is_none_or(|after| card_type.id > after));
    let page = page.take(limit.saturating_add(1)).collect();
    Ok(Listing::from_surplus(
        page,
        limit,
        |card_type: &CardType| card_type.id,
    ))
}
