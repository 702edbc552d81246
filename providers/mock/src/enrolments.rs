use async_trait::async_trait;
use cardmux_domain::provider::{
    CallContext, EnrolCustomer, EnrolmentSnapshot, Enrolments, OperationReport, ProviderError,
    UpdateEnrolment,
};

use crate::{Method, MockProvider};

#[async_trait]
impl Enrolments for MockProvider {
    async fn enrol(
        &self,
        _ctx: &CallContext,
        request: &EnrolCustomer,
    ) -> Result<OperationReport, ProviderError> {
        self.call(Method::Enrol, |ledger| ledger.enrol(request))
            .await
    }

    async fn update(
        &self,
        _ctx: &CallContext,
        request: &UpdateEnrolment,
    ) -> Result<OperationReport, ProviderError> {
        self.call(Method::UpdateEnrolment, |ledger| {
            ledger.update_enrolment(request)
        })
        .await
    }

    async fn get(
        &self,
        _ctx: &CallContext,
        enrolment_ref: &str,
    ) -> Result<EnrolmentSnapshot, ProviderError> {
        self.call(Method::GetEnrolment, |ledger| {
            ledger.enrolment(enrolment_ref)
        })
        .await
    }

    /// An enrolment is one step here: there is none to take.
    async fn advance(
        &self,
        ctx: &CallContext,
        enrolment_ref: &str,
    ) -> Result<EnrolmentSnapshot, ProviderError> {
        self.get(ctx, enrolment_ref).await
    }
}
