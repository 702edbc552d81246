//! What every provider emulator shares, and nothing about any provider.
//!
//! * [`Clock`]: emulated time, faster than real time when asked.
//! * [`Store`]: the state, written to a file (temporary file, then rename) after every change.
//! * [`faults`]: scripted faults. What happens on the wire (hang, drop, delay, truncate) is done
//!   here; what is *said* (refusal, 5xx, 429) is left to the provider, as an [`Injected`] fault.
//! * [`webhooks`]: deliveries with a retry schedule on the emulated clock, kept in the state.
//! * [`server`]: an HTTP/1.1 server that can close a connection without answering.
//! * [`control`]: the `/_emulator/*` routes that are the same for every provider.

pub mod calls;
pub mod clock;
pub mod control;
pub mod error;
pub mod faults;
pub mod gate;
pub mod kit;
pub mod outbox;
pub mod running;
pub mod server;
pub mod store;
pub mod webhooks;

pub use clock::Clock;
pub use error::EmulatorError;
pub use faults::{Injected, Invisible};
pub use kit::{Kit, Options, Wire};
pub use outbox::{Event, Outbox};
pub use running::Running;
pub use store::Store;
pub use webhooks::WebhookMode;
