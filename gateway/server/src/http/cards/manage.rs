//! Operations that set something about a card: controls, note, PIN, activation.

use axum::extract::State;
use cardmux_domain::id::CardId;
use cardmux_domain::operation::OperationKind;

use crate::app::cards::CardRequest;
use crate::app::{self, App, AppError};
use crate::http::document::ChangeProblems;
use crate::http::dto::{
    ActivateCardBody, AnswerResponse, ControlsDto, OperationDto, OrderPhysicalBody, SetNoteBody,
    SetPinBody, in_currency,
};
use crate::http::extract::{Access, Body, CardsWrite, Meta, PathId};
use crate::http::params::{CardPath, ChangeHeaders};
use crate::http::problem::ApiResult;

/// Activate a physical card
///
/// With the code from its challenges and a PIN of the holder's choosing. Neither is stored: a request
/// whose fate is lost before it was sent fails, and has to be made again.
#[utoipa::path(post, path = "/v1/cards/{card_id}/activate", tag = "cards", operation_id = "activate_card",
    params(CardPath, ChangeHeaders), request_body = ActivateCardBody,
    responses(
        (status = 200, description = "The operation, finished", body = OperationDto),
        (status = 202, description = "The operation, under way", body = OperationDto),
        ChangeProblems,
    ))]
pub async fn activate_card(
    State(app): State<App>,
    access: Access<CardsWrite>,
    PathId(id): PathId<CardId>,
    meta: Meta,
    Body { value, bytes }: Body<ActivateCardBody>,
) -> ApiResult<AnswerResponse> {
    let ActivateCardBody {
        activation_code,
        pin,
        no_pin_limit,
    } = value;
    let no_pin_limit = match no_pin_limit {
        Some(money) => {
            let card = app::cards::get(&app, &access.tenant.id, id).await?;
            let mut problems = Vec::new();
            let money = in_currency("/noPinLimit", &money, card.currency, &mut problems);
            Some(money.ok_or(AppError::Invalid(problems))?.amount)
        }
        None => None,
    };
    let wanted = CardRequest {
        pin,
        activation_code: Some(activation_code),
        no_pin_limit,
        ..CardRequest::new(id, OperationKind::Activate)
    };
    let answer = app::cards::change(&app, &access.tenant, wanted, meta.with_body(bytes)).await?;
    Ok(AnswerResponse(answer))
}

/// Order the plastic of a card
///
/// Has a card that exists printed and sent; it is activated with the code that comes with it. Name
/// and address go to the provider and are not stored: a request whose fate is lost before it was sent
/// fails, and has to be made again.
#[utoipa::path(post, path = "/v1/cards/{card_id}/physical", tag = "cards", operation_id = "order_physical_card",
    params(CardPath, ChangeHeaders), request_body = OrderPhysicalBody,
    responses(
        (status = 200, description = "The operation, finished", body = OperationDto),
        (status = 202, description = "The operation, under way", body = OperationDto),
        ChangeProblems,
    ))]
pub async fn order_physical_card(
    State(app): State<App>,
    access: Access<CardsWrite>,
    PathId(id): PathId<CardId>,
    meta: Meta,
    Body { value, bytes }: Body<OrderPhysicalBody>,
) -> ApiResult<AnswerResponse> {
    let wanted = CardRequest {
        shipping: Some(value.parse()?),
        ..CardRequest::new(id, OperationKind::OrderPhysical)
    };
    let answer = app::cards::change(&app, &access.tenant, wanted, meta.with_body(bytes)).await?;
    Ok(AnswerResponse(answer))
}

/// Set a card's PIN
///
/// The PIN goes to the provider and is not stored.
#[utoipa::path(post, path = "/v1/cards/{card_id}/pin", tag = "cards", operation_id = "set_card_pin",
    params(CardPath, ChangeHeaders), request_body = SetPinBody,
    responses(
        (status = 200, description = "The operation, finished", body = OperationDto),
        (status = 202, description = "The operation, under way", body = OperationDto),
        ChangeProblems,
    ))]
pub async fn set_card_pin(
    State(app): State<App>,
    access: Access<CardsWrite>,
    PathId(id): PathId<CardId>,
    meta: Meta,
    Body { value, bytes }: Body<SetPinBody>,
) -> ApiResult<AnswerResponse> {
    let SetPinBody { pin } = value;
    let wanted = CardRequest {
        pin: Some(pin),
        ..CardRequest::new(id, OperationKind::SetPin)
    };
    let answer = app::cards::change(&app, &access.tenant, wanted, meta.with_body(bytes)).await?;
    Ok(AnswerResponse(answer))
}

/// Set a card's controls
///
/// Limits and merchant categories the provider enforces. What is left out stays as it is.
#[utoipa::path(post, path = "/v1/cards/{card_id}/controls", tag = "cards", operation_id = "set_card_controls",
    params(CardPath, ChangeHeaders), request_body = ControlsDto,
    responses(
        (status = 200, description = "The operation, finished", body = OperationDto),
        (status = 202, description = "The operation, under way", body = OperationDto),
        ChangeProblems,
    ))]
pub async fn set_card_controls(
    State(app): State<App>,
    access: Access<CardsWrite>,
    PathId(id): PathId<CardId>,
    meta: Meta,
    Body { value, bytes }: Body<ControlsDto>,
) -> ApiResult<AnswerResponse> {
    let card = app::cards::get(&app, &access.tenant.id, id).await?;
    let wanted = CardRequest {
        controls: Some(value.parse(card.currency)?),
        ..CardRequest::new(id, OperationKind::UpdateControls)
    };
    let answer = app::cards::change(&app, &access.tenant, wanted, meta.with_body(bytes)).await?;
    Ok(AnswerResponse(answer))
}

/// Set a card's note
///
/// Kept with the card at its provider; the `label` is kept here alone.
#[utoipa::path(post, path = "/v1/cards/{card_id}/note", tag = "cards", operation_id = "set_card_note",
    params(CardPath, ChangeHeaders), request_body = SetNoteBody,
    responses(
        (status = 200, description = "The operation, finished", body = OperationDto),
        (status = 202, description = "The operation, under way", body = OperationDto),
        ChangeProblems,
    ))]
pub async fn set_card_note(
    State(app): State<App>,
    access: Access<CardsWrite>,
    PathId(id): PathId<CardId>,
    meta: Meta,
    Body { value, bytes }: Body<SetNoteBody>,
) -> ApiResult<AnswerResponse> {
    let SetNoteBody { note } = value;
    let wanted = CardRequest {
        note: Some(note),
        ..CardRequest::new(id, OperationKind::UpdateNote)
    };
    let answer = app::cards::change(&app, &access.tenant, wanted, meta.with_body(bytes)).await?;
    Ok(AnswerResponse(answer))
}
