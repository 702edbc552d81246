//! The emulator as its clients see it: real HTTP over loopback.

#[cfg(test)]
mod auth;
#[cfg(test)]
mod budgets;
#[cfg(test)]
mod cards;
#[cfg(test)]
mod customers;
#[cfg(test)]
mod disputes;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod issuing;
#[cfg(test)]
mod keeping;
#[cfg(test)]
mod partner;
#[cfg(test)]
mod physical;
#[cfg(test)]
mod quirks;
#[cfg(test)]
mod quirks_money;
#[cfg(test)]
mod support;
#[cfg(test)]
mod webhooks;
