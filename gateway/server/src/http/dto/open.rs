//! Open enumerations: strings of which today's values are known. Clients must expect new ones, so
//! the document lists them as `x-extensible-enum` and never as a closed `enum`.

use std::borrow::Cow;

use cardmux_domain::{
    authorization, batch, budget, card, card_type, challenge, controls, customer, dispute,
    enrolment, event, operation, provider, routing, spend_control, transaction,
};
use strum::VariantArray as _;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::http::codes;

fn open_enum(what: &str, values: Vec<String>) -> RefOr<Schema> {
    let first = values.first().cloned();
    let extensions = ExtensionsBuilder::new().add("x-extensible-enum", values);
    let schema = ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(format!("{} Open: expect new values.", what.trim())))
        .examples(first)
        .extensions(Some(extensions.build()));
    schema.into()
}

macro_rules! open_enums {
    ($(#[doc = $what:literal] $name:ident = $values:expr;)+) => {$(
        #[doc = $what]
        pub enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                open_enum($what, $values.iter().map(ToString::to_string).collect())
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )+};
}

open_enums! {
    /// What became of an authorization.
    AuthorizationStatus = authorization::AuthorizationStatus::VARIANTS;
    /// What a batch is doing.
    BatchStatus = batch::BatchStatus::VARIANTS;
    /// What became of an item of a batch.
    BatchItemStatus = batch::BatchItemStatus::VARIANTS;
    /// Whether a budget can be used.
    BudgetStatus = budget::BudgetStatus::VARIANTS;
    /// The card network.
    CardBrand = ["visa", "mastercard", "discover"];
    /// Plastic or not.
    CardForm = card::CardForm::VARIANTS;
    /// Where a card's money is: on the card, in a budget, or spent with a redemption link.
    CardModel = card::CardModel::VARIANTS;
    /// Where a card is in its life.
    CardStatus = card::CardStatus::VARIANTS;
    /// What a cardholder is shown or asked.
    ChallengeKind = challenge::ChallengeKind::VARIANTS;
    /// Who pays for a transaction.
    ChargedTo = transaction::ChargedTo::VARIANTS;
    /// A person or a company.
    CustomerKind = customer::CustomerKind::VARIANTS;
    /// What an issuer is for in a routing decision: it is tried first, takes other requests of the rule, or steps in where the one before certainly did nothing.
    RoutingRole = routing::Role::VARIANTS;
    /// Why an issuer or card type could not serve a request.
    ExclusionReason = routing::ExclusionReason::VARIANTS;
    /// Who or what decided an authorization: the rules, your endpoint, the stand-in where that gave no answer in time, the deadline, or the provider, which did not ask or did not wait.
    DecidedBy = authorization::DecidedBy::VARIANTS;
    /// Why an authorization was declined.
    DeclineCode = authorization::DeclineReason::VARIANTS;
    /// Into an account or out of it.
    Direction = budget::Direction::VARIANTS;
    /// Where a dispute stands.
    DisputeStatus = dispute::DisputeStatus::VARIANTS;
    /// Who sees to a control: the gateway, which the provider asks before it charges; the provider itself; or nobody, and there the control changes nothing.
    EnforcedBy = controls::Enforcer::VARIANTS;
    /// Where the provider's review of a customer stands.
    EnrolmentStatus = enrolment::EnrolmentStatus::VARIANTS;
    /// What happened.
    EventType = event::EventKind::VARIANTS;
    /// What a field of a form takes.
    FieldFormat = customer::form::FieldFormat::VARIANTS;
    /// The change that is intended.
    OperationKind = operation::OperationKind::VARIANTS;
    /// What became of an operation; `unknown`: it was sent, its fate is being looked up.
    OperationStatus = operation::OperationStatus::VARIANTS;
    /// What is known to have happened at the provider.
    Outcome = provider::Outcome::VARIANTS;
    /// What went wrong; each code has a page under `/docs/errors/`.
    ProblemCode = codes::ALL.iter().map(|code| code.code).collect::<Vec<_>>();
    /// What a request to issue must bring.
    Requirement = card_type::Requirement::VARIANTS;
    /// How payments are made that a limit counts.
    SpendChannel = controls::SpendChannel::VARIANTS;
    /// Whether a spend control decides, or only shows what it would have said.
    SpendControlStage = spend_control::Stage::VARIANTS;
    /// Over what a provider's limit counts.
    SpendInterval = controls::SpendInterval::VARIANTS;
    /// The unit of a spend window.
    SpendPeriod = spend_control::Period::VARIANTS;
    /// What a window spans: one payment; from midnight, Monday or the first of the month to the next; the last 24 hours, 7 days of 24 hours or 30 of them; all time.
    SpendWindowKind = ["per_transaction", "calendar", "rolling", "lifetime"];
    /// What a card did, or what was done to it.
    TransactionType = transaction::TransactionKind::VARIANTS;
    /// Where a transaction stands; `pending`: authorized and held; `reversed`: taken back or let go.
    TransactionStatus = transaction::TransactionStatus::VARIANTS;
    /// What a request to charge a card was answered.
    Verdict = authorization::Verdict::VARIANTS;
}
