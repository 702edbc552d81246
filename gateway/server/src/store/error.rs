//! What can go wrong with the database, told apart by what the caller can do about it.

use cardmux_domain::id::{
    AuthorizationId, BatchId, BatchItemId, CustomerId, LedgerBookId, LedgerTransferId, OperationId,
    SpendControlId, TransactionId,
};
use cardmux_domain::money::BadAmount;
use cardmux_domain::operation::SubjectId;
use sea_orm::sqlx::error::Error as SqlxError;
use sea_orm::{DbErr, RuntimeErr};

#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// Nothing was changed; the same call may succeed a little later.
    #[error("the database cannot be reached")]
    Unavailable(#[source] DbErr),
    /// The connection broke while a transaction was being committed and did not come back in
    /// time: whether the change is stored is not known.
    #[error("the connection to the database was lost while saving; it may or may not be saved")]
    FateUnknown,
    /// The statement is wrong or the disk is: not cured by trying again.
    #[error("the database refused a statement")]
    Database(#[source] DbErr),
    #[error("the database URL cannot be used: {0}")]
    BadUrl(&'static str),
    /// A stored value that this version cannot read.
    #[error("a stored value of {0} cannot be read")]
    Corrupt(&'static str),
    #[error("an amount cannot be stored exactly")]
    Amount(#[from] BadAmount),
}

/// Why a unit was not committed. Nothing of it is stored, except after
/// [`StoreError::FateUnknown`].
#[derive(Debug, Clone, thiserror::Error)]
pub enum WriteError {
    #[error("the change collides with what is stored")]
    Conflict(Conflict),
    #[error("too many writes are waiting")]
    QueueFull,
    #[error("the database is being closed")]
    Closed,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The first thing of a unit that collides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conflict {
    /// The idempotency key is taken by a claim that has not expired.
    Key,
    /// The card, enrolment or budget exists, has another version, or its `provider_ref` belongs to
    /// another one.
    Subject(SubjectId),
    /// The customer exists or has another version.
    Customer(CustomerId),
    /// The transaction exists or has another version.
    Transaction(TransactionId),
    /// The operation exists, has another version, or its reference is used.
    Operation(OperationId),
    /// The batch exists or has another version.
    Batch(BatchId),
    /// The item of a batch exists or has another version.
    BatchItem(BatchItemId),
    /// The authorization exists, has another version, or its `provider_ref` belongs to another one.
    Authorization(AuthorizationId),
    /// What caused this movement of money has moved it before. Told before [`Conflict::Book`]: who is
    /// told of that may begin anew with what is stored now.
    Transfer(LedgerTransferId),
    /// The budget or card has a book already, or the book has another version.
    Book(LedgerBookId),
    /// The spend control exists or has another version.
    SpendControl(SpendControlId),
    /// Another decision under the control came first, or there is no such mark any more.
    SpendMark(SpendControlId),
    /// An event, audit line or document of that id exists.
    Record,
    /// The same delivery was stored before.
    Webhook,
    /// The API key exists (insert), or is not one of the tenant's (revoke).
    ApiKey,
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        if is_unavailable(&error) {
            Self::Unavailable(error)
        } else {
            Self::Database(error)
        }
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "not ours, and it may grow: what is not listed is no outage"
)]
fn is_unavailable(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(_) => true,
        DbErr::Conn(RuntimeErr::SqlxError(e))
        | DbErr::Exec(RuntimeErr::SqlxError(e))
        | DbErr::Query(RuntimeErr::SqlxError(e)) => sqlx_unavailable(e),
        _ => false,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "not ours, and it may grow: what is not listed is no outage"
)]
fn sqlx_unavailable(error: &SqlxError) -> bool {
    match error {
        SqlxError::Io(_)
        | SqlxError::Tls(_)
        | SqlxError::Protocol(_)
        | SqlxError::PoolTimedOut
        | SqlxError::PoolClosed
        | SqlxError::WorkerCrashed
        | SqlxError::BeginFailed => true,
        SqlxError::Database(e) => e.code().is_some_and(|code| passes_by_itself(&code)),
        _ => false,
    }
}

/// SQLSTATE classes and codes (PostgreSQL), and SQLite result codes, of conditions that end without
/// anybody changing the statement: connection lost, shutting down, starting up, too many
/// connections, read-only after a failover, serialization failure, deadlock, busy.
fn passes_by_itself(code: &str) -> bool {
    const POSTGRES: [&str; 8] = [
        "57P01", "57P02", "57P03", "53300", "25006", "40001", "40P01", "57014",
    ];
    const SQLITE_BUSY: [&str; 4] = ["5", "261", "517", "773"];
    code.starts_with("08") || POSTGRES.contains(&code) || SQLITE_BUSY.contains(&code)
}
