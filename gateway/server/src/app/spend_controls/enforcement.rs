//! Who sees to a control: the gateway, where a provider asks it before it charges.

use cardmux_domain::budget::Budget;
use cardmux_domain::card::{Card, CardModel};
use cardmux_domain::controls::Enforcer;
use cardmux_domain::id::{InstanceId, TenantId};
use cardmux_domain::operation::OperationKind;
use cardmux_domain::spend_control::Scope;

use crate::app::{App, AppError, Tenant};
use crate::providers::Instance;
use crate::store;

#[derive(Debug, Clone)]
pub struct Enforcement {
    pub instance: InstanceId,
    pub by: Enforcer,
    pub reason: String,
}

/// What a scope leads to.
pub enum Covered {
    Card(Box<Card>),
    Customer,
    Budget(Box<Budget>),
    Tenant,
}

/// What a scope leads to within the tenant; `None` where it does not exist.
pub async fn covered(
    app: &App,
    tenant: &TenantId,
    scope: Scope,
) -> Result<Option<Covered>, AppError> {
    let store = &app.store;
    Ok(match scope {
        Scope::Card(id) => {
            let card = store::cards::get(store, tenant, id).await?;
            card.map(|card| Covered::Card(Box::new(card)))
        }
        Scope::Customer(id) => {
            let customer = store::customers::get(store, tenant, id).await?;
            let customer = customer.filter(|customer| customer.erased_at.is_none());
            customer.map(|_| Covered::Customer)
        }
        Scope::Budget(id) => {
            let budget = store::budgets::get(store, tenant, id).await?;
            budget.map(|budget| Covered::Budget(Box::new(budget)))
        }
        Scope::Tenant => Some(Covered::Tenant),
    })
}

/// Who sees to a control that covers it, at each instance it concerns: the card's own, the budget's
/// own, else all that the tenant has, since the next card may be of any of them.
pub fn of(app: &App, tenant: &Tenant, covered: &Covered) -> Vec<Enforcement> {
    let at = |id: &InstanceId| {
        let instance = app.registry.get(id);
        of_instance(id, instance, asks)
    };
    let all = || tenant.instances.iter();
    match covered {
        Covered::Card(card) => {
            let instance = app.registry.get(&card.instance);
            let asked = |instance: &Instance| {
                let drawn_on = card.model == CardModel::BudgetCard;
                asks(instance) && (drawn_on || instance.leaves_money_of(card.model))
            };
            vec![of_instance(&card.instance, instance, asked)]
        }
        // Cards of other providers cannot draw on the ledger.
        Covered::Budget(budget) if budget.is_ledger() => {
            let asking = all().filter(|id| app.registry.get(id).is_some_and(asks));
            asking.map(at).collect()
        }
        Covered::Budget(budget) => vec![at(&budget.instance)],
        Covered::Customer | Covered::Tenant => all().map(at).collect(),
    }
}

fn asks(instance: &Instance) -> bool {
    instance.provider.authorizations().is_some()
}

fn of_instance(
    id: &InstanceId,
    instance: Option<&Instance>,
    enforced: impl FnOnce(&Instance) -> bool,
) -> Enforcement {
    let (by, reason) = match instance {
        None => (Enforcer::None, format!("`{id}` is not configured any more")),
        Some(instance) if enforced(instance) => (
            Enforcer::Gateway,
            format!(
                "`{id}` asks the gateway before it charges a card whose money the gateway keeps"
            ),
        ),
        Some(instance) => (Enforcer::None, unasked(instance)),
    };
    Enforcement {
        instance: id.clone(),
        by,
        reason,
    }
}

/// Why nothing is enforced, and what there is instead.
fn unasked(instance: &Instance) -> String {
    let id = &instance.id;
    let why = match asks(instance) {
        true => format!("`{id}` asks the gateway only about cards whose money the gateway keeps"),
        false => format!("`{id}` asks nobody before it charges"),
    };
    match instance.supports(OperationKind::UpdateControls) {
        true => format!("{why}; set the card's own controls with POST /v1/cards/{{id}}/controls"),
        false => format!("{why}, and has no controls of its own"),
    }
}

/// A control that nobody would see to is not made.
pub fn check(enforcement: &[Enforcement]) -> Result<(), AppError> {
    if enforcement.iter().any(|at| at.by == Enforcer::Gateway) {
        return Ok(());
    }
    let reasons: Vec<&str> = enforcement.iter().map(|at| at.reason.as_str()).collect();
    let detail = match reasons.is_empty() {
        true => "no provider of this tenant asks the gateway before it charges".to_owned(),
        false => reasons.join("; "),
    };
    Err(AppError::State {
        code: "control_not_enforceable",
        detail,
        enrolment: None,
    })
}
