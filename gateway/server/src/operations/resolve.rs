//! What the worker does with an operation nobody holds any more: find out, by our reference.

use std::time::{Duration, Instant};

use cardmux_domain::operation::{Attention, Failure, Operation, OperationKind, OperationStatus};
use cardmux_domain::provider::{
    CallContext, CreateKey, ErrorKind, OperationQuery, OperationReport, Outcome, ProviderError,
    Reported, Trace,
};
use cardmux_domain::time::Timestamp;
use tracing::{info, warn};

use super::settle::{Finding, Held};
use super::{Engine, Owned, Subject};
use crate::clock;
use crate::providers::Instance;
use crate::store::{Change, StoreError, Unit, WriteError, card_types};

/// How often an operation is handed over in all. What was sent three times over, and each time was not
/// listed long after, is not on its way: it failed as not sent.
const MAX_SENDS: i32 = 3;

/// An operation older than this is not sent again: whoever asked has long decided otherwise.
const RESEND_WITHIN: Duration = Duration::from_secs(15 * 60);

#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a person found out at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    Happened {
        /// The provider's id of what was made, where it is not known yet.
        subject_ref: Option<String>,
    },
    NotDone,
}

/// What a look-up tells, before anything is done about it.
enum LookUp {
    Found(Box<OperationReport>),
    /// Not listed, though the settle time since the last send has passed.
    Absent,
    /// Not listed, but it may still show up.
    NotYet,
    /// Something that fits and proves nothing, long after the last send.
    Ambiguous(Vec<String>),
    Failed(String),
}

impl Engine {
    /// Take an operation one step towards its end. The caller holds its lease.
    pub async fn resolve(&self, mut operation: Operation) -> Result<(), ResolveError> {
        let subject = Subject::load(&self.store, &operation.tenant, operation.subject).await?;
        let Some(subject) = subject else {
            warn!(operation = %operation.id, "operation without a subject");
            return Ok(());
        };
        let request_id = format!("resolve_{}", operation.id);
        let deadline = Instant::now() + self.policy.call_timeout;
        let ctx = self.context_of(&subject, &request_id, deadline).await;
        operation.lookups = operation.lookups.saturating_add(1);
        let Some(instance) = self.registry.get(&operation.instance) else {
            let reason = format!(
                "provider instance `{}` is not configured",
                operation.instance
            );
            return self
                .record(subject, operation, undecided(reason), &request_id)
                .await;
        };
        let look_up = self.look_up(&ctx, instance, &subject, &operation).await;
        let finding = match look_up {
            LookUp::Found(report) => Finding::Report(report),
            LookUp::NotYet => undecided("the provider does not list it yet".to_owned()),
            LookUp::Ambiguous(evidence) => Finding::NeedsAttention(Attention {
                reason: "what the provider shows does not tell whether it was done".to_owned(),
                evidence,
            }),
            LookUp::Failed(reason) => undecided(reason),
            LookUp::Absent if operation.status == OperationStatus::Processing => {
                undecided("accepted by the provider, but not listed there".to_owned())
            }
            LookUp::Absent if may_send_again(instance, &operation) => {
                return self.send_again(&ctx, subject, operation).await;
            }
            LookUp::Absent => Finding::Failed(never_arrived()),
        };
        self.record(subject, operation, finding, &request_id).await
    }

