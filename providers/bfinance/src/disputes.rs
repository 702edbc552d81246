use async_trait::async_trait;
use cardmux_domain::dispute::DisputeStatus;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    CallContext, CancelDispute, DisputeSnapshot, Disputes, OpenDispute, OperationReport,
    ProviderError,
};

use crate::BFinance;
use crate::cards::is_plain_refusal;
use crate::map::{self, done};
use crate::wire::dispute::{CreateDispute, Dispute};
use crate::wire::path::{self, Call};
use crate::wire::request::NOTHING;

/// Characters of the evidence (D).
const EVIDENCE: std::ops::RangeInclusive<usize> = 10..=65_535;

#[async_trait]
impl Disputes for BFinance {
    async fn open(
        &self,
        _: &CallContext,
        request: &OpenDispute,
    ) -> Result<OperationReport, ProviderError> {
        let OpenDispute {
            reference,
            card_ref,
            transaction_ref,
            evidence,
            file_urls,
        } = request;
        if !EVIDENCE.contains(&evidence.chars().count()) {
            return Err(map::refused(
                "the evidence must have 10 to 65535 characters",
            ));
        }
        let body = CreateDispute {
            card_id: self.key(card_ref)?.id,
            transaction_id: transaction_ref,
            text_evidence: evidence,
            files: file_urls,
        };
        let dispute: Dispute = self.client.send(Call::post(&["disputes"]), &body).await?;
        let snapshot = map::dispute::snapshot(dispute)?;
        Ok(OperationReport {
            provider_status: snapshot.provider_status,
            ..done(OperationKind::OpenDispute, reference, &snapshot.dispute_ref)
        })
    }

    async fn get(
        &self,
        _: &CallContext,
        dispute_ref: &str,
    ) -> Result<DisputeSnapshot, ProviderError> {
        self.dispute(dispute_ref).await
    }

    /// A refusal where the dispute is cancelled already is what a repetition meets.
    async fn cancel(
        &self,
        _: &CallContext,
        request: &CancelDispute,
    ) -> Result<OperationReport, ProviderError> {
        let CancelDispute {
            reference,
            dispute_ref,
        } = request;
        let id = path::checked(dispute_ref)?;
        let report = done(OperationKind::CancelDispute, reference, dispute_ref);
        let call = Call::post(&["disputes", id, "cancel"]);
        let refusal = match self.client.tell(call, NOTHING).await {
            Ok(()) => return Ok(report),
            Err(error) if is_plain_refusal(&error) => error,
            Err(error) => return Err(error),
        };
        match self.dispute(dispute_ref).await {
            Ok(dispute) if dispute.status == DisputeStatus::Cancelled => Ok(report),
            Ok(_) | Err(_) => Err(refusal),
        }
    }
}

impl BFinance {
    pub(crate) async fn dispute(
        &self,
        dispute_ref: &str,
    ) -> Result<DisputeSnapshot, ProviderError> {
        let id = path::checked(dispute_ref)?;
        let call = Call::get(&["disputes", id, "status"]);
        map::dispute::snapshot(self.client.read(call).await?)
    }
}
