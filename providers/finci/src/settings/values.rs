//! Settings with a form of their own.

use std::collections::BTreeMap;

use cardmux_provider_kit::settings::Setting;
use serde::Serialize;
use serde_json::{Map, Value};

/// Words, as a list or as one.
#[derive(Debug, Clone)]
pub struct Texts(pub Vec<String>);

impl Texts {
    pub fn of(words: &[&str]) -> Self {
        Self(words.iter().map(|&word| word.to_owned()).collect())
    }
}

impl Setting for Texts {
    fn read(value: &Value) -> Result<Self, String> {
        match value.as_array() {
            Some(words) => words.iter().map(String::read).collect(),
            None => String::read(value).map(|word| vec![word]),
        }
        .map(Self)
        .map_err(|_| "must be a list of texts".to_owned())
    }
}

/// A scalar that is sent as it is written; `false` where nothing is.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Scalar(Value);

impl Default for Scalar {
    fn default() -> Self {
        Self(Value::Bool(false))
    }
}

impl Setting for Scalar {
    fn read(value: &Value) -> Result<Self, String> {
        match value {
            Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(Self(value.clone())),
            Value::Null | Value::Array(_) | Value::Object(_) => {
                Err("must be a truth value, number or text".to_owned())
            }
        }
    }
}

/// An address as it is sent: its members are not documented, so they are those that are written.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct DeliveryAddress(Map<String, Value>);

impl Setting for DeliveryAddress {
    fn read(value: &Value) -> Result<Self, String> {
        let members = value.as_object().filter(|members| {
            !members.is_empty() && members.values().all(|member| member.is_string())
        });
        let problem = "must be a table of texts such as country, city, street, postal_code";
        members
            .map(|members| Self(members.clone()))
            .ok_or_else(|| problem.to_owned())
    }
}

impl DeliveryAddress {
    /// Whether a line of an address is one of its members, whatever the case.
    pub fn has(&self, line: &str) -> bool {
        let same = |member: &str| member.trim().to_lowercase() == line.trim().to_lowercase();
        self.0.values().filter_map(Value::as_str).any(same)
    }
}

/// `corporate_id` by number in the register.
#[derive(Debug, Clone, Default)]
pub struct Companies(BTreeMap<String, String>);

impl Companies {
    pub fn corporate_id(&self, registration_number: &str) -> Option<&str> {
        self.0.get(registration_number.trim()).map(String::as_str)
    }
}

impl Setting for Companies {
    fn read(value: &Value) -> Result<Self, String> {
        let problem = || "must be a table of registration numbers and corporate ids".to_owned();
        let pairs = value.as_object().ok_or_else(problem)?;
        let pair = |(number, id): (&String, &Value)| {
            let id = String::read(id).ok().filter(|id| crate::wire::is_id(id));
            Ok((number.trim().to_owned(), id.ok_or_else(problem)?))
        };
        pairs.iter().map(pair).collect::<Result<_, _>>().map(Self)
    }
}

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKind {
    Authorization,
    Reversal,
    Presentment,
    Return,
}

/// FINCI's words for it, in lower case. `Return` is documented, the others are ours (C).
#[derive(Debug, Clone)]
pub struct MessageWords(BTreeMap<String, MessageKind>);

impl MessageWords {
    pub fn kind(&self, word: &str) -> Option<MessageKind> {
        self.0.get(&word.to_lowercase()).copied()
    }
}

const KINDS: [(&str, MessageKind); 4] = [
    ("authorization", MessageKind::Authorization),
    ("reversal", MessageKind::Reversal),
    ("presentment", MessageKind::Presentment),
    ("return", MessageKind::Return),
];

impl Default for MessageWords {
    fn default() -> Self {
        let words = KINDS.iter().map(|(word, kind)| ((*word).to_owned(), *kind));
        Self(words.collect())
    }
}

impl Setting for MessageWords {
    fn read(value: &Value) -> Result<Self, String> {
        let problem = || {
            "must be a table of FINCI's words and authorization, reversal, presentment or return"
                .to_owned()
        };
        let mut words = Self::default();
        for (theirs, ours) in value.as_object().ok_or_else(problem)? {
            let ours = ours.as_str();
            let kind = KINDS.iter().find(|(word, _)| Some(*word) == ours);
            let (_, kind) = kind.ok_or_else(problem)?;
            words.0.insert(theirs.to_lowercase(), *kind);
        }
        Ok(words)
    }
}
