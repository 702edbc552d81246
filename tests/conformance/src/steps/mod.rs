//! The steps trials are made of.

pub mod authorizations;
pub mod budgets;
pub mod changes;
pub mod disputes;
pub mod enrolments;
mod funds;
mod lookups;
pub mod physical;
pub mod spending;

pub use funds::{
    amount_for, cancel, change, changing, deposit, freeze, move_funds, moving, unfreeze, withdraw,
};
pub use lookups::{about_to, found, look_up, made, query, refused, succeeded, trace_of, traced};

use std::time::Duration;

use cardmux_domain::card::{CardForm, CardModel, CardStatus};
use cardmux_domain::card_type::{AmountRule, CardTypeSpec, Requirement};
use cardmux_domain::customer::CustomerField;
use cardmux_domain::id::OperationId;
use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{IssueCard, PersonName, ProviderError};
use cardmux_domain::time::Timestamp;

use crate::subject::{SentWebhook, Subject};
use crate::trial::{Result, Stop, ensure};

/// Between two looks at something that is still under way.
const POLL: Duration = Duration::from_millis(10);

/// A card that was issued and is usable.
pub struct Issued {
    pub reference: Reference,
    pub card_ref: String,
    pub card_type: CardTypeSpec,
    pub balance: Money,
    /// What it was issued with: the provider's ids of enrolment and budget.
    pub enrolment_ref: Option<String>,
    pub budget_ref: Option<String>,
}

pub fn new_reference() -> Reference {
    Reference::of(OperationId::new())
}

/// Looks until there is something; the trial's own deadline ends it.
pub async fn eventually<T>(mut look: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    loop {
        if let Some(seen) = look().await? {
            return Ok(seen);
        }
        pause(POLL).await;
    }
}

/// The same for what arrives by itself.
pub async fn arrived<T>(look: impl Fn() -> Option<T>) -> Result<T> {
    loop {
        if let Some(seen) = look() {
            return Ok(seen);
        }
        pause(POLL).await;
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the pause between two looks, and nothing else"
)]
async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}

/// Types something can be issued from that have what a trial is about.
pub async fn types_where(
    subject: &Subject,
    what: &'static str,
    wanted: impl Fn(&CardTypeSpec) -> bool,
) -> Result<Vec<CardTypeSpec>> {
    let types = subject.catalogue()?.card_types(&subject.ctx()?).await?;
    let usable = |card_type: &CardTypeSpec| {
        card_type.online
            && card_type.capabilities.contains(&OperationKind::Issue)
            && wanted(card_type)
    };
    let usable: Vec<_> = types.into_iter().filter(usable).collect();
    if usable.is_empty() {
        Err(Stop::Unsupported(what))
    } else {
        Ok(usable)
    }
}

/// The first of them.
pub async fn type_where(
    subject: &Subject,
    what: &'static str,
    wanted: impl Fn(&CardTypeSpec) -> bool,
) -> Result<CardTypeSpec> {
    let first = types_where(subject, what, wanted).await?.into_iter().next();
    first.ok_or(Stop::Unsupported(what))
}

/// Types a trial can issue from with what it has: online, prepaid, virtual, and nothing required but
/// a name. Of a provider without such, those whose cards are somebody's and whose money the gateway
/// keeps.
pub async fn usable_types(subject: &Subject) -> Result<Vec<CardTypeSpec>> {
    let what = "a type to issue from";
    let plain = types_where(subject, what, |card_type| {
        let mut required = card_type.requirements.iter();
        card_type.model == CardModel::Card
            && card_type.form == CardForm::Virtual
            && required.all(|requirement| *requirement == Requirement::CardholderName)
    });
    match plain.await {
        Err(Stop::Unsupported(_)) => {}
        found => return found,
    }
    let provides_budgets = subject.provider.budgets().is_some();
    types_where(subject, what, |card_type| {
        let mut required = card_type.requirements.iter();
        card_type.form == CardForm::Virtual
            && required.all(|requirement| match requirement {
                Requirement::Cardholder | Requirement::CardholderName => true,
                Requirement::Budget => !provides_budgets,
                Requirement::CardNumber => false,
            })
    })
    .await
}

