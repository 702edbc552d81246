use async_trait::async_trait;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    CallContext, CardChange, CardSnapshot, Cards, ErrorKind, IssueCard, OperationReport, Page,
    PageRequest, ProviderError,
};
use serde::de::DeserializeOwned;

use crate::map::enrolment::{EnrolmentKey, Party};
use crate::map::{self, done};
use crate::settings::Product;
use crate::wire::card::{
    Card, CardList, CreateCard, OwnerFilter, TokenStage, TokenStatus, UpdateStatus,
};
use crate::wire::envelope::Ids;
use crate::wire::{Endpoint, checked};
use crate::{Finci, client};

#[async_trait]
impl Cards for Finci {
    /// Digital first, usable at once (D: the usual profile).
    async fn issue(
        &self,
        _: &CallContext,
        issue: &IssueCard,
    ) -> Result<OperationReport, ProviderError> {
        let IssueCard {
            reference,
            card_type_ref,
            initial_balance,
            enrolment_ref,
            // The budget is the gateway's own.
            budget_ref: _,
            card_number,
            cardholder,
            // FINCI has no place for it.
            label: _,
        } = issue;
        if card_number.is_some() {
            return Err(map::refused("FINCI takes no card number"));
        }
        if initial_balance.is_some_and(|money| !money.amount.is_zero()) {
            return Err(map::refused("a card of FINCI's holds no money"));
        }
        let product = self.product(card_type_ref)?;
        let key = holder(enrolment_ref.as_deref(), product)?;
        let name = cardholder
            .as_ref()
            .ok_or_else(|| map::refused("FINCI wants the name to be embossed"))?;
        let name = map::card::embossed(name, &self.rules.embossing)?;
        let months = self.rules.validity_months;
        let expiry = months.map(|months| map::card::expiration_date(client::now(), months));
        let expiry = expiry.transpose()?;
        let (person_id, employee_id) = match key.party {
            Party::Person { person_id } => (Some(person_id), None),
            Party::Corporate { employee_id, .. } => (None, Some(employee_id)),
        };
        let request = CreateCard {
            person_id,
            employee_id,
            product_id: product.product_id,
            embossing_name: &name,
            expiration_date: expiry.as_deref(),
            token_status: TokenStatus::Active,
            token_stage: TokenStage::Digital,
            delivery_address: &self.rules.delivery_address,
            express_delivery: &self.rules.express_delivery,
        };
        let ids: Ids = self.client.send(Endpoint::CreateCard, &request).await?;
        let token_id = ids.token_id;
        let token_id = token_id.ok_or_else(|| map::malformed("a card without id"))?;
        Ok(done(OperationKind::Issue, reference, &token_id))
    }

    async fn get(&self, ctx: &CallContext, card_ref: &str) -> Result<CardSnapshot, ProviderError> {
        let cards: Vec<Card> = self.cards_of(self.owner(ctx)?).await?;
        let card = cards.into_iter().find(|card| card.token_id == card_ref);
        card.map(map::card::snapshot).ok_or_else(not_found)
    }

    /// Of one owner: FINCI has no list of all cards. It has no pages either (D).
    async fn list(
        &self,
        ctx: &CallContext,
        page: &PageRequest,
    ) -> Result<Page<CardSnapshot>, ProviderError> {
        let from: usize = match &page.cursor {
            Some(cursor) => cursor
                .parse()
                .map_err(|_| map::refused("the cursor is not a place in the list"))?,
            None => 0,
        };
        let limit = usize::try_from(page.limit.max(1)).unwrap_or(usize::MAX);
        let cards: Vec<Card> = self.cards_of(self.owner(ctx)?).await?;
        let to = from.saturating_add(limit);
        let more = cards.len() > to;
        let items = cards.into_iter().skip(from).take(limit);
        Ok(Page {
            items: items.map(map::card::snapshot).collect(),
            next: more.then(|| to.to_string()),
        })
    }

    /// Not `blocked`, which is for good (dossier section 8).
    async fn freeze(
        &self,
        _: &CallContext,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError> {
        self.set(OperationKind::Freeze, TokenStatus::Deactivated, change)
            .await
    }

    async fn unfreeze(
        &self,
        _: &CallContext,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError> {
        self.set(OperationKind::Unfreeze, TokenStatus::Active, change)
            .await
    }

    async fn cancel(
        &self,
        _: &CallContext,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError> {
        self.set(OperationKind::Cancel, TokenStatus::Closed, change)
            .await
    }
}

pub(crate) fn not_found() -> ProviderError {
    ProviderError::rejected(
        ErrorKind::NotFound,
        "FINCI lists no such card of this owner",
    )
}

/// Who holds the card. A company never does, and a person is no employee (D).
fn holder<'a>(
    enrolment_ref: Option<&'a str>,
    product: &Product,
) -> Result<EnrolmentKey<'a>, ProviderError> {
    let enrolment_ref = enrolment_ref
        .ok_or_else(|| map::refused("FINCI issues no card without a customer enrolled before"))?;
    let key = EnrolmentKey::of(enrolment_ref)?;
    match key.owner_kind() == product.owner {
        true => Ok(key),
        false => Err(map::refused(
            "the customer is enrolled for another kind of product",
        )),
    }
}

impl Finci {
    pub(crate) fn product(&self, card_type_ref: &str) -> Result<&Product, ProviderError> {
        let product = self.rules.products.of(card_type_ref);
        product.ok_or_else(|| map::refused("this product is not in the settings"))
    }

    /// Whose cards a call is about.
    pub(crate) fn owner<'a>(&self, ctx: &'a CallContext) -> Result<OwnerFilter<'a>, ProviderError> {
        match &ctx.enrolment_ref {
            Some(enrolment_ref) => Ok(EnrolmentKey::of(enrolment_ref)?.owner()),
            None if self.rules.lists_without_owner => Ok(OwnerFilter::default()),
            None => Err(map::refused(
                "FINCI shows a card only among those of its owner, who is not known here",
            )),
        }
    }

    /// All of them: a list that says it is longer proves nothing about what is not in it.
    pub(crate) async fn cards_of<T: DeserializeOwned>(
        &self,
        owner: OwnerFilter<'_>,
    ) -> Result<Vec<T>, ProviderError> {
        let CardList { items, total } = self.client.send(Endpoint::GetCards, &owner).await?;
        let held = i64::try_from(items.len()).unwrap_or(i64::MAX);
        match total.is_some_and(|total| total > held) {
            true => Err(map::malformed("a list of cards that is not all of them")),
            false => Ok(items),
        }
    }

    async fn set(
        &self,
        kind: OperationKind,
        token_status: TokenStatus,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError> {
        let CardChange {
            reference,
            card_ref,
            note: _,
        } = change;
        let endpoint = Endpoint::UpdateCardStatus(checked(card_ref)?);
        let request = UpdateStatus { token_status };
        self.client.tell(endpoint, &request).await?;
        Ok(done(kind, reference, card_ref))
    }
}
