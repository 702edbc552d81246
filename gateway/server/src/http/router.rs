//! Every route on one page. A route of the API and its documentation are one expression, so that neither
//! can exist without the other.

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;
use utoipa_swagger_ui::SwaggerUi;

use super::document::complete;
use super::middleware::{Edge, edge, no_route, on_panic};
use super::problem::Problem;
use super::{
    admin, authorizations, batches, budgets, card_types, cards, customers, disputes, docs,
    enrolments, events, health, hooks, operations, rate_limit, reference, routing, simulate,
    spend_controls, transactions,
};
use crate::app::App;

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
            enumerations are open, today's values are in `x-extensible-enum`: expect new ones, as well as new fields. \
            Errors are RFC 9457 problems with a stable `code`. \
            A list has `limit` rows a page and a `nextCursor`, to be sent as `cursor` for the next page; it is null on the last one. \
            A changing request may carry an `Idempotency-Key`; then it can be repeated safely, whatever happened.",
        contact(name = "The operator of this gateway"),
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    servers((url = "/", description = "The gateway this document is read from")),
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
        (name = "routing", description = "Which issuer a request would go to, and why not to the others"),
        (name = "operations", description = "Changes at providers and what became of them"),
        (name = "operators", description = "What whoever runs the gateway sees and does, across tenants"),
    ),
    components(schemas(Problem)),
    security(("api_key" = [])),
    modifiers(&KeySchemes),
)]
struct Document;

struct KeySchemes;

impl Modify for KeySchemes {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let schemes = [
            (
                "api_key",
                "A key of a tenant, with the scope the operation needs",
            ),
            (
                "operator_key",
                "A key of the operator, which has the scope `operator` and no other",
            ),
        ];
        for (name, description) in schemes {
            let scheme = HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .bearer_format("cmx_…")
                .description(Some(description))
                .build();
            openapi
                .components
                .get_or_insert_default()
                .add_security_scheme(name, SecurityScheme::Http(scheme));
        }
    }
}

/// The API and its document.
fn api() -> (Router<App>, utoipa::openapi::OpenApi) {
    let api = OpenApiRouter::with_openapi(Document::openapi());
    let (router, mut document) = api.merge(v1()).merge(operators()).split_for_parts();
    rate_limit::describe(&mut document);
    (router, complete(document))
}

fn v1() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(card_types::list_card_types))
        .routes(routes!(card_types::get_card_type))
        .routes(routes!(cards::issue::issue_card, cards::list::list_cards))
        .routes(routes!(cards::get::get_card, cards::patch::update_card))
        .routes(routes!(cards::balance::get_card_balance))
        .routes(routes!(cards::entries::list_card_entries))
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
        .routes(routes!(routing::explain_route))
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

fn operators() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(admin::tenants::list_tenants))
        .routes(routes!(
            admin::keys::list_api_keys,
            admin::keys::create_api_key
        ))
        .routes(routes!(admin::keys::rotate_api_key))
        .routes(routes!(admin::keys::revoke_api_key))
        .routes(routes!(admin::instances::list_instances))
        .routes(routes!(admin::operations::list_all_operations))
        .routes(routes!(admin::operations::decide_operation))
        .routes(routes!(admin::audit::list_audit_records))
        .routes(routes!(admin::config::get_config))
        .routes(routes!(admin::config::reload_config))
}

/// The OpenAPI document; needs neither configuration nor database.
pub fn document() -> utoipa::openapi::OpenApi {
    api().1
}

/// The whole service.
pub fn router(app: App, limits: HttpLimits) -> Router {
    let (api, document) = api();
    let at_edge = Edge {
        error_base_url: app.error_base_url.as_str().into(),
        request_timeout: limits.request_timeout,
    };
    api.route("/hooks/{instance}", post(hooks::receive))
        .route("/hooks/{instance}/authorizations", post(hooks::authorize))
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
