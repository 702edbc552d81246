use async_trait::async_trait;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    CallContext, CardChange, CardSnapshot, Cards, ErrorKind, IssueCard, OperationReport, Page,
    PageRequest, ProviderError,
};

use crate::Finup;
use crate::map;
use crate::pages::{Position, WALK_PAGES};
use crate::settings::StatusFrom;
use crate::wire::card::Card;
use crate::wire::envelope::OneOrMany;
use crate::wire::path::Endpoint;
use crate::wire::request::{IssueRequest, ONE_CARD};

#[async_trait]
impl Cards for Finup {
    async fn issue(
        &self,
        _: &CallContext,
        issue: &IssueCard,
    ) -> Result<OperationReport, ProviderError> {
        let IssueCard {
            reference,
            card_type_ref,
            initial_balance,
            // Nobody is enrolled, nothing is printed, and all cards draw on the one wallet.
            enrolment_ref: _,
            budget_ref: _,
            card_number: _,
            cardholder: _,
            label,
        } = issue;
        if initial_balance.is_some_and(|money| !money.amount.is_zero()) {
            let message = "Finup issues cards without money: deposit onto the card afterwards";
            return Err(ProviderError::not_sent(ErrorKind::Refused, message));
        }
        let tagging = &self.choices.tagging;
        let names = tagging.names(reference, label.as_deref());
        let promo = tagging.promo.as_deref();
        let request = IssueRequest {
            bin_id: card_type_ref,
            name: &names.name,
            notes: names.notes.as_deref(),
            amount: ONE_CARD,
            promo: promo.or(tagging.promo_required.then_some("")),
        };
        let OneOrMany(cards) = self.client.send(Endpoint::Issuing, &request).await?;
        match cards.as_slice() {
            [card] => map::issued(card, reference),
            [] => Err(map::malformed("no card for the one asked for")),
            [_, _, ..] => Err(map::malformed("more cards than the one asked for")),
        }
    }

    async fn get(&self, _: &CallContext, card_ref: &str) -> Result<CardSnapshot, ProviderError> {
        let card = self.card(card_ref).await?;
        map::snapshot(&card, self.choices.totals)
    }

    async fn list(
        &self,
        _: &CallContext,
        page: &PageRequest,
    ) -> Result<Page<CardSnapshot>, ProviderError> {
        let position = Position::read(page.cursor.as_deref())?;
        let size = page.limit.clamp(1, self.choices.paging.size);
        let page = self.card_page(&position, size, None).await?;
        let totals = self.choices.totals;
        let snapshots = page.cards.iter().map(|card| map::snapshot(card, totals));
        Ok(Page {
            items: snapshots.collect::<Result<_, _>>()?,
            next: page.next.map(|next| next.cursor()),
        })
    }

    async fn freeze(
        &self,
        _: &CallContext,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError> {
        self.change(Endpoint::Freeze, OperationKind::Freeze, change)
            .await
    }

    async fn unfreeze(
        &self,
        _: &CallContext,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError> {
        self.change(Endpoint::Unfreeze, OperationKind::Unfreeze, change)
            .await
    }

    /// What becomes of the money on it is not documented; the card's totals tell it afterwards, see
    /// [`crate::operations`].
    async fn cancel(
        &self,
        _: &CallContext,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError> {
        self.change(Endpoint::Close, OperationKind::Cancel, change)
            .await
    }
}

impl Finup {
    /// One card, from where the settings say.
    pub(crate) async fn card(&self, card_ref: &str) -> Result<Card, ProviderError> {
        let card = match self.choices.status_from {
            StatusFrom::Get => self.client.get(Endpoint::Card(card_ref)).await?,
            StatusFrom::List => self.listed(card_ref).await?,
        };
        if map::id(&card)? == card_ref {
            Ok(card)
        } else {
            Err(map::malformed("another card than the one asked for"))
        }
    }

    async fn listed(&self, card_ref: &str) -> Result<Card, ProviderError> {
        let walk = self.walk(None, WALK_PAGES).await?;
        let is_it = |card: &Card| card.id.as_deref() == Some(card_ref);
        match walk.cards.into_iter().find(is_it) {
            Some(card) => Ok(card),
            None if walk.whole => {
                let message = "Finup does not list this card";
                Err(ProviderError::rejected(ErrorKind::NotFound, message))
            }
            None => Err(map::malformed(
                "a list that may be longer, without the card",
            )),
        }
    }
}
