//! The books checked against their transfers.

use cardmux_domain::id::{LedgerBookId, TenantId};
use cardmux_domain::ledger::{Account, BookOwner};
use cardmux_domain::money::Decimal;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};
use strum::VariantArray;
use uuid::Uuid;

use crate::store::convert::{Corrupt, decimal, parse, summed};
use crate::store::{Backend, Store, StoreError};

/// Books in one statement: each brings up to five rows.
const PAGE: i64 = 200;
/// A person reads them; where more is wrong than this, no list helps.
const MAX_TOLD: usize = 1000;

/// What is wrong with a book.
#[derive(Debug, Clone, PartialEq)]
pub struct Discrepancy {
    pub tenant: TenantId,
    pub owner: BookOwner,
    pub book_id: LedgerBookId,
    pub fault: Fault,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// The book says something else than its transfers come to.
    Balance {
        account: Account,
        maintained: Decimal,
        recomputed: Decimal,
    },
    /// The five balances of the book come to this instead of zero.
    NotZero { sum: Decimal },
    /// So many transfers tell a balance after them that does not follow from the one before.
    Chain { account: Account, transfers: i64 },
    /// Versions and positions are not counted through from the first one to that of the book:
    /// transfers are missing, or there are some too many. In so many places.
    Gap { places: i64 },
}

/// One statement, so that books and transfers are of one moment. What a window function tells of the
/// first transfer fits none that has another one before it: version 2, position 0 must be first.
const CHECK: &str = r#"
WITH page AS (
    SELECT * FROM ledger_books WHERE id > $1 ORDER BY id LIMIT $2
),
moved AS (
    SELECT t.* FROM ledger_transfers t JOIN page ON page.id = t.book_id
),
postings AS (
    SELECT book_id, book_version, "position", from_account AS account,
        -amount_micros AS change, from_after_micros AS balance FROM moved
    UNION ALL
    SELECT book_id, book_version, "position", to_account,
        amount_micros, to_after_micros FROM moved
),
chained AS (
    SELECT book_id, account, change, balance, LAG(balance, 1, CAST(0 AS BIGINT)) OVER
        (PARTITION BY book_id, account ORDER BY book_version, "position") AS former
    FROM postings
),
accounts AS (
    SELECT book_id, account,
        CAST(SUM(change / 1000000) AS BIGINT) AS units,
        CAST(SUM(change % 1000000) AS BIGINT) AS rest,
        SUM(CASE WHEN CAST(former AS NUMERIC) + change = balance THEN 0 ELSE 1 END) AS broken
    FROM chained GROUP BY book_id, account
),
steps AS (
    SELECT book_id, book_version, "position",
        LAG(book_version, 1, CAST(1 AS BIGINT)) OVER place AS former_version,
        LAG("position", 1, CAST(-2 AS BIGINT)) OVER place AS former_position
    FROM moved WINDOW place AS (PARTITION BY book_id ORDER BY book_version, "position")
),
sequences AS (
    SELECT book_id, MAX(book_version) AS last_version, SUM(CASE
        WHEN book_version = former_version AND "position" = former_position + 1 THEN 0
        WHEN book_version = former_version + 1 AND "position" = 0 THEN 0
        ELSE 1 END) AS gaps
    FROM steps GROUP BY book_id
)
SELECT page.id, page.tenant, page.budget_id, page.card_id, page.available_micros, page.held_micros,
    page.spent_micros, page.fees_micros, page.funded_micros, page.version,
    COALESCE(sequences.last_version, 1) AS last_version, COALESCE(sequences.gaps, 0) AS gaps,
    accounts.account, accounts.units, accounts.rest, accounts.broken
FROM page LEFT JOIN sequences ON sequences.book_id = page.id
    LEFT JOIN accounts ON accounts.book_id = page.id
ORDER BY page.id"#;

/// A book, and one of its accounts if any transfer touched one.
#[derive(FromQueryResult)]
struct Line {
    id: Uuid,
    tenant: String,
    budget_id: Option<Uuid>,
    card_id: Option<Uuid>,
    available_micros: i64,
    held_micros: i64,
    spent_micros: i64,
    fees_micros: i64,
    funded_micros: i64,
    version: i64,
    last_version: i64,
    gaps: i64,
    account: Option<String>,
    units: Option<i64>,
    rest: Option<i64>,
    broken: Option<i64>,
}

/// Every fault of every tenant's books, at most a thousand: the books read page by page, each page
/// as it is at one moment.
pub async fn recomputed(store: &Store) -> Result<Vec<Discrepancy>, StoreError> {
    let mut found = Vec::new();
    let mut after = Uuid::nil();
    while found.len() < MAX_TOLD {
        let lines = page(store, after).await?;
        let Some(last) = lines.last() else { break };
        after = last.id;
        for book in lines.chunk_by(|a, b| a.id == b.id) {
            found.extend(faults_of(book)?);
        }
    }
    found.truncate(MAX_TOLD);
    Ok(found)
}

async fn page(store: &Store, after: Uuid) -> Result<Vec<Line>, StoreError> {
    let dialect = match store.backend {
        Backend::Sqlite => sea_orm::DbBackend::Sqlite,
        Backend::Postgres => sea_orm::DbBackend::Postgres,
    };
    let bound: [Value; 2] = [after.into(), PAGE.into()];
    let statement = Statement::from_sql_and_values(dialect, CHECK, bound);
    let rows = store.read.query_all_raw(statement).await?;
    let lines = rows.iter().map(|row| Line::from_query_result(row, ""));
    Ok(lines.collect::<Result<_, _>>()?)
}

/// The faults of a book, from its lines.
fn faults_of(lines: &[Line]) -> Result<Vec<Discrepancy>, Corrupt> {
    let Some(book) = lines.first() else {
        return Ok(Vec::new());
    };
    let mut faults = Vec::new();
    let mut sum = Decimal::ZERO;
    for account in Account::VARIANTS {
        let name: &str = account.into();
        let line = lines.iter().find(|l| l.account.as_deref() == Some(name));
        let maintained = book.balance(*account);
        let recomputed = line.map_or(Decimal::ZERO, Line::recomputed);
        if maintained != recomputed {
            faults.push(Fault::Balance {
                account: *account,
                maintained,
                recomputed,
            });
        }
        if let Some(transfers) = line.and_then(|l| l.broken).filter(|broken| *broken > 0) {
            faults.push(Fault::Chain {
                account: *account,
                transfers,
            });
        }
        sum += maintained;
    }
    if !sum.is_zero() {
        faults.push(Fault::NotZero { sum });
    }
    let places = book.gaps + i64::from(book.last_version != book.version);
    if places > 0 {
        faults.push(Fault::Gap { places });
    }
    if faults.is_empty() {
        return Ok(Vec::new());
    }
    let tenant: TenantId = parse("ledger_books.tenant", &book.tenant)?;
    let owner = super::owner(book.budget_id, book.card_id)?;
    let told = faults.into_iter().map(|fault| Discrepancy {
        tenant: tenant.clone(),
        owner,
        book_id: LedgerBookId::from_uuid(book.id),
        fault,
    });
    Ok(told.collect())
}

impl Line {
    fn balance(&self, account: Account) -> Decimal {
        decimal(match account {
            Account::Available => self.available_micros,
            Account::Held => self.held_micros,
            Account::Spent => self.spent_micros,
            Account::Fees => self.fees_micros,
            Account::Funded => self.funded_micros,
        })
    }

    fn recomputed(&self) -> Decimal {
        summed(self.units.unwrap_or(0), self.rest.unwrap_or(0))
    }
}
