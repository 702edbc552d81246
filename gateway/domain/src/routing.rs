//! How a card came to its issuer: what was wished for, who could have served it, who could not and why.

use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::card::{CardForm, CardModel};
use crate::card_type::CardTypeSpec;
use crate::id::{CardTypeId, InstanceId, OperationId};
use crate::money::{Currency, Money};
use crate::provider::Outcome;

/// What a card should be, where no card type is named. `None`: any will do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    pub model: Option<CardModel>,
    pub form: Option<CardForm>,
    pub currency: Option<Currency>,
    /// ISO 3166-1 alpha-2 country of issue.
    pub country: Option<String>,
    /// Lower case, as card types have it.
    pub brand: Option<String>,
}

impl Wish {
    /// Whether cards of this type are what is wished for. A type that does not say its country or
    /// brand fits no wish for one.
    pub fn fits(&self, spec: &CardTypeSpec) -> bool {
        let Self {
            model,
            form,
            currency,
            country,
            brand,
        } = self;
        model.is_none_or(|model| model == spec.model)
            && form.is_none_or(|form| form == spec.form)
            && currency.is_none_or(|currency| currency == spec.currency)
            && country
                .as_ref()
                .is_none_or(|country| spec.country.as_ref() == Some(country))
            && brand
                .as_ref()
                .is_none_or(|brand| spec.brand.as_ref() == Some(brand))
    }
}

/// What is kept of a request that was routed, to route it again under other rules. What is on the card
/// anyway (customer, budget, label, metadata …) is not repeated, and nothing secret or personal is here.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RoutedRequest {
    pub wish: Wish,
    pub amount: Option<Money>,
    /// It brought the name of a cardholder.
    pub has_cardholder: bool,
    /// It brought the number of a physical card.
    pub has_card_number: bool,
    /// The customer was to be enrolled on the way.
    pub enrol: bool,
}

/// An issuer that could serve the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub instance: InstanceId,
    pub type_id: CardTypeId,
    pub role: Role,
    /// Its part of such requests in hundredths of a per cent, among those that could serve this one;
    /// `None` for one that only steps in.
    pub share: Option<u32>,
}

/// What a candidate is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Role {
    /// Is tried first.
    Chosen,
    /// Takes other requests of this rule.
    NotChosen,
    /// Steps in, in this order, where the one before certainly did nothing.
    Fallback,
}

/// An issuer or card type that could not serve the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclusion {
    pub instance: InstanceId,
    /// `None` where the whole instance is out.
    pub type_id: Option<CardTypeId>,
    pub reason: ExclusionReason,
    /// For people.
    pub detail: String,
}

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum ExclusionReason {
    /// The instance offers no card type that is what is wished for.
    NoMatchingType,
    /// None of the instance's card types is known yet: its catalogue could not be read so far.
    TypesUnknown,
    /// The adapter cannot issue.
    Unsupported,
    /// The provider has the type switched off, or lists it no more.
    TypeUnavailable,
    /// The operator has paused issuing at the instance.
    IssuingPaused,
    /// Calls to the instance fail; its circuit is open.
    CircuitOpen,
    /// The initial balance does not fit the type's bounds or currency.
    AmountNotAccepted,
    /// The type needs something the request does not bring, or takes something it brings not.
    RequirementNotMet,
    /// The customer is not enrolled for the type, and is not to be on the way.
    EnrolmentMissing,
    /// The customer's enrolment is not approved.
    EnrolmentNotApproved,
    /// The budget is not one that cards of the type can draw on.
    BudgetNotUsable,
}

/// An issuer that was tried and certainly did nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedAttempt {
    pub instance: InstanceId,
    pub type_id: CardTypeId,
    pub operation_id: OperationId,
    /// The operation's failure code.
    pub code: String,
    /// Never `Unknown`: then nobody else is tried.
    pub outcome: Outcome,
}

/// Why a card is at its issuer.
#[derive(Debug, Clone, PartialEq)]
pub struct Routing {
    /// The name of the tenant's rule that decided.
    pub rule: String,
    pub request: RoutedRequest,
    /// Those that could serve it: the chosen one, the others, then those that step in, in order.
    pub candidates: Vec<Candidate>,
    pub excluded: Vec<Exclusion>,
    /// Issuers that were tried before the card's.
    pub failed: Vec<FailedAttempt>,
}
