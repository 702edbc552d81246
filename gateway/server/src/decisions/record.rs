//! What was answered, written down after the hold.

use cardmux_domain::authorization::{
    Authorization, AuthorizationStatus, DecidedBy, DeclineReason, Verdict,
};
use cardmux_domain::event::EventKind;
use cardmux_domain::id::{AuthorizationId, TenantId};
use cardmux_domain::time::Timestamp;
use tokio::time::Instant;
use tracing::{error, warn};

use super::authorize::Case;
use super::book::Step;
use super::{reserve, told};
use crate::app::{App, AppError};
use crate::clock;
use crate::store::{self, Change, Conflict, Unit, WriteError};

const MAX_RACES: usize = 32;

/// The last word on an authorization that is held.
pub struct Closing {
    pub verdict: Verdict,
    pub by: DecidedBy,
    pub note: Option<String>,
    pub endpoint_at: Timestamp,
}

/// Store the last word, and give back what was held where it is no. One that has a last word already
/// keeps it.
pub async fn close(
    app: &App,
    id: AuthorizationId,
    tenant: &TenantId,
    closing: &Closing,
) -> Result<Authorization, AppError> {
    for _ in 0..MAX_RACES {
        let known = store::authorizations::get(&app.store, tenant, id).await?;
        let known = known.ok_or(AppError::Internal("an authorization was lost"))?;
        // Or the network has spoken meanwhile.
        if known.verdict.is_some() || known.status != AuthorizationStatus::Held {
            return Ok(known);
        }
        let decided = Authorization {
            verdict: Some(closing.verdict),
            decided_by: closing.by,
            ..known
        };
        if let Some(stored) = store_word(app, decided, closing).await? {
            return Ok(stored);
        }
    }
    Err(AppError::Internal("an authorization changed all the time"))
}

/// `None` where something else came first.
async fn store_word(
    app: &App,
    mut authorization: Authorization,
    closing: &Closing,
) -> Result<Option<Authorization>, AppError> {
    let now = clock::now();
    authorization.facts.beyond_rules = Some(closing.verdict);
    authorization.times.endpoint_at = Some(closing.endpoint_at);
    let asked = authorization.amount.amount;
    match closing.verdict {
        Verdict::Approve => {
            let cause = String::new();
            let step = Step::new(authorization, None, cause, now);
            finish(app, step, (EventKind::AuthorizationApproved, asked), now).await
        }
        Verdict::Decline => {
            let code = match closing.by {
                DecidedBy::Endpoint => DeclineReason::DeclinedByEndpoint,
                DecidedBy::StandIn => DeclineReason::DeclinedByStandIn,
                DecidedBy::Rules | DecidedBy::Deadline | DecidedBy::Provider => {
                    DeclineReason::DeadlineReached
                }
            };
            let reason = reserve::plain(code, closing.note.clone());
            authorization.reasons.push(reason);
            decline(app, authorization, now).await
        }
    }
}

/// Give back what is held and call it declined.
async fn decline(
    app: &App,
    authorization: Authorization,
    now: Timestamp,
) -> Result<Option<Authorization>, AppError> {
    let asked = authorization.amount.amount;
    let book =
        store::ledger::book_of(&app.store, &authorization.tenant, authorization.drawn_on()).await?;
    let cause = format!("{}:declined", authorization.id);
    let mut step = Step::new(authorization, book, cause, now);
    step.release(None)
        .map_err(|_| AppError::Internal("a hold is not in the book"))?;
    if step.authorization.status == AuthorizationStatus::Held {
        step.authorization.status = AuthorizationStatus::Declined;
    }
    finish(app, step, (EventKind::AuthorizationDeclined, asked), now).await
}

