use async_trait::async_trait;
use cardmux_domain::money::Money;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{CallContext, Funds, MoveFunds, OperationReport, ProviderError};

use crate::FinCard;
use crate::map;
use crate::wire::card::BalanceInfo;
use crate::wire::path::Endpoint;
use crate::wire::request::CardKey;

#[async_trait]
impl Funds for FinCard {
    async fn balance(&self, _: &CallContext, card_ref: &str) -> Result<Money, ProviderError> {
        let request = CardKey::new(self.spelling, card_ref);
        let info: BalanceInfo = self.client.call(Endpoint::CardBalance, &request).await?;
        map::balance(info)
    }

    async fn deposit(
        &self,
        _: &CallContext,
        request: &MoveFunds,
    ) -> Result<OperationReport, ProviderError> {
        self.move_funds(Endpoint::Deposit, OperationKind::Deposit, request)
            .await
    }

    async fn withdraw(
        &self,
        _: &CallContext,
        request: &MoveFunds,
    ) -> Result<OperationReport, ProviderError> {
        self.move_funds(Endpoint::Withdraw, OperationKind::Withdraw, request)
            .await
    }
}

impl FinCard {
    async fn move_funds(
        &self,
        endpoint: Endpoint,
        kind: OperationKind,
        request: &MoveFunds,
    ) -> Result<OperationReport, ProviderError> {
        let MoveFunds {
            reference,
            card_ref,
            amount,
            note,
        } = request;
        self.operate(
            endpoint,
            kind,
            reference,
            card_ref,
            Some(*amount),
            note.as_deref(),
        )
        .await
    }
}
