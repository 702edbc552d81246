use async_trait::async_trait;
use cardmux_domain::money::Money;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{CallContext, Funds, MoveFunds, OperationReport, ProviderError};

use crate::ledger::Change;
use crate::{Method, MockProvider};

#[async_trait]
impl Funds for MockProvider {
    async fn balance(&self, _ctx: &CallContext, card_ref: &str) -> Result<Money, ProviderError> {
        self.call(Method::Balance, |ledger| Ok(ledger.card(card_ref)?.balance))
            .await
    }

    async fn deposit(
        &self,
        _ctx: &CallContext,
        request: &MoveFunds,
    ) -> Result<OperationReport, ProviderError> {
        let change = change(request, OperationKind::Deposit);
        self.call(Method::Deposit, |ledger| ledger.change(&change))
            .await
    }

    async fn withdraw(
        &self,
        _ctx: &CallContext,
        request: &MoveFunds,
    ) -> Result<OperationReport, ProviderError> {
        let change = change(request, OperationKind::Withdraw);
        self.call(Method::Withdraw, |ledger| ledger.change(&change))
            .await
    }
}

fn change(request: &MoveFunds, kind: OperationKind) -> Change<'_> {
    Change {
        reference: &request.reference,
        card_ref: &request.card_ref,
        kind,
        amount: Some(request.amount),
    }
}