pub async fn usable_type(subject: &Subject) -> Result<CardTypeSpec> {
    let first = usable_types(subject).await?.into_iter().next();
    first.ok_or(Stop::Unsupported("a type to issue from"))
}

/// An amount a rule allows, with as many odd decimals as it takes.
pub fn amount_within(rule: Option<&AmountRule>, card_type: &CardTypeSpec) -> Money {
    let least = rule.and_then(|rule| rule.min).unwrap_or(Decimal::ONE);
    let digits = rule
        .and_then(|rule| rule.decimals)
        .unwrap_or_else(|| card_type.currency.minor_digits());
    let odd = if digits >= 2 {
        Decimal::new(37, 2)
    } else {
        Decimal::from(37)
    };
    let wanted = least + Decimal::TEN + odd;
    let most = rule.and_then(|rule| rule.max).unwrap_or(wanted);
    Money::new(wanted.min(most), card_type.currency)
}

/// Who cards are made out to, where nobody is enrolled; of the reference alone, so that it is found
/// wherever it should not be.
fn cardholder(card_type: &CardTypeSpec, reference: &Reference) -> Option<PersonName> {
    let wanted = card_type
        .requirements
        .contains(&Requirement::CardholderName);
    let name = |field| crate::forms::letters(field, reference.as_str()).into();
    wanted.then(|| PersonName {
        first_name: name(CustomerField::FirstName),
        last_name: name(CustomerField::LastName),
    })
}

pub fn issue_request(card_type: &CardTypeSpec, reference: &Reference) -> IssueCard {
    let required = card_type
        .initial_deposit
        .as_ref()
        .filter(|rule| rule.required);
    IssueCard {
        reference: reference.clone(),
        card_type_ref: card_type.provider_ref.clone(),
        initial_balance: required.map(|rule| amount_within(Some(rule), card_type)),
        enrolment_ref: None,
        budget_ref: None,
        card_number: None,
        cardholder: cardholder(card_type, reference),
        label: None,
    }
}

/// The same with what the type requires: a cardholder enrolled and approved, a number, a budget.
pub async fn issue_request_with_all(
    subject: &Subject,
    card_type: &CardTypeSpec,
    reference: &Reference,
) -> Result<IssueCard> {
    let mut request = issue_request(card_type, reference);
    subject.is_about(None);
    for requirement in &card_type.requirements {
        match requirement {
            Requirement::Cardholder => {
                let enrolment_ref = enrolments::approved(subject, card_type).await?;
                made_out_to(subject, &mut request, enrolment_ref);
            }
            // Is in it already.
            Requirement::CardholderName => {}
            Requirement::CardNumber => {
                request.card_number = Some(physical::card_number(card_type, reference).into());
            }
            // Of the gateway's own ledger, where the provider has none.
            Requirement::Budget if subject.provider.budgets().is_none() => {}
            Requirement::Budget => {
                let budget = budgets::funded(subject, card_type.currency).await?;
                request.budget_ref = Some(budget.budget_ref);
                let rule = card_type.initial_deposit.as_ref();
                request.initial_balance = Some(amount_within(rule, card_type));
            }
        }
    }
    Ok(request)
}

/// The card is for them, and calls are about it.
pub fn made_out_to(subject: &Subject, request: &mut IssueCard, enrolment_ref: String) {
    subject.is_about(Some(&enrolment_ref));
    request.enrolment_ref = Some(enrolment_ref);
}

/// Another card of the same holder.
pub async fn issue_beside(subject: &Subject, card: &Issued) -> Result<Issued> {
    let mut request = issue_request(&card.card_type, &new_reference());
    request.enrolment_ref.clone_from(&card.enrolment_ref);
    let another = issue_as_asked(subject, card.card_type.clone(), request).await?;
    becomes_usable(subject, &another).await?;
    Ok(another)
}

