//! Forms of fields that several calls share. All of them are our choice: no page shows them.

use time::Date;
use time::macros::format_description;

use super::Call;
use crate::envelope::Failure;
use crate::quirks::AddressMembers;
use crate::request::Fields;

fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|letter| letter.is_ascii_uppercase())
}

fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (5..=15).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit())
}

fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
}

fn is_date(text: &str) -> bool {
    Date::parse(text, format_description!("[year]-[month]-[day]")).is_ok()
}

/// Names, birth date, nationality, e-mail and phone of a private individual.
pub fn person(fields: &Fields) -> Result<(), Failure> {
    fields.required("first_name")?;
    fields.required("last_name")?;
    fields.formed("birth_date", is_date)?;
    fields.formed("nationality", is_country)?;
    contact(fields)
}

pub fn contact(fields: &Fields) -> Result<(), Failure> {
    fields.formed("email", is_email)?;
    fields.formed("phone", is_phone)?;
    Ok(())
}

pub fn country(fields: &Fields) -> Result<(), Failure> {
    fields.formed("country", is_country).map(|_| ())
}

/// A required address.
pub fn address(call: &Call<'_>, name: &str) -> Result<(), Failure> {
    let address = call.fields.object(name)?;
    if call.quirks.address_members == AddressMembers::Free {
        return Ok(());
    }
    country(&address)?;
    for member in ["city", "street", "postal_code"] {
        address.required(member)?;
    }
    Ok(())
}
