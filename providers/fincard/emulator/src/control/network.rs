//! What happens to a card on the network: use, settlement, void, refund.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State as Shared};
use axum::response::Response;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::{done, made, terms};
use crate::app::App;
use crate::spend::{self, Reversal, Settlement, Use};
use crate::state::{Merchant, TradeKind};

/// Amounts are text here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SpendBody {
    /// `auth` when absent; or `verification`, `maintain_fee`.
    #[serde(rename = "type", default = "purchase")]
    kind: UseKind,
    #[serde(default)]
    amount: Decimal,
    #[serde(default = "dollars")]
    currency: String,
    authorized_amount: Option<Decimal>,
    #[serde(default)]
    fee: Decimal,
    #[serde(default)]
    merchant: Merchant,
    description: Option<String>,
    decline: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum UseKind {
    Auth,
    Verification,
    MaintainFee,
}

fn purchase() -> UseKind {
    UseKind::Auth
}

fn dollars() -> String {
    "USD".to_owned()
}

pub async fn spend(
    Shared(app): Shared<Arc<App>>,
    Path(card_no): Path<String>,
    Json(body): Json<SpendBody>,
) -> Response {
    let asked = Use {
        card_no,
        kind: match body.kind {
            UseKind::Auth => TradeKind::Auth,
            UseKind::Verification => TradeKind::Verification,
            UseKind::MaintainFee => TradeKind::MaintainFee,
        },
        currency: body.currency,
        amount: body.amount,
        authorized_amount: body.authorized_amount,
        fee: body.fee,
        merchant: body.merchant,
        description: body.description,
        decline: body.decline,
    };
    let now_ms = app.kit.clock.now_ms();
    made(
        app.change(|state| spend::authorize(state, asked, now_ms))
            .await,
    )
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct SettleBody {
    amount: Option<Decimal>,
    cross_board_fee: Decimal,
}

pub async fn settle(
    Shared(app): Shared<Arc<App>>,
    Path(trade_no): Path<String>,
    Json(body): Json<SettleBody>,
) -> Response {
    let settlement = Settlement {
        amount: body.amount,
        cross_board_fee: body.cross_board_fee,
    };
    let terms = terms(&app);
    done(
        app.change(|state| spend::settle(state, &trade_no, &settlement, &terms))
            .await,
    )
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReversalBody {
    amount: Option<Decimal>,
    description: Option<String>,
}

pub async fn void(
    Shared(app): Shared<Arc<App>>,
    Path(trade_no): Path<String>,
    Json(body): Json<ReversalBody>,
) -> Response {
    reverse(&app, TradeKind::Void, trade_no, body).await
}

pub async fn refund(
    Shared(app): Shared<Arc<App>>,
    Path(trade_no): Path<String>,
    Json(body): Json<ReversalBody>,
) -> Response {
    reverse(&app, TradeKind::Refund, trade_no, body).await
}

async fn reverse(
    app: &App,
    kind: TradeKind,
    origin_trade_no: String,
    body: ReversalBody,
) -> Response {
    let reversal = Reversal {
        kind,
        origin_trade_no,
        amount: body.amount,
        description: body.description,
    };
    let now_ms = app.kit.clock.now_ms();
    made(
        app.change(|state| spend::reverse(state, reversal, now_ms))
            .await,
    )
}
