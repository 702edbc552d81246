//! FINCI (Card API): the adapter.
//!
//! What is known of the wire, and how well, is in the project's FINCI dossier; facts in this crate
//! carry its tags: D (portal page), I (inferred), C (our choice, because nothing is published). Three
//! calls are documented whole; every assumption about the others is a setting where one is met.

mod authorizations;
mod cards;
mod catalogue;
mod client;
mod enrolments;
mod error;
mod map;
mod operations;
mod raw;
mod settings;
mod shipping;
mod signing;
mod simulator;
mod webhook;
mod wire;

use std::sync::Arc;

use cardmux_domain::provider::{
    Authorizations, Cards, Catalogue, CreateKey, Enrolments, Operations, Provider, ProviderTraits,
    Raw, Shipping, SignatureKind, Simulator, Webhooks,
};
use cardmux_provider_kit::settings::SettingsProblem;

use crate::client::Client;
use crate::settings::{Rules, Settings};

/// The kind in configuration.
pub const KIND: &str = "finci";

/// One FINCI instance.
#[derive(Debug)]
struct Finci {
    client: Client,
    rules: Rules,
    traits: ProviderTraits,
}

/// Build an instance from its settings table, or say everything that is wrong with it.
pub fn build(settings: serde_json::Value) -> Result<Arc<dyn Provider>, Vec<SettingsProblem>> {
    let Settings { access, rules } = Settings::read(settings)?;
    let traits = ProviderTraits {
        // No key is documented for any call; an external id is refused the second time (D), but cards
        // have none.
        create_key: CreateKey::None,
        settle_time: rules.settle_time,
        keyless: &[],
        compared: &[],
        webhook_signature: SignatureKind::None,
        // Reading a card again tells nothing that could have changed.
        polling: None,
        cards_by_owner: true,
    };
    let client = Client::new(access)
        .map_err(|error| vec![SettingsProblem::new("settings", error.to_string())])?;
    Ok(Arc::new(Finci {
        client,
        rules,
        traits,
    }))
}

impl Provider for Finci {
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

    fn operations(&self) -> Option<&dyn Operations> {
        Some(self)
    }

    fn webhooks(&self) -> Option<&dyn Webhooks> {
        Some(self)
    }

    fn authorizations(&self) -> Option<&dyn Authorizations> {
        Some(self)
    }

    fn enrolments(&self) -> Option<&dyn Enrolments> {
        Some(self)
    }

    fn shipping(&self) -> Option<&dyn Shipping> {
        Some(self)
    }

    fn raw(&self) -> Option<&dyn Raw> {
        Some(self)
    }

    fn simulator(&self) -> Option<&dyn Simulator> {
        match self.rules.simulator {
            true => Some(self),
            false => None,
        }
    }
}
