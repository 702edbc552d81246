use async_trait::async_trait;
use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{
    CallContext, CardChange, CardSnapshot, Cards, ErrorKind, IssueCard, OperationReport, Page,
    PageRequest, ProviderError,
};
use cardmux_provider_kit::json;

use crate::FinCard;
use crate::map;
use crate::wire::card::CardInfo;
use crate::wire::envelope;
use crate::wire::order::Order;
use crate::wire::path::Endpoint;
use crate::wire::request::{self, CardInfoRequest, CardKey, OpenCardRequest, OperationRequest};

/// The largest page of the card list (F-doc).
const MAX_PAGE: u32 = 100;

#[async_trait]
impl Cards for FinCard {
    async fn issue(
        &self,
        _: &CallContext,
        issue: &IssueCard,
    ) -> Result<OperationReport, ProviderError> {
        // `amount` is a required field (F-doc), also where there is no initial deposit.
        let amount = issue
            .initial_balance
            .map_or(Decimal::ZERO, |money| money.amount);
        let request = OpenCardRequest {
            merchant_order_no: issue.reference.as_str(),
            card_type_id: json::integer_or_text(&issue.card_type_ref),
            amount: json::number(amount),
        };
        let order = self.client.call(Endpoint::OpenCard, &request).await?;
        answered(order, OperationKind::Issue, &issue.reference)
    }

    async fn get(&self, _: &CallContext, card_ref: &str) -> Result<CardSnapshot, ProviderError> {
        let card = CardKey::new(self.spelling, card_ref);
        let request = CardInfoRequest {
            card,
            only_simple_info: false,
        };
        let info: CardInfo = self.client.call(Endpoint::CardInfo, &request).await?;
        map::snapshot(info)
    }

    async fn list(
        &self,
        _: &CallContext,
        page: &PageRequest,
    ) -> Result<Page<CardSnapshot>, ProviderError> {
        let page_num = match &page.cursor {
            None => 1,
            Some(cursor) => cursor.parse().map_err(|_| {
                ProviderError::not_sent(ErrorKind::Refused, "the cursor is not a page number")
            })?,
        };
        let page_size = page.limit.clamp(1, MAX_PAGE);
        let request = request::PageRequest {
            page_num,
            page_size,
        };
        let answer: envelope::Page<CardInfo> =
            self.client.call(Endpoint::CardList, &request).await?;
        let seen = i64::from(page_num).saturating_mul(i64::from(page_size));
        let more = !answer.records.is_empty() && answer.total.is_some_and(|total| total > seen);
        Ok(Page {
            items: answer
                .records
                .into_iter()
                .map(map::snapshot)
                .collect::<Result<_, _>>()?,
            next: more.then(|| page_num.saturating_add(1).to_string()),
        })
    }

    async fn freeze(
        &self,
        _: &CallContext,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError> {
        self.change(Endpoint::Freeze, OperationKind::Freeze, change)
            .await
    }

    async fn unfreeze(
        &self,
        _: &CallContext,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError> {
        self.change(Endpoint::Unfreeze, OperationKind::Unfreeze, change)
            .await
    }

    async fn cancel(
        &self,
        _: &CallContext,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError> {
        self.change(Endpoint::Cancel, OperationKind::Cancel, change)
            .await
    }
}

impl FinCard {
    async fn change(
        &self,
        endpoint: Endpoint,
        kind: OperationKind,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError> {
        let CardChange {
            reference,
            card_ref,
            note,
        } = change;
        self.operate(endpoint, kind, reference, card_ref, None, note.as_deref())
            .await
    }

    /// The request and answer that all changes of a card have in common (dossier section 7.5).
    pub(crate) async fn operate(
        &self,
        endpoint: Endpoint,
        kind: OperationKind,
        reference: &Reference,
        card_ref: &str,
        amount: Option<Money>,
        note: Option<&str>,
    ) -> Result<OperationReport, ProviderError> {
        let amount = amount.map(|money| money.amount);
        let request = OperationRequest::new(self.spelling, card_ref, reference, amount, note);
        let order = self.client.call(endpoint, &request).await?;
        let mut report = answered(order, kind, reference)?;
        report.card_ref.get_or_insert_with(|| card_ref.to_owned());
        Ok(report)
    }
}

/// What the answer of our own call leaves out is known from the request; what it contradicts makes
/// it unreadable.
fn answered(
    order: Order,
    kind: OperationKind,
    reference: &Reference,
) -> Result<OperationReport, ProviderError> {
    let mut report = map::report(order)?;
    if report
        .reference
        .as_ref()
        .is_some_and(|echoed| echoed != reference)
    {
        return Err(map::malformed("the answer to another reference"));
    }
    report.reference = Some(reference.clone());
    report.kind = Some(kind);
    Ok(report)
}
