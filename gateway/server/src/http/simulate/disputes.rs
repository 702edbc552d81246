//! An issuer decides.

use axum::extract::State;
use cardmux_domain::id::DisputeId;
use cardmux_domain::provider::Simulation;

use super::{Simulated, run};
use crate::app::{self, App};
use crate::http::document::SimulateProblems;
use crate::http::dto::{DecideDisputeBody, SimulatedDto};
use crate::http::extract::{Access, Body, CardsWrite, Meta, PathId};
use crate::http::params::DisputePath;
use crate::http::problem::ApiResult;

/// Decide a dispute
///
/// The issuer decides for the cardholder or for the merchant.
#[utoipa::path(post, path = "/v1/simulate/disputes/{dispute_id}/decide", tag = "simulate", operation_id = "simulate_decide_dispute",
    params(DisputePath), request_body = DecideDisputeBody,
    responses((status = 202, description = "It happened at the provider", body = SimulatedDto), SimulateProblems))]
pub async fn decide(
    State(app): State<App>,
    access: Access<CardsWrite>,
    PathId(id): PathId<DisputeId>,
    meta: Meta,
    Body { value, bytes: _ }: Body<DecideDisputeBody>,
) -> ApiResult<Simulated> {
    let DecideDisputeBody { accept } = value;
    let tenant = &access.tenant;
    let place = app::simulate::dispute(&app, &tenant.id, id).await?;
    let decided = |dispute_ref| Simulation::DecideDispute {
        dispute_ref,
        accept,
    };
    run(&app, tenant, place, decided, meta).await
}
