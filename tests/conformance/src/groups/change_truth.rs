//! The same honesty from the changing calls beside issue and deposit: whatever goes wrong, what the
//! error says of the outcome is so by the provider's books, and what was lost is found again.

use cardmux_domain::enrolment::EnrolmentStatus;
use cardmux_domain::money::Decimal;
use cardmux_domain::provider::{CreateKey, Outcome, Reported, SetPin, Trace};

use super::controls::controllable;
use crate::steps::changes::{Change, note, spend_limit};
use crate::steps::{self, budgets, disputes, enrolments, physical};
use crate::subject::{Fault, Subject};
use crate::trial::{Group, Result, Trial, ensure, ensure_eq, trials};

pub fn trials() -> Vec<Trial> {
    trials!(
        Group::OutcomeTruth,
        enrol_that_goes_wrong_tells_the_truth,
        update_enrolment_that_goes_wrong_tells_the_truth,
        create_budget_that_goes_wrong_tells_the_truth,
        fund_budget_that_goes_wrong_tells_the_truth,
        withdraw_budget_that_goes_wrong_tells_the_truth,
        update_controls_that_goes_wrong_tells_the_truth,
        update_note_that_goes_wrong_tells_the_truth,
        set_pin_that_goes_wrong_tells_the_truth,
        activate_that_goes_wrong_tells_the_truth,
        order_physical_that_goes_wrong_tells_the_truth,
        open_dispute_that_goes_wrong_tells_the_truth,
        cancel_dispute_that_goes_wrong_tells_the_truth,
    )
}

/// What goes wrong, what is known about it, and whether the work is done.
const FAULTS: [(Fault, Outcome, bool); 6] = [
    (Fault::Refusal, Outcome::Rejected, false),
    (Fault::DropBefore, Outcome::Unknown, false),
    (Fault::ServerErrorBefore, Outcome::Unknown, false),
    (Fault::DropAfter, Outcome::Unknown, true),
    (Fault::ServerErrorAfter, Outcome::Unknown, true),
    (Fault::GarbledAnswer, Outcome::Unknown, true),
];

/// Lets a change go wrong in every way; `prepare` makes a new one for each, by its number.
async fn tells_the_truth(
    subject: &Subject,
    prepare: impl AsyncFn(u32) -> Result<Change>,
) -> Result {
    for (number, (fault, outcome, done)) in (1..).zip(FAULTS) {
        let change = prepare(number).await?;
        let query = change.query();
        subject.world.inject(query.kind, fault).await?;
        let error = steps::failed(change.send(subject).await?)?;
        ensure_eq(error.outcome, outcome, &format!("outcome of {fault:?}"))?;
        let made = subject.world.made(&query).await?;
        ensure_eq(made, usize::from(done), &format!("done after {fault:?}"))?;
        if done {
            is_found(subject, &change).await?;
            has_no_second_effect(subject, &change).await?;
        } else {
            is_not_found(subject, &change).await?;
        }
    }
    Ok(())
}

/// Kinds that bring about a state: what became of a lost one shows in the state, or by doing it
/// again. The others must be found, or be said to be undecidable where nothing protects them from
/// being done again: a person then looks, and nobody guesses.
async fn is_found(subject: &Subject, change: &Change) -> Result {
    let query = change.query();
    let trace = match query.kind.sets() {
        true => steps::trace_of(subject, &query).await?,
        false => steps::traced(subject, &query).await?,
    };
    match trace {
        Trace::Absent => Ok(()),
        Trace::Found(report) => {
            steps::succeeded(subject, &query, *report).await?;
            Ok(())
        }
        Trace::Ambiguous(seen) => {
            let key = subject.provider.traits().create_key_of(query.kind);
            ensure_eq(key, CreateKey::None, "what protects what cannot be decided")?;
            ensure(!seen.is_empty(), || {
                "nothing is told to decide by".to_owned()
            })
        }
    }
}

async fn is_not_found(subject: &Subject, change: &Change) -> Result {
    let found = steps::look_up(subject, &change.query()).await?;
    let succeeded = found.is_some_and(|report| report.reported == Reported::Succeeded);
    ensure(!succeeded, || {
        "found as done, and was never done".to_owned()
    })
}

async fn has_no_second_effect(subject: &Subject, change: &Change) -> Result {
    let query = change.query();
    match subject.provider.traits().create_key_of(query.kind) {
        CreateKey::None => return Ok(()),
        CreateKey::Unique | CreateKey::Replay => {}
    }
    // Whatever it answers: that is tried for each key in the group "repeat".
    let _answer = change.send(subject).await?;
    ensure_eq(subject.world.made(&query).await?, 1, "done in the end")
}

