use std::collections::BTreeMap;

use cardmux_domain::customer::{Customer, Profile};
use cardmux_domain::id::{ApiKeyId, CustomerId, TenantId, fresh};

use super::{get, sealed};
use crate::app::{App, AppError};
use crate::clock;
use crate::store::audit::AuditRecord;
use crate::store::enrolments::EnrolmentFilter;
use crate::store::{self, Change, Unit};

/// More card types than a customer is enrolled for.
const ENROLMENTS_MAX: u64 = 1_000;

/// Erase the personal data of a customer: profile, external id and metadata. The record itself
/// stays, because cards refer to it; so do their transactions, which name no person. What providers
/// hold is not touched: none of them documents a call for that.
pub async fn erase(
    app: &App,
    tenant: &TenantId,
    id: CustomerId,
    actor: ApiKeyId,
    request_id: &str,
) -> Result<(), AppError> {
    let customer = get(app, tenant, id).await?;
    let filter = EnrolmentFilter {
        customer_id: Some(id),
        status: None,
    };
    let enrolments =
        store::enrolments::list(&app.store, tenant, &filter, None, ENROLMENTS_MAX).await?;
    if let Some(busy) = enrolments.iter().find(|e| e.pending_operation.is_some()) {
        return Err(AppError::State {
            code: "customer_in_use",
            detail: "an enrolment of this customer is on its way to a provider; wait for it".into(),
            enrolment: Some(Box::new(busy.clone())),
        });
    }
    let now = clock::now();
    let erased = Customer {
        external_id: None,
        metadata: BTreeMap::new(),
        profile: Profile::default(),
        erased_at: Some(now),
        version: customer.version + 1,
        updated_at: now,
        ..customer
    };
    let record = AuditRecord {
        id: fresh(),
        tenant: tenant.clone(),
        action: "customer.erased".to_owned(),
        subject: id.to_string(),
        actor: actor.to_string(),
        request_id: request_id.to_owned(),
        created_at: now,
    };
    let unit = Unit::new()
        .with(Change::UpdateCustomer(sealed(app, &erased)?))
        .with(Change::InsertAudit(record));
    Ok(app.store.commit(unit).await?)
}
