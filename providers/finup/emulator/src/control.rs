//! Finup's own `/_emulator/*` routes: the state without secrets, the quirks, the script of coming
//! cards, and what a merchant and the platform do to a card. All of it is this emulator's invention.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::App;
use crate::failure::Failure;
use crate::quirks::Quirks;
use crate::script::Script;
use crate::shown;
use crate::state::{Card, MoveKind, State, Status};

pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/_emulator/state", get(state))
        .route("/_emulator/quirks", get(get_quirks).put(put_quirks))
        .route("/_emulator/script", put(put_script))
        .route("/_emulator/cards/{id}/spend", post(spend))
        .route("/_emulator/cards/{id}/block", post(block))
        .with_state(app)
}

async fn state(Shared(app): Shared<Arc<App>>) -> Json<Value> {
    Json(app.kit.store.read(|state, _| shown::describe(state)))
}

async fn get_quirks(Shared(app): Shared<Arc<App>>) -> Json<Quirks> {
    Json(app.quirks())
}

async fn put_quirks(Shared(app): Shared<Arc<App>>, Json(quirks): Json<Quirks>) -> Response {
    let checked = quirks.check();
    done(checked.map(|()| app.set_quirks(quirks)))
}

async fn put_script(Shared(app): Shared<Arc<App>>, Json(script): Json<Script>) -> Response {
    let checked = script.check();
    done(checked.map(|()| app.script.replace(script)))
}

/// Done, or what is wrong with the request.
fn done(result: Result<(), String>) -> Response {
    match result {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(message) => answer(StatusCode::UNPROCESSABLE_ENTITY, &message),
    }
}

fn answer(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({"msg": message}))).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SpendBody {
    amount: Decimal,
}

/// A purchase that the card can pay; the id of its payment.
async fn spend(
    Shared(app): Shared<Arc<App>>,
    Path(id): Path<String>,
    Json(body): Json<SpendBody>,
) -> Response {
    let now_ms = app.kit.clock.now_ms();
    on_card(&app, &id, |state, status, balance| {
        if status != Status::Enabled || body.amount <= Decimal::ZERO || body.amount > balance {
            return Err("the card is not Enabled or cannot pay this");
        }
        state.book_card(&id, MoveKind::Spend, body.amount, (now_ms, now_ms));
        let made = state.moves.last().map(|moved| moved.id.as_str());
        Ok(Json(json!({"id": made})).into_response())
    })
}

/// The platform blocks a card; there is no way back.
async fn block(Shared(app): Shared<Arc<App>>, Path(id): Path<String>) -> Response {
    let now_ms = app.kit.clock.now_ms();
    on_card(&app, &id, |state, status, _| {
        if matches!(status, Status::Closed | Status::Blocked) {
            return Err("the card is at its end");
        }
        if let Some(card) = state.card_mut(&id) {
            card.turn(Status::Blocked, None, now_ms, now_ms);
        }
        Ok(StatusCode::NO_CONTENT.into_response())
    })
}

/// Does something to a card of which status and balance are given; 404 or 409 when it cannot.
fn on_card(
    app: &App,
    id: &str,
    act: impl FnOnce(&mut State, Status, Decimal) -> Result<Response, &'static str>,
) -> Response {
    let result = app.change(|state| {
        let found = state
            .card(id)
            .map(|card: &Card| (card.status, card.balance()));
        let (status, balance) = found.ok_or_else(|| Failure::not_found("Card"))?;
        act(state, status, balance)
            .map_err(|why| Failure::Business(StatusCode::CONFLICT.as_u16(), why))
    });
    match result {
        Ok(done) => done,
        Err(failure) => answer(failure.status(), &failure.message()),
    }
}
