//! The account's payments, of which those of cards are reported.

use async_trait::async_trait;
use cardmux_domain::money::Money;
use cardmux_domain::provider::{
    CallContext, OperationQuery, Page, ProviderError, TransactionQuery, TransactionReport,
    Transactions,
};
use cardmux_domain::time::Timestamp;

use crate::Finup;
use crate::map;
use crate::pages::Position;
use crate::settings::PaymentFilters;
use crate::wire::envelope::OneOrMany;
use crate::wire::path::Endpoint;
use crate::wire::payment::{Payment, PaymentsFilters, PaymentsRequest};

#[async_trait]
impl Transactions for Finup {
    /// By the time of creation: there is no filter by change. A record that cannot be read is left
    /// out with a warning: the others of its page are worth more than its error.
    async fn list(
        &self,
        _: &CallContext,
        query: &TransactionQuery,
    ) -> Result<Page<TransactionReport>, ProviderError> {
        let position = Position::read(query.cursor.as_deref())?;
        let size = query.limit.clamp(1, self.choices.paging.size);
        let span = (query.from, Some(query.to));
        let payments = self.payments(&position, size, span, None).await?;
        let first_id = payments.first().and_then(|payment| payment.id.as_deref());
        let paging = &self.choices.paging;
        let next = paging.next(&position, first_id, payments.len(), size)?;
        let items = payments.into_iter().filter_map(|payment| {
            map::transaction::report(payment, &self.choices)
                .inspect_err(|error| tracing::warn!(%error, "transaction left out"))
                .ok()
                .flatten()
        });
        Ok(Page {
            items: items.collect(),
            next: next.map(|next| next.cursor()),
        })
    }
}

impl Finup {
    /// What else moved on a card since an operation was sent, in words: payments of another amount.
    /// One of that very amount is taken for the operation's own record. Whether the filter by source
    /// does this is inferred, and one page is read: it is used only where totals are not.
    pub(crate) async fn other_payments(
        &self,
        query: &OperationQuery,
        card_ref: &str,
        amount: Money,
    ) -> Result<Vec<String>, ProviderError> {
        let since = query.sent_at.unwrap_or(Timestamp::from_millis(0));
        let (start, size) = (Position::default(), self.choices.paging.size);
        let payments = self
            .payments(&start, size, (since, None), Some(card_ref))
            .await?;
        let foreign = |payment: &&Payment| {
            let of_card = payment.source_id.as_deref() == Some(card_ref);
            of_card && payment.amount.map(|a| a.abs()) != Some(amount.amount)
        };
        let words = payments.iter().filter(foreign).map(|payment| {
            let id = payment.id.as_deref().unwrap_or("without id");
            format!("a payment of another amount ({id})")
        });
        Ok(words.collect())
    }

    async fn payments(
        &self,
        position: &Position,
        size: u32,
        (from, to): (Timestamp, Option<Timestamp>),
        source_id: Option<&str>,
    ) -> Result<Vec<Payment>, ProviderError> {
        let mut filters = PaymentsFilters {
            source_id,
            from_created_at: Some(from.to_string()),
            to_created_at: to.map(|to| to.to_string()),
            ..PaymentsFilters::default()
        };
        match self.choices.payment_filters {
            PaymentFilters::Used => {}
            PaymentFilters::All => {
                filters.side = Some([]);
                filters.kind = Some([]);
                filters.status = Some([]);
                filters.search = Some("");
                filters.timezone = Some("UTC");
                filters.source_id.get_or_insert("");
                filters.to_created_at.get_or_insert_default();
            }
        }
        let request = PaymentsRequest {
            filters,
            pagination: self.choices.paging.object(position.index, size),
        };
        let OneOrMany(payments) = self.client.send(Endpoint::Payments, &request).await?;
        Ok(payments)
    }
}
