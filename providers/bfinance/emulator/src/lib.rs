//! A stateful stand-in for bfinance's Business API.
//!
//! Written from the dossier of the provider's public documents alone, never from the adapter: two
//! independent readings, or both share one mistake. Each module's header says what is documented,
//! with the dossier's source tag (D, S1, S2), and what is this emulator's own assumption.

mod app;
mod ask;
mod calls;
mod card_types;
mod control;
mod envelope;
mod hooks;
mod options;
mod quirks;
mod request;
mod script;
mod spend;
mod state;
mod views;

use std::sync::Arc;

use axum::Router;
use cardmux_emulator_kit::running::Parts;
use cardmux_emulator_kit::{EmulatorError, Kit, Options, Running};
use serde_json::{Value, json};

use crate::app::App;
pub use crate::options::BfinanceOptions;
pub use crate::quirks::{
    AddressForm, AuthorizationCurrency, CustomerFields, DeleteRemainder, DisputeCancel, Envelope,
    ErrorStyle, ExternalIds, ListFilters, OverLimit, PanForm, PinPolicy, Prefixes, PriceForm,
    Quirks, Secrets, Sign, Spelling, TokenRefusal, TransferFee,
};
use crate::state::State;

/// Starts the emulator; it runs until the result is shut down or dropped.
pub async fn start(options: Options, own: BfinanceOptions) -> Result<Running, EmulatorError> {
    if let Some(problem) = own.problem {
        return Err(EmulatorError::Options(problem));
    }
    let kit = Arc::new(Kit::open(&options, hooks::wire(), |seed| {
        Ok(State::fresh(seed))
    })?);
    let app = Arc::new(App::new(Arc::clone(&kit), &own)?);
    let parts = Parts {
        provider: Router::new()
            .fallback(app::dispatch)
            .with_state(Arc::clone(&app)),
        control: control::router(Arc::clone(&app)),
        background: app.run_reviews(),
    };
    let token = kit.store.read(|state, _| state.token.clone());
    Running::start(kit, options.listen, parts, |url| {
        client_settings(url, &token)
    })
    .await
}

/// What a client needs to talk to this emulator. What the types are is here because no call of the
/// provider tells it: in life it comes from its dashboard (I).
fn client_settings(url: &str, token: &str) -> Value {
    json!({
        "base_url": format!("{url}{}", app::BASE),
        "token": token,
        "types": card_types::told(),
        // The control routes stand beside the contract's paths.
        "simulator": true,
    })
}
