//! `/admin/v1`: the operator's own view, across tenants.

pub mod audit;
pub mod config;
pub mod instances;
pub mod keys;
pub mod operations;
pub mod tenants;

use std::sync::Arc;

use cardmux_domain::id::TenantId;

use super::extract::{Cursor, page_limit};
use super::params::parse_parameter;
use super::problem::{ApiError, ApiResult};
use crate::app::api_keys::{Actor, OPERATOR};
use crate::app::{App, AppError, Tenant};
use crate::http::extract::{Meta, Operator};

fn actor(operator: &Operator, meta: Meta) -> Actor {
    Actor {
        name: operator.key.to_string(),
        request_id: meta.id,
    }
}

/// A cursor of a list that belongs to no tenant.
fn cursor(list: &'static str, filters: String) -> Cursor<'static> {
    Cursor {
        tenant: OPERATOR,
        list,
        filters,
    }
}

/// The tenant that the path names.
fn tenant(app: &App, name: &str) -> ApiResult<Arc<Tenant>> {
    let found = name
        .parse()
        .ok()
        .and_then(|id: TenantId| app.tenants.get(&id));
    found.cloned().ok_or_else(|| {
        ApiError::from(AppError::NotFound {
            what: "tenant",
            id: name.to_owned(),
        })
    })
}

/// The tenant in the query, configured or not: what it did is there for longer than it is.
fn tenant_parameter(text: &str) -> ApiResult<TenantId> {
    let tenant = parse_parameter("tenant", Some(text))?;
    Ok(tenant.ok_or(AppError::Internal("a parameter that is there was parsed"))?)
}

/// A page of what configuration names, in the order of the names.
fn named<T>(
    app: &App,
    list: &'static str,
    limit: Option<usize>,
    after: Option<&str>,
    all: impl Iterator<Item = (String, T)>,
) -> ApiResult<(Vec<T>, Option<String>)> {
    let limit = page_limit(app, limit)?;
    let cursor = cursor(list, String::new());
    let after = after
        .map(|text| cursor.decode_text(app, text))
        .transpose()?;
    let mut rest = all.filter(|(name, _)| after.as_ref().is_none_or(|after| name > after));
    let (names, page): (Vec<_>, Vec<_>) = rest.by_ref().take(limit).unzip();
    let last = names.last().filter(|_| rest.next().is_some());
    Ok((page, last.map(|name| cursor.encode_text(app, name))))
}
