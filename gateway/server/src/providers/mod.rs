//! Providers as the gateway holds them: built from configuration, called through one guard.

mod emulated;
mod guard;
mod instance;
mod registry;

pub use emulated::Emulated;
pub use guard::{Call, Guard, GuardLimits};
pub use instance::{Change, Instance};
pub use registry::{KINDS, RefusedSettings, Registry, emulate, emulated_kinds, kind_names};
