//! Signatures: RSA PKCS#1 v1.5 with SHA-256 and Base64, and HMAC-SHA256 in hex.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cardmux_domain::secret::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// Why a text is not a key.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum BadKey {
    #[error("must be a PEM block, or its Base64 without the armour")]
    NotBase64,
    #[error("is not an RSA key of 1024 to 8192 bits in a known encoding")]
    NotRsa,
}

/// The signature is not Base64, or not of this key over these bytes.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the signature does not fit")]
pub struct BadSignature;

/// The DER inside a PEM block, or inside the bare Base64 in which some providers hand out keys.
/// `\n` written out is a line break, as environment variables often have it.
pub fn key_der(text: &str) -> Result<Zeroizing<Vec<u8>>, BadKey> {
    let text = Zeroizing::new(text.replace("\\n", "\n"));
    let mut base64 = Zeroizing::new(String::with_capacity(text.len()));
    for line in text
        .lines()
        .filter(|line| !line.trim_start().starts_with("-----"))
    {
        base64.extend(line.chars().filter(|c| !c.is_whitespace()));
    }
    let der = STANDARD
        .decode(base64.as_bytes())
        .map_err(|_| BadKey::NotBase64)?;
    if der.is_empty() {
        Err(BadKey::NotBase64)
    } else {
        Ok(Zeroizing::new(der))
    }
}

/// A provider's public key.
///
/// Keys from 1024 bits are taken, because a provider's production key has that size (W-prod for
/// FinCard); refusing it would refuse every genuine webhook.
#[derive(Clone)]
pub struct RsaPublicKey(std::sync::Arc<ParsedPublicKey>);

impl RsaPublicKey {
    /// From PEM or bare Base64 of a DER `SubjectPublicKeyInfo` (or PKCS#1 `RSAPublicKey`).
    pub fn parse(text: &str) -> Result<Self, BadKey> {
        let der = key_der(text)?;
        ParsedPublicKey::new(
            &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
            der.as_slice(),
        )
        .map(|key| Self(key.into()))
        .map_err(|_| BadKey::NotRsa)
    }

    /// Whether `signature` (Base64) is this key's over exactly `message`.
    pub fn verify(&self, message: &[u8], signature: &str) -> Result<(), BadSignature> {
        let signature = STANDARD
            .decode(signature.trim())
            .map_err(|_| BadSignature)?;
        self.0
            .verify_sig(message, &signature)
            .map_err(|_| BadSignature)
    }
}

impl std::fmt::Debug for RsaPublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RsaPublicKey")
    }
}

/// A secret shared with a provider, to sign what is sent to it.
#[derive(Clone)]
pub struct HmacKey(hmac::Key);

impl HmacKey {
    /// The bytes of the text, as they are.
    pub fn new(secret: &SecretString) -> Self {
        let bytes = secret.expose_secret().as_bytes();
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// HMAC-SHA256 (RFC 2104) over the parts one after the other, in lower-case hex.
    pub fn sign_hex(&self, parts: &[&[u8]]) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(part);
        }
        hex::encode(context.sign())
    }
}

impl std::fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HmacKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    #[test]
    fn hmac_is_that_of_the_rfc_however_the_message_is_cut() {
        let key = HmacKey::new(&"Jefe".into());
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let whole: &[&[u8]] = &[b"what do ya want for nothing?"];
        let cut: &[&[u8]] = &[b"what do ya want", b"", b" for nothing?"];
        for parts in [whole, cut] {
            assert_eq!(key.sign_hex(parts), expected);
        }
        assert_eq!(format!("{key:?}"), "HmacKey");
    }
    use aws_lc_rs::encoding::AsDer;
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};

    fn signed(message: &[u8]) -> (Vec<u8>, String) {
        let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(
            &RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            message,
            &mut signature,
        )
        .unwrap();
        let spki = key.public_key().as_der().unwrap();
        (spki.as_ref().to_vec(), STANDARD.encode(signature))
    }

    /// Keys of 1024 bits, which this library does not make, are tried in the FinCard adapter.
    #[test]
    fn verify_accepts_exactly_the_signed_bytes() {
        let (spki, signature) = signed(b"{\"a\": 1}");
        let bare = STANDARD.encode(spki);
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{bare}\n-----END PUBLIC KEY-----\n");
        for text in [pem.as_str(), &pem.replace('\n', "\\n"), &bare] {
            let key = RsaPublicKey::parse(text).unwrap();
            assert_eq!(key.verify(b"{\"a\": 1}", &signature), Ok(()));
            assert_eq!(key.verify(b"{\"a\":1}", &signature), Err(BadSignature));
            assert_eq!(key.verify(b"{\"a\": 1}", "MOCK"), Err(BadSignature));
            assert_eq!(key.verify(b"{\"a\": 1}", ""), Err(BadSignature));
        }
    }

    #[test]
    fn parse_of_what_is_no_key_says_so() {
        assert_eq!(
            RsaPublicKey::parse("not a key!").unwrap_err(),
            BadKey::NotBase64
        );
        assert_eq!(RsaPublicKey::parse("").unwrap_err(), BadKey::NotBase64);
        assert_eq!(RsaPublicKey::parse("AAAA").unwrap_err(), BadKey::NotRsa);
    }
}
