use async_trait::async_trait;

use super::{CallContext, OperationReport, PersonName, ProviderError};
use crate::operation::Reference;
use crate::secret::SecretString;

/// A card that exists, to be printed and sent. Name and address are not stored anywhere: lost with
/// the process that holds them.
#[derive(Debug, Clone)]
pub struct OrderPhysical {
    pub reference: Reference,
    /// The provider's card id.
    pub card_ref: String,
    pub address: ShippingAddress,
}

/// Where a physical card is sent: personal data, never printed, wiped on drop.
#[derive(Debug, Clone)]
pub struct ShippingAddress {
    pub name: PersonName,
    pub email: SecretString,
    /// With its country code: `+1`.
    pub phone_code: SecretString,
    pub phone: SecretString,
    pub line1: SecretString,
    pub line2: Option<SecretString>,
    pub city: SecretString,
    pub state: SecretString,
    pub postal_code: SecretString,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

/// Physical cards made from virtual ones.
#[async_trait]
pub trait Shipping: Send + Sync {
    /// Order the plastic of a card.
    ///
    /// # Behaviour
    /// - `physical_card_ordered_can_be_activated`
    async fn order_physical(
        &self,
        ctx: &CallContext,
        request: &OrderPhysical,
    ) -> Result<OperationReport, ProviderError>;
}
