//! Every route on one page. A `/v1` route and its documentation are one expression, so that neither
//! can exist without the other.

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{IntoParams, IntoResponses, Modify, OpenApi};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;
use utoipa_swagger_ui::SwaggerUi;

use super::middleware::{Edge, edge, no_route, on_panic};
use super::problem::{ApiError, Problem};
use super::{
    admin, authorizations, batches, budgets, card_types, cards, codes, customers, disputes, docs,
    enrolments, events, health, hooks, operations, reference, simulate, spend_controls,
    transactions,
};
use crate::app::{App, FieldProblem};

/// Bounds of the edge.
#[derive(Debug, Clone, Copy)]
pub struct HttpLimits {
    pub body_bytes: usize,
    pub request_timeout: Duration,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "cardmux",
        version = "1.0.0",
        description = "One API over many card issuers. Money is a decimal string in major units; times are RFC 3339; \
            enumerations are open: expect new values. Errors are RFC 9457 problems with a stable `code`. \
            A changing request may carry an `Idempotency-Key`; then it can be repeated safely, whatever happened.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    tags(
        (name = "card types", description = "What can be issued"),
        (name = "cards", description = "Issue, read and change cards"),
        (name = "card batches", description = "Issue many cards at once, and follow them"),
        (name = "customers", description = "People and businesses, independent of providers"),
        (name = "enrolments", description = "Customers at providers, and what their review came to"),
        (name = "reference", description = "The codes a provider's forms want"),
        (name = "disputes", description = "Transactions you contest, and what their provider decides"),
        (name = "spend controls", description = "Rules on what cards may spend, which the gateway answers providers by"),
        (name = "authorizations", description = "What providers asked the gateway to decide, and why it said what it said"),
        (name = "budgets", description = "Pools of money for several cards, and the accounts that pay"),
        (name = "transactions", description = "What cards did"),
        (name = "events", description = "What happened, as a stream to follow"),
        (name = "simulate", description = "Make things happen at an emulator; the playground only. An `Idempotency-Key` \
            has no effect here: every request happens"),
        (name = "operations", description = "Changes at providers and what became of them"),
    ),
    components(schemas(Problem)),
    security(("api_key" = [])),
    modifiers(&ApiKeyScheme),
)]
struct Document;

struct ApiKeyScheme;

impl Modify for ApiKeyScheme {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("cmx_…")
            .build();
        openapi
            .components
            .get_or_insert_default()
            .add_security_scheme("api_key", SecurityScheme::Http(scheme));
    }
}

fn v1() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(card_types::list_card_types))
        .routes(routes!(card_types::get_card_type))
        .routes(routes!(cards::issue::issue_card, cards::list::list_cards))
        .routes(routes!(cards::get::get_card, cards::patch::update_card))
        .routes(routes!(cards::balance::get_card_balance))
        .routes(routes!(cards::change::deposit_card))
        .routes(routes!(cards::change::withdraw_card))
        .routes(routes!(cards::change::freeze_card))
        .routes(routes!(cards::change::unfreeze_card))
        .routes(routes!(cards::change::cancel_card))
        .routes(routes!(cards::manage::activate_card))
        .routes(routes!(cards::manage::order_physical_card))
        .routes(routes!(cards::manage::set_card_pin))
        .routes(routes!(cards::manage::set_card_controls))
        .routes(routes!(cards::manage::set_card_note))
        .routes(routes!(cards::reveal::reveal_card))
        .routes(routes!(cards::reveal::list_card_challenges))
        .routes(routes!(
            batches::create::create_card_batch,
            batches::list::list_card_batches
        ))
        .routes(routes!(batches::get::get_card_batch))
        .routes(routes!(batches::items::list_card_batch_items))
        .routes(routes!(batches::cancel::cancel_card_batch))
        .merge(people())
        .merge(decisions())
        .merge(money_and_events())
        .merge(playground())
        .routes(routes!(operations::list_operations))
        .routes(routes!(operations::get_operation))
}

fn people() -> OpenApiRouter<App> {
    let upload = routes!(customers::documents::upload_document);
    OpenApiRouter::new()
        .routes(routes!(
            customers::create::create_customer,
            customers::list::list_customers
        ))
        .routes(routes!(
            customers::get::get_customer,
            customers::update::update_customer,
            customers::delete::delete_customer
        ))
        .routes(upload.layer(DefaultBodyLimit::max(customers::documents::FORM_MAX)))
        .routes(routes!(
            enrolments::change::enrol_customer,
            enrolments::list::list_customer_enrolments
        ))
        .routes(routes!(enrolments::list::list_enrolments))
        .routes(routes!(enrolments::get::get_enrolment))
        .routes(routes!(enrolments::change::update_enrolment))
        .routes(routes!(reference::list_regions))
        .routes(routes!(reference::list_cities))
        .routes(routes!(reference::list_dial_codes))
        .routes(routes!(reference::list_occupations))
}

