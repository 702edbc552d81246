//! FINCI's own `/_emulator/*` routes: what merchants, the network, the post and FINCI itself do. All
//! of it is this emulator's invention: in life a FINCI engineer simulates in a live session (D).

mod authorizations;
mod cards;
mod money;
mod shown;

use std::sync::Arc;

use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::app::App;
use crate::envelope::Failure;
use crate::quirks::Quirks;

pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/_emulator/state", get(state))
        .route("/_emulator/requests", get(requests))
        .route("/_emulator/quirks", get(quirks).put(put_quirks))
        .route("/_emulator/cards/{id}/delivered", post(cards::delivered))
        .route("/_emulator/cards/{id}/status", post(cards::status))
        .route(
            "/_emulator/cards/{id}/authorizations",
            post(authorizations::authorize),
        )
        .route("/_emulator/cards/{id}/advise", post(authorizations::advise))
        .route("/_emulator/cards/{id}/present", post(money::deferred))
        .route("/_emulator/cards/{id}/return", post(money::unlinked))
        .route("/_emulator/authorizations", get(authorizations::list))
        .route(
            "/_emulator/authorizations/{id}/repeat",
            post(authorizations::repeat),
        )
        .route(
            "/_emulator/authorizations/{id}/reverse",
            post(authorizations::reverse),
        )
        .route(
            "/_emulator/authorizations/{id}/present",
            post(money::present),
        )
        .route(
            "/_emulator/transactions/{id}/return",
            post(money::give_back),
        )
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

/// What is wrong with a control call, in words.
fn unfit(why: &str) -> Failure {
    Failure::Refused(why.to_owned())
}

/// The answer, or why not.
fn told(result: Result<Value, Failure>) -> Response {
    match result {
        Ok(Value::Null) => StatusCode::NO_CONTENT.into_response(),
        Ok(body) => Json(body).into_response(),
        Err(failure) => {
            let status = match failure {
                Failure::NotFound | Failure::Path => StatusCode::NOT_FOUND,
                Failure::Server => StatusCode::INTERNAL_SERVER_ERROR,
                Failure::Unauthorized(_)
                | Failure::Refused(_)
                | Failure::Conflict(_)
                | Failure::Duplicate { .. }
                | Failure::RateLimited => StatusCode::CONFLICT,
            };
            (status, Json(json!({"msg": failure.code()}))).into_response()
        }
    }
}
