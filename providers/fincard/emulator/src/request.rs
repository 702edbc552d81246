//! Request bodies: a JSON object, read field by field from its raw text so that amounts stay exact.
//!
//! Documented: `{}` when there are no parameters, never an empty body or `[]` (F-doc); amounts and
//! long ids as numbers or strings (1.5); `merchantOrderNo` of 20–40 characters (F-doc); paging from
//! 1, ten a page, at most 100 (10 for accounts). Assumed: `merchantOrderNo` is `[A-Za-z0-9]` only,
//! and a page size above the maximum is refused rather than cut.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::envelope::Failure;
use crate::options::Spelling;

#[derive(Deserialize)]
pub struct Fields(BTreeMap<String, Box<RawValue>>);

/// A text, or the raw text of a number: how lenient ids arrive.
#[derive(Deserialize)]
#[serde(untagged)]
enum IdForm {
    Text(String),
    Number(u64),
}

impl Fields {
    pub fn parse(body: &[u8]) -> Result<Self, Failure> {
        serde_json::from_slice(body)
            .map_err(|_| Failure::BadRequest("The request body must be a JSON object"))
    }

    /// The raw text of a field; null counts as absent.
    fn raw(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(|raw| raw.get())
            .filter(|text| *text != "null")
    }

    fn typed<'a, T: Deserialize<'a>>(&'a self, name: &str) -> Result<Option<T>, Failure> {
        let parsed = self.raw(name).map(serde_json::from_str).transpose();
        parsed.map_err(|_| Failure::business(format!("{name} parameter error")))
    }

    pub fn text(&self, name: &str) -> Result<Option<String>, Failure> {
        self.typed(name)
    }

    /// The first of these names that is present.
    pub fn first_text(&self, names: &[&str]) -> Result<Option<String>, Failure> {
        let present = names.iter().find(|name| self.raw(name).is_some());
        present.map_or(Ok(None), |name| self.text(name))
    }

    /// The first of these names that is present.
    pub fn first_id(&self, names: &[&str]) -> Result<Option<String>, Failure> {
        let present = names.iter().find(|name| self.raw(name).is_some());
        present.map_or(Ok(None), |name| self.id(name))
    }

    pub fn texts(&self, name: &str) -> Result<Option<Vec<String>>, Failure> {
        self.typed(name)
    }

    pub fn object(&self, name: &str) -> Result<Option<Self>, Failure> {
        self.typed(name)
    }

    pub fn objects(&self, name: &str) -> Result<Option<Vec<Self>>, Failure> {
        self.typed(name)
    }

    pub fn flag(&self, name: &str) -> Result<Option<bool>, Failure> {
        self.typed(name)
    }

    pub fn integer(&self, name: &str) -> Result<Option<i64>, Failure> {
        self.typed(name)
    }

    pub fn id(&self, name: &str) -> Result<Option<String>, Failure> {
        Ok(self.typed::<IdForm>(name)?.map(|id| match id {
            IdForm::Text(text) => text,
            IdForm::Number(number) => number.to_string(),
        }))
    }

    pub fn amount(&self, name: &str) -> Result<Option<Decimal>, Failure> {
        let Some(raw) = self.raw(name) else {
            return Ok(None);
        };
        let text = if raw.starts_with('"') {
            self.text(name)?.unwrap_or_default()
        } else {
            raw.into()
        };
        let refusal = || Failure::business(format!("{name} parameter error"));
        // The decimal parser also takes `1_000`, which is no number on the wire.
        if !text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b".-+eE".contains(&byte))
        {
            return Err(refusal());
        }
        let parsed = Decimal::from_str_exact(&text).or_else(|_| Decimal::from_scientific(&text));
        parsed.map(Some).map_err(|_| refusal())
    }

    /// The card's id, under the names the spelling in force allows.
    pub fn card_no(&self, spelling: Spelling) -> Result<Option<String>, Failure> {
        let card_no = self.text("cardNo")?;
        match spelling {
            Spelling::Narrative => Ok(card_no),
            Spelling::Reference => Ok(card_no.or(self.text("cardId")?)),
        }
    }

    pub fn merchant_order_no(&self) -> Result<String, Failure> {
        let value = required("merchantOrderNo", self.text("merchantOrderNo")?)?;
        let fits = (20..=40).contains(&value.len());
        if fits && value.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            Ok(value)
        } else {
            Err(Failure::business(
                "merchantOrderNo parameter error: 20 to 40 letters and digits",
            ))
        }
    }

    /// `clientRemark`, or `remark` in the other spelling.
    pub fn remark(&self, spelling: Spelling) -> Result<Option<String>, Failure> {
        let names: &[&str] = match spelling {
            Spelling::Narrative => &["clientRemark"],
            Spelling::Reference => &["clientRemark", "remark"],
        };
        match self.first_text(names)? {
            Some(remark) if remark.chars().count() > 50 => Err(Failure::business(
                "clientRemark parameter error: at most 50 characters",
            )),
            remark => Ok(remark),
        }
    }

    pub fn page(&self, max_size: usize) -> Result<Page, Failure> {
        let number = self.typed::<usize>("pageNum")?.unwrap_or(1);
        let size = self.typed::<usize>("pageSize")?.unwrap_or(10);
        if number == 0 || size == 0 || size > max_size {
            return Err(Failure::business(format!(
                "page parameter error: pageNum from 1, pageSize from 1 to {max_size}"
            )));
        }
        Ok(Page { number, size })
    }

    /// `startTime` and `endTime`, both included; open where absent.
    pub fn period(&self) -> Result<std::ops::RangeInclusive<i64>, Failure> {
        let start = self.integer("startTime")?.unwrap_or(i64::MIN);
        Ok(start..=self.integer("endTime")?.unwrap_or(i64::MAX))
    }
}

pub fn required<T>(name: &str, value: Option<T>) -> Result<T, Failure> {
    value.ok_or_else(|| Failure::business(format!("{name} is required")))
}

#[derive(Debug, Clone, Copy)]
pub struct Page {
    number: usize,
    size: usize,
}

impl Page {
    pub fn cut<T>(self, all: Vec<T>) -> Vec<T> {
        let skipped = (self.number - 1).saturating_mul(self.size);
        all.into_iter().skip(skipped).take(self.size).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly_from_numbers_and_strings() {
        let fields = Fields::parse(br#"{"a":0.1000000000000000055,"b":"16.96","c":1e2}"#).unwrap();
        assert_eq!(
            fields.amount("a").unwrap().unwrap().to_string(),
            "0.1000000000000000055"
        );
        assert_eq!(fields.amount("b").unwrap().unwrap().to_string(), "16.96");
        assert_eq!(fields.amount("c").unwrap(), Some(Decimal::ONE_HUNDRED));
    }

    #[test]
    fn only_an_object_is_a_body() {
        for body in ["", "[]", "null", "\"x\"", "{"] {
            assert!(Fields::parse(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn a_reference_is_20_to_40_letters_and_digits() {
        let check = |no: &str| {
            let body = serde_json::json!({"merchantOrderNo": no}).to_string();
            Fields::parse(body.as_bytes())
                .unwrap()
                .merchant_order_no()
                .is_ok()
        };
        assert!(check(&"a".repeat(20)) && check(&"Z9".repeat(20)));
        assert!(!check(&"a".repeat(19)) && !check(&"a".repeat(41)));
        assert!(!check("aaaaaaaaaaaaaaaaaaaa-1"));
    }
}
