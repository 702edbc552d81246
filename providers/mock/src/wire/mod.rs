//! The words of the mock provider, and its webhook bodies.

mod notices;
mod operation;
mod transaction;

use cardmux_domain::card::CardStatus;
use cardmux_domain::enrolment::EnrolmentStatus;
use cardmux_domain::money::{Money, parse_amount};
use cardmux_domain::provider::{ErrorKind, ProviderError, Reported};
use cardmux_domain::transaction::{TransactionKind, TransactionStatus};
use serde::{Deserialize, Serialize};

pub(crate) use notices::{card_body, challenge_body, enrolment_body};
pub(crate) use notices::{read_card, read_challenge, read_enrolment, without_value};
pub(crate) use operation::{operation_body, read_operation};
pub(crate) use transaction::{read_transaction, transaction_body};

/// The categories of webhooks.
pub(crate) const OPERATION: &str = "operation";
pub(crate) const TRANSACTION: &str = "transaction";
pub(crate) const CHALLENGE: &str = "challenge";
pub(crate) const ENROLMENT: &str = "enrolment";
pub(crate) const CARD: &str = "card";

/// What every webhook has.
#[derive(Serialize, Deserialize)]
pub(crate) struct Envelope {
    pub(crate) id: String,
    pub(crate) category: String,
}

/// An amount of money; the number as text.
#[derive(Serialize, Deserialize)]
struct Sum {
    amount: String,
    currency: String,
}

impl Sum {
    fn of(money: Option<Money>) -> Option<Self> {
        money.map(|money| Self {
            amount: money.amount_text(),
            currency: money.currency.to_string(),
        })
    }

    fn read(sum: Option<Self>) -> Result<Option<Money>, ProviderError> {
        let Some(Self { amount, currency }) = sum else {
            return Ok(None);
        };
        let amount = parse_amount(&amount).map_err(|_| malformed("amount"))?;
        let currency = currency.parse().map_err(|_| malformed("currency"))?;
        Ok(Some(Money::new(amount, currency)))
    }
}

/// Texts, numbers and lists only: there is nothing JSON could not hold.
fn json(body: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(body).unwrap_or_default()
}

fn malformed(field: &str) -> ProviderError {
    ProviderError::unknown(
        ErrorKind::Malformed,
        format!("the webhook's `{field}` cannot be read"),
    )
}

pub(crate) fn card_word(status: CardStatus) -> &'static str {
    match status {
        CardStatus::Pending => "requested",
        CardStatus::Active => "open",
        CardStatus::Inactive => "sealed",
        CardStatus::Frozen => "paused",
        CardStatus::Blocked => "stopped",
        CardStatus::Cancelled => "closed",
        CardStatus::Expired => "expired",
        CardStatus::Failed => "refused",
    }
}

pub(crate) fn enrolment_word(status: EnrolmentStatus) -> &'static str {
    match status {
        EnrolmentStatus::Pending => "received",
        EnrolmentStatus::InReview => "at_the_desk",
        EnrolmentStatus::ActionRequired => "sent_back",
        EnrolmentStatus::Approved => "welcome",
        EnrolmentStatus::Rejected => "turned_away",
        EnrolmentStatus::Suspended => "on_hold",
    }
}

pub(crate) fn operation_word(reported: &Reported) -> &'static str {
    match reported {
        Reported::Processing => "accepted",
        Reported::Succeeded => "done",
        Reported::Failed(_) => "refused",
    }
}

pub(crate) fn transaction_kind_word(kind: TransactionKind) -> &'static str {
    match kind {
        TransactionKind::Purchase => "buy",
        TransactionKind::Verification => "probe",
        TransactionKind::Reversal => "undo",
        TransactionKind::Refund => "give_back",
        TransactionKind::Fee => "charge",
        TransactionKind::Issue => "issue",
        TransactionKind::Deposit => "load",
        TransactionKind::Withdrawal => "unload",
        TransactionKind::Cancellation => "empty",
        TransactionKind::Overdraft => "cover",
        TransactionKind::Other => "other",
    }
}

pub(crate) fn transaction_status_word(status: TransactionStatus) -> &'static str {
    match status {
        TransactionStatus::Pending => "held",
        TransactionStatus::Declined => "declined",
        TransactionStatus::Reversed => "taken_back",
        TransactionStatus::Settled => "booked",
    }
}
