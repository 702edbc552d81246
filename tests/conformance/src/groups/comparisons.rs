//! Movements of money that leave no trace but a changed card: told by comparison, never guessed.

use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{MoveFunds, OperationQuery, Outcome, Trace};

use crate::steps::{self, Issued, spending};
use crate::subject::{Fault, Subject};
use crate::trial::{Group, Result, Stop, Trial, ensure, ensure_eq, trials};

pub fn trials() -> Vec<Trial> {
    trials!(
        Group::OutcomeTruth,
        find_by_comparison_tells_done_from_not_done,
        find_by_comparison_is_ambiguous_when_other_money_moved,
    )
}

fn needs_comparison(subject: &Subject, kind: OperationKind) -> Result {
    match subject.provider.traits().compared.contains(&kind) {
        true => Ok(()),
        false => Err(Stop::Unsupported("operations told by comparison")),
    }
}

/// Sends it so that its answer is lost, with the work done or not.
async fn lost(subject: &Subject, kind: OperationKind, request: &MoveFunds, fault: Fault) -> Result {
    subject.world.inject(kind, fault).await?;
    let (funds, ctx) = (subject.funds()?, subject.ctx()?);
    let answer = match kind == OperationKind::Deposit {
        true => funds.deposit(&ctx, request).await,
        false => funds.withdraw(&ctx, request).await,
    };
    let error = steps::failed(answer)?;
    ensure_eq(error.outcome, Outcome::Unknown, "outcome")
}

fn part(amount: Money) -> Money {
    Money::new(Decimal::new(150, 2), amount.currency)
}

async fn find_by_comparison_tells_done_from_not_done(subject: &Subject) -> Result {
    for kind in [OperationKind::Deposit, OperationKind::Withdraw] {
        needs_comparison(subject, kind)?;
        let card = spending::loaded(subject).await?;
        let amount = match kind == OperationKind::Deposit {
            true => steps::amount_for(&card),
            false => part(steps::amount_for(&card)),
        };
        let (request, asked) = steps::moving(subject, &card, kind, amount).await?;
        lost(subject, kind, &request, Fault::DropBefore).await?;
        let trace = steps::trace_of(subject, &asked).await?;
        ensure_eq(trace, Trace::Absent, "what was never done")?;

        let (request, asked) = steps::moving(subject, &card, kind, amount).await?;
        lost(subject, kind, &request, Fault::DropAfter).await?;
        let report = steps::found(subject, &asked).await?;
        ensure_eq(report.amount, Some(amount), "amount")?;
        ensure_eq(report.subject_ref.as_ref(), Some(&card.card_ref), "card")?;
        steps::succeeded(subject, &asked, report).await?;
        // Without what was there before, nothing can be told.
        let blind = OperationQuery {
            before: None,
            ..asked.clone()
        };
        let trace = steps::trace_of(subject, &blind).await?;
        ensure(matches!(trace, Trace::Ambiguous(_)), || {
            format!("told without a comparison: {trace:?}")
        })?;
        // Nor is a movement of another amount the one that is looked for.
        let other = OperationQuery {
            amount: Some(Money::new(amount.amount + Decimal::ONE, amount.currency)),
            ..asked
        };
        undecided(steps::trace_of(subject, &other).await?)?;
    }
    Ok(())
}

fn undecided(trace: Trace) -> Result {
    match trace {
        Trace::Ambiguous(seen) => ensure(!seen.is_empty(), || {
            "nothing is told to decide by".to_owned()
        }),
        Trace::Found(_) | Trace::Absent => Err(steps::broken(format!("decided: {trace:?}"))),
    }
}

/// Spending beside it; where running totals leave that out, it must be told all the same.
async fn find_by_comparison_is_ambiguous_when_other_money_moved(subject: &Subject) -> Result {
    let kind = OperationKind::Deposit;
    needs_comparison(subject, kind)?;
    subject.simulator()?;
    let card = spending::loaded(subject).await?;
    let amount = steps::amount_for(&card);
    // Spending that just takes away what came leaves the balance as it was.
    for (fault, done, spent) in [
        (Fault::DropAfter, true, amount.amount),
        (Fault::DropAfter, true, Decimal::ONE),
        (Fault::DropBefore, false, Decimal::ONE),
    ] {
        let (request, asked) = steps::moving(subject, &card, kind, amount).await?;
        lost(subject, kind, &request, fault).await?;
        spending::spend(subject, &card, spent).await?;
        let trace = steps::trace_of(subject, &asked).await?;
        let totals = asked
            .before
            .is_some_and(|before| before.deposited.is_some());
        match (totals, done) {
            (false, _) => undecided(trace)?,
            (true, true) => {
                let report = trace.found();
                let report = report.ok_or_else(|| steps::broken("not told by its totals"))?;
                ensure_eq(report.amount, asked.amount, "amount")?;
            }
            (true, false) => ensure_eq(trace, Trace::Absent, "what was never done")?,
        }
        another_deposit(subject, &card, amount).await?;
    }
    Ok(())
}

/// Another deposit beside the lost one: whoever did which cannot be told.
async fn another_deposit(subject: &Subject, card: &Issued, amount: Money) -> Result {
    let kind = OperationKind::Deposit;
    let (request, asked) = steps::moving(subject, card, kind, amount).await?;
    lost(subject, kind, &request, Fault::DropAfter).await?;
    steps::deposit(subject, card, part(amount)).await?;
    undecided(steps::trace_of(subject, &asked).await?)
}
