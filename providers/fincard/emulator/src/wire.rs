//! Records as they appear on the wire.
//!
//! Documented: the order object (F-doc 7.2), card info (7.3), card types (7.1), accounts (5).
//! Assumed: `receivedCurrency` is null as long as `receivedAmount` is; an `accountId` is text.

use rust_decimal::Decimal;

use crate::card_types::CardType;
use crate::json::Json;
use crate::options::{Amounts, Quirks, Spelling};
use crate::state::{Account, Card, Order, OrderStatus};

/// Writes records with the quirks in force.
pub struct Writer<'a>(pub &'a Quirks);

impl Writer<'_> {
    fn amount(&self, value: Decimal) -> Json {
        let value = value.normalize();
        match self.0.amounts {
            Amounts::Numbers => Json::Number(value),
            Amounts::Strings => Json::text(value.to_string()),
        }
    }

    fn name(&self, narrative: &'static str, reference: &'static str) -> &'static str {
        match self.0.spelling {
            Spelling::Narrative => narrative,
            Spelling::Reference => reference,
        }
    }

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

    pub fn balance(&self, card: &Card) -> Json {
        Json::Object(vec![
            (self.name("cardNo", "cardId"), Json::text(&card.card_no)),
            ("amount", self.amount(card.balance)),
            ("usedAmount", self.amount(Decimal::ZERO)),
            ("currency", Json::text(&card.currency)),
        ])
    }

    /// `simple` leaves the balance out.
    pub fn card(&self, card: &Card, bin: &str, simple: bool) -> Json {
        let mut fields = vec![
            ("cardTypeId", Json::number(card.card_type_id)),
            ("cardBankBin", Json::text(bin)),
            (self.name("holderId", "cardholderId"), Json::Null),
            (self.name("cardNo", "cardId"), Json::text(&card.card_no)),
            (
                self.name("status", "cardStatus"),
                Json::text(card.status.word()),
            ),
            ("blocked", Json::Bool(card.blocked)),
            ("bindTime", Json::number(card.bind_time)),
            ("remark", Json::Null),
            ("noPinPaymentAmount", Json::Null),
            ("spendingControls", Json::List(Vec::new())),
        ];
        if !simple {
            fields.push(("balanceInfo", self.balance(card)));
        }
        Json::Object(fields)
    }

    pub fn account(&self, account: &Account) -> Json {
        Json::Object(vec![
            ("accountId", Json::text(&account.id)),
            ("accountName", Json::text(&account.name)),
            ("accountType", Json::text(&account.kind)),
            ("currency", Json::text(&account.currency)),
            ("totalBalance", self.amount(account.balance)),
            ("availableBalance", self.amount(account.balance)),
            ("frozenBalance", self.amount(Decimal::ZERO)),
            ("digital", Json::number(2)),
        ])
    }

    pub fn card_type(&self, card_type: &CardType) -> Json {
        let takes_money = !card_type.is_gift();
        let needs_holder = card_type.holder_model.is_some();
        let codes: &[&str] = if needs_holder { &["+1", "+49"] } else { &[] };
        let regions: &[&str] = if needs_holder { &["US", "DE"] } else { &[] };
        let (first_min, first_max) = card_type.first_deposit;
        let (min, max) = card_type.top_up;
        Json::Object(vec![
            ("cardTypeId", Json::number(card_type.id)),
            ("organization", Json::text(card_type.organization)),
            ("country", Json::text(card_type.country)),
            ("mode", Json::text(card_type.mode)),
            ("bankCardBin", Json::text(card_type.bin)),
            ("cardName", Json::text(card_type.name)),
            ("cardDesc", Json::text("Emulated; not a real card")),
            ("type", Json::text(card_type.form)),
            ("category", Json::text(card_type.category)),
            ("cardPrice", self.amount(card_type.price)),
            ("cardPriceCurrency", Json::text(card_type.currency)),
            ("support", Json::texts(&["EXAMPLE SHOP"])),
            ("risk", Json::List(Vec::new())),
            ("needCardHolder", Json::Bool(needs_holder)),
            ("supportHolderRegin", Json::texts(regions)),
            ("supportHolderAreaCode", Json::texts(codes)),
            ("needDepositForActiveCard", Json::Bool(true)),
            ("depositAmountMinQuotaForActiveCard", self.amount(first_min)),
            ("depositAmountMaxQuotaForActiveCard", self.amount(first_max)),
            ("fiatCurrency", Json::text(card_type.currency)),
            ("balanceRetentionQuota", self.amount(card_type.retention)),
            (
                "status",
                Json::text(if card_type.online {
                    "online"
                } else {
                    "offline"
                }),
            ),
            ("rechargeCurrency", Json::text(card_type.currency)),
            ("rechargeMinQuota", self.amount(min)),
            ("rechargeMaxQuota", self.amount(max)),
            ("rechargeFeeRate", self.amount(card_type.fee_percent)),
            ("rechargeFixedFee", self.amount(card_type.fee_fixed)),
            ("rechargeDigital", Json::number(card_type.digits)),
            ("enableActiveCard", Json::Bool(true)),
            ("enableDeposit", Json::Bool(takes_money)),
            ("enableFreeze", Json::Bool(takes_money)),
            ("enableUnFreeze", Json::Bool(takes_money)),
            ("metadata", metadata(card_type)),
        ])
    }
}

fn metadata(card_type: &CardType) -> Json {
    Json::Object(vec![
        ("cardHolderMaxCardLimit", Json::number(10)),
        ("cardHolderModel", Json::or_null(card_type.holder_model)),
        ("spendingControls", Json::List(Vec::new())),
        ("supportSettingMcc", Json::Bool(false)),
    ])
}

/// A page of records, as every list answers.
pub fn page(total: usize, records: Vec<Json>) -> Json {
    let total = u64::try_from(total).unwrap_or(u64::MAX);
    Json::Object(vec![
        ("total", Json::number(total)),
        ("records", Json::List(records)),
    ])
}
