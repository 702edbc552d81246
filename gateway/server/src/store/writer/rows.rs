//! A unit as rows, converted before it is queued, so that a value that cannot be stored is refused
//! to its caller alone.

use cardmux_domain::id::{
    ApiKeyId, AuthorizationId, BudgetId, CardId, DisputeId, EnrolmentId, OperationId, TenantId,
};
use cardmux_domain::operation::SubjectId;
use cardmux_domain::time::Timestamp;
use sea_orm::SqlErr;
use uuid::Uuid;

use crate::store::entity::{
    api_key, audit_record, authorization, budget, card, card_batch, card_batch_item, card_type,
    customer, dispute, document, enrolment, event, idempotency_key, inbound_webhook, job,
    ledger_book, ledger_transfer, operation, spend_control, spend_mark, transaction,
};
use crate::store::{Change, Conflict, StoreError, StoredAnswer, Unit, WriteError, convert};

#[derive(Default)]
pub(super) struct Rows {
    pub claims: Vec<idempotency_key::Model>,
    pub answers: Vec<Answer>,
    pub releases: Vec<Release>,
    pub customers: Versioned<customer::Model>,
    pub enrolments: Versioned<enrolment::Model>,
    pub budgets: Versioned<budget::Model>,
    pub disputes: Versioned<dispute::Model>,
    pub cards: Versioned<card::Model>,
    pub moved_cards: Vec<card::Model>,
    pub operations: Versioned<operation::Model>,
    pub transactions: Versioned<transaction::Model>,
    pub batches: Versioned<card_batch::Model>,
    pub batch_items: Versioned<card_batch_item::Model>,
    pub cancellations: Vec<Cancellation>,
    pub books: Versioned<ledger_book::Model>,
    pub transfers: Vec<ledger_transfer::Model>,
    pub authorizations: Versioned<authorization::Model>,
    pub answered: Vec<Answered>,
    pub controls: Versioned<spend_control::Model>,
    pub dropped_controls: Vec<Dropped>,
    pub marks: Versioned<spend_mark::Model>,
    pub documents: Vec<document::Model>,
    pub refreshes: Vec<Refresh>,
    pub events: Vec<event::Model>,
    pub audit: Vec<audit_record::Model>,
    pub webhooks: Vec<inbound_webhook::Model>,
    pub finishes: Vec<Finish>,
    pub card_types: Vec<Offer>,
    pub new_api_keys: Vec<api_key::Model>,
    pub key_ends: Vec<KeyEnd>,
    pub jobs: Vec<job::Model>,
    pub finished_jobs: Vec<FinishedJob>,
    pub hastened: Vec<Hastened>,
}

/// Rows of a table with versions.
pub(super) struct Versioned<M> {
    pub new: Vec<M>,
    /// With their new version.
    pub changed: Vec<M>,
}

impl<M> Default for Versioned<M> {
    fn default() -> Self {
        Self {
            new: Vec::new(),
            changed: Vec::new(),
        }
    }
}

impl<M> Versioned<M> {
    pub fn all(&self) -> impl Iterator<Item = &M> {
        self.new.iter().chain(&self.changed)
    }
}

/// A row that is changed only by whoever knows its version.
pub(super) trait HasVersion {
    fn id(&self) -> Uuid;
    fn version(&self) -> i64;
}

macro_rules! has_version {
    ($($table:ident),+) => {$(
        impl HasVersion for $table::Model {
            fn id(&self) -> Uuid {
                self.id
            }
            fn version(&self) -> i64 {
                self.version
            }
        }
    )+};
}
has_version!(
    customer,
    enrolment,
    budget,
    dispute,
    card,
    operation,
    transaction,
    card_batch,
    card_batch_item,
    ledger_book,
    authorization,
    spend_control,
    spend_mark
);

pub(super) struct Refresh {
    pub subject: SubjectId,
    pub at_ms: Option<i64>,
    /// Only where this is the stored version, which stays.
    pub version: Option<i64>,
}

/// A job whose claim is over.
pub(super) struct FinishedJob {
    pub job: job::Model,
    pub lease_ms: i64,
}

/// A job that is wanted soon.
pub(super) struct Hastened {
    pub kind: &'static str,
    pub key: String,
    pub at_ms: i64,
}

/// Of what is queued of a batch.
pub(super) struct Cancellation {
    pub batch: Uuid,
    pub at_ms: i64,
}

