//! Customers' personal data, encrypted before it reaches the database.
//!
//! A sealed value is `version (1) | length of the key id (1) | key id | nonce (12) | ciphertext and
//! tag`: it says itself which key opens it, so keys can be replaced while old values are still there.
//! Why so, and how keys are replaced: `gateway/docs/decisions/0004-personal-data.md`.
//!
//! One key is good for 2^32 values (NIST SP 800-38D, 8.3): with random nonces of 96 bits the chance
//! that two values ever share one stays below 2^-32 until then. A hundred writes in each second take
//! 16 months to get there, so a key replaced once a year is never near it.

use aws_lc_rs::aead::RandomizedNonceKey;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cardmux_domain::id::{BadName, Name};
use zeroize::Zeroizing;

use super::gcm::{self, KEY_BYTES, NONCE_BYTES};

const VERSION: u8 = 1;

/// A key with its id. The id is stored beside everything the key sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct DataKey {
    id: Name,
    bytes: Zeroizing<[u8; KEY_BYTES]>,
}

/// Why a text is not a data key; never repeats the text.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum BadDataKey {
    #[error("the name {0}")]
    Id(#[from] BadName),
    #[error("is not the base64 of {KEY_BYTES} bytes")]
    Key,
}

impl DataKey {
    /// A key from the base64 of its 32 bytes.
    pub fn parse(id: &str, text: &str) -> Result<Self, BadDataKey> {
        let id = id.parse()?;
        let bytes = STANDARD.decode(text).map_err(|_| BadDataKey::Key)?;
        let bytes = Zeroizing::new(bytes);
        let bytes = bytes.as_slice().try_into().map_err(|_| BadDataKey::Key)?;
        Ok(Self {
            id,
            bytes: Zeroizing::new(bytes),
        })
    }

    pub fn id(&self) -> &str {
        self.id.as_str()
    }
}

/// Why something was not sealed or opened; never shows what it was.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum VaultError {
    #[error("there is no data key")]
    NoKey,
    #[error("two data keys have the id `{0}`")]
    SameId(Name),
    #[error(
        "a stored value needs the data key `{0}`, which is not configured\nhint: put it back into security.data_keys"
    )]
    UnknownKey(Name),
    #[error("a stored value is not one that was sealed")]
    NotSealed,
    #[error("a stored value does not open: it was changed, or belongs to another record")]
    DoesNotOpen,
    #[error("a value could not be encrypted")]
    Failed,
}

/// The keys in use: the first seals, all of them open.
pub struct Vault {
    active: Key,
    older: Vec<Key>,
}

struct Key {
    id: Name,
    cipher: RandomizedNonceKey,
}

impl Vault {
    pub fn new(keys: Vec<DataKey>) -> Result<Self, VaultError> {
        let mut ring: Vec<Key> = Vec::with_capacity(keys.len());
        for DataKey { id, bytes } in keys {
            if ring.iter().any(|key| key.id == id) {
                return Err(VaultError::SameId(id));
            }
            let cipher = gcm::key(&bytes).map_err(|_| VaultError::Failed)?;
            ring.push(Key { id, cipher });
        }
        let mut ring = ring.into_iter();
        Ok(Self {
            active: ring.next().ok_or(VaultError::NoKey)?,
            older: ring.collect(),
        })
    }

    /// Encrypts with the active key.
    ///
    /// `associated` says whose value it is, such as its tenant and its id, and must be given again to
    /// open it: a value copied to another row does not open there. Parts of varying length must be
    /// told apart in it.
    pub fn seal(&self, associated: &[u8], plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let id = self.active.id.as_str();
        let length = u8::try_from(id.len()).map_err(|_| VaultError::Failed)?;
        let mut envelope = vec![VERSION, length];
        envelope.extend_from_slice(id.as_bytes());
        let bound = bound(&envelope, associated);
        let (nonce, sealed) =
            gcm::seal(&self.active.cipher, &bound, plain).map_err(|_| VaultError::Failed)?;
        envelope.extend_from_slice(nonce.as_ref());
        envelope.extend_from_slice(&sealed);
        Ok(envelope)
    }

    /// Decrypts with the key that sealed.
    pub fn open(&self, associated: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let envelope = Envelope::read(sealed).ok_or(VaultError::NotSealed)?;
        let mut ring = std::iter::once(&self.active).chain(&self.older);
        let Some(key) = ring.find(|key| key.id.as_str() == envelope.id) else {
            // Parsed, because it goes into a log: what is no id of ours is no value of ours.
            let id = envelope.id.parse().map_err(|_| VaultError::NotSealed)?;
            return Err(VaultError::UnknownKey(id));
        };
        let bound = bound(envelope.header, associated);
        gcm::open(&key.cipher, envelope.nonce, &bound, envelope.ciphertext)
            .map_err(|_| VaultError::DoesNotOpen)
    }

    /// Whether the active key sealed it: what else there is, a rotation seals anew.
    /// The id of the key that seals.
    pub fn current(&self) -> &str {
        self.active.id.as_str()
    }

    pub fn is_current(&self, sealed: &[u8]) -> bool {
        Self::key_of(sealed) == Some(self.active.id.as_str())
    }

    /// The id of the key that sealed it; nothing for what is not a sealed value.
    pub fn key_of(sealed: &[u8]) -> Option<&str> {
        Envelope::read(sealed).map(|envelope| envelope.id)
    }
}

