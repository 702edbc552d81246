//! Keeping the card types of every instance in the store.

use cardmux_domain::card_type::{CardType, CardTypeSpec};
use cardmux_domain::id::{TenantId, fresh};
use cardmux_domain::operation::OperationKind::{Deposit, Withdraw};
use tracing::info;

use super::api_keys::OPERATOR;
use super::{App, AppError};
use crate::clock;
use crate::providers::Instance;
use crate::store::{Change, Unit};

/// Read one instance's card types and store them.
pub async fn sync(app: &App, instance: &Instance) -> Result<usize, AppError> {
    let tenant: TenantId = OPERATOR
        .parse()
        .map_err(|_| AppError::Internal("operator is a name"))?;
    let ctx = app.context(&tenant, format!("catalogue_{}", instance.id));
    let specs = instance
        .card_types(&ctx)
        .await
        .map_err(AppError::provider(&instance.id))?;
    let synced_at = clock::now();
    let types: Vec<CardType> = specs
        .into_iter()
        .map(|spec| CardType {
            // Kept only for a type that is new; the store knows the others' ids.
            id: fresh(),
            instance: instance.id.clone(),
            spec: with_ledger(instance, spec),
            listed: true,
            synced_at,
        })
        .collect();
    let count = types.len();
    let change = Change::PutCardTypes {
        instance: instance.id.clone(),
        types,
    };
    app.store.commit(Unit::new().with(change)).await?;
    info!(instance = %instance.id, count, "card types synchronised");
    Ok(count)
}

/// What the gateway can do to cards of it beside their provider.
fn with_ledger(instance: &Instance, mut spec: CardTypeSpec) -> CardTypeSpec {
    if instance.leaves_money_of(spec.model) {
        spec.capabilities.extend([Deposit, Withdraw]);
    }
    spec
}
