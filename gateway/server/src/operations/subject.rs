//! What operations are on: cards, enrolments, budgets, disputes. One shape for the engine.

use cardmux_domain::budget::Budget;
use cardmux_domain::card::Card;
use cardmux_domain::dispute::Dispute;
use cardmux_domain::enrolment::Enrolment;
use cardmux_domain::event::{
    BudgetFacts, CardFacts, DisputeFacts, EnrolmentFacts, Event, EventData, EventKind,
    OperationFacts,
};
use cardmux_domain::id::{InstanceId, OperationId, TenantId, fresh};
use cardmux_domain::operation::{Operation, SubjectId};
use cardmux_domain::provider::OperationReport;
use cardmux_domain::time::Timestamp;

use crate::store::{Change, Store, StoreError, budgets, cards, disputes, enrolments};

/// A subject as last read or written.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject {
    Card(Box<Card>),
    Enrolment(Box<Enrolment>),
    Budget(Box<Budget>),
    Dispute(Box<Dispute>),
}

macro_rules! on_each {
    ($subject:expr, $it:ident => $value:expr) => {
        match $subject {
            Subject::Card($it) => $value,
            Subject::Enrolment($it) => $value,
            Subject::Budget($it) => $value,
            Subject::Dispute($it) => $value,
        }
    };
}

impl Subject {
    pub async fn load(
        store: &Store,
        tenant: &TenantId,
        id: SubjectId,
    ) -> Result<Option<Self>, StoreError> {
        Ok(match id {
            SubjectId::Card(id) => cards::get(store, tenant, id).await?.map(Self::from),
            SubjectId::Enrolment(id) => enrolments::get(store, tenant, id).await?.map(Self::from),
            SubjectId::Budget(id) => budgets::get(store, tenant, id).await?.map(Self::from),
            SubjectId::Dispute(id) => disputes::get(store, tenant, id).await?.map(Self::from),
        })
    }

    pub fn id(&self) -> SubjectId {
        match self {
            Self::Card(card) => SubjectId::Card(card.id),
            Self::Enrolment(enrolment) => SubjectId::Enrolment(enrolment.id),
            Self::Budget(budget) => SubjectId::Budget(budget.id),
            Self::Dispute(dispute) => SubjectId::Dispute(dispute.id),
        }
    }

    pub fn tenant(&self) -> &TenantId {
        on_each!(self, it => &it.tenant)
    }

    pub fn instance(&self) -> &InstanceId {
        on_each!(self, it => &it.instance)
    }

    pub fn provider_ref(&self) -> Option<&String> {
        on_each!(self, it => it.provider_ref.as_ref())
    }

    pub fn version(&self) -> i64 {
        on_each!(self, it => it.version)
    }

    /// Whether it went on without this operation: a card, with its next issuer.
    pub fn went_on_after(&self, operation: OperationId) -> bool {
        match self {
            Self::Card(card) => card.went_on_after(operation),
            Self::Enrolment(_) | Self::Budget(_) | Self::Dispute(_) => false,
        }
    }

    /// With the operation under way, as it is stored together with it.
    #[must_use]
    pub fn beginning(mut self, operation: OperationId, now: Timestamp) -> Self {
        on_each!(&mut self, it => it.pending_operation = Some(operation));
        self.changed(now);
        self
    }

    /// One version further.
    pub fn changed(&mut self, now: Timestamp) {
        on_each!(self, it => {
            it.version += 1;
            it.updated_at = now;
        });
    }

    pub fn updated_at(&self) -> Timestamp {
        on_each!(self, it => it.updated_at)
    }

    pub fn refresh_at(&self) -> Option<Timestamp> {
        on_each!(self, it => it.refresh_at)
    }

    pub fn set_refresh_at(&mut self, at: Option<Timestamp>) {
        on_each!(self, it => it.refresh_at = at);
    }

    /// Take over what the operation has come to, and what its report says about the subject.
    pub fn absorb(
        &mut self,
        operation: &Operation,
        report: Option<&OperationReport>,
        now: Timestamp,
    ) {
        on_each!(self, it => it.absorb_operation(operation, now));
        let snapshot = report.and_then(|report| report.enrolment.as_ref());
        if let (Self::Enrolment(enrolment), Some(snapshot)) = (self, snapshot) {
            enrolment.absorb_snapshot(snapshot, now);
        }
    }