    async fn look_up(
        &self,
        ctx: &CallContext,
        instance: &Instance,
        subject: &Subject,
        operation: &Operation,
    ) -> LookUp {
        if !instance.can_find() {
            return LookUp::Failed("this provider cannot be asked by reference".to_owned());
        }
        let compared = instance.compares(operation.kind);
        if compared && operation.before.is_none() {
            // It is only sent after that is written down.
            return LookUp::Absent;
        }
        let (card_type_ref, known) = match self.among(ctx, subject, operation).await {
            Ok(among) => among,
            Err(error) => {
                return LookUp::Failed(format!("its owner's cards are not known: {error}"));
            }
        };
        let query = OperationQuery {
            reference: operation.reference.clone(),
            kind: operation.kind,
            subject_ref: operation.subject_ref.clone(),
            amount: operation.amount,
            note: operation.note.clone(),
            sent_at: Some(operation.created_at),
            before: operation.before,
            card_type_ref,
            known,
        };
        let quiet = clock::now().since(last_send(operation)) >= self.quiet_time(instance);
        match instance.find(ctx, &query).await {
            Ok(Trace::Found(report)) => LookUp::Found(report),
            Ok(Trace::Absent) if quiet => LookUp::Absent,
            Ok(Trace::Ambiguous(evidence)) if quiet => LookUp::Ambiguous(evidence),
            Ok(Trace::Absent | Trace::Ambiguous(_)) => LookUp::NotYet,
            Err(error) => LookUp::Failed(format!("look-up failed: {error}")),
        }
    }

    /// What tells an issue apart where no card bears a reference: its type, and the owner's cards that
    /// are known.
    async fn among(
        &self,
        ctx: &CallContext,
        subject: &Subject,
        operation: &Operation,
    ) -> Result<(Option<String>, Vec<String>), StoreError> {
        let (Some(enrolment_ref), Subject::Card(card)) = (&ctx.enrolment_ref, subject) else {
            return Ok((None, Vec::new()));
        };
        if operation.kind != OperationKind::Issue {
            return Ok((None, Vec::new()));
        }
        let card_type = card_types::get(&self.store, card.type_id).await?;
        let instance = &operation.instance;
        let owned = Owned::by(&self.store, &self.registry, instance, enrolment_ref).await?;
        Ok((
            card_type.map(|card_type| card_type.spec.provider_ref),
            owned.map(|owned| owned.known()).unwrap_or_default(),
        ))
    }

    /// A call under way when the gateway died may reach the provider until its deadline; only then
    /// does the provider's own settle time begin.
    fn quiet_time(&self, instance: &Instance) -> Duration {
        self.policy.call_timeout + instance.provider.traits().settle_time
    }

    /// Hand it over once more, under the same reference, written down first.
    async fn send_again(
        &self,
        ctx: &CallContext,
        subject: Subject,
        mut operation: Operation,
    ) -> Result<(), ResolveError> {
        let now = clock::now();
        operation.sends = operation.sends.saturating_add(1);
        operation.sent_at = Some(now);
        operation.due_at = Some(now.plus(self.policy.lease()));
        operation.version += 1;
        operation.updated_at = now;
        self.store
            .commit(Unit::new().with(Change::UpdateOperation(operation.clone())))
            .await?;
        fail::fail_point!("resend_committed");
        info!(operation = %operation.id, sends = operation.sends, "sending again");
        let result = match self.stored_arguments(&subject, &operation).await {
            Ok(arguments) => {
                self.hand_over(ctx, &subject, &mut operation, arguments)
                    .await
            }
            // Not sent now; as long as it is young enough it is tried again.
            Err(error) => Err(ProviderError::unknown(
                ErrorKind::Overloaded,
                "its data cannot be read",
            )
            .with_source(error)),
        };
        self.record(subject, operation, Finding::from(result), &ctx.request_id)
            .await
    }

    async fn record(
        &self,
        subject: Subject,
        operation: Operation,
        finding: Finding,
        request_id: &str,
    ) -> Result<(), ResolveError> {
        let finding = self.escalate(&operation, finding);
        self.settle(Held { subject, operation }, &finding, None, request_id)
            .await?;
        Ok(())
    }

