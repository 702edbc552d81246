//! A stateful stand-in for FinCard Virtual that speaks both of its dialects.
//!
//! Written from the dossier of the provider's public documents alone, never from the adapter: two
//! independent readings, or both share one mistake. Each module's header says what is documented,
//! with the dossier's source tag, and what is this emulator's own assumption.

mod app;
mod auth;
mod calls;
mod card_types;
mod clock;
mod control;
mod envelope;
mod holders;
mod hooks;
mod json;
mod keys;
mod options;
mod orders;
mod places;
mod request;
mod route;
mod script;
mod spend;
mod state;
mod wire;

use std::sync::Arc;

use axum::Router;
use cardmux_emulator_kit::running::Parts;
use cardmux_emulator_kit::{EmulatorError, Kit, Options, Running};
use serde_json::{Value, json};

use crate::app::App;
pub use crate::options::{Amounts, Dialect, FincardOptions, Quirks, Spelling};
use crate::state::{Credentials, State};

/// Starts the emulator; it runs until the result is shut down or dropped.
pub async fn start(options: Options, fincard: FincardOptions) -> Result<Running, EmulatorError> {
    let wire = hooks::wire(fincard.dialect);
    let bits = fincard.key_bits;
    let kit = Arc::new(Kit::open(&options, wire, |seed| State::fresh(seed, bits))?);
    let dialect = fincard.dialect;
    let app = Arc::new(App::new(Arc::clone(&kit), fincard)?);
    let parts = Parts {
        provider: Router::new()
            .fallback(app::dispatch)
            .with_state(Arc::clone(&app)),
        control: control::router(Arc::clone(&app)),
        background: app.run_orders(),
    };
    let credentials = kit.store.read(|state, _| state.credentials.clone());
    Running::start(kit, options.listen, parts, |url| {
        client_settings(url, dialect, &credentials)
    })
    .await
}

/// What a client needs to talk to this emulator.
fn client_settings(url: &str, dialect: Dialect, credentials: &Credentials) -> Value {
    json!({
        "base_url": url,
        "dialect": dialect.word(),
        "tenant_id": credentials.tenant_id,
        "email": credentials.email,
        "password": credentials.password,
        "api_key": credentials.api_key,
        "private_key": credentials.merchant_private_key,
        "platform_public_key": credentials.platform_public_key,
        // The control routes stand beside the contract's paths.
        "simulator": true,
    })
}
