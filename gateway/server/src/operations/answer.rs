use crate::store::StoredAnswer;

/// The answer to a request that changes something.
#[derive(Debug, Clone)]
pub struct Answer {
    pub stored: StoredAnswer,
    /// It was given before, to a request with the same idempotency key.
    pub replayed: bool,
}

impl Answer {
    pub fn fresh(stored: StoredAnswer) -> Self {
        Self {
            stored,
            replayed: false,
        }
    }

    pub fn replayed(stored: StoredAnswer) -> Self {
        Self {
            stored,
            replayed: true,
        }
    }
}
