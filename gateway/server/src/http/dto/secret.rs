//! Secrets in request bodies: into a wiping type as they are read.

use cardmux_domain::secret::SecretString;
use serde::{Deserialize, Deserializer};

pub fn required<'de, D: Deserializer<'de>>(from: D) -> Result<SecretString, D::Error> {
    String::deserialize(from).map(SecretString::from)
}

pub fn optional<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SecretString>, D::Error> {
    Ok(Option::<String>::deserialize(from)?.map(SecretString::from))
}
