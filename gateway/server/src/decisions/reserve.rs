//! Card, controls, funds, and the hold: decided in memory, stored as one unit of work that only
//! applies to the state it was decided on.

use cardmux_domain::authorization::{
    Authorization, AuthorizationStatus, DeclineReason, Reason, RuleVersion, Shadow, Verdict,
};
use cardmux_domain::card::{Card, CardStatus};
use cardmux_domain::event::EventKind;
use cardmux_domain::ledger::Book;
use cardmux_domain::money::Decimal;
use cardmux_domain::spend_control::{
    Answers, Attempt, Question, SpendControl, Stage, check, questions,
};
use cardmux_domain::time::Timestamp;
use tokio::time::Instant;

use super::authorize::Case;
use super::book::Step;
use super::{Turn, book, told};
use crate::app::{App, AppError, Tenant};
use crate::clock;
use crate::config::TenantDecisions;
use crate::store::{self, Change, Conflict, SpendMark, Unit, WriteError};

/// How often it is decided anew after something it hangs on was changed meanwhile.
const MAX_RACES: usize = 32;

pub enum Reserved {
    /// No card of ours; there is nobody to write it down for.
    NoCard,
    /// Decided before, this way.
    Known(Verdict),
    /// Begun before and not decided.
    Undecided(Box<Authorization>),
    /// Decided by rules and funds alone.
    Decided(Box<Authorization>),
    /// Rules and funds say yes, the amount is held, and the tenant wants to be asked.
    Held(Box<Held>),
}

/// What the tenant is asked about.
pub struct Held {
    pub authorization: Authorization,
    pub endpoint: TenantDecisions,
    pub available: Decimal,
}