/// What the tag vouches for besides the content. The header says its own length, so the two parts
/// cannot run into each other.
fn bound(header: &[u8], associated: &[u8]) -> Vec<u8> {
    [header, associated].concat()
}

struct Envelope<'a> {
    header: &'a [u8],
    id: &'a str,
    nonce: &'a [u8; NONCE_BYTES],
    ciphertext: &'a [u8],
}

impl<'a> Envelope<'a> {
    fn read(sealed: &'a [u8]) -> Option<Self> {
        let &[version, length] = sealed.first_chunk()?;
        if version != VERSION {
            return None;
        }
        let (header, rest) = sealed.split_at_checked(2 + usize::from(length))?;
        let id = std::str::from_utf8(header.get(2..)?).ok()?;
        let (nonce, ciphertext) = rest.split_first_chunk()?;
        Some(Self {
            header,
            id,
            nonce,
            ciphertext,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &[u8] = b"{\"lastName\":\"Canary\"}";
    const ROW: &[u8] = b"acme/cus_1";

    fn key(id: &str, byte: u8) -> DataKey {
        DataKey::parse(id, &STANDARD.encode([byte; KEY_BYTES])).unwrap()
    }

    fn vault(keys: &[(&str, u8)]) -> Vault {
        let keys = keys.iter().map(|(id, byte)| key(id, *byte));
        Vault::new(keys.collect()).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn sealed_value_opens_only_for_its_row_and_never_looks_the_same_twice() {
        let vault = vault(&[("k1", 1)]);
        let sealed = vault.seal(ROW, PLAIN).unwrap();
        assert_eq!(vault.open(ROW, &sealed).unwrap().as_slice(), PLAIN);
        assert_eq!(
            vault.open(b"acme/cus_2", &sealed).unwrap_err(),
            VaultError::DoesNotOpen
        );
        assert_ne!(sealed, vault.seal(ROW, PLAIN).unwrap());
        assert!(!sealed.windows(6).any(|window| window == b"Canary"));
        let empty = vault.seal(ROW, b"").unwrap();
        assert!(vault.open(ROW, &empty).unwrap().is_empty());
    }

    #[test]
    fn changing_any_bit_or_the_length_keeps_it_closed() {
        let vault = vault(&[("k1", 1), ("k0", 1)]);
        let sealed = vault.seal(ROW, PLAIN).unwrap();
        for at in 0..sealed.len() {
            for bit in 0..8 {
                let mut changed = sealed.clone();
                changed[at] ^= 1 << bit;
                assert!(vault.open(ROW, &changed).is_err(), "byte {at}, bit {bit}");
            }
            assert!(vault.open(ROW, &sealed[..at]).is_err(), "first {at} bytes");
        }
        let longer = [sealed.as_slice(), &[0]].concat();
        assert!(vault.open(ROW, &longer).is_err());
        // The same key under another id: the id itself is vouched for.
        let mut renamed = sealed.clone();
        renamed[3] = b'0';
        assert_eq!(Vault::key_of(&renamed), Some("k0"));
        assert_eq!(
            vault.open(ROW, &renamed).unwrap_err(),
            VaultError::DoesNotOpen
        );
    }

    #[test]
    fn first_key_seals_and_the_others_still_open() {
        let before = vault(&[("k1", 1)]);
        let old = before.seal(ROW, PLAIN).unwrap();
        let after = vault(&[("k2", 2), ("k1", 1)]);
        assert_eq!(after.open(ROW, &old).unwrap().as_slice(), PLAIN);
        assert!(before.is_current(&old) && !after.is_current(&old));
        let new = after.seal(ROW, PLAIN).unwrap();
        assert_eq!(Vault::key_of(&new), Some("k2"));
        assert!(after.is_current(&new));
        let error = before.open(ROW, &new).unwrap_err();
        assert_eq!(error, VaultError::UnknownKey("k2".parse().unwrap()));
        assert!(error.to_string().contains("`k2`"), "{error}");
        // Another key under the same id does not open it either.
        let other = vault(&[("k1", 9)]);
        assert_eq!(other.open(ROW, &old).unwrap_err(), VaultError::DoesNotOpen);
    }

    #[test]
    fn foreign_bytes_are_not_taken_for_sealed_ones() {
        let vault = vault(&[("k1", 1)]);
        let not_a_name = [&[VERSION, 3][..], b"A\n!", &[0; 40]].concat();
        for bytes in [&b""[..], &[1], &[2, 2, b'k', b'1'], PLAIN, &not_a_name] {
            assert_eq!(
                vault.open(ROW, bytes).unwrap_err(),
                VaultError::NotSealed,
                "{bytes:?}"
            );
            assert!(!vault.is_current(bytes));
        }
    }

    #[test]
    fn keys_of_the_wrong_form_are_refused() {
        let good = STANDARD.encode([1; KEY_BYTES]);
        for (id, text, expected) in [
            ("K1", good.as_str(), BadDataKey::Id(BadName)),
            ("k1", "", BadDataKey::Key),
            ("k1", "not base64!", BadDataKey::Key),
            ("k1", &STANDARD.encode([1; 31]), BadDataKey::Key),
            ("k1", &STANDARD.encode([1; 33]), BadDataKey::Key),
        ] {
            assert_eq!(DataKey::parse(id, text).err(), Some(expected));
        }
        assert_eq!(Vault::new(vec![]).err(), Some(VaultError::NoKey));
        assert_eq!(
            Vault::new(vec![key("k1", 1), key("k1", 2)]).err(),
            Some(VaultError::SameId("k1".parse().unwrap()))
        );
    }
}
