//! Lists of cards, page by page. How pages are asked for is documented nowhere: `pagination` is
//! required and its schema is empty (D, O).

use cardmux_domain::provider::{ErrorKind, ProviderError};
use serde_json::{Map, Value};

use crate::Finup;
use crate::map;
use crate::wire::card::Card;
use crate::wire::envelope::OneOrMany;
use crate::wire::path::Endpoint;
use crate::wire::request::{CardsFilters, CardsRequest};

/// How far a walk goes. With pages of a hundred that is the last five thousand cards; further on, a
/// list is no way to look for one.
pub const WALK_PAGES: u32 = 50;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Step {
    /// The member counts pages.
    #[default]
    Page,
    /// The member counts items that are left out.
    Skip,
}

/// The members of `pagination`.
#[derive(Debug)]
pub struct Paging {
    /// Of the position and of the size; without them `{}` is sent, and there is one page.
    pub fields: Option<(String, String)>,
    pub step: Step,
    pub first: u32,
    pub size: u32,
}

/// Where a page begins.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Pages before this one.
    pub index: u32,
    /// The first id of the page before: a list that ignores the position shows it again, without end.
    after: Option<String>,
}

pub struct CardPage {
    pub cards: Vec<Card>,
    pub next: Option<Position>,
}

/// What a walk saw, and whether that was everything.
pub struct Walk {
    pub cards: Vec<Card>,
    pub whole: bool,
}

impl Paging {
    pub fn object(&self, index: u32, size: u32) -> Map<String, Value> {
        let mut members = Map::new();
        if let Some((position, limit)) = &self.fields {
            let at = match self.step {
                Step::Page => self.first.saturating_add(index),
                Step::Skip => index.saturating_mul(size),
            };
            members.insert(position.clone(), at.into());
            members.insert(limit.clone(), size.into());
        }
        members
    }

    /// A full page may have one after it: no answer tells a total (D, O).
    pub fn next(
        &self,
        position: &Position,
        first_id: Option<&str>,
        count: usize,
        size: u32,
    ) -> Result<Option<Position>, ProviderError> {
        let Some(first_id) = first_id else {
            return Ok(None);
        };
        if position.after.as_deref() == Some(first_id) {
            return Err(map::malformed(
                "the same page again: it does not know page_field",
            ));
        }
        let full = u32::try_from(count).is_ok_and(|count| count >= size);
        let more = full && self.fields.is_some();
        Ok(more.then(|| Position {
            index: position.index.saturating_add(1),
            after: Some(first_id.to_owned()),
        }))
    }
}

impl Position {
    pub fn read(cursor: Option<&str>) -> Result<Self, ProviderError> {
        let Some(cursor) = cursor else {
            return Ok(Self::default());
        };
        let parts = cursor.split_once(':').and_then(|(index, after)| {
            let index = index.parse().ok()?;
            let after = Some(after.to_owned());
            Some(Self { index, after })
        });
        let foreign = "the cursor is not one of ours";
        parts.ok_or_else(|| ProviderError::not_sent(ErrorKind::Refused, foreign))
    }

    pub fn cursor(&self) -> String {
        format!(
            "{}:{}",
            self.index,
            self.after.as_deref().unwrap_or_default()
        )
    }
}

impl Finup {
    pub(crate) async fn card_page(
        &self,
        position: &Position,
        size: u32,
        search: Option<&str>,
    ) -> Result<CardPage, ProviderError> {
        let request = CardsRequest {
            filters: CardsFilters { search },
            pagination: self.choices.paging.object(position.index, size),
        };
        let OneOrMany(cards) = self.client.send(Endpoint::Cards, &request).await?;
        let first_id = cards.first().map(map::id).transpose()?;
        let paging = &self.choices.paging;
        let next = paging.next(position, first_id, cards.len(), size)?;
        Ok(CardPage { cards, next })
    }

    /// The list from its beginning, at most so many pages of it.
    pub(crate) async fn walk(
        &self,
        search: Option<&str>,
        pages: u32,
    ) -> Result<Walk, ProviderError> {
        let mut cards = Vec::new();
        let mut position = Position::default();
        for _ in 0..pages.min(WALK_PAGES) {
            let size = self.choices.paging.size;
            let page = self.card_page(&position, size, search).await?;
            cards.extend(page.cards);
            match page.next {
                Some(next) => position = next,
                None => {
                    // Without names for its members, nobody knows how much one page holds.
                    let whole = self.choices.paging.fields.is_some();
                    return Ok(Walk { cards, whole });
                }
            }
        }
        Ok(Walk {
            cards,
            whole: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paging(step: Step) -> Paging {
        Paging {
            fields: Some(("p".to_owned(), "n".to_owned())),
            step,
            first: 1,
            size: 2,
        }
    }

    #[test]
    fn members_have_the_configured_names() {
        let text = |paging: &Paging| serde_json::to_string(&paging.object(2, 10)).unwrap();
        assert_eq!(text(&paging(Step::Page)), r#"{"n":10,"p":3}"#);
        assert_eq!(text(&paging(Step::Skip)), r#"{"n":10,"p":20}"#);
        let unnamed = Paging {
            fields: None,
            ..paging(Step::Page)
        };
        assert_eq!(text(&unnamed), "{}");
        let next = unnamed.next(&Position::default(), Some("a"), 500, 2);
        assert_eq!(next.unwrap(), None);
    }

    #[test]
    fn full_page_has_a_next_one_unless_it_comes_again() {
        let paging = paging(Step::Page);
        let start = Position::default();
        let next = paging.next(&start, Some("a"), 2, 2).unwrap().unwrap();
        assert_eq!(next.cursor(), "1:a");
        assert_eq!(Position::read(Some("1:a")).unwrap(), next);
        assert_eq!(paging.next(&next, Some("c"), 1, 2).unwrap(), None);
        assert_eq!(paging.next(&next, None, 0, 2).unwrap(), None);
        let error = paging.next(&next, Some("a"), 2, 2).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Malformed);
        for bad in ["", "x", "x:a"] {
            assert_eq!(
                Position::read(Some(bad)).unwrap_err().kind,
                ErrorKind::Refused
            );
        }
    }
}
