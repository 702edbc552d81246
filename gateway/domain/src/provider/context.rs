use std::time::{Duration, Instant};

use crate::id::TenantId;

/// Who asks, and until when an answer is of use.
#[derive(Debug, Clone)]
pub struct CallContext {
    pub tenant: TenantId,
    /// Joins the provider call with the request or job it serves, in logs and traces.
    pub request_id: String,
    /// The guard gives up at this point; an adapter need not look at it.
    pub deadline: Instant,
    /// Of a call about one card: the provider's id of the enrolment it was issued on, where there is
    /// one. Needed where [`ProviderTraits::cards_by_owner`](super::ProviderTraits::cards_by_owner).
    pub enrolment_ref: Option<String>,
}

impl CallContext {
    pub fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}
