use cardmux_domain::card::{Balance, Card, CardStatus};
use cardmux_domain::id::{
    BudgetId, CardId, CardTypeId, CustomerId, EnrolmentId, InstanceId, OperationId, TenantId,
};
use cardmux_domain::time::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::convert::{Corrupt, from_json, millis, money, money_columns, parse, timestamp, to_json};
use super::entity::card::{Column, Entity, Model};
use super::{Store, StoreError, controls, newest, only, routing, to_domain};

/// Which cards of a tenant; fields that are `None` let everything pass.
#[derive(Debug, Clone, Default)]
pub struct CardFilter {
    pub status: Option<CardStatus>,
    pub instance: Option<InstanceId>,
    pub type_id: Option<CardTypeId>,
    pub external_id: Option<String>,
    pub label: Option<String>,
    pub customer_id: Option<CustomerId>,
    pub budget_id: Option<BudgetId>,
}

pub async fn get(store: &Store, tenant: &TenantId, id: CardId) -> Result<Option<Card>, StoreError> {
    only(
        Entity::find_by_id(id.uuid()).filter(Column::Tenant.eq(tenant.as_str())),
        store,
    )
    .await
}

/// Newest first; the page after `after`. Cards issued meanwhile come before the first page and move
/// nothing on the others.
pub async fn list(
    store: &Store,
    tenant: &TenantId,
    filter: &CardFilter,
    after: Option<CardId>,
    limit: u64,
) -> Result<Vec<Card>, StoreError> {
    let CardFilter {
        status,
        instance,
        type_id,
        external_id,
        label,
        customer_id,
        budget_id,
    } = filter;
    let conditions = [
        Some(Column::Tenant.eq(tenant.as_str())),
        status.map(|s| Column::Status.eq(s.to_string())),
        instance.as_ref().map(|i| Column::Instance.eq(i.as_str())),
        type_id.map(|t| Column::TypeId.eq(t.uuid())),
        external_id.as_ref().map(|e| Column::ExternalId.eq(e)),
        label.as_ref().map(|l| Column::Label.eq(l)),
        customer_id.map(|c| Column::CustomerId.eq(c.uuid())),
        budget_id.map(|b| Column::BudgetId.eq(b.uuid())),
        after.map(|id| Column::Id.lt(id.uuid())),
    ];
    newest::<Entity, _>(store, Column::Id, conditions, limit).await
}

/// Of any tenant: a provider's webhook names the card, not the tenant.
pub async fn find_by_provider_ref(
    store: &Store,
    instance: &InstanceId,
    provider_ref: &str,
) -> Result<Option<Card>, StoreError> {
    only(
        Entity::find()
            .filter(Column::Instance.eq(instance.as_str()))
            .filter(Column::ProviderRef.eq(provider_ref)),
        store,
    )
    .await
}

/// All cards issued on these enrolments.
pub async fn of_enrolments(
    store: &Store,
    enrolments: &[EnrolmentId],
) -> Result<Vec<Card>, StoreError> {
    let ids = enrolments.iter().map(|id| id.uuid());
    let rows = Entity::find()
        .filter(Column::EnrolmentId.is_in(ids))
        .all(&store.read)
        .await?;
    to_domain(rows)
}

/// Cards of all tenants that are to be read at their provider; see [`super::claim`].
pub async fn claim_refresh(
    store: &Store,
    now: Timestamp,
    lease_until: Timestamp,
    limit: u64,
) -> Result<Vec<Card>, StoreError> {
    let due = (Column::Id, Column::RefreshAtMs);
    to_domain(super::claim::claim::<Entity>(store, due, now, lease_until, limit).await?)
}

impl TryFrom<Model> for Card {
    type Error = Corrupt;

    fn try_from(row: Model) -> Result<Self, Corrupt> {
        let Model {
            id,
            tenant,
            status,
            status_as_of_ms,
            provider_status,
            drift,
            model,
            form,
            type_id,
            instance,
            provider_ref,
            customer_id,
            enrolment_id,
            budget_id,
            brand,
            last4,
            currency,
            balance_micros,
            balance_currency,
            balance_as_of_ms,
            controls,
            note,
            label,
            external_id,
            metadata,
            routing,
            pending_operation,
            refresh_at_ms,
            version,
            created_at_ms,
            updated_at_ms,
        } = row;
        let money = money("cards.balance", balance_micros, balance_currency)?;
        Ok(Self {
            id: CardId::from_uuid(id),
            tenant: parse("cards.tenant", &tenant)?,
            status: parse("cards.status", &status)?,
            status_as_of: Timestamp::from_millis(status_as_of_ms),
            provider_status,
            drift,
            model: parse("cards.model", &model)?,
            form: parse("cards.form", &form)?,
            type_id: CardTypeId::from_uuid(type_id),
            instance: parse("cards.instance", &instance)?,
            provider_ref,
            customer_id: customer_id.map(CustomerId::from_uuid),
            enrolment_id: enrolment_id.map(EnrolmentId::from_uuid),
            budget_id: budget_id.map(BudgetId::from_uuid),
            brand,
            last4,
            currency: parse("cards.currency", &currency)?,
            balance: money
                .zip(timestamp(balance_as_of_ms))
                .map(|(money, as_of)| Balance { money, as_of }),
            controls: controls::read("cards.controls", controls.as_deref())?,
            note,
            label,
            external_id,
            metadata: from_json("cards.metadata", &metadata)?,
            routing: routing::read(routing.as_deref())?.map(Box::new),
            pending_operation: pending_operation.map(OperationId::from_uuid),
            refresh_at: timestamp(refresh_at_ms),
            version,
            created_at: Timestamp::from_millis(created_at_ms),
            updated_at: Timestamp::from_millis(updated_at_ms),
        })
    }
}

impl TryFrom<Card> for Model {
    type Error = StoreError;

    fn try_from(card: Card) -> Result<Self, StoreError> {
        let Card {
            id,
            tenant,
            status,
            status_as_of,
            provider_status,
            drift,
            model,
            form,
            type_id,
            instance,
            provider_ref,
            customer_id,
            enrolment_id,
            budget_id,
            brand,
            last4,
            currency,
            balance,
            controls,
            note,
            label,
            external_id,
            metadata,
            routing,
            pending_operation,
            refresh_at,
            version,
            created_at,
            updated_at,
        } = card;
        let (balance_micros, balance_currency) = money_columns(balance.map(|b| b.money))?;
        Ok(Self {
            id: id.uuid(),
            tenant: tenant.to_string(),
            status: status.to_string(),
            status_as_of_ms: status_as_of.as_millis(),
            provider_status,
            drift,
            model: model.to_string(),
            form: form.to_string(),
            type_id: type_id.uuid(),
            instance: instance.to_string(),
            provider_ref,
            customer_id: customer_id.map(|id| id.uuid()),
            enrolment_id: enrolment_id.map(|id| id.uuid()),
            budget_id: budget_id.map(|id| id.uuid()),
            brand,
            last4,
            currency: currency.to_string(),
            balance_micros,
            balance_currency,
            controls: controls::write(&controls),
            note,
            balance_as_of_ms: millis(balance.map(|b| b.as_of)),
            label,
            external_id,
            metadata: to_json(&metadata),
            routing: routing.as_deref().map(routing::write),
            pending_operation: pending_operation.map(|id| id.uuid()),
            refresh_at_ms: millis(refresh_at),
            version,
            created_at_ms: created_at.as_millis(),
            updated_at_ms: updated_at.as_millis(),
        })
    }
}
