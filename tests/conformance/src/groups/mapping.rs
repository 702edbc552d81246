//! What the provider says means the same in our words: statuses, limits, money.

use cardmux_domain::card::CardStatus;
use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::operation::OperationKind;

use crate::steps;
use crate::subject::Subject;
use crate::trial::{Group, Result, Stop, Trial, ensure, ensure_eq, trials};

pub fn trials() -> Vec<Trial> {
    trials!(
        Group::Mapping,
        card_types_offline_are_listed_as_offline,
        issue_from_an_offline_type_is_rejected,
        get_shows_the_provider_status_beside_ours,
        balance_follows_deposit_and_withdraw_to_the_cent,
        deposit_beyond_the_limit_is_rejected,
        withdraw_of_more_than_the_balance_is_rejected,
        freeze_then_unfreeze_returns_to_active,
        freeze_unfreeze_and_cancel_are_done_in_the_providers_books,
        cancel_is_final_and_returns_the_balance,
    )
}

fn offline_type(subject: &Subject) -> Result<&str> {
    subject
        .world
        .offline_type()
        .ok_or(Stop::Unsupported("an offline type"))
}

async fn card_types_offline_are_listed_as_offline(subject: &Subject) -> Result {
    let offline = offline_type(subject)?;
    let types = subject.catalogue()?.card_types(&subject.ctx()?).await?;
    let listed = types
        .iter()
        .find(|card_type| card_type.provider_ref == offline);
    let listed = listed.ok_or_else(|| steps::broken("the offline type is not listed"))?;
    ensure(!listed.online, || {
        "the offline type is listed as online".to_owned()
    })?;
    ensure(types.iter().any(|card_type| card_type.online), || {
        "no type is online".to_owned()
    })
}

async fn issue_from_an_offline_type_is_rejected(subject: &Subject) -> Result {
    let offline = offline_type(subject)?;
    let types = subject.catalogue()?.card_types(&subject.ctx()?).await?;
    let listed = types
        .iter()
        .find(|card_type| card_type.provider_ref == offline);
    let listed = listed.ok_or_else(|| steps::broken("the offline type is not listed"))?;
    let request = steps::issue_request(listed, &steps::new_reference());
    let answer = subject.cards()?.issue(&subject.ctx()?, &request).await;
    let asked = steps::query(OperationKind::Issue, &request.reference);
    steps::refused(subject, &asked, answer).await
}

async fn get_shows_the_provider_status_beside_ours(subject: &Subject) -> Result {
    let card = steps::issue_any(subject).await?;
    let active = steps::status_becomes(subject, &card, CardStatus::Active).await?;
    steps::freeze(subject, &card).await?;
    let frozen = steps::status_becomes(subject, &card, CardStatus::Frozen).await?;
    ensure(
        !active.is_empty() && !frozen.is_empty() && active != frozen,
        || format!("the provider's words: {active:?}, then {frozen:?}"),
    )
}

async fn balance_follows_deposit_and_withdraw_to_the_cent(subject: &Subject) -> Result {
    subject.funds()?;
    for card_type in steps::usable_types(subject).await? {
        let card = steps::issue(subject, card_type).await?;
        steps::status_becomes(subject, &card, CardStatus::Active).await?;
        let amount = steps::amount_for(&card);
        let report = steps::deposit(subject, &card, amount).await?;
        ensure_eq(report.amount, Some(amount), "amount of the deposit")?;
        let after_deposit = card.balance.amount + amount.amount;
        steps::balance_becomes(subject, &card, after_deposit).await?;

        let part = Money::new(Decimal::ONE, amount.currency);
        steps::withdraw(subject, &card, part).await?;
        steps::balance_becomes(subject, &card, after_deposit - part.amount).await?;
    }
    Ok(())
}

async fn deposit_beyond_the_limit_is_rejected(subject: &Subject) -> Result {
    let card = steps::issue_any(subject).await?;
    let most = card.card_type.deposit.as_ref().and_then(|rule| rule.max);
    let most = most.ok_or(Stop::Unsupported("a deposit limit"))?;
    let too_much = Money::new(most + Decimal::ONE, card.card_type.currency);
    let kind = OperationKind::Deposit;
    let (request, asked) = steps::moving(subject, &card, kind, too_much).await?;
    let answer = subject.funds()?.deposit(&subject.ctx()?, &request).await;
    steps::refused(subject, &asked, answer).await?;
    steps::balance_becomes(subject, &card, card.balance.amount).await
}

async fn withdraw_of_more_than_the_balance_is_rejected(subject: &Subject) -> Result {
    let card = steps::issue_any(subject).await?;
    let too_much = Money::new(card.balance.amount + Decimal::ONE, card.card_type.currency);
    let kind = OperationKind::Withdraw;
    let (request, asked) = steps::moving(subject, &card, kind, too_much).await?;
    let answer = subject.funds()?.withdraw(&subject.ctx()?, &request).await;
    steps::refused(subject, &asked, answer).await?;
    steps::balance_becomes(subject, &card, card.balance.amount).await
}

async fn freeze_then_unfreeze_returns_to_active(subject: &Subject) -> Result {
    let card = steps::issue_any(subject).await?;
    steps::freeze(subject, &card).await?;
    steps::status_becomes(subject, &card, CardStatus::Frozen).await?;
    steps::unfreeze(subject, &card).await?;
    steps::status_becomes(subject, &card, CardStatus::Active).await?;
    Ok(())
}

/// Also where no status is shown.
async fn freeze_unfreeze_and_cancel_are_done_in_the_providers_books(subject: &Subject) -> Result {
    let card = steps::issue_any(subject).await?;
    let (cards, ctx) = (subject.cards()?, subject.ctx()?);
    for kind in [
        OperationKind::Freeze,
        OperationKind::Unfreeze,
        OperationKind::Cancel,
    ] {
        let (change, asked) = steps::changing(subject, &card, kind).await?;
        let before = steps::made(subject, &asked).await?;
        ensure_eq(before, 0, &format!("{kind} before it was asked for"))?;
        let report = if kind == OperationKind::Freeze {
            cards.freeze(&ctx, &change).await?
        } else if kind == OperationKind::Unfreeze {
            cards.unfreeze(&ctx, &change).await?
        } else {
            cards.cancel(&ctx, &change).await?
        };
        steps::succeeded(subject, &asked, report).await?;
        let made = steps::made(subject, &asked).await?;
        ensure_eq(made, 1, &format!("{kind} done"))?;
    }
    Ok(())
}

async fn cancel_is_final_and_returns_the_balance(subject: &Subject) -> Result {
    let card = steps::issue_any(subject).await?;
    let amount = steps::amount_for(&card);
    steps::deposit(subject, &card, amount).await?;
    let report = steps::cancel(subject, &card).await?;
    let rest = Money::new(card.balance.amount + amount.amount, amount.currency);
    ensure_eq(report.received, Some(rest), "what came back")?;
    steps::status_becomes(subject, &card, CardStatus::Cancelled).await?;
    let (again, asked) = steps::changing(subject, &card, OperationKind::Unfreeze).await?;
    let answer = subject.cards()?.unfreeze(&subject.ctx()?, &again).await;
    steps::refused(subject, &asked, answer).await?;
    steps::status_becomes(subject, &card, CardStatus::Cancelled).await?;
    Ok(())
}
