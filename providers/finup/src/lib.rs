//! Finup: the adapter.
//!
//! What is known of the wire, and how well, is in the project's Finup dossier; facts in this crate
//! carry its tags: D (official page), O (a copy of the vendor's OpenAPI document), I (inferred).
//! Nothing here was tried against the real service, so every assumption is a setting.

mod bulk;
mod cards;
mod catalogue;
mod client;
mod error;
mod funding_accounts;
mod funds;
mod map;
mod operations;
mod pages;
mod raw;
mod reveal;
mod settings;
mod simulator;
mod tag;
mod transactions;
mod wire;

use std::sync::Arc;

use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    Cards, Catalogue, CreateKey, FundingAccounts, Funds, Operations, Provider, ProviderTraits, Raw,
    Reveal, SignatureKind, Simulator, Transactions,
};
use cardmux_provider_kit::settings::SettingsProblem;

use crate::client::Client;
use crate::settings::{Choices, Settings};

/// The kind in configuration.
pub const KIND: &str = "finup";

/// One Finup instance: an account and a key for it.
#[derive(Debug)]
struct Finup {
    client: Client,
    choices: Choices,
    traits: ProviderTraits,
}

/// Build an instance from its settings table, or say everything that is wrong with it.
pub fn build(settings: serde_json::Value) -> Result<Arc<dyn Provider>, Vec<SettingsProblem>> {
    let settings = Settings::read(settings)?;
    let traits = ProviderTraits {
        // No key, header or client reference on any operation (D, O).
        create_key: CreateKey::None,
        settle_time: settings.settle_time,
        keyless: &[],
        // Their answers hold no id; a closed card shows by its totals what became of its money.
        compared: &[
            OperationKind::Deposit,
            OperationKind::Withdraw,
            OperationKind::Cancel,
        ],
        // No webhooks were found in any source.
        webhook_signature: SignatureKind::None,
        polling: Some(settings.polling),
        cards_by_owner: false,
    };
    let client = Client::new(settings.access)
        .map_err(|error| vec![SettingsProblem::new("settings", error.to_string())])?;
    Ok(Arc::new(Finup {
        client,
        choices: settings.choices,
        traits,
    }))
}

impl Provider for Finup {
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

    fn funding_accounts(&self) -> Option<&dyn FundingAccounts> {
        Some(self)
    }

    fn reveal(&self) -> Option<&dyn Reveal> {
        Some(self)
    }

    fn transactions(&self) -> Option<&dyn Transactions> {
        Some(self)
    }

    fn raw(&self) -> Option<&dyn Raw> {
        Some(self)
    }

    fn simulator(&self) -> Option<&dyn Simulator> {
        match self.choices.simulator {
            true => Some(self),
            false => None,
        }
    }
}
