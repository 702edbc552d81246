//! A cardholder's way from `wait_audit` to its end.
//!
//! Documented: the statuses, the platform before the bank (2.3), the event on the final result (8.6).
//! Assumed: the timing, that half of it is each step's, and the reasons given.

use crate::envelope::Failure;
use crate::script::{Cue, Verdict};
use crate::state::{AuditStatus, Holder, Location, Notice, State};

/// When a holder is taken on, seen and decided about.
#[derive(Clone, Copy)]
pub struct Timing {
    pub now_ms: i64,
    pub visible_at: i64,
    pub delay_ms: i64,
}

impl State {
    pub fn holder_mut(&mut self, id: u64) -> Option<&mut Holder> {
        self.holders.iter_mut().find(|holder| holder.id == id)
    }

    /// Gives an audit its verdict and its times.
    pub fn cue_audit(&mut self, id: u64, cue: Cue<Verdict>, ends_here: bool, timing: Timing) {
        let Some(holder) = self.holder_mut(id) else {
            return;
        };
        holder.verdict = cue.fate;
        holder.location = Location::Admin;
        holder.review_at = timing.now_ms.saturating_add(timing.delay_ms / 2);
        holder.final_at = timing.now_ms.saturating_add(timing.delay_ms);
        if ends_here && cue.fate != Verdict::Wait {
            self.conclude(id, cue.fate, None, timing.now_ms);
        }
    }

    pub fn step_audits(&mut self, now_ms: i64) {
        let mut ended = Vec::new();
        for holder in &mut self.holders {
            if holder.next_step_at().is_none_or(|at| at > now_ms) {
                continue;
            }
            let goes_on = holder.verdict != Verdict::RejectAdmin;
            if holder.status == AuditStatus::WaitAudit && goes_on {
                holder.status = AuditStatus::UnderReview;
                holder.location = Location::Channel;
                holder.updated_at = now_ms;
            }
            if holder.next_step_at().is_some_and(|at| at <= now_ms) {
                ended.push((holder.id, holder.verdict));
            }
        }
        for (id, verdict) in ended {
            self.conclude(id, verdict, None, now_ms);
        }
    }

    /// Decides about a holder who is being audited.
    pub fn decide(
        &mut self,
        id: u64,
        verdict: Verdict,
        reason: Option<String>,
        now_ms: i64,
    ) -> Result<(), Failure> {
        let holder = self.holder_mut(id).ok_or(Failure::NotFound)?;
        match holder.status {
            AuditStatus::WaitAudit | AuditStatus::UnderReview => {
                self.conclude(id, verdict, reason, now_ms);
                Ok(())
            }
            AuditStatus::PassAudit | AuditStatus::Reject => {
                Err(Failure::business("The cardholder was decided about before"))
            }
        }
    }

    fn conclude(&mut self, id: u64, verdict: Verdict, reason: Option<String>, now_ms: i64) {
        let (status, location, said) = match verdict {
            Verdict::Pass => (AuditStatus::PassAudit, Location::Channel, "SUCCESS"),
            Verdict::RejectAdmin => (
                AuditStatus::Reject,
                Location::Admin,
                "Rejected by the platform",
            ),
            Verdict::RejectChannel => (
                AuditStatus::Reject,
                Location::Channel,
                "Rejected by the bank",
            ),
            Verdict::Wait => return,
        };
        if let Some(holder) = self.holder_mut(id) {
            holder.status = status;
            holder.location = location;
            holder.description = Some(reason.unwrap_or_else(|| said.to_owned()));
            holder.updated_at = now_ms;
            self.news.push(Notice::Holder(id));
        }
    }
}