pub(super) struct Answer {
    pub tenant: String,
    pub key: String,
    pub operation: Uuid,
    pub status: i64,
    pub body: String,
}

pub(super) struct Release {
    pub tenant: String,
    pub key: String,
    pub operation: Uuid,
}

pub(super) struct Finish {
    pub id: Uuid,
    pub error: Option<String>,
    pub retry_at_ms: Option<i64>,
}

/// All an instance offers.
pub(super) struct Offer {
    pub instance: String,
    pub types: Vec<card_type::Model>,
}

/// An authorization whose answer has left.
pub(super) struct Answered {
    pub id: Uuid,
    pub at_ms: i64,
}

/// A spend control that goes, if this is its version.
pub(super) struct Dropped {
    pub tenant: String,
    pub id: Uuid,
    pub version: i64,
}

/// A key that works no longer, or only until then.
pub(super) struct KeyEnd {
    pub tenant: String,
    pub id: Uuid,
    pub revoked: bool,
    pub at_ms: i64,
}

impl KeyEnd {
    fn new(tenant: &TenantId, id: ApiKeyId, revoked: bool, at: Timestamp) -> Self {
        Self {
            tenant: tenant.to_string(),
            id: id.uuid(),
            revoked,
            at_ms: at.as_millis(),
        }
    }
}

impl TryFrom<Unit> for Rows {
    type Error = StoreError;

    fn try_from(unit: Unit) -> Result<Self, StoreError> {
        let mut rows = Self::default();
        for change in unit.0 {
            rows.add(change)?;
        }
        Ok(rows)
    }
}

impl Rows {
    fn add(&mut self, change: Change) -> Result<(), StoreError> {
        match change {
            Change::ClaimKey(claim) => self.claims.push(claim.into()),
            Change::AnswerKey {
                tenant,
                key,
                operation,
                answer: StoredAnswer { status, body },
            } => self.answers.push(Answer {
                tenant: tenant.to_string(),
                key,
                operation: operation.uuid(),
                status: status.into(),
                body,
            }),
            Change::ReleaseKey {
                tenant,
                key,
                operation,
            } => self.releases.push(Release {
                tenant: tenant.to_string(),
                key,
                operation: operation.uuid(),
            }),
            Change::InsertCard(card) => self.cards.new.push(card.try_into()?),
            Change::UpdateCard(card) => self.cards.changed.push(card.try_into()?),
            Change::MoveCard(card) => self.moved_cards.push(card.try_into()?),
            Change::InsertCustomer(customer) => self.customers.new.push(customer.into()),
            Change::UpdateCustomer(customer) => self.customers.changed.push(customer.into()),
            Change::InsertDocument(document) => self.documents.push(document.into()),
            Change::InsertEnrolment(enrolment) => self.enrolments.new.push(enrolment.into()),
            Change::UpdateEnrolment(enrolment) => self.enrolments.changed.push(enrolment.into()),
            Change::InsertBudget(budget) => self.budgets.new.push(budget.try_into()?),
            Change::UpdateBudget(budget) => self.budgets.changed.push(budget.try_into()?),
            Change::InsertDispute(dispute) => self.disputes.new.push(dispute.into()),
            Change::UpdateDispute(dispute) => self.disputes.changed.push(dispute.into()),
            Change::InsertTransaction(transaction) => {
                self.transactions.new.push(transaction.into());
            }
            Change::UpdateTransaction(transaction) => {
                self.transactions.changed.push(transaction.into());
            }
            Change::InsertBatch(batch) => self.batches.new.push(batch.into()),
            Change::UpdateBatch(batch) => self.batches.changed.push(batch.into()),
            Change::InsertBatchItem(item) => self.batch_items.new.push(item.into()),
            Change::UpdateBatchItem(item) => self.batch_items.changed.push(item.into()),
            Change::CancelQueued { batch, at } => self.cancellations.push(Cancellation {
                batch: batch.uuid(),
                at_ms: at.as_millis(),
            }),
            Change::Refresh { subject, at } => self.refreshes.push(Refresh {
                subject,
                at_ms: Some(at.as_millis()),
                version: None,
            }),
            Change::Reschedule {
                subject,
                at,
                version,
            } => self.refreshes.push(Refresh {
                subject,
                at_ms: convert::millis(at),
                version: Some(version),
            }),
            Change::InsertOperation(operation) => self.operations.new.push(operation.try_into()?),
            Change::UpdateOperation(operation) => {
                self.operations.changed.push(operation.try_into()?);
            }
            Change::InsertBook(book) => self.books.new.push(book.try_into()?),
            Change::UpdateBook(book) => self.books.changed.push(book.try_into()?),
            Change::InsertTransfer(transfer) => self.transfers.push(transfer.try_into()?),
            Change::InsertAuthorization(asked) => self.authorizations.new.push(asked.try_into()?),
            Change::UpdateAuthorization(asked) => {
                self.authorizations.changed.push(asked.try_into()?);
            }
            Change::MarkAnswered { authorization, at } => self.answered.push(Answered {
                id: authorization.uuid(),
                at_ms: at.as_millis(),
            }),
            Change::InsertSpendControl(control) => self.controls.new.push(control.into()),
            Change::UpdateSpendControl(control) => self.controls.changed.push(control.into()),
            Change::DeleteSpendControl {
                tenant,
                id,
                version,
            } => self.dropped_controls.push(Dropped {
                tenant: tenant.to_string(),
                id: id.uuid(),
                version,
            }),
            Change::InsertSpendMark(mark) => self.marks.new.push(mark.into()),
            Change::UpdateSpendMark(mark) => self.marks.changed.push(mark.into()),
            Change::InsertEvent(event) => self.events.push(event.into()),
            Change::InsertAudit(record) => self.audit.push(record.into()),
            Change::InsertWebhook(webhook) => self.webhooks.push(webhook.into()),
            Change::FinishWebhook {
                id,
                error,
                retry_at,
            } => self.finishes.push(Finish {
                id: id.uuid(),
                error,
                retry_at_ms: convert::millis(retry_at),
            }),
            Change::PutCardTypes { instance, types } => self.card_types.push(Offer {
                instance: instance.to_string(),
                types: types.into_iter().map(card_type::Model::from).collect(),
            }),
            Change::InsertApiKey(key) => self.new_api_keys.push(key.into()),
            Change::RevokeApiKey { tenant, id, at } => {
                self.key_ends.push(KeyEnd::new(&tenant, id, true, at));
            }
            Change::ExpireApiKey { tenant, id, at } => {
                self.key_ends.push(KeyEnd::new(&tenant, id, false, at));
            }
            Change::PutJob(job) => self.jobs.push(job.into()),
            Change::FinishJob { job, lease } => self.finished_jobs.push(FinishedJob {
                job: job.into(),
                lease_ms: lease.as_millis(),
            }),
            Change::HastenJob { kind, key, at } => self.hastened.push(Hastened {
                kind,
                key,
                at_ms: at.as_millis(),
            }),
        }
        Ok(())
    }

