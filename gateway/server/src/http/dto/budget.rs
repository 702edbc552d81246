use std::collections::BTreeMap;

use cardmux_domain::budget::Budget;
use cardmux_domain::ledger::Book;
use cardmux_domain::money::{Decimal, Money};
use serde::Serialize;
use utoipa::ToSchema;

use super::{BalanceDto, MoneyDto, open};

/// A pool of money that several cards share.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Budget)]
pub struct BudgetDto {
    #[schema(example = "bud_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub id: String,
    #[schema(value_type = open::BudgetStatus)]
    pub status: String,
    pub name: String,
    /// The provider instance; `ledger` where the gateway keeps the balance itself.
    pub instance: String,
    /// The provider's id of it; null in the ledger.
    pub provider_ref: Option<String>,
    pub currency: String,
    /// What its cards can still draw on, as last read; null until it was.
    pub balance: Option<BalanceDto>,
    /// Its accounts in the gateway's ledger; null where a provider keeps the balance.
    pub ledger: Option<LedgerFiguresDto>,
    pub external_id: Option<String>,
    pub metadata: BTreeMap<String, String>,
    /// The operation under way, if one is.
    pub pending_operation: Option<String>,
    /// Also the entity tag. What cards spend moves `balance` and `ledger` without a new version.
    pub version: i64,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
}

/// The accounts of a budget in the gateway's ledger: `available`, `held`, `spent` and `fees` add up to
/// `funded`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerFigures)]
pub struct LedgerFiguresDto {
    /// Can be spent. Negative only after something the network decided without the gateway.
    pub available: MoneyDto,
    /// Held for authorizations that were approved.
    pub held: MoneyDto,
    /// Presented, less what was returned.
    pub spent: MoneyDto,
    pub fees: MoneyDto,
    /// Paid in, less what was taken back.
    pub funded: MoneyDto,
}

impl From<Book> for LedgerFiguresDto {
    fn from(book: Book) -> Self {
        let Book {
            id: _,
            tenant: _,
            owner: _,
            currency,
            available,
            held,
            spent,
            fees,
            funded,
            version: _,
            created_at: _,
            updated_at: _,
        } = book;
        let money = |amount: Decimal| MoneyDto::from(Money::new(amount, currency));
        Self {
            available: money(available),
            held: money(held),
            spent: money(spent),
            fees: money(fees),
            // The account it came from has the opposite.
            funded: money(-funded),
        }
    }
}

impl BudgetDto {
    /// A budget that was just made: one in the ledger has an empty book.
    pub fn made(budget: Budget) -> Self {
        let book = budget.is_ledger().then(|| {
            Book::open(
                budget.id,
                budget.tenant.clone(),
                budget.currency,
                budget.created_at,
            )
        });
        Self::new(budget, book)
    }

    /// A budget with its book, where it is in the ledger.
    pub fn new(budget: Budget, book: Option<Book>) -> Self {
        let in_book = book.as_ref().map(Book::spendable);
        let Budget {
            id,
            tenant: _,
            instance,
            name,
            status,
            provider_ref,
            currency,
            balance,
            external_id,
            metadata,
            pending_operation,
            refresh_at: _,
            version,
            created_at,
            updated_at,
        } = budget;
        Self {
            id: id.to_string(),
            status: status.to_string(),
            name,
            instance: instance.to_string(),
            provider_ref,
            currency: currency.to_string(),
            balance: in_book.or(balance).map(Into::into),
            ledger: book.map(Into::into),
            external_id,
            metadata,
            pending_operation: pending_operation.map(|id| id.to_string()),
            version,
            created_at: created_at.to_string(),
            updated_at: updated_at.to_string(),
        }
    }
}
