use async_trait::async_trait;

use super::{CallContext, ProviderError};
use crate::challenge::ChallengeKind;
use crate::money::Money;
use crate::transaction::Merchant;

/// Something the outside world does, on command. Refs are the provider's.
#[derive(Debug, Clone, PartialEq)]
pub enum Simulation {
    ApproveEnrolment {
        enrolment_ref: String,
    },
    RejectEnrolment {
        enrolment_ref: String,
        /// Whether corrected data can be handed in.
        correctable: bool,
        reason: Option<String>,
    },
    Authorize {
        card_ref: String,
        amount: Money,
        merchant: Box<Merchant>,
        /// A verification of the card instead of a purchase.
        verification: bool,
        /// Declined for this reason.
        decline: Option<String>,
    },
    /// Settles an authorization, for its own amount where none is given.
    Settle {
        transaction_ref: String,
        amount: Option<Money>,
    },
    /// Takes an authorization back before it is settled, wholly where no amount is given.
    Void {
        transaction_ref: String,
        amount: Option<Money>,
    },
    /// An advice of an authorization nobody asked us about.
    Advise {
        card_ref: String,
        amount: Money,
        merchant: Box<Merchant>,
    },
    /// A presentment without an authorization.
    Present {
        card_ref: String,
        amount: Money,
        merchant: Box<Merchant>,
    },
    Refund {
        transaction_ref: String,
        amount: Option<Money>,
    },
    MaintenanceFee {
        card_ref: String,
        amount: Money,
    },
    /// A fee the card could not pay and the funding account did.
    FeePatch {
        card_ref: String,
        transaction_ref: Option<String>,
        amount: Money,
    },
    Challenge {
        card_ref: String,
        kind: ChallengeKind,
        amount: Option<Money>,
        merchant_name: Option<String>,
    },
    /// The issuer blocks the card.
    Block {
        card_ref: String,
    },
    /// The provider decides about a dispute.
    DecideDispute {
        dispute_ref: String,
        accept: bool,
    },
    /// The provider covers what the card could not pay.
    Overdraft {
        card_ref: String,
        amount: Money,
    },
}

/// Makes things happen at an emulator; never at a real provider.
#[async_trait]
pub trait Simulator: Send + Sync {
    /// Do it; where that makes a transaction, the provider's id of it comes back.
    ///
    /// # Behaviour
    /// - `simulated_purchase_shows_in_the_transactions`
    async fn simulate(
        &self,
        ctx: &CallContext,
        simulation: &Simulation,
    ) -> Result<Option<String>, ProviderError>;
}
