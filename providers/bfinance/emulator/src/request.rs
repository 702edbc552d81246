//! A call's body and query.
//!
//! Documented: JSON objects with numbers for money (D), `page` from 1, `limit` 10 by default and at
//! least 1. Assumed: amounts have at most two decimals, a call without fields may have no body, and
//! blank text counts as absent. Numbers go through a double, which keeps every amount of up to 15
//! digits as it was written.

use rust_decimal::Decimal;
use serde_json::{Map, Value};

use crate::envelope::Failure;
use crate::quirks::{ListFilters, OverLimit, Quirks};

pub struct Fields(Map<String, Value>);

impl Fields {
    pub fn parse(body: &[u8]) -> Result<Self, Failure> {
        if body.is_empty() {
            return Ok(Self(Map::new()));
        }
        serde_json::from_slice(body)
            .map(Self)
            .map_err(|_| Failure::invalid("The request body must be a JSON object"))
    }

    /// Null counts as absent.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub fn text(&self, name: &str) -> Result<Option<String>, Failure> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => {
                Ok(Some(text.clone()).filter(|text| !text.trim().is_empty()))
            }
            Some(_) => Err(Failure::invalid(format!("{name} must be a string"))),
        }
    }

    pub fn required(&self, name: &str) -> Result<String, Failure> {
        self.text(name)?
            .ok_or_else(|| Failure::invalid(format!("{name} is required")))
    }

    pub fn object(&self, name: &str) -> Result<Option<Self>, Failure> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Object(map)) => Ok(Some(Self(map.clone()))),
            Some(_) => Err(Failure::invalid(format!("{name} must be an object"))),
        }
    }

    /// A required JSON number.
    pub fn number(&self, name: &str) -> Result<Decimal, Failure> {
        let refusal = || Failure::invalid(format!("{name} must be a number"));
        let Some(Value::Number(number)) = self.value(name) else {
            return Err(refusal());
        };
        let text = number.to_string();
        Decimal::from_str_exact(&text)
            .or_else(|_| Decimal::from_scientific(&text))
            .map_err(|_| refusal())
    }

    /// A required positive amount of money.
    pub fn amount(&self, name: &str) -> Result<Decimal, Failure> {
        let amount = self.number(name)?;
        if amount <= Decimal::ZERO || amount.normalize().scale() > 2 {
            return Err(Failure::invalid(format!(
                "{name} must be positive, with at most two decimals"
            )));
        }
        Ok(amount)
    }

    /// One of these words.
    pub fn one_of(&self, name: &str, words: &[&str]) -> Result<String, Failure> {
        let word = self.required(name)?;
        if words.contains(&word.as_str()) {
            Ok(word)
        } else {
            Err(Failure::invalid(format!(
                "{name} must be one of {}",
                words.join(", ")
            )))
        }
    }
}

#[derive(Default)]
pub struct Query(pub Vec<(String, String)>);

impl Query {
    pub fn get(&self, name: &str) -> Option<&str> {
        let first = self.all(name).first().copied();
        first.filter(|value| !value.is_empty())
    }

    fn all(&self, name: &str) -> Vec<&str> {
        let named = self.0.iter().filter(|(key, _)| key == name);
        named.map(|(_, value)| value.as_str()).collect()
    }

    /// The values of a list filter; none when it is absent.
    pub fn filter(&self, name: &str, style: ListFilters) -> Option<Vec<&str>> {
        let first = self.get(name)?;
        Some(match style {
            ListFilters::Comma => first.split(',').map(str::trim).collect(),
            ListFilters::Repeated => self.all(name),
        })
    }

    pub fn page(&self, quirks: &Quirks) -> Result<Page, Failure> {
        let number = self.count("page", 1)?;
        let mut limit = self.count("limit", 10)?;
        if let Some(max) = quirks.max_limit.filter(|max| limit > *max) {
            match quirks.over_limit {
                OverLimit::Refused => {
                    return Err(Failure::invalid(format!(
                        "limit must not be greater than {max}"
                    )));
                }
                OverLimit::Cut => limit = max,
            }
        }
        Ok(Page { number, limit })
    }

    fn count(&self, name: &str, default: usize) -> Result<usize, Failure> {
        let Some(text) = self.get(name) else {
            return Ok(default);
        };
        let parsed = text.parse().ok().filter(|count| *count > 0);
        parsed.ok_or_else(|| Failure::invalid(format!("{name} must be a number from 1")))
    }
}

#[derive(Debug, Clone, Copy)]
pub struct Page {
    pub number: usize,
    pub limit: usize,
}

impl Page {
    pub fn cut<T>(self, all: Vec<T>) -> Vec<T> {
        let skipped = (self.number - 1).saturating_mul(self.limit);
        all.into_iter().skip(skipped).take(self.limit).collect()
    }

    pub fn total_pages(self, count: usize) -> usize {
        count.div_ceil(self.limit)
    }
}
