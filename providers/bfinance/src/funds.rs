use async_trait::async_trait;
use cardmux_domain::money::Money;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{CallContext, Funds, MoveFunds, OperationReport, ProviderError};
use cardmux_provider_kit::json;

use crate::BFinance;
use crate::map::{self, done};
use crate::wire::path::Family;
use crate::wire::request::MoveRequest;

#[async_trait]
impl Funds for BFinance {
    async fn balance(&self, _: &CallContext, card_ref: &str) -> Result<Money, ProviderError> {
        let key = self.key(card_ref)?;
        if key.family == Family::Budget {
            return Err(map::refused("a budget card holds no money"));
        }
        let card = self.card(key).await?;
        map::card::balance(&card, key.family)
    }

    /// The minimum is checked here too (dossier, quirk 13).
    async fn deposit(
        &self,
        _: &CallContext,
        request: &MoveFunds,
    ) -> Result<OperationReport, ProviderError> {
        if request.amount.amount < self.rules.min_top_up {
            return Err(map::refused("less than bfinance's minimum for a top-up"));
        }
        self.move_funds(
            OperationKind::Deposit,
            "topup",
            request.note.as_deref(),
            request,
        )
        .await
    }

    async fn withdraw(
        &self,
        _: &CallContext,
        request: &MoveFunds,
    ) -> Result<OperationReport, ProviderError> {
        self.move_funds(OperationKind::Withdraw, "withdraw", None, request)
            .await
    }
}

impl BFinance {
    /// No id and no balance come back (D): what is lost is told by the balance before and after.
    async fn move_funds(
        &self,
        kind: OperationKind,
        action: &'static str,
        note: Option<&str>,
        request: &MoveFunds,
    ) -> Result<OperationReport, ProviderError> {
        let MoveFunds {
            reference,
            card_ref,
            amount,
            note: _,
        } = request;
        let key = self.key(card_ref)?;
        if key.family == Family::Budget {
            return Err(map::refused("a budget card holds no money"));
        }
        let body = MoveRequest {
            amount: json::number(amount.amount),
            note,
        };
        let mut call = key.post(action);
        call.key = self.rules.idempotency_header.then_some(reference);
        self.client.tell(call, Some(&body)).await?;
        let mut report = done(kind, reference, card_ref);
        report.amount = Some(*amount);
        Ok(report)
    }
}