    /// What an error of the database means to the caller of this unit, if it ran alone: an update
    /// that gives a row a `provider_ref` or reference of another one is a conflict as well, which
    /// `ON CONFLICT` of the insert statements does not see.
    pub fn explain(&self, error: StoreError) -> WriteError {
        let StoreError::Database(cause) = &error else {
            return error.into();
        };
        let unique = matches!(cause.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)));
        let conflict = self.first_changed();
        match conflict {
            Some(conflict) if unique => WriteError::Conflict(conflict),
            Some(_) | None => error.into(),
        }
    }

    fn first_changed(&self) -> Option<Conflict> {
        let subject = |subject: SubjectId| Conflict::Subject(subject);
        let card = self.cards.changed.first().map(|c| c.id);
        let enrolment = self.enrolments.all().next().map(|e| e.id);
        let budget = self.budgets.changed.first().map(|b| b.id);
        let dispute = self.disputes.changed.first().map(|d| d.id);
        let operation = self.operations.changed.first().map(|o| o.id);
        let authorization = self.authorizations.changed.first().map(|a| a.id);
        card.map(|id| subject(SubjectId::Card(CardId::from_uuid(id))))
            .or_else(|| {
                enrolment.map(|id| subject(SubjectId::Enrolment(EnrolmentId::from_uuid(id))))
            })
            .or_else(|| budget.map(|id| subject(SubjectId::Budget(BudgetId::from_uuid(id)))))
            .or_else(|| dispute.map(|id| subject(SubjectId::Dispute(DisputeId::from_uuid(id)))))
            .or_else(|| operation.map(|id| Conflict::Operation(OperationId::from_uuid(id))))
            .or_else(|| {
                authorization.map(|id| Conflict::Authorization(AuthorizationId::from_uuid(id)))
            })
    }
}