async fn enrol_that_goes_wrong_tells_the_truth(subject: &Subject) -> Result {
    let card_type = enrolments::any_type(subject).await?;
    tells_the_truth(subject, async |_| {
        Ok(Change::Enrol(
            enrolments::request(subject, &card_type).await?,
        ))
    })
    .await
}

async fn update_enrolment_that_goes_wrong_tells_the_truth(subject: &Subject) -> Result {
    let card_type = enrolments::any_type(subject).await?;
    tells_the_truth(subject, async |_| {
        let (request, id) = enrolments::refused(subject, &card_type, true, "blurred").await?;
        let seen = enrolments::becomes(subject, &id, EnrolmentStatus::ActionRequired).await?;
        Ok(Change::UpdateEnrolment(enrolments::correction(
            &request,
            &seen.enrolment_ref,
        )))
    })
    .await
}

async fn create_budget_that_goes_wrong_tells_the_truth(subject: &Subject) -> Result {
    let currency = budgets::currency(subject).await?;
    tells_the_truth(subject, async |_| {
        Ok(Change::CreateBudget(budgets::request(currency)))
    })
    .await
}

async fn fund_budget_that_goes_wrong_tells_the_truth(subject: &Subject) -> Result {
    let budget = budgets::created(subject, budgets::currency(subject).await?).await?;
    tells_the_truth(subject, async |number| {
        // Each of another amount: a provider may have to be asked by it.
        let amount = Decimal::from(number);
        Ok(Change::FundBudget(budgets::move_funds(&budget, amount)))
    })
    .await?;
    budgets::becomes(subject, &budget, Decimal::from(4 + 5 + 6)).await
}

async fn withdraw_budget_that_goes_wrong_tells_the_truth(subject: &Subject) -> Result {
    let budget = budgets::funded(subject, budgets::currency(subject).await?).await?;
    tells_the_truth(subject, async |number| {
        let amount = Decimal::from(number);
        Ok(Change::WithdrawBudget(budgets::move_funds(&budget, amount)))
    })
    .await?;
    budgets::becomes(subject, &budget, Decimal::from(1000 - 4 - 5 - 6)).await
}

async fn update_controls_that_goes_wrong_tells_the_truth(subject: &Subject) -> Result {
    let card = controllable(subject).await?;
    tells_the_truth(subject, async |number| {
        Ok(Change::Controls(spend_limit(&card, Decimal::from(number))?))
    })
    .await
}

async fn update_note_that_goes_wrong_tells_the_truth(subject: &Subject) -> Result {
    subject.notes()?;
    let card = steps::issue_any(subject).await?;
    tells_the_truth(subject, async |number| {
        Ok(Change::Note(note(&card, &format!("note number {number}"))))
    })
    .await
}

async fn set_pin_that_goes_wrong_tells_the_truth(subject: &Subject) -> Result {
    subject.pins()?;
    let card = physical::activated(subject).await?;
    tells_the_truth(subject, async |number| {
        Ok(Change::Pin(SetPin {
            reference: steps::new_reference(),
            card_ref: card.card_ref.clone(),
            pin: physical::pin(&card.card_type, number)?,
        }))
    })
    .await
}

async fn activate_that_goes_wrong_tells_the_truth(subject: &Subject) -> Result {
    subject.activation()?;
    tells_the_truth(subject, async |_| {
        let card = physical::waiting(subject).await?;
        Ok(Change::Activate(
            physical::activation(subject, &card).await?,
        ))
    })
    .await
}

async fn order_physical_that_goes_wrong_tells_the_truth(subject: &Subject) -> Result {
    let card_type = physical::orderable(subject).await?;
    tells_the_truth(subject, async |_| {
        let card = steps::issue(subject, card_type.clone()).await?;
        Ok(Change::Order(physical::order(&card)))
    })
    .await
}

async fn open_dispute_that_goes_wrong_tells_the_truth(subject: &Subject) -> Result {
    tells_the_truth(subject, async |_| {
        let (card, purchase) = disputes::purchased(subject).await?;
        Ok(Change::OpenDispute(disputes::request(&card, &purchase)))
    })
    .await
}

async fn cancel_dispute_that_goes_wrong_tells_the_truth(subject: &Subject) -> Result {
    tells_the_truth(subject, async |_| {
        let dispute = disputes::opened(subject).await?;
        Ok(Change::CancelDispute(disputes::cancellation(&dispute)))
    })
    .await
}
