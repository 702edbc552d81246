use axum::Json;
use axum::extract::State;
use cardmux_domain::id::InstanceId;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::{self, App};
use crate::http::document::{ListProblems, ProviderProblems};
use crate::http::dto::FundingAccountsDto;
use crate::http::extract::{Access, CardsRead, Meta, Query};
use crate::http::params::parse_parameter;
use crate::http::problem::ApiResult;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListFundingAccounts {
    /// A provider instance; all of yours where left out.
    instance: Option<String>,
}

/// List funding accounts
///
/// The accounts that pay for cards and budgets, read at the providers, now. While one of them cannot
/// be read there is no answer: ask for a single `instance` then.
#[utoipa::path(get, path = "/v1/funding-accounts", tag = "budgets", operation_id = "list_funding_accounts",
    params(ListFundingAccounts),
    responses(
        (status = 200, description = "The accounts", body = FundingAccountsDto),
        ListProblems,
        ProviderProblems,
    ))]
pub async fn list_funding_accounts(
    State(app): State<App>,
    access: Access<CardsRead>,
    Query(query): Query<ListFundingAccounts>,
    meta: Meta,
) -> ApiResult<Json<FundingAccountsDto>> {
    let instance = parse_parameter::<InstanceId>("instance", query.instance.as_deref())?;
    let accounts =
        app::budgets::funding_accounts(&app, &access.tenant, instance.as_ref(), &meta.id).await?;
    Ok(Json(FundingAccountsDto {
        data: accounts.into_iter().map(Into::into).collect(),
    }))
}
