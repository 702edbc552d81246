//! Transactions and disputes.
//!
//! Documented: the fields of a transaction (4.9, 5.2), the statuses of a dispute (D). Assumed:
//! transaction statuses and types other than an SDK comment's `completed` and `purchase` are free
//! text; only `completed` moves money, and the type `refund` moves it back.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::table::Row;

pub const COMPLETED: &str = "completed";
pub const REFUND: &str = "refund";

#[derive(Clone, Serialize, Deserialize)]
pub struct Transaction {
    pub id: String,
    pub transaction_id: String,
    pub card_id: String,
    pub budget_id: Option<String>,
    /// In the card's currency, without a sign.
    pub amount: Decimal,
    pub currency: String,
    pub usd_amount: Decimal,
    pub merchant: String,
    pub mcc: String,
    /// `ecommerce` or `pos`: which limits apply.
    pub channel: String,
    pub status: String,
    pub kind: String,
    pub at: i64,
    pub decline_reason: Option<String>,
    /// Of the question we were asked about it, or of the purchase a refund belongs to.
    #[serde(default)]
    pub authorization_id: Option<String>,
}

impl Transaction {
    pub fn is_completed_spend(&self) -> bool {
        self.status == COMPLETED && self.kind != REFUND
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeStatus {
    Pending,
    Reviewing,
    Accepted,
    Rejected,
    Closed,
    Cancelled,
}

impl DisputeStatus {
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Reviewing => "reviewing",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
        }
    }
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Dispute {
    pub id: String,
    pub card_id: String,
    /// The transaction's `id`, whichever of its two ids was sent.
    pub transaction: String,
    pub status: DisputeStatus,
    pub text: String,
    pub files: Vec<String>,
    pub response: Option<String>,
    pub created_at: i64,
}

impl Row for Dispute {
    fn id(&self) -> &str {
        &self.id
    }
}
