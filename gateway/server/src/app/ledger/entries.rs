use cardmux_domain::budget::{Direction, LedgerEntry};
use cardmux_domain::id::TenantId;
use cardmux_domain::ledger::{Account, BookOwner, Transfer};
use cardmux_domain::money::{Currency, Money};
use cardmux_domain::provider::Page;

use crate::app::budgets::EntryFilter;
use crate::app::{App, AppError, FieldProblem};
use crate::store;
use crate::store::ledger::TransferFilter;

/// What was booked, newest first. The cursor is the place of the last entry in the book.
pub async fn entries(
    app: &App,
    tenant: &TenantId,
    (owner, currency): (BookOwner, Currency),
    filter: EntryFilter,
) -> Result<Page<LedgerEntry>, AppError> {
    let EntryFilter { from, to, page } = filter;
    let after = match page.cursor.as_deref() {
        Some(text) => Some(
            place(text).ok_or(AppError::Invalid(vec![FieldProblem::parameter(
                "cursor",
                "bad_cursor",
                "is not a cursor of this list",
            )]))?,
        ),
        None => None,
    };
    let span = TransferFilter { from, to };
    let limit = u64::from(page.limit) + 1;
    let read = store::ledger::transfers(&app.store, tenant, owner, &span, after, limit);
    let mut transfers = read.await?;
    let more = transfers.len() > usize::try_from(page.limit).unwrap_or(usize::MAX);
    if more {
        transfers.pop();
    }
    let next = transfers.last().filter(|_| more);
    let next = next.map(|last| format!("{}.{}", last.book_version, last.position));
    let items = transfers.into_iter().map(|t| shown(t, currency));
    Ok(Page {
        items: items.collect(),
        next,
    })
}

fn place(text: &str) -> Option<(i64, i64)> {
    let (version, position) = text.split_once('.')?;
    Some((version.parse().ok()?, position.parse().ok()?))
}

/// A transfer as an entry: what it did to what is available, or to what is held where
/// it left that alone.
fn shown(transfer: Transfer, currency: Currency) -> LedgerEntry {
    let (from, to) = transfer.kind.accounts();
    let incoming = to == Account::Available || (from != Account::Available && to == Account::Held);
    let (direction, after) = match incoming {
        true => (Direction::In, transfer.to_after),
        false => (Direction::Out, transfer.from_after),
    };
    let before = match incoming {
        true => after - transfer.amount,
        false => after + transfer.amount,
    };
    let money = |amount| Some(Money::new(amount, currency));
    let authorization = transfer.authorization_id.map(|id| id.to_string());
    let operation = transfer.operation_id.map(|id| id.to_string());
    LedgerEntry {
        entry_ref: transfer.id.to_string(),
        direction,
        kind: transfer.kind.to_string(),
        amount: Money::new(transfer.amount, currency),
        balance_before: money(before),
        balance_after: money(after),
        order_ref: authorization.or(operation),
        remark: transfer.note,
        booked_at: transfer.booked_at,
    }
}
