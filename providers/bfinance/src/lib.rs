//! bfinance (BFinance Business API): the adapter.
//!
//! What is known of the wire, and how well, is in the project's bfinance dossier; facts in this
//! crate carry its tags: D (official pages), S2 and S1 (newer and older official SDKs), I
//! (inferred), or "our choice".

mod authorizations;
mod cards;
mod catalogue;
mod client;
mod controls;
mod disputes;
mod enrolments;
mod error;
mod funding_accounts;
mod funds;
mod map;
mod operations;
mod pins;
mod raw;
mod reveal;
mod settings;
mod shipping;
mod simulator;
mod transactions;
mod webhook;
mod wire;

use std::sync::Arc;

use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    Activation, Authorizations, Cards, Catalogue, Controls, CreateKey, Disputes, Enrolments,
    FundingAccounts, Funds, Operations, Pins, Polling, Provider, ProviderTraits, Raw, Reveal,
    Shipping, SignatureKind, Simulator, Transactions, Webhooks,
};
use cardmux_provider_kit::settings::SettingsProblem;

use crate::client::Client;
use crate::settings::{Rules, Settings};

/// The kind in configuration.
pub const KIND: &str = "bfinance";

/// Kinds that leave no trace but the card's balance: no call about money answers with an id (D).
const COMPARED: &[OperationKind] = &[
    OperationKind::Deposit,
    OperationKind::Withdraw,
    OperationKind::Cancel,
];

/// One bfinance instance.
#[derive(Debug)]
struct BFinance {
    client: Client,
    rules: Rules,
    traits: ProviderTraits,
}

/// Build an instance from its settings table, or say everything that is wrong with it.
pub fn build(settings: serde_json::Value) -> Result<Arc<dyn Provider>, Vec<SettingsProblem>> {
    let Settings { access, rules } = Settings::read(settings)?;
    let traits = ProviderTraits {
        // The Idempotency-Key is sent, but no page says that it is honoured.
        create_key: CreateKey::None,
        settle_time: rules.settle_time,
        keyless: &[],
        compared: COMPARED,
        webhook_signature: SignatureKind::None,
        polling: Some(Polling {
            fastest: rules.poll_fastest,
            slowest: rules.poll_slowest,
        }),
        cards_by_owner: false,
    };
    let client = Client::new(access)
        .map_err(|error| vec![SettingsProblem::new("settings", error.to_string())])?;
    Ok(Arc::new(BFinance {
        client,
        rules,
        traits,
    }))
}

impl Provider for BFinance {
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

    fn authorizations(&self) -> Option<&dyn Authorizations> {
        match self.rules.partner_managed {
            true => Some(self),
            false => None,
        }
    }

    fn enrolments(&self) -> Option<&dyn Enrolments> {
        Some(self)
    }

    fn funding_accounts(&self) -> Option<&dyn FundingAccounts> {
        Some(self)
    }

    fn controls(&self) -> Option<&dyn Controls> {
        Some(self)
    }

    fn pins(&self) -> Option<&dyn Pins> {
        Some(self)
    }

    fn activation(&self) -> Option<&dyn Activation> {
        Some(self)
    }

    fn shipping(&self) -> Option<&dyn Shipping> {
        Some(self)
    }

    fn reveal(&self) -> Option<&dyn Reveal> {
        Some(self)
    }

    fn transactions(&self) -> Option<&dyn Transactions> {
        Some(self)
    }

    fn disputes(&self) -> Option<&dyn Disputes> {
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
