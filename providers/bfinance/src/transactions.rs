//! Transactions are listed per card and per budget only: the cards are walked through page by page,
//! then the budgets of the settings.

use async_trait::async_trait;
use cardmux_domain::money::Currency;
use cardmux_domain::provider::{
    CallContext, Page, ProviderError, TransactionQuery, TransactionReport, Transactions,
};
use cardmux_domain::time::Timestamp;
use cardmux_provider_kit::json::{self, RawValue};

use crate::BFinance;
use crate::map;
use crate::map::transaction::Source;
use crate::wire::card::{Card, is_full};
use crate::wire::path::{Call, CardKey, Family, checked};
use crate::wire::transaction::TransactionList;

/// Lists of transactions that one page of ours is made of, at most: most cards have nothing new.
const READS_PER_PAGE: usize = 10;

/// Where the walk is. Pages count from 1, cards within a page of the card list and budgets from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    Cards {
        list_page: u32,
        index: usize,
        page: u32,
    },
    Budgets {
        index: usize,
        page: u32,
    },
}

const START: Position = Position::Cards {
    list_page: 1,
    index: 0,
    page: 1,
};
const BUDGETS: Position = Position::Budgets { index: 0, page: 1 };

/// One page of somebody's transactions, as far as it can be read.
pub(crate) struct Listed {
    pub reports: Vec<TransactionReport>,
    /// Records that cannot be read.
    pub unreadable: usize,
    /// Another page may follow.
    pub more: bool,
}

#[async_trait]
impl Transactions for BFinance {
    /// The calls take no dates: what is too old or too new is left out here. What is a little older
    /// than asked for is told too, because a transaction has no date of its last change.
    async fn list(
        &self,
        _: &CallContext,
        query: &TransactionQuery,
    ) -> Result<Page<TransactionReport>, ProviderError> {
        let limit = query.limit.clamp(1, self.rules.page_limit);
        let position = position(query.cursor.as_deref())?;
        let (mut items, next) = match position {
            Position::Cards {
                list_page,
                index,
                page,
            } => self.of_cards(list_page, index, page, limit).await?,
            Position::Budgets { index, page } => self.of_budgets(index, page, limit).await?,
        };
        let lookback = i64::try_from(self.rules.lookback.as_millis()).unwrap_or(i64::MAX);
        let from = Timestamp::from_millis(query.from.as_millis().saturating_sub(lookback));
        items.retain(|item| item.occurred_at >= from && item.occurred_at <= query.to);
        Ok(Page {
            items,
            next: next.map(cursor),
        })
    }
}

impl BFinance {
    /// Transactions of cards of one page of the card list, from one of them on.
    async fn of_cards(
        &self,
        list_page: u32,
        index: usize,
        mut page: u32,
        limit: u32,
    ) -> Result<(Vec<TransactionReport>, Option<Position>), ProviderError> {
        // Always of the same size: positions are counted in it.
        let size = self.rules.page_limit;
        let list = self.cards_page(list_page, size, None).await?;
        let more_cards = list.has_more(list_page, size);
        let mut items = Vec::new();
        let cards = list.cards.iter().enumerate().skip(index);
        for (reads, (index, card)) in cards.enumerate() {
            let here = Position::Cards {
                list_page,
                index,
                page,
            };
            if reads == READS_PER_PAGE || (!items.is_empty() && is_full(items.len(), limit)) {
                return Ok((items, Some(here)));
            }
            let listed = self.of_listed_card(card, page, limit).await?;
            items.extend(listed.reports);
            if listed.more {
                let page = page.saturating_add(1);
                let next = Position::Cards {
                    list_page,
                    index,
                    page,
                };
                return Ok((items, Some(next)));
            }
            page = 1;
        }
        let next = Position::Cards {
            list_page: list_page.saturating_add(1),
            index: 0,
            page: 1,
        };
        Ok((items, Some(if more_cards { next } else { BUDGETS })))
    }

