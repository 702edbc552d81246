//! Card data in the clear. Nothing here has `Debug`, and all of it is wiped on drop.

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

/// Of the calls that reveal a card: the fields themselves, or below one of the two spellings.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Sensitive {
    pub number: Option<Secret>,
    pub expire: Option<Secret>,
    pub cvc: Option<Secret>,
    #[serde(alias = "sensitive")]
    pub sensetive: Option<Box<Sensitive>>,
}

/// A text, or a number read digit for digit: an SDK allows for card numbers that are JSON numbers
/// (dossier 4.4).
pub struct Secret(pub Zeroizing<String>);

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(SecretVisitor)
    }
}

struct SecretVisitor;

/// Without the deserializers of the kit, which keep a copy of the raw text that is not wiped. The
/// longest number has 19 digits, which an unsigned integer of 64 bits holds exactly.
impl Visitor<'_> for SecretVisitor {
    type Value = Secret;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a text or an integer")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Secret, E> {
        Ok(Secret(Zeroizing::new(text.to_owned())))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Secret, E> {
        Ok(Secret(Zeroizing::new(number.to_string())))
    }
}
