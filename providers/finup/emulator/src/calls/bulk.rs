//! Freeze, unfreeze and close.
//!
//! Documented: `card_ids`, the two phrases of the answer, 401 only (O; dossier 5.7); the statuses'
//! names (D). Assumed: freeze takes `Enabled`, unfreeze `Freezed`, close either.

use super::Around;
use crate::app::App;
use crate::failure::Failure;
use crate::json::Json;
use crate::quirks::UnknownIds;
use crate::request::{Fields, required};
use crate::route::Bulk;
use crate::state::{Next, State, Status};
use crate::wire;

impl Bulk {
    /// The status on the way and the one at the end, from where this is possible.
    fn way(self, from: Status) -> Option<(Status, Status)> {
        match (self, from) {
            (Self::Freeze, Status::Enabled) => Some((Status::Freezing, Status::Freezed)),
            (Self::Unfreeze, Status::Freezed) => Some((Status::Unreezing, Status::Enabled)),
            (Self::Close, Status::Enabled | Status::Freezed) => {
                Some((Status::Closing, Status::Closed))
            }
            (Self::Freeze | Self::Unfreeze | Self::Close, _) => None,
        }
    }
}

impl App {
    pub(super) fn bulk(
        &self,
        bulk: Bulk,
        fields: &Fields,
        around: Around<'_>,
    ) -> Result<Json, Failure> {
        let quirks = around.quirks;
        if bulk == Bulk::Freeze && quirks.freeze_refused {
            return Err(Failure::Forbidden("Forbidden resource"));
        }
        let ids = required("card_ids", fields.texts("card_ids")?)?;
        if ids.len() > quirks.card_ids_ceiling {
            return Err(Failure::invalid(format!(
                "card_ids must contain no more than {} elements",
                quirks.card_ids_ceiling
            )));
        }
        self.change(|state| {
            let all_known = ids.iter().all(|id| state.card(id).is_some());
            if quirks.unknown_ids == UnknownIds::NotFound && !all_known {
                return Err(Failure::not_found("Card"));
            }
            let (mut changed, mut unchanged) = (Vec::new(), Vec::new());
            for id in ids {
                if state.card(&id).is_none() && quirks.unknown_ids == UnknownIds::Omitted {
                    continue;
                }
                if self.turn(state, &id, bulk, around) {
                    changed.push(id);
                } else {
                    unchanged.push(id);
                }
            }
            Ok(wire::bulk(changed, unchanged, quirks))
        })
    }

    /// Whether the card goes that way now.
    fn turn(&self, state: &mut State, id: &str, bulk: Bulk, around: Around<'_>) -> bool {
        let at = self.settles_at(around.now_ms);
        let Some(card) = state.card_mut(id) else {
            return false;
        };
        let Some((on_the_way, end)) = bulk.way(card.status) else {
            return false;
        };
        let next = Some(Next { at, status: end });
        card.turn(on_the_way, next, around.now_ms, around.visible_at);
        true
    }
}
