//! Handing an operation to its provider.

use std::time::Instant;

use cardmux_domain::card::Card;
use cardmux_domain::id::TenantId;
use cardmux_domain::operation::{Operation, OperationKind};
use cardmux_domain::provider::{
    ActivateCard, CallContext, CancelDispute, CardChange, CreateBudget, EnrolCustomer, ErrorKind,
    IssueCard, MoveBudgetFunds, MoveFunds, OpenDispute, OperationReport, OrderPhysical,
    ProviderError, SetControls, SetPin, UpdateEnrolment,
};

use super::{Arguments, Engine, Subject};
use crate::clock;
use crate::providers::{Change, Instance};
use crate::store::{self, Unit};

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
            enrolment_ref: None,
        }
    }

    /// The same for calls about this subject.
    pub(super) async fn context_of(
        &self,
        subject: &Subject,
        request_id: &str,
        deadline: Instant,
    ) -> CallContext {
        let mut ctx = self.context(subject.tenant(), request_id, deadline);
        if let Subject::Card(card) = subject {
            let found = super::enrolment_ref(&self.store, &self.registry, card).await;
            // Without it the adapter refuses before it calls.
            ctx.enrolment_ref = found.unwrap_or_default();
        }
        ctx
    }

    /// Hand an operation to its provider, also a second time: with what has to be known before.
    pub(super) async fn hand_over(
        &self,
        ctx: &CallContext,
        subject: &Subject,
        operation: &mut Operation,
        arguments: Arguments,
    ) -> Result<OperationReport, ProviderError> {
        self.read_before(ctx, subject, operation).await?;
        self.send(ctx, subject, operation, arguments).await
    }

    /// Where the provider leaves no other trace of such an operation: write down what the card holds
    /// before it is sent. What cannot be told afterwards is not sent.
    async fn read_before(
        &self,
        ctx: &CallContext,
        subject: &Subject,
        operation: &mut Operation,
    ) -> Result<(), ProviderError> {
        let instance = self.registry.get(&operation.instance);
        // A reading there is already is the one to compare with: it was before every sending.
        let instance = instance
            .filter(|instance| instance.compares(operation.kind) && operation.before.is_none());
        let (Some(instance), Some(card_ref)) = (instance, subject.provider_ref()) else {
            return Ok(());
        };
        let read = instance.card(ctx, card_ref).await;
        let snapshot = read.map_err(|error| {
            let message = "the card could not be read, so nothing was sent";
            ProviderError {
                retry_after: error.retry_after,
                ..ProviderError::not_sent(error.kind, message)
            }
            .with_source(error)
        })?;
        let next = Operation {
            before: Some(snapshot.funds),
            version: operation.version + 1,
            updated_at: clock::now(),
            ..operation.clone()
        };
        let unit = Unit::new().with(store::Change::UpdateOperation(next.clone()));
        self.store.commit(unit).await.map_err(|error| {
            // Whoever changed it meanwhile has decided already, or the worker will: not sent.
            ProviderError::unknown(
                ErrorKind::Overloaded,
                "what the card holds was not recorded",
            )
            .with_source(error)
        })?;
        *operation = next;
        fail::fail_point!("before_committed");
        Ok(())
    }

    /// Call the provider, unless the lease has run out meanwhile: then the worker may already have
    /// decided that nothing was sent.
    async fn send(
        &self,
        ctx: &CallContext,
        subject: &Subject,
        operation: &Operation,
        arguments: Arguments,
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
        let change = change_of(instance, subject, operation, arguments)?;
        instance.change(ctx, &change).await
    }
}

fn change_of(
    instance: &Instance,
    subject: &Subject,
    operation: &Operation,
    arguments: Arguments,
) -> Result<Change, ProviderError> {
    match subject {
        Subject::Card(card) if operation.kind == OperationKind::Issue => {
            issue(instance, card, operation, arguments)
        }
        Subject::Card(_) => on_card(subject, operation, arguments),
        Subject::Enrolment(_) => on_enrolment(subject, operation, arguments),
        Subject::Budget(budget) if operation.kind == OperationKind::CreateBudget => {
            Ok(Change::CreateBudget(CreateBudget {
                reference: operation.reference.clone(),
                name: budget.name.clone(),
                currency: budget.currency,
            }))
        }
        Subject::Dispute(dispute) if operation.kind == OperationKind::CancelDispute => {
            Ok(Change::CancelDispute(CancelDispute {
                reference: operation.reference.clone(),
                dispute_ref: known(dispute.provider_ref.clone(), "the provider's id of this")?,
            }))
        }
        Subject::Dispute(dispute) => Ok(Change::OpenDispute(OpenDispute {
            reference: operation.reference.clone(),
            card_ref: known(arguments.card_ref, "the provider's card id")?,
            transaction_ref: known(arguments.transaction_ref, "the provider's transaction id")?,
            evidence: dispute.evidence.clone(),
            file_urls: dispute.file_urls.clone(),
        })),
        Subject::Budget(_) => {
            let request = MoveBudgetFunds {
                reference: operation.reference.clone(),
                budget_ref: subject_ref(subject)?,
                amount: known(operation.amount, "the amount")?,
            };
            if operation.kind == OperationKind::WithdrawBudget {
                Ok(Change::WithdrawBudget(request))
            } else {
                Ok(Change::FundBudget(request))
            }
        }
    }
}

