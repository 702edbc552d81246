//! What became of an operation. Finup keeps nothing of ours but the texts of a card, so a card is
//! found by its tag, money by what the card held before and holds now, and a change by its effect.

use async_trait::async_trait;
use cardmux_domain::card::CardFunds;
use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    CallContext, ErrorKind, OperationQuery, Operations, ProviderError, Reported, Trace,
};
use cardmux_provider_kit::comparison::{self, Moved, Way};

use crate::Finup;
use crate::map::{self, Standing};
use crate::pages::WALK_PAGES;
use crate::tag::{Tagged, tag};
use crate::wire::card::Card;

/// How much Finup's clock may be behind ours: our choice.
const CLOCK_SLACK_MS: i64 = 5 * 60 * 1_000;

/// Beside the search, the beginning of the whole list is looked through, in case the search does not
/// know the field with the tag.
const GLANCE_PAGES: u32 = 1;

#[async_trait]
impl Operations for Finup {
    async fn find(&self, _: &CallContext, query: &OperationQuery) -> Result<Trace, ProviderError> {
        match query.kind {
            OperationKind::Issue => self.issued(query).await,
            OperationKind::Deposit => self.moved(query, Way::OntoTheCard).await,
            OperationKind::Withdraw => self.moved(query, Way::OffTheCard).await,
            OperationKind::Freeze | OperationKind::Unfreeze | OperationKind::Cancel => {
                self.changed(query).await
            }
            // None of these can be asked of this adapter, so none was ever sent.
            OperationKind::Activate
            | OperationKind::SetPin
            | OperationKind::UpdateControls
            | OperationKind::UpdateNote
            | OperationKind::Enrol
            | OperationKind::UpdateEnrolment
            | OperationKind::CreateBudget
            | OperationKind::FundBudget
            | OperationKind::WithdrawBudget
            | OperationKind::OrderPhysical
            | OperationKind::OpenDispute
            | OperationKind::CancelDispute => Ok(Trace::Absent),
        }
    }
}

