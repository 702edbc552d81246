//! `/_emulator/*`: the routes every emulator has. Reachable from this machine only, without a key.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use axum::{Json, Router};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use crate::faults::FaultRule;
use crate::outbox::Delivery;
use crate::server::Peer;
use crate::{Kit, WebhookMode};

pub(crate) fn router<S>(kit: Arc<Kit<S>>) -> Router
where
    S: Serialize + DeserializeOwned + Send + 'static,
{
    Router::new()
        .route("/_emulator/calls", get(calls::<S>))
        .route(
            "/_emulator/faults",
            put(put_faults::<S>).delete(delete_faults::<S>),
        )
        .route(
            "/_emulator/webhooks",
            get(list_webhooks::<S>).put(put_webhooks::<S>),
        )
        .with_state(kit)
}

/// Keeps other machines out of `routes`, even when the emulator listens on every address.
pub(crate) fn guarded(routes: Router) -> Router {
    routes.layer(from_fn(async |request: Request, next: Next| {
        let peer = request.extensions().get::<Peer>();
        if peer.is_some_and(|peer| peer.0.ip().to_canonical().is_loopback()) {
            next.run(request).await
        } else {
            StatusCode::FORBIDDEN.into_response()
        }
    }))
}

async fn calls<S>(State(kit): State<Arc<Kit<S>>>) -> Json<Value> {
    let field = kit.gate.reference_field;
    let calls = kit.gate.calls.all().into_iter();
    let calls = calls.map(|call| json!({"path": call.path, field: call.reference, "at": call.at}));
    Json(json!({"calls": calls.collect::<Vec<_>>()}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultScript {
    faults: Vec<FaultRule>,
}

async fn put_faults<S>(
    State(kit): State<Arc<Kit<S>>>,
    Json(script): Json<FaultScript>,
) -> StatusCode {
    kit.gate.faults.replace(script.faults);
    StatusCode::NO_CONTENT
}

async fn delete_faults<S>(State(kit): State<Arc<Kit<S>>>) -> StatusCode {
    kit.gate.faults.replace(Vec::new());
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WebhookScript {
    /// Absent: as it is. Null: none.
    #[serde(default, deserialize_with = "present")]
    url: Option<Option<String>>,
    #[serde(default)]
    mode: WebhookMode,
    delay_millis: Option<u64>,
}

/// Tells `"url": null` from no `url` at all.
fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(from).map(Some)
}

async fn put_webhooks<S>(
    State(kit): State<Arc<Kit<S>>>,
    Json(script): Json<WebhookScript>,
) -> Response {
    kit.webhooks
        .set_mode(script.mode, script.delay_millis.map(Duration::from_millis));
    if let Some(url) = script.url {
        kit.webhooks.set_url(url);
    }
    StatusCode::NO_CONTENT.into_response()
}

async fn list_webhooks<S>(State(kit): State<Arc<Kit<S>>>) -> Json<Value>
where
    S: Serialize + DeserializeOwned,
{
    let deliveries: Vec<Value> = kit
        .store
        .read(|_, outbox| outbox.deliveries().map(describe).collect());
    Json(json!({"deliveries": deliveries}))
}

fn describe(delivery: &Delivery) -> Value {
    json!({
        "category": delivery.event.category,
        "requestId": delivery.event.request_id,
        "attempts": delivery.attempted_at.len(),
        "attemptedAt": delivery.attempted_at,
        "acked": delivery.acked,
        "nextAt": delivery.next_at,
    })
}