fn decisions() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(
            spend_controls::create::create_spend_control,
            spend_controls::list::list_spend_controls
        ))
        .routes(routes!(
            spend_controls::get::get_spend_control,
            spend_controls::update::update_spend_control,
            spend_controls::delete::delete_spend_control
        ))
        .routes(routes!(spend_controls::backtest::backtest_spend_controls))
        .routes(routes!(authorizations::list::list_authorizations))
        .routes(routes!(authorizations::get::get_authorization))
}

fn money_and_events() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(
            budgets::create::create_budget,
            budgets::list::list_budgets
        ))
        .routes(routes!(budgets::get::get_budget))
        .routes(routes!(budgets::transfer::fund_budget))
        .routes(routes!(budgets::transfer::withdraw_budget))
        .routes(routes!(budgets::entries::list_budget_entries))
        .routes(routes!(budgets::funding::list_funding_accounts))
        .routes(routes!(transactions::list::list_transactions))
        .routes(routes!(transactions::list::list_card_transactions))
        .routes(routes!(transactions::get::get_transaction))
        .routes(routes!(
            disputes::open::open_dispute,
            disputes::list::list_disputes
        ))
        .routes(routes!(disputes::get::get_dispute))
        .routes(routes!(disputes::cancel::cancel_dispute))
        .routes(routes!(events::list_events))
}

fn playground() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(simulate::enrolments::approve))
        .routes(routes!(simulate::enrolments::reject))
        .routes(routes!(simulate::disputes::decide))
        .routes(routes!(simulate::cards::authorize))
        .routes(routes!(simulate::cards::advise))
        .routes(routes!(simulate::cards::present))
        .routes(routes!(simulate::cards::maintenance_fee))
        .routes(routes!(simulate::cards::fee_patch))
        .routes(routes!(simulate::cards::challenge))
        .routes(routes!(simulate::cards::block))
        .routes(routes!(simulate::cards::overdraft))
        .routes(routes!(simulate::transactions::settle))
        .routes(routes!(simulate::transactions::void))
        .routes(routes!(simulate::transactions::refund))
}

/// The OpenAPI document; needs neither configuration nor database.
pub fn document() -> utoipa::openapi::OpenApi {
    v1().into_openapi()
}

/// The whole service.
pub fn router(app: App, limits: HttpLimits) -> Router {
    let (v1, document) = v1().split_for_parts();
    let at_edge = Edge {
        error_base_url: app.error_base_url.as_str().into(),
        request_timeout: limits.request_timeout,
    };
    v1.route("/hooks/{instance}", post(hooks::receive))
        .route("/hooks/{instance}/authorizations", post(hooks::authorize))
        .route("/admin/v1/instances", get(admin::list_instances))
        .route("/admin/v1/audit", get(admin::list_audit))
        .route(
            "/admin/v1/operations/{operation_id}/decide",
            post(admin::decide_operation),
        )
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/docs/errors/{code}", get(docs::error_page))
        .fallback(no_route)
        .with_state(app)
        .merge(SwaggerUi::new("/docs").url("/openapi.json", document))
        .layer(DefaultBodyLimit::max(limits.body_bytes))
        .layer(CatchPanicLayer::custom(on_panic))
        .layer(from_fn_with_state(at_edge, edge))
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "documents the path; `PathId` reads it")]
pub struct CardPath {
    /// `card_…`
    card_id: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "documents the path; `PathId` reads it")]
pub struct CustomerPath {
    /// `cus_…`
    customer_id: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "documents the path; `PathId` reads it")]
pub struct EnrolmentPath {
    /// `enr_…`
    enrolment_id: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "documents the path; `PathId` reads it")]
pub struct BudgetPath {
    /// `bud_…`
    budget_id: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "documents the path; `PathId` reads it")]
pub struct DisputePath {
    /// `dsp_…`
    dispute_id: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "documents the path; `PathId` reads it")]
pub struct SpendControlPath {
    /// `sctl_…`
    spend_control_id: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "documents the path; `PathId` reads it")]
pub struct AuthorizationPath {
    /// `azn_…`
    authorization_id: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "documents the path; `PathId` reads it")]
pub struct BatchPath {
    /// `batch_…`
    batch_id: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "documents the path; `PathId` reads it")]
pub struct TransactionPath {
    /// `txn_…`
    transaction_id: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "documents headers; `Meta` reads them")]
