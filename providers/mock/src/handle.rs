//! The test's hand on the provider behind the adapter.

use cardmux_domain::operation::{OperationKind, Reference};

use crate::faults::{Fault, Method};
use crate::{MockProvider, lock, wire};

impl MockProvider {
    /// Make the next call of `method` fail; several faults of one method are used in order.
    pub fn fail_next(&self, method: Method, fault: Fault) {
        lock(&self.faults).add(method, fault);
    }

    /// The next operation made is not found by its reference in the first `lookups` look-ups.
    pub fn hide_next(&self, lookups: u32) {
        lock(&self.ledger).hide_next(lookups);
    }

    /// The next `count` enrolments, or corrections of one, wait for the simulator's decision.
    pub fn hold_reviews(&self, count: u32) {
        lock(&self.ledger).hold_reviews(count);
    }

    /// How many operations of a kind were taken on with this reference: more than one is the defect
    /// to look for.
    pub fn made_with(&self, kind: OperationKind, reference: &Reference) -> usize {
        lock(&self.ledger).made_with(kind, reference)
    }

    /// How many cards were made with this reference.
    pub fn cards_made_with(&self, reference: &Reference) -> usize {
        self.made_with(OperationKind::Issue, reference)
    }

    /// How many deposits were taken on with this reference.
    pub fn deposits_made_with(&self, reference: &Reference) -> usize {
        self.made_with(OperationKind::Deposit, reference)
    }

    /// All cards this instance has made.
    pub fn cards_made(&self) -> usize {
        lock(&self.ledger).cards_made()
    }

    /// All budgets this instance has made.
    pub fn budgets_made(&self) -> usize {
        lock(&self.ledger).budgets_made()
    }

    /// The webhook body about the operation with that reference, as it stands now.
    pub fn webhook_body(&self, reference: &Reference) -> Option<Vec<u8>> {
        let report = lock(&self.ledger).peek(reference)?;
        Some(wire::operation_body(&report))
    }

    /// The webhook bodies about what a card or enrolment went through by itself, oldest first: its
    /// transactions, challenges, reviews.
    pub fn webhook_bodies_about(&self, provider_ref: &str) -> Vec<Vec<u8>> {
        lock(&self.ledger).notices_about(provider_ref)
    }

    /// The value of [`crate::SIGNATURE_HEADER`] for a body; `None` without a `webhook_secret`.
    pub fn sign(&self, body: &[u8]) -> Option<String> {
        self.signer.as_ref().map(|signer| signer.sign(body))
    }
}