    pub fn insert(&self) -> Change {
        match self.clone() {
            Self::Card(card) => Change::InsertCard(*card),
            Self::Enrolment(enrolment) => Change::InsertEnrolment(*enrolment),
            Self::Budget(budget) => Change::InsertBudget(*budget),
            Self::Dispute(dispute) => Change::InsertDispute(*dispute),
        }
    }

    pub fn update(&self) -> Change {
        match self.clone() {
            Self::Card(card) => Change::UpdateCard(*card),
            Self::Enrolment(enrolment) => Change::UpdateEnrolment(*enrolment),
            Self::Budget(budget) => Change::UpdateBudget(*budget),
            Self::Dispute(dispute) => Change::UpdateDispute(*dispute),
        }
    }

    pub fn created_event(&self) -> EventKind {
        match self {
            Self::Card(_) => EventKind::CardCreated,
            Self::Enrolment(_) => EventKind::EnrolmentCreated,
            Self::Budget(_) => EventKind::BudgetCreated,
            Self::Dispute(_) => EventKind::DisputeCreated,
        }
    }

    /// The event that tells a client that the status went on since `before`, if it did.
    pub fn updated_event(&self, before: &Self) -> Option<EventKind> {
        match (self, before) {
            (Self::Card(now), Self::Card(before)) => {
                (now.status != before.status).then_some(EventKind::CardUpdated)
            }
            (Self::Enrolment(now), Self::Enrolment(before)) => {
                let told = |it: &Enrolment| (it.status, it.review_stage.clone());
                (told(now) != told(before)).then_some(EventKind::EnrolmentUpdated)
            }
            (Self::Budget(now), Self::Budget(before)) => {
                (now.status != before.status).then_some(EventKind::BudgetUpdated)
            }
            (Self::Dispute(now), Self::Dispute(before)) => {
                (now.status != before.status).then_some(EventKind::DisputeUpdated)
            }
            (Self::Card(_) | Self::Enrolment(_) | Self::Budget(_) | Self::Dispute(_), _) => None,
        }
    }

    /// A fact about this subject, for the outbox.
    pub fn event(&self, kind: EventKind, operation: Option<&Operation>) -> Event {
        let mut data = EventData {
            operation: operation.map(operation_facts),
            ..EventData::default()
        };
        match self {
            Self::Card(card) => {
                data.card = Some(CardFacts {
                    status: card.status,
                    provider_status: card.provider_status.clone(),
                });
            }
            Self::Enrolment(enrolment) => {
                data.enrolment = Some(EnrolmentFacts {
                    id: enrolment.id.to_string(),
                    customer_id: enrolment.customer_id.to_string(),
                    status: enrolment.status,
                    review_stage: enrolment.review_stage.clone(),
                    reason: enrolment.reason.clone(),
                });
            }
            Self::Dispute(dispute) => {
                data.dispute = Some(DisputeFacts {
                    id: dispute.id.to_string(),
                    transaction_id: dispute.transaction_id.to_string(),
                    status: dispute.status,
                });
            }
            Self::Budget(budget) => {
                data.budget = Some(BudgetFacts {
                    id: budget.id.to_string(),
                    status: budget.status,
                });
            }
        }
        Event {
            id: fresh(),
            tenant: self.tenant().clone(),
            kind,
            subject: self.id().to_string(),
            card_id: match self {
                Self::Dispute(dispute) => Some(dispute.card_id),
                Self::Card(_) | Self::Enrolment(_) | Self::Budget(_) => self.id().card(),
            },
            operation_id: operation.map(|o| o.id),
            sequence: self.version(),
            data,
            created_at: on_each!(self, it => it.updated_at),
        }
    }
}

fn operation_facts(operation: &Operation) -> OperationFacts {
    OperationFacts {
        id: operation.id.to_string(),
        kind: operation.kind,
        status: operation.status,
        amount: operation.amount.map(|m| m.amount_text()),
        currency: operation.amount.map(|m| m.currency.to_string()),
        failure_code: operation.failure.as_ref().map(|f| f.code.clone()),
    }
}

impl From<Card> for Subject {
    fn from(card: Card) -> Self {
        Self::Card(Box::new(card))
    }
}

impl From<Enrolment> for Subject {
    fn from(enrolment: Enrolment) -> Self {
        Self::Enrolment(Box::new(enrolment))
    }
}

impl From<Budget> for Subject {
    fn from(budget: Budget) -> Self {
        Self::Budget(Box::new(budget))
    }
}

impl From<Dispute> for Subject {
    fn from(dispute: Dispute) -> Self {
        Self::Dispute(Box::new(dispute))
    }
}
