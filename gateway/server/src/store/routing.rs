//! What routing goes by and leaves behind: the cards lately issued, and the JSON of `cards.routing`,
//! to which fields are only ever added.

use std::collections::BTreeMap;

use cardmux_domain::card::Card;
use cardmux_domain::id::{CardId, InstanceId, TenantId};

use cardmux_domain::money::{Money, parse_amount};
use cardmux_domain::operation::{OperationKind, OperationStatus};
use cardmux_domain::routing::{Candidate, Exclusion, FailedAttempt, RoutedRequest, Routing, Wish};
use cardmux_domain::time::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::convert::{Corrupt, from_json, parse, summed, sums, to_json};
use super::entity::{card, operation};
use super::{Store, StoreError, to_domain};
use crate::routing::Evidence;

const COLUMN: &str = "cards.routing";

/// The smallest id that may have been made at that moment.
fn first_id(at: Timestamp) -> Uuid {
    let millis = u64::try_from(at.as_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid()
}

/// What became of the cards whose issue began at `since` or later, by instance. Those under way say
/// nothing yet.
pub async fn issued_since(
    store: &Store,
    tenant: &TenantId,
    since: Timestamp,
) -> Result<BTreeMap<InstanceId, Evidence>, StoreError> {
    use operation::{Column, Entity};
    let took = Expr::col(Column::UpdatedAtMs).sub(Expr::col(Column::CreatedAtMs));
    let [fees, fees_rest] = sums(Expr::col(Column::FeeMicros));
    let ended = [OperationStatus::Succeeded, OperationStatus::Failed];
    type Row = (
        String,
        String,
        i64,
        Option<i64>,
        i64,
        Option<i64>,
        Option<i64>,
        Option<String>,
        Option<String>,
    );
    let rows: Vec<Row> = Entity::find()
        .select_only()
        .column(Column::Instance)
        .column(Column::Status)
        .column_as(Column::Id.count(), "cards")
        .column_as(took.sum().cast_as("bigint"), "took")
        .column_as(Column::FeeMicros.count(), "charged")
        .column_as(fees, "fees")
        .column_as(fees_rest, "fees_rest")
        .column_as(Column::FeeCurrency.min(), "currency")
        .column_as(Column::FeeCurrency.max(), "other")
        .filter(Column::Tenant.eq(tenant.as_str()))
        .filter(Column::Id.gte(first_id(since)))
        .filter(Column::Kind.eq(OperationKind::Issue.to_string()))
        .filter(Column::Status.is_in(ended.map(|status| status.to_string())))
        .group_by(Column::Instance)
        .group_by(Column::Status)
        .into_tuple()
        .all(&store.read)
        .await?;
    let mut found: BTreeMap<InstanceId, Evidence> = BTreeMap::new();
    for (instance, status, cards, took, charged, fees, fees_rest, currency, other) in rows {
        let evidence = found
            .entry(parse("operations.instance", &instance)?)
            .or_default();
        let cards = u64::try_from(cards).unwrap_or(0);
        if status != OperationStatus::Succeeded.to_string() {
            evidence.failed = cards;
            continue;
        }
        evidence.issued = cards;
        let took = took.and_then(|took| u64::try_from(took).ok());
        evidence.mean_ms = took.and_then(|took| took.checked_div(cards));
        let in_one = currency.filter(|currency| Some(currency) == other.as_ref());
        if let (Some(currency), Some(fees), Some(rest)) = (in_one, fees, fees_rest) {
            let mean = summed(fees, rest).checked_div(charged.into());
            let currency = parse("operations.fee_currency", &currency)?;
            evidence.mean_fee = mean.map(|mean| Money::new(mean, currency));
        }
    }
    Ok(found)
}

/// Cards the tenant asked for at `since` or later, oldest first; the page after `after`.
pub async fn cards_since(
    store: &Store,
    tenant: &TenantId,
    since: Timestamp,
    after: Option<CardId>,
    limit: u64,
) -> Result<Vec<Card>, StoreError> {
    use card::{Column, Entity};
    let begin = match after {
        Some(after) => Column::Id.gt(after.uuid()),
        None => Column::Id.gte(first_id(since)),
    };
    let rows = Entity::find()
        .filter(Column::Tenant.eq(tenant.as_str()))
        .filter(begin)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(&store.read)
        .await?;
    to_domain(rows)
}

#[derive(Serialize, Deserialize)]
struct RoutingJson {
    rule: String,
    wish: WishJson,
    /// Amount and currency.
    amount: Option<(String, String)>,
    has_cardholder: bool,
    has_card_number: bool,
    enrol: bool,
    /// Instance, card type, role, share.
    candidates: Vec<(String, String, String, Option<u32>)>,
    /// Instance, card type, reason, detail.
    excluded: Vec<(String, Option<String>, String, String)>,
    failed: Vec<FailedJson>,
}

/// A wish as it is kept, with a card and with an item of a batch.
#[derive(Serialize, Deserialize)]
pub struct WishJson {
    model: Option<String>,
    form: Option<String>,
    currency: Option<String>,
    country: Option<String>,
    brand: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct FailedJson {
    instance: String,
    type_id: String,
    operation_id: String,
    code: String,
    outcome: String,
}

pub(super) fn write(routing: &Routing) -> String {
    let Routing {
        rule,
        request,
        candidates,
        excluded,
        failed,
    } = routing;
    let RoutedRequest {
        wish,
        amount,
        has_cardholder,
        has_card_number,
        enrol,
    } = request;
    let candidates = candidates.iter().map(|candidate| {
        let Candidate {
            instance,
            type_id,
            role,
            share,
        } = candidate;
        let (instance, type_id) = (instance.to_string(), type_id.to_string());
        (instance, type_id, role.to_string(), *share)
    });
    let excluded = excluded.iter().map(|exclusion| {
        let Exclusion {
            instance,
            type_id,
            reason,
            detail,
        } = exclusion;
        let type_id = type_id.map(|id| id.to_string());
        (
            instance.to_string(),
            type_id,
            reason.to_string(),
            detail.clone(),
        )
    });
    to_json(&RoutingJson {
        rule: rule.clone(),
        wish: WishJson::of(wish),
        amount: amount.map(|m| (m.amount_text(), m.currency.to_string())),
        has_cardholder: *has_cardholder,
        has_card_number: *has_card_number,
        enrol: *enrol,
        candidates: candidates.collect(),
        excluded: excluded.collect(),
        failed: failed.iter().map(write_failed).collect(),
    })
}

impl WishJson {
    pub fn of(wish: &Wish) -> Self {
        let Wish {
            model,
            form,
            currency,
            country,
            brand,
        } = wish;
        Self {
            model: model.map(|m| m.to_string()),
            form: form.map(|f| f.to_string()),
            currency: currency.map(|c| c.to_string()),
            country: country.clone(),
            brand: brand.clone(),
        }
    }

    /// `None` where a word in it is not known.
    pub fn read(self) -> Option<Wish> {
        let Self {
            model,
            form,
            currency,
            country,
            brand,
        } = self;
        Some(Wish {
            model: model.map(|m| m.parse()).transpose().ok()?,
            form: form.map(|f| f.parse()).transpose().ok()?,
            currency: currency.map(|c| c.parse()).transpose().ok()?,
            country,
            brand,
        })
    }
}

fn write_failed(attempt: &FailedAttempt) -> FailedJson {
    let FailedAttempt {
        instance,
        type_id,
        operation_id,
        code,
        outcome,
    } = attempt;
    FailedJson {
        instance: instance.to_string(),
        type_id: type_id.to_string(),
        operation_id: operation_id.to_string(),
        code: code.clone(),
        outcome: outcome.to_string(),
    }
}

pub(super) fn read(text: Option<&str>) -> Result<Option<Routing>, Corrupt> {
    let Some(text) = text else {
        return Ok(None);
    };
    let RoutingJson {
        rule,
        wish,
        amount,
        has_cardholder,
        has_card_number,
        enrol,
        candidates,
        excluded,
        failed,
    } = from_json(COLUMN, text)?;
    let amount = match amount {
        Some((amount, currency)) => {
            let amount = parse_amount(&amount).map_err(|_| Corrupt(COLUMN))?;
            Some(Money::new(amount, parse(COLUMN, &currency)?))
        }
        None => None,
    };
    let candidates = candidates
        .into_iter()
        .map(|(instance, type_id, role, share)| {
            Ok(Candidate {
                instance: parse(COLUMN, &instance)?,
                type_id: parse(COLUMN, &type_id)?,
                role: parse(COLUMN, &role)?,
                share,
            })
        });
    let excluded = excluded
        .into_iter()
        .map(|(instance, type_id, reason, detail)| {
            Ok(Exclusion {
                instance: parse(COLUMN, &instance)?,
                type_id: optional(type_id)?,
                reason: parse(COLUMN, &reason)?,
                detail,
            })
        });
    Ok(Some(Routing {
        rule,
        request: RoutedRequest {
            wish: wish.read().ok_or(Corrupt(COLUMN))?,
            amount,
            has_cardholder,
            has_card_number,
            enrol,
        },
        candidates: candidates.collect::<Result<_, _>>()?,
        excluded: excluded.collect::<Result<_, _>>()?,
        failed: failed
            .into_iter()
            .map(read_failed)
            .collect::<Result<_, _>>()?,
    }))
}

fn optional<T: std::str::FromStr>(text: Option<String>) -> Result<Option<T>, Corrupt> {
    text.map(|text| parse(COLUMN, &text)).transpose()
}

fn read_failed(attempt: FailedJson) -> Result<FailedAttempt, Corrupt> {
    let FailedJson {
        instance,
        type_id,
        operation_id,
        code,
        outcome,
    } = attempt;
    Ok(FailedAttempt {
        instance: parse(COLUMN, &instance)?,
        type_id: parse(COLUMN, &type_id)?,
        operation_id: parse(COLUMN, &operation_id)?,
        code,
        outcome: parse(COLUMN, &outcome)?,
    })
}
