//! Secrets of ours: read as text, shown as `***`, or taken from a file beside the key.

use std::collections::BTreeMap;
use std::path::Path;

use cardmux_domain::secret::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serializer};

use super::check::Check;

pub const MASK: &str = "***";

pub fn read<'de, D: Deserializer<'de>>(from: D) -> Result<SecretString, D::Error> {
    String::deserialize(from).map(SecretString::from)
}

pub fn read_optional<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SecretString>, D::Error> {
    read(from).map(Some)
}

pub fn show_optional<S: Serializer>(
    secret: &Option<SecretString>,
    to: S,
) -> Result<S::Ok, S::Error> {
    match secret {
        Some(_) => to.serialize_str(MASK),
        None => to.serialize_none(),
    }
}

/// Secrets by name.
pub fn read_table<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<BTreeMap<String, SecretString>, D::Error> {
    let table = BTreeMap::<String, String>::deserialize(from)?;
    Ok(table
        .into_iter()
        .map(|(name, text)| (name, SecretString::from(text)))
        .collect())
}

pub fn show_table<S: Serializer>(
    secrets: &BTreeMap<String, SecretString>,
    to: S,
) -> Result<S::Ok, S::Error> {
    to.collect_map(secrets.keys().map(|name| (name, MASK)))
}

/// A URL without what may be secret in it: user, password and parameters.
pub fn show_url<S: Serializer>(url: &SecretString, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&without_credentials(url.expose_secret()))
}

/// Cut by hand: a database URL need not be one that the `url` crate reads, and what cannot be
/// understood is masked whole.
pub fn without_credentials(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return MASK.into();
    };
    // The last `@` first: a password that nobody encoded may hold any of these characters.
    let (user, place) = match rest.rsplit_once('@') {
        Some((_, place)) => ("***@", place),
        None => ("", rest),
    };
    let place = place.split(['?', '#']).next().unwrap_or_default();
    format!("{scheme}://{user}{place}")
}

/// The secret in the file that `<key>_file` names, without the line end that editors add.
///
/// Both ways at once is a problem: it would be a guess which of them is out of date.
pub(super) fn from_file(check: &mut Check<'_>, key: &str, file: &Path) -> Option<SecretString> {
    let file_key = format!("{key}_file");
    if check.is_chosen(key) {
        check.problem(
            &file_key,
            format!("is set beside `{key}`"),
            Some("keep one".into()),
        );
        return None;
    }
    let path: Vec<&str> = file_key.split('.').collect();
    read_file(check, &path, file)
}

/// The secret in the file that the key at `path` names.
pub(super) fn read_file(check: &mut Check<'_>, path: &[&str], file: &Path) -> Option<SecretString> {
    match std::fs::read_to_string(file) {
        Ok(text) => Some(SecretString::from(text.trim_end_matches(['\r', '\n']))),
        Err(error) => {
            check.problem_at(path, format!("the file cannot be read: {error}"), None);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_is_shown_without_anything_secret() {
        for (url, shown) in [
            (
                "sqlite://.cardmux/cardmux.db?mode=rwc",
                "sqlite://.cardmux/cardmux.db",
            ),
            ("postgres://db:5432/cards", "postgres://db:5432/cards"),
            (
                "postgres://user:pw@db/cards?password=pw",
                "postgres://***@db/cards",
            ),
            ("postgres://user:p?w#@db/cards", "postgres://***@db/cards"),
            ("postgres://user:p@w@db/cards", "postgres://***@db/cards"),
            ("pw", "***"),
        ] {
            assert_eq!(without_credentials(url), shown);
        }
    }
}
