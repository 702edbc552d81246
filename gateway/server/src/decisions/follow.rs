//! What the network did with an authorization, in whatever order and number it is told.

use cardmux_domain::authorization::{
    Authorization, AuthorizationNotice, AuthorizationStatus, AuthorizationStep, DecidedBy,
    DeclineReason,
};
use cardmux_domain::card::Card;
use cardmux_domain::event::EventKind;
use cardmux_domain::id::InstanceId;
use cardmux_domain::ledger::LedgerRefused;
use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::provider::TransactionReport;
use cardmux_domain::time::Timestamp;
use cardmux_domain::transaction::{Transaction, TransactionKind, TransactionStatus};

use tracing::warn;

use super::book::Step;
use super::told::{self, Told};
use super::{book, record, reserve};
use crate::app::{App, AppError};
use crate::clock;
use crate::store::{self, Conflict, WriteError};

const MAX_RACES: usize = 32;

/// Take a step that a provider tells of. What moves money does so once for each fact, however often
/// it is told; what is told of an authorization nobody has heard of begins its life.
pub async fn follow(
    app: &App,
    instance: &InstanceId,
    notice: AuthorizationNotice,
) -> Result<(), AppError> {
    let card = store::cards::find_by_provider_ref(&app.store, instance, &notice.card_ref).await?;
    let Some(card) = card else {
        return Ok(());
    };
    let lists = app
        .registry
        .get(instance)
        .is_some_and(|instance| instance.provider.transactions().is_some());
    let _turn = app.decisions.turn(card.drawn_on().uuid()).await;
    for _ in 0..MAX_RACES {
        match take(app, &card, &notice, lists).await? {
            Taken::Done => return Ok(()),
            Taken::Overtaken => {}
        }
    }
    Err(AppError::Busy {
        what: "authorization",
        pending: None,
    })
}

/// The same where the provider lists its transactions, and one of them names its authorization.
pub async fn follow_transaction(
    app: &App,
    instance: &InstanceId,
    report: &TransactionReport,
) -> Result<(), AppError> {
    let (Some(authorization_ref), Some(card_ref)) = (&report.authorization_ref, &report.card_ref)
    else {
        return Ok(());
    };
    let step = match (report.kind, report.status) {
        (_, TransactionStatus::Reversed) => AuthorizationStep::Reversed,
        (_, TransactionStatus::Declined) => AuthorizationStep::Declined,
        (TransactionKind::Reversal, _) => AuthorizationStep::Reversed,
        (TransactionKind::Refund, _) => AuthorizationStep::Returned,
        (_, TransactionStatus::Pending) => AuthorizationStep::Approved,
        (_, TransactionStatus::Settled) => AuthorizationStep::Posted,
    };
    let card = store::cards::find_by_provider_ref(&app.store, instance, card_ref).await?;
    let Some(card) = card else {
        return Ok(());
    };
    // In the currency of the card, which is that of its budget: a provider may tell others besides.
    let told = [report.settled_amount, report.billing_amount, report.amount];
    let told = told
        .into_iter()
        .flatten()
        .find(|m| m.currency == card.currency);
    let Some(amount) = told else {
        warn!(%instance, transaction = report.provider_ref, "not booked: told in no currency of the card");
        return Ok(());
    };
    let amount = match step {
        // All of it.
        AuthorizationStep::Reversed if report.kind != TransactionKind::Reversal => None,
        AuthorizationStep::Approved
        | AuthorizationStep::Declined
        | AuthorizationStep::Reversed
        | AuthorizationStep::Posted
        | AuthorizationStep::Returned => Some(amount),
    };
    let positive = |money: Money| Money::new(money.amount.abs(), money.currency);
    let notice = AuthorizationNotice {
        authorization_ref: Some(authorization_ref.clone()),
        notice_ref: match (step, amount) {
            // Of one that is still held, another amount is another fact: a part was taken back.
            (AuthorizationStep::Approved, Some(amount)) => {
                format!(
                    "{}:{step}:{}",
                    report.provider_ref,
                    amount.amount.normalize()
                )
            }
            _ => format!("{}:{step}", report.provider_ref),
        },
        card_ref: card_ref.clone(),
        step,
        amount: amount.map(positive),
        merchant_amount: report.amount.map(positive),
        fee: report
            .fee
            .filter(|fee| step == AuthorizationStep::Posted && fee.currency == card.currency),
        merchant: report.merchant.clone().unwrap_or_default(),
        provider_status: report.provider_status.clone(),
        occurred_at: report.occurred_at,
    };
    follow(app, instance, notice).await
}

enum Taken {
    Done,
    Overtaken,
}

