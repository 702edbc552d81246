//! The merchant's private key and what it signs (upstream dialect, W-doc: PKCS#1 v1.5 with SHA-256
//! over the raw body, Base64). The same pair opens what FinCard encrypts: see `decryption.rs`.
//!
//! Which implementation is used follows from the size of the key; the reasons, and where the
//! advisory RUSTSEC-2023-0071 stands, are in `gateway/docs/decisions/0001-rsa-keys.md`.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{Pkcs1PrivateDecryptingKey, PrivateDecryptingKey};
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cardmux_domain::provider::{ErrorKind, ProviderError};
use cardmux_domain::secret::{ExposeSecret, SecretString};
use cardmux_provider_kit::signature::{BadKey, key_der};
use rsa::RsaPrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use rsa::rand_core::OsRng;
use rsa::sha2::Sha256;
use rsa::signature::{RandomizedSigner, SignatureEncoding};
use rsa::traits::PublicKeyParts;

/// Below this nothing is accepted; merchant keys of this size are in use (Inf).
const MIN_BYTES: usize = 128;

/// The merchant's private key.
pub struct PrivateKey(pub(crate) Inner);

pub(crate) enum Inner {
    /// 2048 bits and more.
    Strong(Box<Strong>),
    /// Smaller: the constant-time implementation refuses it.
    Weak(Box<SigningKey<Sha256>>),
}

pub(crate) struct Strong {
    signing: RsaKeyPair,
    pub(crate) decrypting: Pkcs1PrivateDecryptingKey,
}

impl Strong {
    /// Decrypting keys are read from PKCS#8 only, so either encoding passes through it.
    fn of(key: &RsaPrivateKey) -> Option<Self> {
        let pkcs8 = key.to_pkcs8_der().ok()?;
        let decrypting = PrivateDecryptingKey::from_pkcs8(pkcs8.as_bytes()).ok()?;
        Some(Self {
            signing: RsaKeyPair::from_pkcs8(pkcs8.as_bytes()).ok()?,
            decrypting: Pkcs1PrivateDecryptingKey::new(decrypting).ok()?,
        })
    }
}

impl PrivateKey {
    /// From PEM or bare Base64 of PKCS#8 or PKCS#1.
    pub fn parse(text: &SecretString) -> Result<Self, BadKey> {
        let der = key_der(text.expose_secret())?;
        let key = RsaPrivateKey::from_pkcs8_der(&der)
            .or_else(|_| RsaPrivateKey::from_pkcs1_der(&der).map_err(|_| BadKey::NotRsa))
            .map_err(|_| BadKey::NotRsa)?;
        if let Some(strong) = Strong::of(&key) {
            return Ok(Self(Inner::Strong(Box::new(strong))));
        }
        if key.size() < MIN_BYTES {
            return Err(BadKey::NotRsa);
        }
        Ok(Self(Inner::Weak(Box::new(SigningKey::new(key)))))
    }

    /// Smaller than 2048 bits.
    pub fn is_weak(&self) -> bool {
        match &self.0 {
            Inner::Strong(_) => false,
            Inner::Weak(_) => true,
        }
    }

    /// The signature over exactly these bytes, in Base64.
    pub fn sign(&self, body: &[u8]) -> Result<String, ProviderError> {
        let failed =
            || ProviderError::not_sent(ErrorKind::Settings, "the request cannot be signed");
        let signature = match &self.0 {
            Inner::Strong(strong) => {
                let key = &strong.signing;
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(
                    &RSA_PKCS1_SHA256,
                    &SystemRandom::new(),
                    body,
                    &mut signature,
                )
                .map_err(|_| failed())?;
                signature
            }
            Inner::Weak(key) => key
                .try_sign_with_rng(&mut OsRng, body)
                .map_err(|_| failed())?
                .to_vec(),
        };
        Ok(STANDARD.encode(signature))
    }
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PrivateKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cardmux_provider_kit::signature::RsaPublicKey;
    use rsa::pkcs1::EncodeRsaPrivateKey;
    use rsa::pkcs8::{EncodePublicKey, LineEnding};

    #[test]
    fn keys_of_any_size_and_encoding_sign_what_their_public_half_verifies() {
        for (bits, weak) in [(1024, true), (2048, false)] {
            let key = RsaPrivateKey::new(&mut OsRng, bits).unwrap();
            let spki = key.to_public_key().to_public_key_der().unwrap();
            let public = RsaPublicKey::parse(&STANDARD.encode(spki.as_bytes())).unwrap();
            let texts = [
                key.to_pkcs8_pem(LineEnding::LF).unwrap().to_string(),
                key.to_pkcs1_pem(LineEnding::LF).unwrap().to_string(),
                STANDARD.encode(key.to_pkcs8_der().unwrap().as_bytes()),
                STANDARD.encode(key.to_pkcs1_der().unwrap().as_bytes()),
            ];
            for text in texts {
                let private = PrivateKey::parse(&text.into()).unwrap();
                assert_eq!(private.is_weak(), weak);
                let signature = private.sign(b"{}").unwrap();
                assert_eq!(public.verify(b"{}", &signature), Ok(()));
                assert!(public.verify(b"{ }", &signature).is_err());
            }
        }
    }

    #[test]
    fn key_too_small_is_refused() {
        let key = RsaPrivateKey::new(&mut OsRng, 512).unwrap();
        let text = key.to_pkcs8_pem(LineEnding::LF).unwrap().to_string();
        assert_eq!(PrivateKey::parse(&text.into()).unwrap_err(), BadKey::NotRsa);
    }
}
