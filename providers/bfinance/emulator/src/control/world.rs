//! What merchants, the network and the post do.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Target, done, refused};
use crate::app::App;
use crate::ask::{self, AtMerchant};
use crate::envelope::Failure;
use crate::spend::{self, Use};
use crate::state::{COMPLETED, CardStatus, Notice, REFUND, State};

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
    /// The purchase a refund belongs to.
    authorization_id: Option<String>,
    #[serde(default = "merchant_id")]
    merchant_id: String,
    #[serde(default = "country")]
    country: String,
    #[serde(default = "city")]
    city: String,
    merchant_amount: Option<Decimal>,
    merchant_currency: Option<String>,
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

fn merchant_id() -> String {
    "M-77".into()
}

fn country() -> String {
    "LT".into()
}

fn city() -> String {
    "Vilnius".into()
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

impl SpendBody {
    fn parts(self) -> (Use, AtMerchant) {
        let asked = Use {
            amount: self.amount,
            merchant: self.merchant,
            mcc: self.mcc,
            channel: match self.channel {
                Channel::Ecommerce => "ecommerce".into(),
                Channel::Pos => "pos".into(),
            },
            status: self.status,
            kind: self.kind,
            decline: self.decline,
            authorization_id: self.authorization_id,
        };
        let at = AtMerchant {
            id: self.merchant_id,
            country: self.country,
            city: self.city,
            amount: self.merchant_amount,
            currency: self.merchant_currency,
        };
        (asked, at)
    }
}

/// Only a refund names an authorization, and only one of its own card.
fn linked(state: &State, card_id: &str, asked: &Use) -> Result<(), Failure> {
    let Some(id) = &asked.authorization_id else {
        return Ok(());
    };
    if asked.kind != REFUND {
        return Err(Failure::invalid("Only a refund names an authorization"));
    }
    let mut all = state.transactions.iter();
    let own = all.any(|one| one.card_id == card_id && one.authorization_id.as_ref() == Some(id));
    if own {
        Ok(())
    } else {
        Err(Failure::missing("Authorization"))
    }
}

pub async fn spend(
    Shared(app): Shared<Arc<App>>,
    Path(card_id): Path<String>,
    Json(body): Json<SpendBody>,
) -> Response {
    match use_of(&app, &card_id, body).await {
        Ok(made) => Json(made).into_response(),
        Err(failure) => refused(&failure),
    }
}

/// Asks where the program is partner-managed, then books.
async fn use_of(app: &App, card_id: &str, body: SpendBody) -> Result<Value, Failure> {
    let quirks = app.quirks();
    let now_ms = app.kit.clock.now_ms();
    let (mut asked, at) = body.parts();
    let question = app.change(|state| {
        linked(state, card_id, &asked)?;
        ask::question(state, card_id, &asked, at, &quirks, now_ms)
    });
    let answered = match question.await? {
        Some(question) => {
            asked.authorization_id = Some(question.id);
            let answered = app.asker.ask(app.kit.webhooks.url(), question.body).await;
            asked.decline = answered.decline();
            Some(answered)
        }
        None => None,
    };
    let made = app.change(|state| {
        let id = spend::record(state, card_id, asked, now_ms)?;
        let made = state.transactions.last();
        let made = made.filter(|one| one.id == id).ok_or(Failure::Server)?;
        let mut told = json!({
            "id": made.id, "transactionId": made.transaction_id, "status": made.status,
            "declineReason": made.decline_reason,
        });
        if let (Some(fields), Some(answered)) = (told.as_object_mut(), answered) {
            fields.insert("authorizationId".into(), json!(made.authorization_id));
            fields.insert("answered".into(), json!(answered));
        }
        Ok(told)
    });
    made.await
}

/// What is settled, or left; the body may be missing.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct TurnBody {
    amount: Option<Decimal>,
}

/// The last segment is the new status.
pub async fn turn(
    Shared(app): Shared<Arc<App>>,
    Path((id, status)): Target,
    body: Bytes,
) -> Response {
    let result = app.change(|state| {
        let parsed = if body.is_empty() {
            Ok(TurnBody::default())
        } else {
            serde_json::from_slice(&body)
        };
        let TurnBody { amount } =
            parsed.map_err(|_| Failure::invalid("The body is {\"amount\"} or nothing"))?;
        if amount.is_some_and(|amount| amount <= Decimal::ZERO) {
            return Err(Failure::invalid("An amount is above zero"));
        }
        spend::turn(state, &id, status, amount)
    });
    done(result.await)
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
