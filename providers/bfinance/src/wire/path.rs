//! Where each call goes (dossier sections 2 to 6).

use cardmux_domain::operation::Reference;
use cardmux_domain::provider::{ErrorKind, ProviderError};
use cardmux_provider_kit::transport::Method;

/// Longer than any id seen: 24 hexadecimal digits.
const MAX_ID: usize = 64;

/// Before the id of a budget card in our refs: the two families have calls of their own.
const BUDGET_MARK: &str = "budget:";

/// The first segment of calls about budget cards (D).
const BUDGET_CARDS: &str = "budget-cards";

/// A call, without its body.
#[derive(Debug)]
pub struct Call<'a> {
    pub method: Method,
    pub path: Vec<&'a str>,
    pub query: Vec<(&'static str, String)>,
    /// Sent as `Idempotency-Key` (S1), never relied on.
    pub key: Option<&'a Reference>,
    /// The answer may come without its envelope.
    pub bare: bool,
    /// The call carries a PIN or code, which the provider's words might repeat.
    pub confidential: bool,
}

impl<'a> Call<'a> {
    pub fn new(method: Method, path: &[&'a str]) -> Self {
        Self {
            method,
            path: path.to_vec(),
            query: Vec::new(),
            key: None,
            bare: false,
            confidential: false,
        }
    }

    pub fn get(path: &[&'a str]) -> Self {
        Self::new(Method::GET, path)
    }

    pub fn post(path: &[&'a str]) -> Self {
        Self::new(Method::POST, path)
    }

    /// One page of a list: pages count from 1 (S2).
    pub fn page(mut self, page: u32, limit: u32) -> Self {
        self.query.push(("page", page.to_string()));
        self.query.push(("limit", limit.to_string()));
        self
    }
}

/// A card, and which family it is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardKey<'a> {
    pub family: Family,
    pub id: &'a str,
    /// The first segment of its calls.
    pub place: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    Plain,
    Budget,
}

impl Family {
    pub fn place(self, card_prefix: &str) -> &str {
        match self {
            Self::Plain => card_prefix,
            Self::Budget => BUDGET_CARDS,
        }
    }

    /// Our ref of a card of this family.
    pub fn card_ref(self, id: &str) -> String {
        match self {
            Self::Plain => id.to_owned(),
            Self::Budget => format!("{BUDGET_MARK}{id}"),
        }
    }
}

impl<'a> CardKey<'a> {
    pub fn of(card_ref: &'a str, card_prefix: &'a str) -> Result<Self, ProviderError> {
        let (family, id) = match card_ref.strip_prefix(BUDGET_MARK) {
            Some(id) => (Family::Budget, id),
            None => (Family::Plain, card_ref),
        };
        Ok(Self {
            family,
            id: checked(id)?,
            place: family.place(card_prefix),
        })
    }

    /// Details; those of budget cards come with or without envelope (D against S1).
    pub fn details(&self) -> Call<'a> {
        Call {
            bare: self.family == Family::Budget,
            ..Call::get(&[self.place, self.id])
        }
    }

    pub fn get(&self, action: &'a str) -> Call<'a> {
        Call::get(&[self.place, self.id, action])
    }

    pub fn post(&self, action: &'a str) -> Call<'a> {
        Call::post(&[self.place, self.id, action])
    }

    /// Not plain `DELETE` (S2, D).
    pub fn delete(&self) -> Call<'a> {
        Call::new(Method::DELETE, &[self.place, self.id, "delete"])
    }

    /// Card data; the misspelling is the documented path (S2), of plain cards only.
    pub fn secrets(&self) -> Call<'a> {
        match self.family {
            Family::Plain => self.get("sensetive"),
            Family::Budget => self.get("sensitive"),
        }
    }
}

/// An id that is a segment of a path, and nothing else.
pub fn checked(id: &str) -> Result<&str, ProviderError> {
    is_id(id)
        .then_some(id)
        .ok_or_else(|| ProviderError::not_sent(ErrorKind::NotFound, "this is no id of bfinance's"))
}

pub fn is_id(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    !text.is_empty() && text.len() <= MAX_ID && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_ref_tells_the_family() {
        let plain = CardKey::of("6a20", "prepaid-cards").unwrap();
        assert_eq!(
            (plain.family, plain.place),
            (Family::Plain, "prepaid-cards")
        );
        let budget = CardKey::of("budget:6a20", "prepaid-cards").unwrap();
        assert_eq!((budget.id, budget.place), ("6a20", "budget-cards"));
        assert_eq!(budget.family.card_ref("6a20"), "budget:6a20");
        assert_eq!(budget.secrets().path, ["budget-cards", "6a20", "sensitive"]);
    }

    #[test]
    fn what_would_change_the_path_is_no_id() {
        for bad in ["", "..", "a/b", "a?b", "budget:", "a b", &"a".repeat(65)] {
            assert!(CardKey::of(bad, "cards").is_err(), "{bad}");
        }
    }
}
