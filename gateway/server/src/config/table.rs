//! Reads one table into its type and goes on after each problem.
//!
//! serde stops at the first error. Here the error is noted, the value it was about is replaced by
//! its default or taken out, and the table is read again, so that each key gets its own message.

use figment::Figment;
use figment::error::{Actual, Kind};
use figment::value::{Dict, Value};
use serde::de::DeserializeOwned;

use super::check::{Check, owned};
use super::layers::Layer;

/// The table at `path`, or `None` when it lacks something that has no default.
pub(super) fn read<T: DeserializeOwned>(check: &mut Check<'_>, path: &[&str]) -> Option<T> {
    let layers = check.layers();
    let defaults = layers.default_of(&owned(path));
    let mut dict = match layers.find(&owned(path)) {
        Some(Value::Dict(_, dict)) => dict.clone(),
        Some(_) => {
            check.problem_at(path, "must be a table of keys", None);
            defaults?.clone()
        }
        None => defaults?.clone(),
    };
    loop {
        // Lossy: text becomes a number or a boolean where the field wants one, as values of the
        // environment must; a field that wants text is handed the text untouched.
        match Figment::from(Layer::new("table", dict.clone())).extract_lossy() {
            Ok(value) => return Some(value),
            Err(error) => {
                note(check, path, &error.path, &error.kind);
                let (key, below) = error.path.split_first()?;
                let value = dict.get_mut(key).filter(|_| !below.is_empty());
                if !value.is_some_and(|value| remove(value, below))
                    && !repair(&mut dict, key, defaults)
                {
                    return None;
                }
            }
        }
    }
}

/// Puts the default in place of an unusable value; `false` when that would change nothing.
fn repair(dict: &mut Dict, key: &str, defaults: Option<&Dict>) -> bool {
    let unusable = dict.remove(key);
    match defaults.and_then(|defaults| defaults.get(key)) {
        Some(default) if unusable.as_ref() == Some(default) => false,
        Some(default) => {
            dict.insert(key.to_owned(), default.clone());
            true
        }
        None => unusable.is_some(),
    }
}

/// Takes one key out of a table within the table, also of one in a list. Items of lists stay: their
/// positions are in the messages.
fn remove(value: &mut Value, path: &[String]) -> bool {
    let found = match (value, path) {
        (Value::Dict(_, table), [key]) => return table.remove(key).is_some(),
        (Value::Dict(_, table), [key, ..]) => table.get_mut(key),
        (Value::Array(_, items), [at, _, ..]) => {
            at.parse().ok().and_then(|at: usize| items.get_mut(at))
        }
        _ => None,
    };
    let below = path.get(1..).unwrap_or_default();
    found.is_some_and(|value| remove(value, below))
}

fn note(check: &mut Check<'_>, path: &[&str], key: &[String], kind: &Kind) {
    let key = key.iter().map(String::as_str);
    let full: Vec<&str> = path.iter().copied().chain(key).collect();
    let what = match kind {
        Kind::UnknownField(_, known) => return check.unknown_key(&full, known),
        Kind::MissingField(name) => {
            let full: Vec<&str> = path.iter().copied().chain([name.as_ref()]).collect();
            // Missing only because it was taken out, having had a problem of its own.
            if check.is_noted(&full.join(".")) {
                return;
            }
            let hint = Check::how_to_set(&full.join("."));
            return check.problem_at(&full, "is missing", Some(hint));
        }
        Kind::Message(text) => text.clone(),
        Kind::InvalidType(actual, wanted) => {
            format!("is {}, must be {}", form(actual), plain(wanted))
        }
        Kind::InvalidValue(_, wanted) => format!("does not fit, must be {}", plain(wanted)),
        Kind::InvalidLength(_, wanted) => format!("has the wrong length, must be {wanted}"),
        Kind::UnknownVariant(_, known) => format!("must be one of: {}", known.join(", ")),
        Kind::ISizeOutOfRange(_) | Kind::USizeOutOfRange(_) => "is out of range".into(),
        Kind::DuplicateField(_) | Kind::Unsupported(_) | Kind::UnsupportedKey(..) => {
            "cannot be used here".into()
        }
    };
    check.problem_at(&full, what, None);
}

/// The form of a value without the value: it may be a secret under the wrong key.
fn form(actual: &Actual) -> &'static str {
    match actual {
        Actual::Bool(_) => "a boolean",
        Actual::Unsigned(_) | Actual::Signed(_) => "a whole number",
        Actual::Float(_) => "a decimal number",
        Actual::Char(_) | Actual::Str(_) | Actual::Bytes(_) => "text",
        Actual::Seq => "a list",
        Actual::Map => "a table",
        Actual::Unit
        | Actual::Option
        | Actual::NewtypeStruct
        | Actual::Enum
        | Actual::UnitVariant
        | Actual::NewtypeVariant
        | Actual::TupleVariant
        | Actual::StructVariant
        | Actual::Other(_) => "something else",
    }
}

/// serde's name for a wanted type in words.
fn plain(wanted: &str) -> &str {
    match wanted {
        "u32" => "a whole number from 0 to 4294967295",
        "u64" | "usize" => "a whole number, zero or more",
        "a boolean" => "true or false",
        "a string" => "text in quotes",
        other => other,
    }
}
