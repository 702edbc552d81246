use async_trait::async_trait;

use super::{CallContext, OperationReport, ProviderError};
use crate::customer::Profile;
use crate::enrolment::EnrolmentStatus;
use crate::operation::Reference;
use crate::secret::SecretString;

/// A customer to be enrolled. Document fields of the profile hold the provider's file ids.
#[derive(Debug, Clone)]
pub struct EnrolCustomer {
    pub reference: Reference,
    /// The provider's card type id the enrolment is for.
    pub card_type_ref: String,
    /// The provider's word for the form, of the card type's
    /// [`EnrolmentForm`](crate::card_type::EnrolmentForm).
    pub form: String,
    pub profile: Profile,
    /// A token of an identity service that has the customer's documents already (Sumsub).
    pub share_token: Option<SecretString>,
}

/// Corrected data of a customer whose enrolment was refused.
#[derive(Debug, Clone)]
pub struct UpdateEnrolment {
    pub reference: Reference,
    /// The provider's id of the enrolment.
    pub enrolment_ref: String,
    pub card_type_ref: String,
    pub form: String,
    pub profile: Profile,
}

/// An enrolment as its provider shows it; without personal data.
#[derive(Debug, Clone, PartialEq)]
pub struct EnrolmentSnapshot {
    pub enrolment_ref: String,
    pub card_type_ref: Option<String>,
    pub status: EnrolmentStatus,
    /// The provider's own word.
    pub provider_status: String,
    /// Who looks at it or refused it, in the provider's word.
    pub review_stage: Option<String>,
    /// Why it was refused, or what is missing, in the provider's words.
    pub reason: Option<String>,
    /// Where the customer goes on by themselves: a hosted verification page.
    pub action_url: Option<String>,
    /// The provider waits for us: [`Enrolments::advance`] is due.
    pub step_due: bool,
}

/// Customers at the provider.
#[async_trait]
pub trait Enrolments: Send + Sync {
    /// Hand a customer in. The report's `enrolment` says what became of it.
    ///
    /// # Behaviour
    /// - `enrol_is_reviewed_and_approved`
    /// - `enrol_with_a_used_reference_makes_no_second_enrolment`
    /// - `enrol_refused_for_good_is_rejected_with_its_reason`
    async fn enrol(
        &self,
        ctx: &CallContext,
        request: &EnrolCustomer,
    ) -> Result<OperationReport, ProviderError>;

    /// Hand in corrected data. Sets the data: the same twice is as once.
    ///
    /// # Behaviour
    /// - `enrolment_refused_for_a_correction_can_be_updated`
    /// - `enrolment_that_is_approved_cannot_be_updated`
    async fn update(
        &self,
        ctx: &CallContext,
        request: &UpdateEnrolment,
    ) -> Result<OperationReport, ProviderError>;

    /// Read one enrolment.
    ///
    /// # Behaviour
    /// - `enrolment_unknown_is_not_found`
    async fn get(
        &self,
        ctx: &CallContext,
        enrolment_ref: &str,
    ) -> Result<EnrolmentSnapshot, ProviderError>;

    /// Take the next step of an enrolment that takes several, where its snapshot says one is due.
    /// Looks first whether it was taken already.
    ///
    /// # Behaviour
    /// - `enrolment_of_several_steps_is_carried_through`
    async fn advance(
        &self,
        ctx: &CallContext,
        enrolment_ref: &str,
    ) -> Result<EnrolmentSnapshot, ProviderError>;
}
