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
}

impl CallContext {
    pub fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}
