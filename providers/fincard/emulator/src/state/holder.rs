//! A cardholder.
//!
//! Documented: statuses and `statusFlowLocation` (2.3), ids as small integers (1.5). Assumed: under
//! review is the bank's step (`channel`), and passing it stays there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::script::Verdict;

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AuditStatus {
    WaitAudit,
    UnderReview,
    PassAudit,
    Reject,
}

impl AuditStatus {
    pub fn word(self) -> &'static str {
        match self {
            Self::WaitAudit => "wait_audit",
            Self::UnderReview => "under_review",
            Self::PassAudit => "pass_audit",
            Self::Reject => "reject",
        }
    }
}

/// Who looks at a holder, or did last.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Location {
    Admin,
    Channel,
}

impl Location {
    pub fn word(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Channel => "channel",
        }
    }
}

#[derive(Serialize, Deserialize)]
pub struct Holder {
    pub id: u64,
    pub merchant_order_no: String,
    pub card_type_id: u32,
    pub model: String,
    /// What the form said, by its documented field names.
    pub form: BTreeMap<String, String>,
    pub status: AuditStatus,
    pub location: Location,
    pub description: Option<String>,
    pub verdict: Verdict,
    pub created_at: i64,
    pub updated_at: i64,
    pub review_at: i64,
    pub final_at: i64,
    /// Queries do not show the holder before.
    pub visible_at: i64,
}

impl Holder {
    /// When its audit moves on, if it ever does by itself.
    pub fn next_step_at(&self) -> Option<i64> {
        match (self.status, self.verdict) {
            (AuditStatus::PassAudit | AuditStatus::Reject, _) | (_, Verdict::Wait) => None,
            (AuditStatus::WaitAudit, Verdict::RejectAdmin) => Some(self.final_at),
            (AuditStatus::WaitAudit, Verdict::Pass | Verdict::RejectChannel) => {
                Some(self.review_at)
            }
            (
                AuditStatus::UnderReview,
                Verdict::Pass | Verdict::RejectAdmin | Verdict::RejectChannel,
            ) => Some(self.final_at),
        }
    }
}
