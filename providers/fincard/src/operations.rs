use async_trait::async_trait;
use cardmux_domain::provider::{
    CallContext, OperationQuery, OperationReport, Operations, ProviderError,
};

use crate::FinCard;
use crate::map;
use crate::wire::envelope::Page;
use crate::wire::order::Order;
use crate::wire::path::Endpoint;
use crate::wire::request::OperationsRequest;

/// As production clients ask (W-prod); a number is unique, so one record is expected.
const PAGE_SIZE: u32 = 50;

#[async_trait]
impl Operations for FinCard {
    /// There is no call for a single order: the query is filtered by our number, and the number is
    /// compared again here (W-prod).
    async fn find(
        &self,
        _: &CallContext,
        query: &OperationQuery,
    ) -> Result<Option<OperationReport>, ProviderError> {
        let request = OperationsRequest {
            page_num: 1,
            page_size: PAGE_SIZE,
            merchant_order_no: query.reference.as_str(),
        };
        let page: Page<Order> = self.client.call(Endpoint::Operations, &request).await?;
        chosen(page, query)
    }
}

fn chosen(
    page: Page<Order>,
    query: &OperationQuery,
) -> Result<Option<OperationReport>, ProviderError> {
    let listed = i64::try_from(page.records.len()).unwrap_or(i64::MAX);
    let partial = page.total.is_some_and(|total| total > listed);
    let matching = page.records.into_iter().find(|order| {
        let kind = order.kind.as_deref().or(order.operation_type.as_deref());
        let kind = kind.and_then(map::operation_kind);
        order.merchant_order_no.as_deref() == Some(query.reference.as_str())
            && kind.is_none_or(|kind| kind == query.kind)
    });
    match matching {
        Some(order) => {
            let mut report = map::report(order)?;
            report.kind.get_or_insert(query.kind);
            Ok(Some(report))
        }
        // More records than fit can only mean that the filter was not applied; absence from such a
        // page proves nothing.
        None if partial => Err(map::malformed("a list that ignores the reference")),
        None => Ok(None),
    }
}
