//! Accounts: reading them, MARGIN accounts, transfers, the ledger.
//!
//! Documented: `/account/create` answers an array (upstream) or an object (F-pm); `/account/transfer`
//! answers a bare `true` (upstream) or a ledger object (F-ref), ends within the call and has no
//! webhook; the ledger's filters, at most 30 days and the last 30 days by default (5). Assumed: a new
//! account's currency is that of a WALLET, USD when absent; names need not differ; the payer of a
//! TRANSFER is a WALLET and its payee a MARGIN account, of a COLLECTION the other way round, both in
//! one currency; the payer's row stands for the transfer.

use rust_decimal::Decimal;

use super::{ACCOUNT_PAGE_MAX, Circumstances, PAGE_MAX, listed, same};
use crate::app::App;
use crate::envelope::Failure;
use crate::json::Json;
use crate::options::Spelling;
use crate::orders;
use crate::request::{Fields, required};
use crate::state::{Account, BizType, Direction, LedgerRow, MARGIN, Movement, WALLET};

const LEDGER_RANGE_MS: i64 = 30 * 24 * 3_600_000;

impl App {
    pub(super) fn account_list(&self, fields: &Fields) -> Result<Json, Failure> {
        required("pageNum", fields.integer("pageNum")?)?;
        required("pageSize", fields.integer("pageSize")?)?;
        let cut = fields.page(ACCOUNT_PAGE_MAX)?;
        let kind = fields.first_text(self.names(&["type", "accountType"]))?;
        let found = self.accounts(fields, |account| same(kind.as_deref(), &account.kind))?;
        Ok(listed(cut, found.into_iter(), |account| account))
    }

    pub(super) fn account_single(&self, fields: &Fields) -> Result<Json, Failure> {
        required("accountId", fields.id("accountId")?)?;
        self.accounts(fields, |_| true).map(Json::List)
    }

    pub(super) fn accounts(
        &self,
        fields: &Fields,
        wanted: impl Fn(&Account) -> bool,
    ) -> Result<Vec<Json>, Failure> {
        let id = fields.id("accountId")?;
        let matches = |account: &&Account| same(id.as_deref(), &account.id) && wanted(account);
        Ok(self.kit.store.read(|state, _| {
            let found = state.accounts.iter().filter(matches);
            found
                .map(|account| self.writer().account(account))
                .collect()
        }))
    }

    pub(super) fn account_ledger(&self, fields: &Fields) -> Result<Json, Failure> {
        required("pageNum", fields.integer("pageNum")?)?;
        required("pageSize", fields.integer("pageSize")?)?;
        let cut = fields.page(PAGE_MAX)?;
        let now = self.kit.clock.now_ms();
        let end = fields.integer("endTime")?.unwrap_or(now);
        let start = fields.integer("startTime")?;
        let start = start.unwrap_or(end.saturating_sub(LEDGER_RANGE_MS));
        if end.saturating_sub(start) > LEDGER_RANGE_MS {
            return Err(Failure::business(
                "startTime parameter error: at most 30 days",
            ));
        }
        let (account, order_no) = (fields.id("accountId")?, fields.text("orderNo")?);
        let biz_type = fields.text("bizType")?;
        let matches = |row: &&LedgerRow| {
            row.visible_at <= now
                && (start..=end).contains(&row.created_at)
                && same(account.as_deref(), &row.account_id)
                && same(order_no.as_deref(), &row.order_no)
                && same(biz_type.as_deref(), row.biz_type.word())
        };
        Ok(self.kit.store.read(|state, _| {
            let found = state.ledger.iter().rev().filter(matches);
            listed(cut, found, |row| self.writer().ledger_row(row))
        }))
    }

    pub(super) async fn account_create(&self, fields: &Fields) -> Result<Json, Failure> {
        let name = required("accountName", fields.text("accountName")?)?;
        let currency = fields.text("currency")?;
        let currency = currency.unwrap_or_else(|| "USD".to_owned());
        if name.trim().is_empty() {
            return Err(Failure::business("accountName is required"));
        }
        self.change(|state| {
            if state.wallet(&currency).is_none() {
                return Err(Failure::business("currency parameter error"));
            }
            let id = state.platform_number();
            let account = Account::margin(&id, &name, &currency);
            let shown = self.writer().account(&account);
            state.accounts.push(account);
            Ok(match self.spelling() {
                Spelling::Narrative => Json::List(vec![shown]),
                Spelling::Reference => shown,
            })
        })
        .await
    }

