//! Cards: issue, read, change.

mod balance;
mod change;
mod control_rules;
mod issue;
mod needs;
mod raw;
mod reveal;
pub(in crate::app) mod rules;
mod update;

use cardmux_domain::card::Card;
use cardmux_domain::id::{CardId, TenantId};

pub use balance::balance;
pub use change::{CardRequest, change};
pub use issue::{IssueRequest, issue, issue_item};
pub use raw::provider_object;
pub use reveal::{RevealLimiter, Viewer, challenges, reveal, reveal_limiter};
pub use update::{CardPatch, update};

use super::{App, AppError, Listing, rows_for};
use crate::store;
use crate::store::cards::CardFilter;

pub async fn get(app: &App, tenant: &TenantId, id: CardId) -> Result<Card, AppError> {
    store::cards::get(&app.store, tenant, id)
        .await?
        .ok_or_else(|| AppError::NotFound {
            what: "card",
            id: id.to_string(),
        })
}

pub async fn list(
    app: &App,
    tenant: &TenantId,
    filter: &CardFilter,
    after: Option<CardId>,
    limit: usize,
) -> Result<Listing<Card, CardId>, AppError> {
    let rows = store::cards::list(&app.store, tenant, filter, after, rows_for(limit)).await?;
    Ok(Listing::from_surplus(rows, limit, |card| card.id))
}