    async fn of_listed_card(
        &self,
        card: &Card,
        page: u32,
        limit: u32,
    ) -> Result<Listed, ProviderError> {
        let id = card.id.as_deref();
        let id = id.ok_or_else(|| map::malformed("a card without id"))?;
        let currency = card.currency.as_deref().map(map::currency).transpose()?;
        self.of_card(self.key(id)?, currency, page, limit).await
    }

    /// One page of a plain card's.
    pub(crate) async fn of_card(
        &self,
        key: CardKey<'_>,
        currency: Option<Currency>,
        page: u32,
        limit: u32,
    ) -> Result<Listed, ProviderError> {
        let source = Source {
            card_ref: Some(Family::Plain.card_ref(key.id)),
            currency,
        };
        self.listed(key.get("transactions").page(page, limit), &source, limit)
            .await
    }

    /// One page of one budget's.
    async fn of_budgets(
        &self,
        index: usize,
        page: u32,
        limit: u32,
    ) -> Result<(Vec<TransactionReport>, Option<Position>), ProviderError> {
        let budgets = self.rules.types.budgets();
        let Some(budget) = budgets.get(index) else {
            return Ok((Vec::new(), None));
        };
        let source = Source {
            card_ref: None,
            // A budget is topped up in USD (D), and what it paid is told in USD.
            currency: Some(map::currency("USD")?),
        };
        let call = Call::get(&["budgets", checked(budget)?, "transactions"]).page(page, limit);
        let listed = self.listed(call, &source, limit).await?;
        let next = match listed.more {
            true => Some((index, page.saturating_add(1))),
            false => Some((index.saturating_add(1), 1)).filter(|(index, _)| *index < budgets.len()),
        };
        let next = next.map(|(index, page)| Position::Budgets { index, page });
        Ok((listed.reports, next))
    }

    /// A record that cannot be read is left out with a warning: the others of its page are worth
    /// more than its error.
    async fn listed(
        &self,
        call: Call<'_>,
        source: &Source,
        limit: u32,
    ) -> Result<Listed, ProviderError> {
        let list: TransactionList = self.client.read(call).await?;
        let count = list.transactions.len();
        let read = |record: &RawValue| {
            let transaction = json::parse(record.get().as_bytes())?;
            map::transaction::report(transaction, source, &self.rules)
        };
        let reports: Vec<_> = list
            .transactions
            .iter()
            .filter_map(|record| {
                read(record)
                    .inspect_err(|error| tracing::warn!(%error, "transaction left out"))
                    .ok()
            })
            .collect();
        Ok(Listed {
            unreadable: count.saturating_sub(reports.len()),
            reports,
            more: is_full(count, limit),
        })
    }
}

fn cursor(position: Position) -> String {
    match position {
        Position::Cards {
            list_page,
            index,
            page,
        } => format!("cards:{list_page}:{index}:{page}"),
        Position::Budgets { index, page } => format!("budgets:{index}:{page}"),
    }
}

fn position(cursor: Option<&str>) -> Result<Position, ProviderError> {
    let Some(cursor) = cursor else {
        return Ok(START);
    };
    let mut parts = cursor.split(':');
    let place = parts.next();
    let numbers: Option<Vec<u32>> = parts.map(|part| part.parse().ok()).collect();
    let index = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    match (place, numbers.as_deref()) {
        (Some("cards"), Some(&[list_page, card, page])) => Ok(Position::Cards {
            list_page,
            index: index(card),
            page,
        }),
        (Some("budgets"), Some(&[budget, page])) => Ok(Position::Budgets {
            index: index(budget),
            page,
        }),
        (_, _) => Err(map::refused("the cursor is not one of ours")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursor_tells_the_position() {
        assert_eq!(position(None).unwrap(), START);
        for there in [
            BUDGETS,
            Position::Cards {
                list_page: 3,
                index: 7,
                page: 2,
            },
        ] {
            assert_eq!(position(Some(&cursor(there))).unwrap(), there);
        }
        for bad in [
            "",
            "cards",
            "cards:1",
            "cards:1:2:x",
            "budgets:1:2:3",
            "other:1:2",
        ] {
            assert!(position(Some(bad)).is_err(), "{bad}");
        }
    }
}
