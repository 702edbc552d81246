//! What the platform, the issuer and the auditors do by themselves.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use rand::RngExt;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::{done, made, terms};
use crate::app::App;
use crate::orders;
use crate::script::Verdict;
use crate::spend;
use crate::state::{Challenge, ChallengeKind, FeePatchKind, Location, State};

pub async fn block(Shared(app): Shared<Arc<App>>, Path(card_no): Path<String>) -> Response {
    let terms = terms(&app);
    let exists = app
        .kit
        .store
        .read(|state, _| state.card(&card_no).is_some());
    if !exists {
        return StatusCode::NOT_FOUND.into_response();
    }
    done(
        app.change(|state| orders::block(state, &card_no, &terms))
            .await,
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverdraftBody {
    amount: Decimal,
}

pub async fn overdraft(
    Shared(app): Shared<Arc<App>>,
    Path(card_no): Path<String>,
    Json(body): Json<OverdraftBody>,
) -> Response {
    let terms = terms(&app);
    done(
        app.change(|state| orders::overdraft(state, &card_no, body.amount, &terms))
            .await,
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FeePatchBody {
    #[serde(rename = "type")]
    kind: FeePatchKind,
    amount: Decimal,
    origin_trade_no: Option<String>,
}

pub async fn patch_fee(
    Shared(app): Shared<Arc<App>>,
    Path(card_no): Path<String>,
    Json(body): Json<FeePatchBody>,
) -> Response {
    let now_ms = app.kit.clock.now_ms();
    let origin = body.origin_trade_no.as_deref();
    made(
        app.change(|state| {
            spend::patch_fee(state, &card_no, origin, body.amount, body.kind, now_ms)
        })
        .await,
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChallengeBody {
    #[serde(rename = "type")]
    kind: ChallengeKind,
    /// Invented when absent.
    value: Option<String>,
    #[serde(default)]
    amount: Decimal,
    currency: Option<String>,
    merchant_name: Option<String>,
    origin_trade_no: Option<String>,
    /// From now, in emulated time; ten minutes for an `auth_url` when absent.
    expires_in_millis: Option<i64>,
}

pub async fn challenge(
    Shared(app): Shared<Arc<App>>,
    Path(card_no): Path<String>,
    Json(body): Json<ChallengeBody>,
) -> Response {
    const TEN_MINUTES_MS: i64 = 600_000;
    let now_ms = app.kit.clock.now_ms();
    let default_life = (body.kind == ChallengeKind::AuthUrl).then_some(TEN_MINUTES_MS);
    let life = body.expires_in_millis.or(default_life);
    made(
        app.change(|state| {
            orders::known(state, &card_no)?;
            let value = body.value.unwrap_or_else(|| invent(state, body.kind));
            if body.kind == ChallengeKind::ActivationCode
                && let Some(card) = state.card_mut(&card_no)
            {
                card.activation_code = Some(value.clone());
            }
            Ok(state.challenge(Challenge {
                card_no,
                origin_trade_no: body.origin_trade_no,
                currency: body.currency,
                amount: body.amount,
                merchant_name: body.merchant_name,
                expires_at: life.map(|life| now_ms.saturating_add(life)),
                ..Challenge::new(body.kind, value, now_ms)
            }))
        })
        .await,
    )
}

fn invent(state: &mut State, kind: ChallengeKind) -> String {
    let number = state.draw().random_range(0..1_000_000);
    match kind {
        ChallengeKind::Otp | ChallengeKind::ActivationCode => format!("{number:06}"),
        ChallengeKind::AuthUrl => format!("https://acs.example/approve/{number:06}"),
    }
}

pub async fn approve(Shared(app): Shared<Arc<App>>, Path(id): Path<u64>) -> Response {
    let now_ms = app.kit.clock.now_ms();
    done(
        app.change(|state| state.decide(id, Verdict::Pass, None, now_ms))
            .await,
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RejectBody {
    location: Location,
    reason: Option<String>,
}

pub async fn reject(
    Shared(app): Shared<Arc<App>>,
    Path(id): Path<u64>,
    Json(body): Json<RejectBody>,
) -> Response {
    let now_ms = app.kit.clock.now_ms();
    let verdict = match body.location {
        Location::Admin => Verdict::RejectAdmin,
        Location::Channel => Verdict::RejectChannel,
    };
    done(
        app.change(|state| state.decide(id, verdict, body.reason, now_ms))
            .await,
    )
}
