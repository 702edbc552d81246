//! `Idempotency-Key` (IETF draft): one key, one request, one answer.

use std::time::Duration;

use cardmux_domain::id::{OperationId, TenantId};

use super::{App, AppError};
use crate::clock;
use crate::operations::{Answer, Subject, frees_key, key_change};
use crate::security::Purpose;
use crate::store::{self, IdempotencyRecord, KeyClaim, Unit};

/// What identifies a request that wants to change something.
#[derive(Debug, Clone)]
pub struct Request {
    pub id: String,
    pub method: &'static str,
    pub path: String,
    /// The body as it was sent; only its keyed hash is kept.
    pub body: bytes::Bytes,
    pub key: Option<String>,
    /// `Prefer: wait=N`.
    pub wait: Option<Duration>,
}

impl Request {
    fn fingerprint(&self, app: &App) -> String {
        let parts = [self.method.as_bytes(), self.path.as_bytes(), &self.body];
        let hash = app.hasher.hash(Purpose::RequestBody, &parts);
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether this request is the one the key was claimed for.
    pub fn is_of(&self, app: &App, claim: &KeyClaim) -> bool {
        claim.fingerprint == self.fingerprint(app)
    }

    /// The claim to store with the intent; `None` when the client sent no key.
    pub fn claim(&self, app: &App, tenant: &TenantId, operation: OperationId) -> Option<KeyClaim> {
        let now = clock::now();
        Some(KeyClaim {
            tenant: tenant.clone(),
            key: self.key.clone()?,
            fingerprint: self.fingerprint(app),
            method: self.method.to_owned(),
            path: self.path.clone(),
            operation_id: operation,
            answer: None,
            created_at: now,
            expires_at: now.plus(app.idempotency_keep),
        })
    }
}

/// The answer this request was given before, if its key is known.
pub async fn replay(
    app: &App,
    tenant: &TenantId,
    request: &Request,
) -> Result<Option<Answer>, AppError> {
    let Some(key) = &request.key else {
        return Ok(None);
    };
    let Some(record) = store::keys::get(&app.store, tenant, key).await? else {
        return Ok(None);
    };
    let now = clock::now();
    if record.claim.expires_at <= now {
        return Ok(None);
    }
    if !request.is_of(app, &record.claim) {
        return Err(AppError::KeyReused);
    }
    match &record.answer {
        Some(answer) => Ok(Some(Answer::replayed(answer.clone()))),
        None => answer_late(app, tenant, request, &record).await,
    }
}

/// What the first request with this key made, where the answer that is kept is only its id. `None`
/// where the key is not known, or not any more.
pub async fn made_before(
    app: &App,
    tenant: &TenantId,
    request: &Request,
) -> Result<Option<String>, AppError> {
    let Some(key) = &request.key else {
        return Ok(None);
    };
    let record = store::keys::get(&app.store, tenant, key).await?;
    let Some(record) = record.filter(|record| record.claim.expires_at > clock::now()) else {
        return Ok(None);
    };
    if !request.is_of(app, &record.claim) {
        return Err(AppError::KeyReused);
    }
    let answer = record.answer.ok_or(AppError::KeyInUse)?;
    Ok(Some(answer.body))
}

/// What a request that does not fit (any more) gets: the answer it was given before, if it was.
/// Asked only then, so that a new request costs no look-up: claiming the key is the look-up.
pub async fn replay_or(
    app: &App,
    tenant: &TenantId,
    request: &Request,
    error: AppError,
) -> Result<Answer, AppError> {
    replay(app, tenant, request).await?.ok_or(error)
}

/// The first request has no answer yet: it is still running, or its process died. `None` where it
/// turned out that nothing was done; the key is free again then.
async fn answer_late(
    app: &App,
    tenant: &TenantId,
    request: &Request,
    record: &IdempotencyRecord,
) -> Result<Option<Answer>, AppError> {
    let claim = &record.claim;
    let operation = store::operations::get(&app.store, tenant, claim.operation_id).await?;
    let Some(operation) = operation else {
        return Err(AppError::KeyInUse);
    };
    let subject = Subject::load(&app.store, tenant, operation.subject).await?;
    let Some(subject) = subject else {
        return Err(AppError::KeyInUse);
    };
    if subject.went_on_after(operation.id) {
        // Since the record was read, the key is the next issuer's operation's.
        return Err(AppError::KeyInUse);
    }
    let policy = app.engine.policy();
    // As long as this the first request may still be calling the provider or waiting.
    let running = policy.call_timeout + policy.lease_margin + policy.wait_max;
    let age = clock::now().since(claim.created_at);
    let undecided = !operation.status.is_final();
    if undecided && age < running {
        return Err(AppError::KeyInUse);
    }
    let answer = app.engine.render(&request.id, &subject, &operation);
    if operation.status.is_final() {
        let change = key_change(claim, &operation, &answer);
        app.store.commit(Unit::new().with(change)).await?;
    }
    if frees_key(&operation) {
        return Ok(None);
    }
    // The first request may have answered meanwhile; then its answer is the one.
    let given = app.engine.given_answer(claim).await;
    Ok(Some(Answer::replayed(given.unwrap_or(answer))))
}
