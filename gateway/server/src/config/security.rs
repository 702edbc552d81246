use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use cardmux_domain::secret::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::check::{Check, owned};
use super::secret;
use crate::security::{BadDataKey, DataKey};

/// As long as the output of the hash it keys (SHA-256): a shorter key is the weaker part.
const SECRET_BYTES: usize = 32;

const MAKE_DATA_KEY: &str = "make one with `openssl rand -base64 32`";

/// `[security]`: the secret that keys the hashes of API keys and idempotency fingerprints, and the
/// keys that personal data is encrypted with.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Security {
    /// Absent only with SQLite: the server then makes one and keeps it in `data.dir`.
    #[serde(
        default,
        deserialize_with = "secret::read_optional",
        serialize_with = "secret::show_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub secret: Option<SecretString>,
    /// Where `secret` was read from, when from a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_file: Option<PathBuf>,
    /// The id of the key that encrypts; the others only decrypt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    data_key: Option<String>,
    /// Base64 by key id.
    #[serde(
        default,
        deserialize_with = "secret::read_table",
        serialize_with = "secret::show_table",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    data_keys: BTreeMap<String, SecretString>,
    /// Files with the base64, by key id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    data_key_files: BTreeMap<String, PathBuf>,
    /// What the three above say.
    #[serde(skip)]
    ring: Vec<DataKey>,
}

impl Security {
    /// Whether data is encrypted and decrypted as by the other; keys in files are read at the start.
    pub(super) fn has_the_keys_of(&self, other: &Self) -> bool {
        self.ring == other.ring
    }

    /// The keys for personal data, the one that encrypts first. Empty only with SQLite: the server
    /// then makes one and keeps it in `data.dir`.
    pub fn data_keys(&self) -> &[DataKey] {
        &self.ring
    }

    pub(super) fn check(&mut self, check: &mut Check<'_>, is_postgres: bool) {
        self.check_secret(check, is_postgres);
        self.check_data_keys(check, is_postgres);
    }

    fn check_secret(&mut self, check: &mut Check<'_>, is_postgres: bool) {
        let mut key = "security.secret";
        if let Some(file) = &self.secret_file {
            match secret::from_file(check, key, file) {
                Some(secret) => self.secret = Some(secret),
                None => return,
            }
            key = "security.secret_file";
        }
        match &self.secret {
            Some(secret) if secret.expose_secret().len() < SECRET_BYTES => {
                let hint = "make one with `openssl rand -base64 48`";
                let what = format!("is too short, must have {SECRET_BYTES} bytes or more");
                check.problem(key, what, Some(hint.into()));
            }
            None if is_postgres => {
                let hint = "replicas share the database, so they must share the secret: set \
                            CARDMUX_SECURITY__SECRET or security.secret_file";
                check.problem(key, "is required with PostgreSQL", Some(hint.into()));
            }
            Some(_) | None => {}
        }
    }

    fn check_data_keys(&mut self, check: &mut Check<'_>, is_postgres: bool) {
        let given = ["data_keys", "data_key_files"]
            .map(|key| check.layers().find(&owned(&["security", key])));
        if is_postgres && given.iter().all(Option::is_none) {
            let hint = format!(
                "replicas share the database, so they must share the keys of its personal data: \
                 set CARDMUX_SECURITY__DATA_KEYS__K1; {MAKE_DATA_KEY}"
            );
            check.problem(
                "security.data_keys",
                "is required with PostgreSQL",
                Some(hint),
            );
        }
        let active = self.active(check);
        let mut ring = self.read_ring(check);
        ring.sort_by_key(|key| Some(key.id()) != active);
        self.ring = ring;
    }

    /// The id of the key that encrypts, as far as it can be told.
    fn active(&self, check: &mut Check<'_>) -> Option<&str> {
        let given = self.data_keys.keys().chain(self.data_key_files.keys());
        let ids: BTreeSet<&str> = given.map(String::as_str).collect();
        let listed = ids.iter().copied().collect::<Vec<_>>().join(", ");
        let (what, hint) = match &self.data_key {
            Some(id) if ids.contains(id.as_str()) => return Some(id),
            None if ids.len() <= 1 => return ids.first().copied(),
            Some(_) if ids.is_empty() => (
                "is set without any data key",
                "set the key itself in security.data_keys".to_owned(),
            ),
            Some(_) => ("names no data key", format!("there are: {listed}")),
            None => (
                "is missing: of several data keys one must be named that encrypts",
                format!("name one of: {listed}"),
            ),
        };
        check.problem("security.data_key", what, Some(hint));
        None
    }

    fn read_ring(&self, check: &mut Check<'_>) -> Vec<DataKey> {
        let mut ring = Vec::new();
        for (id, text) in &self.data_keys {
            let path = ["security", "data_keys", id];
            ring.extend(data_key(check, &path, id, text));
        }
        for (id, file) in &self.data_key_files {
            let path = ["security", "data_key_files", id];
            if self.data_keys.contains_key(id) {
                let what = format!("is set beside `security.data_keys.{id}`");
                check.problem_at(&path, what, Some("keep one".into()));
            } else if let Some(text) = secret::read_file(check, &path, file) {
                ring.extend(data_key(check, &path, id, &text));
            }
        }
        ring
    }
}

fn data_key(
    check: &mut Check<'_>,
    path: &[&str],
    id: &str,
    text: &SecretString,
) -> Option<DataKey> {
    DataKey::parse(id, text.expose_secret())
        .map_err(|error| {
            let hint = match &error {
                BadDataKey::Id(_) => None,
                BadDataKey::Key => Some(MAKE_DATA_KEY.into()),
            };
            check.problem_at(path, error.to_string(), hint);
        })
        .ok()
}