/// Issue a card, with all its type requires, and wait until it is there.
pub async fn issue(subject: &Subject, card_type: CardTypeSpec) -> Result<Issued> {
    let request = issue_request_with_all(subject, &card_type, &new_reference()).await?;
    issue_as_asked(subject, card_type, request).await
}

pub async fn issue_as_asked(
    subject: &Subject,
    card_type: CardTypeSpec,
    request: IssueCard,
) -> Result<Issued> {
    let report = subject.cards()?.issue(&subject.ctx()?, &request).await?;
    let asked = query(OperationKind::Issue, &request.reference);
    let report = succeeded(subject, &asked, report).await?;
    let nothing = Money::new(Decimal::ZERO, card_type.currency);
    Ok(Issued {
        card_ref: report
            .subject_ref
            .ok_or_else(|| broken("an issued card has no id"))?,
        card_type,
        balance: request.initial_balance.unwrap_or(nothing),
        reference: request.reference,
        enrolment_ref: request.enrolment_ref,
        budget_ref: request.budget_ref,
    })
}

/// A card of any usable type, when it can be used: issued need not mean that.
pub async fn issue_any(subject: &Subject) -> Result<Issued> {
    let card_type = usable_type(subject).await?;
    let card = issue(subject, card_type).await?;
    becomes_usable(subject, &card).await?;
    Ok(card)
}

/// The card is read until it is active; once, where no status is shown.
pub async fn becomes_usable(subject: &Subject, card: &Issued) -> Result {
    match status_becomes(subject, card, CardStatus::Active).await {
        Err(Stop::Unsupported(_)) => Ok(()),
        active => active.map(|_| ()),
    }
}

/// Where a provider shows no status, the registry keeps what was answered, and there is nothing to be
/// read.
pub const SHOWN_STATUS: Stop = Stop::Unsupported("a status that is shown");

/// The card is read until it has the wanted status; the provider's word for it.
pub async fn status_becomes(
    subject: &Subject,
    card: &Issued,
    wanted: CardStatus,
) -> Result<String> {
    let (cards, ctx) = (subject.cards()?, subject.ctx()?);
    eventually(async || {
        let seen = cards.get(&ctx, &card.card_ref).await?;
        match seen.status_known {
            true => Ok((seen.status == wanted).then_some(seen.provider_status)),
            false => Err(SHOWN_STATUS),
        }
    })
    .await
}

/// The balance is read until it is the wanted one: providers may book a little later.
pub async fn balance_becomes(subject: &Subject, card: &Issued, wanted: Decimal) -> Result {
    let ctx = subject.ctx()?;
    let funds = subject.funds()?;
    let wanted = Money::new(wanted, card.card_type.currency);
    eventually(async || {
        let balance = funds.balance(&ctx, &card.card_ref).await?;
        ensure(balance.currency == wanted.currency, || {
            format!("currency of {balance}")
        })?;
        Ok((balance == wanted).then_some(()))
    })
    .await
}

/// A genuine webhook about a card's issue.
pub async fn webhook(subject: &Subject, card: &Issued) -> Result<SentWebhook> {
    let sent = subject.world.webhooks(&card.reference, 1).await?;
    sent.into_iter()
        .next()
        .ok_or_else(|| broken("no webhook came"))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the time of the run, by which providers are asked what happened"
)]
pub fn now() -> Timestamp {
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Timestamp::from_millis(0).plus(since_epoch.unwrap_or_default())
}

pub fn broken(text: impl Into<String>) -> Stop {
    Stop::Broken(text.into())
}

/// What must be an error.
pub fn failed<T>(answer: std::result::Result<T, ProviderError>) -> Result<ProviderError> {
    match answer {
        Ok(_) => Err(broken("the call succeeded and should not have")),
        Err(error) => Ok(error),
    }
}
