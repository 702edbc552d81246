//! Cardholders: taking them on, their audit, their update.
//!
//! Documented: statuses and where they come from (2.3); e-mail and ID number are unique per card type
//! (W-int); update at `reject` of `admin` only (6.3); a `merchantOrderNo` is unique over everything.
//! Assumed: rejected holders keep their e-mail and ID number; the model must be that of the BIN
//! ("The BIN not support the model", W-prod); an update keeps order number and card type.

mod audit;
mod form;
mod full_form;
mod rules;

use crate::card_types;
use crate::envelope::Failure;
use crate::orders;
use crate::script::Verdict;
use crate::state::{AuditStatus, Holder, Location, State};

pub use self::audit::Timing;
pub use self::form::{FULL, Form, SHORT};

/// A holder's first id: five or six digits are documented.
const FIRST_ID: u64 = 620_000;

/// Takes a holder on; its id.
pub fn create(
    state: &mut State,
    merchant_order_no: String,
    card_type_id: &str,
    form: Form,
    timing: Timing,
) -> Result<u64, Failure> {
    orders::claim(state, &merchant_order_no)?;
    let card_type = card_types::find(card_type_id).ok_or_else(|| {
        Failure::business("cardTypeId parameter error: the card type does not exist")
    })?;
    form.check(&card_type, state, timing.now_ms)?;
    form.check_unique(state, card_type.id, None)?;
    let id = FIRST_ID + state.next_number();
    state.references.insert(merchant_order_no.clone());
    state.holders.push(Holder {
        id,
        merchant_order_no,
        card_type_id: card_type.id,
        model: form.model,
        form: form.values,
        status: AuditStatus::WaitAudit,
        location: Location::Admin,
        description: None,
        verdict: Verdict::Wait,
        created_at: timing.now_ms,
        updated_at: timing.now_ms,
        review_at: timing.now_ms,
        final_at: timing.now_ms,
        visible_at: timing.visible_at,
    });
    Ok(id)
}

/// Corrects a rejected holder, who is then audited again.
pub fn update(state: &mut State, id: &str, form: Form, timing: Timing) -> Result<u64, Failure> {
    let holder = known(state, id)?;
    if (holder.status, holder.location) != (AuditStatus::Reject, Location::Admin) {
        return Err(Failure::business(format!(
            "Not possible while the cardholder is {} at {}",
            holder.status.word(),
            holder.location.word()
        )));
    }
    let id = holder.id;
    let card_type = card_types::find(&holder.card_type_id.to_string()).ok_or(Failure::Server)?;
    form.check(&card_type, state, timing.now_ms)?;
    form.check_unique(state, card_type.id, Some(id))?;
    if let Some(holder) = state.holder_mut(id) {
        holder.model = form.model;
        holder.form = form.values;
        holder.status = AuditStatus::WaitAudit;
        holder.description = None;
        holder.updated_at = timing.now_ms;
    }
    Ok(id)
}

pub fn known<'a>(state: &'a State, id: &str) -> Result<&'a Holder, Failure> {
    let mut holders = state.holders.iter();
    holders
        .find(|holder| holder.id.to_string() == id)
        .ok_or_else(|| Failure::business("The cardholder does not exist"))
}
