//! Reading an adapter's settings table, telling everything that is wrong with it at once.
//!
//! An adapter takes its settings one by one from a [`Table`]; what it never asked for is an unknown
//! key. Values may come from the environment, so numbers and truth values are also taken as text.

use std::collections::BTreeSet;
use std::str::FromStr;

use cardmux_domain::secret::SecretString;
use serde_json::{Map, Value};
use url::Url;

/// One thing that is wrong with an instance's settings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("`{path}` {problem}")]
pub struct SettingsProblem {
    /// The key inside the instance's settings.
    pub path: String,
    /// A half sentence about it; never the value.
    pub problem: String,
}

impl SettingsProblem {
    pub fn new(path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            problem: problem.into(),
        }
    }
}

/// A type that a settings value can be read as. The error is a half sentence without the value.
pub trait Setting: Sized {
    fn read(value: &Value) -> Result<Self, String>;
}

/// A settings table while it is being read.
pub struct Table {
    values: Map<String, Value>,
    known: BTreeSet<&'static str>,
    problems: Vec<SettingsProblem>,
}

impl Table {
    /// `null` counts as an empty table.
    pub fn new(settings: Value) -> Self {
        let mut problems = Vec::new();
        let values = match settings {
            Value::Object(values) => values,
            Value::Null => Map::new(),
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                problems.push(SettingsProblem::new("settings", "must be a table"));
                Map::new()
            }
        };
        Self {
            values,
            known: BTreeSet::new(),
            problems,
        }
    }

    /// A setting that may be absent.
    pub fn optional<T: Setting>(&mut self, key: &'static str) -> Option<T> {
        self.known.insert(key);
        match self.values.get(key) {
            None | Some(Value::Null) => None,
            Some(value) => match T::read(value) {
                Ok(value) => Some(value),
                Err(problem) => {
                    self.problem(key, problem);
                    None
                }
            },
        }
    }

    /// Whether the setting is given, rightly or not.
    pub fn has(&self, key: &str) -> bool {
        self.values.get(key).is_some_and(|value| !value.is_null())
    }

    /// A setting that must be there; `None` was reported.
    pub fn required<T: Setting>(&mut self, key: &'static str) -> Option<T> {
        if !self.has(key) {
            self.problem(key, "is missing");
        }
        self.optional(key)
    }

    /// A setting with a default.
    pub fn or<T: Setting>(&mut self, key: &'static str, default: T) -> T {
        self.optional(key).unwrap_or(default)
    }

    /// One of several words; absent is the default of the type, `None` was reported.
    pub fn choice<T: Default + Copy>(
        &mut self,
        key: &'static str,
        words: &[(&str, T)],
    ) -> Option<T> {
        let before = self.problems.len();
        let Some(word) = self.optional::<String>(key) else {
            return (self.problems.len() == before).then(T::default);
        };
        let found = words
            .iter()
            .find(|(name, _)| *name == word)
            .map(|(_, value)| *value);
        if found.is_none() {
            let names: Vec<_> = words.iter().map(|(name, _)| *name).collect();
            self.problem(key, format!("must be one of {}", names.join(", ")));
        }
        found
    }

    /// Accept keys that are of no use with the other settings, such as those of another dialect.
    pub fn ignore(&mut self, keys: &[&'static str]) {
        self.known.extend(keys);
    }

    /// Report something that is wrong with a setting.
    pub fn problem(&mut self, key: &str, problem: impl Into<String>) {
        self.problems.push(SettingsProblem::new(key, problem));
    }

    /// The settings, unless anything was wrong; all of it then.
    pub fn finish<T>(mut self, settings: Option<T>) -> Result<T, Vec<SettingsProblem>> {
        for key in self
            .values
            .keys()
            .filter(|key| !self.known.contains(key.as_str()))
        {
            self.problems.push(SettingsProblem::new(
                key,
                "is not a setting of this provider",
            ));
        }
        match settings {
            Some(settings) if self.problems.is_empty() => Ok(settings),
            _ => Err(self.problems),
        }
    }
}

