//! A call's body.
//!
//! Documented: JSON bodies, snake_case (D). Our choice: null and blank text count as absent, fields
//! nobody knows are ignored.

use serde_json::{Map, Value};

use crate::envelope::Failure;

pub struct Fields {
    map: Map<String, Value>,
    /// What stands before a name in a refusal: `address.` inside an address.
    within: String,
}

impl Fields {
    pub fn parse(body: &[u8]) -> Result<Self, Failure> {
        let map = if body.is_empty() {
            Map::new()
        } else {
            serde_json::from_slice(body).map_err(|_| Failure::invalid("body"))?
        };
        Ok(Self {
            map,
            within: String::new(),
        })
    }

    fn named(&self, name: &str) -> String {
        format!("{}{name}", self.within)
    }

    pub fn missing(&self, name: &str) -> Failure {
        Failure::missing(&self.named(name))
    }

    pub fn invalid(&self, name: &str) -> Failure {
        Failure::invalid(&self.named(name))
    }

    pub fn value(&self, name: &str) -> Option<&Value> {
        self.map.get(name).filter(|value| !value.is_null())
    }

    /// Text as it was sent, blank or not.
    pub fn raw_text(&self, name: &str) -> Result<Option<&str>, Failure> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.invalid(name)),
        }
    }

    pub fn text(&self, name: &str) -> Result<Option<&str>, Failure> {
        let text = self.raw_text(name)?;
        Ok(text.filter(|text| !text.trim().is_empty()))
    }

    pub fn required(&self, name: &str) -> Result<&str, Failure> {
        self.text(name)?.ok_or_else(|| self.missing(name))
    }

    /// Required text of a form.
    pub fn formed(&self, name: &str, form: impl FnOnce(&str) -> bool) -> Result<&str, Failure> {
        let text = self.required(name)?;
        if form(text) {
            Ok(text)
        } else {
            Err(self.invalid(name))
        }
    }

    pub fn integer(&self, name: &str) -> Result<i64, Failure> {
        let value = self.value(name).ok_or_else(|| self.missing(name))?;
        value.as_i64().ok_or_else(|| self.invalid(name))
    }

    /// A required object.
    pub fn object(&self, name: &str) -> Result<Self, Failure> {
        match self.value(name).ok_or_else(|| self.missing(name))? {
            Value::Object(map) => Ok(Self {
                map: map.clone(),
                within: format!("{}.", self.named(name)),
            }),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => Err(self.invalid(name)),
        }
    }
}