impl Finup {
    async fn issued(&self, query: &OperationQuery) -> Result<Trace, ProviderError> {
        // Our own call was answered with this id: it is surer than any tag.
        if let Some(card_ref) = &query.subject_ref {
            match self.card(card_ref).await {
                Ok(card) => return found(&card, query),
                Err(error) if error.kind == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        let search = self.choices.tagging.search_finds_tag;
        if search {
            let tag = tag(&query.reference);
            let searched = self.walk(Some(&tag), WALK_PAGES).await?;
            if let Some(trace) = self.among(&searched.cards, query)? {
                return Ok(trace);
            }
        }
        let pages = if search { GLANCE_PAGES } else { WALK_PAGES };
        let walk = self.walk(None, pages).await?;
        if let Some(trace) = self.among(&walk.cards, query)? {
            return Ok(trace);
        }
        if search || walk.whole {
            return Ok(Trace::Absent);
        }
        let seen = format!(
            "{} cards are listed, none with the tag, and the list may be longer",
            walk.cards.len()
        );
        Ok(Trace::Ambiguous(vec![seen]))
    }

    /// What cards of a list prove; `None` where none of them has to do with it.
    fn among(
        &self,
        cards: &[Card],
        query: &OperationQuery,
    ) -> Result<Option<Trace>, ProviderError> {
        let judge = |card: &Card| self.choices.tagging.judge(card, &query.reference);
        let name = |card: &Card| card.id.clone().unwrap_or_default();
        let mut ours: Vec<&Card> = cards.iter().filter(|c| judge(c) == Tagged::Ours).collect();
        // A list that changes while it is walked shows a card twice.
        ours.sort_by_key(|card| name(card));
        ours.dedup_by_key(|card| name(card));
        match ours.as_slice() {
            [card] => return found(card, query).map(Some),
            [_, _, ..] => {
                let seen = ours
                    .iter()
                    .map(|card| format!("card {} has the tag", name(card)));
                return Ok(Some(Trace::Ambiguous(seen.collect())));
            }
            [] => {}
        }
        let hidden = cards
            .iter()
            .filter(|card| judge(card) == Tagged::NotShown && may_be_of(card, query))
            .map(|card| format!("card {} does not show the field of the tag", name(card)));
        let hidden: Vec<_> = hidden.collect();
        Ok((!hidden.is_empty()).then_some(Trace::Ambiguous(hidden)))
    }

    async fn moved(&self, query: &OperationQuery, way: Way) -> Result<Trace, ProviderError> {
        let (Some(card_ref), Some(amount)) = (&query.subject_ref, query.amount) else {
            return Ok(unclear("it is not known which card or amount to look for"));
        };
        let Some(before) = query.before else {
            return Ok(unclear("the card was not read before it was sent"));
        };
        let card = self.card(card_ref).await?;
        let now = map::funds(&card, self.choices.totals)?;
        let others = if both_totals(&before, &now, way) {
            Vec::new()
        } else {
            self.other_payments(query, card_ref, amount).await?
        };
        match comparison::moved(&before, &now, way, amount, &others) {
            Moved::Yes => {
                let status = map::status(&card)?;
                let reported = Reported::Succeeded;
                let reference = &query.reference;
                let mut report = map::report(query.kind, reference, card_ref, reported, status);
                report.amount = Some(amount);
                Ok(report_found(report))
            }
            // That the totals are totals is inferred: a balance that says otherwise is heard.
            Moved::No if balance_moved(&before, &now, way, amount) => Ok(unclear(
                "the total did not move, but the balance did by exactly the amount",
            )),
            Moved::No => Ok(Trace::Absent),
            Moved::Unclear(seen) => Ok(Trace::Ambiguous(seen)),
        }
    }

    async fn changed(&self, query: &OperationQuery) -> Result<Trace, ProviderError> {
        let Some(card_ref) = &query.subject_ref else {
            return Ok(unclear("it is not known which card to look for"));
        };
        let card = self.card(card_ref).await?;
        let status = map::status(&card)?;
        let reported = match map::standing(query.kind, status) {
            Standing::There => Reported::Succeeded,
            Standing::OnTheWay => Reported::Processing,
            Standing::Elsewhere => return Ok(Trace::Absent),
            Standing::Unclear => {
                return Ok(unclear("the card has a status nobody documented"));
            }
        };
        let closed = query.kind == OperationKind::Cancel && reported == Reported::Succeeded;
        let mut report = map::report(query.kind, &query.reference, card_ref, reported, status);
        if let Some(before) = query.before.filter(|_| closed) {
            report.received = given_back(&before, &map::funds(&card, self.choices.totals)?);
        }
        Ok(report_found(report))
    }
}

fn found(card: &Card, query: &OperationQuery) -> Result<Trace, ProviderError> {
    map::issued(card, &query.reference).map(report_found)
}

fn report_found(report: cardmux_domain::provider::OperationReport) -> Trace {
    Trace::Found(Box::new(report))
}

fn unclear(seen: &str) -> Trace {
    Trace::Ambiguous(vec![seen.to_owned()])
}

/// Whether it is young enough; one without a time may be.
fn may_be_of(card: &Card, query: &OperationQuery) -> bool {
    let created = card.created_at.as_deref().and_then(map::timestamp);
    match (created, query.sent_at) {
        (Some(created), Some(sent)) => {
            created.as_millis() >= sent.as_millis().saturating_sub(CLOCK_SLACK_MS)
        }
        (None, _) | (_, None) => true,
    }
}

fn both_totals(before: &CardFunds, now: &CardFunds, way: Way) -> bool {
    match way {
        Way::OntoTheCard => before.deposited.is_some() && now.deposited.is_some(),
        Way::OffTheCard => before.withdrawn.is_some() && now.withdrawn.is_some(),
    }
}

fn balance_moved(before: &CardFunds, now: &CardFunds, way: Way, amount: Money) -> bool {
    let wanted = match way {
        Way::OntoTheCard => amount.amount,
        Way::OffTheCard => Decimal::ZERO.saturating_sub(amount.amount),
    };
    let balances = before.balance.zip(now.balance);
    balances.is_some_and(|(was, is)| is.amount.saturating_sub(was.amount) == wanted)
}

/// What closing took off the card, where its totals show that: exactly what it held before. Anything
/// else is not known to be it.
fn given_back(before: &CardFunds, now: &CardFunds) -> Option<Money> {
    let held = before.balance?;
    let (was, is) = before.withdrawn.zip(now.withdrawn)?;
    let taken = is.amount.saturating_sub(was.amount);
    (taken == held.amount && is.currency == held.currency).then_some(held)
}
