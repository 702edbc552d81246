use async_trait::async_trait;
use cardmux_domain::provider::{CallContext, OperationQuery, Operations, ProviderError, Trace};

use crate::{Method, MockProvider};

#[async_trait]
impl Operations for MockProvider {
    async fn find(
        &self,
        _ctx: &CallContext,
        query: &OperationQuery,
    ) -> Result<Trace, ProviderError> {
        let found = self
            .call(Method::Find, |ledger| Ok(ledger.find(&query.reference)))
            .await?;
        Ok(found
            .filter(|report| report.kind == Some(query.kind))
            .into())
    }
}
