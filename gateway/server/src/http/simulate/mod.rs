//! `/v1/simulate`: what cardholders, merchants and reviewers do, in the playground.

pub mod cards;
pub mod disputes;
pub mod enrolments;
pub mod transactions;

use axum::Json;
use axum::http::StatusCode;
use cardmux_domain::money::Money;
use cardmux_domain::provider::Simulation;

use crate::app::simulate::Place;
use crate::app::{self, App, AppError, Tenant};
use crate::http::dto::{MoneyDto, SimulatedDto};
use crate::http::extract::Meta;
use crate::http::problem::ApiResult;

type Simulated = (StatusCode, Json<SimulatedDto>);

/// `simulation` is what happens to the thing with that provider's id.
async fn run(
    app: &App,
    tenant: &Tenant,
    place: Place,
    simulation: impl FnOnce(String) -> Simulation,
    meta: Meta,
) -> ApiResult<Simulated> {
    let simulation = simulation(place.provider_ref.clone());
    let provider_ref =
        app::simulate::simulate(app, &tenant.id, &place, simulation, &meta.id).await?;
    let done = SimulatedDto { provider_ref };
    Ok((StatusCode::ACCEPTED, Json(done)))
}

fn amount(money: &MoneyDto) -> Result<Money, AppError> {
    money.parse("/amount").map_err(AppError::Invalid)
}

fn optional_amount(money: Option<&MoneyDto>) -> Result<Option<Money>, AppError> {
    money.map(amount).transpose()
}
