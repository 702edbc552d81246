use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use cardmux_domain::id::ApiKeyId;

use crate::app::api_keys::{self, Scope};
use crate::app::{App, Tenant};
use crate::http::problem::ApiError;
use crate::http::{codes, rate_limit};
use crate::store::ApiKey;

/// A scope as a type, so that a handler's signature says which one it needs.
pub trait NeedsScope: Send + Sync {
    const SCOPE: Scope;
}

macro_rules! scopes {
    ($($name:ident),+) => {$(
        pub struct $name;
        impl NeedsScope for $name {
            const SCOPE: Scope = Scope::$name;
        }
    )+};
}
scopes!(
    CardsRead,
    CardsWrite,
    CardsReveal,
    FundsWrite,
    CustomersRead,
    CustomersWrite,
    EventsRead
);

/// The tenant whose API key, with scope `S`, came with the request.
pub struct Access<S> {
    pub tenant: Arc<Tenant>,
    /// The key that was used, for the audit trail.
    pub key: ApiKeyId,
    scope: PhantomData<S>,
}

impl<S: NeedsScope> FromRequestParts<App> for Access<S> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let key = authenticated(parts, app).await?;
        let tenant = app.tenants.get(&key.tenant).cloned();
        if let Some(tenant) = &tenant {
            rate_limit::count(app, tenant, parts.extensions.get())?;
        }
        allows(&key, S::SCOPE)?;
        let tenant = tenant.ok_or_else(|| {
            ApiError::new(
                codes::UNAUTHENTICATED,
                "the tenant of this API key is not configured any more",
            )
        })?;
        Ok(Self {
            tenant,
            key: key.id,
            scope: PhantomData,
        })
    }
}

/// The operator of this installation.
pub struct Operator {
    /// Its id, for the audit trail.
    pub key: ApiKeyId,
}

impl FromRequestParts<App> for Operator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let key = authenticated(parts, app).await?;
        allows(&key, Scope::Operator)?;
        Ok(Self { key: key.id })
    }
}

async fn authenticated(parts: &Parts, app: &App) -> Result<Arc<ApiKey>, ApiError> {
    let key = match bearer(parts) {
        Some(text) => api_keys::authenticate(app, text).await?,
        None => None,
    };
    key.ok_or_else(|| {
        ApiError::new(
            codes::UNAUTHENTICATED,
            "send `Authorization: Bearer cmx_…` with a key that is not revoked",
        )
    })
}

fn allows(key: &ApiKey, scope: Scope) -> Result<(), ApiError> {
    let mut granted = key.scopes.iter();
    if granted.any(|granted| granted == <&str>::from(scope)) {
        return Ok(());
    }
    let detail = format!("this API key lacks the scope `{scope}`");
    Err(ApiError::new(codes::FORBIDDEN, detail))
}

fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}
