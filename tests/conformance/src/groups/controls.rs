//! Controls, notes, PINs and activation.

use cardmux_domain::card::CardStatus;
use cardmux_domain::controls::Controls;
use cardmux_domain::money::Decimal;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{ActivateCard, OperationQuery, SetControls, SetPin};

use crate::steps::changes::{note, set_controls, spend_limit};
use crate::steps::{self, Issued, physical};
use crate::subject::Subject;
use crate::trial::{Group, Result, Stop, Trial, ensure_eq, trials};

pub fn trials() -> Vec<Trial> {
    trials!(
        Group::Controls,
        controls_set_are_read_back,
        controls_emptied_are_lifted,
        note_set_is_read_back,
        issue_of_a_physical_card_is_inactive_until_activated,
        activation_with_the_code_makes_the_card_active,
        activation_with_a_wrong_code_is_rejected,
        pin_is_set_on_an_active_physical_card,
        physical_card_ordered_can_be_activated,
    )
}

/// A card whose type takes controls.
pub(super) async fn controllable(subject: &Subject) -> Result<Issued> {
    subject.controls()?;
    let types = steps::usable_types(subject).await?;
    let takes_some = |card_type: &cardmux_domain::card_type::CardTypeSpec| {
        card_type
            .capabilities
            .contains(&OperationKind::UpdateControls)
            && !card_type.controls.spend_limits.is_empty()
    };
    let card_type = types.into_iter().find(takes_some);
    let card_type = card_type.ok_or(Stop::Unsupported("a type with controls"))?;
    let card = steps::issue(subject, card_type).await?;
    steps::status_becomes(subject, &card, CardStatus::Active).await?;
    Ok(card)
}

async fn set(subject: &Subject, request: &SetControls) -> Result {
    let report = subject.controls()?.set(&subject.ctx()?, request).await?;
    let asked = steps::query(OperationKind::UpdateControls, &request.reference);
    steps::succeeded(subject, &asked, report).await?;
    Ok(())
}

/// An absent part and an emptied one are the same: nothing is restricted.
async fn reads_back(subject: &Subject, card: &Issued, wanted: &Controls) -> Result {
    let (cards, ctx) = (subject.cards()?, subject.ctx()?);
    steps::eventually(async || {
        let seen = cards.get(&ctx, &card.card_ref).await?;
        let seen = seen.controls.unwrap_or_default();
        let same = |list: &Option<Vec<_>>, wanted: &Option<Vec<_>>| {
            list.as_deref().unwrap_or_default() == wanted.as_deref().unwrap_or_default()
        };
        let limits = |controls: &Controls| controls.spend_limits.clone().unwrap_or_default();
        // Where limits cannot be lifted, a card has some from the first.
        let (seen_limits, wanted_limits) = (limits(&seen), limits(wanted));
        let limited = match card.card_type.controls.liftable {
            true => seen_limits == wanted_limits,
            false => wanted_limits
                .iter()
                .all(|limit| seen_limits.contains(limit)),
        };
        let all = limited
            && same(&seen.allowed_mccs, &wanted.allowed_mccs)
            && same(&seen.blocked_mccs, &wanted.blocked_mccs);
        Ok(all.then_some(()))
    })
    .await
}

/// Whether lists of merchant categories can be set, and one.
fn blocked(card: &Issued) -> Result<Option<Controls>> {
    if !card.card_type.controls.mcc_lists {
        return Ok(None);
    }
    Ok(Some(Controls {
        blocked_mccs: Some(vec!["7995".parse()?, "6051".parse()?]),
        ..Controls::default()
    }))
}

async fn controls_set_are_read_back(subject: &Subject) -> Result {
    let card = controllable(subject).await?;
    let request = spend_limit(&card, Decimal::new(5_025, 2))?;
    set(subject, &request).await?;
    let mut wanted = request.controls;
    reads_back(subject, &card, &wanted).await?;
    if let Some(change) = blocked(&card)? {
        set(subject, &set_controls(&card, change.clone())).await?;
        wanted.apply(&change);
        reads_back(subject, &card, &wanted).await?;
        let change = Controls {
            allowed_mccs: Some(vec!["5999".parse()?]),
            ..Controls::default()
        };
        set(subject, &set_controls(&card, change.clone())).await?;
        wanted.apply(&change);
        reads_back(subject, &card, &wanted).await?;
    }
    Ok(())
}

async fn controls_emptied_are_lifted(subject: &Subject) -> Result {
    let card = controllable(subject).await?;
    if !card.card_type.controls.liftable {
        return Err(Stop::Unsupported("controls that can be lifted"));
    }
    let request = spend_limit(&card, Decimal::TEN)?;
    set(subject, &request).await?;
    reads_back(subject, &card, &request.controls).await?;
    let mut change = Controls {
        spend_limits: Some(Vec::new()),
        ..Controls::default()
    };
    if let Some(blocked) = blocked(&card)? {
        set(subject, &set_controls(&card, blocked)).await?;
        change.blocked_mccs = Some(Vec::new());
    }
    set(subject, &set_controls(&card, change)).await?;
    reads_back(subject, &card, &Controls::default()).await
}