    pub(super) async fn account_transfer(
        &self,
        fields: &Fields,
        around: Circumstances,
    ) -> Result<Json, Failure> {
        let transfer = self.transfer(fields)?;
        let terms = self.terms(around);
        self.change(|state| {
            orders::claim(state, &transfer.merchant_order_no)?;
            let biz_type = transfer.check_kinds(|id| state.account(id))?;
            orders::check_funds(state, &transfer.payer, transfer.amount)?;
            state.references.insert(transfer.merchant_order_no.clone());
            let order_no = state.platform_number();
            let sides = [
                (&transfer.payee, Direction::In),
                (&transfer.payer, Direction::Out),
            ];
            for (account_id, direction) in sides {
                state.book(&Movement {
                    account_id,
                    amount: transfer.amount,
                    order_no: &order_no,
                    biz_type,
                    direction,
                    remark: transfer.remark.as_deref(),
                    at: terms.now_ms,
                    visible_at: terms.visible_at(),
                });
            }
            Ok(match (self.spelling(), state.ledger.last()) {
                (Spelling::Reference, Some(row)) => self.writer().ledger_row(row),
                (Spelling::Narrative | Spelling::Reference, _) => Json::Bool(true),
            })
        })
        .await
    }

    fn transfer(&self, fields: &Fields) -> Result<Transfer, Failure> {
        let merchant_order_no = fields.merchant_order_no()?;
        let kind = required("type", fields.text("type")?)?;
        let is_collection = match kind.as_str() {
            "TRANSFER" => false,
            "COLLECTION" => true,
            _ => {
                return Err(Failure::business(
                    "type parameter error: TRANSFER or COLLECTION",
                ));
            }
        };
        let amount = required("amount", fields.amount("amount")?)?;
        if amount <= Decimal::ZERO || amount.normalize().scale() > 2 {
            return Err(Failure::business(
                "amount parameter error: above 0, at most 2 decimals",
            ));
        }
        let account = |names: &[&'static str]| fields.first_id(self.names(names));
        let payer = account(&["payerAccountId", "fromAccountId"])?;
        let payee = account(&["payeeAccountId", "toAccountId"])?;
        Ok(Transfer {
            merchant_order_no,
            is_collection,
            amount,
            payer: required("payerAccountId", payer)?,
            payee: required("payeeAccountId", payee)?,
            remark: fields.first_text(self.names(&["remark", "description"]))?,
        })
    }
}

struct Transfer {
    merchant_order_no: String,
    is_collection: bool,
    amount: Decimal,
    payer: String,
    payee: String,
    remark: Option<String>,
}

impl Transfer {
    /// Whether money may go this way; as what it is booked.
    fn check_kinds<'a>(
        &self,
        account: impl Fn(&str) -> Option<&'a Account>,
    ) -> Result<BizType, Failure> {
        let known = |name: &str, id: &str| {
            account(id).ok_or_else(|| Failure::business(format!("{name} parameter error: unknown")))
        };
        let payer = known("payerAccountId", &self.payer)?;
        let payee = known("payeeAccountId", &self.payee)?;
        let (from, to, biz_type) = if self.is_collection {
            (MARGIN, WALLET, BizType::FundCollection)
        } else {
            (WALLET, MARGIN, BizType::FundTransfer)
        };
        for (name, found, wanted) in [
            ("payerAccountId", payer, from),
            ("payeeAccountId", payee, to),
        ] {
            if found.kind != wanted {
                return Err(Failure::business(format!(
                    "{name} parameter error: must be a {wanted} account"
                )));
            }
        }
        if payer.currency != payee.currency {
            return Err(Failure::business("The accounts differ in currency"));
        }
        Ok(biz_type)
    }
}
