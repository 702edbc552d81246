//! The event stream as a client reads it.

use cardmux_domain::event::Event;
use cardmux_domain::id::{EventId, TenantId};

use super::{App, AppError, Listing, rows_for};
use crate::store;
use crate::store::events::EventFilter;

/// Oldest first: a reader keeps the last cursor and asks for what followed.
pub async fn list(
    app: &App,
    tenant: &TenantId,
    filter: &EventFilter,
    after: Option<EventId>,
    limit: usize,
) -> Result<Listing<Event, EventId>, AppError> {
    let rows = store::events::list(&app.store, tenant, filter, after, rows_for(limit)).await?;
    Ok(Listing::from_surplus(rows, limit, |event| event.id))
}