pub async fn reserve<'a>(app: &'a App, case: &Case) -> Result<(Reserved, Turn<'a>), AppError> {
    let request = &case.request;
    let card =
        store::cards::find_by_provider_ref(&app.store, &case.instance, &request.card_ref).await?;
    let Some(card) = card else {
        return Ok((Reserved::NoCard, None));
    };
    let tenant = app.tenants.get(&card.tenant).cloned();
    let turn = app.decisions.turn(card.drawn_on().uuid()).await;
    for _ in 0..MAX_RACES {
        if Instant::now() >= case.until {
            break;
        }
        let known = store::authorizations::find_by_provider_ref(
            &app.store,
            &case.instance,
            &request.authorization_ref,
        );
        if let Some(known) = known.await? {
            let reserved = match known.verdict {
                Some(verdict) => Reserved::Known(verdict),
                // The network has spoken before it asked us, or instead.
                None if known.status != AuthorizationStatus::Held => {
                    Reserved::Known(Verdict::Decline)
                }
                None => Reserved::Undecided(Box::new(known)),
            };
            return Ok((reserved, turn));
        }
        let facts = facts(app, case, &card).await?;
        let decided = decide(app, case, &card, tenant.as_deref(), facts)?;
        match app.store.commit(decided.unit).await {
            Ok(()) => return Ok((decided.reserved, turn)),
            Err(WriteError::Conflict(
                Conflict::Authorization(_)
                | Conflict::Book(_)
                | Conflict::Transfer(_)
                | Conflict::SpendMark(_),
            )) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(AppError::Internal(
        "its deadline came before it could be decided",
    ))
}

/// All a decision hangs on.
pub struct Facts {
    pub book: Option<Book>,
    pub controls: Vec<(SpendControl, Option<SpendMark>)>,
    pub answers: Answers,
}

async fn facts(app: &App, case: &Case, card: &Card) -> Result<Facts, AppError> {
    // The book first: whatever is counted after it belongs to this version or a later one, and with a
    // later one the unit does not apply.
    let book = store::ledger::book_of(&app.store, &card.tenant, card.drawn_on()).await?;
    let controls = store::spend_controls::covering(
        &app.store,
        &card.tenant,
        card.id,
        card.customer_id,
        card.budget_id,
    )
    .await?;
    let mut answers = Answers::default();
    for question in questions(
        controls.iter().map(|(control, _)| control),
        case.received_at,
    ) {
        match question {
            Question::Spent { scope, since } => {
                let spent = store::authorizations::spent(&app.store, &card.tenant, scope, since);
                answers.put_spent(scope, since, spent.await?);
            }
            Question::FirstMerchant { scope } => {
                let first = store::authorizations::first_merchant(&app.store, &card.tenant, scope);
                answers.put_first_merchant(scope, first.await?);
            }
        }
    }
    Ok(Facts {
        book,
        controls,
        answers,
    })
}

struct Decided {
    unit: Unit,
    reserved: Reserved,
}

fn decide(
    app: &App,
    case: &Case,
    card: &Card,
    tenant: Option<&Tenant>,
    facts: Facts,
) -> Result<Decided, AppError> {
    let now = clock::now();
    let Facts {
        book,
        controls,
        answers,
    } = facts;
    let judged = judge(case, card, book.as_ref(), &controls, &answers)?;
    let approved = judged.reasons.is_empty();
    let endpoint = tenant
        .and_then(|tenant| tenant.decisions.clone())
        .filter(|decisions| approved && decisions.endpoint.is_some());
    let asked = case.request.amount.amount;
    let authorization = Authorization {
        verdict: match (approved, &endpoint) {
            (false, _) => Some(Verdict::Decline),
            (true, None) => Some(Verdict::Approve),
            (true, Some(_)) => None,
        },
        status: match approved {
            true => AuthorizationStatus::Held,
            false => AuthorizationStatus::Declined,
        },
        reasons: judged.reasons,
        rule_versions: judged.rule_versions,
        shadow: judged.shadow,
        expires_at: approved.then(|| now.plus(app.decisions.hold)),
        ..blank(case, card, now)
    };
    let available = book.as_ref().map_or(Decimal::ZERO, |book| book.available);
    let mut step = Step::new(authorization, book, hold_cause(case), now);
    if approved {
        step.hold(asked)
            .map_err(|_| AppError::Internal("what was found available was not"))?;
    }
    let mut told = told::Told::default();
    if !case.lists_transactions {
        told = told::asked(&mut step.authorization, now);
    }
    let authorization = step.authorization.clone();
    // Of one that the tenant is still asked about, the fact follows with its word.
    let kind = match (approved, &endpoint) {
        (false, _) => Some(EventKind::AuthorizationDeclined),
        (true, None) => Some(EventKind::AuthorizationApproved),
        (true, Some(_)) => None,
    };
    let mut unit = step.into_unit(true, kind.map(|kind| (kind, asked)));
    told.into_unit(&mut unit);
    if approved {
        // Decisions under a control that counts beyond one budget cannot pass each other.
        for (control, mark) in controls {
            if let Some(mark) = mark.filter(|_| control.stage == Stage::Live) {
                unit.push(Change::UpdateSpendMark(SpendMark {
                    version: mark.version + 1,
                    ..mark
                }));
            }
        }
    }
    let reserved = match endpoint {
        None => Reserved::Decided(Box::new(authorization)),
        Some(endpoint) => Reserved::Held(Box::new(Held {
            authorization,
            endpoint,
            available: available - asked,
        })),
    };
    Ok(Decided { unit, reserved })
}

/// All that a request for a card tells, and nothing decided.
pub fn blank(case: &Case, card: &Card, now: Timestamp) -> Authorization {
    let request = &case.request;
    let mut blank = book::blank(card, &request.authorization_ref, request.amount, now);
    blank.merchant_amount = request.merchant_amount;
    blank.merchant = request.merchant.clone();
    blank.times.received_at = case.received_at;
    blank.times.evaluated_at = Some(now);
    blank
}

fn hold_cause(case: &Case) -> String {
    format!("{}:{}", case.instance, case.request.authorization_ref)
}

struct Judged {
    reasons: Vec<Reason>,
    rule_versions: Vec<RuleVersion>,
    shadow: Option<Shadow>,
}

/// Every reason to decline, in their order; and what the drafts would have said.
fn judge(
    case: &Case,
    card: &Card,
    book: Option<&Book>,
    controls: &[(SpendControl, Option<SpendMark>)],
    answers: &Answers,
) -> Result<Judged, AppError> {
    let amount = case.request.amount;
    let attempt = Attempt {
        at: case.received_at,
        amount,
        merchant: &case.request.merchant,
    };
    let of_card = card_reasons(card, case, book);
    let available = book.map_or(Decimal::ZERO, |book| book.available);
    let of_funds = (amount.is_positive() && available < amount.amount)
        .then(|| plain(DeclineReason::InsufficientFunds, None));
    let judge = |set: &[&SpendControl]| -> Result<Vec<Reason>, AppError> {
        let of_controls = check(set.iter().copied(), &attempt, answers)
            .map_err(|_| AppError::Internal("a spend control asked what nobody looked up"))?;
        let reasons = of_card.iter().cloned().chain(of_controls);
        Ok(reasons.chain(of_funds.clone()).collect())
    };
    let all = || controls.iter().map(|(control, _)| control);
    let live: Vec<_> = all().filter(|c| c.stage == Stage::Live).collect();
    let drafts: Vec<_> = all().filter(|c| c.stage == Stage::Draft).collect();
    let reasons = judge(&live)?;
    let shadow = match drafts.is_empty() {
        true => None,
        false => {
            let replaced = |c: &&&SpendControl| drafts.iter().any(|d| d.replaces == Some(c.id));
            let kept = live.iter().filter(|c| !replaced(c));
            let would: Vec<_> = kept.chain(&drafts).copied().collect();
            differing(&reasons, judge(&would)?, &drafts)
        }
    };
    Ok(Judged {
        reasons,
        rule_versions: live.into_iter().map(version).collect(),
        shadow,
    })
}

fn differing(said: &[Reason], would: Vec<Reason>, drafts: &[&SpendControl]) -> Option<Shadow> {
    (said.is_empty() != would.is_empty()).then(|| Shadow {
        verdict: match would.is_empty() {
            true => Verdict::Approve,
            false => Verdict::Decline,
        },
        reasons: would,
        drafts: drafts.iter().copied().map(version).collect(),
    })
}

fn version(control: &SpendControl) -> RuleVersion {
    RuleVersion {
        control: control.id.to_string(),
        version: control.version,
    }
}

pub fn plain(code: DeclineReason, detail: Option<String>) -> Reason {
    Reason {
        code,
        control: None,
        detail,
    }
}

/// What is in the way whatever the controls say.
fn card_reasons(card: &Card, case: &Case, book: Option<&Book>) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if card.status != CardStatus::Active {
        let detail = format!("the card is {}", card.status);
        reasons.push(plain(DeclineReason::CardNotActive, Some(detail)));
    }
    match book {
        None => reasons.push(plain(DeclineReason::NoBudget, None)),
        Some(book) if book.currency != case.request.amount.currency => {
            let detail = format!("its money is in {}", book.currency);
            reasons.push(plain(DeclineReason::CurrencyMismatch, Some(detail)));
        }
        Some(_) => {}
    }
    reasons
}

#[cfg(test)]
mod tests;
