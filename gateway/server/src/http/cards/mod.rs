//! `/v1/cards`

pub mod balance;
pub mod change;
pub mod entries;
pub mod get;
pub mod issue;
pub mod list;
pub mod manage;
pub mod patch;
pub mod reveal;

use cardmux_domain::card::Card;

use super::tagged::Tagged;
use crate::app::App;
use crate::http::dto::CardDto;

/// A card with its entity tag.
fn shown(app: &App, card: Card) -> Tagged<CardDto> {
    let instance = app.registry.get(&card.instance);
    let kind = instance.map_or("", |i| i.provider.kind());
    Tagged {
        version: card.version,
        resource: CardDto::new(card, kind),
    }
}
