use cardmux_domain::id::{CardId, InstanceId, TenantId, TransactionId};
use cardmux_domain::money::Money;
use cardmux_domain::operation::Reference;
use cardmux_domain::provider::TransactionReport;
use cardmux_domain::time::Timestamp;
use cardmux_domain::transaction::{
    ChargedTo, Merchant, Transaction, TransactionKind, TransactionStatus,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::convert::{Corrupt, from_json, parse, to_json};
use super::entity::transaction::{Column, Entity, Model};
use super::{Store, StoreError, newest, only, to_domain};

/// Which transactions of a tenant; fields that are `None` let everything pass.
#[derive(Debug, Clone, Default)]
pub struct TransactionFilter {
    pub card_id: Option<CardId>,
    pub kind: Option<TransactionKind>,
    pub status: Option<TransactionStatus>,
    pub charged_to: Option<ChargedTo>,
    /// When it happened, both ends included.
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
}

pub async fn get(
    store: &Store,
    tenant: &TenantId,
    id: TransactionId,
) -> Result<Option<Transaction>, StoreError> {
    only(
        Entity::find_by_id(id.uuid()).filter(Column::Tenant.eq(tenant.as_str())),
        store,
    )
    .await
}

/// Newest first by arrival; the page after `after`.
pub async fn list(
    store: &Store,
    tenant: &TenantId,
    filter: &TransactionFilter,
    after: Option<TransactionId>,
    limit: u64,
) -> Result<Vec<Transaction>, StoreError> {
    let TransactionFilter {
        card_id,
        kind,
        status,
        charged_to,
        from,
        to,
    } = filter;
    let conditions = [
        Some(Column::Tenant.eq(tenant.as_str())),
        card_id.map(|id| Column::CardId.eq(id.uuid())),
        kind.map(|k| Column::Kind.eq(k.to_string())),
        status.map(|s| Column::Status.eq(s.to_string())),
        charged_to.map(|c| Column::ChargedTo.eq(c.to_string())),
        from.map(|t| Column::OccurredAtMs.gte(t.as_millis())),
        to.map(|t| Column::OccurredAtMs.lte(t.as_millis())),
        after.map(|id| Column::Id.lt(id.uuid())),
    ];
    newest::<Entity, _>(store, Column::Id, conditions, limit).await
}

/// Of any tenant: a provider's report names its own id, not the tenant.
pub async fn find_by_provider_ref(
    store: &Store,
    instance: &InstanceId,
    provider_ref: &str,
) -> Result<Option<Transaction>, StoreError> {
    only(
        Entity::find()
            .filter(Column::Instance.eq(instance.as_str()))
            .filter(Column::ProviderRef.eq(provider_ref)),
        store,
    )
    .await
}

/// What these transactions refer to, and what refers to them, within the tenant; at most `limit`.
pub async fn linked(
    store: &Store,
    tenant: &TenantId,
    provider_refs: &[String],
    original_refs: &[String],
    limit: u64,
) -> Result<Vec<Transaction>, StoreError> {
    let link = Condition::any()
        .add(Column::OriginalRef.is_in(provider_refs.iter().cloned()))
        .add(Column::ProviderRef.is_in(original_refs.iter().cloned()));
    let rows = Entity::find()
        .filter(Column::Tenant.eq(tenant.as_str()))
        .filter(link)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(&store.read)
        .await?;
    to_domain(rows)
}

/// The JSON of `transactions.details`. An amount is its text and its currency.
#[derive(Serialize, Deserialize)]
struct Details {
    reference: Option<String>,
    #[serde(default)]
    authorization_ref: Option<String>,
    card_ref: Option<String>,
    provider_kind: String,
    provider_status: String,
    amount: Option<(String, String)>,
    billing_amount: Option<(String, String)>,
    fee: Option<(String, String)>,
    cross_border_fee: Option<(String, String)>,
    settled_amount: Option<(String, String)>,
    settled_on: Option<String>,
    authorization_code: Option<String>,
    merchant: Option<Merchant>,
    description: Option<String>,
}

fn write_money(money: Option<Money>) -> Option<(String, String)> {
    money.map(|m| (m.amount.to_string(), m.currency.to_string()))
}

fn read_money(stored: Option<(String, String)>) -> Result<Option<Money>, Corrupt> {
    const COLUMN: &str = "transactions.details";
    stored
        .map(|(amount, currency)| {
            Ok(Money::new(
                parse(COLUMN, &amount)?,
                parse(COLUMN, &currency)?,
            ))
        })
        .transpose()
}

impl TryFrom<Model> for Transaction {
    type Error = Corrupt;

    fn try_from(row: Model) -> Result<Self, Corrupt> {
        let Model {
            id,
            tenant,
            card_id,
            instance,
            provider_ref,
            original_ref,
            kind,
            status,
            charged_to,
            occurred_at_ms,
            details,
            version,
            created_at_ms,
            updated_at_ms,
        } = row;
        let Details {
            reference,
            authorization_ref,
            card_ref,
            provider_kind,
            provider_status,
            amount,
            billing_amount,
            fee,
            cross_border_fee,
            settled_amount,
            settled_on,
            authorization_code,
            merchant,
            description,
        } = from_json("transactions.details", &details)?;
        Ok(Self {
            id: TransactionId::from_uuid(id),
            tenant: parse("transactions.tenant", &tenant)?,
            card_id: CardId::from_uuid(card_id),
            instance: parse("transactions.instance", &instance)?,
            report: TransactionReport {
                provider_ref,
                reference: reference.map(Reference::from_text),
                authorization_ref,
                card_ref,
                original_ref,
                kind: parse("transactions.kind", &kind)?,
                provider_kind,
                status: parse("transactions.status", &status)?,
                provider_status,
                amount: read_money(amount)?,
                billing_amount: read_money(billing_amount)?,
                fee: read_money(fee)?,
                cross_border_fee: read_money(cross_border_fee)?,
                settled_amount: read_money(settled_amount)?,
                settled_on,
                charged_to: parse("transactions.charged_to", &charged_to)?,
                authorization_code,
                merchant,
                description,
                occurred_at: Timestamp::from_millis(occurred_at_ms),
            },
            version,
            created_at: Timestamp::from_millis(created_at_ms),
            updated_at: Timestamp::from_millis(updated_at_ms),
        })
    }
}

impl From<Transaction> for Model {
    fn from(transaction: Transaction) -> Self {
        let Transaction {
            id,
            tenant,
            card_id,
            instance,
            report,
            version,
            created_at,
            updated_at,
        } = transaction;
        let TransactionReport {
            provider_ref,
            reference,
            authorization_ref,
            card_ref,
            original_ref,
            kind,
            provider_kind,
            status,
            provider_status,
            amount,
            billing_amount,
            fee,
            cross_border_fee,
            settled_amount,
            settled_on,
            charged_to,
            authorization_code,
            merchant,
            description,
            occurred_at,
        } = report;
        let details = Details {
            reference: reference.map(|r| r.to_string()),
            authorization_ref,
            card_ref,
            provider_kind,
            provider_status,
            amount: write_money(amount),
            billing_amount: write_money(billing_amount),
            fee: write_money(fee),
            cross_border_fee: write_money(cross_border_fee),
            settled_amount: write_money(settled_amount),
            settled_on,
            authorization_code,
            merchant,
            description,
        };
        Self {
            id: id.uuid(),
            tenant: tenant.to_string(),
            card_id: card_id.uuid(),
            instance: instance.to_string(),
            provider_ref,
            original_ref,
            kind: kind.to_string(),
            status: status.to_string(),
            charged_to: charged_to.to_string(),
            occurred_at_ms: occurred_at.as_millis(),
            details: to_json(&details),
            version,
            created_at_ms: created_at.as_millis(),
            updated_at_ms: updated_at.as_millis(),
        }
    }
}
