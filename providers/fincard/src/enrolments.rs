use async_trait::async_trait;
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{
    CallContext, EnrolCustomer, EnrolmentSnapshot, Enrolments, ErrorKind, OperationReport,
    ProviderError, UpdateEnrolment,
};
use cardmux_provider_kit::json;

use crate::FinCard;
use crate::map;
use crate::wire::envelope::Page;
use crate::wire::holder::{
    CreateHolderRequest, Holder, HolderKey, HolderListRequest, Model, UpdateHolderRequest,
};
use crate::wire::path::Endpoint;

/// Ids and numbers are unique, so one record is expected; room for a filter that is not applied.
const PAGE_SIZE: u32 = 50;

#[async_trait]
impl Enrolments for FinCard {
    async fn enrol(
        &self,
        _: &CallContext,
        request: &EnrolCustomer,
    ) -> Result<OperationReport, ProviderError> {
        let EnrolCustomer {
            reference,
            card_type_ref,
            form,
            profile,
            // FinCard takes documents, no tokens of identity services.
            share_token: _,
        } = request;
        let create = CreateHolderRequest {
            model: Model::new(self.spelling, form),
            merchant_order_no: reference.as_str(),
            card_type_id: json::integer_or_text(card_type_ref),
            person: map::holder::person(profile, form),
        };
        let holder: Holder = self.client.call(Endpoint::HolderCreate, &create).await?;
        if holder
            .merchant_order_no
            .as_deref()
            .is_some_and(|echoed| echoed != reference.as_str())
        {
            return Err(map::malformed("the answer to another reference"));
        }
        map::holder::report(holder, OperationKind::Enrol, reference)
    }

    async fn update(
        &self,
        _: &CallContext,
        request: &UpdateEnrolment,
    ) -> Result<OperationReport, ProviderError> {
        let UpdateEnrolment {
            reference,
            enrolment_ref,
            // An update names the holder alone (W-int).
            card_type_ref: _,
            form,
            profile,
        } = request;
        let update = UpdateHolderRequest {
            key: HolderKey::new(self.spelling, enrolment_ref),
            model: Model::new(self.spelling, form),
            person: map::holder::person(profile, form),
        };
        let mut holder: Holder = self.client.call(Endpoint::HolderUpdate, &update).await?;
        if holder.holder_id.is_none() {
            holder.cardholder_id.get_or_insert(enrolment_ref.clone());
        }
        map::holder::report(holder, OperationKind::UpdateEnrolment, reference)
    }

    async fn get(
        &self,
        _: &CallContext,
        enrolment_ref: &str,
    ) -> Result<EnrolmentSnapshot, ProviderError> {
        match self.holder(enrolment_ref).await? {
            Some(holder) => map::holder::snapshot(holder),
            None => Err(ProviderError::rejected(
                ErrorKind::NotFound,
                "FinCard does not know this cardholder",
            )),
        }
    }

    /// An enrolment is one step here: there is none to take.
    async fn advance(
        &self,
        ctx: &CallContext,
        enrolment_ref: &str,
    ) -> Result<EnrolmentSnapshot, ProviderError> {
        self.get(ctx, enrolment_ref).await
    }
}

impl FinCard {
    /// The holder of that id.
    pub(crate) async fn holder(&self, holder_id: &str) -> Result<Option<Holder>, ProviderError> {
        let request = HolderListRequest {
            page_num: 1,
            page_size: PAGE_SIZE,
            key: HolderKey::new(self.spelling, holder_id),
            merchant_order_no: None,
        };
        self.listed(&request, |holder| {
            let id = holder.holder_id.as_deref();
            id.or(holder.cardholder_id.as_deref()) == Some(holder_id)
        })
        .await
    }

    /// The holder made with our number.
    pub(crate) async fn holder_of(
        &self,
        reference: &Reference,
    ) -> Result<Option<Holder>, ProviderError> {
        let request = HolderListRequest {
            page_num: 1,
            page_size: PAGE_SIZE,
            key: HolderKey::default(),
            merchant_order_no: Some(reference.as_str()),
        };
        self.listed(&request, |holder| {
            holder.merchant_order_no.as_deref() == Some(reference.as_str())
        })
        .await
    }

    /// The filter's match is looked at again; absence from a page that ignored it proves nothing.
    async fn listed(
        &self,
        request: &HolderListRequest<'_>,
        wanted: impl Fn(&Holder) -> bool,
    ) -> Result<Option<Holder>, ProviderError> {
        let page: Page<Holder> = self.client.call(Endpoint::HolderList, request).await?;
        let partial = page.has_more(request.page_num, request.page_size);
        match page.records.into_iter().find(wanted) {
            None if partial => Err(map::malformed("a list that ignores the filter")),
            found => Ok(found),
        }
    }
}
