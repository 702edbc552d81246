//! The outbox.

use cardmux_domain::event::{Event, EventData, OperationFacts};
use cardmux_domain::id::{CardId, EventId, OperationId, TenantId};
use cardmux_domain::time::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::convert::{Corrupt, from_json, parse, to_json};
use super::entity::event::{Column, Entity, Model};
use super::{Store, StoreError, to_domain};

/// Oldest first; what follows `after`.
pub async fn list(
    store: &Store,
    tenant: &TenantId,
    after: Option<EventId>,
    limit: u64,
) -> Result<Vec<Event>, StoreError> {
    let mut query = Entity::find().filter(Column::Tenant.eq(tenant.as_str()));
    if let Some(after) = after {
        query = query.filter(Column::Id.gt(after.uuid()));
    }
    let rows = query
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(&store.read)
        .await?;
    to_domain(rows)
}

/// The JSON of `events.data`.
#[derive(Serialize, Deserialize)]
struct DataJson {
    card_status: String,
    provider_status: Option<String>,
    operation: Option<OperationJson>,
}

#[derive(Serialize, Deserialize)]
struct OperationJson {
    id: String,
    kind: String,
    status: String,
    amount: Option<String>,
    currency: Option<String>,
    failure_code: Option<String>,
}

fn write_data(data: EventData) -> String {
    let EventData {
        card_status,
        provider_status,
        operation,
    } = data;
    to_json(&DataJson {
        card_status: card_status.to_string(),
        provider_status,
        operation: operation.map(OperationJson::from),
    })
}

fn read_data(text: &str) -> Result<EventData, Corrupt> {
    let DataJson {
        card_status,
        provider_status,
        operation,
    } = from_json("events.data", text)?;
    Ok(EventData {
        card_status: parse("events.data", &card_status)?,
        provider_status,
        operation: operation.map(OperationFacts::try_from).transpose()?,
    })
}

impl From<OperationFacts> for OperationJson {
    fn from(facts: OperationFacts) -> Self {
        let OperationFacts {
            id,
            kind,
            status,
            amount,
            currency,
            failure_code,
        } = facts;
        Self {
            id,
            kind: kind.to_string(),
            status: status.to_string(),
            amount,
            currency,
            failure_code,
        }
    }
}

impl TryFrom<OperationJson> for OperationFacts {
    type Error = Corrupt;

    fn try_from(json: OperationJson) -> Result<Self, Corrupt> {
        let OperationJson {
            id,
            kind,
            status,
            amount,
            currency,
            failure_code,
        } = json;
        Ok(Self {
            id,
            kind: parse("events.data", &kind)?,
            status: parse("events.data", &status)?,
            amount,
            currency,
            failure_code,
        })
    }
}

impl TryFrom<Model> for Event {
    type Error = Corrupt;

    fn try_from(row: Model) -> Result<Self, Corrupt> {
        let Model {
            id,
            tenant,
            kind,
            card_id,
            operation_id,
            sequence,
            data,
            created_at_ms,
        } = row;
        Ok(Self {
            id: EventId::from_uuid(id),
            tenant: parse("events.tenant", &tenant)?,
            kind: parse("events.kind", &kind)?,
            card_id: CardId::from_uuid(card_id),
            operation_id: operation_id.map(OperationId::from_uuid),
            sequence,
            data: read_data(&data)?,
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
            card_id: card_id.uuid(),
            operation_id: operation_id.map(|id| id.uuid()),
            sequence,
            data: write_data(data),
            created_at_ms: created_at.as_millis(),
        }
    }
}
