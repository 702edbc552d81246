//! A customer, its review and its product access.
//!
//! Documented: the statuses and the way from `pending` (D), `featuresAccess` with its fields (S1,
//! S2), the hosted verification link (D). Assumed: one review at a time; rejection texts.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::table::Row;
use crate::script::Verdict;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomerStatus {
    Pending,
    Active,
    Rejected,
    NeedsInformation,
    UpdateRequested,
    OnHold,
}

impl CustomerStatus {
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Rejected => "rejected",
            Self::NeedsInformation => "needs_information",
            Self::UpdateRequested => "update_requested",
            Self::OnHold => "on_hold",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessStatus {
    Requested,
    Granted,
    Rejected,
}

impl AccessStatus {
    pub fn word(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Granted => "granted",
            Self::Rejected => "rejected",
        }
    }
}

/// A decision that is under way.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Review {
    pub due: i64,
    pub verdict: Verdict,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Access {
    pub id: String,
    /// `cards` or `virtual-account`.
    pub kind: String,
    pub card_type: Option<String>,
    pub status: AccessStatus,
    pub reasons: Vec<String>,
    pub review: Option<Review>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Customer {
    pub id: String,
    /// `individual` or `business`.
    pub kind: String,
    pub status: CustomerStatus,
    pub review: Option<Review>,
    pub reasons: Vec<String>,
    pub access: Vec<Access>,
    /// What was sent, in the words of the answers.
    pub data: Value,
    pub nationality: Option<String>,
    /// When the questionnaire was submitted.
    pub answered_at: Option<i64>,
    pub reusable_token: String,
}

impl Row for Customer {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Customer {
    pub fn is_granted(&self, type_id: &str) -> bool {
        self.access.iter().any(|access| {
            access.card_type.as_deref() == Some(type_id) && access.status == AccessStatus::Granted
        })
    }

    pub fn next_step_at(&self) -> Option<i64> {
        let access = self.access.iter().filter_map(|one| one.review.as_ref());
        let reviews = access.chain(self.review.as_ref());
        reviews.map(|review| review.due).min()
    }

    /// Ends the customer's review, whether it was due or not.
    pub fn decide(&mut self, verdict: Verdict, reason: Option<String>) {
        self.review = None;
        self.reasons.clear();
        self.status = match verdict {
            Verdict::Approve => CustomerStatus::Active,
            Verdict::Reject => {
                self.reasons = vec![reason.unwrap_or_else(|| "Data mismatch".into())];
                CustomerStatus::Rejected
            }
            Verdict::NeedsInformation => CustomerStatus::NeedsInformation,
            Verdict::UpdateRequested => CustomerStatus::UpdateRequested,
            Verdict::Hold => CustomerStatus::OnHold,
        };
    }
}

impl Access {
    /// Only approval and rejection end it: there is no other documented state.
    pub fn decide(&mut self, verdict: Verdict) {
        self.review = None;
        match verdict {
            Verdict::Approve => self.status = AccessStatus::Granted,
            Verdict::Reject => {
                self.status = AccessStatus::Rejected;
                self.reasons = vec!["Product not available".into()];
            }
            Verdict::NeedsInformation | Verdict::UpdateRequested | Verdict::Hold => {}
        }
    }
}
