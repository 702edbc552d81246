//! Accounts and their ledger.
//!
//! Documented: the fields (5). Assumed: an `accountId` is text in answers; nothing is ever frozen.

use rust_decimal::Decimal;

use super::Writer;
use crate::json::Json;
use crate::state::{Account, LedgerRow};

impl Writer<'_> {
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

    pub fn ledger_row(&self, row: &LedgerRow) -> Json {
        Json::Object(vec![
            ("txId", Json::number(row.tx_id)),
            ("accountId", Json::text(&row.account_id)),
            ("currency", Json::text(&row.currency)),
            ("amount", self.amount(row.amount)),
            ("beforeBalance", self.amount(row.before)),
            ("afterBalance", self.amount(row.after)),
            ("orderNo", Json::text(&row.order_no)),
            ("bizType", Json::text(row.biz_type.word())),
            ("direction", Json::text(row.direction.word())),
            ("remark", Json::or_null(row.remark.as_deref())),
            ("createTime", Json::number(row.created_at)),
        ])
    }
}
