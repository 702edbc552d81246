//! From intent to answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use cardmux_domain::operation::{Operation, OperationStatus};
use cardmux_domain::provider::{Outcome, ProviderError};
use tracing::error;

use super::settle::{Finding, Held, key_change};
use super::{Answer, Arguments, Engine, Subject};
use crate::clock;
use crate::store::{Change, Conflict, KeyClaim, StoredAnswer, Unit, WriteError, keys};

/// What is tried: the subject and operation as they will be stored, and what goes to the provider.
#[derive(Clone)]
pub struct Attempt {
    /// With the pending operation.
    pub subject: Subject,
    pub operation: Operation,
    pub arguments: Arguments,
    /// What is written down in the same transaction.
    pub also: Vec<Change>,
}

/// One change somebody wants, ready to be written down.
#[derive(Clone)]
pub struct Intent {
    /// The subject as it will be stored: with the pending operation and its new version.
    pub subject: Subject,
    /// It does not exist yet.
    pub subject_is_new: bool,
    pub operation: Operation,
    pub key: Option<KeyClaim>,
    /// What is written down in the same transaction.
    pub also: Vec<Change>,
    pub arguments: Arguments,
    /// The same at other providers, each tried where the one before certainly did nothing for a reason
    /// that is its own.
    pub alternatives: Vec<Attempt>,
    /// How long the caller wants to wait for a final status.
    pub wait: Option<Duration>,
    pub request_id: String,
}

#[derive(Debug, thiserror::Error)]
pub enum ExecuteError {
    /// The idempotency key is taken; nothing was written.
    #[error("the idempotency key is taken")]
    KeyTaken,
    /// The subject changed meanwhile; nothing was written.
    #[error("it changed meanwhile")]
    SubjectChanged,
    #[error(transparent)]
    Write(WriteError),
    #[error("the task that carries the operation ended early")]
    Lost,
}

impl Engine {
    /// Write the intent down, do it, and answer with what is known.
    ///
    /// Goes on by itself if the caller goes away.
    pub async fn execute(self: &Arc<Self>, intent: Intent) -> Result<Answer, ExecuteError> {
        let engine = Arc::clone(self);
        let task = self
            .tasks
            .spawn(async move { engine.carry_out(intent).await });
        task.await.unwrap_or(Err(ExecuteError::Lost))
    }

    async fn carry_out(&self, mut intent: Intent) -> Result<Answer, ExecuteError> {
        intent.operation.due_at = Some(clock::now().plus(self.policy.lease()));
        intent.operation.sends = 1;
        intent.operation.sent_at = Some(intent.operation.created_at);
        let written = self.store.commit(intent_unit(&intent)).await;
        written.map_err(|error| match error {
            WriteError::Conflict(Conflict::Key) => ExecuteError::KeyTaken,
            WriteError::Conflict(Conflict::Subject(_)) => ExecuteError::SubjectChanged,
            error @ (WriteError::Conflict(_)
            | WriteError::QueueFull
            | WriteError::Closed
            | WriteError::Store(_)) => ExecuteError::Write(error),
        })?;
        fail::fail_point!("intent_committed");
        Ok(self.perform(intent).await)
    }

    async fn perform(&self, intent: Intent) -> Answer {
        let Intent {
            mut subject,
            mut operation,
            mut key,
            mut arguments,
            alternatives,
            wait,
            request_id,
            subject_is_new: _,
            also: _,
        } = intent;
        let began = Instant::now();
        let mut alternatives = alternatives.into_iter();
        let result = loop {
            let deadline = Instant::now() + self.policy.call_timeout;
            let ctx = self.context_of(&subject, &request_id, deadline).await;
            let result = self
                .hand_over(&ctx, &subject, &mut operation, arguments)
                .await;
            fail::fail_point!("provider_answered");
            let elsewhere = result.as_ref().is_err_and(ProviderError::another_may_serve);
            let Some(next) = alternatives.next().filter(|_| elsewhere) else {
                break result;
            };
            let failed = Held { subject, operation };
            match self.turn_to(next, &failed, &result, key.as_ref()).await {
                Some(turned) => (subject, operation, arguments, key) = turned,
                None => {
                    Held { subject, operation } = failed;
                    break result;
                }
            }
        };
        let held = Held {
            subject: subject.clone(),
            operation: operation.clone(),
        };
        let wait = wait.filter(|_| !is_refusal(&result));
        let keep = key.as_ref().filter(|_| wait.is_none());
        let held = match self
            .settle(held, &Finding::from(result), keep, &request_id)
            .await
        {
            Ok(held) => held,
            Err(error) => {
                // The provider has answered, but it cannot be recorded now: the operation is still
                // `pending` in the database and the worker will look it up.
                error!(operation = %operation.id, "result not recorded: {error}");
                return Answer::fresh(self.render(&request_id, &subject, &operation));
            }
        };
        fail::fail_point!("result_committed");
        // Somebody else settled it first, and may have answered a repeat of this request.
        let raced = held.operation.version > operation.version + 1;
        // The caller's patience began with the request, not with the provider's answer.
        let wait = wait.map(|wait| wait.saturating_sub(began.elapsed()));
        self.answer(held, key, wait, raced, &request_id).await
    }

    async fn answer(
        &self,
        mut held: Held,
        key: Option<KeyClaim>,
        wait: Option<Duration>,
        raced: bool,
        request_id: &str,
    ) -> Answer {
        if let Some(wait) = wait {
            held = self
                .wait_until_final(held, wait.min(self.policy.wait_max))
                .await;
        }
        let own = self.render(request_id, &held.subject, &held.operation);
        let Some(key) = key.filter(|_| raced || wait.is_some()) else {
            return Answer::fresh(own);
        };
        let change = key_change(&key, &held.operation, &own);
        if let Err(error) = self.store.commit(Unit::new().with(change)).await {
            // A repeat of the request then renders the resource again: same facts, other bytes.
            error!(operation = %held.operation.id, "answer not recorded: {error}");
        }
        Answer::fresh(self.given_answer(&key).await.unwrap_or(own))
    }

    /// The answer that is stored for this claim: one request, one answer, whoever stored it.
    pub async fn given_answer(&self, key: &KeyClaim) -> Option<StoredAnswer> {
        let record = keys::get(&self.store, &key.tenant, &key.key).await.ok()??;
        record
            .answer
            .filter(|_| record.claim.operation_id == key.operation_id)
    }
}

fn is_refusal(
    result: &Result<
        cardmux_domain::provider::OperationReport,
        cardmux_domain::provider::ProviderError,
    >,
) -> bool {
    result
        .as_ref()
        .is_err_and(|error| error.outcome != Outcome::Unknown)
}

fn intent_unit(intent: &Intent) -> Unit {
    debug_assert_eq!(intent.operation.status, OperationStatus::Pending);
    let Intent {
        subject,
        subject_is_new,
        operation,
        key,
        also,
        arguments: _,
        alternatives: _,
        wait: _,
        request_id: _,
    } = intent;
    let mut unit = Unit::new();
    if let Some(key) = key {
        unit = unit.with(Change::ClaimKey(key.clone()));
    }
    if *subject_is_new {
        let created = subject.event(subject.created_event(), None);
        unit = unit
            .with(subject.insert())
            .with(Change::InsertEvent(created));
    } else {
        unit = unit.with(subject.update());
    }
    for change in also {
        unit.push(change.clone());
    }
    unit.with(Change::InsertOperation(operation.clone()))
}
