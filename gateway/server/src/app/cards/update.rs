use std::collections::BTreeMap;

use cardmux_domain::card::Card;
use cardmux_domain::event::EventKind;
use cardmux_domain::id::{CardId, TenantId};

use super::{get, rules};
use crate::app::{App, AppError};
use crate::clock;
use crate::operations::Subject;
use crate::store::{Change, Conflict, Unit, WriteError};

/// What a client may change about a card without asking the provider. `None` leaves a field as it
/// is; `Some(None)` clears it.
#[derive(Debug, Clone, Default)]
pub struct CardPatch {
    pub label: Option<Option<String>>,
    /// Merged: a `None` value removes the entry.
    pub metadata: BTreeMap<String, Option<String>>,
}

/// How often an unconditional update is tried again after the card was changed meanwhile.
const MAX_RACES: usize = 5;

/// Change label and metadata; with `expected`, only if the card still has that version.
pub async fn update(
    app: &App,
    tenant: &TenantId,
    id: CardId,
    patch: CardPatch,
    expected: Option<i64>,
) -> Result<Card, AppError> {
    for _ in 0..MAX_RACES {
        let card = get(app, tenant, id).await?;
        if expected.is_some_and(|version| version != card.version) {
            return Err(AppError::PreconditionFailed);
        }
        let next = patched(card, &patch);
        let problems = rules::texts(next.label.as_deref(), None, &next.metadata);
        if !problems.is_empty() {
            return Err(AppError::Invalid(problems));
        }
        let event = Subject::from(next.clone()).event(EventKind::CardUpdated, None);
        let unit = Unit::new()
            .with(Change::UpdateCard(next.clone()))
            .with(Change::InsertEvent(event));
        match app.store.commit(unit).await {
            Ok(()) => return Ok(next),
            Err(WriteError::Conflict(Conflict::Subject(_))) if expected.is_none() => {}
            Err(WriteError::Conflict(Conflict::Subject(_))) => {
                return Err(AppError::PreconditionFailed);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(AppError::Busy {
        what: "card",
        pending: None,
    })
}

fn patched(mut card: Card, patch: &CardPatch) -> Card {
    if let Some(label) = &patch.label {
        card.label.clone_from(label);
    }
    for (key, value) in &patch.metadata {
        match value {
            Some(value) => drop(card.metadata.insert(key.clone(), value.clone())),
            None => drop(card.metadata.remove(key)),
        }
    }
    card.version += 1;
    card.updated_at = clock::now();
    card
}
