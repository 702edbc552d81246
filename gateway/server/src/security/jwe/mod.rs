//! Encrypts an answer to the client's key: JWE, compact serialization (RFC 7516).
//!
//! Written here on aws-lc-rs: the JOSE crates that do RSA-OAEP-256 and ECDH-ES bring OpenSSL,
//! BoringSSL or the `rsa` crate, all of which this house bans.

use aws_lc_rs::agreement::{EphemeralPrivateKey, PublicKey, UnparsedPublicKey, agree_ephemeral};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::kdf::{SskdfDigestAlgorithmId, get_sskdf_digest_algorithm, sskdf_digest};
use aws_lc_rs::rand::{self, SystemRandom};
use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use zeroize::Zeroizing;

use super::gcm::{self, KEY_BYTES};
use super::jwk::{Curve, PublicJwk, RecipientKey};

const CONTENT_ENCRYPTION: &str = "A256GCM";

/// The library refused; there is nothing in it that a client could put right.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the payload could not be encrypted")]
pub struct JweError;

impl From<Unspecified> for JweError {
    fn from(_: Unspecified) -> Self {
        Self
    }
}

#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    enc: &'static str,
    cty: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    epk: Option<EphemeralJwk>,
}

#[derive(Serialize)]
struct EphemeralJwk {
    kty: &'static str,
    crv: &'static str,
    x: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
}

/// The key of one content, and what lets the recipient have it.
struct Delivery {
    content_key: Zeroizing<[u8; KEY_BYTES]>,
    alg: &'static str,
    encrypted_key: Vec<u8>,
    epk: Option<EphemeralJwk>,
}

impl PublicJwk {
    /// The JSON `payload` for the holder of the private key alone, under a key of its own.
    pub fn encrypt(&self, payload: &[u8]) -> Result<String, JweError> {
        let Delivery {
            content_key,
            alg,
            encrypted_key,
            epk,
        } = match &self.key {
            RecipientKey::Rsa(key) => by_rsa(key)?,
            RecipientKey::Curve(curve, point) => by_agreement(*curve, point)?,
        };
        let header = Header {
            alg,
            enc: CONTENT_ENCRYPTION,
            cty: "application/json",
            kid: self.kid.as_deref(),
            epk,
        };
        let header = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&header).map_err(|_| JweError)?);
        let key = gcm::key(&content_key)?;
        let (nonce, sealed) = gcm::seal(&key, header.as_bytes(), payload)?;
        let (ciphertext, tag) = sealed.split_at_checked(payload.len()).ok_or(JweError)?;
        let parts = [&encrypted_key, nonce.as_ref().as_slice(), ciphertext, tag];
        let encoded = parts.map(|part| URL_SAFE_NO_PAD.encode(part));
        Ok(format!("{header}.{}", encoded.join(".")))
    }
}

/// RSA-OAEP-256: a random key, encrypted (RFC 7518, 4.3).
fn by_rsa(key: &OaepPublicEncryptingKey) -> Result<Delivery, JweError> {
    let mut content_key = Zeroizing::new([0; KEY_BYTES]);
    rand::fill(content_key.as_mut_slice())?;
    let mut encrypted_key = vec![0; key.ciphertext_size()];
    let length = key
        .encrypt(
            &OAEP_SHA256_MGF1SHA256,
            content_key.as_slice(),
            &mut encrypted_key,
            None,
        )?
        .len();
    encrypted_key.truncate(length);
    Ok(Delivery {
        content_key,
        alg: "RSA-OAEP-256",
        encrypted_key,
        epk: None,
    })
}

/// ECDH-ES: the key follows from the recipient's key and one made for this content alone, so nothing
/// encrypted is sent along (RFC 7518, 4.6).
fn by_agreement(curve: Curve, point: &[u8]) -> Result<Delivery, JweError> {
    let ephemeral = EphemeralPrivateKey::generate(curve.algorithm(), &SystemRandom::new())?;
    let epk = ephemeral_jwk(curve, &ephemeral.compute_public_key()?)?;
    let theirs = UnparsedPublicKey::new(curve.algorithm(), point);
    let content_key = agree_ephemeral(ephemeral, theirs, JweError, |secret| {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        concat_kdf(secret, CONTENT_ENCRYPTION, [b"", b""], key.as_mut_slice())?;
        Ok(key)
    })?;
    Ok(Delivery {
        content_key,
        alg: "ECDH-ES",
        encrypted_key: Vec::new(),
        epk: Some(epk),
    })
}

fn ephemeral_jwk(curve: Curve, public: &PublicKey) -> Result<EphemeralJwk, JweError> {
    let bytes = public.as_ref();
    let (x, y) = match curve {
        // Uncompressed: a 4, then the two coordinates.
        Curve::P256 | Curve::P384 => bytes
            .get(1..)
            .and_then(|rest| rest.split_at_checked(curve.coordinate_bytes()))
            .map(|(x, y)| (x, Some(y)))
            .ok_or(JweError)?,
        Curve::X25519 => (bytes, None),
    };
    Ok(EphemeralJwk {
        kty: curve.kty(),
        crv: curve.name(),
        x: URL_SAFE_NO_PAD.encode(x),
        y: y.map(|y| URL_SAFE_NO_PAD.encode(y)),
    })
}

/// Concat KDF (RFC 7518, 4.6.2), which NIST and the library call single-step. `parties` are what
/// `apu` and `apv` say.
fn concat_kdf(
    secret: &[u8],
    algorithm: &str,
    parties: [&[u8]; 2],
    key: &mut [u8],
) -> Result<(), JweError> {
    let sha256 = get_sskdf_digest_algorithm(SskdfDigestAlgorithmId::Sha256).ok_or(JweError)?;
    let length = |n: usize| u32::try_from(n).map(u32::to_be_bytes).map_err(|_| JweError);
    let [party_u, party_v] = parties;
    let mut info = Vec::new();
    for part in [algorithm.as_bytes(), party_u, party_v] {
        info.extend_from_slice(&length(part.len())?);
        info.extend_from_slice(part);
    }
    info.extend_from_slice(&length(key.len() * 8)?);
    Ok(sskdf_digest(sha256, secret, &info, key)?)
}

#[cfg(test)]
mod tests;
