use std::time::{Duration, Instant};

use cardmux_domain::card::Card;
use cardmux_domain::event::EventKind;
use cardmux_domain::provider::CallContext;
use tracing::warn;

use crate::app::{App, AppError};
use crate::clock;
use crate::store::{Change, Conflict, Unit, WriteError};

/// A card that could not be read is read again after this; its provider is likely in trouble.
const RETRY_AFTER: Duration = Duration::from_secs(30);

/// Read a card at its provider and take over what it says. The caller holds the card's lease.
pub async fn refresh(app: &App, card: Card) -> Result<(), AppError> {
    let as_of = clock::now();
    let mut next = card.clone();
    next.refresh_at = None;
    let instance = app.registry.get(&card.instance);
    if let (Some(instance), Some(card_ref)) = (instance, card.provider_ref.as_deref()) {
        let ctx = CallContext {
            tenant: card.tenant.clone(),
            request_id: format!("refresh_{}", card.id),
            deadline: Instant::now() + app.engine.policy().call_timeout,
        };
        match instance.card(&ctx, card_ref).await {
            Ok(snapshot) => next.absorb_snapshot(&snapshot, as_of),
            Err(error) => {
                warn!(card = %card.id, "card not refreshed: {error}");
                next.refresh_at = Some(clock::now().plus(RETRY_AFTER));
            }
        }
    }
    next.version += 1;
    next.updated_at = clock::now();
    let mut unit = Unit::new().with(Change::UpdateCard(next.clone()));
    if next.status != card.status {
        let event = crate::operations::event(EventKind::CardUpdated, &next, None);
        unit = unit.with(Change::InsertEvent(event));
    }
    match app.store.commit(unit).await {
        // Changed meanwhile: the lease runs out and the card is read again.
        Ok(()) | Err(WriteError::Conflict(Conflict::Card(_))) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
