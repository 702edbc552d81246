//! AES-256-GCM under random nonces: the one cipher of this house.

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::error::Unspecified;
use zeroize::Zeroizing;

pub const KEY_BYTES: usize = 32;
pub const NONCE_BYTES: usize = 12;
pub const TAG_BYTES: usize = 16;

/// A key that makes its nonces itself, so that nobody can use one twice by mistake.
pub fn key(bytes: &[u8; KEY_BYTES]) -> Result<RandomizedNonceKey, Unspecified> {
    RandomizedNonceKey::new(&AES_256_GCM, bytes)
}

/// The nonce, and the ciphertext with the tag behind it.
pub fn seal(
    key: &RandomizedNonceKey,
    associated: &[u8],
    plain: &[u8],
) -> Result<(Nonce, Zeroizing<Vec<u8>>), Unspecified> {
    // Room for the tag from the beginning: a vector that grows leaves its old content behind.
    let mut buffer = Zeroizing::new(Vec::with_capacity(plain.len() + TAG_BYTES));
    buffer.extend_from_slice(plain);
    let nonce = key.seal_in_place_append_tag(Aad::from(associated), &mut *buffer)?;
    Ok((nonce, buffer))
}

/// The plain text of what [`seal`] made.
pub fn open(
    key: &RandomizedNonceKey,
    nonce: &[u8; NONCE_BYTES],
    associated: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Unspecified> {
    let mut buffer = Zeroizing::new(sealed.to_vec());
    let length = key
        .open_in_place(Nonce::from(nonce), Aad::from(associated), &mut buffer)?
        .len();
    buffer.truncate(length);
    Ok(buffer)
}
