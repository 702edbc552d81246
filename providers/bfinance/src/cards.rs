use async_trait::async_trait;
use cardmux_domain::card::{CardModel, CardStatus};
use cardmux_domain::controls::Controls as CardControls;
use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    CallContext, CardChange, CardSnapshot, Cards, ErrorKind, IssueCard, OperationReport, Outcome,
    Page, PageRequest, ProviderError,
};
use cardmux_domain::secret::ExposeSecret;
use cardmux_provider_kit::json::{self, RawValue};

use crate::BFinance;
use crate::map::{self, done};
use crate::wire::card::{Card, CardList, Issued};
use crate::wire::path::{Call, CardKey, Family};
use crate::wire::request::{IssueRequest, MoveRequest, NOTHING};

#[async_trait]
impl Cards for BFinance {
    /// The answer holds the number and code of the card: what is kept of it is its id.
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
            budget_ref,
            card_number,
            cardholder,
            label,
        } = issue;
        if card_number.is_some() {
            return Err(map::refused("bfinance takes no card number"));
        }
        let rule = self.rules.types.of(card_type_ref);
        let customer = enrolment_ref
            .as_deref()
            .map(map::customer::EnrolmentKey::of)
            .transpose()?;
        let name = cardholder.as_ref();
        let mut request = IssueRequest {
            type_id: card_type_ref,
            initial_balance: None,
            budget_id: None,
            first_name: name.map(|name| name.first_name.expose_secret()),
            last_name: name.map(|name| name.last_name.expose_secret()),
            external_id: reference.as_str(),
            customer_id: customer.map(|key| key.customer_id),
            label: label.as_deref(),
        };
        match rule.model() {
            CardModel::BudgetCard => {
                if initial_balance.is_some_and(|money| !money.amount.is_zero()) {
                    return Err(map::refused("a budget card holds no money"));
                }
                request.budget_id = budget_ref.as_deref().or(rule.budget.as_deref());
                let place = Family::Budget.place(self.rules.card_prefix);
                let card: Card = self
                    .client
                    .send(Call::post(&[place, "issue"]), &request)
                    .await?;
                map::card::issued(&card, Family::Budget, reference)
            }
            CardModel::Card | CardModel::Gift => {
                request.initial_balance = Some(whole(*initial_balance)?);
                let path = [self.rules.card_prefix, "issue"];
                let issued: Issued = self.client.send(Call::post(&path), &request).await?;
                map::card::issued(&issued.card, Family::Plain, reference)
            }
        }
    }

    async fn get(&self, _: &CallContext, card_ref: &str) -> Result<CardSnapshot, ProviderError> {
        let key = self.key(card_ref)?;
        let card = self.card(key).await?;
        let controls = self.limits_of(key, &card).await?;
        map::card::snapshot(card, key.family, controls)
    }

    /// Plain cards only: no call lists budget cards (dossier 5.3).
    async fn list(
        &self,
        _: &CallContext,
        page: &PageRequest,
    ) -> Result<Page<CardSnapshot>, ProviderError> {
        let number = page_number(page.cursor.as_deref())?;
        let limit = page.limit.clamp(1, self.rules.page_limit);
        let list = self.cards_page(number, limit, None).await?;
        let more = list.has_more(number, limit);
        Ok(Page {
            items: list
                .cards
                .into_iter()
                .map(|card| map::card::snapshot(card, Family::Plain, None))
                .collect::<Result<_, _>>()?,
            next: more.then(|| number.saturating_add(1).to_string()),
        })
    }

    async fn freeze(
        &self,
        _: &CallContext,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError> {
        self.bring_to(OperationKind::Freeze, "freeze", CardStatus::Frozen, change)
            .await
    }

    async fn unfreeze(
        &self,
        _: &CallContext,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError> {
        self.bring_to(
            OperationKind::Unfreeze,
            "unfreeze",
            CardStatus::Active,
            change,
        )
        .await
    }

    /// What is left goes back first: the page on deleting does not say what becomes of it. Each
    /// step is harmless when all of it is repeated, because the card is read before.
    async fn cancel(
        &self,
        _: &CallContext,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError> {
        let CardChange {
            reference,
            card_ref,
            note: _,
        } = change;
        let key = self.key(card_ref)?;
        let card = self.card(key).await?;
        let mut report = done(OperationKind::Cancel, reference, card_ref);
        if is_in(&card, CardStatus::Cancelled)? {
            return Ok(report);
        }
        let rest = map::card::funds(&card, key.family)?.balance;
        if let Some(rest) = rest.filter(Money::is_positive) {
            let withdraw = MoveRequest {
                amount: json::number(rest.amount),
                note: None,
            };
            // Without a key: where it were honoured, a repetition would not take off a later rest.
            self.client
                .tell(key.post("withdraw"), Some(&withdraw))
                .await?;
            report.received = Some(rest);
        }
        let deleted = self.client.tell(key.delete(), NOTHING).await;
        deleted.map_err(|error| match report.received {
            Some(_) => partly_done(error),
            None => error,
        })?;
        Ok(report)
    }
}

/// Our cursors are page numbers.
fn page_number(cursor: Option<&str>) -> Result<u32, ProviderError> {
    cursor.map_or(Ok(1), |cursor| {
        let number = cursor.parse().ok().filter(|number| *number > 0);
        number.ok_or_else(|| map::refused("the cursor is not a page number"))
    })
}

/// An integer, zero where there is none (D).
fn whole(amount: Option<Money>) -> Result<Box<RawValue>, ProviderError> {
    let amount = amount.map_or(Decimal::ZERO, |money| money.amount);
    match amount.fract().is_zero() && !amount.is_sign_negative() {
        true => Ok(json::number(amount)),
        false => Err(map::refused(
            "bfinance takes initial balances in whole units only",
        )),
    }
}

pub(crate) fn is_in(card: &Card, status: CardStatus) -> Result<bool, ProviderError> {
    let word = card.status.as_deref();
    let word = word.ok_or_else(|| map::malformed("a card without status"))?;
    Ok(map::card::status(word)? == status)
}

/// Something was done already, so that a refusal of the rest is not one of the whole.
pub(crate) fn partly_done(mut error: ProviderError) -> ProviderError {
    error.outcome = Outcome::Unknown;
    error.message = format!("a first part was done, then: {}", error.message);
    error
}

impl BFinance {
    pub(crate) fn key<'a>(&'a self, card_ref: &'a str) -> Result<CardKey<'a>, ProviderError> {
        CardKey::of(card_ref, self.rules.card_prefix)
    }

    pub(crate) async fn card(&self, key: CardKey<'_>) -> Result<Card, ProviderError> {
        self.client.read(key.details()).await
    }

    pub(crate) async fn cards_page(
        &self,
        number: u32,
        limit: u32,
        search: Option<&str>,
    ) -> Result<CardList, ProviderError> {
        let mut call = Call::get(&[self.rules.card_prefix, "list"]).page(number, limit);
        if let Some(search) = search {
            call.query.push(("query", search.to_owned()));
        }
        self.client.read(call).await
    }

    /// Limits are read apart, and only of active plain cards: those of budget cards cannot be read
    /// (D), and reading those of a frozen one is refused (S1's Go tests). A refusal means that they
    /// are not known.
    async fn limits_of(
        &self,
        key: CardKey<'_>,
        card: &Card,
    ) -> Result<Option<CardControls>, ProviderError> {
        let readable = key.family == Family::Plain && is_in(card, CardStatus::Active)?;
        if !(readable && self.rules.read_limits) {
            return Ok(None);
        }
        match self.client.read(key.get("limits")).await {
            Ok(limits) => Ok(Some(map::controls::of_card(limits))),
            Err(error) if is_plain_refusal(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Freezing a frozen card is refused (D): a refusal where the card already is as wanted is what
    /// a repetition meets, and no failure.
    async fn bring_to(
        &self,
        kind: OperationKind,
        action: &'static str,
        wanted: CardStatus,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError> {
        let CardChange {
            reference,
            card_ref,
            note: _,
        } = change;
        let key = self.key(card_ref)?;
        let refusal = match self.client.tell(key.post(action), NOTHING).await {
            Ok(()) => return Ok(done(kind, reference, card_ref)),
            Err(error) if is_plain_refusal(&error) => error,
            Err(error) => return Err(error),
        };
        let there = self.card(key).await.and_then(|card| is_in(&card, wanted));
        match there {
            Ok(true) => Ok(done(kind, reference, card_ref)),
            Ok(false) | Err(_) => Err(refusal),
        }
    }
}

/// A "no" to this call, rather than to our token or to our pace.
pub(crate) fn is_plain_refusal(error: &ProviderError) -> bool {
    error.outcome == Outcome::Rejected
        && [ErrorKind::Refused, ErrorKind::NotFound].contains(&error.kind)
}
