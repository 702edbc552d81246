//! Operations on a card: deposit, withdraw, freeze, unfreeze, cancel. One shape, one answer.

use axum::extract::State;
use bytes::Bytes;
use cardmux_domain::id::CardId;
use cardmux_domain::operation::OperationKind;

use crate::app::cards::CardRequest;
use crate::app::{self, App, AppError, Tenant};
use crate::http::document::ChangeProblems;
use crate::http::dto::{AnswerResponse, CardBody, CardChangeBody, OperationDto};
use crate::http::extract::{Access, Body, CardsWrite, FundsWrite, Meta, OptionalBody, PathId};
use crate::http::params::{CardPath, ChangeHeaders};
use crate::http::problem::ApiResult;

async fn run(
    app: &App,
    tenant: &Tenant,
    wanted: CardRequest,
    meta: Meta,
    bytes: Bytes,
) -> ApiResult<AnswerResponse> {
    let answer = app::cards::change(app, tenant, wanted, meta.with_body(bytes)).await?;
    Ok(AnswerResponse(answer))
}

fn funds(card_id: CardId, kind: OperationKind, body: CardBody) -> Result<CardRequest, AppError> {
    let CardBody { amount, note } = body;
    let amount = amount.parse("/amount").map_err(AppError::Invalid)?;
    Ok(CardRequest {
        amount: Some(amount),
        note,
        ..CardRequest::new(card_id, kind)
    })
}

fn plain(card_id: CardId, kind: OperationKind, body: CardChangeBody) -> CardRequest {
    let CardChangeBody { note } = body;
    CardRequest {
        note,
        ..CardRequest::new(card_id, kind)
    }
}

/// Deposit money on a card
///
/// From the funding account to the card; the provider's fee is charged on top. Where the card's money is in
/// the gateway's ledger, it is booked there at once.
#[utoipa::path(post, path = "/v1/cards/{card_id}/deposit", tag = "cards", operation_id = "deposit_card",
    params(CardPath, ChangeHeaders), request_body = CardBody,
    responses(
        (status = 200, description = "The operation, finished", body = OperationDto),
        (status = 202, description = "The operation, under way", body = OperationDto),
        ChangeProblems,
    ))]
pub async fn deposit_card(
    State(app): State<App>,
    access: Access<FundsWrite>,
    PathId(id): PathId<CardId>,
    meta: Meta,
    Body { value, bytes }: Body<CardBody>,
) -> ApiResult<AnswerResponse> {
    run(
        &app,
        &access.tenant,
        funds(id, OperationKind::Deposit, value)?,
        meta,
        bytes,
    )
    .await
}

/// Withdraw money from a card
///
/// From the card back to the funding account. What comes back to a closed card whose money is in the
/// gateway's ledger can still be withdrawn.
#[utoipa::path(post, path = "/v1/cards/{card_id}/withdraw", tag = "cards", operation_id = "withdraw_card",
    params(CardPath, ChangeHeaders), request_body = CardBody,
    responses(
        (status = 200, description = "The operation, finished", body = OperationDto),
        (status = 202, description = "The operation, under way", body = OperationDto),
        ChangeProblems,
    ))]
pub async fn withdraw_card(
    State(app): State<App>,
    access: Access<FundsWrite>,
    PathId(id): PathId<CardId>,
    meta: Meta,
    Body { value, bytes }: Body<CardBody>,
) -> ApiResult<AnswerResponse> {
    run(
        &app,
        &access.tenant,
        funds(id, OperationKind::Withdraw, value)?,
        meta,
        bytes,
    )
    .await
}

/// Freeze a card
///
/// Stops it until it is unfrozen.
#[utoipa::path(post, path = "/v1/cards/{card_id}/freeze", tag = "cards", operation_id = "freeze_card",
    params(CardPath, ChangeHeaders), request_body = Option<CardChangeBody>,
    responses(
        (status = 200, description = "The operation, finished", body = OperationDto),
        (status = 202, description = "The operation, under way", body = OperationDto),
        ChangeProblems,
    ))]
pub async fn freeze_card(
    State(app): State<App>,
    access: Access<CardsWrite>,
    PathId(id): PathId<CardId>,
    meta: Meta,
    OptionalBody { value, bytes }: OptionalBody<CardChangeBody>,
) -> ApiResult<AnswerResponse> {
    run(
        &app,
        &access.tenant,
        plain(id, OperationKind::Freeze, value),
        meta,
        bytes,
    )
    .await
}

/// Unfreeze a card
///
/// Makes a frozen card usable again.
#[utoipa::path(post, path = "/v1/cards/{card_id}/unfreeze", tag = "cards", operation_id = "unfreeze_card",
    params(CardPath, ChangeHeaders), request_body = Option<CardChangeBody>,
    responses(
        (status = 200, description = "The operation, finished", body = OperationDto),
        (status = 202, description = "The operation, under way", body = OperationDto),
        ChangeProblems,
    ))]
pub async fn unfreeze_card(
    State(app): State<App>,
    access: Access<CardsWrite>,
    PathId(id): PathId<CardId>,
    meta: Meta,
    OptionalBody { value, bytes }: OptionalBody<CardChangeBody>,
) -> ApiResult<AnswerResponse> {
    run(
        &app,
        &access.tenant,
        plain(id, OperationKind::Unfreeze, value),
        meta,
        bytes,
    )
    .await
}

/// Cancel a card
///
/// For good. What is left on it goes back to the funding account; `received` says how much.
#[utoipa::path(post, path = "/v1/cards/{card_id}/cancel", tag = "cards", operation_id = "cancel_card",
    params(CardPath, ChangeHeaders), request_body = Option<CardChangeBody>,
    responses(
        (status = 200, description = "The operation, finished", body = OperationDto),
        (status = 202, description = "The operation, under way", body = OperationDto),
        ChangeProblems,
    ))]
pub async fn cancel_card(
    State(app): State<App>,
    access: Access<CardsWrite>,
    PathId(id): PathId<CardId>,
    meta: Meta,
    OptionalBody { value, bytes }: OptionalBody<CardChangeBody>,
) -> ApiResult<AnswerResponse> {
    run(
        &app,
        &access.tenant,
        plain(id, OperationKind::Cancel, value),
        meta,
        bytes,
    )
    .await
}
