//! Keyed hashes, personal data encrypted at rest, and payloads encrypted to a client's key.
//!
//! A hash stands for what is stored of an API key and for a request body. Keyed, because a plain hash
//! of a short secret (a PIN in a body) can be guessed.

mod gcm;
mod jwe;
mod jwk;
mod vault;

use aws_lc_rs::hmac;

pub use jwe::JweError;
pub use jwk::{BadJwk, PublicJwk};
pub use vault::{BadDataKey, DataKey, Vault, VaultError};

/// Makes and checks keyed hashes under the installation's secret.
#[derive(Clone)]
pub struct Hasher(hmac::Key);

/// What a hash is for; a hash of one purpose never passes for another.
#[derive(Clone, Copy)]
pub enum Purpose {
    ApiKey,
    RequestBody,
    /// Where a page of a list begins.
    Cursor,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Self::ApiKey => b"api-key\0",
            Self::RequestBody => b"request-body\0",
            Self::Cursor => b"cursor\0",
        }
    }
}

impl Hasher {
    pub fn new(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// HMAC-SHA256 over the purpose and the parts, each part preceded by its length.
    pub fn hash(&self, purpose: Purpose, parts: &[&[u8]]) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(purpose.label());
        for part in parts {
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            context.update(&length.to_be_bytes());
            context.update(part);
        }
        context.sign().as_ref().to_vec()
    }

    /// Compares in constant time.
    pub fn matches(&self, purpose: Purpose, parts: &[&[u8]], expected: &[u8]) -> bool {
        let actual = self.hash(purpose, parts);
        aws_lc_rs::constant_time::verify_slices_are_equal(&actual, expected).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_depends_on_key_purpose_and_part_borders() {
        let hasher = Hasher::new(b"one secret of thirty-two bytes..");
        let hash = hasher.hash(Purpose::ApiKey, &[b"ab", b"c"]);
        assert!(hasher.matches(Purpose::ApiKey, &[b"ab", b"c"], &hash));
        assert!(!hasher.matches(Purpose::ApiKey, &[b"a", b"bc"], &hash));
        assert!(!hasher.matches(Purpose::RequestBody, &[b"ab", b"c"], &hash));
        assert!(!Hasher::new(b"another").matches(Purpose::ApiKey, &[b"ab", b"c"], &hash));
    }
}
