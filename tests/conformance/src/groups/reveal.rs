//! What is secret about a card, and what its holder is asked for.

use cardmux_domain::card::{CardModel, CardStatus};
use cardmux_domain::challenge::ChallengeKind;
use cardmux_domain::provider::{ErrorKind, Outcome, Simulation};
use cardmux_domain::secret::{ExposeSecret, SecretString};

use crate::steps::{self, physical};
use crate::subject::Subject;
use crate::trial::{Group, Result, Trial, ensure, ensure_eq, trials};

pub fn trials() -> Vec<Trial> {
    trials!(
        Group::Reveal,
        reveal_of_an_active_card_is_complete,
        reveal_of_a_gift_card_is_its_redemption_url,
        reveal_of_an_unknown_card_is_not_found,
        challenges_of_a_physical_card_hold_its_activation_code,
    )
}

/// Breaks the trial without telling what the value is.
fn secret_is(what: &str, value: Option<&SecretString>, fits: impl Fn(&str) -> bool) -> Result {
    let value = value.ok_or_else(|| steps::broken(format!("the {what} is missing")))?;
    ensure(fits(value.expose_secret()), || {
        format!("the {what} has another form")
    })
}

fn is_digits(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// `MM/YYYY`.
fn is_expiry(text: &str) -> bool {
    text.split_once('/').is_some_and(|(month, year)| {
        let month_fits = (1..=12).contains(&month.parse::<u8>().unwrap_or_default());
        month_fits && is_digits(month, 2, 2) && is_digits(year, 4, 4)
    })
}

async fn reveal_of_an_active_card_is_complete(subject: &Subject) -> Result {
    let reveal = subject.reveal()?;
    let card = steps::issue_any(subject).await?;
    let secrets = reveal.reveal(&subject.ctx()?, &card.card_ref).await?;
    let seen = subject
        .cards()?
        .get(&subject.ctx()?, &card.card_ref)
        .await?;
    let last4 = seen.last4.unwrap_or_default();
    let number = secrets.number.as_ref();
    secret_is("number", number, |text| is_digits(text, 12, 19))?;
    secret_is("number", number, |text| text.ends_with(&last4))?;
    secret_is("security code", secrets.cvv.as_ref(), |text| {
        is_digits(text, 3, 4)
    })?;
    secret_is("expiry", secrets.expiry.as_ref(), is_expiry)?;
    ensure(secrets.redemption_url.is_none(), || {
        "a card with a number has a redemption URL".to_owned()
    })?;
    let other = steps::issue_any(subject).await?;
    steps::status_becomes(subject, &other, CardStatus::Active).await?;
    let others = reveal.reveal(&subject.ctx()?, &other.card_ref).await?;
    secret_is("other card's number", others.number.as_ref(), |text| {
        number.is_some_and(|number| number.expose_secret() != text)
    })
}

async fn reveal_of_a_gift_card_is_its_redemption_url(subject: &Subject) -> Result {
    let reveal = subject.reveal()?;
    let card_type = steps::type_where(subject, "a gift card type", |card_type| {
        card_type.model == CardModel::Gift
    })
    .await?;
    let card = steps::issue(subject, card_type).await?;
    steps::status_becomes(subject, &card, CardStatus::Active).await?;
    let secrets = reveal.reveal(&subject.ctx()?, &card.card_ref).await?;
    secret_is("redemption URL", secrets.redemption_url.as_ref(), |text| {
        text.starts_with("https://")
    })?;
    let rest = [&secrets.number, &secrets.cvv, &secrets.expiry];
    ensure(rest.iter().all(|secret| secret.is_none()), || {
        "a gift card has more than its URL".to_owned()
    })
}

async fn reveal_of_an_unknown_card_is_not_found(subject: &Subject) -> Result {
    let answer = subject
        .reveal()?
        .reveal(&subject.ctx()?, "nosuchcard")
        .await;
    let error = steps::failed(answer)?;
    ensure_eq(error.kind, ErrorKind::NotFound, "kind")?;
    ensure_eq(error.outcome, Outcome::Rejected, "outcome")
}

async fn challenges_of_a_physical_card_hold_its_activation_code(subject: &Subject) -> Result {
    subject.challenges()?;
    let card = physical::inactive(subject).await?;
    let challenge = physical::activation_code(subject, &card).await?;
    ensure_eq(&challenge.notice.card_ref, &card.card_ref, "card")?;
    secret_is("code", Some(&challenge.value), |code| !code.is_empty())?;
    if subject.provider.simulator().is_none() {
        return Ok(());
    }
    // What comes later stands before it.
    let simulation = Simulation::Challenge {
        card_ref: card.card_ref.clone(),
        kind: ChallengeKind::Otp,
        amount: None,
        merchant_name: Some("EXAMPLE SHOP".to_owned()),
    };
    steps::spending::simulate(subject, simulation).await?;
    let (challenges, ctx) = (subject.challenges()?, subject.ctx()?);
    let kinds = steps::eventually(async || {
        let seen = challenges.challenges(&ctx, &card.card_ref).await?;
        let kinds: Vec<_> = seen.iter().map(|challenge| challenge.notice.kind).collect();
        Ok((kinds.len() > 1).then_some(kinds))
    })
    .await?;
    let wanted = vec![ChallengeKind::Otp, ChallengeKind::ActivationCode];
    ensure_eq(kinds, wanted, "challenges, newest first")
}
