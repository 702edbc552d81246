//! Card types: what a provider can issue, and under which rules.

use crate::card::{CardForm, CardModel};
use crate::controls::ControlRules;
use crate::customer::form::FieldRule;
use crate::id::{CardTypeId, InstanceId};
use crate::money::{Currency, Decimal, Money};
use crate::operation::OperationKind;
use crate::pin::PinRule;
use crate::time::Timestamp;

/// A programme or BIN as its provider describes it; the same shape for every provider.
#[derive(Debug, Clone, PartialEq)]
pub struct CardTypeSpec {
    /// The provider's id of it.
    pub provider_ref: String,
    pub name: String,
    pub description: Option<String>,
    pub model: CardModel,
    pub form: CardForm,
    /// Open, lower case: `visa`, `mastercard`, `discover` …
    pub brand: Option<String>,
    /// ISO 3166-1 alpha-2 country of issue.
    pub country: Option<String>,
    pub currency: Currency,
    pub bin: Option<String>,
    /// Offline types exist, but nothing can be issued from them.
    pub online: bool,
    pub issue_fee: Option<Money>,
    /// `None`: nothing is known about an initial deposit, any amount may be tried.
    pub initial_deposit: Option<AmountRule>,
    pub deposit: Option<AmountRule>,
    pub deposit_fee: Option<FeeRule>,
    /// What must stay on the card at a withdrawal.
    pub retained_balance: Option<Decimal>,
    /// The operations the provider has switched on for this type.
    pub capabilities: Vec<OperationKind>,
    pub requirements: Vec<Requirement>,
    /// What a customer must tell to be enrolled for it; `None` where nobody is enrolled.
    pub enrolment: Option<EnrolmentForm>,
    pub controls: ControlRules,
    /// `None` where cards of it have no PIN, or nothing is known about it.
    pub pin: Option<PinRule>,
}

/// The form a customer is enrolled with.
#[derive(Debug, Clone, PartialEq)]
pub struct EnrolmentForm {
    /// The provider's word for the form: FinCard `B2B` (short), `B2C` (full).
    pub name: String,
    pub fields: Vec<FieldRule>,
    /// How many cards one enrolment may have.
    pub max_cards: Option<u32>,
    /// The token of an identity service can take the place of the fields.
    pub takes_share_token: bool,
}

/// Bounds of an amount in the card's currency, both ends included.
#[derive(Debug, Clone, PartialEq)]
pub struct AmountRule {
    pub required: bool,
    pub min: Option<Decimal>,
    pub max: Option<Decimal>,
    /// Decimals the provider accepts.
    pub decimals: Option<u32>,
}

/// A fee that is charged on top of an amount.
#[derive(Debug, Clone, PartialEq)]
pub struct FeeRule {
    /// Per cent: `1` is 1 %.
    pub rate_percent: Decimal,
    pub fixed: Decimal,
}

/// What an issue request must bring beside the type.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    strum::Display,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum Requirement {
    /// A customer with an approved enrolment.
    Cardholder,
    /// The name of the cardholder, who is not enrolled.
    CardholderName,
    /// The printed number of a physical card.
    CardNumber,
    /// A budget to draw on.
    Budget,
}

/// A card type of the registry.
#[derive(Debug, Clone, PartialEq)]
pub struct CardType {
    pub id: CardTypeId,
    pub instance: InstanceId,
    pub spec: CardTypeSpec,
    /// The provider listed it in the last synchronisation.
    pub listed: bool,
    /// When the provider last described it.
    pub synced_at: Timestamp,
}

impl CardType {
    /// Whether a card can be issued from it now, as far as the last synchronisation tells.
    pub fn is_available(&self) -> bool {
        self.listed && self.spec.online && self.spec.capabilities.contains(&OperationKind::Issue)
    }
}
