//! Customers, their product access, their questionnaires.
//!
//! Documented: creation, details, deletion (S2), access requests for active customers only (D), the
//! answers' fields. Assumed: one questionnaire per customer; a submission while
//! `needs_information` starts the review anew; asking again for what is requested or granted
//! changes nothing; a customer with cards can be deleted; `GET …/sumsub` needs no `clientId` (the
//! SDK sends it as a body on a GET, which many stacks drop).

use serde_json::{Value, json};

use super::Call;
use super::customer_form::{self, Form};
use crate::card_types;
use crate::envelope::{Answer, Answered, Failure};
use crate::script::Verdict;
use crate::state::{Access, AccessStatus, Customer, CustomerStatus, Notice, Review, State};
use crate::views;

const QUESTIONNAIRE: &str = "6a20f0c2d4b8e71f000000c1";
const SOURCE: &str = "6a20f0c2d4b8e71f000000d1";
const NOTE: &str = "6a20f0c2d4b8e71f000000d2";

pub fn create(state: &mut State, call: &Call<'_>) -> Answered {
    let form = customer_form::parse(call.fields, call.quirks)?;
    call.fields.text("sumsubShareToken")?;
    Ok(add(state, call, form))
}

/// The older separate call (S1).
pub fn create_shared(state: &mut State, call: &Call<'_>) -> Answered {
    let kind = call.fields.one_of("type", &["individual", "business"])?;
    call.fields.required("sumsubShareToken")?;
    let form = Form {
        kind,
        data: json!({}),
        nationality: None,
        names: [None, None],
    };
    Ok(add(state, call, form))
}

fn add(state: &mut State, call: &Call<'_>, form: Form) -> Answer {
    let scripted = call.script.review();
    let placeholder = call.quirks.reject_placeholder_names && is_placeholder(&form.names);
    let verdict = if placeholder {
        Verdict::Reject
    } else {
        scripted
    };
    let customer = Customer {
        id: state.new_id(),
        kind: form.kind,
        status: CustomerStatus::Pending,
        review: Some(Review {
            due: call.settles_at(),
            verdict,
        }),
        reasons: Vec::new(),
        access: Vec::new(),
        data: form.data,
        nationality: form.nationality,
        answered_at: None,
        reusable_token: format!("reusable-{}", state.word(24)),
    };
    let answer = describe(&customer);
    state.customers.push(customer);
    Answer::Data(answer)
}

fn is_placeholder([first, last]: &[Option<String>; 2]) -> bool {
    let name = [first, last].map(|part| part.as_deref().unwrap_or_default());
    let name = name.join(" ");
    name.starts_with("Test") || name.starts_with("John Doe")
}

/// The hosted link is there as long as something is to be handed in (D: at creation and while
/// information is needed).
fn describe(customer: &Customer) -> Value {
    let open = match customer.status {
        CustomerStatus::Pending | CustomerStatus::NeedsInformation => true,
        CustomerStatus::Active
        | CustomerStatus::Rejected
        | CustomerStatus::UpdateRequested
        | CustomerStatus::OnHold => false,
    };
    let url = open.then(|| format!("https://sumsub.example/verify/{}", customer.id));
    let access = customer.access.iter().map(|one| {
        json!({
            "id": one.id, "type": one.kind, "cardType": one.card_type, "status": one.status.word(),
            "rejectionReasons": one.reasons,
        })
    });
    json!({
        "id": customer.id,
        "type": customer.kind,
        "status": customer.status.word(),
        "individualData": customer.data,
        "featuresAccess": access.collect::<Vec<_>>(),
        "sumsub": {"url": url},
        "rejectionReasons": customer.reasons,
        "canResubmit": customer.status == CustomerStatus::NeedsInformation,
    })
}

fn seen<'a>(state: &'a State, call: &Call<'_>, id: &str) -> Result<&'a Customer, Failure> {
    let mut customers = state.customers.seen(call.now_ms);
    let found = customers.find(|customer| customer.id == id);
    found.ok_or_else(|| Failure::missing("Customer"))
}

pub fn details(state: &State, call: &Call<'_>, id: &str) -> Answered {
    Ok(Answer::Data(describe(seen(state, call, id)?)))
}

