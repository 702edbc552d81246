//! Providers that show cards only among all those of their owner, and none with a reference of ours:
//! see [`cardmux_domain::provider::ProviderTraits::cards_by_owner`].

use cardmux_domain::card::{Card, CardStatus};
use cardmux_domain::enrolment::Enrolment;
use cardmux_domain::id::{EnrolmentId, InstanceId, TenantId};
use cardmux_domain::provider::owner_of;

use crate::providers::Registry;
use crate::store::{Store, StoreError, cards, enrolments};

fn by_owner(registry: &Registry, instance: &InstanceId) -> bool {
    let instance = registry.get(instance);
    instance.is_some_and(|instance| instance.provider.traits().cards_by_owner)
}

/// The provider's id of the enrolment a card was issued on, where calls about the card need it.
pub async fn enrolment_ref(
    store: &Store,
    registry: &Registry,
    card: &Card,
) -> Result<Option<String>, StoreError> {
    match card
        .enrolment_id
        .filter(|_| by_owner(registry, &card.instance))
    {
        Some(id) => of(store, &card.tenant, id).await,
        None => Ok(None),
    }
}

async fn of(
    store: &Store,
    tenant: &TenantId,
    id: EnrolmentId,
) -> Result<Option<String>, StoreError> {
    let enrolment = enrolments::get(store, tenant, id).await?;
    Ok(enrolment.and_then(|enrolment| enrolment.provider_ref))
}

/// What the registry knows of the cards of an owner.
pub struct Owned {
    /// Stands for the owner: the oldest of their enrolments.
    pub first: Enrolment,
    pub cards: Vec<Card>,
}

impl Owned {
    /// Nothing, where the provider shows cards one by one.
    pub async fn by(
        store: &Store,
        registry: &Registry,
        instance: &InstanceId,
        enrolment_ref: &str,
    ) -> Result<Option<Self>, StoreError> {
        if !by_owner(registry, instance) {
            return Ok(None);
        }
        let all = enrolments::of_owner(store, instance, owner_of(enrolment_ref)).await?;
        let ids: Vec<EnrolmentId> = all.iter().map(|enrolment| enrolment.id).collect();
        let cards = cards::of_enrolments(store, &ids).await?;
        let first = all.into_iter().next();
        Ok(first.map(|first| Self { first, cards }))
    }

    /// The provider's ids of all cards that are known to be there.
    pub fn known(&self) -> Vec<String> {
        let refs = self
            .cards
            .iter()
            .filter_map(|card| card.provider_ref.clone());
        refs.collect()
    }

    /// A card being issued: a second one could not be told from it.
    pub fn pending(&self) -> Option<&Card> {
        let mut cards = self.cards.iter();
        cards.find(|card| card.status == CardStatus::Pending && card.provider_ref.is_none())
    }
}
