use async_trait::async_trait;
use cardmux_domain::money::Money;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    CallContext, Funds, MoveFunds, OperationReport, ProviderError, Reported,
};
use cardmux_provider_kit::json;

use crate::Finup;
use crate::map;
use crate::wire::card::Moved;
use crate::wire::path::Endpoint;
use crate::wire::request::MoveRequest;

/// The answer's own word and code for success (O).
const SUCCESS: &str = "SUCCESS";

#[async_trait]
impl Funds for Finup {
    async fn balance(&self, _: &CallContext, card_ref: &str) -> Result<Money, ProviderError> {
        let card = self.card(card_ref).await?;
        let balance = map::funds(&card, false)?.balance;
        balance.ok_or_else(|| map::malformed("a card without balance"))
    }

    async fn deposit(
        &self,
        _: &CallContext,
        request: &MoveFunds,
    ) -> Result<OperationReport, ProviderError> {
        let endpoint = Endpoint::Deposit(&request.card_ref);
        self.move_funds(endpoint, OperationKind::Deposit, request)
            .await
    }

    async fn withdraw(
        &self,
        _: &CallContext,
        request: &MoveFunds,
    ) -> Result<OperationReport, ProviderError> {
        let endpoint = Endpoint::Withdraw(&request.card_ref);
        self.move_funds(endpoint, OperationKind::Withdraw, request)
            .await
    }
}

impl Finup {
    /// The answer has no id and no amount; whether fees come on top is not documented either.
    async fn move_funds(
        &self,
        endpoint: Endpoint<'_>,
        kind: OperationKind,
        request: &MoveFunds,
    ) -> Result<OperationReport, ProviderError> {
        let MoveFunds {
            reference,
            card_ref,
            amount,
            // There is no field for one.
            note: _,
        } = request;
        let body = MoveRequest {
            amount: json::number(amount.amount),
        };
        let Moved { status, code } = self.client.send(endpoint, &body).await?;
        let word = status.ok_or_else(|| map::malformed("a movement without status"))?;
        if word != SUCCESS {
            return Err(map::unknown_word("status of a movement", &word));
        }
        if code.is_some_and(|code| !(200..300).contains(&code)) {
            return Err(map::malformed("a success that contradicts itself"));
        }
        let reported = Reported::Succeeded;
        let mut report = map::report(kind, reference, card_ref, reported, &word);
        report.amount = Some(*amount);
        Ok(report)
    }
}
