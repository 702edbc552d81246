use cardmux_domain::event::Event;
use serde::Serialize;
use utoipa::ToSchema;

use super::{EventDataDto, open};

/// Events, oldest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventPage {
    pub data: Vec<EventDto>,
    /// Continues after the last event of this page, also where none has followed yet. Null only on
    /// an empty page: there is nothing more for now; keep the cursor you have and ask again later.
    pub next_cursor: Option<String>,
}

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Event)]
pub struct EventDto {
    #[schema(example = "evt_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub id: String,
    #[schema(value_type = open::EventType)]
    pub r#type: String,
    /// The id of what it is about: `card_…`, `enr_…`, `bud_…`, `txn_…`, `batch_…`.
    pub subject: String,
    /// The card it is about, or whose transaction or challenge it is.
    pub card_id: Option<String>,
    pub operation_id: Option<String>,
    /// The subject's version it belongs to: events of one subject are ordered by it.
    pub sequence: i64,
    pub data: EventDataDto,
    #[schema(format = DateTime)]
    pub created_at: String,
}

impl From<Event> for EventDto {
    fn from(event: Event) -> Self {
        let Event {
            id,
            tenant: _,
            kind,
            subject,
            card_id,
            operation_id,
            sequence,
            data,
            created_at,
        } = event;
        Self {
            id: id.to_string(),
            r#type: kind.to_string(),
            subject,
            card_id: card_id.map(|id| id.to_string()),
            operation_id: operation_id.map(|id| id.to_string()),
            sequence,
            data: data.into(),
            created_at: created_at.to_string(),
        }
    }
}
