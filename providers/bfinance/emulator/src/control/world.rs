//! What merchants, the network and the post do.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::json;

use super::{Target, done, refused};
use crate::app::App;
use crate::envelope::Failure;
use crate::spend::{self, Use};
use crate::state::{COMPLETED, CardStatus, Notice};

/// `amount` is text or a number, in the card's currency.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SpendBody {
    amount: Decimal,
    #[serde(default = "merchant")]
    merchant: String,
    #[serde(default = "mcc")]
    mcc: String,
    #[serde(default = "channel")]
    channel: Channel,
    #[serde(default = "completed")]
    status: String,
    #[serde(rename = "type", default = "purchase")]
    kind: String,
    decline: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Channel {
    Ecommerce,
    Pos,
}

fn merchant() -> String {
    "Example Shop".into()
}

fn mcc() -> String {
    "5999".into()
}

fn channel() -> Channel {
    Channel::Ecommerce
}

fn completed() -> String {
    COMPLETED.into()
}

fn purchase() -> String {
    "purchase".into()
}

pub async fn spend(
    Shared(app): Shared<Arc<App>>,
    Path(card_id): Path<String>,
    Json(body): Json<SpendBody>,
) -> Response {
    let asked = Use {
        amount: body.amount,
        merchant: body.merchant,
        mcc: body.mcc,
        channel: match body.channel {
            Channel::Ecommerce => "ecommerce".into(),
            Channel::Pos => "pos".into(),
        },
        status: body.status,
        kind: body.kind,
        decline: body.decline,
    };
    let now_ms = app.kit.clock.now_ms();
    let made = app.change(|state| {
        let id = spend::record(state, &card_id, asked, now_ms)?;
        let made = state.transactions.last();
        let made = made.filter(|one| one.id == id).ok_or(Failure::Server)?;
        Ok(json!({
            "id": made.id, "transactionId": made.transaction_id, "status": made.status,
            "declineReason": made.decline_reason,
        }))
    });
    match made.await {
        Ok(made) => Json(made).into_response(),
        Err(failure) => refused(&failure),
    }
}

/// The last segment is the new status.
pub async fn turn(Shared(app): Shared<Arc<App>>, Path((id, status)): Target) -> Response {
    done(app.change(|state| spend::turn(state, &id, status)).await)
}

pub async fn activation_code(Shared(app): Shared<Arc<App>>, Path(id): Path<String>) -> Response {
    let code = app.kit.store.read(|state, _| {
        let plastic = state.cards.get(&id)?.plastic.as_ref()?;
        Some(plastic.code.clone())
    });
    match code {
        Some(code) => Json(json!({"code": code})).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

pub async fn block(Shared(app): Shared<Arc<App>>, Path(id): Path<String>) -> Response {
    stop(&app, &id, CardStatus::Blocked).await
}

pub async fn expire(Shared(app): Shared<Arc<App>>, Path(id): Path<String>) -> Response {
    stop(&app, &id, CardStatus::Expired).await
}

/// Any state but `deleted`, which is final.
async fn stop(app: &App, id: &str, status: CardStatus) -> Response {
    let result = app.change(|state| {
        let card = state.cards.get_mut(id);
        let card = card.ok_or_else(|| Failure::missing("Card"))?;
        if card.status == CardStatus::Deleted {
            return Err(Failure::invalid("The card is deleted"));
        }
        card.status = status;
        card.activates_at = None;
        state.news.push(Notice::Card(id.to_owned()));
        Ok(())
    });
    done(result.await)
}
