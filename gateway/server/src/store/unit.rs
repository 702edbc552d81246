//! What is written: units of work as plain data, so that a batch can be run again.

use cardmux_domain::authorization::Authorization;
use cardmux_domain::batch::{Batch, BatchItem};
use cardmux_domain::budget::Budget;
use cardmux_domain::card::Card;
use cardmux_domain::card_type::CardType;
use cardmux_domain::dispute::Dispute;
use cardmux_domain::enrolment::Enrolment;
use cardmux_domain::event::Event;
use cardmux_domain::id::{
    ApiKeyId, AuthorizationId, BatchId, InboundWebhookId, InstanceId, JobId, OperationId,
    SpendControlId, TenantId,
};
use cardmux_domain::ledger::{Book, Entry, Transfer};
use cardmux_domain::operation::{Operation, SubjectId};
use cardmux_domain::spend_control::SpendControl;
use cardmux_domain::time::Timestamp;
use cardmux_domain::transaction::Transaction;

use super::audit::AuditRecord;
use super::customers::StoredCustomer;
use super::documents::Document;
use super::spend_controls::SpendMark;

/// Changes that are stored together or not at all, see [`Store::commit`](super::Store::commit).
///
/// A unit changes each row at most once; a second change of one row in it is a conflict.
#[derive(Debug, Clone, Default)]
pub struct Unit(pub(super) Vec<Change>);

impl Unit {
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn with(mut self, change: Change) -> Self {
        self.0.push(change);
        self
    }

    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    pub fn push(&mut self, change: Change) {
        self.0.push(change);
    }

    /// Movements of money and the book with them. An entry that moves nothing changes nothing: the
    /// book's version counts movements.
    pub fn enter(&mut self, entry: Entry) {
        let Entry { book, transfers } = entry;
        if transfers.is_empty() {
            return;
        }
        self.push(Change::UpdateBook(book));
        self.0
            .extend(transfers.into_iter().map(Change::InsertTransfer));
    }
}

