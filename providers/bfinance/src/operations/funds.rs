//! Movements of money, told by the card before and after.

use cardmux_domain::card::{CardFunds, CardStatus};
use cardmux_domain::money::Currency;
use cardmux_domain::provider::{
    ErrorKind, OperationQuery, ProviderError, Trace, TransactionReport,
};
use cardmux_domain::time::Timestamp;
use cardmux_domain::transaction::{TransactionKind, TransactionStatus};
use cardmux_provider_kit::comparison::{Moved, Way, moved};

use super::{found, unknown_subject};
use crate::BFinance;
use crate::cards::is_in;
use crate::map::{self, done};
use crate::wire::card::Card;
use crate::wire::path::CardKey;

/// Pages of a card's transactions that are looked through. No order is documented, so that the end
/// has to be reached; a card with more of them than this is a case for a person.
const PAGES: u32 = 20;

/// Times may be cut to whole seconds, and clocks differ a little.
const SLACK_MS: i64 = 2_000;

impl BFinance {
    pub(super) async fn moved(
        &self,
        query: &OperationQuery,
        way: Way,
    ) -> Result<Trace, ProviderError> {
        let Some(card_ref) = &query.subject_ref else {
            return Ok(unknown_subject());
        };
        let (Some(before), Some(amount)) = (&query.before, query.amount) else {
            let seen = "what the card held before, or how much was to be moved, is not known";
            return Ok(Trace::Ambiguous(vec![seen.to_owned()]));
        };
        let key = self.key(card_ref)?;
        let card = self.card(key).await?;
        let after = map::card::funds(&card, key.family)?;
        let others = self.others(key, &after, query.sent_at).await?;
        Ok(match moved(before, &after, way, amount, &others) {
            Moved::Yes => {
                let mut report = done(query.kind, &query.reference, card_ref);
                report.amount = Some(amount);
                found(report)
            }
            Moved::No => Trace::Absent,
            Moved::Unclear(seen) => Trace::Ambiguous(seen),
        })
    }

    /// A card that is deleted is cancelled; one that is not may be cancelled again, also where its
    /// money was taken off it already.
    pub(super) async fn cancelled(&self, query: &OperationQuery) -> Result<Trace, ProviderError> {
        let Some(card_ref) = &query.subject_ref else {
            return Ok(unknown_subject());
        };
        let key = self.key(card_ref)?;
        let card = match self.card(key).await {
            Ok(card) => card,
            // Whether a deleted card is shown is not documented.
            Err(error) if error.kind == ErrorKind::NotFound => {
                let seen = "bfinance does not show the card any more";
                return Ok(Trace::Ambiguous(vec![seen.to_owned()]));
            }
            Err(error) => return Err(error),
        };
        if !is_in(&card, CardStatus::Cancelled)? {
            return Ok(Trace::Absent);
        }
        let mut report = done(query.kind, &query.reference, card_ref);
        report.received = self.returned(key, &card, query).await;
        Ok(found(report))
    }

    /// What came back of a deleted card, where that is certain: nothing else hangs on it.
    async fn returned(
        &self,
        key: CardKey<'_>,
        card: &Card,
        query: &OperationQuery,
    ) -> Option<cardmux_domain::money::Money> {
        let before = query.before.as_ref()?;
        let rest = before.balance.filter(|rest| rest.is_positive())?;
        let after = map::card::funds(card, key.family).ok()?;
        let others = self.others(key, &after, query.sent_at).await.ok()?;
        match moved(before, &after, Way::OffTheCard, rest, &others) {
            Moved::Yes => Some(rest),
            Moved::No | Moved::Unclear(_) => None,
        }
    }

    /// What else moved on the card since, in words. Movements of funds are not: they are what the
    /// balance is asked about, and whether they are listed at all is not documented.
    async fn others(
        &self,
        key: CardKey<'_>,
        funds: &CardFunds,
        since: Option<Timestamp>,
    ) -> Result<Vec<String>, ProviderError> {
        let since = since.map_or(i64::MIN, Timestamp::as_millis);
        let since = Timestamp::from_millis(since.saturating_sub(SLACK_MS));
        let currency: Option<Currency> = funds.balance.map(|money| money.currency);
        let mut others = Vec::new();
        for page in 1..=PAGES {
            let listed = self
                .of_card(key, currency, page, self.rules.page_limit)
                .await?;
            others.extend(listed.reports.iter().filter_map(|item| other(item, since)));
            if listed.unreadable > 0 {
                others.push(format!("{} transactions cannot be read", listed.unreadable));
            }
            if !listed.more {
                return Ok(others);
            }
        }
        others.push("the card has more transactions than are looked through".to_owned());
        Ok(others)
    }
}

fn other(item: &TransactionReport, since: Timestamp) -> Option<String> {
    let funds = matches!(
        item.kind,
        TransactionKind::Deposit | TransactionKind::Withdrawal
    );
    let moves = item.status != TransactionStatus::Declined && !funds;
    (moves && item.occurred_at >= since).then(|| {
        let amount = item.billing_amount.or(item.amount);
        let amount = amount.map_or_else(|| "an unknown amount".to_owned(), |m| m.to_string());
        format!("{} of {amount} at {}", item.kind, item.occurred_at)
    })
}
