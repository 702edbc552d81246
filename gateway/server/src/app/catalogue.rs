//! Keeping the card types of every instance in the store.

use std::time::Instant;

use cardmux_domain::card_type::CardType;
use cardmux_domain::id::{TenantId, fresh};
use cardmux_domain::provider::CallContext;
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
    let ctx = CallContext {
        tenant,
        request_id: format!("catalogue_{}", instance.id),
        deadline: Instant::now() + app.engine.policy().call_timeout,
    };
    let specs = instance
        .card_types(&ctx)
        .await
        .map_err(|error| AppError::Provider {
            instance: instance.id.clone(),
            error: Box::new(error),
        })?;
    let synced_at = clock::now();
    let types: Vec<CardType> = specs
        .into_iter()
        .map(|spec| CardType {
            // Kept only for a type that is new; the store knows the others' ids.
            id: fresh(),
            instance: instance.id.clone(),
            spec,
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