#[derive(Debug, Clone)]
pub enum Change {
    /// Take an idempotency key. An expired claim is replaced, a live one is a conflict.
    ClaimKey(KeyClaim),
    /// Keep the answer of a key this operation has claimed; where one is stored already, that one
    /// stays. A key that was released and claimed anew belongs to another operation: untouched.
    AnswerKey {
        tenant: TenantId,
        key: String,
        operation: OperationId,
        answer: StoredAnswer,
    },
    /// Drop this operation's claim if it has no answer yet.
    ReleaseKey {
        tenant: TenantId,
        key: String,
        operation: OperationId,
    },
    InsertCard(Card),
    /// `version` is the new one: applies only where the stored one is smaller by one. What a card is
    /// for good (tenant, instance, type …) is not written again.
    UpdateCard(Card),
    /// The card is issued elsewhere: what it otherwise is for good is written too. With an
    /// [`Change::UpdateCard`] of the same card in the same unit, which guards it.
    MoveCard(Card),
    InsertCustomer(StoredCustomer),
    /// As [`Change::UpdateCard`].
    UpdateCustomer(StoredCustomer),
    InsertDocument(Document),
    InsertEnrolment(Enrolment),
    /// As [`Change::UpdateCard`].
    UpdateEnrolment(Enrolment),
    InsertBudget(Budget),
    /// As [`Change::UpdateCard`].
    UpdateBudget(Budget),
    InsertDispute(Dispute),
    /// As [`Change::UpdateCard`].
    UpdateDispute(Dispute),
    InsertBatch(Batch),
    /// As [`Change::UpdateCard`].
    UpdateBatch(Batch),
    InsertBatchItem(BatchItem),
    /// As [`Change::UpdateCard`]; what the item is, and where, stays.
    UpdateBatchItem(BatchItem),
    /// Every item of the batch that is still queued becomes cancelled, one version further: who is
    /// about to begin one of them loses.
    CancelQueued {
        batch: BatchId,
        at: Timestamp,
    },
    /// A transaction whose (instance, provider_ref) is stored already is a conflict.
    InsertTransaction(Transaction),
    /// As [`Change::UpdateCard`].
    UpdateTransaction(Transaction),
    /// Have the subject read at its provider at that time. Makes one version more, whichever is
    /// stored: a reading that began before must not be the last one.
    Refresh {
        subject: SubjectId,
        at: Timestamp,
    },
    /// Read at its provider and nothing new: only the time of the next reading, and only where this
    /// version is still the stored one. Makes no new version.
    Reschedule {
        subject: SubjectId,
        at: Option<Timestamp>,
        version: i64,
    },
    InsertOperation(Operation),
    /// As [`Change::UpdateCard`].
    UpdateOperation(Operation),
    /// A budget or card has one book.
    InsertBook(Book),
    /// As [`Change::UpdateCard`]; with the transfers that brought it there, see [`Unit::enter`].
    UpdateBook(Book),
    /// A transfer whose (book, source) is stored already is a conflict.
    InsertTransfer(Transfer),
    /// An authorization whose (instance, provider_ref) is stored already is a conflict.
    InsertAuthorization(Authorization),
    /// As [`Change::UpdateCard`]. When it was answered stays: see [`Change::MarkAnswered`].
    UpdateAuthorization(Authorization),
    /// When the answer left; the first one stays. Makes no new version: what comes of an
    /// authorization often arrives at the same moment, and neither may undo the other.
    MarkAnswered {
        authorization: AuthorizationId,
        at: Timestamp,
    },
    InsertSpendControl(SpendControl),
    /// As [`Change::UpdateCard`].
    UpdateSpendControl(SpendControl),
    /// With its mark; applies only where this is the stored version.
    DeleteSpendControl {
        tenant: TenantId,
        id: SpendControlId,
        version: i64,
    },
    InsertSpendMark(SpendMark),
    /// As [`Change::UpdateCard`].
    UpdateSpendMark(SpendMark),
    InsertEvent(Event),
    InsertAudit(AuditRecord),
    /// A delivery whose (instance, identity) is stored already is a conflict.
    InsertWebhook(InboundWebhook),
    /// One more attempt at handling a delivery; `retry_at` is `None` when there is no further one.
    FinishWebhook {
        id: InboundWebhookId,
        error: Option<String>,
        retry_at: Option<Timestamp>,
    },
    /// What an instance offers now, by `provider_ref`: stored types keep their id, types that are
    /// not among these become unlisted.
    PutCardTypes {
        instance: InstanceId,
        types: Vec<CardType>,
    },
    InsertApiKey(ApiKey),
    /// The first revocation stays; a key that is not the tenant's is a conflict.
    RevokeApiKey {
        tenant: TenantId,
        id: ApiKeyId,
        at: Timestamp,
    },
    /// The key works until then at the latest: an earlier end stays. As for [`Change::RevokeApiKey`],
    /// one that is not the tenant's is a conflict.
    ExpireApiKey {
        tenant: TenantId,
        id: ApiKeyId,
        at: Timestamp,
    },
    /// Insert, or replace the one of the same (kind, key), which keeps its id.
    PutJob(Job),
    /// As it goes on after it was claimed with that lease. Hastened meanwhile, it is due as hastened.
    FinishJob {
        job: Job,
        lease: Timestamp,
    },
    /// Have it done at that time at the latest; one that is being done is begun again then.
    HastenJob {
        kind: &'static str,
        key: String,
        at: Timestamp,
    },
}

/// An idempotency key, and the request it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyClaim {
    pub tenant: TenantId,
    pub key: String,
    /// Keyed digest of the body, never the body.
    pub fingerprint: String,
    pub method: String,
    pub path: String,
    /// Of a request that leads to no operation, an id of its own.
    pub operation_id: OperationId,
    /// Where the answer is known as the key is claimed.
    pub answer: Option<StoredAnswer>,
    /// A stored claim that expires at or before this is replaced.
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

/// What the first request was answered, to be repeated word for word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    pub status: u16,
    pub body: String,
}

/// A claimed key, with its answer once there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyRecord {
    pub claim: KeyClaim,
    pub answer: Option<StoredAnswer>,
}

/// A tenant's credential; the secret itself is never stored.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub tenant: TenantId,
    pub name: String,
    pub scopes: Vec<String>,
    pub hash: Vec<u8>,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

impl std::fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A delivery that was believed, as it came.
#[derive(Clone, PartialEq, Eq)]
pub struct InboundWebhook {
    pub id: InboundWebhookId,
    pub instance: InstanceId,
    /// Equal for deliveries of the same fact.
    pub identity: String,
    pub category: String,
    pub body: Vec<u8>,
    pub received_at: Timestamp,
    /// When the worker takes it up; `None` once handled or given up.
    pub due_at: Option<Timestamp>,
    pub attempts: i64,
    pub last_error: Option<String>,
}

impl std::fmt::Debug for InboundWebhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InboundWebhook")
            .field("id", &self.id)
            .field("instance", &self.instance)
            .finish_non_exhaustive()
    }
}

/// Work the gateway gave itself; one per (kind, key).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    pub id: JobId,
    pub kind: String,
    pub key: String,
    /// JSON, of a shape the kind defines.
    pub payload: String,
    pub due_at: Timestamp,
    pub attempts: i64,
    pub last_error: Option<String>,
}
