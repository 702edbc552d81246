//! The catalogue as clients see it: served from the store, also while a provider is down.

use cardmux_domain::card_type::CardType;
use cardmux_domain::id::CardTypeId;

use super::{App, AppError, Listing, Tenant};
use crate::store;
use crate::store::card_types::CardTypeFilter;

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
