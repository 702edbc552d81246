//! Values FinCard encrypts for the merchant: card numbers, codes, links (dossier sections 7.4, 8.5).
//!
//! RSA PKCS#1 v1.5 under the merchant's public key, Base64. Which implementation is used, and why
//! that is tolerable, is decision 0001; so is the rule that every failure looks the same.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cardmux_domain::provider::ProviderError;
use cardmux_domain::secret::SecretString;
use rsa::Pkcs1v15Encrypt;
use rsa::rand_core::OsRng;
use rsa::traits::PublicKeyParts;
use zeroize::Zeroizing;

use crate::map;
use crate::signing::{Inner, PrivateKey};

/// A link that does not fit one block is cut into several (Inf). No link is longer than this many
/// blocks of the smallest key; our choice.
const MAX_BLOCKS: usize = 32;

/// How sensitive values come.
#[derive(Debug)]
pub enum Unveil {
    /// Encrypted for this key.
    Decrypt(Arc<PrivateKey>),
    /// As they are: FinHub's Playground may do that (dossier section 11, no. 7).
    Plain,
}

impl Unveil {
    /// The value itself. The error shows nothing of it.
    pub fn open(&self, value: &str) -> Result<SecretString, ProviderError> {
        match self {
            Self::Plain => Ok(value.trim().into()),
            Self::Decrypt(key) => key
                .decrypt(value)
                .ok_or_else(|| map::malformed("a value that our private key does not open")),
        }
    }

    /// A link: plain or encrypted, the pages do not say which (dossier section 7.4).
    pub fn open_link(&self, value: &str) -> Result<SecretString, ProviderError> {
        let value = value.trim();
        let scheme = value.get(..4).unwrap_or_default();
        if scheme.eq_ignore_ascii_case("http") && value.contains("://") {
            return Ok(value.into());
        }
        self.open(value)
    }
}

impl PrivateKey {
    /// The plain text of one or more blocks; `None` for every kind of failure.
    fn decrypt(&self, value: &str) -> Option<SecretString> {
        let cipher = STANDARD.decode(value.trim()).ok()?;
        let size = match &self.0 {
            Inner::Strong(strong) => strong.decrypting.key_size_bytes(),
            Inner::Weak(key) => rsa_key(key).size(),
        };
        let blocks = cipher.len().checked_div(size)?;
        if !(1..=MAX_BLOCKS).contains(&blocks) || !cipher.len().is_multiple_of(size) {
            return None;
        }
        // As large as it can get, so that it never moves and leaves a copy behind.
        let mut plain = Zeroizing::new(Vec::with_capacity(cipher.len()));
        let mut whole = true;
        for block in cipher.chunks(size) {
            whole &= self.decrypt_block(block, &mut plain).is_some();
        }
        let text = std::str::from_utf8(&plain).ok().filter(|_| whole)?;
        Some(text.into())
    }

    fn decrypt_block(&self, block: &[u8], plain: &mut Vec<u8>) -> Option<()> {
        match &self.0 {
            Inner::Strong(strong) => {
                let key = &strong.decrypting;
                let mut room = Zeroizing::new(vec![0; key.min_output_size()]);
                plain.extend_from_slice(key.decrypt(block, &mut room).ok()?);
            }
            Inner::Weak(key) => {
                let text = rsa_key(key).decrypt_blinded(&mut OsRng, Pkcs1v15Encrypt, block);
                plain.extend_from_slice(&Zeroizing::new(text.ok()?));
            }
        }
        Some(())
    }
}

