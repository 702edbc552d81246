//! Budgets and transfers have no query by our number: the account's name and the ledger tell.

use std::time::Duration;

use cardmux_domain::money::Decimal;
use cardmux_domain::operation::Reference;
use cardmux_domain::provider::{OperationQuery, OperationReport, ProviderError, Trace};
use cardmux_domain::time::Timestamp;
use cardmux_provider_kit::json;

use crate::budgets::made;
use crate::controls::done;
use crate::wire::account::{
    Account, AccountListRequest, LedgerRequest, LedgerRow, MARGIN, TransferKind,
};
use crate::wire::envelope::Page;
use crate::wire::path::Endpoint;
use crate::{FinCard, map};

/// The largest page of the account list (F-doc).
const ACCOUNTS_PER_PAGE: u32 = 10;

/// The largest page of the ledger (F-doc).
const ROWS_PER_PAGE: u32 = 100;

/// Where a walk ends without an answer. A thousand budgets, or ten thousand transfers since the one
/// that is looked for; our choice.
const MAX_PAGES: u32 = 100;

/// How far FinCard's clock may be behind ours; our choice.
const CLOCK_ALLOWANCE: Duration = Duration::from_secs(300);

/// References are 26 characters of Crockford's base32, in lower case.
const REFERENCE_CHARS: usize = 26;

impl FinCard {
    /// The account whose name carries our reference. Only a walk to the end of the list can say that
    /// there is none.
    pub(super) async fn created_budget(
        &self,
        reference: &Reference,
    ) -> Result<Option<OperationReport>, ProviderError> {
        for page_num in 1..=MAX_PAGES {
            let request =
                AccountListRequest::new(self.spelling, page_num, ACCOUNTS_PER_PAGE, MARGIN);
            let page: Page<Account> = self.client.call(Endpoint::AccountList, &request).await?;
            let more = continues(&page, page_num, ACCOUNTS_PER_PAGE)?;
            let named = page.records.into_iter().find(|account| {
                let name = account.account_name.as_deref().unwrap_or_default();
                name.contains(reference.as_str())
            });
            if let Some(account) = named {
                return made(account, reference, None).map(Some);
            }
            if !more {
                return Ok(None);
            }
        }
        Err(endless())
    }

    /// The ledger of the budget since the transfer was sent.
    pub(super) async fn transferred(
        &self,
        kind: TransferKind,
        query: &OperationQuery,
    ) -> Result<Trace, ProviderError> {
        let Some(budget_ref) = &query.subject_ref else {
            return Ok(Trace::Absent);
        };
        let rows = self.ledger(kind, budget_ref, query.sent_at).await?;
        let row = match chosen(rows, kind, query) {
            Choice::Row(row) => row,
            Choice::None => return Ok(Trace::Absent),
            Choice::Several(seen) => return Ok(Trace::Ambiguous(seen)),
        };
        let mut report = done(query.kind, &query.reference, budget_ref);
        report.provider_ref = row.order_no.or(row.tx_id);
        report.amount = query.amount;
        report.occurred_at = row.create_time.map(map::timestamp);
        Ok(Trace::Found(Box::new(report)))
    }

    async fn ledger(
        &self,
        kind: TransferKind,
        budget_ref: &str,
        sent_at: Option<Timestamp>,
    ) -> Result<Vec<LedgerRow>, ProviderError> {
        let allowance = i64::try_from(CLOCK_ALLOWANCE.as_millis()).unwrap_or(i64::MAX);
        let since = sent_at.map(|at| at.as_millis().saturating_sub(allowance));
        let mut rows = Vec::new();
        for page_num in 1..=MAX_PAGES {
            let request = LedgerRequest {
                page_num,
                page_size: ROWS_PER_PAGE,
                account_id: json::integer_or_text(budget_ref),
                biz_type: Some(biz_type(kind)),
                start_time: since,
                end_time: None,
            };
            let page: Page<LedgerRow> = self.client.call(Endpoint::AccountLedger, &request).await?;
            let more = continues(&page, page_num, ROWS_PER_PAGE)?;
            rows.extend(page.records);
            if !more {
                return Ok(rows);
            }
        }
        Err(endless())
    }
}