pub fn reusable_token(state: &State, call: &Call<'_>, id: &str) -> Answered {
    let customer = seen(state, call, id)?;
    Ok(Answer::Data(
        json!({"reusableToken": customer.reusable_token}),
    ))
}

pub fn delete(state: &mut State, id: &str) -> Answered {
    if state.customers.get(id).is_none() {
        return Err(Failure::missing("Customer"));
    }
    state.customers.remove(id);
    Ok(Answer::Data(json!({})))
}

pub fn request_access(state: &mut State, call: &Call<'_>, id: &str) -> Answered {
    let kinds = ["cards", "virtual-account"];
    let kind = call.fields.one_of("accessType", &kinds)?;
    let card_type = if kind == "cards" {
        let wanted = call.fields.required("cardType")?;
        if card_types::active(&wanted).is_none() {
            return Err(Failure::invalid("cardType is invalid or not active"));
        }
        Some(wanted)
    } else {
        None
    };
    let new_id = state.new_id();
    let customer = state.customers.get_mut(id);
    let customer = customer.ok_or_else(|| Failure::missing("Customer"))?;
    if customer.status != CustomerStatus::Active {
        return Err(Failure::invalid("Customer is not active"));
    }
    let same = |one: &&Access| {
        one.kind == kind && one.card_type == card_type && one.status != AccessStatus::Rejected
    };
    let status = if let Some(known) = customer.access.iter().find(same) {
        known.status
    } else {
        let verdict = call.script.access();
        customer.access.push(Access {
            id: new_id,
            kind: kind.clone(),
            card_type,
            status: AccessStatus::Requested,
            reasons: Vec::new(),
            review: Some(Review {
                due: call.settles_at(),
                verdict,
            }),
        });
        AccessStatus::Requested
    };
    Ok(Answer::Data(
        json!({"accessType": kind, "customerId": id, "status": status.word()}),
    ))
}

pub fn questionnaires(state: &State, call: &Call<'_>, id: &str) -> Answered {
    let customer = seen(state, call, id)?;
    let one = json!({
        "id": QUESTIONNAIRE,
        "name": "Source of funds",
        "completed": customer.answered_at.is_some(),
        "completedAt": customer.answered_at.map(views::time),
    });
    Ok(Answer::Data(json!({"questionnaires": [one]})))
}

pub fn questions(state: &State, call: &Call<'_>, id: &str, one: &str) -> Answered {
    seen(state, call, id)?;
    if one != QUESTIONNAIRE {
        return Err(Failure::missing("Questionnaire"));
    }
    Ok(Answer::Data(
        json!({"id": QUESTIONNAIRE, "name": "Source of funds", "questions": [
            {"id": SOURCE, "question": "Where do the funds come from?", "type": "select",
             "required": true, "placeholder": null, "options": ["salary", "business", "savings"]},
            {"id": NOTE, "question": "Anything to add?", "type": "text",
             "required": false, "placeholder": "Optional", "options": []},
        ]}),
    ))
}

pub fn submit(state: &mut State, call: &Call<'_>, id: &str, one: &str) -> Answered {
    if one != QUESTIONNAIRE {
        return Err(Failure::missing("Questionnaire"));
    }
    let answers = call.fields.value("answers").and_then(Value::as_array);
    let answers = answers.ok_or_else(|| Failure::invalid("answers must be an array"))?;
    let ids: Vec<_> = answers
        .iter()
        .map(|answer| answer.get("id").and_then(Value::as_str).unwrap_or_default())
        .collect();
    if ids.iter().any(|id| ![SOURCE, NOTE].contains(id)) {
        return Err(Failure::invalid("answers: unknown question"));
    }
    if !ids.contains(&SOURCE) {
        return Err(Failure::invalid(
            "answers: a required question is not answered",
        ));
    }
    let customer = state.customers.get_mut(id);
    let customer = customer.ok_or_else(|| Failure::missing("Customer"))?;
    customer.answered_at = Some(call.now_ms);
    if customer.status == CustomerStatus::NeedsInformation {
        customer.status = CustomerStatus::Pending;
        let verdict = call.script.review();
        customer.review = Some(Review {
            due: call.settles_at(),
            verdict,
        });
        state.news.push(Notice::Customer(id.to_owned()));
    }
    Ok(Answer::Message("Questionnaire submitted"))
}
