//! Handing an operation to its provider.

use std::time::Instant;

use cardmux_domain::card::Card;
use cardmux_domain::id::TenantId;
use cardmux_domain::operation::{Operation, OperationKind};
use cardmux_domain::provider::{
    CallContext, CardChange, ErrorKind, IssueCard, MoveFunds, OperationReport, ProviderError,
};

use super::Engine;
use crate::clock;
use crate::providers::{CardAction, Change, FundsAction};

impl Engine {
    pub(super) fn context(
        &self,
        tenant: &TenantId,
        request_id: &str,
        deadline: Instant,
    ) -> CallContext {
        CallContext {
            tenant: tenant.clone(),
            request_id: request_id.to_owned(),
            deadline,
        }
    }

    /// Call the provider, unless the lease has run out meanwhile: then the worker may already have
    /// decided that nothing was sent.
    pub(super) async fn send(
        &self,
        ctx: &CallContext,
        card: &Card,
        operation: &Operation,
        card_type_ref: Option<String>,
    ) -> Result<OperationReport, ProviderError> {
        let call_ends = clock::now().plus(self.policy.call_timeout);
        if operation
            .due_at
            .is_some_and(|lease_ends| lease_ends < call_ends)
        {
            // Nothing is sent, and the operation is left to the worker, which holds it by now.
            return Err(ProviderError::unknown(
                ErrorKind::Overloaded,
                "the gateway was stalled",
            ));
        }
        let Some(instance) = self.registry.get(&operation.instance) else {
            return Err(ProviderError::not_sent(
                ErrorKind::Settings,
                format!(
                    "provider instance `{}` is not configured",
                    operation.instance
                ),
            ));
        };
        let change = change_of(card, operation, card_type_ref)?;
        instance.change(ctx, &change).await
    }
}

fn change_of(
    card: &Card,
    operation: &Operation,
    card_type_ref: Option<String>,
) -> Result<Change, ProviderError> {
    let missing =
        |what| ProviderError::not_sent(ErrorKind::Settings, format!("{what} is not known"));
    let reference = operation.reference.clone();
    let note = operation.note.clone();
    if operation.kind == OperationKind::Issue {
        return Ok(Change::Issue(IssueCard {
            reference,
            card_type_ref: card_type_ref.ok_or_else(|| missing("the provider's card type"))?,
            initial_balance: operation.amount,
        }));
    }
    let card_ref = card
        .provider_ref
        .clone()
        .ok_or_else(|| missing("the provider's id of this card"))?;
    let amount = || operation.amount.ok_or_else(|| missing("the amount"));
    let plain = |action, reference, card_ref, note| {
        Change::Card(
            action,
            CardChange {
                reference,
                card_ref,
                note,
            },
        )
    };
    Ok(match operation.kind {
        OperationKind::Freeze => plain(CardAction::Freeze, reference, card_ref, note),
        OperationKind::Unfreeze => plain(CardAction::Unfreeze, reference, card_ref, note),
        OperationKind::Issue | OperationKind::Cancel => {
            plain(CardAction::Cancel, reference, card_ref, note)
        }
        OperationKind::Deposit => Change::Funds(
            FundsAction::Deposit,
            MoveFunds {
                reference,
                card_ref,
                amount: amount()?,
                note,
            },
        ),
        OperationKind::Withdraw => Change::Funds(
            FundsAction::Withdraw,
            MoveFunds {
                reference,
                card_ref,
                amount: amount()?,
                note,
            },
        ),
    })
}
