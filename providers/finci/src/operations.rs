//! What became of an operation. FINCI keeps no reference of a card and shows no status, so an issued
//! card is told by what its owner has more than before, and the rest not at all.

use async_trait::async_trait;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{CallContext, OperationQuery, Operations, ProviderError, Trace};

use crate::Finci;
use crate::map::done;
use crate::map::enrolment::{EnrolmentKey, snapshot};
use crate::wire::card::Card;
use crate::wire::checked;

#[async_trait]
impl Operations for Finci {
    async fn find(
        &self,
        ctx: &CallContext,
        query: &OperationQuery,
    ) -> Result<Trace, ProviderError> {
        match query.kind {
            OperationKind::Issue => self.issued(ctx, query).await,
            OperationKind::Enrol => enrolled(query),
            // What it was for, an address, is not kept, and the stage is shown nowhere.
            OperationKind::OrderPhysical => Ok(unclear("FINCI shows nothing of orders of plastic")),
            // The status is shown nowhere; it may be set again, which changes nothing where it was.
            OperationKind::Freeze | OperationKind::Unfreeze | OperationKind::Cancel => {
                Ok(Trace::Absent)
            }
            // Nothing of these is ever sent.
            OperationKind::Deposit
            | OperationKind::Withdraw
            | OperationKind::Activate
            | OperationKind::SetPin
            | OperationKind::UpdateControls
            | OperationKind::UpdateNote
            | OperationKind::UpdateEnrolment
            | OperationKind::CreateBudget
            | OperationKind::FundBudget
            | OperationKind::WithdrawBudget
            | OperationKind::OpenDispute
            | OperationKind::CancelDispute => Ok(Trace::Absent),
        }
    }
}

fn unclear(seen: &str) -> Trace {
    Trace::Ambiguous(vec![seen.to_owned()])
}

/// No call reads persons or employees.
fn enrolled(query: &OperationQuery) -> Result<Trace, ProviderError> {
    match &query.subject_ref {
        Some(enrolment_ref) => {
            let account = EnrolmentKey::of(enrolment_ref)?.account;
            let mut report = done(query.kind, &query.reference, enrolment_ref);
            report.enrolment = Some(snapshot(enrolment_ref, account));
            Ok(Trace::Found(Box::new(report)))
        }
        None => Ok(unclear(&format!(
            "FINCI shows no customers; if one was made, it has the external id {}",
            query.reference
        ))),
    }
}

impl Finci {
    /// Creations are one at a time per owner, so that one card more is the one that was asked for.
    async fn issued(
        &self,
        ctx: &CallContext,
        query: &OperationQuery,
    ) -> Result<Trace, ProviderError> {
        if ctx.enrolment_ref.is_none() {
            return Ok(unclear("it is not known whose cards to look through"));
        }
        let cards: Vec<Card> = self.cards_of(self.owner(ctx)?).await?;
        let fits = |card: &Card| match (&query.subject_ref, &query.card_type_ref) {
            // Our own call was answered with this id.
            (Some(card_ref), _) => card.token_id == *card_ref,
            (None, Some(wanted)) => card.product_id.as_ref().is_none_or(|own| own == wanted),
            (None, None) => true,
        };
        let is_known =
            |card: &Card| query.subject_ref.is_none() && query.known.contains(&card.token_id);
        let mut found: Vec<_> = cards
            .into_iter()
            .filter(|card| fits(card) && !is_known(card))
            .map(|card| card.token_id)
            .collect();
        found.sort_unstable();
        found.dedup();
        match found.as_slice() {
            [] => Ok(Trace::Absent),
            [token_id] => {
                let report = done(query.kind, &query.reference, checked(token_id)?);
                Ok(Trace::Found(Box::new(report)))
            }
            [_, _, ..] => {
                let seen = found
                    .iter()
                    .map(|token_id| format!("card {token_id} of the owner is not in the registry"));
                Ok(Trace::Ambiguous(seen.collect()))
            }
        }
    }
}
