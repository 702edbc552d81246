//! Disputes: opened about what a card settled, decided by the simulator.

use cardmux_domain::dispute::DisputeStatus;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    CancelDispute, DisputeSnapshot, OpenDispute, OperationReport, ProviderError, RawObject,
};
use cardmux_domain::transaction::{TransactionKind, TransactionStatus};

use super::operations::Work;
use super::{Ledger, Sort};
use crate::error::Refusal;
use crate::wire::card_word;

pub(super) struct Dispute {
    transaction_ref: String,
    status: DisputeStatus,
    response: Option<String>,
}

impl Ledger {
    pub(crate) fn open_dispute(
        &mut self,
        request: &OpenDispute,
    ) -> Result<OperationReport, ProviderError> {
        let OpenDispute {
            reference,
            card_ref,
            transaction_ref,
            evidence: _,
            file_urls: _,
        } = request;
        if let Some(first) = self.seen(reference, OperationKind::OpenDispute)? {
            return Ok(first);
        }
        let place = self.transaction_place(transaction_ref)?;
        let contested = self.transactions.get(place);
        let contested = contested.ok_or(Refusal::UnknownTransaction)?;
        let settled = contested.report.status == TransactionStatus::Settled;
        if contested.report.card_ref.as_deref() != Some(card_ref) || !settled {
            return Err(Refusal::UnknownTransaction.into());
        }
        let place = self.disputes.len();
        self.disputes.push(Dispute {
            transaction_ref: transaction_ref.clone(),
            status: DisputeStatus::Pending,
            response: None,
        });
        Ok(self.accept(reference, Work::OpenDispute { place }, None, None))
    }

    pub(crate) fn dispute(&self, id: &str) -> Result<DisputeSnapshot, ProviderError> {
        let place = self.dispute_place(id)?;
        let dispute = self.disputes.get(place).ok_or(Refusal::UnknownDispute)?;
        Ok(DisputeSnapshot {
            dispute_ref: id.to_owned(),
            status: dispute.status,
            provider_status: dispute.status.to_string().to_uppercase(),
            response: dispute.response.clone(),
        })
    }

    pub(crate) fn cancel_dispute(
        &mut self,
        request: &CancelDispute,
    ) -> Result<OperationReport, ProviderError> {
        let CancelDispute {
            reference,
            dispute_ref,
        } = request;
        if let Some(first) = self.seen(reference, OperationKind::CancelDispute)? {
            return Ok(first);
        }
        let place = self.dispute_place(dispute_ref)?;
        let dispute = self.dispute_mut(place)?;
        if !dispute.status.is_open() {
            return Err(Refusal::BadStatus.into());
        }
        dispute.status = DisputeStatus::Cancelled;
        Ok(self.accept(reference, Work::CancelDispute { place }, None, None))
    }

    /// The issuer's decision; a dispute that is won brings the money back.
    pub(super) fn decide_dispute(&mut self, id: &str, accept: bool) -> Result<(), Refusal> {
        let place = self.dispute_place(id)?;
        let dispute = self.dispute_mut(place)?;
        if !dispute.status.is_open() {
            return Err(Refusal::BadStatus);
        }
        dispute.status = match accept {
            true => DisputeStatus::Won,
            false => DisputeStatus::Lost,
        };
        dispute.response = Some("decided by hand".to_owned());
        let contested = dispute.transaction_ref.clone();
        if accept {
            self.give_back(&contested, TransactionKind::Refund, None)?;
        }
        Ok(())
    }

    /// The provider's own object of a card, without its number.
    pub(crate) fn raw_card(&mut self, card_ref: &str) -> Result<RawObject, ProviderError> {
        let card = self.card(card_ref)?;
        let object = serde_json::json!({
            "cardRef": card.card_ref,
            "status": card_word(card.status),
            "number": "***",
        });
        Ok(RawObject(object.to_string()))
    }

    fn dispute_place(&self, id: &str) -> Result<usize, Refusal> {
        self.place(Sort::Dispute, id)
            .filter(|place| *place < self.disputes.len())
            .ok_or(Refusal::UnknownDispute)
    }

    fn dispute_mut(&mut self, place: usize) -> Result<&mut Dispute, Refusal> {
        self.disputes.get_mut(place).ok_or(Refusal::UnknownDispute)
    }
}
