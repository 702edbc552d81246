use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cardmux_domain::id::ApiKeyId;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{actor, cursor, tenant};
use crate::app::{App, AppError, Listing, Tenant, api_keys};
use crate::http::document::{ChangeProblems, ListProblems, NotFoundProblems, ReadProblems};
use crate::http::dto::{ApiKeyPage, CreateApiKeyBody, MadeApiKeyDto, RotateApiKeyBody};
use crate::http::extract::{Body, Meta, Operator, OptionalBody, PathParts, Query, page_limit};
use crate::http::not_stored::NotStored;
use crate::http::problem::ApiResult;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct TenantPath {
    /// As configuration names it.
    tenant: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct KeyPath {
    /// As configuration names it.
    tenant: String,
    /// `key_…`
    key_id: String,
}

impl KeyPath {
    fn find(&self, app: &App) -> ApiResult<(Arc<Tenant>, ApiKeyId)> {
        let tenant = tenant(app, &self.tenant)?;
        let id = self.key_id.parse().map_err(|_| AppError::NotFound {
            what: "API key",
            id: self.key_id.clone(),
        })?;
        Ok((tenant, id))
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListKeys {
    /// Rows of a page, at most 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// From the page before.
    cursor: Option<String>,
}

/// List API keys of a tenant
///
/// Newest first, without their texts; revoked and expired ones too.
#[utoipa::path(get, path = "/admin/v1/tenants/{tenant}/keys", tag = "operators", operation_id = "list_api_keys",
    security(("operator_key" = [])), params(TenantPath, ListKeys),
    responses(
        (status = 200, description = "A page of keys", body = ApiKeyPage),
        NotFoundProblems,
        ListProblems,
    ))]
pub async fn list_api_keys(
    State(app): State<App>,
    _: Operator,
    PathParts(path): PathParts<TenantPath>,
    Query(query): Query<ListKeys>,
) -> ApiResult<Json<ApiKeyPage>> {
    let tenant = tenant(&app, &path.tenant)?;
    let limit = page_limit(&app, query.limit)?;
    let cursor = cursor("api-keys", tenant.id.to_string());
    let after = query.cursor.as_deref();
    let after = after.map(|text| cursor.decode(&app, text)).transpose()?;
    let after = after.map(ApiKeyId::from_uuid);
    let Listing { items, next } = api_keys::list(&app.store, &tenant.id, after, limit).await?;
    Ok(Json(ApiKeyPage {
        data: items.into_iter().map(Into::into).collect(),
        next_cursor: next.map(|id| cursor.encode(&app, id.uuid())),
    }))
}

/// Create an API key
///
/// Its text is in this answer only. An `Idempotency-Key` has no effect: repeated, the request makes
/// another key. Keys of the operator are made with `cardmux keys create --tenant operator`.
#[utoipa::path(post, path = "/admin/v1/tenants/{tenant}/keys", tag = "operators", operation_id = "create_api_key",
    security(("operator_key" = [])), params(TenantPath), request_body = CreateApiKeyBody,
    responses((status = 201, description = "The key and its text", body = MadeApiKeyDto), ChangeProblems))]
pub async fn create_api_key(
    State(app): State<App>,
    operator: Operator,
    PathParts(path): PathParts<TenantPath>,
    meta: Meta,
    Body { value, bytes: _ }: Body<CreateApiKeyBody>,
) -> ApiResult<(StatusCode, NotStored<MadeApiKeyDto>)> {
    let tenant = tenant(&app, &path.tenant)?;
    let new = value.parse(tenant.id.clone())?;
    let made = api_keys::create(&app.store, &app.hasher, new, &actor(&operator, meta)).await?;
    Ok((StatusCode::CREATED, NotStored(made.into())))
}

/// Rotate an API key
///
/// A new key with the name and scopes of this one, which works on for `overlapSeconds`. Where this one
/// expires, the new one gets as long a life as this one was given. As with creating, its text is in
/// this answer only, and a repetition makes another key.
#[utoipa::path(post, path = "/admin/v1/tenants/{tenant}/keys/{key_id}/rotate", tag = "operators", operation_id = "rotate_api_key",
    security(("operator_key" = [])), params(KeyPath), request_body = Option<RotateApiKeyBody>,
    responses((status = 201, description = "The new key and its text", body = MadeApiKeyDto), ChangeProblems))]
pub async fn rotate_api_key(
    State(app): State<App>,
    operator: Operator,
    PathParts(path): PathParts<KeyPath>,
    meta: Meta,
    OptionalBody { value, bytes: _ }: OptionalBody<RotateApiKeyBody>,
) -> ApiResult<(StatusCode, NotStored<MadeApiKeyDto>)> {
    let (tenant, id) = path.find(&app)?;
    let overlap = value.parse()?;
    let actor = actor(&operator, meta);
    let made = api_keys::rotate(&app.store, &app.hasher, &tenant.id, id, overlap, &actor).await?;
    app.keys.invalidate(&id).await;
    Ok((StatusCode::CREATED, NotStored(made.into())))
}

/// Revoke an API key
///
/// For good. Other replicas take it for up to `api.key_cache_seconds` more.
#[utoipa::path(delete, path = "/admin/v1/tenants/{tenant}/keys/{key_id}", tag = "operators", operation_id = "revoke_api_key",
    security(("operator_key" = [])), params(KeyPath),
    responses((status = 204, description = "The key is revoked"), ReadProblems))]
pub async fn revoke_api_key(
    State(app): State<App>,
    operator: Operator,
    PathParts(path): PathParts<KeyPath>,
    meta: Meta,
) -> ApiResult<StatusCode> {
    let (tenant, id) = path.find(&app)?;
    api_keys::revoke(&app.store, &tenant.id, id, &actor(&operator, meta)).await?;
    app.keys.invalidate(&id).await;
    Ok(StatusCode::NO_CONTENT)
}
