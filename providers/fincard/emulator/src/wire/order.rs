//! Orders.
//!
//! Documented: the order object (F-doc 7.2), the shorter one of an activation (7.6), the purchase
//! record (7.9). Assumed: `receivedCurrency` is null as long as `receivedAmount` is; `cardType` of a
//! purchase is the BIN's form.

use rust_decimal::Decimal;

use super::Writer;
use crate::json::Json;
use crate::state::{Card, Order, OrderStatus};

impl Writer<'_> {
    pub fn order(&self, order: &Order) -> Json {
        let succeeded = order.status == OrderStatus::Success;
        let hides_card = self.0.card_no_after_success && !succeeded;
        let received = match order.received {
            Some(received) => Some(received),
            None if self.0.received_amount_after_success => None,
            None => Some(Decimal::ZERO),
        };
        Json::Object(vec![
            (
                self.name("orderNo", "transactionId"),
                Json::text(&order.order_no),
            ),
            (
                "merchantOrderNo",
                Json::or_null(order.merchant_order_no.as_deref()),
            ),
            (
                self.name("cardNo", "cardId"),
                Json::or_null((!hides_card).then_some(&order.card_no)),
            ),
            ("currency", Json::text(&order.currency)),
            ("amount", self.amount(order.amount)),
            ("fee", self.amount(order.fee)),
            (
                "receivedAmount",
                received.map_or(Json::Null, |received| self.amount(received)),
            ),
            (
                "receivedCurrency",
                Json::or_null(order.received.map(|_| order.currency.as_str())),
            ),
            (
                self.name("type", "operationType"),
                Json::text(order.kind.word()),
            ),
            (
                self.name("status", "operationStatus"),
                Json::text(order.status.word()),
            ),
            ("description", Json::or_null(order.description.as_deref())),
            ("remark", Json::or_null(order.description.as_deref())),
            (
                self.name("transactionTime", "operationTime"),
                Json::number(order.schedule.accepted_at),
            ),
        ])
    }

    /// An activation, as it is answered and announced.
    pub fn activation(&self, order: &Order) -> Json {
        Json::Object(vec![
            (
                "merchantOrderNo",
                Json::or_null(order.merchant_order_no.as_deref()),
            ),
            (self.name("cardNo", "cardId"), Json::text(&order.card_no)),
            ("type", Json::text(order.kind.word())),
            ("status", Json::text(order.status.word())),
            ("remark", Json::or_null(order.description.as_deref())),
        ])
    }

    pub fn purchase(&self, order: &Order, card: &Card) -> Json {
        let card_type = card.card_type();
        let of_type = |show: fn(&crate::card_types::CardType) -> &'static str| {
            Json::or_null(card_type.as_ref().map(show))
        };
        Json::Object(vec![
            ("orderNo", Json::text(&order.order_no)),
            (
                "merchantOrderNo",
                Json::or_null(order.merchant_order_no.as_deref()),
            ),
            ("cardTypeId", Json::number(card.card_type_id)),
            ("cardType", of_type(|found| found.form)),
            ("organization", of_type(|found| found.organization)),
            ("bankCardBin", of_type(|found| found.bin)),
            ("currency", Json::text(&order.currency)),
            ("cardFee", self.amount(order.fee)),
            ("depositAmount", self.amount(order.amount)),
            ("status", Json::text(order.status.word())),
            ("transactionTime", Json::number(order.schedule.accepted_at)),
        ])
    }
}
