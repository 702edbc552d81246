use cardmux_domain::card::CardFunds;
use cardmux_domain::id::{
    BudgetId, CardId, DisputeId, EnrolmentId, InstanceId, OperationId, TenantId,
};
use cardmux_domain::operation::{
    Attention, Failure, Operation, OperationKind, OperationStatus, Reference, SubjectId,
};
use cardmux_domain::time::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::convert::{Corrupt, from_json, millis, money, money_columns, parse, timestamp, to_json};
use super::entity::operation::{Column, Entity, Model};
use super::{Store, StoreError, controls, newest, only, to_domain};

/// Which operations of a tenant; fields that are `None` let everything pass.
#[derive(Debug, Clone, Default)]
pub struct OperationFilter {
    pub card_id: Option<CardId>,
    pub budget_id: Option<BudgetId>,
    pub enrolment_id: Option<EnrolmentId>,
    pub dispute_id: Option<DisputeId>,
    pub kind: Option<OperationKind>,
    pub status: Option<OperationStatus>,
    pub needs_attention: Option<bool>,
}

pub async fn get(
    store: &Store,
    tenant: &TenantId,
    id: OperationId,
) -> Result<Option<Operation>, StoreError> {
    only(
        Entity::find_by_id(id.uuid()).filter(Column::Tenant.eq(tenant.as_str())),
        store,
    )
    .await
}

/// Newest first; the page after `after`.
pub async fn list(
    store: &Store,
    tenant: &TenantId,
    filter: &OperationFilter,
    after: Option<OperationId>,
    limit: u64,
) -> Result<Vec<Operation>, StoreError> {
    page(store, Some(tenant), filter, after, limit).await
}

/// Of one tenant or of all, for the operator; as [`list`].
pub async fn list_for_operator(
    store: &Store,
    tenant: Option<&TenantId>,
    filter: &OperationFilter,
    after: Option<OperationId>,
    limit: u64,
) -> Result<Vec<Operation>, StoreError> {
    page(store, tenant, filter, after, limit).await
}

async fn page(
    store: &Store,
    tenant: Option<&TenantId>,
    filter: &OperationFilter,
    after: Option<OperationId>,
    limit: u64,
) -> Result<Vec<Operation>, StoreError> {
    let OperationFilter {
        card_id,
        budget_id,
        enrolment_id,
        dispute_id,
        kind,
        status,
        needs_attention,
    } = filter;
    let conditions = [
        tenant.map(|tenant| Column::Tenant.eq(tenant.as_str())),
        card_id.map(|id| Column::CardId.eq(id.uuid())),
        budget_id.map(|id| Column::BudgetId.eq(id.uuid())),
        enrolment_id.map(|id| Column::EnrolmentId.eq(id.uuid())),
        dispute_id.map(|id| Column::DisputeId.eq(id.uuid())),
        kind.map(|k| Column::Kind.eq(k.to_string())),
        status.map(|s| Column::Status.eq(s.to_string())),
        needs_attention.map(|needed| match needed {
            true => Column::Attention.is_not_null(),
            false => Column::Attention.is_null(),
        }),
        after.map(|id| Column::Id.lt(id.uuid())),
    ];
    newest::<Entity, _>(store, Column::Id, conditions, limit).await
}

/// Of any tenant: a provider's webhook names our reference, not the tenant.
pub async fn find_by_reference(
    store: &Store,
    instance: &InstanceId,
    reference: &Reference,
) -> Result<Option<Operation>, StoreError> {
    only(
        Entity::find()
            .filter(Column::Instance.eq(instance.as_str()))
            .filter(Column::Reference.eq(reference.as_str())),
        store,
    )
    .await
}

/// Operations of all tenants that the worker is to take up; see [`super::claim`].
pub async fn claim_due(
    store: &Store,
    now: Timestamp,
    lease_until: Timestamp,
    limit: u64,
) -> Result<Vec<Operation>, StoreError> {
    let due = (Column::Id, Column::DueAtMs);
    to_domain(super::claim::claim::<Entity>(store, due, now, lease_until, limit).await?)
}

