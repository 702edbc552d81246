use async_trait::async_trait;
use cardmux_domain::money::Money;
use cardmux_domain::provider::{CallContext, Funds, MoveFunds, OperationReport, ProviderError};

use crate::ledger::{Change, Effect};
use crate::{Method, MockProvider};

#[async_trait]
impl Funds for MockProvider {
    async fn balance(&self, _ctx: &CallContext, card_ref: &str) -> Result<Money, ProviderError> {
        self.call(Method::Balance, |ledger| ledger.balance(card_ref))
            .await
    }

    async fn deposit(
        &self,
        _ctx: &CallContext,
        request: &MoveFunds,
    ) -> Result<OperationReport, ProviderError> {
        let change = change(request, Effect::Deposit);
        self.call(Method::Deposit, |ledger| ledger.change(&change))
            .await
    }

    async fn withdraw(
        &self,
        _ctx: &CallContext,
        request: &MoveFunds,
    ) -> Result<OperationReport, ProviderError> {
        let change = change(request, Effect::Withdraw);
        self.call(Method::Withdraw, |ledger| ledger.change(&change))
            .await
    }
}

fn change(request: &MoveFunds, effect: Effect) -> Change<'_> {
    Change {
        amount: Some(request.amount),
        ..Change::plain(&request.reference, &request.card_ref, effect)
    }
}
