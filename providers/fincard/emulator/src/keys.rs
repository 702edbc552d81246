//! RSA keys and signatures.
//!
//! Documented: SHA256withRSA (PKCS#1 v1.5) over the raw body, standard Base64 on one line (W-doc);
//! keys as base64 DER without armour, PKCS#8 private and SPKI public (W-int); 1024 bits in
//! production (W-prod). Secrets go out under the merchant's public key with PKCS#1 v1.5 padding, each
//! value by itself, in Base64 (7.4). Assumed: a value longer than one block is split over several.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cardmux_emulator_kit::EmulatorError;
use rand::Rng;
use rand::rngs::StdRng;
use rsa::pkcs1v15::{Signature, SigningKey, VerifyingKey};
use rsa::pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey};
use rsa::rand_core::{CryptoRng, Error, OsRng, RngCore};
use rsa::sha2::Sha256;
use rsa::signature::{RandomizedSigner, SignatureEncoding, Verifier};
use rsa::traits::PublicKeyParts;
use rsa::{Pkcs1v15Encrypt, RsaPrivateKey, RsaPublicKey};

/// What PKCS#1 v1.5 needs of every block.
const PADDING: usize = 11;

/// The platform's signing key and the merchant's verifying key.
pub struct Keys {
    platform: SigningKey<Sha256>,
    merchant: VerifyingKey<Sha256>,
    merchant_public: RsaPublicKey,
}

impl Keys {
    /// From the base64 DER in the state.
    pub fn load(platform_private: &str, merchant_private: &str) -> Result<Self, EmulatorError> {
        let merchant_public = RsaPublicKey::from(&decode(merchant_private)?);
        Ok(Self {
            platform: SigningKey::new(decode(platform_private)?),
            merchant: VerifyingKey::new(merchant_public.clone()),
            merchant_public,
        })
    }

    /// The platform's signature over exactly these bytes.
    pub fn sign(&self, body: &[u8]) -> String {
        STANDARD.encode(self.platform.sign_with_rng(&mut OsRng, body).to_bytes())
    }

    /// A secret only the merchant can read.
    pub fn encrypt(&self, secret: &str) -> Option<String> {
        let block = self.merchant_public.size().checked_sub(PADDING)?;
        let mut sealed = Vec::new();
        for part in secret.as_bytes().chunks(block) {
            let part = self
                .merchant_public
                .encrypt(&mut OsRng, Pkcs1v15Encrypt, part);
            sealed.extend(part.ok()?);
        }
        Some(STANDARD.encode(sealed))
    }

    /// Whether the merchant signed exactly these bytes.
    pub fn merchant_signed(&self, body: &[u8], signature: &str) -> bool {
        let decoded = STANDARD.decode(signature).ok();
        let signature = decoded.and_then(|bytes| Signature::try_from(bytes.as_slice()).ok());
        signature.is_some_and(|signature| self.merchant.verify(body, &signature).is_ok())
    }
}

/// A new pair: PKCS#8 private and SPKI public, base64 DER.
pub fn generate(rng: StdRng, bits: usize) -> Result<(String, String), EmulatorError> {
    let key = RsaPrivateKey::new(&mut Bridge(rng), bits).map_err(setup)?;
    let private = key.to_pkcs8_der().map_err(setup)?;
    let public = key.to_public_key().to_public_key_der().map_err(setup)?;
    Ok((
        STANDARD.encode(private.as_bytes()),
        STANDARD.encode(public.as_bytes()),
    ))
}

fn decode(private: &str) -> Result<RsaPrivateKey, EmulatorError> {
    RsaPrivateKey::from_pkcs8_der(&STANDARD.decode(private).map_err(setup)?).map_err(setup)
}

fn setup(error: impl std::error::Error + Send + Sync + 'static) -> EmulatorError {
    EmulatorError::Setup(Box::new(error))
}

/// `rsa` 0.9 wants the generator traits of an older `rand_core`.
struct Bridge(StdRng);

impl RngCore for Bridge {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.0.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for Bridge {}
