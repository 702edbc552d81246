//! A unit as rows, converted before it is queued, so that a value that cannot be stored is refused
//! to its caller alone.

use cardmux_domain::id::{CardId, OperationId};
use sea_orm::SqlErr;
use uuid::Uuid;

use crate::store::entity::{
    api_key, card, card_type, event, idempotency_key, inbound_webhook, job, operation,
};
use crate::store::{Change, Conflict, StoreError, StoredAnswer, Unit, WriteError, convert};

#[derive(Default)]
pub(super) struct Rows {
    pub claims: Vec<idempotency_key::Model>,
    pub answers: Vec<Answer>,
    pub releases: Vec<Release>,
    pub new_cards: Vec<card::Model>,
    pub cards: Vec<card::Model>,
    pub new_operations: Vec<operation::Model>,
    pub operations: Vec<operation::Model>,
    pub events: Vec<event::Model>,
    pub webhooks: Vec<inbound_webhook::Model>,
    pub finishes: Vec<Finish>,
    pub card_types: Vec<Offer>,
    pub new_api_keys: Vec<api_key::Model>,
    pub revocations: Vec<Revocation>,
    pub jobs: Vec<job::Model>,
    pub done_jobs: Vec<Uuid>,
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
    Card(Uuid),
    CardRef(&'a str, &'a str),
    Operation(Uuid),
    OperationRef(&'a str, &'a str),
    Event(Uuid),
    Delivery(&'a str, &'a str),
    Webhook(Uuid),
    Offer(&'a str),
    ApiKey(Uuid),
    JobKey(&'a str, &'a str),
    Job(Uuid),
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
            Change::InsertCard(card) => self.new_cards.push(card.try_into()?),
            Change::UpdateCard(card) => self.cards.push(card.try_into()?),
            Change::InsertOperation(operation) => self.new_operations.push(operation.try_into()?),
            Change::UpdateOperation(operation) => self.operations.push(operation.try_into()?),
            Change::InsertEvent(event) => self.events.push(event.into()),
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
        for card in self.new_cards.iter().chain(&self.cards) {
            all.push(Identity::Card(card.id));
            let provider_ref = card.provider_ref.as_deref();
            all.extend(provider_ref.map(|r| Identity::CardRef(&card.instance, r)));
        }
        for operation in self.new_operations.iter().chain(&self.operations) {
            all.push(Identity::Operation(operation.id));
            let (instance, reference) = (&operation.instance, &operation.reference);
            all.push(Identity::OperationRef(instance, reference));
        }
        all.extend(self.events.iter().map(|e| Identity::Event(e.id)));
        for webhook in &self.webhooks {
            all.push(Identity::Webhook(webhook.id));
            all.push(Identity::Delivery(&webhook.instance, &webhook.identity));
        }
        all.extend(self.finishes.iter().map(|f| Identity::Webhook(f.id)));
        all.extend(self.card_types.iter().map(|o| Identity::Offer(&o.instance)));
        all.extend(self.new_api_keys.iter().map(|k| Identity::ApiKey(k.id)));
        all.extend(self.revocations.iter().map(|r| Identity::ApiKey(r.id)));
        for job in &self.jobs {
            all.push(Identity::Job(job.id));
            all.push(Identity::JobKey(&job.kind, &job.key));
        }
        all.extend(self.done_jobs.iter().map(|id| Identity::Job(*id)));
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
        let card = self.cards.first().map(|c| CardId::from_uuid(c.id));
        let operation = self.operations.first();
        let conflict = card
            .map(Conflict::Card)
            .or_else(|| operation.map(|o| Conflict::Operation(OperationId::from_uuid(o.id))));
        match conflict {
            Some(conflict) if unique => WriteError::Conflict(conflict),
            Some(_) | None => error.into(),
        }
    }
}
