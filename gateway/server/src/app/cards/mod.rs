//! Cards: issue, read, change.

mod balance;
mod book;
mod change;
mod control_rules;
mod issue;
mod needs;
mod raw;
mod reveal;
mod routing;
pub(in crate::app) mod rules;
mod update;

use cardmux_domain::card::Card;
use cardmux_domain::id::{CardId, TenantId};

pub use balance::balance;
pub use book::entries;
pub use change::{CardRequest, change};
pub use issue::{IssueRequest, Target, issue, issue_item};
pub(in crate::app) use needs::Named;
pub use raw::provider_object;
pub use reveal::{RevealLimiter, Viewer, challenges, reveal, reveal_limiter};
pub(in crate::app) use routing::Situation;
pub use routing::explain;
pub use update::{CardPatch, update};

use super::{App, AppError, Listing, rows_for};
use crate::store;
use crate::store::cards::CardFilter;

pub async fn get(app: &App, tenant: &TenantId, id: CardId) -> Result<Card, AppError> {
    let card = store::cards::get(&app.store, tenant, id).await?;
    let card = card.ok_or_else(|| AppError::NotFound {
        what: "card",
        id: id.to_string(),
    })?;
    book::with_balance(app, card).await
}

pub async fn list(
    app: &App,
    tenant: &TenantId,
    filter: &CardFilter,
    after: Option<CardId>,
    limit: usize,
) -> Result<Listing<Card, CardId>, AppError> {
    let rows = store::cards::list(&app.store, tenant, filter, after, rows_for(limit)).await?;
    let page = Listing::from_surplus(rows, limit, |card| card.id);
    let mut items = Vec::with_capacity(page.items.len());
    for card in page.items {
        items.push(book::with_balance(app, card).await?);
    }
    Ok(Listing { items, ..page })
}