async fn take(
    app: &App,
    card: &Card,
    notice: &AuthorizationNotice,
    lists: bool,
) -> Result<Taken, AppError> {
    let now = clock::now();
    let provider_ref = notice
        .authorization_ref
        .as_ref()
        .unwrap_or(&notice.notice_ref);
    let known =
        store::authorizations::find_by_provider_ref(&app.store, &card.instance, provider_ref)
            .await?;
    let is_new = known.is_none();
    let authorization = known.unwrap_or_else(|| unheard_of(card, provider_ref, notice, now));
    let book =
        store::ledger::book_of(&app.store, &authorization.tenant, authorization.drawn_on()).await?;
    // Its money is the provider's, and no book would tell a repetition.
    if lists && book.is_none() {
        return Ok(Taken::Done);
    }
    if let Some(book) = &book
        && notice
            .amount
            .is_some_and(|amount| amount.currency != book.currency)
    {
        return Err(AppError::Internal(
            "a notice of an authorization is in another currency than its money",
        ));
    }
    let transaction = told::known(app, &authorization).await?;
    let cause = format!("{}:{}", card.instance, notice.notice_ref);
    let mut step = Step::new(authorization, book, cause, now);
    let stepped = apply(app, &mut step, notice, is_new, now)
        .map_err(|_: LedgerRefused| AppError::Internal("a movement of money was refused"))?;
    let Some((kind, amount)) = stepped else {
        return Ok(Taken::Done);
    };
    let mut told = Told::default();
    if !lists {
        told = told_of(&mut step.authorization, transaction, notice, amount, now);
    }
    let mut unit = step.into_unit(is_new, Some((kind, amount)));
    told.into_unit(&mut unit);
    match app.store.commit(unit).await {
        Ok(()) => Ok(Taken::Done),
        // This very fact is booked already.
        Err(WriteError::Conflict(Conflict::Transfer(_))) => Ok(Taken::Done),
        Err(error) if record::is_race(&error) => Ok(Taken::Overtaken),
        Err(error) => Err(error.into()),
    }
}

/// What the step changes: the fact to tell and its amount, or nothing where all of it is known.
fn apply(
    app: &App,
    step: &mut Step,
    notice: &AuthorizationNotice,
    is_new: bool,
    now: Timestamp,
) -> Result<Option<(EventKind, Decimal)>, LedgerRefused> {
    let amount = notice.amount.map(|money| money.amount);
    let asked = step.authorization.amount.amount;
    Ok(match notice.step {
        AuthorizationStep::Approved => {
            if let Some(left) = amount.filter(|_| !is_new)
                && step.authorization.status == AuthorizationStatus::Held
                && left < step.authorization.held
            {
                let released = step.release(Some(step.authorization.held - left))?;
                return Ok(Some((EventKind::AuthorizationReversed, released)));
            }
            if !is_new && step.authorization.status != AuthorizationStatus::Declined {
                return Ok(None);
            }
            // We said no, or nothing, and the network said yes: it is going to be presented.
            step.force_hold(amount.unwrap_or(asked))?;
            let authorization = &mut step.authorization;
            authorization.status = AuthorizationStatus::Held;
            authorization.decided_by = DecidedBy::Provider;
            authorization.expires_at = Some(now.plus(app.decisions.hold));
            Some((EventKind::AuthorizationApproved, amount.unwrap_or(asked)))
        }
        AuthorizationStep::Declined => {
            if !is_new && step.authorization.status != AuthorizationStatus::Held {
                return Ok(None);
            }
            step.release(None)?;
            let authorization = &mut step.authorization;
            authorization.status = AuthorizationStatus::Declined;
            authorization.decided_by = DecidedBy::Provider;
            let detail = Some(notice.provider_status.clone());
            let reason = reserve::plain(DeclineReason::DeclinedByProvider, detail);
            authorization.reasons.push(reason);
            Some((EventKind::AuthorizationDeclined, asked))
        }
        AuthorizationStep::Reversed => {
            let released = step.release(amount)?;
            let authorization = &mut step.authorization;
            if released.is_zero() && !is_new {
                return Ok(None);
            }
            let nothing_left = authorization.held.is_zero();
            if is_new || (nothing_left && authorization.status == AuthorizationStatus::Held) {
                authorization.status = AuthorizationStatus::Reversed;
            }
            Some((EventKind::AuthorizationReversed, released))
        }
        AuthorizationStep::Posted => {
            let posted = amount.unwrap_or(asked);
            step.post(posted)?;
            step.charge(notice.fee.map_or(Decimal::ZERO, |fee| fee.amount.abs()))?;
            step.authorization.status = AuthorizationStatus::Posted;
            Some((EventKind::AuthorizationPosted, posted))
        }
        AuthorizationStep::Returned => {
            let returned = amount.unwrap_or(asked);
            step.give_back(returned)?;
            step.authorization.status = AuthorizationStatus::Returned;
            Some((EventKind::AuthorizationReturned, returned))
        }
    })
}

/// The transactions of a step, of a provider that has no list of them.
fn told_of(
    authorization: &mut Authorization,
    transaction: Option<Transaction>,
    notice: &AuthorizationNotice,
    amount: Decimal,
    now: Timestamp,
) -> Told {
    let undoes = match notice.step {
        AuthorizationStep::Reversed => Some(TransactionKind::Reversal),
        AuthorizationStep::Returned => Some(TransactionKind::Refund),
        AuthorizationStep::Approved | AuthorizationStep::Declined | AuthorizationStep::Posted => {
            None
        }
    };
    match (undoes, transaction) {
        (Some(kind), known) => {
            let undone = told::undone(authorization, kind, notice, amount, now);
            match known {
                Some(known) => told::went_on(known, authorization, now).and(undone),
                None => undone,
            }
        }
        (None, Some(transaction)) => told::went_on(transaction, authorization, now),
        (None, None) => told::asked(authorization, now),
    }
}

/// A life that begins with something we were not asked about.
fn unheard_of(
    card: &Card,
    provider_ref: &str,
    notice: &AuthorizationNotice,
    now: Timestamp,
) -> Authorization {
    let nothing = Money::new(Decimal::ZERO, card.currency);
    let amount = notice.amount.unwrap_or(nothing);
    Authorization {
        merchant_amount: notice.merchant_amount,
        merchant: notice.merchant.clone(),
        decided_by: DecidedBy::Provider,
        ..book::blank(card, provider_ref, amount, now)
    }
}
