//! FinCard's own `/_emulator/*` routes: the state without secrets, the order script, a block by the
//! platform. All of it is this emulator's invention.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::app::App;
use crate::orders::{self, Terms};
use crate::script::Script;
use crate::state::{Account, Card, LedgerRow, Order, State};

pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/_emulator/state", get(state))
        .route("/_emulator/script", put(put_script))
        .route("/_emulator/cards/{card_no}/block", post(block))
        .with_state(app)
}

async fn put_script(Shared(app): Shared<Arc<App>>, Json(script): Json<Script>) -> StatusCode {
    app.script.replace(script);
    StatusCode::NO_CONTENT
}

async fn block(Shared(app): Shared<Arc<App>>, Path(card_no): Path<String>) -> StatusCode {
    let now_ms = app.kit.clock.now_ms();
    let terms = Terms {
        now_ms,
        invisible_ms: 0,
        card_prefix: "",
    };
    let written = app.kit.store.write(|state, outbox| {
        let order_no = orders::block(state, &card_no, &terms).ok()?;
        state.finish(&order_no, now_ms);
        Some(app.announce(state, outbox, &[order_no]))
    });
    app.kit.webhooks.wake();
    match written {
        Ok(Some(_)) => StatusCode::NO_CONTENT,
        Ok(None) => StatusCode::NOT_FOUND,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

async fn state(Shared(app): Shared<Arc<App>>) -> Json<Value> {
    Json(app.kit.store.read(|state, _| describe(state)))
}

fn describe(state: &State) -> Value {
    json!({
        "accounts": state.accounts.iter().map(account).collect::<Vec<_>>(),
        "ledger": state.ledger.iter().map(row).collect::<Vec<_>>(),
        "cards": state.cards.iter().map(card).collect::<Vec<_>>(),
        "orders": state.orders.iter().map(order).collect::<Vec<_>>(),
    })
}

fn account(account: &Account) -> Value {
    json!({
        "accountId": account.id,
        "accountType": account.kind,
        "currency": account.currency,
        "balance": account.balance.to_string(),
    })
}

fn row(row: &LedgerRow) -> Value {
    json!({
        "txId": row.tx_id,
        "accountId": row.account_id,
        "currency": row.currency,
        "amount": row.amount.to_string(),
        "beforeBalance": row.before.to_string(),
        "afterBalance": row.after.to_string(),
        "orderNo": row.order_no,
        "bizType": row.biz_type.word(),
        "direction": row.direction.word(),
        "createTime": row.created_at,
    })
}

/// Without number, security code and expiry.
fn card(card: &Card) -> Value {
    json!({
        "cardNo": card.card_no,
        "cardTypeId": card.card_type_id,
        "status": card.status.word(),
        "blocked": card.blocked,
        "currency": card.currency,
        "balance": card.balance.to_string(),
    })
}

fn order(order: &Order) -> Value {
    json!({
        "orderNo": order.order_no,
        "merchantOrderNo": order.merchant_order_no,
        "type": order.kind.word(),
        "status": order.status.word(),
        "cardNo": order.card_no,
        "currency": order.currency,
        "amount": order.amount.to_string(),
        "fee": order.fee.to_string(),
        "receivedAmount": order.received.map(|received| received.to_string()),
    })
}
