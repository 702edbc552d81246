//! Request bodies: a JSON object, read field by field from its raw text so that amounts stay exact.
//!
//! Documented: the members and their types, and `pagination` as a required object of an empty
//! schema (dossier 3, 5, 7, 8). Assumed: a wrong type is refused with 400, unknown members are
//! ignored.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::failure::Failure;
use crate::quirks::{Pagination, Quirks};

#[derive(Deserialize)]
pub struct Fields(BTreeMap<String, Box<RawValue>>);

impl Fields {
    pub fn parse(body: &[u8]) -> Result<Self, Failure> {
        serde_json::from_slice(body)
            .map_err(|_| Failure::invalid("the request body must be a JSON object"))
    }

    /// The raw text of a field; null counts as absent.
    fn raw(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(|raw| raw.get())
            .filter(|text| *text != "null")
    }

    fn typed<'a, T: Deserialize<'a>>(
        &'a self,
        name: &str,
        kind: &str,
    ) -> Result<Option<T>, Failure> {
        let parsed = self.raw(name).map(serde_json::from_str).transpose();
        parsed.map_err(|_| Failure::invalid(format!("{name} must be {kind}")))
    }

    pub fn text(&self, name: &str) -> Result<Option<String>, Failure> {
        self.typed(name, "a string")
    }

    pub fn texts(&self, name: &str) -> Result<Option<Vec<String>>, Failure> {
        self.typed(name, "an array of strings")
    }

    pub fn is_text(&self, name: &str) -> bool {
        self.raw(name).is_some_and(|raw| raw.starts_with('"'))
    }

    pub fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    pub fn count(&self, name: &str) -> Result<Option<usize>, Failure> {
        self.typed(name, "a whole number")
    }

    fn object(&self, name: &str) -> Result<Option<Self>, Failure> {
        self.typed(name, "an object")
    }

    pub fn filters(&self) -> Result<Self, Failure> {
        required("filters", self.object("filters")?)
    }

    /// A JSON number, digit by digit; a text is refused.
    pub fn amount(&self, name: &str) -> Result<Option<Decimal>, Failure> {
        let Some(raw) = self.raw(name) else {
            return Ok(None);
        };
        let parsed = Decimal::from_str_exact(raw).or_else(|_| Decimal::from_scientific(raw));
        parsed
            .map(Some)
            .map_err(|_| Failure::invalid(format!("{name} must be a number")))
    }

    /// The page asked for, under the names in force.
    pub fn page(&self, quirks: &Quirks) -> Result<Page, Failure> {
        let asked = required("pagination", self.object("pagination")?)?;
        let names: &[&str] = match quirks.pagination {
            Pagination::Any => &["page", "skip", "limit"],
            Pagination::PageLimit => &["page", "limit"],
            Pagination::SkipLimit => &["skip", "limit"],
            Pagination::Nothing => &[],
        };
        let alien = asked.0.keys().find(|name| !names.contains(&name.as_str()));
        if let Some(name) = alien.filter(|_| quirks.pagination_strict) {
            return Err(Failure::invalid(format!(
                "pagination.property {name} should not exist"
            )));
        }
        let read = |name: &str| match names.contains(&name) {
            true => asked.count(name),
            false => Ok(None),
        };
        let size = read("limit")?.unwrap_or(quirks.page_cap);
        let page = read("page")?.unwrap_or(1);
        let skip = read("skip")?;
        if size == 0 || page == 0 {
            return Err(Failure::invalid("pagination counts from 1"));
        }
        let size = size.min(quirks.page_cap);
        let skip = skip.unwrap_or((page - 1).saturating_mul(size));
        Ok(Page { skip, size })
    }
}

pub fn required<T>(name: &str, value: Option<T>) -> Result<T, Failure> {
    value.ok_or_else(|| Failure::invalid(format!("{name} should not be empty")))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    skip: usize,
    size: usize,
}

impl Page {
    pub fn cut<T>(self, all: impl Iterator<Item = T>) -> Vec<T> {
        all.skip(self.skip).take(self.size).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_numbers_and_exact() {
        let fields = Fields::parse(br#"{"a":0.1000000000000000055,"b":"16.96","c":1e2}"#).unwrap();
        assert_eq!(
            fields.amount("a").unwrap().unwrap().to_string(),
            "0.1000000000000000055"
        );
        assert!(fields.amount("b").is_err());
        assert_eq!(fields.amount("c").unwrap(), Some(Decimal::ONE_HUNDRED));
    }

    #[test]
    fn a_page_is_cut_at_the_cap() {
        let page = |text: &str, quirks: &Quirks| {
            Fields::parse(format!(r#"{{"pagination":{text}}}"#).as_bytes())
                .unwrap()
                .page(quirks)
        };
        let quirks = Quirks::default();
        assert_eq!(page("{}", &quirks), Ok(Page { skip: 0, size: 100 }));
        let second = page(r#"{"page":2,"limit":30}"#, &quirks);
        assert_eq!(second, Ok(Page { skip: 30, size: 30 }));
        let cut = page(r#"{"skip":7,"limit":500}"#, &quirks);
        assert_eq!(cut, Ok(Page { skip: 7, size: 100 }));
        assert!(page(r#"{"page":0}"#, &quirks).is_err());
    }
}
