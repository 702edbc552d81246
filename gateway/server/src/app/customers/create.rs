use std::collections::BTreeMap;

use cardmux_domain::customer::{Customer, CustomerKind, Profile};
use cardmux_domain::id::{CustomerId, TenantId, fresh};

use super::{document_problems, get, profile_problems, sealed};
use crate::app::cards::rules;
use crate::app::idempotency::{self, Request};
use crate::app::{App, AppError};
use crate::clock;
use crate::store::{Change, Conflict, StoredAnswer, Unit, WriteError};

#[derive(Debug, Clone)]
pub struct CustomerRequest {
    pub kind: CustomerKind,
    pub external_id: Option<String>,
    pub metadata: BTreeMap<String, String>,
    pub profile: Profile,
}

/// The customer, and whether an earlier request with the same idempotency key made it.
pub async fn create(
    app: &App,
    tenant: &TenantId,
    wanted: CustomerRequest,
    request: Request,
) -> Result<(Customer, bool), AppError> {
    let id = fresh();
    let mut problems = profile_problems(&wanted.profile);
    let texts = rules::texts(None, wanted.external_id.as_deref(), &wanted.metadata);
    problems.extend(texts);
    problems.extend(document_problems(app, tenant, id, &wanted.profile).await?);
    if !problems.is_empty() {
        return Err(AppError::Invalid(problems));
    }
    let now = clock::now();
    let CustomerRequest {
        kind,
        external_id,
        metadata,
        profile,
    } = wanted;
    let customer = Customer {
        id,
        tenant: tenant.clone(),
        kind,
        external_id,
        metadata,
        profile,
        erased_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let mut unit = Unit::new().with(Change::InsertCustomer(sealed(app, &customer)?));
    if let Some(mut claim) = request.claim(app, tenant, fresh()) {
        // Only the id is kept as the answer: personal data is stored in one place, encrypted.
        claim.answer = Some(StoredAnswer {
            status: 201,
            body: id.to_string(),
        });
        unit.push(Change::ClaimKey(claim));
    }
    match app.store.commit(unit).await {
        Ok(()) => Ok((customer, false)),
        Err(WriteError::Conflict(Conflict::Key)) => {
            let id = idempotency::made_before(app, tenant, &request).await?;
            let id: Option<CustomerId> = id.and_then(|id| id.parse().ok());
            let earlier = get(app, tenant, id.ok_or(AppError::KeyInUse)?).await?;
            Ok((earlier, true))
        }
        Err(error) => Err(error.into()),
    }
}
