//! The reference adapter: a provider in memory, complete, always compiled.
//!
//! What a real provider does on its own side (cards, ledger, look-up by reference, signing webhooks)
//! is in [`ledger`]; the capability files only translate, as in every adapter.

mod budgets;
mod card_types;
mod cards;
mod catalogue;
mod controls;
mod disputes;
mod documents;
mod enrolments;
mod error;
mod faults;
mod funds;
mod handle;
mod ledger;
mod operations;
mod page;
mod places;
mod raw;
mod reference_data;
mod reveal;
mod settings;
mod transactions;
mod webhook;
mod wire;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cardmux_domain::provider::{
    Activation, Budgets, Cards, Catalogue, Challenges, Controls, Disputes, Documents, Enrolments,
    FundingAccounts, Funds, Notes, Operations, Pins, Provider, ProviderError, ProviderTraits, Raw,
    ReferenceData, Reveal, SignatureKind, Simulator, Transactions, Webhooks,
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
                keyless: &[],
                compared: &[],
                webhook_signature: SignatureKind::HmacSha256,
                polling: None,
                cards_by_owner: false,
            },
            latency,
            signer: webhook_secret.as_ref().map(webhook::Signer::new),
            ledger: Mutex::new(Ledger::new(create_key, asynchronous)),
            faults: Mutex::default(),
        }
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

    fn enrolments(&self) -> Option<&dyn Enrolments> {
        Some(self)
    }

    fn documents(&self) -> Option<&dyn Documents> {
        Some(self)
    }

    fn budgets(&self) -> Option<&dyn Budgets> {
        Some(self)
    }

    fn funding_accounts(&self) -> Option<&dyn FundingAccounts> {
        Some(self)
    }

    fn controls(&self) -> Option<&dyn Controls> {
        Some(self)
    }

    fn notes(&self) -> Option<&dyn Notes> {
        Some(self)
    }

    fn pins(&self) -> Option<&dyn Pins> {
        Some(self)
    }

    fn activation(&self) -> Option<&dyn Activation> {
        Some(self)
    }

    fn reveal(&self) -> Option<&dyn Reveal> {
        Some(self)
    }

    fn challenges(&self) -> Option<&dyn Challenges> {
        Some(self)
    }

    fn disputes(&self) -> Option<&dyn Disputes> {
        Some(self)
    }

    fn raw(&self) -> Option<&dyn Raw> {
        Some(self)
    }

    fn transactions(&self) -> Option<&dyn Transactions> {
        Some(self)
    }

    fn reference_data(&self) -> Option<&dyn ReferenceData> {
        Some(self)
    }

    /// Always there: the mock is nobody's real provider.
    fn simulator(&self) -> Option<&dyn Simulator> {
        Some(self)
    }
}
