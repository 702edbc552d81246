//! What every provider adapter needs and none should write again: the one HTTP transport that says
//! truly what happened, lenient reading of providers' JSON, RSA and HMAC signatures, settings, comparison of cards before and after, and bounded
//! provider messages.

pub mod comparison;
pub mod json;
pub mod raw;
pub mod redact;
pub mod settings;
pub mod signature;
pub mod transport;
