use serde::{Deserialize, Serialize};

use super::check::Check;

/// `[idempotency]`: the `Idempotency-Key` header.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Idempotency {
    pub keep_hours: u32,
}

impl Idempotency {
    pub(super) fn check(&self, check: &mut Check<'_>) {
        check.range(
            "idempotency.keep_hours",
            self.keep_hours,
            1..=8760,
            "a key must outlive its client's retries; each one kept is a row",
        );
    }
}
