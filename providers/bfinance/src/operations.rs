//! What became of an operation. bfinance knows our reference of issued cards only; everything else
//! is told by what it changed, or not at all.

mod funds;

use async_trait::async_trait;
use cardmux_domain::card::CardStatus;
use cardmux_domain::dispute::DisputeStatus;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    CallContext, ErrorKind, OperationQuery, OperationReport, Operations, ProviderError, Trace,
};
use cardmux_provider_kit::comparison::Way;

use crate::BFinance;
use crate::cards::{is_in, is_plain_refusal};
use crate::map::{self, done};
use crate::wire::card::Card;
use crate::wire::path::{CardKey, Family, checked};

/// Pages of the card list that are searched for a reference: one is expected, more where the search
/// word is not applied.
const SEARCH_PAGES: u32 = 20;

#[async_trait]
impl Operations for BFinance {
    async fn find(&self, _: &CallContext, query: &OperationQuery) -> Result<Trace, ProviderError> {
        match query.kind {
            OperationKind::Issue => Ok(self.issued(query).await?.into()),
            OperationKind::Deposit => self.moved(query, Way::OntoTheCard).await,
            OperationKind::Withdraw => self.moved(query, Way::OffTheCard).await,
            OperationKind::Cancel => self.cancelled(query).await,
            OperationKind::Freeze => self.brought_to(query, CardStatus::Frozen).await,
            OperationKind::Unfreeze => self.brought_to(query, CardStatus::Active).await,
            OperationKind::Enrol => self.enrolled(query).await,
            OperationKind::OpenDispute => self.disputed(query).await,
            OperationKind::CancelDispute => self.dispute_cancelled(query).await,
            // No call shows any of it, and doing it twice may be one too many, or is impossible,
            // because what it takes is not kept.
            OperationKind::SetPin => Ok(nothing_shown("PINs")),
            OperationKind::Activate => Ok(nothing_shown("the activation of physical cards")),
            OperationKind::OrderPhysical => Ok(nothing_shown("orders of physical cards")),
            // What was wanted is not known here; it may be set again.
            OperationKind::UpdateControls => Ok(Trace::Absent),
            // Nothing of these is ever sent.
            OperationKind::UpdateEnrolment
            | OperationKind::UpdateNote
            | OperationKind::CreateBudget
            | OperationKind::FundBudget
            | OperationKind::WithdrawBudget => Ok(Trace::Absent),
        }
    }
}

fn nothing_shown(what: &str) -> Trace {
    Trace::Ambiguous(vec![format!("bfinance shows nothing of {what}")])
}

fn found(report: OperationReport) -> Trace {
    Trace::Found(Box::new(report))
}

impl BFinance {
    /// The card of that reference: by the details of an external id (D), then among the cards that
    /// the list's search word finds (S2; what it searches is not documented). Whatever comes back,
    /// its `externalCardId` is compared.
    async fn issued(
        &self,
        query: &OperationQuery,
    ) -> Result<Option<OperationReport>, ProviderError> {
        let reference = &query.reference;
        // Our own call was answered with this id: it is surer than any search, and all there is of
        // a budget card whose external id is not looked up.
        if let Some(card_ref) = &query.subject_ref {
            let key = self.key(card_ref)?;
            match self.card(key).await {
                Ok(card) => return map::card::issued(&card, key.family, reference).map(Some),
                Err(error) if error.kind == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        let id = checked(reference.as_str())?;
        let plain = self.by_external_id(Family::Plain, id).await?;
        if let Some(card) = plain {
            return map::card::issued(&card, Family::Plain, reference).map(Some);
        }
        if self.rules.types.have_budget_cards()
            && let Some(card) = self.by_external_id(Family::Budget, id).await?
        {
            return map::card::issued(&card, Family::Budget, reference).map(Some);
        }
        match self.searched(id).await? {
            Some(card) => map::card::issued(&card, Family::Plain, reference).map(Some),
            None => Ok(None),
        }
    }

    async fn by_external_id(
        &self,
        family: Family,
        id: &str,
    ) -> Result<Option<Card>, ProviderError> {
        let key = CardKey {
            family,
            id,
            place: family.place(self.rules.card_prefix),
        };
        match self.card(key).await {
            Ok(card) => Ok(Some(card).filter(|card| is_of(card, id))),
            Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
            // An id that is not of the internal form may be called invalid; the list decides about
            // plain cards, and of budget cards there is no list.
            Err(error) if family == Family::Plain && is_plain_refusal(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn searched(&self, id: &str) -> Result<Option<Card>, ProviderError> {
        let limit = self.rules.page_limit;
        for page in 1..=SEARCH_PAGES {
            let list = self.cards_page(page, limit, Some(id)).await?;
            let more = list.has_more(page, limit);
            let card = list.cards.into_iter().find(|card| is_of(card, id));
            if card.is_some() || !more {
                return Ok(card);
            }
        }
        // Absence from a part of a list that ignores the search word proves nothing.
        Err(map::malformed("a list that ignores the search word"))
    }

    async fn brought_to(
        &self,
        query: &OperationQuery,
        wanted: CardStatus,
    ) -> Result<Trace, ProviderError> {
        let Some(card_ref) = &query.subject_ref else {
            return Ok(unknown_subject());
        };
        let card = self.card(self.key(card_ref)?).await?;
        Ok(match is_in(&card, wanted)? {
            true => found(done(query.kind, &query.reference, card_ref)),
            false => Trace::Absent,
        })
    }

    /// No call lists customers, and none takes a reference of ours.
    async fn enrolled(&self, query: &OperationQuery) -> Result<Trace, ProviderError> {
        let Some(enrolment_ref) = &query.subject_ref else {
            let seen = "bfinance keeps no reference of customers and does not list them; if one was \
                        made, its dashboard shows it";
            return Ok(Trace::Ambiguous(vec![seen.to_owned()]));
        };
        let key = map::customer::EnrolmentKey::of(enrolment_ref)?;
        let customer = self.customer(key.customer_id).await?;
        let mut report = done(query.kind, &query.reference, enrolment_ref);
        report.enrolment = Some(map::customer::snapshot(&customer, key.type_id, &[])?);
        Ok(found(report))
    }

    /// No call lists disputes either.
    async fn disputed(&self, query: &OperationQuery) -> Result<Trace, ProviderError> {
        let Some(dispute_ref) = &query.subject_ref else {
            let seen = "bfinance keeps no reference of disputes and does not list them";
            return Ok(Trace::Ambiguous(vec![seen.to_owned()]));
        };
        let dispute = self.dispute(dispute_ref).await?;
        let mut report = done(query.kind, &query.reference, dispute_ref);
        report.provider_status = dispute.provider_status;
        Ok(found(report))
    }

    async fn dispute_cancelled(&self, query: &OperationQuery) -> Result<Trace, ProviderError> {
        let Some(dispute_ref) = &query.subject_ref else {
            return Ok(unknown_subject());
        };
        let dispute = self.dispute(dispute_ref).await?;
        Ok(match dispute.status == DisputeStatus::Cancelled {
            true => found(done(query.kind, &query.reference, dispute_ref)),
            false => Trace::Absent,
        })
    }
}

fn unknown_subject() -> Trace {
    Trace::Ambiguous(vec![
        "bfinance's id of what it is about is not known".to_owned(),
    ])
}

fn is_of(card: &Card, reference: &str) -> bool {
    card.external_card_id.as_deref() == Some(reference)
}
