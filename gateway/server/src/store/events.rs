//! The outbox.

mod data;

use cardmux_domain::event::Event;
use cardmux_domain::id::{CardId, EventId, OperationId, TenantId};
use cardmux_domain::time::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SubQueryStatement};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::convert::{Corrupt, parse};
use super::entity::event::{Column, Entity, Model};
use super::{Store, StoreError, to_domain};

/// Which events of a tenant; fields that are `None` let everything pass.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    pub card_id: Option<CardId>,
    pub kind: Option<String>,
    pub subject: Option<String>,
}

/// In the order of commits; what follows `after`. Nothing is ever put in before what was read.
pub async fn list(
    store: &Store,
    tenant: &TenantId,
    filter: &EventFilter,
    after: Option<EventId>,
    limit: u64,
) -> Result<Vec<Event>, StoreError> {
    let EventFilter {
        card_id,
        kind,
        subject,
    } = filter;
    let after = after.map(|id| {
        let position = Query::select()
            .column(Column::Position)
            .from(Entity)
            .and_where(Column::Id.eq(id.uuid()))
            .to_owned();
        Expr::col((Entity, Column::Position)).gt(SubQueryStatement::SelectStatement(position))
    });
    let conditions = [
        Some(Column::Tenant.eq(tenant.as_str())),
        card_id.map(|id| Column::CardId.eq(id.uuid())),
        kind.as_ref().map(|kind| Column::Kind.eq(kind)),
        subject.as_ref().map(|subject| Column::Subject.eq(subject)),
        after,
    ];
    let conditions = conditions.into_iter().flatten();
    let query = conditions.fold(Entity::find(), sea_orm::Select::filter);
    let rows = query.order_by_asc(Column::Position).limit(limit);
    to_domain(rows.all(&store.read).await?)
}

impl TryFrom<Model> for Event {
    type Error = Corrupt;

    fn try_from(row: Model) -> Result<Self, Corrupt> {
        let Model {
            id,
            tenant,
            kind,
            subject,
            card_id,
            operation_id,
            sequence,
            data,
            position: _,
            created_at_ms,
        } = row;
        let card_id = card_id.map(CardId::from_uuid);
        Ok(Self {
            id: EventId::from_uuid(id),
            tenant: parse("events.tenant", &tenant)?,
            kind: parse("events.kind", &kind)?,
            // Rows of the first version are about their card.
            subject: subject
                .or_else(|| card_id.map(|id| id.to_string()))
                .ok_or(Corrupt("events.subject"))?,
            card_id,
            operation_id: operation_id.map(OperationId::from_uuid),
            sequence,
            data: data::read(&data)?,
            created_at: Timestamp::from_millis(created_at_ms),
        })
    }
}

impl From<Event> for Model {
    fn from(event: Event) -> Self {
        let Event {
            id,
            tenant,
            kind,
            subject,
            card_id,
            operation_id,
            sequence,
            data,
            created_at,
        } = event;
        Self {
            id: id.uuid(),
            tenant: tenant.to_string(),
            kind: kind.to_string(),
            subject: Some(subject),
            card_id: card_id.map(|id| id.uuid()),
            operation_id: operation_id.map(|id| id.uuid()),
            sequence,
            data: data::write(data),
            position: None,
            created_at_ms: created_at.as_millis(),
        }
    }
}
