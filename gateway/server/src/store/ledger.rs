//! Books and their transfers.

mod check;

use cardmux_domain::id::{
    AuthorizationId, BudgetId, CardId, LedgerBookId, LedgerTransferId, OperationId, TenantId,
};
use cardmux_domain::ledger::{Book, BookOwner, Transfer, TransferKind};
use cardmux_domain::time::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SubQueryStatement};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

pub use self::check::{Discrepancy, Fault, recomputed};
use super::convert::{Corrupt, decimal, micros, parse};
use super::entity::{ledger_book, ledger_transfer};
use super::{Store, StoreError, only, to_domain};

/// The book of a budget or card; `None` where its provider keeps the balance.
pub async fn book_of(
    store: &Store,
    tenant: &TenantId,
    owner: BookOwner,
) -> Result<Option<Book>, StoreError> {
    use ledger_book::{Column, Entity};
    only(
        Entity::find()
            .filter(is_of(owner))
            .filter(Column::Tenant.eq(tenant.as_str())),
        store,
    )
    .await
}

fn is_of(owner: BookOwner) -> Expr {
    use ledger_book::Column;
    match owner {
        BookOwner::Budget(id) => Column::BudgetId.eq(id.uuid()),
        BookOwner::Card(id) => Column::CardId.eq(id.uuid()),
    }
}

/// What its two columns say, of which one is filled.
fn owner(budget: Option<Uuid>, card: Option<Uuid>) -> Result<BookOwner, Corrupt> {
    match (budget, card) {
        (Some(id), None) => Ok(BookOwner::Budget(BudgetId::from_uuid(id))),
        (None, Some(id)) => Ok(BookOwner::Card(CardId::from_uuid(id))),
        (_, _) => Err(Corrupt("ledger_books.budget_id")),
    }
}

/// Which transfers of a book; fields that are `None` let everything pass.
#[derive(Debug, Clone, Default)]
pub struct TransferFilter {
    /// When they were booked, both ends included.
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
}

/// The transfers of a book, newest first; the page after version and position `after`.
pub async fn transfers(
    store: &Store,
    tenant: &TenantId,
    owner: BookOwner,
    filter: &TransferFilter,
    after: Option<(i64, i64)>,
    limit: u64,
) -> Result<Vec<Transfer>, StoreError> {
    use ledger_transfer::{Column, Entity};
    let TransferFilter { from, to } = filter;
    let book = Query::select()
        .column(ledger_book::Column::Id)
        .from(ledger_book::Entity)
        .and_where(is_of(owner))
        .and_where(ledger_book::Column::Tenant.eq(tenant.as_str()))
        .to_owned();
    let book = SubQueryStatement::SelectStatement(book);
    let place = || Expr::tuple([Column::BookVersion, Column::Position].map(Expr::col));
    let conditions = [
        Some(Expr::col(Column::BookId).eq(book)),
        from.map(|t| Column::BookedAtMs.gte(t.as_millis())),
        to.map(|t| Column::BookedAtMs.lte(t.as_millis())),
        after
            .map(|(version, position)| place().lt(Expr::tuple([version, position].map(Expr::val)))),
    ];
    let conditions = conditions.into_iter().flatten();
    let query = conditions.fold(Entity::find(), sea_orm::Select::filter);
    let rows = query
        .order_by_desc(Column::BookVersion)
        .order_by_desc(Column::Position)
        .limit(limit)
        .all(&store.read);
    to_domain(rows.await?)
}

/// The transfers of all books of the tenant, in their order, from `from` on and before `to`.
pub async fn transfers_between(
    store: &Store,
    tenant: &TenantId,
    from: Timestamp,
    to: Timestamp,
    limit: u64,
) -> Result<Vec<Transfer>, StoreError> {
    use ledger_transfer::{Column, Entity};
    let rows = Entity::find()
        .filter(Column::Tenant.eq(tenant.as_str()))
        .filter(Column::BookedAtMs.gte(from.as_millis()))
        .filter(Column::BookedAtMs.lt(to.as_millis()))
        .order_by_asc(Column::BookedAtMs)
        .order_by_asc(Column::BookVersion)
        .order_by_asc(Column::Position)
        // Of two books at the same place: only so that the order is always the same.
        .order_by_asc(Column::BookId)
        .limit(limit)
        .all(&store.read)
        .await?;
    to_domain(rows)
}

