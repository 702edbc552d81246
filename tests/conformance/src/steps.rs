//! The steps trials are made of.

use std::time::Duration;

use cardmux_domain::card::{CardForm, CardModel};
use cardmux_domain::card_type::{AmountRule, CardTypeSpec};
use cardmux_domain::id::OperationId;
use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{
    CardChange, IssueCard, MoveFunds, OperationQuery, OperationReport, Outcome, ProviderError,
    Reported,
};

use crate::subject::{SentWebhook, Subject};
use crate::trial::{Result, Stop, ensure, ensure_eq};

/// Between two looks at something that is still under way.
const POLL: Duration = Duration::from_millis(10);

/// A card that was issued and is usable.
pub struct Issued {
    pub reference: Reference,
    pub card_ref: String,
    pub card_type: CardTypeSpec,
    pub balance: Money,
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

/// Types a trial can issue from with what it has: online, prepaid, virtual, no requirements.
pub async fn usable_types(subject: &Subject) -> Result<Vec<CardTypeSpec>> {
    let types = subject.catalogue()?.card_types(&subject.ctx()?).await?;
    let usable = |card_type: &CardTypeSpec| {
        card_type.online
            && card_type.model == CardModel::Card
            && card_type.form == CardForm::Virtual
            && card_type.requirements.is_empty()
            && card_type.capabilities.contains(&OperationKind::Issue)
    };
    let usable: Vec<_> = types.into_iter().filter(usable).collect();
    if usable.is_empty() {
        Err(Stop::Unsupported("a type to issue from"))
    } else {
        Ok(usable)
    }
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
    Money::new(least + Decimal::TEN + odd, card_type.currency)
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
    }
}

/// Issue a card and wait until it is there.
pub async fn issue(subject: &Subject, card_type: CardTypeSpec) -> Result<Issued> {
    let reference = new_reference();
    let request = issue_request(&card_type, &reference);
    let report = subject.cards()?.issue(&subject.ctx()?, &request).await?;
    let report = succeeded(subject, OperationKind::Issue, &reference, report).await?;
    let nothing = Money::new(Decimal::ZERO, card_type.currency);
    Ok(Issued {
        reference,
        card_ref: report
            .card_ref
            .ok_or_else(|| broken("an issued card has no id"))?,
        card_type,
        balance: request.initial_balance.unwrap_or(nothing),
    })
}

pub async fn issue_any(subject: &Subject) -> Result<Issued> {
    let card_type = usable_type(subject).await?;
    issue(subject, card_type).await
}

pub async fn deposit(subject: &Subject, card: &Issued, amount: Money) -> Result<OperationReport> {
    let request = move_funds(card, amount);
    let report = subject.funds()?.deposit(&subject.ctx()?, &request).await?;
    succeeded(subject, OperationKind::Deposit, &request.reference, report).await
}

pub fn move_funds(card: &Issued, amount: Money) -> MoveFunds {
    MoveFunds {
        reference: new_reference(),
        card_ref: card.card_ref.clone(),
        amount,
        note: None,
    }
}

pub fn change(card: &Issued) -> CardChange {
    CardChange {
        reference: new_reference(),
        card_ref: card.card_ref.clone(),
        note: None,
    }
}

/// What the provider lists under a reference, once.
pub async fn find(
    subject: &Subject,
    kind: OperationKind,
    reference: &Reference,
) -> Result<Option<OperationReport>> {
    let query = OperationQuery {
        reference: reference.clone(),
        kind,
        card_ref: None,
    };
    Ok(subject.operations()?.find(&subject.ctx()?, &query).await?)
}

/// What became of an operation that was accepted.
pub async fn settled(
    subject: &Subject,
    kind: OperationKind,
    reference: &Reference,
    report: OperationReport,
) -> Result<OperationReport> {
    if report.reported.status().is_final() {
        return Ok(report);
    }
    let is_final = |report: &OperationReport| report.reported.status().is_final();
    eventually(async || Ok(find(subject, kind, reference).await?.filter(is_final))).await
}

/// The same, and it must have succeeded.
pub async fn succeeded(
    subject: &Subject,
    kind: OperationKind,
    reference: &Reference,
    report: OperationReport,
) -> Result<OperationReport> {
    let report = settled(subject, kind, reference, report).await?;
    ensure_eq(
        &report.reported,
        &Reported::Succeeded,
        "the operation's end",
    )?;
    Ok(report)
}

/// An operation that must not be done: refused at once, or failed after it was accepted.
pub async fn refused(
    subject: &Subject,
    kind: OperationKind,
    reference: &Reference,
    answer: std::result::Result<OperationReport, ProviderError>,
) -> Result {
    let report = match answer {
        Err(error) => return ensure_eq(error.outcome, Outcome::Rejected, "outcome"),
        Ok(report) => settled(subject, kind, reference, report).await?,
    };
    match report.reported {
        Reported::Failed(failure) => ensure_eq(failure.outcome, Outcome::Rejected, "outcome"),
        Reported::Processing | Reported::Succeeded => Err(broken(format!(
            "was done all the same: {}",
            report.provider_status
        ))),
    }
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
