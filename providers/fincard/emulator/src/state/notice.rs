//! What happened and has to be told by webhook.

/// Collected while the state changes, turned into events by [`crate::hooks`] before the change is
/// written. Never saved: nothing is left when a write ends.
pub enum Notice {
    /// An order became final: its `orderNo`.
    Order(String),
    /// An authorization appeared or changed: its `tradeNo`.
    Trade(String),
    /// The merchant's own money paid a card's fee: the fee's `tradeNo`.
    FeePatch(String),
    /// A code or link for the cardholder: its `tradeNo`.
    Challenge(String),
    /// A cardholder's audit ended.
    Holder(u64),
}
