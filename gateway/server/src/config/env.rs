//! `CARDMUX_*` environment variables as a layer.
//!
//! figment's own environment provider guesses types, so that an all-digit secret becomes a number
//! and loses its leading zeros. Here every value stays text; the typed section that wants a number
//! converts it (see [`super::table`]), and plugin settings stay text altogether.

use cardmux_domain::secret::SecretString;
use figment::value::{Dict, Value};

use super::problems::{Origin, Problem};

const PREFIX: &str = "CARDMUX_";
/// Names contain single underscores, so levels are two apart.
const LEVEL: &str = "__";

/// The process's `CARDMUX_*` variables: the only place that reads the environment.
pub fn environment() -> Vec<(String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
        .filter(|(name, _)| name.starts_with(PREFIX))
        .map(|(name, value)| (name, value.to_string_lossy().into_owned()))
        .collect()
}

/// The value of a variable that a command's own options name, an API key.
pub fn secret_variable(name: &str) -> Option<SecretString> {
    let (_, value) = std::env::vars_os().find(|(known, _)| known == name)?;
    let value = value.into_string().ok()?;
    (!value.is_empty()).then(|| SecretString::from(value))
}

/// The name of the variable that sets a key, for messages.
pub(super) fn variable(path: &[String]) -> String {
    format!("{PREFIX}{}", path.join(LEVEL).to_uppercase())
}

/// The variables as nested tables of text; other variables are passed over.
pub(super) fn tables(pairs: Vec<(String, String)>) -> (Dict, Vec<Problem>) {
    let mut dict = Dict::new();
    let mut problems = Vec::new();
    for (name, value) in pairs {
        let Some(rest) = name.strip_prefix(PREFIX) else {
            continue;
        };
        if is_service_link(rest) {
            continue;
        }
        let key = rest.to_lowercase();
        let path: Vec<&str> = key.split(LEVEL).collect();
        let what = if value.contains(char::REPLACEMENT_CHARACTER) {
            Some("is not valid UTF-8")
        } else if !insert(&mut dict, &path, value) {
            Some("sets a key that another variable sets too, or a part of it")
        } else {
            None
        };
        problems.extend(what.map(|what| Problem {
            key: path.join("."),
            origin: Origin::Environment(name),
            what: what.into(),
            hint: None,
        }));
    }
    (dict, problems)
}

/// Kubernetes puts such variables into every pod when a service is named `cardmux`; they are not
/// ours. No section is called `service_…` or `port…`.
fn is_service_link(rest: &str) -> bool {
    rest == "PORT"
        || rest.starts_with("PORT_")
        || rest.starts_with("SERVICE_HOST")
        || rest.starts_with("SERVICE_PORT")
}

fn insert(dict: &mut Dict, path: &[&str], text: String) -> bool {
    match path {
        [] => false,
        [last] => {
            let free = !dict.contains_key(*last);
            if free {
                dict.insert((*last).to_owned(), Value::from(text));
            }
            free
        }
        [first, rest @ ..] => {
            let table = dict
                .entry((*first).to_owned())
                .or_insert_with(|| Dict::new().into());
            if let Value::Dict(_, inner) = table {
                insert(inner, rest, text)
            } else {
                false
            }
        }
    }
}
