use cardmux_domain::authorization::{
    Authorization, AuthorizationNotice, AuthorizationStatus, AuthorizationStep,
};
use cardmux_domain::event::EventKind;
use cardmux_domain::time::Timestamp;
use cardmux_domain::transaction::TransactionKind;

use super::book::Step;
use super::{record, told};
use crate::app::{App, AppError};
use crate::clock;
use crate::store;

/// Holds whose time is over; see [`crate::store::claim`].
pub async fn lease(
    app: &App,
    now: Timestamp,
    lease_until: Timestamp,
    limit: u64,
) -> Result<Vec<Authorization>, AppError> {
    Ok(store::authorizations::claim_expiring(&app.store, now, lease_until, limit).await?)
}

/// Give back what is still held: nobody is going to present it. One that changed meanwhile is left to
/// the next look.
pub async fn expire(app: &App, claimed: &Authorization) -> Result<(), AppError> {
    let _turn = app.decisions.turn(claimed.drawn_on().uuid()).await;
    let now = clock::now();
    let known = store::authorizations::get(&app.store, &claimed.tenant, claimed.id).await?;
    let Some(known) = known.filter(|known| !known.held.is_zero()) else {
        return Ok(());
    };
    let lists = app
        .registry
        .get(&known.instance)
        .is_some_and(|instance| instance.provider.transactions().is_some());
    let book = store::ledger::book_of(&app.store, &known.tenant, known.drawn_on()).await?;
    let transaction = told::known(app, &known).await?;
    let cause = format!("{}:expired", known.id);
    let mut step = Step::new(known, book, cause.clone(), now);
    let released = step
        .release(None)
        .map_err(|_| AppError::Internal("a hold is not in the book"))?;
    if step.authorization.status == AuthorizationStatus::Held {
        step.authorization.status = AuthorizationStatus::Expired;
    }
    let told = match lists {
        true => told::Told::default(),
        false => {
            let notice = AuthorizationNotice {
                authorization_ref: Some(step.authorization.provider_ref.clone()),
                notice_ref: cause,
                card_ref: String::new(),
                step: AuthorizationStep::Reversed,
                amount: None,
                merchant_amount: None,
                fee: None,
                merchant: step.authorization.merchant.clone(),
                provider_status: "expired".to_owned(),
                occurred_at: now,
            };
            let kind = TransactionKind::Reversal;
            let undone = told::undone(&step.authorization, kind, &notice, released, now);
            match transaction {
                Some(known) => told::went_on(known, &step.authorization, now).and(undone),
                None => undone,
            }
        }
    };
    let kind = EventKind::AuthorizationExpired;
    let mut unit = step.into_unit(false, Some((kind, released)));
    told.into_unit(&mut unit);
    match app.store.commit(unit).await {
        Err(error) if record::is_race(&error) => Ok(()),
        other => Ok(other?),
    }
}
