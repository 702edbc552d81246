use async_trait::async_trait;
use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{
    CallContext, CardChange, CardSnapshot, Cards, ErrorKind, IssueCard, OperationReport, Page,
    PageRequest, ProviderError,
};
use cardmux_domain::secret::ExposeSecret;
use cardmux_provider_kit::json;
use serde::Serialize;

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
        let IssueCard {
            reference,
            card_type_ref,
            initial_balance,
            enrolment_ref,
            budget_ref,
            card_number,
            // The holder is the enrolment's; FinCard has no label.
            cardholder: _,
            label: _,
        } = issue;
        // `amount` is a required field (F-doc), also where there is no initial deposit.
        let amount = initial_balance.map_or(Decimal::ZERO, |money| money.amount);
        let request = OpenCardRequest {
            merchant_order_no: reference.as_str(),
            card_type_id: json::integer_or_text(card_type_ref),
            amount: json::number(amount),
            holder_id: enrolment_ref.as_deref().map(json::integer_or_text),
            card_number: card_number.as_ref().map(ExposeSecret::expose_secret),
            account_id: budget_ref.as_deref().map(json::integer_or_text),
        };
        let order = self.client.call(Endpoint::OpenCard, &request).await?;
        answered(order, OperationKind::Issue, reference)
    }

    async fn get(&self, _: &CallContext, card_ref: &str) -> Result<CardSnapshot, ProviderError> {
        self.card(card_ref).await
    }

    async fn list(
        &self,
        _: &CallContext,
        page: &PageRequest,
    ) -> Result<Page<CardSnapshot>, ProviderError> {
        let page_num = page_number(page.cursor.as_deref())?;
        let page_size = page.limit.clamp(1, MAX_PAGE);
        let request = request::PageRequest {
            page_num,
            page_size,
        };
        let answer: envelope::Page<CardInfo> =
            self.client.call(Endpoint::CardList, &request).await?;
        let more = answer.has_more(page_num, page_size);
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

/// Our cursors are page numbers.
pub(crate) fn page_number(cursor: Option<&str>) -> Result<u32, ProviderError> {
    cursor.map_or(Ok(1), |cursor| {
        cursor.parse().map_err(|_| {
            ProviderError::not_sent(ErrorKind::Refused, "the cursor is not a page number")
        })
    })
}

impl FinCard {
    /// Card info with everything it can say.
    pub(crate) async fn card(&self, card_ref: &str) -> Result<CardSnapshot, ProviderError> {
        let request = CardInfoRequest {
            card: CardKey::new(self.spelling, card_ref),
            only_simple_info: false,
        };
        let info: CardInfo = self.client.call(Endpoint::CardInfo, &request).await?;
        map::snapshot(info)
    }

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
        self.changed(endpoint, kind, reference, card_ref, &request)
            .await
    }

    /// Make a change that an order answers.
    pub(crate) async fn changed<Q: Serialize + Sync>(
        &self,
        endpoint: Endpoint,
        kind: OperationKind,
        reference: &Reference,
        card_ref: &str,
        request: &Q,
    ) -> Result<OperationReport, ProviderError> {
        let order = self.client.call(endpoint, request).await?;
        let mut report = answered(order, kind, reference)?;
        report
            .subject_ref
            .get_or_insert_with(|| card_ref.to_owned());
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
