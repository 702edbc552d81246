use async_trait::async_trait;
use cardmux_domain::provider::{
    CallContext, CancelDispute, DisputeSnapshot, Disputes, OpenDispute, OperationReport,
    ProviderError,
};

use crate::{Method, MockProvider};

#[async_trait]
impl Disputes for MockProvider {
    async fn open(
        &self,
        _ctx: &CallContext,
        request: &OpenDispute,
    ) -> Result<OperationReport, ProviderError> {
        self.call(Method::OpenDispute, |ledger| ledger.open_dispute(request))
            .await
    }

    async fn get(
        &self,
        _ctx: &CallContext,
        dispute_ref: &str,
    ) -> Result<DisputeSnapshot, ProviderError> {
        self.call(Method::GetDispute, |ledger| ledger.dispute(dispute_ref))
            .await
    }

    async fn cancel(
        &self,
        _ctx: &CallContext,
        request: &CancelDispute,
    ) -> Result<OperationReport, ProviderError> {
        self.call(Method::CancelDispute, |ledger| {
            ledger.cancel_dispute(request)
        })
        .await
    }
}
