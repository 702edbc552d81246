//! Real-time authorizations: what a provider asks, what we answer, what came of it.

use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::id::{
    AuthorizationId, BudgetId, CardId, CustomerId, InstanceId, SpendControlId, TenantId,
    TransactionId,
};
use crate::ledger::BookOwner;
use crate::money::{Currency, Decimal, Money};
use crate::time::Timestamp;
use crate::transaction::Merchant;

/// What a provider asks while somebody stands at a till. Refs are the provider's.
#[derive(Debug, Clone, PartialEq)]
pub struct AuthorizationRequest {
    /// The same for every repetition of the request and for all that follows it.
    pub authorization_ref: String,
    pub card_ref: String,
    /// What is to be held, in the currency of the card.
    pub amount: Money,
    /// In the merchant's currency, where that is told.
    pub merchant_amount: Option<Money>,
    pub merchant: Merchant,
    /// The provider's time of it. Only kept: windows count by the gateway's clock.
    pub occurred_at: Option<Timestamp>,
}

/// The one bit that leaves us.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
    serde::Serialize,
    serde::Deserialize,
)]
#[strum(serialize_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Approve,
    Decline,
}

/// What became of an authorization after it was asked for, as its provider tells.
#[derive(Debug, Clone, PartialEq)]
pub struct AuthorizationNotice {
    /// `None` where it stands alone: a deferred presentment, an unlinked return.
    pub authorization_ref: Option<String>,
    /// Equal for repetitions of one and the same fact, different for two facts; with the instance
    /// it is what makes a movement of money happen once.
    pub notice_ref: String,
    pub card_ref: String,
    pub step: AuthorizationStep,
    /// In the currency of the card. Of a reversal `None` where all that is left is released.
    pub amount: Option<Money>,
    pub merchant_amount: Option<Money>,
    /// Charged by the provider beside the amount, in the same currency.
    pub fee: Option<Money>,
    pub merchant: Merchant,
    /// The provider's word for it.
    pub provider_status: String,
    pub occurred_at: Timestamp,
}

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
    serde::Serialize,
)]
#[strum(serialize_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum AuthorizationStep {
    /// The network was told yes, whatever we had said.
    Approved,
    /// The network was told no, whatever we had said.
    Declined,
    /// Taken back before it was presented, wholly or in part.
    Reversed,
    /// Presented: the money is gone, whatever had been held.
    Posted,
    /// A later credit.
    Returned,
}

/// Where an authorization is in its life.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
    serde::Serialize,
)]
#[strum(serialize_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum AuthorizationStatus {
    /// Approved, its amount held.
    Held,
    Declined,
    /// Taken back whole before anything was presented.
    Reversed,
    /// Nothing came within the days a hold lasts.
    Expired,
    /// Presented at least once.
    Posted,
    /// Presented, and given back at least in part.
    Returned,
}

/// Who decided.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
    serde::Serialize,
    serde::Deserialize,
)]
#[strum(serialize_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum DecidedBy {
    /// Card state, controls and funds.
    Rules,
    /// The tenant's decision endpoint.
    Endpoint,
    /// The tenant's stand-in rules, because its endpoint gave no answer in time.
    StandIn,
    /// The deadline came before the gateway could decide: declined.
    Deadline,
    /// The provider, which did not ask us or did not wait for us.
    Provider,
}

/// Why an authorization is declined; the text form is stable and open.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
    serde::Serialize,
    serde::Deserialize,
)]
#[strum(serialize_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum DeclineReason {
    CardUnknown,
    CardNotActive,
    CurrencyMismatch,
    /// No ledger budget to draw on.
    NoBudget,
    /// An amount or count limit of a spend control.
    SpendLimit,
    MccBlocked,
    MccNotAllowed,
    CountryBlocked,
    CountryNotAllowed,
    MerchantBlocked,
    MerchantNotAllowed,
    /// Used as many times as it may be.
    UsesExhausted,
    /// Locked to the merchant of its first use.
    MerchantLocked,
    InsufficientFunds,
    DeclinedByEndpoint,
    DeclinedByStandIn,
    DeadlineReached,
    DeclinedByProvider,
}

