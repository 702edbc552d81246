//! A card is used, charged, challenged or blocked.

use axum::extract::State;
use cardmux_domain::id::CardId;
use cardmux_domain::provider::Simulation;

use super::{Simulated, amount, optional_amount, run};
use crate::app::{self, App, AppError, FieldProblem};
use crate::http::document::SimulateProblems;
use crate::http::dto::{
    AmountBody, AuthorizeBody, ChallengeBody, ChargeBody, FeePatchBody, SimulatedDto,
};
use crate::http::extract::{Access, Body, CardsWrite, Meta, PathId};
use crate::http::params::CardPath;
use crate::http::problem::ApiResult;

/// Use a card
///
/// A purchase or verification at a merchant, authorized or declined.
#[utoipa::path(post, path = "/v1/simulate/cards/{card_id}/authorize", tag = "simulate", operation_id = "simulate_authorize",
    params(CardPath), request_body = AuthorizeBody,
    responses((status = 202, description = "It happened at the provider", body = SimulatedDto), SimulateProblems))]
pub async fn authorize(
    State(app): State<App>,
    access: Access<CardsWrite>,
    PathId(id): PathId<CardId>,
    meta: Meta,
    Body { value, bytes: _ }: Body<AuthorizeBody>,
) -> ApiResult<Simulated> {
    let AuthorizeBody {
        amount: money,
        merchant,
        verification,
        decline,
    } = value;
    let amount = amount(&money)?;
    let tenant = &access.tenant;
    let place = app::simulate::card(&app, &tenant.id, id).await?;
    let authorized = |card_ref| Simulation::Authorize {
        card_ref,
        amount,
        merchant: Box::new(merchant.into()),
        verification,
        decline,
    };
    run(&app, tenant, place, authorized, meta).await
}

/// Advise a charge
///
/// The network approves by itself, without asking the gateway, and tells it afterwards.
#[utoipa::path(post, path = "/v1/simulate/cards/{card_id}/advise", tag = "simulate", operation_id = "simulate_advise",
    params(CardPath), request_body = ChargeBody,
    responses((status = 202, description = "It happened at the provider", body = SimulatedDto), SimulateProblems))]
pub async fn advise(
    State(app): State<App>,
    access: Access<CardsWrite>,
    PathId(id): PathId<CardId>,
    meta: Meta,
    Body { value, bytes: _ }: Body<ChargeBody>,
) -> ApiResult<Simulated> {
    let ChargeBody {
        amount: money,
        merchant,
    } = value;
    let amount = amount(&money)?;
    let tenant = &access.tenant;
    let place = app::simulate::card(&app, &tenant.id, id).await?;
    let advised = |card_ref| Simulation::Advise {
        card_ref,
        amount,
        merchant: Box::new(merchant.into()),
    };
    run(&app, tenant, place, advised, meta).await
}

/// Present a charge
///
/// Without any authorization before it: a merchant that was offline.
#[utoipa::path(post, path = "/v1/simulate/cards/{card_id}/present", tag = "simulate", operation_id = "simulate_present",
    params(CardPath), request_body = ChargeBody,
    responses((status = 202, description = "It happened at the provider", body = SimulatedDto), SimulateProblems))]
pub async fn present(
    State(app): State<App>,
    access: Access<CardsWrite>,
    PathId(id): PathId<CardId>,
    meta: Meta,
    Body { value, bytes: _ }: Body<ChargeBody>,
) -> ApiResult<Simulated> {
    let ChargeBody {
        amount: money,
        merchant,
    } = value;
    let amount = amount(&money)?;
    let tenant = &access.tenant;
    let place = app::simulate::card(&app, &tenant.id, id).await?;
    let presented = |card_ref| Simulation::Present {
        card_ref,
        amount,
        merchant: Box::new(merchant.into()),
    };
    run(&app, tenant, place, presented, meta).await
}

/// Charge a maintenance fee
///
/// The issuer takes its fee from the card.
#[utoipa::path(post, path = "/v1/simulate/cards/{card_id}/maintenance-fee", tag = "simulate", operation_id = "simulate_maintenance_fee",
    params(CardPath), request_body = AmountBody,
    responses((status = 202, description = "It happened at the provider", body = SimulatedDto), SimulateProblems))]
pub async fn maintenance_fee(
    State(app): State<App>,
    access: Access<CardsWrite>,
    PathId(id): PathId<CardId>,
    meta: Meta,
    Body { value, bytes: _ }: Body<AmountBody>,
) -> ApiResult<Simulated> {
    let amount = amount(&value.amount)?;
    let tenant = &access.tenant;
    let place = app::simulate::card(&app, &tenant.id, id).await?;
    let charged = |card_ref| Simulation::MaintenanceFee { card_ref, amount };
    run(&app, tenant, place, charged, meta).await
}