fn known<T>(value: Option<T>, what: &str) -> Result<T, ProviderError> {
    value
        .ok_or_else(|| ProviderError::not_sent(ErrorKind::Settings, format!("{what} is not known")))
}

fn subject_ref(subject: &Subject) -> Result<String, ProviderError> {
    known(subject.provider_ref().cloned(), "the provider's id of this")
}

fn issue(
    instance: &Instance,
    card: &Card,
    operation: &Operation,
    arguments: Arguments,
) -> Result<Change, ProviderError> {
    Ok(Change::Issue(IssueCard {
        reference: operation.reference.clone(),
        card_type_ref: known(arguments.card_type_ref, "the provider's card type")?,
        // Money that is in our ledger is nothing to the provider.
        initial_balance: operation
            .amount
            .filter(|_| !instance.leaves_money_of(card.model)),
        enrolment_ref: arguments.enrolment_ref,
        budget_ref: arguments.budget_ref,
        card_number: arguments.card_number,
        cardholder: arguments.cardholder,
        label: card.label.clone(),
    }))
}

fn on_enrolment(
    subject: &Subject,
    operation: &Operation,
    arguments: Arguments,
) -> Result<Change, ProviderError> {
    let reference = operation.reference.clone();
    let card_type_ref = known(arguments.card_type_ref, "the provider's card type")?;
    let form = known(arguments.form, "the form of the card type")?;
    let profile = known(arguments.profile, "the customer")?;
    if operation.kind == OperationKind::Enrol {
        return Ok(Change::Enrol(EnrolCustomer {
            reference,
            card_type_ref,
            form,
            profile,
            share_token: arguments.share_token,
        }));
    }
    Ok(Change::UpdateEnrolment(UpdateEnrolment {
        reference,
        enrolment_ref: subject_ref(subject)?,
        card_type_ref,
        form,
        profile,
    }))
}

fn on_card(
    subject: &Subject,
    operation: &Operation,
    arguments: Arguments,
) -> Result<Change, ProviderError> {
    let reference = operation.reference.clone();
    let card_ref = subject_ref(subject)?;
    let note = operation.note.clone();
    let plain = |reference, card_ref| CardChange {
        reference,
        card_ref,
        note: note.clone(),
    };
    let funds = |reference, card_ref| {
        Ok::<_, ProviderError>(MoveFunds {
            reference,
            card_ref,
            amount: known(operation.amount, "the amount")?,
            note: note.clone(),
        })
    };
    Ok(match operation.kind {
        OperationKind::Freeze => Change::Freeze(plain(reference, card_ref)),
        OperationKind::Unfreeze => Change::Unfreeze(plain(reference, card_ref)),
        OperationKind::Cancel => Change::Cancel(plain(reference, card_ref)),
        OperationKind::UpdateNote => Change::SetNote(plain(reference, card_ref)),
        OperationKind::Deposit => Change::Deposit(funds(reference, card_ref)?),
        OperationKind::Withdraw => Change::Withdraw(funds(reference, card_ref)?),
        OperationKind::UpdateControls => Change::SetControls(SetControls {
            reference,
            card_ref,
            controls: known(operation.controls.clone(), "the change of the controls")?,
        }),
        OperationKind::SetPin => Change::SetPin(SetPin {
            reference,
            card_ref,
            pin: known(arguments.pin, "the PIN")?,
        }),
        OperationKind::Activate => Change::Activate(ActivateCard {
            reference,
            card_ref,
            pin: arguments.pin,
            code: known(arguments.activation_code, "the activation code")?,
            no_pin_limit: arguments.no_pin_limit,
        }),
        OperationKind::OrderPhysical => Change::OrderPhysical(OrderPhysical {
            reference,
            card_ref,
            address: known(arguments.shipping, "the address")?,
        }),
        OperationKind::Issue
        | OperationKind::OpenDispute
        | OperationKind::CancelDispute
        | OperationKind::Enrol
        | OperationKind::UpdateEnrolment
        | OperationKind::CreateBudget
        | OperationKind::FundBudget
        | OperationKind::WithdrawBudget => {
            return Err(ProviderError::not_sent(
                ErrorKind::Settings,
                "this is no operation on a card",
            ));
        }
    })
}
