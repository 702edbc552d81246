use axum::extract::State;
use axum::http::StatusCode;

use super::codes;
use super::problem::ApiError;
use crate::app::App;

/// The process answers.
pub async fn healthz() -> (StatusCode, &'static str) {
    (StatusCode::OK, "ok\n")
}

/// Requests can be served: the database answers. A provider in trouble does not make the gateway
/// unready; its instances say so one by one.
pub async fn readyz(State(app): State<App>) -> Result<&'static str, ApiError> {
    app.store.ping().await.map_err(|error| {
        tracing::warn!("not ready: {error}");
        ApiError::new(codes::STORE_UNAVAILABLE, "the database does not answer")
    })?;
    Ok("ready\n")
}
