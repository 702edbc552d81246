//! Persons, corporates, employees. Unverified but for `external_id` and the answers' ids (D).
//!
//! Our choice: all fields are required, and looked at before `external_id` is.

use serde_json::json;

use super::{Call, accounts, form};
use crate::envelope::{Answered, Failure};
use crate::put;
use crate::state::{Kind, Record, State};

/// In what currency a corporate's account is opened with it, where it is.
const TOGETHER: &str = "EUR";

pub fn client(state: &mut State, call: &Call<'_>) -> Answered {
    let external_id = call.fields.required("external_id")?;
    form::person(call.fields)?;
    form::address(call, "address")?;
    let field = call.quirks.person_field();
    let id = add(state, Kind::Person, external_id, None, field)?;
    Ok(json!({field: id}))
}

pub fn corporate(state: &mut State, call: &Call<'_>) -> Answered {
    let external_id = call.fields.required("external_id")?;
    call.fields.required("name")?;
    call.fields.required("registration_number")?;
    form::country(call.fields)?;
    form::contact(call.fields)?;
    form::address(call, "address")?;
    let id = add(state, Kind::Corporate, external_id, None, "corporate_id")?;
    let mut made = json!({"corporate_id": id});
    if call.quirks.corporate_account {
        let account = accounts::open(state, id, TOGETHER.to_owned());
        put(&mut made, "account_id", json!(account));
    }
    Ok(made)
}

pub fn employee(state: &mut State, call: &Call<'_>) -> Answered {
    let external_id = call.fields.required("external_id")?;
    let corporate_id = call.fields.required("corporate_id")?;
    form::person(call.fields)?;
    let of = state.record(corporate_id).ok_or(Failure::NotFound)?;
    if of.kind != Kind::Corporate {
        return Err(call.fields.invalid("corporate_id"));
    }
    let corporate = Some(corporate_id.to_owned());
    let id = add(state, Kind::Employee, external_id, corporate, "employee_id")?;
    Ok(json!({"employee_id": id}))
}

/// `external_id` is unique among records of the kind (D).
fn add(
    state: &mut State,
    kind: Kind,
    external_id: &str,
    corporate_id: Option<String>,
    field: &'static str,
) -> Result<String, Failure> {
    let mut same = state.records.iter();
    let same = same.find(|one| one.kind == kind && one.external_id == external_id);
    if let Some(Record { id, .. }) = same {
        let id = id.clone();
        return Err(Failure::Duplicate { field, id });
    }
    let id = state.new_id(kind.prefix());
    state.records.push(Record {
        id: id.clone(),
        kind,
        external_id: external_id.to_owned(),
        corporate_id,
    });
    Ok(id)
}
