//! FinCard Virtual: the adapter, for FinHub's front (`finhub`) and the upstream vendor (`upstream`).
//!
//! The two differ in authentication and paths; requests, answers and webhooks are the same. What is
//! known of the wire, and how well, is in the project's FinCard dossier; facts in this crate carry
//! its tags: F-doc, F-ref, F-pm (FinHub's pages, API reference, Postman collection), W-doc, W-int,
//! W-prod (the upstream's pages, an integrator's transcription, observations in production), Inf
//! (inferred).

mod cards;
mod catalogue;
mod client;
mod error;
mod funds;
mod map;
mod operations;
mod session;
mod settings;
mod signing;
mod webhook;
mod wire;

use std::sync::Arc;

use cardmux_domain::provider::{
    Cards, Catalogue, CreateKey, Funds, Operations, Provider, ProviderTraits, SignatureKind,
    Webhooks,
};
use cardmux_provider_kit::settings::SettingsProblem;
use cardmux_provider_kit::signature::RsaPublicKey;

use crate::client::Client;
use crate::settings::Settings;
use crate::wire::request::Spelling;

/// The kind in configuration.
pub const KIND: &str = "fincard";

/// One FinCard instance.
#[derive(Debug)]
struct FinCard {
    client: Client,
    spelling: Spelling,
    platform_key: Option<RsaPublicKey>,
    traits: ProviderTraits,
}

/// Build an instance from its settings table, or say everything that is wrong with it.
pub fn build(settings: serde_json::Value) -> Result<Arc<dyn Provider>, Vec<SettingsProblem>> {
    let settings = Settings::read(settings)?;
    let traits = ProviderTraits {
        // W-prod: a used number is refused, across operation types, and the first answer is not
        // repeated.
        create_key: CreateKey::Unique,
        settle_time: settings.settle_time,
        webhook_signature: SignatureKind::RsaSha256,
    };
    let spelling = settings.spelling;
    let platform_key = settings.platform_key.clone();
    let client = Client::new(settings)
        .map_err(|error| vec![SettingsProblem::new("settings", error.to_string())])?;
    Ok(Arc::new(FinCard {
        client,
        spelling,
        platform_key,
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
}
