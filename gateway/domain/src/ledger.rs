//! The gateway's double-entry ledger: money of budgets and cards whose provider leaves the balance to us.
//!
//! A book belongs to a budget, or to a card that has money of its own. It has five accounts whose balances always sum to zero; a transfer
//! moves money between two of them. What is in `available` and `held` is the tenant's; `funded` is
//! where it came from, `spent` and `fees` where it went.

use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::card::Balance;
use crate::id::{
    AuthorizationId, BudgetId, CardId, LedgerBookId, LedgerTransferId, OperationId, TenantId,
};
use crate::money::{Currency, Decimal, Money};
use crate::time::Timestamp;

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum Account {
    /// Can be spent. Negative only after something the network decided without us.
    Available,
    /// Held for authorizations that were approved.
    Held,
    /// Presented, less what was returned.
    Spent,
    Fees,
    /// Paid in, less what was taken back: never positive, its opposite is what the tenant put in.
    Funded,
}

/// Why money moved.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum TransferKind {
    Fund,
    Withdraw,
    /// An authorization was approved.
    Hold,
    /// The network was told yes without us, or against us.
    ForcedHold,
    /// Reversed, declined after all, expired, or presented for less.
    Release,
    /// Presented, out of what was held.
    Post,
    /// Presented beyond what was held, or without anything held.
    ForcedPost,
    Fee,
    Return,
}

impl TransferKind {
    /// From which account to which.
    pub fn accounts(self) -> (Account, Account) {
        match self {
            Self::Fund => (Account::Funded, Account::Available),
            Self::Withdraw => (Account::Available, Account::Funded),
            Self::Hold | Self::ForcedHold => (Account::Available, Account::Held),
            Self::Release => (Account::Held, Account::Available),
            Self::Post => (Account::Held, Account::Spent),
            Self::ForcedPost => (Account::Available, Account::Spent),
            Self::Fee => (Account::Available, Account::Fees),
            Self::Return => (Account::Spent, Account::Available),
        }
    }
}

/// Whose money a book is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BookOwner {
    Budget(BudgetId),
    /// A card that draws on no budget.
    Card(CardId),
}

impl BookOwner {
    /// What payments of a card take the money of: its budget, or the card itself.
    pub fn drawn_on(card: CardId, budget: Option<BudgetId>) -> Self {
        budget.map_or(Self::Card(card), Self::Budget)
    }

    pub fn budget(self) -> Option<BudgetId> {
        match self {
            Self::Budget(id) => Some(id),
            Self::Card(_) => None,
        }
    }

    pub fn card(self) -> Option<CardId> {
        match self {
            Self::Card(id) => Some(id),
            Self::Budget(_) => None,
        }
    }

    pub fn uuid(self) -> uuid::Uuid {
        match self {
            Self::Budget(id) => id.uuid(),
            Self::Card(id) => id.uuid(),
        }
    }
}

impl From<BudgetId> for BookOwner {
    fn from(id: BudgetId) -> Self {
        Self::Budget(id)
    }
}

impl From<CardId> for BookOwner {
    fn from(id: CardId) -> Self {
        Self::Card(id)
    }
}

impl std::fmt::Display for BookOwner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Budget(id) => id.fmt(f),
            Self::Card(id) => id.fmt(f),
        }
    }
}

/// The accounts of one owner and their maintained balances.
#[derive(Debug, Clone, PartialEq)]
pub struct Book {
    pub id: LedgerBookId,
    pub tenant: TenantId,
    pub owner: BookOwner,
    pub currency: Currency,
    pub available: Decimal,
    pub held: Decimal,
    pub spent: Decimal,
    pub fees: Decimal,
    pub funded: Decimal,
    /// Grows by one with every transaction that moves money: also the order of its transfers.
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// One movement, for good: never changed, never deleted. Two postings: out of one account, into the
/// other.
#[derive(Debug, Clone, PartialEq)]
pub struct Transfer {
    pub id: LedgerTransferId,
    pub book_id: LedgerBookId,
    pub tenant: TenantId,
    pub kind: TransferKind,
    /// What caused it; within the book unique, so that no cause moves money twice.
    pub source: String,
    /// Positive.
    pub amount: Decimal,
    /// Balances of the two accounts after it.
    pub from_after: Decimal,
    pub to_after: Decimal,
    pub authorization_id: Option<AuthorizationId>,
    pub operation_id: Option<OperationId>,
    pub note: Option<String>,
    /// The book's version with it, and its place among the transfers of that version.
    pub book_version: i64,
    pub position: i64,
    pub booked_at: Timestamp,
}

/// What caused a transfer.
#[derive(Debug, Clone, Default)]
pub struct Cause {
    pub source: String,
    pub authorization_id: Option<AuthorizationId>,
    pub operation_id: Option<OperationId>,
    pub note: Option<String>,
}

/// Why money does not move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LedgerRefused {
    #[error("there is not that much available")]
    InsufficientFunds,
    #[error("the amount must be positive")]
    NotPositive,
    /// Beyond what can be stored.
    #[error("the amount is too large")]
    TooLarge,
}