    /// Undecided for too long becomes a case for a person; looking goes on all the same.
    fn escalate(&self, operation: &Operation, finding: Finding) -> Finding {
        let age = clock::now().since(operation.created_at);
        let reason = match &finding {
            Finding::Undecided { reason } => reason.clone(),
            // Recorded as `processing` by an earlier look-up already.
            Finding::Report(report)
                if report.reported == Reported::Processing
                    && operation.status == OperationStatus::Processing =>
            {
                format!("the provider still says `{}`", report.provider_status)
            }
            Finding::Received { reason } => reason.clone(),
            Finding::Report(_) | Finding::Failed(_) | Finding::NeedsAttention(_) => return finding,
        };
        if age < self.policy.attention_after {
            return finding;
        }
        Finding::NeedsAttention(Attention {
            reason: format!("undecided for {} s", age.as_secs()),
            evidence: vec![
                reason,
                format!(
                    "reference `{}` at `{}`",
                    operation.reference, operation.instance
                ),
                format!(
                    "sent {} times, last at {}",
                    operation.sends,
                    last_send(operation)
                ),
                format!("looked up {} times", operation.lookups),
            ],
        })
    }

    /// Take over what a person found out about an operation that asks for one. The caller has
    /// checked that it does, and writes the audit record.
    pub async fn decide(
        &self,
        operation: Operation,
        decision: &Decision,
        request_id: &str,
    ) -> Result<Operation, ResolveError> {
        let subject = Subject::load(&self.store, &operation.tenant, operation.subject).await?;
        let Some(subject) = subject else {
            return Ok(operation);
        };
        let finding = match decision {
            Decision::Happened { subject_ref } => Finding::Report(Box::new(OperationReport {
                reference: Some(operation.reference.clone()),
                kind: Some(operation.kind),
                reported: Reported::Succeeded,
                provider_status: "decided by the operator".to_owned(),
                provider_ref: None,
                subject_ref: subject_ref.clone(),
                amount: operation.amount,
                fee: None,
                received: None,
                occurred_at: None,
                enrolment: None,
            })),
            Decision::NotDone => Finding::Failed(Failure {
                message: "the operator found that it was not done".to_owned(),
                ..never_arrived()
            }),
        };
        let held = Held { subject, operation };
        let held = self.settle(held, &finding, None, request_id).await?;
        Ok(held.operation)
    }

    /// Apply what a webhook says about an operation of ours.
    pub async fn apply_report(
        &self,
        operation: Operation,
        report: OperationReport,
    ) -> Result<(), ResolveError> {
        let subject = Subject::load(&self.store, &operation.tenant, operation.subject).await?;
        let Some(subject) = subject else {
            return Ok(());
        };
        let request_id = format!("webhook_{}", operation.id);
        let known = operation.status.is_final() && !operation.clone().absorb(&report);
        if known {
            return Ok(());
        }
        let finding = Finding::Report(Box::new(report));
        self.settle(Held { subject, operation }, &finding, None, &request_id)
            .await?;
        Ok(())
    }
}

fn last_send(operation: &Operation) -> Timestamp {
    operation.sent_at.unwrap_or(operation.created_at)
}

fn may_send_again(instance: &Instance, operation: &Operation) -> bool {
    let harmless = match instance.provider.traits().create_key_of(operation.kind) {
        CreateKey::Unique | CreateKey::Replay => true,
        // What brings about a state can be said twice, as long as what was told by comparison is
        // not mistaken for never sent.
        CreateKey::None => operation.kind.sets(),
    };
    let age = clock::now().since(operation.created_at);
    harmless && !operation.holds_secret && operation.sends < MAX_SENDS && age < RESEND_WITHIN
}

fn undecided(reason: String) -> Finding {
    Finding::Undecided { reason }
}

fn never_arrived() -> Failure {
    let error = ProviderError::not_sent(
        ErrorKind::Unreachable,
        "the provider never received it; nothing was done",
    );
    Failure {
        code: "provider_unavailable".to_owned(),
        message: error.to_string(),
        outcome: Outcome::NotSent,
        provider_code: None,
        provider_message: None,
    }
}
