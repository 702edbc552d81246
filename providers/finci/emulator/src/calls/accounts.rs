//! Accounts. Unverified.
//!
//! Documented: exactly one of `person_id` and `corporate_id` owns it (D). Our choice: `currency`, and
//! one account per owner and currency.

use iso_currency::Currency;
use serde_json::json;

use super::Call;
use crate::envelope::{Answered, Failure};
use crate::state::{Account, Kind, State};

pub fn create(state: &mut State, call: &Call<'_>) -> Answered {
    let person_field = call.quirks.person_field();
    let (field, kind, owner_id) = match (
        call.fields.text(person_field)?,
        call.fields.text("corporate_id")?,
    ) {
        (Some(id), None) => (person_field, Kind::Person, id),
        (None, Some(id)) => ("corporate_id", Kind::Corporate, id),
        (None, None) => return Err(call.fields.missing(person_field)),
        (Some(_), Some(_)) => return Err(call.fields.invalid("corporate_id")),
    };
    let known = |code: &str| Currency::from_code(code).is_some();
    let currency = call.fields.formed("currency", known)?;
    let owner = state.record(owner_id).ok_or(Failure::NotFound)?;
    if owner.kind != kind {
        return Err(call.fields.invalid(field));
    }
    let taken = find(state, owner_id, currency).is_some();
    if taken && !call.quirks.many_accounts {
        return Err(Failure::Conflict("ACCOUNT_EXISTS"));
    }
    let id = open(state, owner_id.to_owned(), currency.to_owned());
    Ok(json!({"account_id": id}))
}

pub fn open(state: &mut State, owner_id: String, currency: String) -> String {
    let id = state.new_id(Account::PREFIX);
    state.accounts.push(Account {
        id: id.clone(),
        owner_id,
        currency,
    });
    id
}

/// The owner's account in this currency, the first one opened.
pub fn find<'a>(state: &'a State, owner_id: &str, currency: &str) -> Option<&'a Account> {
    let mut accounts = state.accounts.iter();
    accounts.find(|one| one.owner_id == owner_id && one.currency == currency)
}
