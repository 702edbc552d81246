//! What every provider adapter needs and none should write again: the one HTTP transport that says
//! truly what happened, lenient reading of providers' JSON, RSA signatures, settings, and bounded
//! provider messages.

pub mod json;
pub mod redact;
pub mod settings;
pub mod signature;
pub mod transport;
