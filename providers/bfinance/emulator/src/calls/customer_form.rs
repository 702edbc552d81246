//! What `POST /customers` takes: the new shape (S2) and the old one (S1).
//!
//! Documented: the fields, which are required, the two address vocabularies, that answers speak of
//! `country`/`zipCode` (S1, S2). Assumed: what tells the shapes apart when both are served; dates are
//! `YYYY-MM-DD`; document images are not looked into (encoding and size are unknown, 18).

use serde_json::{Map, Value, json};

use crate::envelope::Failure;
use crate::quirks::{CustomerFields, Quirks};
use crate::request::Fields;

pub struct Form {
    pub kind: String,
    pub data: Value,
    pub nationality: Option<String>,
    pub names: [Option<String>; 2],
}

const TEXTS: [&str; 7] = [
    "firstName",
    "lastName",
    "birthDate",
    "nationality",
    "email",
    "phone",
    "nationalId",
];

pub fn parse(fields: &Fields, quirks: &Quirks) -> Result<Form, Failure> {
    let address = fields.object("address")?;
    let speaks_old = address.as_ref().is_some_and(|address| {
        address.value("country").is_some() || address.value("zipCode").is_some()
    });
    let old = match quirks.customer_fields {
        CustomerFields::Either => speaks_old,
        CustomerFields::New => false,
        CustomerFields::Old => true,
    };
    let kinds: &[&str] = if old {
        &["individual"]
    } else {
        &["individual", "business"]
    };
    let kind = fields.one_of("type", kinds)?;
    let mut data = Map::new();
    for name in TEXTS {
        let text = fields.text(name)?;
        if text.is_none() && old && name != "nationalId" {
            return Err(Failure::invalid(format!("{name} is required")));
        }
        if let Some(text) = text {
            data.insert(name.to_owned(), json!(text));
        }
    }
    let nationality = fields.text("nationality")?;
    check_texts(fields, nationality.as_deref())?;
    if let Some(address) = address {
        data.insert("address".to_owned(), place(&address, old)?);
    } else if old {
        return Err(Failure::invalid("address is required"));
    }
    if !old {
        if fields.value("level").is_some() {
            let level = fields.one_of("level", &["minimum", "basic", "advanced"])?;
            data.insert("level".to_owned(), json!(level));
        }
        check_documents(fields)?;
    }
    let names = [fields.text("firstName")?, fields.text("lastName")?];
    Ok(Form {
        kind,
        data: Value::Object(data),
        nationality,
        names,
    })
}

fn check_texts(fields: &Fields, nationality: Option<&str>) -> Result<(), Failure> {
    if nationality.is_some_and(|code| !is_country(code)) {
        return Err(Failure::invalid("nationality must be an ISO-3 code"));
    }
    if fields
        .text("email")?
        .is_some_and(|mail| !mail.contains('@'))
    {
        return Err(Failure::invalid("email must be an e-mail address"));
    }
    if fields
        .text("birthDate")?
        .is_some_and(|date| !is_date(&date))
    {
        return Err(Failure::invalid("birthDate must be YYYY-MM-DD"));
    }
    Ok(())
}

/// Three capital letters (ISO-3).
pub fn is_country(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_date(text: &str) -> bool {
    let parts: Vec<Option<u32>> = text.split('-').map(|part| part.parse().ok()).collect();
    match parts.as_slice() {
        [Some(_), Some(month), Some(day)] => {
            text.len() == 10 && (1..=12).contains(month) && (1..=31).contains(day)
        }
        _ => false,
    }
}

/// The address in the words of the answers.
fn place(address: &Fields, old: bool) -> Result<Value, Failure> {
    let (country, code) = if old {
        ("country", "zipCode")
    } else {
        ("countryCode", "postalCode")
    };
    // In the new shape none is marked as required (2.1); what an address is without is assumed.
    let optional: &[&str] = if old { &["line2"] } else { &["line2", "state"] };
    let mut shown = Map::new();
    let pairs = [
        ("line1", "line1"),
        ("line2", "line2"),
        ("city", "city"),
        ("state", "state"),
        (country, "country"),
        (code, "zipCode"),
    ];
    for (sent, answered) in pairs {
        let text = match address.text(sent)? {
            None if !optional.contains(&sent) => {
                return Err(Failure::invalid(format!("address.{sent} is required")));
            }
            text => text,
        };
        if answered == "country" && text.as_deref().is_some_and(|code| !is_country(code)) {
            return Err(Failure::invalid(format!(
                "address.{sent} must be an ISO-3 code"
            )));
        }
        shown.insert(answered.to_owned(), json!(text));
    }
    Ok(Value::Object(shown))
}

fn check_documents(fields: &Fields) -> Result<(), Failure> {
    if let Some(identity) = fields.object("identityDocuments")? {
        let kinds = ["passport", "driverLicense", "idCard", "residencePermit"];
        identity.one_of("type", &kinds)?;
        for name in ["issuingCountry", "imageFront", "contentType"] {
            identity.required(name)?;
        }
    }
    if let Some(other) = fields.object("otherDocuments")? {
        other.one_of("type", &["proofOfAddress"])?;
        for name in ["issuingCountry", "content", "contentType"] {
            other.required(name)?;
        }
    }
    Ok(())
}
