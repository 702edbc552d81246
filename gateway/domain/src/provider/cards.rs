use async_trait::async_trait;

use super::{CallContext, OperationReport, Page, PageRequest, ProviderError};
use crate::card::{CardFunds, CardStatus};
use crate::controls::Controls;
use crate::money::Money;
use crate::operation::Reference;
use crate::secret::SecretString;

/// A card to be issued. The reference is a field, not part of the context: a change without one
/// cannot be written.
#[derive(Debug, Clone)]
pub struct IssueCard {
    pub reference: Reference,
    /// The provider's card type id.
    pub card_type_ref: String,
    pub initial_balance: Option<Money>,
    /// The provider's id of the cardholder's enrolment.
    pub enrolment_ref: Option<String>,
    /// The provider's id of the budget to draw on.
    pub budget_ref: Option<String>,
    /// The number printed on a physical card.
    pub card_number: Option<SecretString>,
    /// Who the card is made out to, where nobody is enrolled.
    pub cardholder: Option<PersonName>,
    /// The tenant's own word for the card, for providers that show one.
    pub label: Option<String>,
}

/// The name of a person: personal data, never printed, wiped on drop.
#[derive(Debug, Clone)]
pub struct PersonName {
    pub first_name: SecretString,
    pub last_name: SecretString,
}

/// A change of a card that takes no further argument.
#[derive(Debug, Clone)]
pub struct CardChange {
    pub reference: Reference,
    /// The provider's card id.
    pub card_ref: String,
    pub note: Option<String>,
}

/// A card as its provider shows it. Never holds the number.
#[derive(Debug, Clone, PartialEq)]
pub struct CardSnapshot {
    pub card_ref: String,
    pub card_type_ref: Option<String>,
    pub status: CardStatus,
    /// The provider's own word.
    pub provider_status: String,
    /// The provider shows a status at all. Where it does not, the two above mean nothing and the
    /// registry's stays.
    pub status_known: bool,
    pub last4: Option<String>,
    /// Only what the provider sends along.
    pub funds: CardFunds,
    /// The controls the provider enforces, where it sends them along.
    pub controls: Option<Controls>,
    /// The note kept at the provider, where it sends it along.
    pub note: Option<String>,
}

/// Issue, read and change cards.
#[async_trait]
pub trait Cards: Send + Sync {
    /// Issue one card.
    ///
    /// # Behaviour
    /// - `issue_gives_one_card_that_becomes_active`
    /// - `issue_with_a_used_reference_makes_no_second_card`
    /// - `issue_from_an_offline_type_is_rejected`
    /// - `issue_on_an_enrolment_and_a_budget_draws_on_them`
    /// - `issue_of_a_physical_card_is_inactive_until_activated`
    async fn issue(
        &self,
        ctx: &CallContext,
        request: &IssueCard,
    ) -> Result<OperationReport, ProviderError>;

    /// Read one card, with its balance where the provider can say it in the same call. Nothing of
    /// the number outlives the reading but its last four digits.
    ///
    /// # Behaviour
    /// - `get_shows_the_provider_status_beside_ours`
    /// - `get_of_an_unknown_card_is_not_found`
    async fn get(&self, ctx: &CallContext, card_ref: &str) -> Result<CardSnapshot, ProviderError>;

    /// List cards, page by page.
    ///
    /// # Behaviour
    /// - `list_pages_through_every_card_once`
    async fn list(
        &self,
        ctx: &CallContext,
        page: &PageRequest,
    ) -> Result<Page<CardSnapshot>, ProviderError>;

    /// Stop a card for a while.
    ///
    /// # Behaviour
    /// - `freeze_then_unfreeze_returns_to_active`
    async fn freeze(
        &self,
        ctx: &CallContext,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError>;

    /// Resume a frozen card.
    async fn unfreeze(
        &self,
        ctx: &CallContext,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError>;

    /// Close a card for good; what is left on it goes back to the account it came from.
    ///
    /// # Behaviour
    /// - `cancel_is_final_and_returns_the_balance`
    async fn cancel(
        &self,
        ctx: &CallContext,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError>;
}
