use axum::Json;
use axum::extract::State;
use cardmux_domain::id::TransactionId;

use crate::app::{self, App};
use crate::http::document::ReadProblems;
use crate::http::dto::TransactionDto;
use crate::http::extract::{Access, CardsRead, PathId};
use crate::http::params::TransactionPath;
use crate::http::problem::ApiResult;

/// Get a transaction
///
/// As its provider last told it.
#[utoipa::path(get, path = "/v1/transactions/{transaction_id}", tag = "transactions", operation_id = "get_transaction",
    params(TransactionPath),
    responses((status = 200, description = "The transaction", body = TransactionDto), ReadProblems))]
pub async fn get_transaction(
    State(app): State<App>,
    access: Access<CardsRead>,
    PathId(id): PathId<TransactionId>,
) -> ApiResult<Json<TransactionDto>> {
    let transaction = app::transactions::get(&app, &access.tenant.id, id).await?;
    Ok(Json(transaction.into()))
}
