use cardmux_domain::id::{ApiKeyId, SpendControlId, fresh};
use cardmux_domain::spend_control::{Rules, Scope, SpendControl, Stage};

use super::{EnforcedControl, audited, enforcement, get};
use crate::app::cards::rules;
use crate::app::idempotency::{self, Request};
use crate::app::{App, AppError, FieldProblem, Tenant};
use crate::clock;
use crate::store::spend_controls::{SpendControlFilter, SpendMark};
use crate::store::{self, Change, Conflict, StoredAnswer, Unit, WriteError};

/// A control to make; its rules have no problems.
#[derive(Debug, Clone)]
pub struct SpendControlRequest {
    pub scope: Scope,
    pub name: Option<String>,
    pub stage: Stage,
    pub replaces: Option<SpendControlId>,
    pub rules: Rules,
}

/// On one card, customer, budget or tenant. Every decision reads all that cover its card, and has
/// about a second for everything.
const CONTROLS_MAX: usize = 50;

/// The control, and whether an earlier request with the same idempotency key made it.
pub async fn create(
    app: &App,
    tenant: &Tenant,
    wanted: SpendControlRequest,
    actor: ApiKeyId,
    request: Request,
) -> Result<(EnforcedControl, bool), AppError> {
    let enforcement = match checked(app, tenant, &wanted).await {
        Ok(enforcement) => enforcement,
        // What the first request was on may be gone by now.
        Err(error) => return earlier(app, tenant, &request, error).await,
    };
    let now = clock::now();
    let SpendControlRequest {
        scope,
        name,
        stage,
        replaces,
        rules,
    } = wanted;
    let control = SpendControl {
        id: fresh(),
        tenant: tenant.id.clone(),
        scope,
        name,
        stage,
        rules,
        replaces,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let mut unit = Unit::new()
        .with(Change::InsertSpendControl(control.clone()))
        .with(audited(
            "spend_control.created",
            &tenant.id,
            control.id,
            (actor, &request.id),
        ));
    if let Some(mark) = SpendMark::of(&control) {
        unit.push(Change::InsertSpendMark(mark));
    }
    if let Some(mut claim) = request.claim(app, &tenant.id, fresh()) {
        claim.answer = Some(StoredAnswer {
            status: 201,
            body: control.id.to_string(),
        });
        unit.push(Change::ClaimKey(claim));
    }
    match app.store.commit(unit).await {
        Ok(()) => {
            let made = EnforcedControl {
                control,
                enforcement,
            };
            Ok((made, false))
        }
        Err(WriteError::Conflict(Conflict::Key)) => {
            earlier(app, tenant, &request, AppError::KeyInUse).await
        }
        Err(error) => Err(error.into()),
    }
}

/// What this request made when it came before; else the error.
async fn earlier(
    app: &App,
    tenant: &Tenant,
    request: &Request,
    error: AppError,
) -> Result<(EnforcedControl, bool), AppError> {
    let made = idempotency::made_before(app, &tenant.id, request).await?;
    let made: Option<SpendControlId> = made.and_then(|id| id.parse().ok());
    let made = get(app, tenant, made.ok_or(error)?).await?;
    Ok((made, true))
}

async fn checked(
    app: &App,
    tenant: &Tenant,
    wanted: &SpendControlRequest,
) -> Result<Vec<enforcement::Enforcement>, AppError> {
    let mut problems: Vec<FieldProblem> = Vec::new();
    let name = wanted.name.as_deref();
    problems.extend(name.and_then(|name| rules::name("/name", name)));
    let covered = enforcement::covered(app, &tenant.id, wanted.scope).await?;
    if covered.is_none() {
        problems.push(unknown("/scope", wanted.scope));
    }
    problems.extend(replaces_problem(app, tenant, wanted).await?);
    problems.extend(too_many(app, tenant, wanted.scope).await?);
    match covered {
        Some(covered) if problems.is_empty() => {
            let enforcement = enforcement::of(app, tenant, &covered);
            enforcement::check(&enforcement)?;
            Ok(enforcement)
        }
        _ => Err(AppError::Invalid(problems)),
    }
}

/// What the scope names does not exist, or not for this tenant.
pub fn unknown(at: &str, scope: Scope) -> FieldProblem {
    let (field, id) = match scope {
        Scope::Card(id) => ("cardId", id.to_string()),
        Scope::Customer(id) => ("customerId", id.to_string()),
        Scope::Budget(id) => ("budgetId", id.to_string()),
        Scope::Tenant => ("tenant", String::new()),
    };
    let detail = format!("`{id}` does not exist");
    FieldProblem::body(format!("{at}/{field}"), "unknown", detail)
}

async fn replaces_problem(
    app: &App,
    tenant: &Tenant,
    wanted: &SpendControlRequest,
) -> Result<Option<FieldProblem>, AppError> {
    let Some(id) = wanted.replaces else {
        return Ok(None);
    };
    let problem = |code, detail: String| Some(FieldProblem::body("/replaces", code, detail));
    if wanted.stage != Stage::Draft {
        let detail = "only a draft replaces another one, when it is published".to_owned();
        return Ok(problem("not_taken", detail));
    }
    let replaced = store::spend_controls::get(&app.store, &tenant.id, id).await?;
    Ok(match replaced {
        None => problem("unknown", format!("spend control `{id}` does not exist")),
        Some(replaced) if replaced.stage != Stage::Live => {
            problem("not_taken", format!("`{id}` is not live"))
        }
        // Else cards that the draft does not cover would lose it.
        Some(replaced) if replaced.scope != wanted.scope => {
            problem("not_taken", format!("`{id}` has another scope"))
        }
        Some(_) => None,
    })
}

async fn too_many(
    app: &App,
    tenant: &Tenant,
    scope: Scope,
) -> Result<Option<FieldProblem>, AppError> {
    let filter = SpendControlFilter {
        scope: Some(scope),
        stage: None,
    };
    let most = u64::try_from(CONTROLS_MAX).unwrap_or(u64::MAX);
    let there = store::spend_controls::list(&app.store, &tenant.id, &filter, None, most).await?;
    Ok((there.len() >= CONTROLS_MAX).then(|| {
        let detail = format!("at most {CONTROLS_MAX} controls on one; delete some, or join them");
        FieldProblem::body("/scope", "too_many", detail)
    }))
}
