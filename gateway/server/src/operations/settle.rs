//! Step three: what became of an operation, on the operation, its subject, the outbox and the
//! idempotency key, in one transaction.

use cardmux_domain::event::EventKind;
use cardmux_domain::operation::{Attention, Failure, Operation, OperationStatus, SubjectId};
use cardmux_domain::provider::{ErrorKind, OperationReport, Outcome, ProviderError};
use tracing::info;

use super::{Engine, Subject};
use crate::clock;
use crate::store::{
    Change, Conflict, KeyClaim, StoreError, StoredAnswer, Unit, WriteError, operations,
};

/// An operation and its subject, as last read or written.
#[derive(Debug, Clone)]
pub struct Held {
    pub subject: Subject,
    pub operation: Operation,
}

/// What was learnt about an operation.
#[derive(Debug, Clone)]
pub enum Finding {
    /// The provider reported it.
    Report(Box<OperationReport>),
    /// It did not happen.
    Failed(Failure),
    /// The provider has it, and nothing more is known.
    Received { reason: String },
    /// Nothing certain; look again later.
    Undecided { reason: String },
    /// Nothing certain for too long: a person has to look.
    NeedsAttention(Attention),
}

impl From<Result<OperationReport, ProviderError>> for Finding {
    fn from(result: Result<OperationReport, ProviderError>) -> Self {
        match result {
            Ok(report) => Self::Report(Box::new(report)),
            // A used reference: an earlier sending of this operation arrived.
            Err(error) if error.kind == ErrorKind::DuplicateReference => Self::Received {
                reason: error.to_string(),
            },
            Err(error) if error.outcome == Outcome::Unknown => Self::Undecided {
                reason: error.to_string(),
            },
            Err(error) => Self::Failed(failure_of(&error)),
        }
    }
}

/// How often a settlement is tried again after somebody else settled meanwhile. Each loss means that
/// another report was recorded, and an operation gets a handful of them in its life.
const MAX_RACES: usize = 8;

impl Engine {
    /// Record a finding. Reads again and repeats when another report came first.
    pub(super) async fn settle(
        &self,
        mut held: Held,
        finding: &Finding,
        key: Option<&KeyClaim>,
        request_id: &str,
    ) -> Result<Held, WriteError> {
        for _ in 0..MAX_RACES {
            let mut next = self.absorb(&held, finding);
            let booked = self.booked(&held, &mut next).await?;
            let unit = self.settle_unit(&held, &next, key, request_id).and(booked);
            match self.store.commit(unit).await {
                Ok(()) => {
                    self.after_commit(&next);
                    return Ok(next);
                }
                Err(WriteError::Conflict(
                    Conflict::Operation(_) | Conflict::Subject(_) | Conflict::Book(_),
                )) => {
                    held = self.read_again(&held).await.map_err(WriteError::Store)?;
                }
                Err(error) => return Err(error),
            }
        }
        Err(WriteError::Conflict(Conflict::Operation(held.operation.id)))
    }

    fn after_commit(&self, held: &Held) {
        self.waiters.announce(held.operation.id);
        let Held { subject, operation } = held;
        info!(
            operation = %operation.id, subject = %subject.id(), kind = %operation.kind,
            status = %operation.status, "operation settled",
        );
    }

    /// Operation and subject after the finding, with their new versions.
    fn absorb(&self, held: &Held, finding: &Finding) -> Held {
        let now = clock::now();
        let Held {
            mut subject,
            mut operation,
        } = held.clone();
        let was_final = operation.status.is_final();
        match finding {
            Finding::Report(report) => {
                operation.absorb(report);
            }
            Finding::Failed(failure) if !was_final => {
                operation.status = OperationStatus::Failed;
                operation.failure = Some(failure.clone());
                operation.attention = None;
            }
            Finding::Received { .. } if !was_final => {
                operation.status = OperationStatus::Processing;
            }
            Finding::Undecided { .. } if operation.status == OperationStatus::Pending => {
                operation.status = OperationStatus::Unknown;
            }
            Finding::NeedsAttention(attention) if !was_final => {
                operation.status = operation.status.max(OperationStatus::Unknown);
                operation.attention.get_or_insert_with(|| attention.clone());
            }
            Finding::Failed(_)
            | Finding::Received { .. }
            | Finding::Undecided { .. }
            | Finding::NeedsAttention(_) => {}
        }
        operation.due_at = (!operation.status.is_final())
            .then(|| now.plus(self.policy.poll_delay(operation.lookups)));
        operation.version += 1;
        operation.updated_at = now;
        let report = match finding {
            Finding::Report(report) => Some(report.as_ref()),
            Finding::Failed(_)
            | Finding::Received { .. }
            | Finding::Undecided { .. }
            | Finding::NeedsAttention(_) => None,
        };
        subject.absorb(&operation, report, now);
        if subject != held.subject {
            subject.changed(now);
        }
        Held { subject, operation }
    }

