//! A reviewer decides.

use axum::extract::State;
use cardmux_domain::id::EnrolmentId;
use cardmux_domain::provider::Simulation;

use super::{Simulated, run};
use crate::app::{self, App};
use crate::http::document::SimulateProblems;
use crate::http::dto::{RejectBody, SimulatedDto};
use crate::http::extract::{Access, Body, CardsWrite, Meta, PathId};
use crate::http::params::EnrolmentPath;
use crate::http::problem::ApiResult;

/// Approve an enrolment
///
/// The reviewer is satisfied.
#[utoipa::path(post, path = "/v1/simulate/enrolments/{enrolment_id}/approve", tag = "simulate", operation_id = "simulate_approve_enrolment",
    params(EnrolmentPath),
    responses((status = 202, description = "It happened at the provider", body = SimulatedDto), SimulateProblems))]
pub async fn approve(
    State(app): State<App>,
    access: Access<CardsWrite>,
    PathId(id): PathId<EnrolmentId>,
    meta: Meta,
) -> ApiResult<Simulated> {
    let tenant = &access.tenant;
    let place = app::simulate::enrolment(&app, &tenant.id, id).await?;
    let approved = |enrolment_ref| Simulation::ApproveEnrolment { enrolment_ref };
    run(&app, tenant, place, approved, meta).await
}

/// Reject an enrolment
///
/// The reviewer refuses, for good or until data is corrected.
#[utoipa::path(post, path = "/v1/simulate/enrolments/{enrolment_id}/reject", tag = "simulate", operation_id = "simulate_reject_enrolment",
    params(EnrolmentPath), request_body = RejectBody,
    responses((status = 202, description = "It happened at the provider", body = SimulatedDto), SimulateProblems))]
pub async fn reject(
    State(app): State<App>,
    access: Access<CardsWrite>,
    PathId(id): PathId<EnrolmentId>,
    meta: Meta,
    Body { value, bytes: _ }: Body<RejectBody>,
) -> ApiResult<Simulated> {
    let RejectBody {
        correctable,
        reason,
    } = value;
    let tenant = &access.tenant;
    let place = app::simulate::enrolment(&app, &tenant.id, id).await?;
    let rejected = |enrolment_ref| Simulation::RejectEnrolment {
        enrolment_ref,
        correctable,
        reason,
    };
    run(&app, tenant, place, rejected, meta).await
}