/// The JSON of `operations.failure`.
#[derive(Serialize, Deserialize)]
struct FailureJson {
    code: String,
    message: String,
    outcome: String,
    provider_code: Option<String>,
    provider_message: Option<String>,
}

impl From<Failure> for FailureJson {
    fn from(failure: Failure) -> Self {
        let Failure {
            code,
            message,
            outcome,
            provider_code,
            provider_message,
        } = failure;
        Self {
            code,
            message,
            outcome: outcome.to_string(),
            provider_code,
            provider_message,
        }
    }
}

fn read_failure(text: &str) -> Result<Failure, Corrupt> {
    let FailureJson {
        code,
        message,
        outcome,
        provider_code,
        provider_message,
    } = from_json("operations.failure", text)?;
    Ok(Failure {
        code,
        message,
        outcome: parse("operations.failure", &outcome)?,
        provider_code,
        provider_message,
    })
}

/// The JSON of `operations.attention`.
#[derive(Serialize, Deserialize)]
struct AttentionJson {
    reason: String,
    evidence: Vec<String>,
}

fn write_attention(attention: Attention) -> String {
    let Attention { reason, evidence } = attention;
    to_json(&AttentionJson { reason, evidence })
}

fn read_attention(text: &str) -> Result<Attention, Corrupt> {
    let AttentionJson { reason, evidence } = from_json("operations.attention", text)?;
    Ok(Attention { reason, evidence })
}

/// The JSON of `operations.funds_before`: millionths and currency.
#[derive(Serialize, Deserialize)]
struct FundsJson {
    balance: Option<(i64, String)>,
    deposited: Option<(i64, String)>,
    withdrawn: Option<(i64, String)>,
}

fn write_funds(funds: CardFunds) -> Result<String, StoreError> {
    let CardFunds {
        balance,
        deposited,
        withdrawn,
    } = funds;
    let write = |money| {
        let (micros, currency) = money_columns(money)?;
        Ok::<_, StoreError>(micros.zip(currency))
    };
    Ok(to_json(&FundsJson {
        balance: write(balance)?,
        deposited: write(deposited)?,
        withdrawn: write(withdrawn)?,
    }))
}

fn read_funds(text: &str) -> Result<CardFunds, Corrupt> {
    const COLUMN: &str = "operations.funds_before";
    let FundsJson {
        balance,
        deposited,
        withdrawn,
    } = from_json(COLUMN, text)?;
    let read = |stored: Option<(i64, String)>| {
        let (micros, currency) = stored.unzip();
        money(COLUMN, micros, currency)
    };
    Ok(CardFunds {
        balance: read(balance)?,
        deposited: read(deposited)?,
        withdrawn: read(withdrawn)?,
    })
}

fn count(column: &'static str, stored: i64) -> Result<i32, Corrupt> {
    i32::try_from(stored).map_err(|_| Corrupt(column))
}

/// The one thing the operation is on.
fn subject(
    card: Option<Uuid>,
    enrolment: Option<Uuid>,
    budget: Option<Uuid>,
    dispute: Option<Uuid>,
) -> Result<SubjectId, Corrupt> {
    let ids = [
        card.map(|id| SubjectId::Card(CardId::from_uuid(id))),
        enrolment.map(|id| SubjectId::Enrolment(EnrolmentId::from_uuid(id))),
        budget.map(|id| SubjectId::Budget(BudgetId::from_uuid(id))),
        dispute.map(|id| SubjectId::Dispute(DisputeId::from_uuid(id))),
    ];
    let mut ids = ids.into_iter().flatten();
    match (ids.next(), ids.next()) {
        (Some(id), None) => Ok(id),
        (_, _) => Err(Corrupt("operations.card_id")),
    }
}

impl TryFrom<Model> for Operation {
    type Error = Corrupt;