impl TryFrom<ledger_book::Model> for Book {
    type Error = Corrupt;

    fn try_from(row: ledger_book::Model) -> Result<Self, Corrupt> {
        let ledger_book::Model {
            id,
            tenant,
            budget_id,
            card_id,
            currency,
            available_micros,
            held_micros,
            spent_micros,
            fees_micros,
            funded_micros,
            version,
            created_at_ms,
            updated_at_ms,
        } = row;
        Ok(Self {
            id: LedgerBookId::from_uuid(id),
            tenant: parse("ledger_books.tenant", &tenant)?,
            owner: owner(budget_id, card_id)?,
            currency: parse("ledger_books.currency", &currency)?,
            available: decimal(available_micros),
            held: decimal(held_micros),
            spent: decimal(spent_micros),
            fees: decimal(fees_micros),
            funded: decimal(funded_micros),
            version,
            created_at: Timestamp::from_millis(created_at_ms),
            updated_at: Timestamp::from_millis(updated_at_ms),
        })
    }
}

impl TryFrom<Book> for ledger_book::Model {
    type Error = StoreError;

    fn try_from(book: Book) -> Result<Self, StoreError> {
        let Book {
            id,
            tenant,
            owner,
            currency,
            available,
            held,
            spent,
            fees,
            funded,
            version,
            created_at,
            updated_at,
        } = book;
        Ok(Self {
            id: id.uuid(),
            tenant: tenant.to_string(),
            budget_id: owner.budget().map(|id| id.uuid()),
            card_id: owner.card().map(|id| id.uuid()),
            currency: currency.to_string(),
            available_micros: micros(available)?,
            held_micros: micros(held)?,
            spent_micros: micros(spent)?,
            fees_micros: micros(fees)?,
            funded_micros: micros(funded)?,
            version,
            created_at_ms: created_at.as_millis(),
            updated_at_ms: updated_at.as_millis(),
        })
    }
}

impl TryFrom<ledger_transfer::Model> for Transfer {
    type Error = Corrupt;

    fn try_from(row: ledger_transfer::Model) -> Result<Self, Corrupt> {
        const KIND: &str = "ledger_transfers.kind";
        let ledger_transfer::Model {
            id,
            book_id,
            tenant,
            kind,
            source,
            amount_micros,
            from_account,
            to_account,
            from_after_micros,
            to_after_micros,
            authorization_id,
            operation_id,
            note,
            book_version,
            position,
            booked_at_ms,
        } = row;
        let kind: TransferKind = parse(KIND, &kind)?;
        let (from, to) = kind.accounts();
        if (from_account, to_account) != (from.to_string(), to.to_string()) {
            return Err(Corrupt(KIND));
        }
        Ok(Self {
            id: LedgerTransferId::from_uuid(id),
            book_id: LedgerBookId::from_uuid(book_id),
            tenant: parse("ledger_transfers.tenant", &tenant)?,
            kind,
            source,
            amount: decimal(amount_micros),
            from_after: decimal(from_after_micros),
            to_after: decimal(to_after_micros),
            authorization_id: authorization_id.map(AuthorizationId::from_uuid),
            operation_id: operation_id.map(OperationId::from_uuid),
            note,
            book_version,
            position,
            booked_at: Timestamp::from_millis(booked_at_ms),
        })
    }
}

impl TryFrom<Transfer> for ledger_transfer::Model {
    type Error = StoreError;

    fn try_from(transfer: Transfer) -> Result<Self, StoreError> {
        let Transfer {
            id,
            book_id,
            tenant,
            kind,
            source,
            amount,
            from_after,
            to_after,
            authorization_id,
            operation_id,
            note,
            book_version,
            position,
            booked_at,
        } = transfer;
        let (from, to) = kind.accounts();
        Ok(Self {
            id: id.uuid(),
            book_id: book_id.uuid(),
            tenant: tenant.to_string(),
            kind: kind.to_string(),
            source,
            amount_micros: micros(amount)?,
            from_account: from.to_string(),
            to_account: to.to_string(),
            from_after_micros: micros(from_after)?,
            to_after_micros: micros(to_after)?,
            authorization_id: authorization_id.map(|id| id.uuid()),
            operation_id: operation_id.map(|id| id.uuid()),
            note,
            book_version,
            position,
            booked_at_ms: booked_at.as_millis(),
        })
    }
}
