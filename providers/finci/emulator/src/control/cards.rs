//! What the post and FINCI do to a card. No webhook tells of it, and the API does not show it (D).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State as Shared};
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;

use super::{told, unfit};
use crate::app::App;
use crate::envelope::Failure;
use crate::state::{Stage, Status};

pub async fn delivered(Shared(app): Shared<Arc<App>>, Path(id): Path<String>) -> Response {
    let result = app.change(|state| {
        let card = state.card_mut(&id).ok_or(Failure::NotFound)?;
        match card.stage {
            Stage::PlasticNotDelivered => card.stage = Stage::PlasticDelivered,
            Stage::Digital | Stage::PlasticDelivered => {
                return Err(unfit("no plastic is on its way"));
            }
        }
        Ok(Value::Null)
    });
    told(result.await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusBody {
    token_status: Status,
}

/// Any status from any other: FINCI is not bound by the arrows.
pub async fn status(
    Shared(app): Shared<Arc<App>>,
    Path(id): Path<String>,
    Json(body): Json<StatusBody>,
) -> Response {
    let result = app.change(|state| {
        let card = state.card_mut(&id).ok_or(Failure::NotFound)?;
        card.status = body.token_status;
        Ok(Value::Null)
    });
    told(result.await)
}
