//! What a provider call needs beside the operation and its subject.

use cardmux_domain::card::Card;
use cardmux_domain::customer::Profile;
use cardmux_domain::enrolment::Enrolment;
use cardmux_domain::money::Decimal;
use cardmux_domain::operation::{Operation, OperationKind};
use cardmux_domain::provider::{PersonName, ShippingAddress};
use cardmux_domain::secret::SecretString;

use super::{Engine, Subject};
use crate::profile::{self, ProfileError};
use crate::store::{StoreError, budgets, card_types, cards, enrolments, transactions};

/// Given with the request, or read again from the store when the operation is sent once more; the
/// secrets among them are only ever given.
#[derive(Debug, Clone, Default)]
pub struct Arguments {
    /// The provider's ids.
    pub card_type_ref: Option<String>,
    pub enrolment_ref: Option<String>,
    pub budget_ref: Option<String>,
    /// Of a dispute: the card and the transaction it is about.
    pub card_ref: Option<String>,
    pub transaction_ref: Option<String>,
    /// Of an enrolment: the provider's word for the form, and what goes into it, with the
    /// provider's ids of documents.
    pub form: Option<String>,
    pub profile: Option<Profile>,
    pub no_pin_limit: Option<Decimal>,
    pub card_number: Option<SecretString>,
    pub pin: Option<SecretString>,
    pub activation_code: Option<SecretString>,
    pub cardholder: Option<PersonName>,
    pub share_token: Option<SecretString>,
    pub shipping: Option<ShippingAddress>,
}

#[derive(Debug, thiserror::Error)]
pub enum ArgumentsError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Profile(#[from] ProfileError),
}

impl Engine {
    /// What the store knows of an operation's arguments.
    pub(super) async fn stored_arguments(
        &self,
        subject: &Subject,
        operation: &Operation,
    ) -> Result<Arguments, ArgumentsError> {
        match subject {
            Subject::Card(card) if operation.kind == OperationKind::Issue => {
                Ok(self.of_issue(card).await?)
            }
            Subject::Enrolment(enrolment) => self.of_enrolment(enrolment).await,
            Subject::Dispute(dispute) => {
                let card = cards::get(&self.store, &dispute.tenant, dispute.card_id).await?;
                let contested =
                    transactions::get(&self.store, &dispute.tenant, dispute.transaction_id);
                Ok(Arguments {
                    card_ref: card.and_then(|card| card.provider_ref),
                    transaction_ref: contested.await?.map(|t| t.report.provider_ref),
                    ..Arguments::default()
                })
            }
            Subject::Card(_) | Subject::Budget(_) => Ok(Arguments::default()),
        }
    }

    async fn of_issue(&self, card: &Card) -> Result<Arguments, StoreError> {
        let store = &self.store;
        let card_type = card_types::get(store, card.type_id).await?;
        let enrolment = match card.enrolment_id {
            Some(id) => enrolments::get(store, &card.tenant, id).await?,
            None => None,
        };
        let budget = match card.budget_id {
            Some(id) => budgets::get(store, &card.tenant, id).await?,
            None => None,
        };
        Ok(Arguments {
            card_type_ref: card_type.map(|t| t.spec.provider_ref),
            enrolment_ref: enrolment.and_then(|e| e.provider_ref),
            budget_ref: budget.and_then(|b| b.provider_ref),
            ..Arguments::default()
        })
    }

    async fn of_enrolment(&self, enrolment: &Enrolment) -> Result<Arguments, ArgumentsError> {
        let card_type = card_types::get(&self.store, enrolment.type_id).await?;
        let spec = card_type.map(|card_type| card_type.spec);
        let profile = profile::for_provider(
            &self.store,
            &self.vault,
            &enrolment.tenant,
            enrolment.customer_id,
            &enrolment.instance,
        )
        .await?;
        let form = spec.as_ref().and_then(|spec| spec.enrolment.as_ref());
        Ok(Arguments {
            form: form.map(|form| form.name.clone()),
            card_type_ref: spec.map(|spec| spec.provider_ref),
            profile,
            ..Arguments::default()
        })
    }
}
