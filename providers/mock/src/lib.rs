//! The reference adapter: a provider in memory, complete, always compiled.
//!
//! What a real provider does on its own side (cards, ledger, look-up by reference, signing webhooks)
//! is in [`ledger`]; the capability files only translate, as in every adapter.

mod card_types;
mod cards;
mod catalogue;
mod error;
mod faults;
mod funds;
mod ledger;
mod operations;
mod settings;
mod webhook;
mod wire;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cardmux_domain::operation::Reference;
use cardmux_domain::provider::{
    Cards, Catalogue, Funds, Operations, Provider, ProviderError, ProviderTraits, SignatureKind,
    Webhooks,
};
use cardmux_provider_kit::settings::SettingsProblem;

use faults::Faults;
pub use faults::{Fault, Method, When};
use ledger::Ledger;
pub use settings::MockSettings;
pub use webhook::SIGNATURE_HEADER;

/// The kind in configuration.
pub const KIND: &str = "mock";

/// Makes an instance out of its settings.
pub fn build(settings: serde_json::Value) -> Result<Arc<dyn Provider>, Vec<SettingsProblem>> {
    Ok(Arc::new(MockProvider::new(MockSettings::parse(settings)?)))
}

/// The adapter, and a test's hand on the provider behind it.
pub struct MockProvider {
    traits: ProviderTraits,
    latency: Duration,
    signer: Option<webhook::Signer>,
    ledger: Mutex<Ledger>,
    faults: Mutex<Faults>,
}

impl MockProvider {
    pub fn new(settings: MockSettings) -> Self {
        let MockSettings {
            create_key,
            asynchronous,
            webhook_secret,
            latency,
        } = settings;
        Self {
            traits: ProviderTraits {
                create_key,
                // What is in the ledger shows at once.
                settle_time: Duration::ZERO,
                webhook_signature: SignatureKind::HmacSha256,
            },
            latency,
            signer: webhook_secret.as_ref().map(webhook::Signer::new),
            ledger: Mutex::new(Ledger::new(create_key, asynchronous)),
            faults: Mutex::default(),
        }
    }

    /// Make the next call of `method` fail; several faults of one method are used in order.
    pub fn fail_next(&self, method: Method, fault: Fault) {
        lock(&self.faults).add(method, fault);
    }

    /// The next operation made is not found by its reference in the first `lookups` look-ups.
    pub fn hide_next(&self, lookups: u32) {
        lock(&self.ledger).hide_next(lookups);
    }

    /// How many cards were made with this reference: more than one is the defect to look for.
    pub fn cards_made_with(&self, reference: &Reference) -> usize {
        lock(&self.ledger).cards_made_with(reference)
    }

    /// How many deposits were taken on with this reference.
    pub fn deposits_made_with(&self, reference: &Reference) -> usize {
        lock(&self.ledger).deposits_made_with(reference)
    }

    /// All cards this instance has made.
    pub fn cards_made(&self) -> usize {
        lock(&self.ledger).cards_made()
    }

    /// The webhook body about the operation with that reference, as it stands now.
    pub fn webhook_body(&self, reference: &Reference) -> Option<Vec<u8>> {
        let report = lock(&self.ledger).peek(reference)?;
        Some(wire::operation_body(&report))
    }

    /// The value of [`SIGNATURE_HEADER`] for a body; `None` without a `webhook_secret`.
    pub fn sign(&self, body: &[u8]) -> Option<String> {
        self.signer.as_ref().map(|signer| signer.sign(body))
    }

    /// One provider call: the faults asked for, the time it takes, then the work.
    async fn call<T>(
        &self,
        method: Method,
        work: impl FnOnce(&mut Ledger) -> Result<T, ProviderError>,
    ) -> Result<T, ProviderError> {
        let fault = lock(&self.faults).take(method);
        self.spend_latency().await;
        match fault {
            Some(fault) if fault.when == When::Before => Err(fault.error()),
            Some(fault) => {
                // The work is done, or refused; either way its answer is lost on the way.
                let _lost = work(&mut lock(&self.ledger));
                Err(fault.error())
            }
            None => work(&mut lock(&self.ledger)),
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "plays the remote side, which takes its time; the adapter itself never waits"
    )]
    async fn spend_latency(&self) {
        if !self.latency.is_zero() {
            tokio::time::sleep(self.latency).await;
        }
    }
}

/// A panic while holding the lock leaves single steps undone, nothing torn.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Provider for MockProvider {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn traits(&self) -> &ProviderTraits {
        &self.traits
    }

    fn catalogue(&self) -> Option<&dyn Catalogue> {
        Some(self)
    }

    fn cards(&self) -> Option<&dyn Cards> {
        Some(self)
    }

    fn funds(&self) -> Option<&dyn Funds> {
        Some(self)
    }

    fn operations(&self) -> Option<&dyn Operations> {
        Some(self)
    }

    fn webhooks(&self) -> Option<&dyn Webhooks> {
        Some(self)
    }
}
