//! `/v1/events`

use axum::Json;
use axum::extract::State;
use cardmux_domain::id::{CardId, EventId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::{self, App, Listing};
use crate::http::document::ListProblems;
use crate::http::dto::{EventPage, open};
use crate::http::extract::{Access, Cursor, EventsRead, Query, page_limit};
use crate::http::params::{parse_parameter, plain_text};
use crate::http::problem::ApiResult;
use crate::store::events::EventFilter;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListEvents {
    /// About this card, its operations, transactions and challenges.
    card_id: Option<String>,
    /// `card.updated`, `operation.succeeded` …; one that does not exist matches nothing.
    #[param(value_type = Option<open::EventType>)]
    r#type: Option<String>,
    /// The id of what they are about: `card_…`, `enr_…`, `bud_…`, `txn_…`, `batch_…`.
    subject: Option<String>,
    /// Rows of a page, at most 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// The last `nextCursor` you were given; without one, from the beginning.
    cursor: Option<String>,
}

impl ListEvents {
    fn filter(&self) -> ApiResult<EventFilter> {
        Ok(EventFilter {
            card_id: parse_parameter::<CardId>("cardId", self.card_id.as_deref())?,
            kind: plain_text("type", self.r#type.as_deref())?,
            subject: plain_text("subject", self.subject.as_deref())?,
        })
    }
}

/// List events
///
/// Oldest first. Every page with events has a `nextCursor`, the last one too: keep it, and continue
/// with it whenever you like. A page without events has none: ask again later with the one you have.
#[utoipa::path(get, path = "/v1/events", tag = "events", operation_id = "list_events", params(ListEvents),
    responses((status = 200, description = "A page of events", body = EventPage), ListProblems))]
pub async fn list_events(
    State(app): State<App>,
    access: Access<EventsRead>,
    Query(query): Query<ListEvents>,
) -> ApiResult<Json<EventPage>> {
    let filter = query.filter()?;
    let limit = page_limit(&app, query.limit)?;
    let cursor = Cursor {
        tenant: access.tenant.id.as_str(),
        list: "events",
        filters: format!("{filter:?}"),
    };
    let after = query
        .cursor
        .as_deref()
        .map(|text| cursor.decode(&app, text))
        .transpose()?;
    let after = after.map(EventId::from_uuid);
    // Whether there is more by now does not matter: a stream goes on after its last event.
    let Listing { items, next: _ } =
        app::events::list(&app, &access.tenant.id, &filter, after, limit).await?;
    let last = items.last().map(|event| event.id);
    Ok(Json(EventPage {
        data: items.into_iter().map(Into::into).collect(),
        next_cursor: last.map(|id| cursor.encode(&app, id.uuid())),
    }))
}
