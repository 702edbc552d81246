use async_trait::async_trait;
use cardmux_domain::provider::{
    CallContext, Page, ProviderError, Simulation, Simulator, TransactionQuery, TransactionReport,
    Transactions,
};

use crate::page::{place_of, size_of};
use crate::{Method, MockProvider};

#[async_trait]
impl Transactions for MockProvider {
    async fn list(
        &self,
        _ctx: &CallContext,
        query: &TransactionQuery,
    ) -> Result<Page<TransactionReport>, ProviderError> {
        let TransactionQuery {
            from,
            to,
            cursor,
            limit,
        } = query;
        let line = place_of(cursor.as_deref())?;
        let limit = size_of(*limit);
        self.call(Method::Transactions, |ledger| {
            let (items, next) = ledger.transactions_between(*from, *to, line, limit);
            Ok(Page {
                items,
                next: next.map(|line| line.to_string()),
            })
        })
        .await
    }
}

#[async_trait]
impl Simulator for MockProvider {
    async fn simulate(
        &self,
        _ctx: &CallContext,
        simulation: &Simulation,
    ) -> Result<Option<String>, ProviderError> {
        self.call(Method::Simulate, |ledger| ledger.simulate(simulation))
            .await
    }
}
