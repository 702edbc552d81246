//! The emulator as its clients see it: real HTTP over loopback.

#[cfg(test)]
mod auth;
#[cfg(test)]
mod cards;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod support;
#[cfg(test)]
mod webhooks;