impl Setting for String {
    fn read(value: &Value) -> Result<Self, String> {
        let text = match value {
            Value::String(text) => text.trim().to_owned(),
            // An id of digits reads as a number in a configuration file.
            Value::Number(number) => number.to_string(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                return Err("must be a text".to_owned());
            }
        };
        if text.is_empty() {
            Err("must not be empty".to_owned())
        } else {
            Ok(text)
        }
    }
}

impl Setting for bool {
    fn read(value: &Value) -> Result<Self, String> {
        from_text(value, "must be true or false")
    }
}

impl Setting for u64 {
    fn read(value: &Value) -> Result<Self, String> {
        from_text(value, "must be a whole number, not negative")
    }
}

impl Setting for Url {
    fn read(value: &Value) -> Result<Self, String> {
        from_text(value, "must be a URL")
    }
}

fn from_text<T: FromStr>(value: &Value, problem: &str) -> Result<T, String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    };
    text.parse().map_err(|_| problem.to_owned())
}

/// A secret, in place or as `{ file = "/path" }`; the line end after it is not part of it.
impl Setting for SecretString {
    fn read(value: &Value) -> Result<Self, String> {
        match value {
            Value::Object(table) => {
                let path = table
                    .get("file")
                    .and_then(Value::as_str)
                    .filter(|_| table.len() == 1);
                let path = path.ok_or_else(|| "must be a text or { file = \"…\" }".to_owned())?;
                let text = std::fs::read_to_string(path).map_err(|error| {
                    format!("names a file that cannot be read: {}", error.kind())
                })?;
                let text = zeroize::Zeroizing::new(text);
                secret(text.trim())
            }
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => String::read(value).and_then(|text| secret(&text)),
        }
    }
}

fn secret(text: &str) -> Result<SecretString, String> {
    if text.is_empty() {
        Err("must not be empty".to_owned())
    } else {
        Ok(text.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cardmux_domain::secret::ExposeSecret;
    use serde_json::json;

    #[test]
    fn table_reports_everything_that_is_wrong_at_once() {
        let mut table = Table::new(json!({"count": "x", "flag": 7, "speling": 1, "word": "c"}));
        table.required::<String>("name");
        table.or::<u64>("count", 1);
        table.optional::<bool>("flag");
        table.choice("word", &[("a", 1), ("b", 2)]);
        let problems = table.finish(Some(())).unwrap_err();
        let said: Vec<_> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "`name` is missing",
                "`count` must be a whole number, not negative",
                "`flag` must be true or false",
                "`word` must be one of a, b",
                "`speling` is not a setting of this provider",
            ]
        );
    }

    #[test]
    fn values_from_the_environment_are_taken_as_text() {
        let mut table = Table::new(json!({"count": "12", "flag": "true", "tenant": 1234}));
        assert_eq!(table.optional::<u64>("count"), Some(12));
        assert_eq!(table.optional::<bool>("flag"), Some(true));
        assert_eq!(table.optional::<String>("tenant").as_deref(), Some("1234"));
        assert!(table.finish(Some(())).is_ok());
    }

    #[test]
    fn secret_comes_in_place_or_from_a_file_and_is_never_shown() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "hush-hush\n").unwrap();
        let mut table = Table::new(json!({
            "a": "hush-hush", "b": {"file": file.path()}, "c": {"file": "/nowhere/at/all"},
            "d": {"path": "hush-hush"},
        }));
        for key in ["a", "b"] {
            let secret = table.optional::<SecretString>(key).unwrap();
            assert_eq!(secret.expose_secret(), "hush-hush");
            assert!(!format!("{secret:?}").contains("hush"));
        }
        for key in ["c", "d"] {
            assert!(table.optional::<SecretString>(key).is_none());
        }
        let problems = table.finish(Some(())).unwrap_err();
        assert_eq!(problems.len(), 2);
        assert!(!format!("{problems:?}").contains("hush"));
    }
}
