//! Secret values: wiped on drop, no `Debug`, no `Serialize`, read through one named method.

pub use secrecy::{ExposeSecret, SecretString};
