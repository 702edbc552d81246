//! Lists are whole and repeat nothing.

use std::collections::BTreeSet;

use cardmux_domain::provider::PageRequest;

use crate::steps;
use crate::subject::Subject;
use crate::trial::{Group, Result, Stop, Trial, ensure, ensure_eq, trials};

/// Not a multiple of the page: the last page is a part.
const CARDS: usize = 5;
const PAGE: u32 = 2;

pub fn trials() -> Vec<Trial> {
    trials!(Group::Paging, list_pages_through_every_card_once)
}

async fn list_pages_through_every_card_once(subject: &Subject) -> Result {
    let mut made = BTreeSet::new();
    let first = steps::issue_any(subject).await?;
    for _ in 1..CARDS {
        made.insert(steps::issue_beside(subject, &first).await?.card_ref);
    }
    made.insert(first.card_ref);
    let mut listed = Vec::new();
    let mut cursor = None;
    for _page in 0..=CARDS {
        let request = PageRequest {
            cursor,
            limit: PAGE,
        };
        let page = subject.cards()?.list(&subject.ctx()?, &request).await?;
        let whole = listed.is_empty() && page.next.is_none();
        if whole && page.items.len() == CARDS {
            return Err(Stop::Unsupported("pages"));
        }
        ensure(page.items.len() <= 2, || {
            format!("a page of {} items", page.items.len())
        })?;
        listed.extend(page.items.into_iter().map(|card| card.card_ref));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    ensure_eq(cursor, None, "the cursor after the last page")?;
    ensure_eq(listed.len(), CARDS, "items listed")?;
    ensure_eq(listed.into_iter().collect(), made, "cards listed")
}
