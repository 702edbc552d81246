//! The transaction queries, walked through one after the other.

use async_trait::async_trait;
use cardmux_domain::provider::{
    CallContext, ErrorKind, Page, ProviderError, TransactionQuery, TransactionReport, Transactions,
};
use cardmux_provider_kit::json::{self, RawValue};
use serde::de::DeserializeOwned;

use crate::FinCard;
use crate::map;
use crate::wire::envelope;
use crate::wire::order::Order;
use crate::wire::path::Endpoint;
use crate::wire::trade::FeedRequest;

/// The largest page (F-doc).
const MAX_PAGE: u32 = 100;

/// One query. 3-D Secure is not among them: it moves no money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
enum Feed {
    Authorize,
    Fee,
    Operations,
    // The first version wants a `type` (dossier 7.9: only in V2 is it optional). Its `create` is told by
    // the purchase.
    DepositsV1,
    WithdrawalsV1,
    CancellationsV1,
    OverdraftsV1,
    Purchase,
}

impl Feed {
    fn endpoint(self) -> Endpoint {
        match self {
            Self::Authorize => Endpoint::Authorizations,
            Self::Fee => Endpoint::AuthorizationFees,
            Self::Operations => Endpoint::Operations,
            Self::DepositsV1 | Self::WithdrawalsV1 | Self::CancellationsV1 | Self::OverdraftsV1 => {
                Endpoint::OperationsV1
            }
            Self::Purchase => Endpoint::Purchases,
        }
    }

    fn next(self) -> Option<Self> {
        match self {
            Self::Authorize => Some(Self::Fee),
            Self::Fee => Some(Self::Operations),
            Self::Operations => Some(Self::DepositsV1),
            Self::DepositsV1 => Some(Self::WithdrawalsV1),
            Self::WithdrawalsV1 => Some(Self::CancellationsV1),
            Self::CancellationsV1 => Some(Self::OverdraftsV1),
            Self::OverdraftsV1 => Some(Self::Purchase),
            Self::Purchase => None,
        }
    }

    /// The kind of order that is asked for, where one has to be (F-doc).
    fn kind(self) -> Option<&'static str> {
        match self {
            Self::DepositsV1 => Some("deposit"),
            Self::WithdrawalsV1 => Some("withdraw"),
            Self::CancellationsV1 => Some("cancel"),
            Self::OverdraftsV1 => Some("overdraft_statement"),
            Self::Authorize | Self::Fee | Self::Operations | Self::Purchase => None,
        }
    }

    /// A record of this query; `None` where it is about no money.
    fn report(self, record: &RawValue) -> Result<Option<TransactionReport>, ProviderError> {
        match self {
            Self::Authorize => map::transaction::of_authorization(read(record)?).map(Some),
            Self::Fee => map::transaction::of_fee(read(record)?).map(Some),
            Self::Operations
            | Self::DepositsV1
            | Self::WithdrawalsV1
            | Self::CancellationsV1
            | Self::OverdraftsV1 => map::transaction::of_order(&read::<Order>(record)?),
            Self::Purchase => map::transaction::of_purchase(read(record)?),
        }
    }
}

fn read<T: DeserializeOwned>(record: &RawValue) -> Result<T, ProviderError> {
    json::parse(record.get().as_bytes())
}

#[async_trait]
impl Transactions for FinCard {
    /// A record that cannot be read at all is left out with a warning: the others of its page are
    /// worth more than its error.
    async fn list(
        &self,
        _: &CallContext,
        query: &TransactionQuery,
    ) -> Result<Page<TransactionReport>, ProviderError> {
        let (feed, page_num) = position(query.cursor.as_deref())?;
        let request = FeedRequest {
            page_num,
            page_size: query.limit.clamp(1, MAX_PAGE),
            start_time: query.from.as_millis(),
            end_time: query.to.as_millis(),
            kind: feed.kind(),
        };
        let page: envelope::Page<Box<RawValue>> =
            self.client.call(feed.endpoint(), &request).await?;
        let next = match page.has_more(page_num, request.page_size) {
            true => Some((feed, page_num.saturating_add(1))),
            false => feed.next().map(|feed| (feed, 1)),
        };
        let items = page.records.iter().filter_map(|record| {
            feed.report(record)
                .inspect_err(|error| {
                    tracing::warn!(%feed, %error, "transaction left out");
                })
                .ok()
                .flatten()
        });
        Ok(Page {
            items: items.collect(),
            next: next.map(|(feed, page)| format!("{feed}:{page}")),
        })
    }
}

fn position(cursor: Option<&str>) -> Result<(Feed, u32), ProviderError> {
    let Some(cursor) = cursor else {
        return Ok((Feed::Authorize, 1));
    };
    cursor
        .split_once(':')
        .and_then(|(feed, page)| Some((feed.parse().ok()?, page.parse().ok()?)))
        .ok_or_else(|| ProviderError::not_sent(ErrorKind::Refused, "the cursor is not one of ours"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(feed: Feed, record: &str) -> Result<Option<TransactionReport>, ProviderError> {
        feed.report(&RawValue::from_string(record.to_owned()).unwrap())
    }

    #[test]
    fn cursor_names_feed_and_page() {
        assert_eq!(position(None).unwrap(), (Feed::Authorize, 1));
        let at = position(Some("deposits_v1:12")).unwrap();
        assert_eq!(at, (Feed::DepositsV1, 12));
        for bad in ["", "12", "authorize", "authorize:x", "other:1"] {
            assert_eq!(position(Some(bad)).unwrap_err().kind, ErrorKind::Refused);
        }
    }

    #[test]
    fn every_query_is_walked_once_and_ends() {
        let mut feed = Feed::Authorize;
        let mut seen = vec![feed];
        while let Some(next) = feed.next() {
            assert!(!seen.contains(&next));
            seen.push(next);
            feed = next;
        }
        assert_eq!(seen.len(), 8);
        let v1 = |feed: &&Feed| feed.endpoint() == Endpoint::OperationsV1;
        assert!(seen.iter().filter(v1).all(|feed| feed.kind().is_some()));
    }

    #[test]
    fn order_of_either_version_is_a_transaction() {
        let deposit = r#"{"orderNo":"1","cardNo":"FC1","type":"deposit","status":"success",
            "amount":5,"currency":"USD","transactionTime":1782900000000}"#;
        assert!(report(Feed::Operations, deposit).unwrap().is_some());
        assert!(report(Feed::DepositsV1, deposit).unwrap().is_some());
    }
}
