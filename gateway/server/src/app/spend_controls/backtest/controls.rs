//! The controls of a back-test.

use cardmux_domain::id::{SpendControlId, TenantId, fresh};
use cardmux_domain::spend_control::{Scope, SpendControl, Stage};

use super::RuleChange;
use crate::app::spend_controls::create::unknown;
use crate::app::spend_controls::enforcement::covered;
use crate::app::{App, AppError, FieldProblem};
use crate::clock;
use crate::store;
use crate::store::spend_controls::SpendControlFilter;

/// The live controls with these changes.
pub async fn with(
    app: &App,
    tenant: &TenantId,
    changes: Vec<RuleChange>,
) -> Result<Vec<SpendControl>, AppError> {
    let mut controls = live(app, tenant).await?;
    let mut problems = Vec::new();
    for (index, change) in changes.into_iter().enumerate() {
        let at = format!("/rules/{index}");
        if let Some(scope) = scope_of(&change)
            && covered(app, tenant, scope).await?.is_none()
        {
            problems.push(unknown(&format!("{at}/scope"), scope));
        }
        if let Err(problem) = apply(&mut controls, tenant, change, &at) {
            problems.push(problem);
        }
    }
    match problems.is_empty() {
        true => Ok(controls),
        false => Err(AppError::Invalid(problems)),
    }
}

/// All live controls of the tenant; drafts decide nothing.
async fn live(app: &App, tenant: &TenantId) -> Result<Vec<SpendControl>, AppError> {
    const PAGE: u64 = 1000;
    let filter = SpendControlFilter {
        scope: None,
        stage: Some(Stage::Live),
    };
    let mut controls: Vec<SpendControl> = Vec::new();
    loop {
        let after = controls.last().map(|control| control.id);
        let page = store::spend_controls::list(&app.store, tenant, &filter, after, PAGE).await?;
        if page.is_empty() {
            return Ok(controls);
        }
        controls.extend(page);
    }
}

fn scope_of(change: &RuleChange) -> Option<Scope> {
    match change {
        RuleChange::Add { scope, rules: _ } => Some(*scope),
        RuleChange::Replace { scope, .. } => *scope,
        RuleChange::Remove(_) => None,
    }
}

fn apply(
    controls: &mut Vec<SpendControl>,
    tenant: &TenantId,
    change: RuleChange,
    at: &str,
) -> Result<(), FieldProblem> {
    let missing = |id: SpendControlId| {
        let detail = format!("`{id}` is no live spend control, or is changed twice");
        FieldProblem::body(format!("{at}/id"), "unknown", detail)
    };
    let now = clock::now();
    match change {
        RuleChange::Add { scope, rules } => controls.push(SpendControl {
            id: fresh(),
            tenant: tenant.clone(),
            scope,
            name: None,
            stage: Stage::Live,
            rules,
            replaces: None,
            version: 0,
            created_at: now,
            updated_at: now,
        }),
        RuleChange::Replace { id, scope, rules } => {
            let found = controls.iter_mut().find(|c| c.id == id && c.version > 0);
            let control = found.ok_or_else(|| missing(id))?;
            control.scope = scope.unwrap_or(control.scope);
            control.rules = rules;
            // No stored version: it is not changed a second time.
            control.version = 0;
        }
        RuleChange::Remove(id) => {
            let place = controls.iter().position(|c| c.id == id && c.version > 0);
            controls.swap_remove(place.ok_or_else(|| missing(id))?);
        }
    }
    Ok(())
}