/// Charge the funding account for a card
///
/// A fee that the card could not pay.
#[utoipa::path(post, path = "/v1/simulate/cards/{card_id}/fee-patch", tag = "simulate", operation_id = "simulate_fee_patch",
    params(CardPath), request_body = FeePatchBody,
    responses((status = 202, description = "It happened at the provider", body = SimulatedDto), SimulateProblems))]
pub async fn fee_patch(
    State(app): State<App>,
    access: Access<CardsWrite>,
    PathId(id): PathId<CardId>,
    meta: Meta,
    Body { value, bytes: _ }: Body<FeePatchBody>,
) -> ApiResult<Simulated> {
    let FeePatchBody {
        amount: money,
        transaction_id,
    } = value;
    let amount = amount(&money)?;
    let tenant = &access.tenant;
    let place = app::simulate::card(&app, &tenant.id, id).await?;
    let transaction_ref = match transaction_id {
        Some(text) => {
            let id = text.parse().map_err(|_| unknown_transaction())?;
            let transaction = app::simulate::transaction(&app, &tenant.id, id).await?;
            Some(transaction.provider_ref)
        }
        None => None,
    };
    let charged = |card_ref| Simulation::FeePatch {
        card_ref,
        transaction_ref,
        amount,
    };
    run(&app, tenant, place, charged, meta).await
}

fn unknown_transaction() -> AppError {
    let detail = "is no transaction id";
    AppError::Invalid(vec![FieldProblem::body(
        "/transactionId",
        "unknown",
        detail,
    )])
}

/// Challenge a cardholder
///
/// The issuer sends the cardholder a code, a link or an activation code.
#[utoipa::path(post, path = "/v1/simulate/cards/{card_id}/challenge", tag = "simulate", operation_id = "simulate_challenge",
    params(CardPath), request_body = ChallengeBody,
    responses((status = 202, description = "It happened at the provider", body = SimulatedDto), SimulateProblems))]
pub async fn challenge(
    State(app): State<App>,
    access: Access<CardsWrite>,
    PathId(id): PathId<CardId>,
    meta: Meta,
    Body { value, bytes: _ }: Body<ChallengeBody>,
) -> ApiResult<Simulated> {
    let kind = value.kind()?;
    let amount = optional_amount(value.amount.as_ref())?;
    let tenant = &access.tenant;
    let place = app::simulate::card(&app, &tenant.id, id).await?;
    let challenged = |card_ref| Simulation::Challenge {
        card_ref,
        kind,
        amount,
        merchant_name: value.merchant_name,
    };
    run(&app, tenant, place, challenged, meta).await
}

/// Block a card
///
/// As the issuer does.
#[utoipa::path(post, path = "/v1/simulate/cards/{card_id}/block", tag = "simulate", operation_id = "simulate_block",
    params(CardPath),
    responses((status = 202, description = "It happened at the provider", body = SimulatedDto), SimulateProblems))]
pub async fn block(
    State(app): State<App>,
    access: Access<CardsWrite>,
    PathId(id): PathId<CardId>,
    meta: Meta,
) -> ApiResult<Simulated> {
    let tenant = &access.tenant;
    let place = app::simulate::card(&app, &tenant.id, id).await?;
    let blocked = |card_ref| Simulation::Block { card_ref };
    run(&app, tenant, place, blocked, meta).await
}

/// Overdraw a card
///
/// The provider covers what the card could not pay.
#[utoipa::path(post, path = "/v1/simulate/cards/{card_id}/overdraft", tag = "simulate", operation_id = "simulate_overdraft",
    params(CardPath), request_body = AmountBody,
    responses((status = 202, description = "It happened at the provider", body = SimulatedDto), SimulateProblems))]
pub async fn overdraft(
    State(app): State<App>,
    access: Access<CardsWrite>,
    PathId(id): PathId<CardId>,
    meta: Meta,
    Body { value, bytes: _ }: Body<AmountBody>,
) -> ApiResult<Simulated> {
    let amount = amount(&value.amount)?;
    let tenant = &access.tenant;
    let place = app::simulate::card(&app, &tenant.id, id).await?;
    let overdrawn = |card_ref| Simulation::Overdraft { card_ref, amount };
    run(&app, tenant, place, overdrawn, meta).await
}
