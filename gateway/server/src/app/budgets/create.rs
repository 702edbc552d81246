use std::collections::BTreeMap;

use cardmux_domain::budget::{Budget, BudgetStatus};
use cardmux_domain::id::{InstanceId, OperationId, fresh};
use cardmux_domain::money::Currency;
use cardmux_domain::operation::OperationKind;

use super::{ledger, unsupported};
use crate::app::attempt::attempt;
use crate::app::cards::rules;
use crate::app::idempotency::Request;
use crate::app::{App, AppError, FieldProblem, Tenant, new_operation};
use crate::clock;
use crate::operations::{Answer, Arguments, Intent, Subject};
use crate::providers::Instance;

#[derive(Debug, Clone)]
pub struct BudgetRequest {
    /// The tenant's only instance with budgets where absent.
    pub instance: Option<InstanceId>,
    pub name: String,
    pub currency: Currency,
    pub external_id: Option<String>,
    pub metadata: BTreeMap<String, String>,
}

/// Make a budget at a provider.
pub async fn create(
    app: &App,
    tenant: &Tenant,
    wanted: BudgetRequest,
    request: Request,
) -> Result<Answer, AppError> {
    if in_ledger(app, tenant, &wanted)? {
        return ledger::create(app, tenant, &wanted, &request).await;
    }
    let intend = || async { intend(app, tenant, &wanted, &request) };
    attempt(app, &tenant.id, &request, "budget", intend).await
}

fn intend(
    app: &App,
    tenant: &Tenant,
    wanted: &BudgetRequest,
    request: &Request,
) -> Result<Intent, AppError> {
    let instance = checked(app, tenant, wanted)?.id.clone();
    let now = clock::now();
    let operation_id: OperationId = fresh();
    let BudgetRequest {
        instance: _,
        name,
        currency,
        external_id,
        metadata,
    } = wanted.clone();
    let subject = Subject::from(Budget {
        id: fresh(),
        tenant: tenant.id.clone(),
        instance,
        name,
        status: BudgetStatus::Pending,
        provider_ref: None,
        currency,
        balance: None,
        external_id,
        metadata,
        pending_operation: Some(operation_id),
        refresh_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    });
    let operation = new_operation(operation_id, &subject, OperationKind::CreateBudget, now);
    Ok(Intent {
        alternatives: Vec::new(),
        also: Vec::new(),
        key: request.claim(app, &tenant.id, operation_id),
        subject,
        subject_is_new: true,
        operation,
        arguments: Arguments::default(),
        wait: request.wait,
        request_id: request.id.clone(),
    })
}

/// Whether the budget is one of the gateway's own ledger, and may be.
fn in_ledger(app: &App, tenant: &Tenant, wanted: &BudgetRequest) -> Result<bool, AppError> {
    let any = |has: fn(&Instance) -> bool| {
        let all = tenant.instances.iter();
        all.filter_map(|id| app.registry.get(id)).any(has)
    };
    let asked_for = any(|i| i.provider.authorizations().is_some());
    let chosen = match &wanted.instance {
        Some(id) => *id == InstanceId::ledger(),
        None => asked_for && !any(|i| i.provider.budgets().is_some()),
    };
    if !chosen {
        return Ok(false);
    }
    let mut problems = text_problems(wanted);
    if !asked_for {
        let detail = "no provider of this tenant leaves balance and decision to the gateway";
        problems.push(FieldProblem::body("/instance", "unsupported", detail));
    }
    match problems.is_empty() {
        true => Ok(true),
        false => Err(AppError::Invalid(problems)),
    }
}

fn text_problems(wanted: &BudgetRequest) -> Vec<FieldProblem> {
    let mut problems: Vec<FieldProblem> = rules::name("/name", &wanted.name).into_iter().collect();
    let texts = rules::texts(None, wanted.external_id.as_deref(), &wanted.metadata);
    problems.extend(texts);
    problems
}

fn checked<'a>(
    app: &'a App,
    tenant: &Tenant,
    wanted: &BudgetRequest,
) -> Result<&'a Instance, AppError> {
    let mut problems = text_problems(wanted);
    let instance = source(app, tenant, wanted.instance.as_ref(), &mut problems);
    match instance {
        Some(instance) if problems.is_empty() => match instance.provider.budgets() {
            Some(_) => Ok(instance),
            None => Err(unsupported(&instance.id)),
        },
        _ => Err(AppError::Invalid(problems)),
    }
}

/// The named instance, or the only one with budgets.
fn source<'a>(
    app: &'a App,
    tenant: &Tenant,
    wanted: Option<&InstanceId>,
    problems: &mut Vec<FieldProblem>,
) -> Option<&'a Instance> {
    let mut wrong = |code, detail: String| {
        problems.push(FieldProblem::body("/instance", code, detail));
    };
    if let Some(id) = wanted {
        let known = app
            .registry
            .get(id)
            .filter(|_| tenant.instances.contains(id));
        if known.is_none() {
            wrong("unknown", format!("`{id}` is no instance of this tenant"));
        }
        return known;
    }
    let all = tenant
        .instances
        .iter()
        .filter_map(|id| app.registry.get(id));
    let with_budgets: Vec<&Instance> = all.filter(|i| i.provider.budgets().is_some()).collect();
    match with_budgets.as_slice() {
        [only] => Some(only),
        [] => {
            wrong(
                "unsupported",
                "no provider of this tenant has budgets".to_owned(),
            );
            None
        }
        several => {
            let ids: Vec<&str> = several.iter().map(|i| i.id.as_str()).collect();
            wrong("required", format!("one of {}", ids.join(", ")));
            None
        }
    }
}