async fn finish(
    app: &App,
    step: Step,
    told: (EventKind, cardmux_domain::money::Decimal),
    now: Timestamp,
) -> Result<Option<Authorization>, AppError> {
    let mut stored = step.authorization.clone();
    stored.version += 1;
    let transaction = told::known(app, &stored).await?;
    let mut unit = step.into_unit(false, Some(told));
    if let Some(transaction) = transaction {
        told::went_on(transaction, &stored, now).into_unit(&mut unit);
    }
    match app.store.commit(unit).await {
        Ok(()) => Ok(Some(stored)),
        Err(WriteError::Conflict(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The answer left as no although something else may be stored, or nothing: make the books say so.
/// What cannot be stored even now is left to the provider's advice and to the hold's expiry.
pub async fn declined_by_deadline(app: &App, case: &Case) {
    for _ in 0..MAX_RACES {
        match try_declined_by_deadline(app, case).await {
            Ok(true) => return,
            Ok(false) => {}
            Err(error) => {
                error!(instance = %case.instance, "a decision could not be written down: {error}");
                return;
            }
        }
    }
    warn!(instance = %case.instance, "a decision was overtaken each time it was written down");
}

async fn try_declined_by_deadline(app: &App, case: &Case) -> Result<bool, AppError> {
    let request = &case.request;
    let known = store::authorizations::find_by_provider_ref(
        &app.store,
        &case.instance,
        &request.authorization_ref,
    );
    let now = clock::now();
    match known.await? {
        Some(known) if known.verdict == Some(Verdict::Decline) => Ok(true),
        Some(mut known) => {
            known.verdict = Some(Verdict::Decline);
            known.decided_by = DecidedBy::Deadline;
            let reason = reserve::plain(DeclineReason::DeadlineReached, None);
            known.reasons.push(reason);
            Ok(decline(app, known, now).await?.is_some())
        }
        None => {
            let card =
                store::cards::find_by_provider_ref(&app.store, &case.instance, &request.card_ref);
            let Some(card) = card.await? else {
                return Ok(true);
            };
            let mut authorization = Authorization {
                verdict: Some(Verdict::Decline),
                decided_by: DecidedBy::Deadline,
                reasons: vec![reserve::plain(DeclineReason::DeadlineReached, None)],
                ..reserve::blank(case, &card, now)
            };
            authorization.times.evaluated_at = None;
            let told = match case.lists_transactions {
                true => told::Told::default(),
                false => told::asked(&mut authorization, now),
            };
            let asked = authorization.amount.amount;
            let step = Step::new(authorization, None, String::new(), now);
            let kind = EventKind::AuthorizationDeclined;
            let mut unit = step.into_unit(true, Some((kind, asked)));
            told.into_unit(&mut unit);
            match app.store.commit(unit).await {
                Ok(()) => Ok(true),
                Err(WriteError::Conflict(_)) => Ok(false),
                Err(error) => Err(error.into()),
            }
        }
    }
}

/// When the answer left. Not worth an error: it is one of four times.
pub async fn answered(app: &App, authorization: &Authorization) {
    let mark = Change::MarkAnswered {
        authorization: authorization.id,
        at: clock::now(),
    };
    if let Err(error) = app.store.commit(Unit::new().with(mark)).await {
        warn!(authorization = %authorization.id, "the time of its answer was not stored: {error}");
    }
}

/// What another node says of an authorization it has begun, if it says it in time.
pub async fn decided_elsewhere(
    app: &App,
    authorization: &Authorization,
    until: Instant,
) -> Option<Verdict> {
    const LOOK: std::time::Duration = std::time::Duration::from_millis(20);
    loop {
        if Instant::now() + LOOK >= until {
            return None;
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "another node decides; bounded by the deadline"
        )]
        tokio::time::sleep(LOOK).await;
        let look = store::authorizations::get(&app.store, &authorization.tenant, authorization.id);
        let known = tokio::time::timeout_at(until, look).await.ok()?.ok()??;
        if known.verdict.is_some() {
            return known.verdict;
        }
    }
}

/// Whether a conflict only says that something else came first.
pub fn is_race(error: &WriteError) -> bool {
    matches!(
        error,
        WriteError::Conflict(
            Conflict::Authorization(_)
                | Conflict::Book(_)
                | Conflict::Transaction(_)
                | Conflict::SpendMark(_)
        )
    )
}