/// Whether there is a next page. A list that ends before its own total is no whole list.
fn continues<T>(page: &Page<T>, page_num: u32, page_size: u32) -> Result<bool, ProviderError> {
    let before = i64::from(page_num.saturating_sub(1)).saturating_mul(i64::from(page_size));
    if page.records.is_empty() && page.total.is_some_and(|total| total > before) {
        return Err(map::malformed("a list that breaks off"));
    }
    Ok(page.has_more(page_num, page_size))
}

fn endless() -> ProviderError {
    map::malformed("a list too long to be read to its end")
}

fn biz_type(kind: TransferKind) -> &'static str {
    match kind {
        TransferKind::Transfer => "fund_transfer",
        TransferKind::Collection => "fund_collection",
    }
}

/// Our row: the one that names us, else the only one that fits and names nobody else. Several such
/// rows leave it open which is ours, and whether any is: a person decides.
fn chosen(rows: Vec<LedgerRow>, kind: TransferKind, query: &OperationQuery) -> Choice {
    let mut rows: Vec<LedgerRow> = rows.into_iter().filter(|row| is_kind(row, kind)).collect();
    let ours = query.reference.as_str();
    let named = |text: &Option<String>| text.as_deref().is_some_and(|text| text.contains(ours));
    let ours = rows
        .iter()
        .position(|row| named(&row.remark) || named(&row.order_no));
    if let Some(index) = ours {
        return Choice::Row(Box::new(rows.swap_remove(index)));
    }
    rows.retain(|row| fits(row, query));
    if rows.len() > 1 {
        return Choice::Several(rows.iter().map(seen).collect());
    }
    rows.pop()
        .map_or(Choice::None, |row| Choice::Row(Box::new(row)))
}

/// Which row of the ledger is ours.
#[derive(Debug)]
enum Choice {
    Row(Box<LedgerRow>),
    None,
    Several(Vec<String>),
}

/// A row in words, for a person.
fn seen(row: &LedgerRow) -> String {
    let id = row.tx_id.as_deref().unwrap_or("?");
    let amount = row.amount.unwrap_or_default();
    match row.create_time {
        Some(time) => format!("ledger row `{id}`: {amount} at {}", map::timestamp(time)),
        None => format!("ledger row `{id}`: {amount}"),
    }
}

/// Whether the filter was applied; a row that does not say counts.
fn is_kind(row: &LedgerRow, kind: TransferKind) -> bool {
    let word = row.biz_type.as_deref();
    word.is_none_or(|word| word.eq_ignore_ascii_case(biz_type(kind)))
        && row.direction.as_deref().is_none_or(|direction| {
            direction.eq_ignore_ascii_case(match kind {
                TransferKind::Transfer => "in",
                TransferKind::Collection => "out",
            })
        })
}

/// Same amount, not before the transfer was sent, and nobody else's.
fn fits(row: &LedgerRow, query: &OperationQuery) -> bool {
    let wanted = query.amount.map(|money| money.amount);
    let same = wanted.is_some() && row.amount.as_ref().map(Decimal::abs) == wanted;
    let booked = row.create_time.map(map::timestamp);
    let late = query
        .sent_at
        .is_none_or(|sent| booked.is_some_and(|booked| booked >= sent));
    let others = row.remark.as_deref().is_some_and(names_a_reference);
    same && late && !others
}

fn names_a_reference(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| {
            let base32 =
                |c: char| c.is_ascii_digit() || (c.is_ascii_lowercase() && !"ilou".contains(c));
            word.len() == REFERENCE_CHARS && word.chars().all(base32)
        })
}

#[cfg(test)]
mod tests;
