//! A stateful stand-in for Finup.
//!
//! Written from the dossier of the provider's public documents alone, never from the adapter: two
//! independent readings, or both share one mistake. Each module's header says what is documented,
//! with the dossier's source tag (D the official pages, O a copy of Finup's OpenAPI document, I the
//! dossier's inference), and what is this emulator's own assumption. There are no webhooks, no 3DS
//! and no PINs: no source has any.

mod app;
mod auth;
mod bins;
mod calls;
mod clock;
mod control;
mod failure;
mod json;
mod options;
mod quirks;
mod request;
mod route;
mod script;
mod shown;
mod state;
mod wire;

use std::sync::Arc;

use axum::Router;
use cardmux_emulator_kit::running::Parts;
use cardmux_emulator_kit::{EmulatorError, Kit, Options, Running, Wire};
use serde_json::{Value, json};

use crate::app::App;
pub use crate::options::{BusinessCodes, Fees, FinupOptions};
pub use crate::quirks::{
    BasePath, BinFilter, BinsAuth, CurrencyFilter, ErrorBody, Mask, Numbers, Pagination, Quirks,
    Search, Shape, Spelling, StatusFilter, UnknownIds,
};
use crate::state::{Credentials, OWN, State};

/// Starts the emulator; it runs until the result is shut down or dropped.
pub async fn start(options: Options, finup: FinupOptions) -> Result<Running, EmulatorError> {
    finup.check()?;
    let wire = Wire {
        // No source has webhooks.
        retry_gaps: &[],
        acknowledged: |_| true,
        reference_field: "notes",
    };
    let kit = Arc::new(Kit::open(&options, wire, |seed| Ok(State::fresh(seed)))?);
    let base_path = match finup.quirks.base_path {
        BasePath::Both | BasePath::Root => "",
        BasePath::Backend => route::BACKEND,
    };
    let app = Arc::new(App::new(Arc::clone(&kit), finup));
    let parts = Parts {
        provider: Router::new()
            .fallback(app::dispatch)
            .with_state(Arc::clone(&app)),
        control: control::router(Arc::clone(&app)),
        background: app.run_cards(),
    };
    let credentials = kit.store.read(|state, _| state.credentials.clone());
    Running::start(kit, options.listen, parts, |url| {
        client_settings(url, base_path, &credentials)
    })
    .await
}

/// What a client needs to talk to this emulator.
fn client_settings(base_url: &str, base_path: &str, credentials: &Credentials) -> Value {
    let mut settings = json!({
        "base_url": base_url,
        "api_key": credentials.api_key,
        "bearer": credentials.bearer_token,
        "account_id": OWN,
        // The control routes stand beside the contract's paths.
        "simulator": true,
    });
    if let Some(settings) = settings.as_object_mut().filter(|_| !base_path.is_empty()) {
        settings.insert("base_path".to_owned(), json!(base_path));
    }
    settings
}
