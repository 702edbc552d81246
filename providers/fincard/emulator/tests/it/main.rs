//! The emulator as its clients see it: real HTTP over loopback.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod attributes;
#[cfg(test)]
mod auth;
#[cfg(test)]
mod cards;
#[cfg(test)]
mod events;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod flows;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod holders;
#[cfg(test)]
mod paths;
#[cfg(test)]
mod quirks;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod spending;
#[cfg(test)]
mod support;
#[cfg(test)]
mod webhooks;
