//! What became of an operation: asked where FinCard would show it, by our number wherever it takes
//! one.

mod budgets;

use async_trait::async_trait;
use cardmux_domain::enrolment::EnrolmentStatus;
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{
    CallContext, OperationQuery, OperationReport, Operations, ProviderError, Trace,
};

use crate::FinCard;
use crate::controls::done;
use crate::map;
use crate::wire::account::TransferKind;
use crate::wire::envelope::Page;
use crate::wire::order::Order;
use crate::wire::path::Endpoint;
use crate::wire::request::{self, OperationsRequest};

/// As production clients ask (W-prod); a number is unique, so one record is expected.
const PAGE_SIZE: u32 = 50;

#[async_trait]
impl Operations for FinCard {
    async fn find(&self, _: &CallContext, query: &OperationQuery) -> Result<Trace, ProviderError> {
        Ok(match query.kind {
            OperationKind::Issue
            | OperationKind::Deposit
            | OperationKind::Withdraw
            | OperationKind::Freeze
            | OperationKind::Unfreeze
            | OperationKind::Cancel
            | OperationKind::SetPin
            | OperationKind::UpdateControls => self.order(query).await?.into(),
            OperationKind::Activate => match self.order(query).await? {
                Some(report) => Some(report).into(),
                None => self.activated(query).await?.into(),
            },
            OperationKind::UpdateNote => self.noted(query).await?.into(),
            OperationKind::Enrol => {
                let holder = self.holder_of(&query.reference).await?;
                let report =
                    holder.map(|holder| map::holder::report(holder, query.kind, &query.reference));
                report.transpose()?.into()
            }
            OperationKind::UpdateEnrolment => self.corrected(query).await?.into(),
            OperationKind::CreateBudget => self.created_budget(&query.reference).await?.into(),
            OperationKind::FundBudget => self.transferred(TransferKind::Transfer, query).await?,
            OperationKind::WithdrawBudget => {
                self.transferred(TransferKind::Collection, query).await?
            }
            // The capabilities they belong to are absent.
            OperationKind::OrderPhysical
            | OperationKind::OpenDispute
            | OperationKind::CancelDispute => Trace::Absent,
        })
    }
}

impl FinCard {
    /// There is no call for a single order: the query is filtered by our number, and the number is
    /// compared again here (W-prod).
    async fn order(
        &self,
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

    /// Whether activations are listed with the operations is not documented; the card tells.
    async fn activated(
        &self,
        query: &OperationQuery,
    ) -> Result<Option<OperationReport>, ProviderError> {
        let Some(card_ref) = &query.subject_ref else {
            return Ok(None);
        };
        let card = self.card(card_ref).await?;
        let active = map::is_in_use(&card.provider_status);
        Ok(active.then(|| done(query.kind, &query.reference, card_ref)))
    }

    /// A note has no order; it is there, or it is not.
    async fn noted(
        &self,
        query: &OperationQuery,
    ) -> Result<Option<OperationReport>, ProviderError> {
        let Some(card_ref) = &query.subject_ref else {
            return Ok(None);
        };
        let card = self.card(card_ref).await?;
        let kept = card.note.unwrap_or_default();
        // Blanks around a text are lost on the way through our reader.
        let wanted = request::remark(query.note.as_deref().unwrap_or_default());
        let there = kept == wanted.trim();
        Ok(there.then(|| done(query.kind, &query.reference, card_ref)))
    }

    /// A correction has no number of ours. It is allowed only for a holder the platform refused
    /// (W-int), so a holder in any other state has been handed in again.
    async fn corrected(
        &self,
        query: &OperationQuery,
    ) -> Result<Option<OperationReport>, ProviderError> {
        let Some(holder_id) = &query.subject_ref else {
            return Ok(None);
        };
        let Some(holder) = self.holder(holder_id).await? else {
            return Ok(None);
        };
        let report = map::holder::report(holder, query.kind, &query.reference)?;
        let refused = report
            .enrolment
            .as_ref()
            .is_some_and(|e| e.status == EnrolmentStatus::ActionRequired);
        Ok((!refused).then_some(report))
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
        is_of(order, &query.reference) && kind.is_none_or(|kind| kind == query.kind)
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

fn is_of(order: &Order, reference: &Reference) -> bool {
    order.merchant_order_no.as_deref() == Some(reference.as_str())
}