async fn note_set_is_read_back(subject: &Subject) -> Result {
    subject.notes()?;
    let card = steps::issue_any(subject).await?;
    for text in ["for the canteen", "for the kiosk"] {
        let change = note(&card, text);
        let report = subject.notes()?.set_note(&subject.ctx()?, &change).await?;
        let asked = steps::query(OperationKind::UpdateNote, &change.reference);
        steps::succeeded(subject, &asked, report).await?;
        let (cards, ctx) = (subject.cards()?, subject.ctx()?);
        steps::eventually(async || {
            let seen = cards.get(&ctx, &card.card_ref).await?.note;
            Ok((seen.as_deref() == Some(text)).then_some(()))
        })
        .await?;
    }
    Ok(())
}

async fn issue_of_a_physical_card_is_inactive_until_activated(subject: &Subject) -> Result {
    subject.activation()?;
    let card = physical::inactive(subject).await?;
    let asked = steps::query(OperationKind::Issue, &card.reference);
    ensure_eq(steps::made(subject, &asked).await?, 1, "cards made")?;
    let number = physical::card_number(&card.card_type, &card.reference);
    let seen = subject
        .cards()?
        .get(&subject.ctx()?, &card.card_ref)
        .await?;
    if let Some(last4) = seen.last4 {
        ensure_eq(number.ends_with(&last4), true, "the last digits are given")?;
    }
    // The printed number is used up.
    let mut again = steps::issue_request(&card.card_type, &steps::new_reference());
    again.enrolment_ref.clone_from(&card.enrolment_ref);
    again.card_number = Some(number.into());
    let answer = subject.cards()?.issue(&subject.ctx()?, &again).await;
    let asked = steps::query(OperationKind::Issue, &again.reference);
    steps::refused(subject, &asked, answer).await
}

async fn activation_with_the_code_makes_the_card_active(subject: &Subject) -> Result {
    subject.activation()?;
    physical::activated(subject).await?;
    Ok(())
}

async fn activation_with_a_wrong_code_is_rejected(subject: &Subject) -> Result {
    subject.activation()?;
    let card = physical::waiting(subject).await?;
    let (cards, ctx) = (subject.cards()?, subject.ctx()?);
    // Issued a moment ago, and pending for another one.
    let waiting = steps::eventually(async || {
        let seen = cards.get(&ctx, &card.card_ref).await?.status;
        Ok((seen != CardStatus::Pending).then_some(seen))
    })
    .await?;
    let right = physical::activation(subject, &card).await?;
    let wrong = ActivateCard {
        code: "wrongcode".into(),
        reference: steps::new_reference(),
        ..right.clone()
    };
    let activation = subject.activation()?;
    let answer = activation.activate(&ctx, &wrong).await;
    let asked = steps::query(OperationKind::Activate, &wrong.reference);
    steps::refused(subject, &asked, answer).await?;
    steps::status_becomes(subject, &card, waiting).await?;
    // The right one still does.
    let report = activation.activate(&ctx, &right).await?;
    let asked = steps::query(OperationKind::Activate, &right.reference);
    steps::succeeded(subject, &asked, report).await?;
    steps::status_becomes(subject, &card, CardStatus::Active).await?;
    Ok(())
}

async fn physical_card_ordered_can_be_activated(subject: &Subject) -> Result {
    let card = steps::issue(subject, physical::orderable(subject).await?).await?;
    let activation = subject.activation()?;
    // Nothing was sent yet, so that no code can be right.
    let early = ActivateCard {
        reference: steps::new_reference(),
        card_ref: card.card_ref.clone(),
        pin: None,
        code: "123456".into(),
        no_pin_limit: None,
    };
    let answer = activation.activate(&subject.ctx()?, &early).await;
    let asked = steps::query(OperationKind::Activate, &early.reference);
    steps::refused(subject, &asked, answer).await?;

    let card = physical::ordered(subject).await?;
    let order = OperationQuery {
        subject_ref: Some(card.card_ref.clone()),
        ..steps::query(OperationKind::OrderPhysical, &steps::new_reference())
    };
    ensure_eq(steps::made(subject, &order).await?, 1, "cards sent")?;
    let request = physical::activation(subject, &card).await?;
    let report = activation.activate(&subject.ctx()?, &request).await?;
    let asked = OperationQuery {
        subject_ref: Some(card.card_ref.clone()),
        ..steps::query(OperationKind::Activate, &request.reference)
    };
    steps::succeeded(subject, &asked, report).await?;
    ensure_eq(steps::made(subject, &asked).await?, 1, "cards activated")?;
    steps::status_becomes(subject, &card, CardStatus::Active).await?;
    Ok(())
}

async fn pin_is_set_on_an_active_physical_card(subject: &Subject) -> Result {
    subject.pins()?;
    let card = physical::activated(subject).await?;
    let request = SetPin {
        reference: steps::new_reference(),
        card_ref: card.card_ref.clone(),
        pin: physical::pin(&card.card_type, 1)?,
    };
    let report = subject.pins()?.set_pin(&subject.ctx()?, &request).await?;
    let asked = OperationQuery {
        subject_ref: Some(card.card_ref.clone()),
        ..steps::query(OperationKind::SetPin, &request.reference)
    };
    steps::succeeded(subject, &asked, report).await?;
    ensure_eq(steps::made(subject, &asked).await?, 1, "PINs set")
}