fn rsa_key(key: &rsa::pkcs1v15::SigningKey<rsa::sha2::Sha256>) -> &rsa::RsaPrivateKey {
    key.as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;
    use cardmux_domain::provider::{ErrorKind, Outcome};
    use cardmux_domain::secret::ExposeSecret;
    use rsa::pkcs1::EncodeRsaPrivateKey;
    use rsa::pkcs8::EncodePrivateKey;
    use rsa::{RsaPrivateKey, RsaPublicKey};

    fn encrypted(key: &RsaPublicKey, texts: &[&str]) -> String {
        let cipher: Vec<u8> = texts
            .iter()
            .flat_map(|text| {
                key.encrypt(&mut OsRng, Pkcs1v15Encrypt, text.as_bytes())
                    .unwrap()
            })
            .collect();
        STANDARD.encode(cipher)
    }

    fn unveil(key: &RsaPrivateKey) -> Unveil {
        let der = key.to_pkcs8_der().unwrap();
        let text = STANDARD.encode(der.as_bytes());
        Unveil::Decrypt(Arc::new(PrivateKey::parse(&text.into()).unwrap()))
    }

    fn opened(unveil: &Unveil, value: &str) -> Result<String, ProviderError> {
        unveil.open(value).map(|s| s.expose_secret().to_owned())
    }

    #[test]
    fn values_of_one_and_more_blocks_open_with_keys_of_every_size() {
        for bits in [1024, 2048, 4096] {
            let key = RsaPrivateKey::new(&mut OsRng, bits).unwrap();
            let public = key.to_public_key();
            let unveil = unveil(&key);
            let one = encrypted(&public, &["4000001234567899"]);
            assert_eq!(opened(&unveil, &one).unwrap(), "4000001234567899");
            let halves = ["https://example.org/ä".repeat(4), "end".to_owned()];
            let many = encrypted(&public, &[&halves[0], &halves[1], ""]);
            assert_eq!(opened(&unveil, &many).unwrap(), halves.concat());
        }
    }

    #[test]
    fn key_in_the_older_encoding_opens_too() {
        for bits in [1024, 2048] {
            let key = RsaPrivateKey::new(&mut OsRng, bits).unwrap();
            let text = STANDARD.encode(key.to_pkcs1_der().unwrap().as_bytes());
            let unveil = Unveil::Decrypt(Arc::new(PrivateKey::parse(&text.into()).unwrap()));
            let value = encrypted(&key.to_public_key(), &["258013"]);
            assert_eq!(opened(&unveil, &value).unwrap(), "258013");
        }
    }

    #[test]
    fn every_failure_is_the_same_error_and_shows_nothing() {
        for bits in [1024, 2048] {
            let key = RsaPrivateKey::new(&mut OsRng, bits).unwrap();
            let other = RsaPrivateKey::new(&mut OsRng, bits).unwrap();
            let unveil = unveil(&key);
            let foreign = encrypted(&other.to_public_key(), &["4000001234567899"]);
            let good = encrypted(&key.to_public_key(), &["4000001234567899"]);
            let half = STANDARD.encode(&STANDARD.decode(&good).unwrap()[..64]);
            let second_bad = STANDARD.encode(
                [good.as_str(), foreign.as_str()]
                    .map(|v| STANDARD.decode(v).unwrap())
                    .concat(),
            );
            let bytes = key
                .to_public_key()
                .encrypt(&mut OsRng, Pkcs1v15Encrypt, &[0xff, 0xfe])
                .unwrap();
            let no_text = STANDARD.encode(bytes);
            for value in [
                "4000001234567899",
                "",
                "?",
                &foreign,
                &half,
                &second_bad,
                &no_text,
            ] {
                let error = unveil.open(value).unwrap_err();
                assert_eq!(
                    (error.kind, error.outcome),
                    (ErrorKind::Malformed, Outcome::Unknown)
                );
                assert!(!format!("{error:?}").contains("4000001234567899"));
                assert_eq!(
                    error.message,
                    "FinCard sent a value that our private key does not open"
                );
            }
        }
    }

    #[test]
    fn links_are_taken_plain_or_encrypted() {
        let key = RsaPrivateKey::new(&mut OsRng, 1024).unwrap();
        let unveil = unveil(&key);
        let link = "https://gift.example.org/a";
        let cipher = encrypted(&key.to_public_key(), &[link]);
        for value in [link, &cipher] {
            let opened = unveil.open_link(value).unwrap();
            assert_eq!(opened.expose_secret(), link);
        }
        assert!(unveil.open_link("gift.example.org").is_err());
        assert_eq!(Unveil::Plain.open(" 123 ").unwrap().expose_secret(), "123");
    }
}
