//! The emulator as its clients see it: real HTTP over loopback.

#[cfg(test)]
mod auth;
#[cfg(test)]
mod authorizations;
#[cfg(test)]
mod cards;
#[cfg(test)]
mod endpoint;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod money;
#[cfg(test)]
mod quirks;
#[cfg(test)]
mod quirks_money;
#[cfg(test)]
mod records;
#[cfg(test)]
mod status;
#[cfg(test)]
mod support;
#[cfg(test)]
mod webhooks;
