//! Transactions: what providers report of them, put together and read.

mod apply;
mod sync;

use cardmux_domain::id::{TenantId, TransactionId};
use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::transaction::{Transaction, TransactionKind, TransactionStatus};

pub use apply::{apply, event, notice};
pub use sync::{JOB, read_soon, sync};

use super::{App, AppError, Listing, rows_for};
use crate::store;
use crate::store::transactions::TransactionFilter;

/// A transaction, and the others of the same life cycle: what it undoes, and what undid it.
#[derive(Debug, Clone)]
pub struct LinkedTransaction {
    pub transaction: Transaction,
    /// The transaction this one reverses, refunds or charges for, where it has arrived.
    pub original: Option<TransactionId>,
    /// What reverses, refunds or charges for this one, oldest first.
    pub follow_ups: Vec<Transaction>,
}

impl LinkedTransaction {
    /// How much of it was undone, in the currency of its billing amount.
    pub fn undone(&self, kind: TransactionKind) -> Option<Money> {
        let currency = self.transaction.report.billing_amount?.currency;
        let sum = self
            .follow_ups
            .iter()
            .filter(|t| t.report.kind == kind && t.report.status != TransactionStatus::Declined)
            .filter_map(|t| t.report.billing_amount.or(t.report.amount))
            .filter(|money| money.currency == currency)
            .fold(Decimal::ZERO, |sum, money| {
                sum.saturating_add(money.amount.abs())
            });
        Some(Money::new(sum, currency))
    }
}

pub async fn get(
    app: &App,
    tenant: &TenantId,
    id: TransactionId,
) -> Result<LinkedTransaction, AppError> {
    let found = store::transactions::get(&app.store, tenant, id).await?;
    let found = found.ok_or_else(|| AppError::NotFound {
        what: "transaction",
        id: id.to_string(),
    })?;
    let mut linked = link(app, tenant, vec![found]).await?;
    linked
        .pop()
        .ok_or(AppError::Internal("a list lost its row"))
}

pub async fn list(
    app: &App,
    tenant: &TenantId,
    filter: &TransactionFilter,
    after: Option<TransactionId>,
    limit: usize,
) -> Result<Listing<LinkedTransaction, TransactionId>, AppError> {
    let rows = rows_for(limit);
    let rows = store::transactions::list(&app.store, tenant, filter, after, rows).await?;
    let Listing { items, next } = Listing::from_surplus(rows, limit, |t| t.id);
    Ok(Listing {
        items: link(app, tenant, items).await?,
        next,
    })
}

/// Most links of one page: a purchase has a handful of refunds and fees.
const LINKS_MAX: u64 = 5_000;

async fn link(
    app: &App,
    tenant: &TenantId,
    transactions: Vec<Transaction>,
) -> Result<Vec<LinkedTransaction>, AppError> {
    let refs: Vec<String> = transactions
        .iter()
        .map(|t| t.report.provider_ref.clone())
        .collect();
    let originals: Vec<String> = transactions
        .iter()
        .filter_map(|t| t.report.original_ref.clone())
        .collect();
    let others = match refs.as_slice() {
        [] => Vec::new(),
        refs => {
            store::transactions::linked(&app.store, tenant, refs, &originals, LINKS_MAX).await?
        }
    };
    let linked = transactions.into_iter().map(|transaction| {
        let same_place = |other: &&Transaction| other.instance == transaction.instance;
        let report = &transaction.report;
        let original = report.original_ref.as_ref().and_then(|original| {
            let mut others = others.iter().filter(same_place);
            others
                .find(|other| other.report.provider_ref == *original)
                .map(|other| other.id)
        });
        let follows =
            |other: &&Transaction| other.report.original_ref.as_ref() == Some(&report.provider_ref);
        let follow_ups = others.iter().filter(same_place).filter(follows);
        LinkedTransaction {
            original,
            follow_ups: follow_ups.cloned().collect(),
            transaction,
        }
    });
    Ok(linked.collect())
}
