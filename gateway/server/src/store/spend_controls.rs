use cardmux_domain::id::{BudgetId, CardId, CustomerId, SpendControlId, TenantId};
use cardmux_domain::spend_control::{Scope, SpendControl, Stage};
use cardmux_domain::time::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, JoinType, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::convert::{Corrupt, from_json, parse, to_json};
use super::entity::spend_control::{Column, Entity, Model};
use super::entity::spend_mark;
use super::{Store, StoreError, newest, only};

/// What decisions under one control take a version further, so that two of them cannot both count
/// what was before the other. Controls on a card or budget need none: those decisions meet at the
/// book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpendMark {
    pub id: Uuid,
    pub control: SpendControlId,
    pub version: i64,
}

impl SpendMark {
    /// The first one of a new control, where it needs one.
    pub fn of(control: &SpendControl) -> Option<Self> {
        let across_books = match control.scope {
            Scope::Customer(_) | Scope::Tenant => true,
            Scope::Card(_) | Scope::Budget(_) => false,
        };
        across_books.then(|| Self {
            id: Uuid::now_v7(),
            control: control.id,
            version: 1,
        })
    }
}

/// Which controls of a tenant; fields that are `None` let everything pass.
#[derive(Debug, Clone, Default)]
pub struct SpendControlFilter {
    pub scope: Option<Scope>,
    pub stage: Option<Stage>,
}

pub async fn get(
    store: &Store,
    tenant: &TenantId,
    id: SpendControlId,
) -> Result<Option<SpendControl>, StoreError> {
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
    filter: &SpendControlFilter,
    after: Option<SpendControlId>,
    limit: u64,
) -> Result<Vec<SpendControl>, StoreError> {
    let SpendControlFilter { scope, stage } = filter;
    let conditions = [
        Some(Column::Tenant.eq(tenant.as_str())),
        scope.map(on),
        stage.map(|s| Column::Stage.eq(s.to_string())),
        after.map(|id| Column::Id.lt(id.uuid())),
    ];
    newest::<Entity, _>(store, Column::Id, conditions, limit).await
}

/// The controls, live ones and drafts, that cover a card of this customer and budget, each with its
/// mark if it has one; in the order card, customer, budget, tenant, and in each by id.
pub async fn covering(
    store: &Store,
    tenant: &TenantId,
    card: CardId,
    customer: Option<CustomerId>,
    budget: Option<BudgetId>,
) -> Result<Vec<(SpendControl, Option<SpendMark>)>, StoreError> {
    let scopes = [
        Some(Scope::Card(card)),
        customer.map(Scope::Customer),
        budget.map(Scope::Budget),
        Some(Scope::Tenant),
    ];
    // The tenant in each of them: so each is looked up in the index, and not all of the tenant's.
    let its_own = |scope| Column::Tenant.eq(tenant.as_str()).and(on(scope));
    let scopes = scopes.into_iter().flatten().map(its_own);
    let its_mark = Entity::belongs_to(spend_mark::Entity)
        .from(Column::Id)
        .to(spend_mark::Column::ControlId);
    let rows = Entity::find()
        .join(JoinType::LeftJoin, its_mark.into())
        .select_also(spend_mark::Entity)
        .filter(scopes.fold(Condition::any(), Condition::add))
        .all(&store.read)
        .await?;
    let rows = rows.into_iter().map(|(control, mark)| {
        let control = SpendControl::try_from(control)?;
        Ok::<_, Corrupt>((control, mark.map(SpendMark::from)))
    });
    let mut covering: Vec<_> = rows.collect::<Result<_, _>>()?;
    covering.sort_by_key(|(control, _)| (rank(control.scope), control.id.uuid()));
    Ok(covering)
}

fn rank(scope: Scope) -> u8 {
    match scope {
        Scope::Card(_) => 0,
        Scope::Customer(_) => 1,
        Scope::Budget(_) => 2,
        Scope::Tenant => 3,
    }
}

/// The columns of a scope.
fn columns(scope: Scope) -> (&'static str, Option<Uuid>) {
    match scope {
        Scope::Card(id) => ("card", Some(id.uuid())),
        Scope::Customer(id) => ("customer", Some(id.uuid())),
        Scope::Budget(id) => ("budget", Some(id.uuid())),
        Scope::Tenant => ("tenant", None),
    }
}

fn on(scope: Scope) -> Expr {
    let (kind, id) = columns(scope);
    let id = match id {
        Some(id) => Column::ScopeId.eq(id),
        None => Column::ScopeId.is_null(),
    };
    Column::ScopeKind.eq(kind).and(id)
}

fn scope(kind: &str, id: Option<Uuid>) -> Result<Scope, Corrupt> {
    match (kind, id) {
        ("card", Some(id)) => Ok(Scope::Card(CardId::from_uuid(id))),
        ("customer", Some(id)) => Ok(Scope::Customer(CustomerId::from_uuid(id))),
        ("budget", Some(id)) => Ok(Scope::Budget(BudgetId::from_uuid(id))),
        ("tenant", None) => Ok(Scope::Tenant),
        (_, _) => Err(Corrupt("spend_controls.scope_kind")),
    }
}

impl TryFrom<Model> for SpendControl {
    type Error = Corrupt;

    fn try_from(row: Model) -> Result<Self, Corrupt> {
        let Model {
            id,
            tenant,
            scope_kind,
            scope_id,
            name,
            stage,
            rules,
            replaces,
            version,
            created_at_ms,
            updated_at_ms,
        } = row;
        Ok(Self {
            id: SpendControlId::from_uuid(id),
            tenant: parse("spend_controls.tenant", &tenant)?,
            scope: scope(&scope_kind, scope_id)?,
            name,
            stage: parse("spend_controls.stage", &stage)?,
            rules: from_json("spend_controls.rules", &rules)?,
            replaces: replaces.map(SpendControlId::from_uuid),
            version,
            created_at: Timestamp::from_millis(created_at_ms),
            updated_at: Timestamp::from_millis(updated_at_ms),
        })
    }
}

impl From<SpendControl> for Model {
    fn from(control: SpendControl) -> Self {
        let SpendControl {
            id,
            tenant,
            scope,
            name,
            stage,
            rules,
            replaces,
            version,
            created_at,
            updated_at,
        } = control;
        let (scope_kind, scope_id) = columns(scope);
        Self {
            id: id.uuid(),
            tenant: tenant.to_string(),
            scope_kind: scope_kind.to_owned(),
            scope_id,
            name,
            stage: stage.to_string(),
            rules: to_json(&rules),
            replaces: replaces.map(|id| id.uuid()),
            version,
            created_at_ms: created_at.as_millis(),
            updated_at_ms: updated_at.as_millis(),
        }
    }
}

impl From<spend_mark::Model> for SpendMark {
    fn from(row: spend_mark::Model) -> Self {
        let spend_mark::Model {
            id,
            control_id,
            version,
        } = row;
        Self {
            id,
            control: SpendControlId::from_uuid(control_id),
            version,
        }
    }
}

impl From<SpendMark> for spend_mark::Model {
    fn from(mark: SpendMark) -> Self {
        let SpendMark {
            id,
            control,
            version,
        } = mark;
        Self {
            id,
            control_id: control.uuid(),
            version,
        }
    }
}
