use async_trait::async_trait;
use cardmux_domain::budget::{FundingAccount, LedgerEntry};
use cardmux_domain::provider::{
    BudgetSnapshot, Budgets, CallContext, CreateBudget, EntryQuery, FundingAccounts,
    MoveBudgetFunds, OperationReport, Page, ProviderError,
};

use crate::ledger::BudgetMove;
use crate::page::{place_of, size_of};
use crate::{Method, MockProvider};

#[async_trait]
impl Budgets for MockProvider {
    async fn create(
        &self,
        _ctx: &CallContext,
        request: &CreateBudget,
    ) -> Result<OperationReport, ProviderError> {
        self.call(Method::CreateBudget, |ledger| ledger.create_budget(request))
            .await
    }

    async fn get(
        &self,
        _ctx: &CallContext,
        budget_ref: &str,
    ) -> Result<BudgetSnapshot, ProviderError> {
        self.call(Method::GetBudget, |ledger| ledger.budget(budget_ref))
            .await
    }

    async fn fund(
        &self,
        _ctx: &CallContext,
        request: &MoveBudgetFunds,
    ) -> Result<OperationReport, ProviderError> {
        let request = of(request);
        self.call(Method::FundBudget, |ledger| ledger.fund_budget(&request))
            .await
    }

    async fn withdraw(
        &self,
        _ctx: &CallContext,
        request: &MoveBudgetFunds,
    ) -> Result<OperationReport, ProviderError> {
        let request = of(request);
        self.call(Method::WithdrawBudget, |ledger| {
            ledger.withdraw_budget(&request)
        })
        .await
    }

    async fn entries(
        &self,
        _ctx: &CallContext,
        query: &EntryQuery,
    ) -> Result<Page<LedgerEntry>, ProviderError> {
        let from = place_of(query.page.cursor.as_deref())?;
        let limit = size_of(query.page.limit);
        self.call(Method::BudgetEntries, |ledger| {
            let (items, next) = ledger.entries(query, from, limit)?;
            Ok(Page {
                items,
                next: next.map(|place| place.to_string()),
            })
        })
        .await
    }
}

#[async_trait]
impl FundingAccounts for MockProvider {
    async fn funding_accounts(
        &self,
        _ctx: &CallContext,
    ) -> Result<Vec<FundingAccount>, ProviderError> {
        self.call(Method::FundingAccounts, |ledger| {
            Ok(ledger.funding_accounts())
        })
        .await
    }
}

fn of(request: &MoveBudgetFunds) -> BudgetMove<'_> {
    let MoveBudgetFunds {
        reference,
        budget_ref,
        amount,
    } = request;
    BudgetMove {
        reference,
        budget_ref,
        amount: *amount,
    }
}
