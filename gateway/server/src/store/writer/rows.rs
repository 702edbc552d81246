//! A unit as rows, converted before it is queued, so that a value that cannot be stored is refused
//! to its caller alone.

use cardmux_domain::id::{BudgetId, CardId, DisputeId, EnrolmentId, OperationId};
use cardmux_domain::operation::SubjectId;
use sea_orm::SqlErr;
use uuid::Uuid;

use crate::store::entity::{
    api_key, audit_record, budget, card, card_batch, card_batch_item, card_type, customer, dispute,
    document, enrolment, event, idempotency_key, inbound_webhook, job, operation, transaction,
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
    pub operations: Versioned<operation::Model>,
    pub transactions: Versioned<transaction::Model>,
    pub batches: Versioned<card_batch::Model>,
    pub batch_items: Versioned<card_batch_item::Model>,
    pub cancellations: Vec<Cancellation>,
    pub documents: Vec<document::Model>,
    pub refreshes: Vec<Refresh>,
    pub events: Vec<event::Model>,
    pub audit: Vec<audit_record::Model>,
    pub webhooks: Vec<inbound_webhook::Model>,
    pub finishes: Vec<Finish>,
    pub card_types: Vec<Offer>,
    pub new_api_keys: Vec<api_key::Model>,
    pub revocations: Vec<Revocation>,
    pub jobs: Vec<job::Model>,
    pub done_jobs: Vec<Uuid>,
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
    card_batch_item
);

pub(super) struct Refresh {
    pub subject: SubjectId,
    pub at_ms: Option<i64>,
    /// Only where this is the stored version, which stays.
    pub version: Option<i64>,
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

pub(super) struct Revocation {
    pub tenant: String,
    pub id: Uuid,
    pub at_ms: i64,
}

/// What two units of one batch may not have in common.
#[derive(PartialEq, Eq, Hash)]
pub(super) enum Identity<'a> {
    Key(&'a str, &'a str),
    /// Of whatever table: ids are unique over all of them.
    Row(Uuid),
    CardRef(&'a str, &'a str),
    EnrolmentRef(&'a str, &'a str),
    EnrolmentOf(Uuid, Uuid),
    BudgetRef(&'a str, &'a str),
    DisputeRef(&'a str, &'a str),
    DisputeOn(Uuid),
    OperationRef(&'a str, &'a str),
    TransactionRef(&'a str, &'a str),
    Delivery(&'a str, &'a str),
    Offer(&'a str),
    JobKey(&'a str, &'a str),
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
            Change::RevokeApiKey { tenant, id, at } => self.revocations.push(Revocation {
                tenant: tenant.to_string(),
                id: id.uuid(),
                at_ms: at.as_millis(),
            }),
            Change::PutJob(job) => self.jobs.push(job.into()),
            Change::DeleteJob(id) => self.done_jobs.push(id.uuid()),
        }
        Ok(())
    }

    pub fn identities(&self) -> Vec<Identity<'_>> {
        let mut all = Vec::new();
        all.extend(self.claims.iter().map(|k| Identity::Key(&k.tenant, &k.key)));
        all.extend(
            self.answers
                .iter()
                .map(|k| Identity::Key(&k.tenant, &k.key)),
        );
        all.extend(
            self.releases
                .iter()
                .map(|k| Identity::Key(&k.tenant, &k.key)),
        );
        for card in self.cards.all() {
            all.push(Identity::Row(card.id));
            let provider_ref = card.provider_ref.as_deref();
            all.extend(provider_ref.map(|r| Identity::CardRef(&card.instance, r)));
        }
        for enrolment in self.enrolments.all() {
            all.push(Identity::Row(enrolment.id));
            let (customer, card_type) = (enrolment.customer_id, enrolment.type_id);
            all.push(Identity::EnrolmentOf(customer, card_type));
            let provider_ref = enrolment.provider_ref.as_deref();
            all.extend(provider_ref.map(|r| Identity::EnrolmentRef(&enrolment.instance, r)));
        }
        for budget in self.budgets.all() {
            all.push(Identity::Row(budget.id));
            let provider_ref = budget.provider_ref.as_deref();
            all.extend(provider_ref.map(|r| Identity::BudgetRef(&budget.instance, r)));
        }
        for dispute in self.disputes.all() {
            all.push(Identity::Row(dispute.id));
            all.extend(dispute.open_on.map(Identity::DisputeOn));
            let provider_ref = dispute.provider_ref.as_deref();
            all.extend(provider_ref.map(|r| Identity::DisputeRef(&dispute.instance, r)));
        }
        for operation in self.operations.all() {
            all.push(Identity::Row(operation.id));
            let (instance, reference) = (&operation.instance, &operation.reference);
            all.push(Identity::OperationRef(instance, reference));
        }
        for transaction in self.transactions.all() {
            all.push(Identity::Row(transaction.id));
            let (instance, reference) = (&transaction.instance, &transaction.provider_ref);
            all.push(Identity::TransactionRef(instance, reference));
        }
        all.extend(self.batches.all().map(|b| Identity::Row(b.id)));
        all.extend(self.batch_items.all().map(|i| Identity::Row(i.id)));
        all.extend(self.customers.all().map(|c| Identity::Row(c.id)));
        all.extend(self.documents.iter().map(|d| Identity::Row(d.id)));
        all.extend(self.audit.iter().map(|a| Identity::Row(a.id)));
        all.extend(self.events.iter().map(|e| Identity::Row(e.id)));
        for webhook in &self.webhooks {
            all.push(Identity::Row(webhook.id));
            all.push(Identity::Delivery(&webhook.instance, &webhook.identity));
        }
        all.extend(self.finishes.iter().map(|f| Identity::Row(f.id)));
        all.extend(self.card_types.iter().map(|o| Identity::Offer(&o.instance)));
        all.extend(self.new_api_keys.iter().map(|k| Identity::Row(k.id)));
        all.extend(self.revocations.iter().map(|r| Identity::Row(r.id)));
        for job in &self.jobs {
            all.push(Identity::Row(job.id));
            all.push(Identity::JobKey(&job.kind, &job.key));
        }
        all.extend(self.done_jobs.iter().map(|id| Identity::Row(*id)));
        all
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
        card.map(|id| subject(SubjectId::Card(CardId::from_uuid(id))))
            .or_else(|| {
                enrolment.map(|id| subject(SubjectId::Enrolment(EnrolmentId::from_uuid(id))))
            })
            .or_else(|| budget.map(|id| subject(SubjectId::Budget(BudgetId::from_uuid(id)))))
            .or_else(|| dispute.map(|id| subject(SubjectId::Dispute(DisputeId::from_uuid(id)))))
            .or_else(|| operation.map(|id| Conflict::Operation(OperationId::from_uuid(id))))
    }
}