pub struct ChangeHeaders {
    /// Your id of this request: repeated with it, the request is done once and answered the same.
    /// Kept for a day.
    #[param(rename = "Idempotency-Key", max_length = 255)]
    idempotency_key: Option<String>,
    /// `wait=N`: wait up to N seconds (at most 30) for a final status.
    #[param(rename = "Prefer", example = "wait=5")]
    prefer: Option<String>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "documents headers; `Meta` reads them")]
pub struct BatchHeaders {
    /// Your id of this request: repeated with it, the request makes one batch. Kept for a day.
    #[param(rename = "Idempotency-Key", max_length = 255)]
    idempotency_key: Option<String>,
}

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident $status:literal $text:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(IntoResponses)]
        #[expect(dead_code, reason = "documents answers; `ApiError` makes them")]
        pub enum $name {
            $(
                #[doc = $text]
                #[response(status = $status, description = $text, content_type = "application/problem+json")]
                $variant(Problem),
            )+
        }
    )+};
}

problems! {
    /// Answers of a read.
    ReadProblems {
        Unauthenticated 401 "No valid API key",
        Forbidden 403 "The API key lacks a scope",
        NotFound 404 "There is no such resource",
        Internal 500 "The gateway failed",
        Unavailable 503 "Cannot be served now; see `Retry-After`",
    }
    /// Answers of a list.
    ListProblems {
        Invalid 400 "A query parameter cannot be used",
        Unauthenticated 401 "No valid API key",
        Forbidden 403 "The API key lacks a scope",
        Internal 500 "The gateway failed",
        Unavailable 503 "Cannot be served now; see `Retry-After`",
    }
    /// Answers of a change.
    ChangeProblems {
        Invalid 400 "Not JSON, or a header that cannot be used",
        Unauthenticated 401 "No valid API key",
        Forbidden 403 "The API key lacks a scope",
        NotFound 404 "There is no such resource",
        Conflict 409 "The card's status, another operation, or a running request is in the way",
        TooLarge 413 "The body is too large",
        MediaType 415 "The body is not declared as what is taken",
        Unfit 422 "Does not fit the rules, or the provider refused",
        Internal 500 "The gateway failed",
        Unsupported 501 "The provider or card type cannot do this",
        BadGateway 502 "The provider does not accept the gateway",
        Unavailable 503 "Cannot be served now; see `Retry-After`",
    }
    /// Answers of a read of secrets.
    RevealProblems {
        Unauthenticated 401 "No valid API key",
        Forbidden 403 "The API key lacks a scope",
        NotFound 404 "There is no such resource",
        Conflict 409 "The card has nothing to show yet",
        Unfit 422 "Does not fit the rules, or the provider refused",
        TooMany 429 "The secrets of this card were read too often",
        Internal 500 "The gateway failed",
        Unsupported 501 "The provider cannot do this",
        BadGateway 502 "The provider's answer cannot be used",
        Unavailable 503 "Cannot be served now; see `Retry-After`",
    }
    /// Answers of a simulation.
    SimulateProblems {
        Invalid 400 "Not JSON",
        Unauthenticated 401 "No valid API key",
        Forbidden 403 "The API key lacks a scope",
        NotFound 404 "There is no such resource, or its provider does not know it yet",
        TooLarge 413 "The body is too large",
        MediaType 415 "The body is not declared as what is taken",
        Unfit 422 "Does not fit the rules, or the emulator refused",
        Internal 500 "The gateway failed",
        NoEmulator 501 "The provider is no emulator",
        BadGateway 502 "The emulator's answer cannot be used",
        Unavailable 503 "Cannot be served now; see `Retry-After`",
    }
    /// Further answers of a read at the provider.
    ProviderProblems {
        Refused 422 "The provider refused",
        Unsupported 501 "The provider cannot do this",
        BadGateway 502 "The provider's answer cannot be used",
    }
}

/// Parse a query parameter, or say which values fit.
pub fn parse_parameter<T: std::str::FromStr>(
    name: &'static str,
    text: Option<&str>,
) -> Result<Option<T>, ApiError> {
    text.map(str::parse).transpose().map_err(|_| {
        let detail = "is none of the documented values";
        let field = FieldProblem::parameter(name, "bad_value", detail);
        ApiError::fields(codes::INVALID_QUERY, "see `errors`", vec![field])
    })
}

/// A free text as a filter; control characters match nothing and not every database takes them.
pub fn plain_text(name: &'static str, text: Option<&str>) -> Result<Option<String>, ApiError> {
    if text.is_some_and(|text| text.chars().any(char::is_control)) {
        let field = FieldProblem::parameter(name, "bad_character", "no control characters");
        return Err(ApiError::fields(
            codes::INVALID_QUERY,
            "see `errors`",
            vec![field],
        ));
    }
    Ok(text.map(str::to_owned))
}
