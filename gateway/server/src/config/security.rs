use std::path::PathBuf;

use cardmux_domain::secret::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::check::Check;
use super::secret;

/// As long as the output of the hash it keys (SHA-256): a shorter key is the weaker part.
const SECRET_BYTES: usize = 32;

/// `[security]`: the secret that keys the hashes of API keys and idempotency fingerprints.
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
}

impl Security {
    pub(super) fn check(&mut self, check: &mut Check<'_>, is_postgres: bool) {
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
}
