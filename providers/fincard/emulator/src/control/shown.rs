//! `GET /_emulator/state`: everything but secrets.

use serde_json::{Value, json};

use crate::state::{Account, Card, Holder, LedgerRow, Order, State, Trade};

pub fn describe(state: &State) -> Value {
    json!({
        "accounts": state.accounts.iter().map(account).collect::<Vec<_>>(),
        "ledger": state.ledger.iter().map(row).collect::<Vec<_>>(),
        "cards": state.cards.iter().map(card).collect::<Vec<_>>(),
        "orders": state.orders.iter().map(order).collect::<Vec<_>>(),
        "holders": state.holders.iter().map(holder).collect::<Vec<_>>(),
        "trades": state.trades.iter().map(trade).collect::<Vec<_>>(),
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
        "holderId": card.holder_id,
        "fundedBy": card.funded_by,
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

/// Without anything personal.
fn holder(holder: &Holder) -> Value {
    json!({
        "holderId": holder.id,
        "merchantOrderNo": holder.merchant_order_no,
        "cardTypeId": holder.card_type_id,
        "status": holder.status.word(),
        "statusFlowLocation": holder.location.word(),
    })
}

fn trade(trade: &Trade) -> Value {
    json!({
        "tradeNo": trade.trade_no,
        "originTradeNo": trade.origin_trade_no,
        "cardNo": trade.card_no,
        "type": trade.kind.word(),
        "status": trade.status.word(),
        "authorizedAmount": trade.authorized_amount.to_string(),
        "settleAmount": trade.settled.map(|settled| settled.to_string()),
    })
}
