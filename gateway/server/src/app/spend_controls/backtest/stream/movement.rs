//! What one movement of money means: for its authorization, and for what is available.

use cardmux_domain::ledger::{Account, Transfer, TransferKind};
use cardmux_domain::money::Decimal;
use cardmux_domain::spend_control::Counted;

/// What of an authorization is held and was presented, step by step.
#[derive(Debug, Clone, Copy, Default)]
pub struct Life {
    held: Decimal,
    posted: Decimal,
    pub counts: bool,
    returned: bool,
}

impl Life {
    pub fn of(counted: &Counted) -> Self {
        Self {
            held: counted.counted,
            posted: Decimal::ZERO,
            counts: counted.counts,
            returned: false,
        }
    }

    pub fn counted(&self) -> Decimal {
        self.held.saturating_add(self.posted)
    }

    pub fn step(&mut self, transfer: &Transfer) {
        let amount = transfer.amount;
        match transfer.kind {
            TransferKind::Hold | TransferKind::ForcedHold => {
                self.held += amount;
                self.counts = true;
            }
            TransferKind::Release => {
                self.held -= amount;
                // Reversed, expired or declined after all.
                if self.counted() <= Decimal::ZERO && !self.returned {
                    self.counts = false;
                }
            }
            TransferKind::Post => {
                self.held -= amount;
                self.posted += amount;
                self.counts = true;
            }
            TransferKind::ForcedPost => {
                self.posted += amount;
                self.counts = true;
            }
            TransferKind::Return => {
                self.returned = true;
                self.counts = true;
            }
            TransferKind::Fund | TransferKind::Withdraw | TransferKind::Fee => {}
        }
    }
}

/// What a movement adds to what limits count of its authorization.
pub fn counted_change(transfer: &Transfer) -> Decimal {
    match transfer.kind {
        TransferKind::Hold | TransferKind::ForcedHold | TransferKind::ForcedPost => transfer.amount,
        TransferKind::Release => -transfer.amount,
        TransferKind::Fund
        | TransferKind::Withdraw
        | TransferKind::Post
        | TransferKind::Fee
        | TransferKind::Return => Decimal::ZERO,
    }
}

pub fn available_change(transfer: &Transfer) -> Decimal {
    match transfer.kind.accounts() {
        (_, Account::Available) => transfer.amount,
        (Account::Available, _) => -transfer.amount,
        (_, _) => Decimal::ZERO,
    }
}

/// What was available before it; `None` where it leaves that alone.
pub fn available_before(transfer: &Transfer) -> Option<Decimal> {
    match transfer.kind.accounts() {
        (_, Account::Available) => Some(transfer.to_after - transfer.amount),
        (Account::Available, _) => Some(transfer.from_after + transfer.amount),
        (_, _) => None,
    }
}
