//! Making the outside world do something, at an emulator.

use cardmux_domain::id::{CardId, DisputeId, EnrolmentId, InstanceId, TenantId, TransactionId};
use cardmux_domain::provider::Simulation;

use super::{App, AppError, cards, disputes, enrolments, transactions};

/// Where a simulated happening takes place: the instance, and the provider's id of the thing.
pub struct Place {
    instance: InstanceId,
    pub provider_ref: String,
}

/// What the provider does not know yet cannot have anything happen to it.
fn place(
    instance: InstanceId,
    provider_ref: Option<String>,
    id: String,
) -> Result<Place, AppError> {
    let provider_ref = provider_ref.ok_or(AppError::State {
        code: "resource_busy",
        detail: format!("the provider has not named `{id}` yet; wait for its operation to end"),
        enrolment: None,
    })?;
    Ok(Place {
        instance,
        provider_ref,
    })
}

pub async fn card(app: &App, tenant: &TenantId, id: CardId) -> Result<Place, AppError> {
    let card = cards::get(app, tenant, id).await?;
    place(card.instance, card.provider_ref, id.to_string())
}

pub async fn enrolment(app: &App, tenant: &TenantId, id: EnrolmentId) -> Result<Place, AppError> {
    let enrolment = enrolments::get(app, tenant, id).await?;
    place(enrolment.instance, enrolment.provider_ref, id.to_string())
}

pub async fn dispute(app: &App, tenant: &TenantId, id: DisputeId) -> Result<Place, AppError> {
    let dispute = disputes::get(app, tenant, id).await?;
    place(dispute.instance, dispute.provider_ref, id.to_string())
}

pub async fn transaction(
    app: &App,
    tenant: &TenantId,
    id: TransactionId,
) -> Result<Place, AppError> {
    let transaction = transactions::get(app, tenant, id).await?.transaction;
    let provider_ref = Some(transaction.report.provider_ref);
    place(transaction.instance, provider_ref, id.to_string())
}

/// Do it. Where that makes a transaction at the provider, its id there comes back; the transaction
/// itself arrives as every other one does, by webhook or reading.
pub async fn simulate(
    app: &App,
    tenant: &TenantId,
    place: &Place,
    simulation: Simulation,
    request_id: &str,
) -> Result<Option<String>, AppError> {
    let instance = app.registry.get(&place.instance);
    let instance = instance.filter(|i| i.provider.simulator().is_some());
    let Some(instance) = instance else {
        return Err(AppError::State {
            code: "simulation_unavailable",
            detail: format!("`{}` is no emulator", place.instance),
            enrolment: None,
        });
    };
    let ctx = app.context(tenant, request_id);
    let done = instance.simulate(&ctx, &simulation).await;
    done.map_err(AppError::provider(&place.instance))
}
