use async_trait::async_trait;

use super::{CallContext, CardChange, OperationReport, ProviderError};
use crate::controls::Controls as CardControls;
use crate::money::Decimal;
use crate::operation::Reference;
use crate::secret::SecretString;

/// A change of a card's controls; parts that are absent stay as they are.
#[derive(Debug, Clone)]
pub struct SetControls {
    pub reference: Reference,
    /// The provider's card id.
    pub card_ref: String,
    pub controls: CardControls,
}

/// Limits a provider enforces by itself.
#[async_trait]
pub trait Controls: Send + Sync {
    /// Set what the change names.
    ///
    /// # Behaviour
    /// - `controls_set_are_read_back`
    /// - `controls_emptied_are_lifted`
    async fn set(
        &self,
        ctx: &CallContext,
        request: &SetControls,
    ) -> Result<OperationReport, ProviderError>;
}

/// A note kept with the card at its provider.
#[async_trait]
pub trait Notes: Send + Sync {
    /// Set the note of a card.
    ///
    /// # Behaviour
    /// - `note_set_is_read_back`
    async fn set_note(
        &self,
        ctx: &CallContext,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError>;
}

/// A new PIN. Not stored anywhere: lost with the process that holds it.
#[derive(Debug, Clone)]
pub struct SetPin {
    pub reference: Reference,
    /// The provider's card id.
    pub card_ref: String,
    pub pin: SecretString,
}

#[async_trait]
pub trait Pins: Send + Sync {
    /// Set or change the PIN of a card.
    ///
    /// # Behaviour
    /// - `pin_is_set_on_an_active_physical_card`
    async fn set_pin(
        &self,
        ctx: &CallContext,
        request: &SetPin,
    ) -> Result<OperationReport, ProviderError>;
}

/// A physical card in its holder's hands. PIN and code are not stored anywhere.
#[derive(Debug, Clone)]
pub struct ActivateCard {
    pub reference: Reference,
    /// The provider's card id.
    pub card_ref: String,
    /// Where the card type asks for one at activation.
    pub pin: Option<SecretString>,
    pub code: SecretString,
    /// Payments up to this amount need no PIN; the provider's default where absent.
    pub no_pin_limit: Option<Decimal>,
}

#[async_trait]
pub trait Activation: Send + Sync {
    /// Make an inactive physical card usable.
    ///
    /// # Behaviour
    /// - `activation_with_the_code_makes_the_card_active`
    /// - `activation_with_a_wrong_code_is_rejected`
    async fn activate(
        &self,
        ctx: &CallContext,
        request: &ActivateCard,
    ) -> Result<OperationReport, ProviderError>;
}
