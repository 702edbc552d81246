//! Changes of a card and its money, each sent the way the gateway sends it: what is needed to tell
//! what became of it is written down first.

use cardmux_domain::money::Money;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{CardChange, MoveFunds, OperationQuery, OperationReport};

use super::{Issued, about_to, amount_within, new_reference, succeeded};
use crate::subject::Subject;
use crate::trial::Result;

/// An amount to be deposited on this card.
pub fn amount_for(card: &Issued) -> Money {
    amount_within(card.card_type.deposit.as_ref(), &card.card_type)
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

/// Money about to be moved, and how to look for it.
pub async fn moving(
    subject: &Subject,
    card: &Issued,
    kind: OperationKind,
    amount: Money,
) -> Result<(MoveFunds, OperationQuery)> {
    let request = move_funds(card, amount);
    let (reference, card_ref) = (&request.reference, &request.card_ref);
    let query = about_to(subject, kind, reference, card_ref, Some(amount)).await?;
    Ok((request, query))
}

/// A change about to be made, and how to look for it.
pub async fn changing(
    subject: &Subject,
    card: &Issued,
    kind: OperationKind,
) -> Result<(CardChange, OperationQuery)> {
    let change = change(card);
    let query = about_to(subject, kind, &change.reference, &change.card_ref, None).await?;
    Ok((change, query))
}

pub async fn deposit(subject: &Subject, card: &Issued, amount: Money) -> Result<OperationReport> {
    let (request, query) = moving(subject, card, OperationKind::Deposit, amount).await?;
    let report = subject.funds()?.deposit(&subject.ctx()?, &request).await?;
    succeeded(subject, &query, report).await
}

pub async fn withdraw(subject: &Subject, card: &Issued, amount: Money) -> Result<OperationReport> {
    let (request, query) = moving(subject, card, OperationKind::Withdraw, amount).await?;
    let report = subject.funds()?.withdraw(&subject.ctx()?, &request).await?;
    succeeded(subject, &query, report).await
}

pub async fn freeze(subject: &Subject, card: &Issued) -> Result<OperationReport> {
    let (change, query) = changing(subject, card, OperationKind::Freeze).await?;
    let report = subject.cards()?.freeze(&subject.ctx()?, &change).await?;
    succeeded(subject, &query, report).await
}

pub async fn unfreeze(subject: &Subject, card: &Issued) -> Result<OperationReport> {
    let (change, query) = changing(subject, card, OperationKind::Unfreeze).await?;
    let report = subject.cards()?.unfreeze(&subject.ctx()?, &change).await?;
    succeeded(subject, &query, report).await
}

pub async fn cancel(subject: &Subject, card: &Issued) -> Result<OperationReport> {
    let (change, query) = changing(subject, card, OperationKind::Cancel).await?;
    let report = subject.cards()?.cancel(&subject.ctx()?, &change).await?;
    succeeded(subject, &query, report).await
}
