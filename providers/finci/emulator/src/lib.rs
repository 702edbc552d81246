//! A stateful stand-in for FINCI's Card API.
//!
//! Written from the dossier of the provider's public pages and the list of our own choices, never
//! from the adapter: two independent readings, or both share one mistake. Each module's header says
//! what is documented (D), inferred (I) and our choice (C).

mod app;
mod ask;
mod auth;
mod calls;
mod control;
mod envelope;
mod hooks;
mod options;
mod products;
mod quirks;
mod request;
mod state;
mod views;

use std::sync::Arc;

use axum::Router;
use cardmux_emulator_kit::running::Parts;
use cardmux_emulator_kit::{EmulatorError, Kit, Options, Running};
use serde_json::{Value, json};

use crate::app::App;
pub use crate::options::FinciOptions;
pub use crate::quirks::{
    AddressMembers, AdviceMarker, Alphabet, AmountForm, AnswerWords, BothFilters, CardAccount,
    CurrencyForm, DeferredId, Echo, EmptyFilter, ErrorStyle, ExpressForm, HexCase, Lasting,
    NoAnswer, PersonWord, Quirks, Referral, ReturnLinks, ReversalId, SuccessErrors, TimeForm,
    Transitions,
};
pub use crate::state::State;

/// Starts the emulator; it runs until the result is shut down or dropped.
pub async fn start(options: Options, own: FinciOptions) -> Result<Running, EmulatorError> {
    if let Some(problem) = own.problem {
        return Err(EmulatorError::Options(problem));
    }
    let kit = Arc::new(Kit::open(&options, hooks::wire(), |seed| {
        Ok(State::fresh(seed))
    })?);
    let (token, secret) = kit
        .store
        .read(|state, _| (state.token.clone(), state.secret.clone()));
    let prefix = own.quirks.path_prefix.clone();
    let app = Arc::new(App::new(Arc::clone(&kit), own.answer_ms, own.quirks)?);
    let parts = Parts {
        provider: Router::new()
            .fallback(app::dispatch)
            .with_state(Arc::clone(&app)),
        control: control::router(app),
        // Nothing here moves by itself.
        background: std::future::pending(),
    };
    Running::start(kit, options.listen, parts, |url| {
        json!({
            "base_url": url,
            "path_prefix": prefix,
            "token": token,
            "secret": secret,
            // In life FINCI's staff tell them: there is no listing call.
            "products": products::told(),
            // The programme's own, where plastic goes; every card has to name one (D). Ours.
            "delivery_address": {
                "country": "LT", "city": "Vilnius", "street": "Sample g. 1", "postal_code": "01100",
            },
            // The control routes stand beside the contract's paths.
            "simulator": true,
        })
    })
    .await
}

/// The value of a field, for answers that are put together from parts.
fn put(object: &mut Value, name: &str, value: Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}