/// Movements that are going to be stored together with the book they change.
#[derive(Debug, Clone)]
pub struct Entry {
    pub book: Book,
    pub transfers: Vec<Transfer>,
}

impl Book {
    /// An empty one.
    pub fn open(
        owner: impl Into<BookOwner>,
        tenant: TenantId,
        currency: Currency,
        now: Timestamp,
    ) -> Self {
        let nothing = Decimal::ZERO;
        Self {
            id: crate::id::fresh(),
            tenant,
            owner: owner.into(),
            currency,
            available: nothing,
            held: nothing,
            spent: nothing,
            fees: nothing,
            funded: nothing,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// What can be spent.
    pub fn spendable(&self) -> Balance {
        Balance {
            money: Money::new(self.available, self.currency),
            as_of: self.updated_at,
        }
    }

    pub fn balance(&self, account: Account) -> Decimal {
        match account {
            Account::Available => self.available,
            Account::Held => self.held,
            Account::Spent => self.spent,
            Account::Fees => self.fees,
            Account::Funded => self.funded,
        }
    }

    fn balance_mut(&mut self, account: Account) -> &mut Decimal {
        match account {
            Account::Available => &mut self.available,
            Account::Held => &mut self.held,
            Account::Spent => &mut self.spent,
            Account::Fees => &mut self.fees,
            Account::Funded => &mut self.funded,
        }
    }

    /// Begin to move money: the book one version further.
    #[must_use]
    pub fn enter(self, now: Timestamp) -> Entry {
        let book = Self {
            version: self.version.saturating_add(1),
            updated_at: now,
            ..self
        };
        Entry {
            book,
            transfers: Vec::new(),
        }
    }
}

impl Entry {
    /// Move money. What the tenant or a cardholder wants needs the funds; what has happened already
    /// (presentments, fees, returns) is booked whatever is there.
    pub fn transfer(
        &mut self,
        kind: TransferKind,
        amount: Decimal,
        cause: Cause,
    ) -> Result<(), LedgerRefused> {
        if amount <= Decimal::ZERO {
            return Err(LedgerRefused::NotPositive);
        }
        let (from, to) = kind.accounts();
        if needs_funds(kind) && self.book.balance(from) < amount {
            return Err(LedgerRefused::InsufficientFunds);
        }
        let moved = |balance: Decimal, by: Decimal| {
            let after = balance.checked_add(by).ok_or(LedgerRefused::TooLarge)?;
            let storable = Money::new(after, self.book.currency).micros();
            storable.map_err(|_| LedgerRefused::TooLarge)?;
            Ok(after)
        };
        let from_after = moved(self.book.balance(from), -amount)?;
        let to_after = moved(self.book.balance(to), amount)?;
        *self.book.balance_mut(from) = from_after;
        *self.book.balance_mut(to) = to_after;
        let Cause {
            source,
            authorization_id,
            operation_id,
            note,
        } = cause;
        self.transfers.push(Transfer {
            id: crate::id::fresh(),
            book_id: self.book.id,
            tenant: self.book.tenant.clone(),
            kind,
            source,
            amount,
            from_after,
            to_after,
            authorization_id,
            operation_id,
            note,
            book_version: self.book.version,
            position: i64::try_from(self.transfers.len()).unwrap_or(i64::MAX),
            booked_at: self.book.updated_at,
        });
        Ok(())
    }
}

fn needs_funds(kind: TransferKind) -> bool {
    match kind {
        TransferKind::Withdraw
        | TransferKind::Hold
        | TransferKind::Release
        | TransferKind::Post => true,
        TransferKind::Fund
        | TransferKind::ForcedHold
        | TransferKind::ForcedPost
        | TransferKind::Fee
        | TransferKind::Return => false,
    }
}
