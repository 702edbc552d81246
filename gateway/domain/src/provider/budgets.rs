use async_trait::async_trait;

use super::{CallContext, OperationReport, Page, PageRequest, ProviderError};
use crate::budget::{FundingAccount, LedgerEntry};
use crate::money::{Currency, Money};
use crate::operation::Reference;
use crate::time::Timestamp;

#[derive(Debug, Clone)]
pub struct CreateBudget {
    pub reference: Reference,
    pub name: String,
    pub currency: Currency,
}

/// Money between a funding account and a budget.
#[derive(Debug, Clone)]
pub struct MoveBudgetFunds {
    pub reference: Reference,
    /// The provider's id of the budget.
    pub budget_ref: String,
    /// Positive, in the budget's currency.
    pub amount: Money,
}

/// A budget as its provider shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct BudgetSnapshot {
    pub budget_ref: String,
    /// What its cards can still draw on.
    pub available: Money,
}

/// Which entries of a budget.
#[derive(Debug, Clone)]
pub struct EntryQuery {
    /// The provider's id of the budget or funding account.
    pub account_ref: String,
    pub currency: Currency,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    pub page: PageRequest,
}

/// Pools of money for cards of the model `budget_card`.
#[async_trait]
pub trait Budgets: Send + Sync {
    /// Make a budget.
    ///
    /// # Behaviour
    /// - `budget_created_is_found_by_its_reference`
    async fn create(
        &self,
        ctx: &CallContext,
        request: &CreateBudget,
    ) -> Result<OperationReport, ProviderError>;

    /// Read one budget.
    ///
    /// # Behaviour
    /// - `budget_unknown_is_not_found`
    async fn get(
        &self,
        ctx: &CallContext,
        budget_ref: &str,
    ) -> Result<BudgetSnapshot, ProviderError>;

    /// Put money from the funding account of the same currency into a budget.
    ///
    /// # Behaviour
    /// - `budget_funded_and_withdrawn_is_right_to_the_cent`
    /// - `budget_funded_with_a_used_reference_moves_nothing`
    /// - `budget_funded_beyond_the_funding_account_is_rejected`
    async fn fund(
        &self,
        ctx: &CallContext,
        request: &MoveBudgetFunds,
    ) -> Result<OperationReport, ProviderError>;

    /// Take money back out of a budget.
    ///
    /// # Behaviour
    /// - `budget_withdrawn_beyond_its_balance_is_rejected`
    async fn withdraw(
        &self,
        ctx: &CallContext,
        request: &MoveBudgetFunds,
    ) -> Result<OperationReport, ProviderError>;

    /// What was booked on a budget or funding account, newest first.
    ///
    /// # Behaviour
    /// - `budget_entries_explain_its_balance`
    async fn entries(
        &self,
        ctx: &CallContext,
        query: &EntryQuery,
    ) -> Result<Page<LedgerEntry>, ProviderError>;
}

/// The accounts that pay for cards and budgets.
#[async_trait]
pub trait FundingAccounts: Send + Sync {
    /// All of them, with their balances.
    ///
    /// # Behaviour
    /// - `funding_accounts_show_their_balances`
    async fn funding_accounts(
        &self,
        ctx: &CallContext,
    ) -> Result<Vec<FundingAccount>, ProviderError>;
}
