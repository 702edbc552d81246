use async_trait::async_trait;
use cardmux_domain::provider::{
    CallContext, CardChange, CardSnapshot, Cards, IssueCard, OperationReport, Page, PageRequest,
    ProviderError,
};

use crate::ledger::{Change, Effect};
use crate::page::{place_of, size_of};
use crate::{Method, MockProvider};

#[async_trait]
impl Cards for MockProvider {
    async fn issue(
        &self,
        _ctx: &CallContext,
        request: &IssueCard,
    ) -> Result<OperationReport, ProviderError> {
        self.call(Method::Issue, |ledger| ledger.issue(request))
            .await
    }

    async fn get(&self, _ctx: &CallContext, card_ref: &str) -> Result<CardSnapshot, ProviderError> {
        self.call(Method::Get, |ledger| ledger.snapshot(card_ref))
            .await
    }

    async fn list(
        &self,
        _ctx: &CallContext,
        page: &PageRequest,
    ) -> Result<Page<CardSnapshot>, ProviderError> {
        let from = place_of(page.cursor.as_deref())?;
        let limit = size_of(page.limit);
        self.call(Method::List, |ledger| {
            let (items, next) = ledger.page(from, limit);
            Ok(Page {
                items,
                next: next.map(|place| place.to_string()),
            })
        })
        .await
    }

    async fn freeze(
        &self,
        _ctx: &CallContext,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError> {
        let change = Change::plain(&change.reference, &change.card_ref, Effect::Freeze);
        self.call(Method::Freeze, |ledger| ledger.change(&change))
            .await
    }

    async fn unfreeze(
        &self,
        _ctx: &CallContext,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError> {
        let change = Change::plain(&change.reference, &change.card_ref, Effect::Unfreeze);
        self.call(Method::Unfreeze, |ledger| ledger.change(&change))
            .await
    }

    async fn cancel(
        &self,
        _ctx: &CallContext,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError> {
        let change = Change::plain(&change.reference, &change.card_ref, Effect::Cancel);
        self.call(Method::Cancel, |ledger| ledger.change(&change))
            .await
    }
}
