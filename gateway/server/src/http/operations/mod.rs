//! `/v1/operations`

use axum::Json;
use axum::extract::State;
use cardmux_domain::id::{BudgetId, CardId, DisputeId, EnrolmentId, OperationId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::{self, App, Listing};
use crate::http::document::{ListProblems, ReadProblems};
use crate::http::dto::{OperationDto, OperationPage, open};
use crate::http::extract::{Access, CardsRead, Cursor, PathId, Query, page_limit};
use crate::http::params::parse_parameter;
use crate::http::problem::ApiResult;
use crate::store::operations::OperationFilter;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListOperations {
    card_id: Option<String>,
    budget_id: Option<String>,
    enrolment_id: Option<String>,
    dispute_id: Option<String>,
    #[param(value_type = Option<open::OperationKind>)]
    kind: Option<String>,
    #[param(value_type = Option<open::OperationStatus>)]
    status: Option<String>,
    /// Only those a person has to look at, or only the others.
    needs_attention: Option<bool>,
    /// Rows of a page, at most 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// From the page before.
    cursor: Option<String>,
}

impl ListOperations {
    fn filter(&self) -> ApiResult<OperationFilter> {
        Ok(OperationFilter {
            card_id: parse_parameter::<CardId>("cardId", self.card_id.as_deref())?,
            kind: parse_parameter("kind", self.kind.as_deref())?,
            status: parse_parameter("status", self.status.as_deref())?,
            budget_id: parse_parameter::<BudgetId>("budgetId", self.budget_id.as_deref())?,
            enrolment_id: parse_parameter::<EnrolmentId>(
                "enrolmentId",
                self.enrolment_id.as_deref(),
            )?,
            dispute_id: parse_parameter::<DisputeId>("disputeId", self.dispute_id.as_deref())?,
            needs_attention: self.needs_attention,
        })
    }
}

/// List operations
///
/// Newest first.
#[utoipa::path(get, path = "/v1/operations", tag = "operations", operation_id = "list_operations", params(ListOperations),
    responses((status = 200, description = "A page of operations", body = OperationPage), ListProblems))]
pub async fn list_operations(
    State(app): State<App>,
    access: Access<CardsRead>,
    Query(query): Query<ListOperations>,
) -> ApiResult<Json<OperationPage>> {
    let filter = query.filter()?;
    let limit = page_limit(&app, query.limit)?;
    let cursor = Cursor {
        tenant: access.tenant.id.as_str(),
        list: "operations",
        filters: format!("{filter:?}"),
    };
    let after = query
        .cursor
        .as_deref()
        .map(|text| cursor.decode(&app, text))
        .transpose()?;
    let after = after.map(OperationId::from_uuid);
    let Listing { items, next } =
        app::operations::list(&app, &access.tenant.id, &filter, after, limit).await?;
    Ok(Json(OperationPage {
        data: items.into_iter().map(Into::into).collect(),
        next_cursor: next.map(|id| cursor.encode(&app, id.uuid())),
    }))
}

/// Get an operation
///
/// What was asked for, and what is known of it.
#[utoipa::path(get, path = "/v1/operations/{operation_id}", tag = "operations", operation_id = "get_operation",
    params(("operation_id" = String, Path, description = "`op_…`")),
    responses((status = 200, description = "The operation", body = OperationDto), ReadProblems))]
pub async fn get_operation(
    State(app): State<App>,
    access: Access<CardsRead>,
    PathId(id): PathId<OperationId>,
) -> ApiResult<Json<OperationDto>> {
    Ok(Json(
        app::operations::get(&app, &access.tenant.id, id)
            .await?
            .into(),
    ))
}
