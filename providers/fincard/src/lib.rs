//! FinCard Virtual: the adapter, for FinHub's front (`finhub`) and the upstream vendor (`upstream`).
//!
//! The two differ in authentication and paths; requests, answers and webhooks are the same. What is
//! known of the wire, and how well, is in the project's FinCard dossier; facts in this crate carry
//! its tags: F-doc, F-ref, F-pm (FinHub's pages, API reference, Postman collection), W-doc, W-int,
//! W-prod (the upstream's pages, an integrator's transcription, observations in production), Inf
//! (inferred).

mod budgets;
mod cards;
mod catalogue;
mod client;
mod controls;
mod decryption;
mod documents;
mod enrolments;
mod error;
mod funds;
mod map;
mod operations;
mod pins;
mod raw;
mod reference_data;
mod reveal;
mod session;
mod settings;
mod signing;
mod simulator;
mod transactions;
mod webhook;
mod wire;

use std::sync::Arc;

use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    Activation, Budgets, Cards, Catalogue, Challenges, Controls, CreateKey, Documents, Enrolments,
    FundingAccounts, Funds, Notes, Operations, Pins, Provider, ProviderTraits, Raw, ReferenceData,
    Reveal, SignatureKind, Simulator, Transactions, Webhooks,
};
use cardmux_provider_kit::settings::SettingsProblem;
use cardmux_provider_kit::signature::RsaPublicKey;

use crate::client::Client;
use crate::reveal::Secrets;
use crate::settings::Settings;
use crate::wire::request::Spelling;

/// The kind in configuration.
pub const KIND: &str = "fincard";

/// One FinCard instance.
#[derive(Debug)]
struct FinCard {
    client: Arc<Client>,
    spelling: Spelling,
    platform_key: Option<RsaPublicKey>,
    /// What needs the merchant's private key, where there is one.
    secrets: Option<Secrets>,
    simulator: bool,
    traits: ProviderTraits,
}

/// Build an instance from its settings table, or say everything that is wrong with it.
pub fn build(settings: serde_json::Value) -> Result<Arc<dyn Provider>, Vec<SettingsProblem>> {
    let mut settings = Settings::read(settings)?;
    let traits = ProviderTraits {
        // W-prod: a used number is refused, across operation types, and the first answer is not
        // repeated.
        create_key: CreateKey::Unique,
        settle_time: settings.settle_time,
        // The only creation without a number of ours (W-doc).
        keyless: &[OperationKind::CreateBudget],
        compared: &[],
        webhook_signature: SignatureKind::RsaSha256,
        // Webhooks are retried until they are acknowledged (W-doc).
        polling: None,
        cards_by_owner: false,
    };
    if settings.has_weak_key() {
        tracing::warn!(
            "weak key: the FinCard merchant key has fewer than 2048 bits; ask for a larger one"
        );
    }
    let spelling = settings.spelling;
    let platform_key = settings.platform_key.clone();
    let unveil = settings.unveil.take();
    let simulator = settings.simulator;
    let client = Client::new(settings)
        .map(Arc::new)
        .map_err(|error| vec![SettingsProblem::new("settings", error.to_string())])?;
    let secrets = unveil.map(|unveil| Secrets {
        client: client.clone(),
        spelling,
        unveil,
    });
    Ok(Arc::new(FinCard {
        client,
        spelling,
        platform_key,
        secrets,
        simulator,
        traits,
    }))
}

impl Provider for FinCard {
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
        match &self.secrets {
            Some(secrets) => Some(secrets),
            None => None,
        }
    }

    fn challenges(&self) -> Option<&dyn Challenges> {
        match &self.secrets {
            Some(secrets) => Some(secrets),
            None => None,
        }
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

    fn simulator(&self) -> Option<&dyn Simulator> {
        match self.simulator {
            true => Some(self),
            false => None,
        }
    }
}
