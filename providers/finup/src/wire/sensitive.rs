//! What is secret about a card. No `Debug`; wiped on drop.

use serde::Deserialize;
use zeroize::Zeroizing;

/// Of `GET /cards/{id}` (D): in clear text.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Sensitive {
    #[serde(rename = "PAN")]
    pub pan: Option<Zeroizing<String>>,
    #[serde(rename = "CVV")]
    pub cvv: Option<Zeroizing<String>>,
    /// `MM/YY`; `**/**` where it is hidden.
    #[serde(rename = "EXP")]
    pub exp: Option<Zeroizing<String>>,
}
