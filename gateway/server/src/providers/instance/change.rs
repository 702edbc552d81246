//! Calls that change something at the provider.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    ActivateCard, CallContext, CancelDispute, CardChange, CreateBudget, CreateKey, DocumentUpload,
    Effect, EnrolCustomer, EnrolmentSnapshot, ErrorKind, IssueCard, MoveBudgetFunds, MoveFunds,
    OpenDispute, OperationReport, OrderPhysical, ProviderError, SetControls, SetPin, Simulation,
    UpdateEnrolment,
};

use futures::{StreamExt as _, TryStreamExt as _};

use super::Instance;
use crate::providers::guard::Call;

/// A change at the provider, complete with its arguments.
#[derive(Debug)]
pub enum Change {
    Issue(IssueCard),
    Freeze(CardChange),
    Unfreeze(CardChange),
    Cancel(CardChange),
    Deposit(MoveFunds),
    Withdraw(MoveFunds),
    Activate(ActivateCard),
    SetPin(SetPin),
    SetControls(SetControls),
    SetNote(CardChange),
    Enrol(EnrolCustomer),
    UpdateEnrolment(UpdateEnrolment),
    CreateBudget(CreateBudget),
    FundBudget(MoveBudgetFunds),
    WithdrawBudget(MoveBudgetFunds),
    OrderPhysical(OrderPhysical),
    OpenDispute(OpenDispute),
    CancelDispute(CancelDispute),
}

/// Run one method of a capability through the guard.
macro_rules! guarded {
    ($self:ident, $ctx:ident, $capability:ident.$method:ident($request:expr), $call:expr) => {{
        let capability = $self.having($self.provider.$capability(), stringify!($capability))?;
        let call = $call(stringify!($method));
        $self
            .guard
            .run($ctx, call, || capability.$method($ctx, $request))
            .await
    }};
}

const fn create(name: &'static str) -> Call {
    Call::change(name, Effect::Create)
}

const fn set(name: &'static str) -> Call {
    Call::change(name, Effect::Set)
}

impl Instance {
    pub async fn change(
        &self,
        ctx: &CallContext,
        change: &Change,
    ) -> Result<OperationReport, ProviderError> {
        match change {
            Change::Issue(issue) => guarded!(self, ctx, cards.issue(issue), create),
            Change::Freeze(change) => guarded!(self, ctx, cards.freeze(change), set),
            Change::Unfreeze(change) => guarded!(self, ctx, cards.unfreeze(change), set),
            Change::Cancel(change) => guarded!(self, ctx, cards.cancel(change), set),
            Change::Deposit(funds) => guarded!(self, ctx, funds.deposit(funds), create),
            Change::Withdraw(funds) => guarded!(self, ctx, funds.withdraw(funds), create),
            Change::Activate(card) => guarded!(self, ctx, activation.activate(card), set),
            Change::SetPin(pin) => guarded!(self, ctx, pins.set_pin(pin), set),
            Change::SetControls(change) => guarded!(self, ctx, controls.set(change), set),
            Change::SetNote(change) => guarded!(self, ctx, notes.set_note(change), set),
            Change::Enrol(customer) => guarded!(self, ctx, enrolments.enrol(customer), create),
            Change::UpdateEnrolment(change) => guarded!(self, ctx, enrolments.update(change), set),
            Change::CreateBudget(budget) => {
                let key = self
                    .provider
                    .traits()
                    .create_key_of(OperationKind::CreateBudget);
                let create = |name| create(name).with_key(key);
                guarded!(self, ctx, budgets.create(budget), create)
            }
            Change::OrderPhysical(order) => {
                guarded!(self, ctx, shipping.order_physical(order), create)
            }
            Change::OpenDispute(dispute) => guarded!(self, ctx, disputes.open(dispute), create),
            Change::CancelDispute(dispute) => guarded!(self, ctx, disputes.cancel(dispute), set),
            Change::FundBudget(funds) => guarded!(self, ctx, budgets.fund(funds), create),
            Change::WithdrawBudget(funds) => guarded!(self, ctx, budgets.withdraw(funds), create),
        }
    }

    /// Take the next step of an enrolment. It looks first, so a lost answer is looked at, not
    /// repeated here.
    pub async fn advance(
        &self,
        ctx: &CallContext,
        enrolment_ref: &str,
    ) -> Result<EnrolmentSnapshot, ProviderError> {
        let create = |name| create(name).with_key(CreateKey::None);
        guarded!(self, ctx, enrolments.advance(enrolment_ref), create)
    }

    /// Pass a document on. Its bytes flow by once: there is no second attempt.
    pub async fn upload(
        &self,
        ctx: &CallContext,
        mut document: DocumentUpload,
    ) -> Result<String, ProviderError> {
        let documents = self.having(self.provider.documents(), "documents")?;
        let broken_off = Arc::new(AtomicBool::new(false));
        let noticed = Arc::clone(&broken_off);
        let watched = document
            .content
            .inspect_err(move |_| noticed.store(true, Ordering::Relaxed));
        document.content = watched.boxed();
        let once = Mutex::new(Some(document));
        let call = create("upload").with_key(CreateKey::None);
        let attempt = || -> futures::future::BoxFuture<'_, Result<String, ProviderError>> {
            match once.lock().ok().and_then(|mut document| document.take()) {
                Some(document) => Box::pin(async {
                    let uploaded = documents.upload(ctx, document).await;
                    // Whoever sent it broke off, or sent too much: no fault of the provider's.
                    uploaded.map_err(|error| match broken_off.load(Ordering::Relaxed) {
                        true => ProviderError::rejected(
                            ErrorKind::Refused,
                            "the document was not received whole",
                        ),
                        false => error,
                    })
                }),
                None => Box::pin(std::future::ready(Err(ProviderError::rejected(
                    ErrorKind::Interrupted,
                    "the document was handed over once already; send it again",
                )))),
            }
        };
        self.guard.run(ctx, call, attempt).await
    }

    pub async fn simulate(
        &self,
        ctx: &CallContext,
        simulation: &Simulation,
    ) -> Result<Option<String>, ProviderError> {
        let create = |name| create(name).with_key(CreateKey::None);
        guarded!(self, ctx, simulator.simulate(simulation), create)
    }
}
