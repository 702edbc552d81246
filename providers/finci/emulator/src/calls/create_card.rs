//! Issuing. The fields are documented, the path is not (D, U).
//!
//! Documented: one holder, a person or an employee, never the corporate; the account comes first;
//! `delivery_address` and `express_delivery` always; a lone space is a legal embossing name; the
//! statuses `new` and `active`, the stages `digital` and `plastic_not_delivered` (D). Our choice: all
//! but `expiration_date` required (four years when absent), the alphabet, 26 characters, the account
//! in the product's currency, and a plastic only where the product has one. Not idempotent.

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::{Call, accounts, form};
use crate::envelope::{Answered, Failure};
use crate::products::{self, Product};
use crate::quirks::{Alphabet, CardAccount, Echo, ExpressForm};
use crate::state::{Account, Card, Kind, Record, Stage, State, Status};

/// How long a card lives when the caller does not say.
const YEARS: i32 = 4;

pub fn create(state: &mut State, call: &Call<'_>) -> Answered {
    let (holder_id, owner_id, owner_kind) = holder(state, call)?;
    let product_id = call.fields.integer("product_id")?;
    let product = products::find(product_id).filter(|one| one.owner == owner_kind);
    let product = product.ok_or_else(|| call.fields.invalid("product_id"))?;
    let embossing_name = embossing_name(call)?;
    let expiration_date = expiration(call)?;
    let status = match call.fields.required("token_status")? {
        "new" => Status::New,
        "active" => Status::Active,
        _ => return Err(call.fields.invalid("token_status")),
    };
    let stage = match call.fields.required("token_stage")? {
        "digital" => Stage::Digital,
        "plastic_not_delivered" if product.plastic => Stage::PlasticNotDelivered,
        _ => return Err(call.fields.invalid("token_stage")),
    };
    form::address(call, "delivery_address")?;
    express_delivery(call)?;
    let account_id = account(state, call, &owner_id, product)?.id.clone();
    let token_id = state.new_id(Card::PREFIX);
    let card = Card {
        token_id: token_id.clone(),
        owner_id,
        holder_id,
        account_id,
        currency: product.currency.to_owned(),
        product_id,
        embossing_name,
        card_number: state.new_mask(),
        expiration_date,
        status,
        stage,
        visible_at: call.visible_at,
    };
    state.cards.push(card);
    Ok(json!({"token_id": token_id}))
}

/// Holder, owner of the account, and what the owner is.
fn holder(state: &State, call: &Call<'_>) -> Result<(String, String, Kind), Failure> {
    let invalid = || Failure::Refused("HOLDER_INVALID".into());
    let person_field = call.quirks.person_field();
    let person = call.fields.text(person_field)?;
    let employee = call.fields.text("employee_id")?;
    let corporate = call.fields.text("corporate_id")?;
    let corporate = corporate.filter(|_| call.quirks.corporate_holder);
    let (kind, id) = match (person, employee, corporate) {
        (Some(id), None, None) => (Kind::Person, id),
        (None, Some(id), None) => (Kind::Employee, id),
        (None, None, Some(id)) => (Kind::Corporate, id),
        (None, None, None) => return Err(call.fields.missing(person_field)),
        _ => return Err(invalid()),
    };
    let holder = state.record(id).ok_or(Failure::NotFound)?;
    if holder.kind != kind {
        return Err(invalid());
    }
    let Record {
        id, corporate_id, ..
    } = holder.clone();
    Ok(match corporate_id {
        Some(corporate_id) => (id, corporate_id, Kind::Corporate),
        None => (id.clone(), id, kind),
    })
}

fn account<'a>(
    state: &'a State,
    call: &Call<'_>,
    owner_id: &str,
    product: &Product,
) -> Result<&'a Account, Failure> {
    match call.quirks.card_account {
        CardAccount::Sole => accounts::find(state, owner_id, product.currency)
            .ok_or_else(|| Failure::Refused("ACCOUNT_MISSING".into())),
        CardAccount::Named => {
            let id = call.fields.required("account_id")?;
            let account = state.accounts.iter().find(|one| one.id == id);
            let account = account.ok_or(Failure::NotFound)?;
            let fits = account.owner_id == owner_id && account.currency == product.currency;
            if fits {
                Ok(account)
            } else {
                Err(call.fields.invalid("account_id"))
            }
        }
    }
}

fn embossing_name(call: &Call<'_>) -> Result<String, Failure> {
    let name = call.fields.raw_text("embossing_name")?;
    let name = name.ok_or_else(|| call.fields.missing("embossing_name"))?;
    let allowed = |letter: char| match call.quirks.embossing_alphabet {
        Alphabet::Restricted => letter.is_ascii_alphanumeric() || " .-'/&".contains(letter),
        Alphabet::Any => true,
    };
    let length = name.chars().count();
    if length == 0 || length > call.quirks.embossing_max || !name.chars().all(allowed) {
        return Err(call.fields.invalid("embossing_name"));
    }
    Ok(match call.quirks.embossing_echo {
        Echo::Upper => name.to_uppercase(),
        Echo::AsSent => name.to_owned(),
    })
}

/// `YYYY-MM`, not over yet.
fn expiration(call: &Call<'_>) -> Result<String, Failure> {
    let now = OffsetDateTime::from_unix_timestamp(call.now_ms.div_euclid(1000))
        .unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let this_month = (now.year(), u8::from(now.month()));
    let Some(text) = call.fields.text("expiration_date")? else {
        if call.quirks.expiration_required {
            return Err(call.fields.missing("expiration_date"));
        }
        return Ok(format!("{:04}-{:02}", now.year() + YEARS, this_month.1));
    };
    let parsed = text.split_once('-').and_then(|(year, month)| {
        let formed = year.len() == 4 && month.len() == 2;
        let month: u8 = month
            .parse()
            .ok()
            .filter(|month| (1..=12).contains(month))?;
        let year: i32 = year.parse().ok().filter(|_| formed)?;
        Some((year, month))
    });
    if parsed.is_some_and(|month| month >= this_month) {
        Ok(text.to_owned())
    } else {
        Err(call.fields.invalid("expiration_date"))
    }
}

fn express_delivery(call: &Call<'_>) -> Result<(), Failure> {
    let name = "express_delivery";
    let value = call.fields.value(name);
    match value.ok_or_else(|| call.fields.missing(name))? {
        Value::Bool(_) => Ok(()),
        Value::String(text)
            if call.quirks.express_delivery == ExpressForm::Any
                && ["true", "false"].contains(&text.as_str()) =>
        {
            Ok(())
        }
        Value::Null | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
            Err(call.fields.invalid(name))
        }
    }
}
