//! FinCard's own `/_emulator/*` routes: the state without secrets, the order script, and what the
//! network, the issuer and the auditors do. All of it is this emulator's invention.

mod network;
mod platform;
mod shown;

use std::sync::Arc;

use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::app::App;
use crate::envelope::Failure;
use crate::orders::Terms;
use crate::script::Script;

pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/_emulator/state", get(state))
        .route("/_emulator/script", put(put_script))
        .route("/_emulator/cards/{card_no}/block", post(platform::block))
        .route(
            "/_emulator/cards/{card_no}/overdraft",
            post(platform::overdraft),
        )
        .route(
            "/_emulator/cards/{card_no}/fee-patches",
            post(platform::patch_fee),
        )
        .route(
            "/_emulator/cards/{card_no}/challenges",
            post(platform::challenge),
        )
        .route("/_emulator/cards/{card_no}/trades", post(network::spend))
        .route("/_emulator/trades/{trade_no}/settle", post(network::settle))
        .route("/_emulator/trades/{trade_no}/void", post(network::void))
        .route("/_emulator/trades/{trade_no}/refund", post(network::refund))
        .route("/_emulator/holders/{id}/approve", post(platform::approve))
        .route("/_emulator/holders/{id}/reject", post(platform::reject))
        .with_state(app)
}

async fn state(Shared(app): Shared<Arc<App>>) -> Json<Value> {
    Json(app.kit.store.read(|state, _| shown::describe(state)))
}

async fn put_script(Shared(app): Shared<Arc<App>>, Json(script): Json<Script>) -> StatusCode {
    app.script.replace(script);
    StatusCode::NO_CONTENT
}

/// The circumstances of what nobody called for.
fn terms(app: &App) -> Terms {
    Terms {
        now_ms: app.kit.clock.now_ms(),
        invisible_ms: 0,
        card_prefix: "",
    }
}

/// Done, or why not.
fn done(result: Result<(), Failure>) -> Response {
    match result {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(failure) => refused(&failure),
    }
}

/// The id of what came into being, or why nothing did.
fn made(result: Result<String, Failure>) -> Response {
    match result {
        Ok(trade_no) => Json(json!({"tradeNo": trade_no})).into_response(),
        Err(failure) => refused(&failure),
    }
}

fn refused(failure: &Failure) -> Response {
    let status = match failure {
        Failure::Business(_) => StatusCode::CONFLICT,
        Failure::MissingHeaders(_)
        | Failure::BadRequest(_)
        | Failure::Unauthorized(_)
        | Failure::NotFound
        | Failure::Method
        | Failure::RateLimited
        | Failure::Server => failure.status(),
    };
    (status, Json(json!({"msg": failure.message()}))).into_response()
}
