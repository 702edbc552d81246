//! What is secret about a card, on its way to whoever may see it: never stored, once, audited.

use std::num::NonZeroU32;

use cardmux_domain::card::{Card, CardStatus};
use cardmux_domain::challenge::Challenge;
use cardmux_domain::id::{ApiKeyId, CardId, TenantId, fresh};
use cardmux_domain::provider::CardSecrets;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::get;
use crate::app::{App, AppError};
use crate::clock;
use crate::store::audit::AuditRecord;
use crate::store::{Change, Unit};

/// How often a card's secrets may be read, by card.
pub type RevealLimiter = DefaultKeyedRateLimiter<CardId>;

pub fn reveal_limiter(per_minute: NonZeroU32) -> RevealLimiter {
    RateLimiter::keyed(Quota::per_minute(per_minute))
}

/// Who asks.
#[derive(Debug, Clone)]
pub struct Viewer {
    pub key: ApiKeyId,
    pub request_id: String,
}

/// Read the card's secrets at its provider.
pub async fn reveal(
    app: &App,
    tenant: &TenantId,
    id: CardId,
    viewer: &Viewer,
) -> Result<CardSecrets, AppError> {
    let card = get(app, tenant, id).await?;
    let card_ref = readable(&card)?;
    let instance = app.registry.get(&card.instance);
    let instance = instance.filter(|i| i.provider.reveal().is_some());
    let instance = instance.ok_or_else(|| unsupported(&card, "reveal"))?;
    admit(app, id)?;
    // Before the secret is read: nothing is shown that the trail does not know of.
    audit(app, &card, "card.revealed", viewer).await?;
    let ctx = app.context(tenant, &viewer.request_id);
    let secrets = instance.reveal(&ctx, card_ref).await;
    secrets.map_err(AppError::provider(&card.instance))
}

/// What the card's holder is asked for, with its codes, read at the provider.
pub async fn challenges(
    app: &App,
    tenant: &TenantId,
    id: CardId,
    viewer: &Viewer,
) -> Result<Vec<Challenge>, AppError> {
    let card = get(app, tenant, id).await?;
    let card_ref = readable(&card)?;
    let instance = app.registry.get(&card.instance);
    let instance = instance.filter(|i| i.provider.challenges().is_some());
    let instance = instance.ok_or_else(|| unsupported(&card, "challenges"))?;
    audit(app, &card, "card.challenges_read", viewer).await?;
    let ctx = app.context(tenant, &viewer.request_id);
    let challenges = instance.challenges(&ctx, card_ref).await;
    challenges.map_err(AppError::provider(&card.instance))
}

/// The provider's id of a card that has anything to show.
fn readable(card: &Card) -> Result<&str, AppError> {
    let open = match card.status {
        CardStatus::Pending | CardStatus::Failed => None,
        CardStatus::Active
        | CardStatus::Inactive
        | CardStatus::Frozen
        | CardStatus::Blocked
        | CardStatus::Cancelled
        | CardStatus::Expired => card.provider_ref.as_deref(),
    };
    open.ok_or_else(|| AppError::State {
        code: "card_not_active",
        detail: format!("a card that is {} has nothing to show", card.status),
        enrolment: None,
    })
}

fn unsupported(card: &Card, what: &str) -> AppError {
    AppError::Unsupported {
        instance: card.instance.clone(),
        what: what.to_owned(),
    }
}

fn admit(app: &App, card: CardId) -> Result<(), AppError> {
    if app.reveals.check_key(&card).is_ok() {
        return Ok(());
    }
    // Cards that have rested are as good as never seen; the list of them stays short.
    app.reveals.retain_recent();
    Err(AppError::State {
        code: "rate_limited",
        detail: "the secrets of this card were read too often within a minute".to_owned(),
        enrolment: None,
    })
}

async fn audit(app: &App, card: &Card, action: &str, viewer: &Viewer) -> Result<(), AppError> {
    let record = AuditRecord {
        id: fresh(),
        tenant: card.tenant.clone(),
        action: action.to_owned(),
        subject: card.id.to_string(),
        actor: viewer.key.to_string(),
        request_id: viewer.request_id.clone(),
        created_at: clock::now(),
    };
    Ok(app
        .store
        .commit(Unit::new().with(Change::InsertAudit(record)))
        .await?)
}
