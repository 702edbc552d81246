use async_trait::async_trait;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    CallContext, CardChange, CardSnapshot, Cards, ErrorKind, IssueCard, OperationReport, Page,
    PageRequest, ProviderError,
};

use crate::ledger::Change;
use crate::{Method, MockProvider};

/// Items of one page at most, as real providers bound theirs.
const PAGE_MAX: u32 = 100;

#[async_trait]
impl Cards for MockProvider {
    async fn issue(
        &self,
        _ctx: &CallContext,
        request: &IssueCard,
    ) -> Result<OperationReport, ProviderError> {
        let IssueCard {
            reference,
            card_type_ref,
            initial_balance,
        } = request;
        self.call(Method::Issue, |ledger| {
            ledger.issue(reference, card_type_ref, *initial_balance)
        })
        .await
    }

    async fn get(&self, _ctx: &CallContext, card_ref: &str) -> Result<CardSnapshot, ProviderError> {
        self.call(Method::Get, |ledger| Ok(ledger.card(card_ref)?.snapshot()))
            .await
    }

    async fn list(
        &self,
        _ctx: &CallContext,
        page: &PageRequest,
    ) -> Result<Page<CardSnapshot>, ProviderError> {
        let from = match &page.cursor {
            None => 0,
            Some(cursor) => cursor.parse().map_err(|_| {
                ProviderError::not_sent(ErrorKind::Refused, "the cursor is not one of this list")
            })?,
        };
        let limit = usize::try_from(page.limit.clamp(1, PAGE_MAX)).unwrap_or(1);
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
        let change = of(change, OperationKind::Freeze);
        self.call(Method::Freeze, |ledger| ledger.change(&change))
            .await
    }

    async fn unfreeze(
        &self,
        _ctx: &CallContext,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError> {
        let change = of(change, OperationKind::Unfreeze);
        self.call(Method::Unfreeze, |ledger| ledger.change(&change))
            .await
    }

    async fn cancel(
        &self,
        _ctx: &CallContext,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError> {
        let change = of(change, OperationKind::Cancel);
        self.call(Method::Cancel, |ledger| ledger.change(&change))
            .await
    }
}

fn of(change: &CardChange, kind: OperationKind) -> Change<'_> {
    Change {
        reference: &change.reference,
        card_ref: &change.card_ref,
        kind,
        amount: None,
    }
}
