use cardmux_domain::id::{ApiKeyId, SpendControlId};
use cardmux_domain::spend_control::{Rules, SpendControl, Stage};

use super::{EnforcedControl, audited, enforced, stored};
use crate::app::cards::rules;
use crate::app::{App, AppError, FieldProblem, Tenant};
use crate::clock;
use crate::store::{self, Change, Conflict, Unit, WriteError};

/// What is to be changed; a field left out stays. The rules have no problems.
#[derive(Debug, Clone, Default)]
pub struct SpendControlPatch {
    pub name: Option<Option<String>>,
    pub stage: Option<Stage>,
    pub rules: Option<Rules>,
}

/// How often it is tried again after somebody else's change.
const MAX_RACES: usize = 5;

/// Change a control. A draft that becomes live takes the place of what it replaces in one step: there
/// is no decision under both or neither of them.
pub async fn update(
    app: &App,
    tenant: &Tenant,
    id: SpendControlId,
    patch: SpendControlPatch,
    expected: Option<i64>,
    by: (ApiKeyId, &str),
) -> Result<EnforcedControl, AppError> {
    for _ in 0..MAX_RACES {
        let control = stored(app, tenant, id).await?;
        if expected.is_some_and(|version| version != control.version) {
            return Err(AppError::PreconditionFailed);
        }
        let published = (control.stage, patch.stage) == (Stage::Draft, Some(Stage::Live));
        let replaced = control.replaces.filter(|_| published);
        let next = patched(control, &patch)?;
        let mut unit = Unit::new()
            .with(Change::UpdateSpendControl(next.clone()))
            .with(audited("spend_control.updated", &tenant.id, id, by));
        if let Some(replaced) = replaced {
            unit = without(app, tenant, replaced, unit, by).await?;
        }
        match app.store.commit(unit).await {
            Ok(()) => return enforced(app, tenant, next).await,
            // Where it is the replaced one, it was changed or is gone: that is seen in the next turn,
            // and so is another version of this one.
            Err(WriteError::Conflict(Conflict::SpendControl(_))) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(AppError::Busy {
        what: "spend control",
        pending: None,
    })
}

async fn without(
    app: &App,
    tenant: &Tenant,
    replaced: SpendControlId,
    unit: Unit,
    by: (ApiKeyId, &str),
) -> Result<Unit, AppError> {
    let replaced = store::spend_controls::get(&app.store, &tenant.id, replaced).await?;
    Ok(match replaced {
        Some(replaced) => unit
            .with(Change::DeleteSpendControl {
                tenant: tenant.id.clone(),
                id: replaced.id,
                version: replaced.version,
            })
            .with(audited(
                "spend_control.deleted",
                &tenant.id,
                replaced.id,
                by,
            )),
        // Deleted meanwhile: the draft is one more.
        None => unit,
    })
}

fn patched(control: SpendControl, patch: &SpendControlPatch) -> Result<SpendControl, AppError> {
    let SpendControlPatch {
        name,
        stage,
        rules: new_rules,
    } = patch.clone();
    let stage = stage.unwrap_or(control.stage);
    let mut problems: Vec<FieldProblem> = Vec::new();
    let new_name = name.as_ref().and_then(Option::as_deref);
    problems.extend(new_name.and_then(|name| rules::name("/name", name)));
    if (control.stage, stage) == (Stage::Live, Stage::Draft) {
        let detail = "a live control does not become a draft: make a draft that replaces it";
        problems.push(FieldProblem::body("/stage", "not_taken", detail));
    }
    if !problems.is_empty() {
        return Err(AppError::Invalid(problems));
    }
    Ok(SpendControl {
        name: name.unwrap_or(control.name),
        stage,
        rules: new_rules.unwrap_or(control.rules),
        replaces: control.replaces.filter(|_| stage == Stage::Draft),
        version: control.version + 1,
        updated_at: clock::now(),
        ..control
    })
}