    fn try_from(row: Model) -> Result<Self, Corrupt> {
        let Model {
            id,
            tenant,
            kind,
            status,
            card_id,
            enrolment_id,
            budget_id,
            dispute_id,
            instance,
            reference,
            provider_ref,
            provider_status,
            subject_ref,
            amount_micros,
            amount_currency,
            fee_micros,
            fee_currency,
            received_micros,
            received_currency,
            note,
            controls,
            funds_before,
            holds_secret,
            failure,
            attention,
            occurred_at_ms,
            sends,
            lookups,
            sent_at_ms,
            due_at_ms,
            version,
            created_at_ms,
            updated_at_ms,
        } = row;
        Ok(Self {
            id: OperationId::from_uuid(id),
            tenant: parse("operations.tenant", &tenant)?,
            kind: parse("operations.kind", &kind)?,
            status: parse("operations.status", &status)?,
            subject: subject(card_id, enrolment_id, budget_id, dispute_id)?,
            instance: parse("operations.instance", &instance)?,
            reference: Reference::from_text(reference),
            provider_ref,
            provider_status,
            subject_ref,
            amount: money("operations.amount", amount_micros, amount_currency)?,
            fee: money("operations.fee", fee_micros, fee_currency)?,
            received: money("operations.received", received_micros, received_currency)?,
            note,
            controls: controls
                .map(|text| controls::read("operations.controls", Some(&text)))
                .transpose()?,
            before: funds_before.as_deref().map(read_funds).transpose()?,
            holds_secret: holds_secret == Some(1),
            failure: failure.as_deref().map(read_failure).transpose()?,
            attention: attention.as_deref().map(read_attention).transpose()?,
            occurred_at: timestamp(occurred_at_ms),
            sends: count("operations.sends", sends)?,
            lookups: count("operations.lookups", lookups)?,
            sent_at: timestamp(sent_at_ms),
            due_at: timestamp(due_at_ms),
            version,
            created_at: Timestamp::from_millis(created_at_ms),
            updated_at: Timestamp::from_millis(updated_at_ms),
        })
    }
}

impl TryFrom<Operation> for Model {
    type Error = StoreError;

    fn try_from(operation: Operation) -> Result<Self, StoreError> {
        let Operation {
            id,
            tenant,
            kind,
            status,
            subject,
            instance,
            reference,
            provider_ref,
            provider_status,
            subject_ref,
            amount,
            fee,
            received,
            note,
            controls,
            before,
            holds_secret,
            failure,
            attention,
            occurred_at,
            sends,
            lookups,
            sent_at,
            due_at,
            version,
            created_at,
            updated_at,
        } = operation;
        let (amount_micros, amount_currency) = money_columns(amount)?;
        let (fee_micros, fee_currency) = money_columns(fee)?;
        let (received_micros, received_currency) = money_columns(received)?;
        Ok(Self {
            id: id.uuid(),
            tenant: tenant.to_string(),
            kind: kind.to_string(),
            status: status.to_string(),
            card_id: subject.card().map(|id| id.uuid()),
            enrolment_id: subject.enrolment().map(|id| id.uuid()),
            budget_id: subject.budget().map(|id| id.uuid()),
            dispute_id: subject.dispute().map(|id| id.uuid()),
            instance: instance.to_string(),
            reference: reference.to_string(),
            provider_ref,
            provider_status,
            subject_ref,
            amount_micros,
            amount_currency,
            fee_micros,
            fee_currency,
            received_micros,
            received_currency,
            note,
            controls: controls.as_ref().and_then(controls::write),
            funds_before: before.map(write_funds).transpose()?,
            holds_secret: holds_secret.then_some(1),
            failure: failure.map(|f| to_json(&FailureJson::from(f))),
            attention: attention.map(write_attention),
            occurred_at_ms: millis(occurred_at),
            sends: sends.into(),
            lookups: lookups.into(),
            sent_at_ms: millis(sent_at),
            due_at_ms: millis(due_at),
            version,
            created_at_ms: created_at.as_millis(),
            updated_at_ms: updated_at.as_millis(),
        })
    }
}
