//! What becomes of an authorization.

use axum::extract::State;
use cardmux_domain::id::TransactionId;
use cardmux_domain::provider::Simulation;

use super::{Simulated, optional_amount, run};
use crate::app::{self, App};
use crate::http::document::SimulateProblems;
use crate::http::dto::{PartBody, SimulatedDto};
use crate::http::extract::{Access, CardsWrite, Meta, OptionalBody, PathId};
use crate::http::params::TransactionPath;
use crate::http::problem::ApiResult;

/// Settle a transaction
///
/// An authorization, for its own amount or another one.
#[utoipa::path(post, path = "/v1/simulate/transactions/{transaction_id}/settle", tag = "simulate", operation_id = "simulate_settle",
    params(TransactionPath), request_body = Option<PartBody>,
    responses((status = 202, description = "It happened at the provider", body = SimulatedDto), SimulateProblems))]
pub async fn settle(
    State(app): State<App>,
    access: Access<CardsWrite>,
    PathId(id): PathId<TransactionId>,
    meta: Meta,
    OptionalBody { value, bytes: _ }: OptionalBody<PartBody>,
) -> ApiResult<Simulated> {
    let amount = optional_amount(value.amount.as_ref())?;
    let tenant = &access.tenant;
    let place = app::simulate::transaction(&app, &tenant.id, id).await?;
    let settled = |transaction_ref| Simulation::Settle {
        transaction_ref,
        amount,
    };
    run(&app, tenant, place, settled, meta).await
}

/// Void a transaction
///
/// Takes an authorization back before it is settled, all of it or a part.
#[utoipa::path(post, path = "/v1/simulate/transactions/{transaction_id}/void", tag = "simulate", operation_id = "simulate_void",
    params(TransactionPath), request_body = Option<PartBody>,
    responses((status = 202, description = "It happened at the provider", body = SimulatedDto), SimulateProblems))]
pub async fn void(
    State(app): State<App>,
    access: Access<CardsWrite>,
    PathId(id): PathId<TransactionId>,
    meta: Meta,
    OptionalBody { value, bytes: _ }: OptionalBody<PartBody>,
) -> ApiResult<Simulated> {
    let amount = optional_amount(value.amount.as_ref())?;
    let tenant = &access.tenant;
    let place = app::simulate::transaction(&app, &tenant.id, id).await?;
    let voided = |transaction_ref| Simulation::Void {
        transaction_ref,
        amount,
    };
    run(&app, tenant, place, voided, meta).await
}

/// Refund a transaction
///
/// All of it or a part.
#[utoipa::path(post, path = "/v1/simulate/transactions/{transaction_id}/refund", tag = "simulate", operation_id = "simulate_refund",
    params(TransactionPath), request_body = Option<PartBody>,
    responses((status = 202, description = "It happened at the provider", body = SimulatedDto), SimulateProblems))]
pub async fn refund(
    State(app): State<App>,
    access: Access<CardsWrite>,
    PathId(id): PathId<TransactionId>,
    meta: Meta,
    OptionalBody { value, bytes: _ }: OptionalBody<PartBody>,
) -> ApiResult<Simulated> {
    let amount = optional_amount(value.amount.as_ref())?;
    let tenant = &access.tenant;
    let place = app::simulate::transaction(&app, &tenant.id, id).await?;
    let refunded = |transaction_ref| Simulation::Refund {
        transaction_ref,
        amount,
    };
    run(&app, tenant, place, refunded, meta).await
}
