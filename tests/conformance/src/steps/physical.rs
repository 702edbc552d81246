//! Physical cards: numbers, codes and PINs that fit.

use cardmux_domain::card::{CardForm, CardStatus};
use cardmux_domain::card_type::{CardTypeSpec, Requirement};
use cardmux_domain::challenge::{Challenge, ChallengeKind};
use cardmux_domain::customer::CustomerField;
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{ActivateCard, OrderPhysical, PersonName, ShippingAddress};
use cardmux_domain::secret::SecretString;

use super::{
    Issued, broken, eventually, issue, new_reference, query, status_becomes, succeeded, type_where,
};
use crate::forms::{digits, letters};
use crate::subject::Subject;
use crate::trial::Result;

const NUMBER_LENGTH: usize = 16;

/// A type whose cards are printed in advance: their number is given when they are issued.
async fn numbered(subject: &Subject) -> Result<CardTypeSpec> {
    type_where(subject, "cards with a printed number", |card_type| {
        let number = Requirement::CardNumber;
        card_type.form == CardForm::Physical && card_type.requirements.contains(&number)
    })
    .await
}

/// A type whose cards are printed when that is ordered; of some, being physical is no more than that.
pub async fn orderable(subject: &Subject) -> Result<CardTypeSpec> {
    subject.shipping()?;
    type_where(subject, "cards that are printed to order", |card_type| {
        let order = OperationKind::OrderPhysical;
        card_type.capabilities.contains(&order)
    })
    .await
}

/// A number of the type's BIN that no other card has, with a right check digit (ISO/IEC 7812-1,
/// annex B).
pub fn card_number(card_type: &CardTypeSpec, reference: &Reference) -> String {
    let bin = card_type.bin.as_deref().unwrap_or_default();
    let length = NUMBER_LENGTH.saturating_sub(1 + bin.len());
    let body = format!("{bin}{}", digits(reference.as_str(), length));
    let sum: u32 = body
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(place, digit)| match place % 2 {
            0 => digit * 2 / 10 + digit * 2 % 10,
            _ => digit,
        })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

/// A PIN the type's rule takes; another one for another `number`.
pub fn pin(card_type: &CardTypeSpec, number: u32) -> Result<SecretString> {
    const STEP: u32 = 104_729;
    let Some(rule) = card_type.pin else {
        return Ok("258013".into());
    };
    let width = usize::try_from(rule.digits).unwrap_or_default();
    let bound = 10_u32.saturating_pow(rule.digits);
    let tried = (1..1000_u32).map(|n| {
        let value = number.wrapping_mul(7919).wrapping_add(n.wrapping_mul(STEP)) % bound;
        format!("{value:0width$}")
    });
    let found = tried.into_iter().find(|pin| rule.check(pin).is_ok());
    found
        .map(Into::into)
        .ok_or_else(|| broken("no PIN fits the rule"))
}

/// A card on its way to its holder, and the code that came with it.
pub async fn inactive(subject: &Subject) -> Result<Issued> {
    let card_type = numbered(subject).await?;
    let card = issue(subject, card_type).await?;
    status_becomes(subject, &card, CardStatus::Inactive).await?;
    Ok(card)
}

pub async fn activation_code(subject: &Subject, card: &Issued) -> Result<Challenge> {
    let (challenges, ctx) = (subject.challenges()?, subject.ctx()?);
    eventually(async || {
        let found = challenges.challenges(&ctx, &card.card_ref).await?;
        let is_it = |challenge: &Challenge| challenge.notice.kind == ChallengeKind::ActivationCode;
        Ok(found.into_iter().find(is_it))
    })
    .await
}

pub async fn activation(subject: &Subject, card: &Issued) -> Result<ActivateCard> {
    Ok(ActivateCard {
        reference: new_reference(),
        card_ref: card.card_ref.clone(),
        pin: match card.card_type.pin {
            Some(rule) if rule.at_activation => Some(pin(&card.card_type, 0)?),
            Some(_) | None => None,
        },
        code: code(subject, card).await?,
        no_pin_limit: None,
    })
}

pub async fn activated(subject: &Subject) -> Result<Issued> {
    let card = waiting(subject).await?;
    let request = activation(subject, &card).await?;
    let report = subject
        .activation()?
        .activate(&subject.ctx()?, &request)
        .await?;
    let asked = query(OperationKind::Activate, &request.reference);
    succeeded(subject, &asked, report).await?;
    status_becomes(subject, &card, CardStatus::Active).await?;
    Ok(card)
}

/// A card on its way to its holder: one that was issued as such, or one that was ordered.
pub async fn waiting(subject: &Subject) -> Result<Issued> {
    match subject.provider.shipping() {
        Some(_) => ordered(subject).await,
        None => inactive(subject).await,
    }
}

pub fn order(card: &Issued) -> OrderPhysical {
    let reference = new_reference();
    let word = |field| letters(field, reference.as_str()).into();
    OrderPhysical {
        card_ref: card.card_ref.clone(),
        address: ShippingAddress {
            name: PersonName {
                first_name: word(CustomerField::FirstName),
                last_name: word(CustomerField::LastName),
            },
            email: format!("{reference}@example.com").into(),
            phone_code: "+49".into(),
            phone: digits(reference.as_str(), 9).into(),
            line1: word(CustomerField::AddressLine1),
            line2: None,
            city: "Berlin".into(),
            state: "Berlin".into(),
            postal_code: "10115".into(),
            country: "DE".to_owned(),
        },
        reference,
    }
}

/// A card whose plastic is ordered.
pub async fn ordered(subject: &Subject) -> Result<Issued> {
    let card = issue(subject, orderable(subject).await?).await?;
    let request = order(&card);
    let shipping = subject.shipping()?;
    let report = shipping.order_physical(&subject.ctx()?, &request).await?;
    let asked = query(OperationKind::OrderPhysical, &request.reference);
    succeeded(subject, &asked, report).await?;
    Ok(card)
}

/// The code that comes with the card: as a challenge, or by post.
async fn code(subject: &Subject, card: &Issued) -> Result<SecretString> {
    match subject.provider.challenges() {
        Some(_) => Ok(activation_code(subject, card).await?.value),
        None => subject.world.posted_code(&card.card_ref).await,
    }
}
