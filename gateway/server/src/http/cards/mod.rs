//! `/v1/cards`

pub mod balance;
pub mod change;
pub mod get;
pub mod issue;
pub mod list;
pub mod patch;

use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use cardmux_domain::card::Card;

use crate::app::App;
use crate::http::dto::CardDto;

/// A card with its entity tag.
pub struct CardResponse(CardDto);

impl CardResponse {
    pub fn new(app: &App, card: Card) -> Self {
        let kind = app
            .registry
            .get(&card.instance)
            .map_or("", |i| i.provider.kind());
        Self(CardDto::new(card, kind))
    }
}

impl IntoResponse for CardResponse {
    fn into_response(self) -> Response {
        let tag = HeaderValue::from_str(&format!("\"{}\"", self.0.version));
        let mut response = Json(self.0).into_response();
        if let Ok(tag) = tag {
            response.headers_mut().insert(header::ETAG, tag);
        }
        response
    }
}