    fn settle_unit(
        &self,
        before: &Held,
        after: &Held,
        key: Option<&KeyClaim>,
        request_id: &str,
    ) -> Unit {
        let mut unit = Unit::new().with(Change::UpdateOperation(after.operation.clone()));
        if after.subject.version() != before.subject.version() {
            unit = unit.with(after.subject.update());
        }
        for kind in events_of(before, after) {
            let event = after.subject.event(kind, Some(&after.operation));
            unit = unit.with(Change::InsertEvent(event));
        }
        // Where the provider asks us, the budget is in our ledger: there is nothing to read.
        let instance = self.registry.get(after.subject.instance());
        let asked = instance.is_some_and(|i| i.provider.authorizations().is_some());
        if let Some(refresh) = drawn_on(after).filter(|_| !asked) {
            unit = unit.with(refresh);
        }
        if let Some(key) = key {
            let answer = self.render(request_id, &after.subject, &after.operation);
            unit = unit.with(key_change(key, &after.operation, &answer));
        }
        unit
    }

    async fn read_again(&self, held: &Held) -> Result<Held, StoreError> {
        let tenant = &held.operation.tenant;
        let operation = operations::get(&self.store, tenant, held.operation.id).await?;
        let subject = Subject::load(&self.store, tenant, held.subject.id()).await?;
        // Rows are never deleted: one that is gone is as good as one that lost every race.
        Ok(Held {
            subject: subject.unwrap_or_else(|| held.subject.clone()),
            operation: operation.unwrap_or_else(|| held.operation.clone()),
        })
    }
}

/// What becomes of the idempotency key of an answered request.
pub fn key_change(key: &KeyClaim, operation: &Operation, answer: &StoredAnswer) -> Change {
    let (tenant, key, operation_id) = (key.tenant.clone(), key.key.clone(), key.operation_id);
    if frees_key(operation) {
        Change::ReleaseKey {
            tenant,
            key,
            operation: operation_id,
        }
    } else {
        Change::AnswerKey {
            tenant,
            key,
            operation: operation_id,
            answer: answer.clone(),
        }
    }
}

/// Nothing happened, for a reason that is not the request's: the same one may be tried again under
/// the same idempotency key, unless it was answered already (202, its fate not known yet).
pub fn frees_key(operation: &Operation) -> bool {
    const NOT_THE_REQUEST: [&str; 2] = ["provider_misconfigured", "provider_rate_limited"];
    operation.failure.as_ref().is_some_and(|failure| {
        failure.outcome == Outcome::NotSent || NOT_THE_REQUEST.contains(&failure.code.as_str())
    })
}

/// The events a settlement tells, at most one of each kind.
fn events_of(before: &Held, after: &Held) -> Vec<EventKind> {
    let mut kinds = Vec::new();
    if before.operation.status != after.operation.status {
        kinds.push(match after.operation.status {
            OperationStatus::Pending | OperationStatus::Processing => {
                EventKind::OperationProcessing
            }
            OperationStatus::Unknown => EventKind::OperationUnknown,
            OperationStatus::Failed => EventKind::OperationFailed,
            OperationStatus::Succeeded => EventKind::OperationSucceeded,
        });
    }
    if before.operation.attention.is_none() && after.operation.attention.is_some() {
        kinds.push(EventKind::OperationNeedsAttention);
    }
    kinds.extend(after.subject.updated_event(&before.subject));
    kinds
}

/// A finished operation on a card that draws on a budget may have moved the budget's money.
fn drawn_on(after: &Held) -> Option<Change> {
    let Subject::Card(card) = &after.subject else {
        return None;
    };
    let budget = card.budget_id?;
    let moved = after.operation.status == OperationStatus::Succeeded;
    moved.then_some(Change::Refresh {
        subject: SubjectId::Budget(budget),
        at: after.operation.updated_at,
    })
}

/// A refusal or an unsent call in words a client may see; the codes are published.
pub(super) fn failure_of(error: &ProviderError) -> Failure {
    let code = match error.kind {
        ErrorKind::InsufficientFunds => "insufficient_funds",
        ErrorKind::RateLimited => "provider_rate_limited",
        ErrorKind::Settings | ErrorKind::Unauthorized => "provider_misconfigured",
        ErrorKind::Refused
        | ErrorKind::NotFound
        | ErrorKind::DuplicateReference
        | ErrorKind::Malformed => "provider_refused",
        ErrorKind::Unreachable
        | ErrorKind::Interrupted
        | ErrorKind::Timeout
        | ErrorKind::Unavailable
        | ErrorKind::Overloaded => "provider_unavailable",
    };
    Failure {
        code: code.to_owned(),
        message: error.to_string(),
        outcome: error.outcome,
        provider_code: error.provider_code.clone(),
        provider_message: error.provider_message.clone(),
    }
}
