//! bfinance's own `/_emulator/*` routes: the state without secrets, quirks, the script of decisions,
//! and what merchants, reviewers and the provider do. All of it is this emulator's invention.

mod decisions;
mod shown;
mod world;

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::app::App;
use crate::envelope::Failure;
use crate::quirks::Quirks;
use crate::script::Script;

pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/_emulator/state", get(state))
        .route("/_emulator/requests", get(requests))
        .route("/_emulator/quirks", get(quirks).put(put_quirks))
        .route("/_emulator/script", put(put_script))
        .route(
            "/_emulator/customers/{id}/{verdict}",
            post(decisions::customer),
        )
        .route("/_emulator/disputes/{id}/{step}", post(decisions::dispute))
        .route("/_emulator/cards/{id}/transactions", post(world::spend))
        .route(
            "/_emulator/cards/{id}/activation-code",
            get(world::activation_code),
        )
        .route("/_emulator/cards/{id}/block", post(world::block))
        .route("/_emulator/cards/{id}/expire", post(world::expire))
        .route("/_emulator/transactions/{id}/{status}", post(world::turn))
        .with_state(app)
}

async fn state(Shared(app): Shared<Arc<App>>) -> Json<Value> {
    Json(app.kit.store.read(|state, _| shown::describe(state)))
}

async fn requests(Shared(app): Shared<Arc<App>>) -> Json<Value> {
    Json(json!({"requests": app.requests()}))
}

async fn quirks(Shared(app): Shared<Arc<App>>) -> Json<Quirks> {
    Json(app.quirks())
}

/// What is absent returns to its default.
async fn put_quirks(Shared(app): Shared<Arc<App>>, Json(quirks): Json<Quirks>) -> StatusCode {
    app.set_quirks(quirks);
    StatusCode::NO_CONTENT
}

async fn put_script(Shared(app): Shared<Arc<App>>, Json(script): Json<Script>) -> StatusCode {
    app.script.replace(script);
    StatusCode::NO_CONTENT
}

type Target = Path<(String, String)>;

/// Done, or why not.
fn done(result: Result<(), Failure>) -> Response {
    match result {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(failure) => refused(&failure),
    }
}

fn refused(failure: &Failure) -> Response {
    let status = match failure {
        Failure::NotFound(_) => StatusCode::NOT_FOUND,
        Failure::Server => StatusCode::INTERNAL_SERVER_ERROR,
        Failure::Token
        | Failure::Invalid(_)
        | Failure::NotGranted(_)
        | Failure::Conflict(_)
        | Failure::RateLimited => StatusCode::CONFLICT,
    };
    (status, Json(json!({"msg": failure.message()}))).into_response()
}