/// One reason, and which control gave it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Reason {
    pub code: DeclineReason,
    /// The text form of the [`SpendControlId`] behind it.
    pub control: Option<String>,
    /// For people: which limit, what it allows, what was counted. No card data.
    pub detail: Option<String>,
}

/// A version of a control that had a say.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RuleVersion {
    pub control: String,
    pub version: i64,
}

/// What drafts would have said, where that differs from what was answered.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Shadow {
    pub verdict: Verdict,
    pub reasons: Vec<Reason>,
    pub drafts: Vec<RuleVersion>,
}

/// The four times of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecisionTimes {
    pub received_at: Timestamp,
    /// Rules and funds were evaluated and what they held is committed.
    pub evaluated_at: Option<Timestamp>,
    /// The tenant's endpoint answered, or was given up on.
    pub endpoint_at: Option<Timestamp>,
    pub answered_at: Option<Timestamp>,
}

/// An authorization of the registry: one life cycle.
#[derive(Debug, Clone, PartialEq)]
pub struct Authorization {
    pub id: AuthorizationId,
    pub tenant: TenantId,
    pub instance: InstanceId,
    /// The provider's id; with the instance unique.
    pub provider_ref: String,
    pub card_id: CardId,
    pub customer_id: Option<CustomerId>,
    /// The ledger budget whose money it takes; `None` where the card draws on none.
    pub budget_id: Option<BudgetId>,
    pub transaction_id: Option<TransactionId>,
    pub status: AuthorizationStatus,
    /// What was asked for.
    pub amount: Money,
    pub merchant_amount: Option<Money>,
    pub merchant: Merchant,
    /// Of the amount: still held. Never negative.
    pub held: Decimal,
    /// Released by reversals and expiry, in all.
    pub released: Decimal,
    /// Presented in all, fees not counted.
    pub posted: Decimal,
    pub fees: Decimal,
    pub returned: Decimal,
    /// What we said, and are going to say to a repetition; `None` where we were never asked.
    pub verdict: Option<Verdict>,
    pub decided_by: DecidedBy,
    /// In the order in which they were found.
    pub reasons: Vec<Reason>,
    pub rule_versions: Vec<RuleVersion>,
    pub shadow: Option<Shadow>,
    /// What a back-test needs to decide it again, beside the history.
    pub facts: DecisionFacts,
    pub times: DecisionTimes,
    /// When what is held is released although nothing came.
    pub expires_at: Option<Timestamp>,
    /// Grows by one with every stored change.
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What was the case when it was decided and is not kept anywhere else.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DecisionFacts {
    pub card_status: String,
    /// What the endpoint or the stand-in said, where they were asked.
    pub beyond_rules: Option<Verdict>,
}

impl Authorization {
    pub fn currency(&self) -> Currency {
        self.amount.currency
    }

    /// Whose money it takes, if that is in a book.
    pub fn drawn_on(&self) -> BookOwner {
        BookOwner::drawn_on(self.card_id, self.budget_id)
    }

    /// What spend limits count of it: what is held and what was presented. Zero once it was
    /// declined, reversed or expired; a return gives nothing back.
    pub fn counted(&self) -> Decimal {
        self.held.saturating_add(self.posted)
    }

    /// Whether spend limits count it as a use.
    pub fn counts(&self) -> bool {
        match self.status {
            AuthorizationStatus::Held
            | AuthorizationStatus::Posted
            | AuthorizationStatus::Returned => true,
            AuthorizationStatus::Declined
            | AuthorizationStatus::Reversed
            | AuthorizationStatus::Expired => false,
        }
    }

    /// The controls that had a say.
    pub fn controls(&self) -> impl Iterator<Item = SpendControlId> {
        self.rule_versions
            .iter()
            .filter_map(|rule| rule.control.parse().ok())
    }
}
