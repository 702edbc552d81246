//! Authorizations as they are read; they are decided in [`crate::decisions`].

use cardmux_domain::authorization::Authorization;
use cardmux_domain::id::{AuthorizationId, TenantId};

use super::{App, AppError, Listing, rows_for};
use crate::store;
use crate::store::authorizations::AuthorizationFilter;

pub async fn get(
    app: &App,
    tenant: &TenantId,
    id: AuthorizationId,
) -> Result<Authorization, AppError> {
    let found = store::authorizations::get(&app.store, tenant, id).await?;
    found.ok_or_else(|| AppError::NotFound {
        what: "authorization",
        id: id.to_string(),
    })
}

pub async fn list(
    app: &App,
    tenant: &TenantId,
    filter: &AuthorizationFilter,
    after: Option<AuthorizationId>,
    limit: usize,
) -> Result<Listing<Authorization, AuthorizationId>, AppError> {
    let rows = rows_for(limit);
    let rows = store::authorizations::list(&app.store, tenant, filter, after, rows).await?;
    Ok(Listing::from_surplus(rows, limit, |row| row.id))
}
