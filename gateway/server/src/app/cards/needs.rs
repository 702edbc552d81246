//! What a card type needs beside the request itself: cardholder, budget, card number.

use cardmux_domain::budget::{Budget, BudgetStatus};
use cardmux_domain::card_type::{CardType, Requirement};
use cardmux_domain::enrolment::{Enrolment, EnrolmentStatus};
use cardmux_domain::id::{BudgetId, InstanceId};
use cardmux_domain::provider::PersonName;
use cardmux_domain::secret::{ExposeSecret, SecretString};

use super::IssueRequest;
use crate::app::idempotency::Request;
use crate::app::{App, AppError, FieldProblem, Tenant, enrolments};
use crate::store;

/// What was found for an issue.
pub(super) struct Needs {
    pub enrolment: Option<Enrolment>,
    pub budget: Option<Budget>,
}

/// Find everything, or say everything that is wrong: `problems` are those known already. Nobody is
/// enrolled on the way unless the rest of the request fits.
pub(super) async fn gather(
    app: &App,
    tenant: &Tenant,
    card_type: &CardType,
    wanted: &IssueRequest,
    request: &Request,
    mut problems: Vec<FieldProblem>,
) -> Result<Needs, AppError> {
    let needs = |requirement| card_type.spec.requirements.contains(&requirement);
    problems.extend(number_problem(
        needs(Requirement::CardNumber),
        wanted.card_number.as_ref(),
    ));
    problems.extend(name_problems(
        needs(Requirement::CardholderName),
        wanted.cardholder.as_ref(),
        wanted.customer_id.is_some(),
    ));
    problems.extend(customer_problem(app, tenant, wanted, needs(Requirement::Cardholder)).await?);
    let budget = match (wanted.budget_id, needs(Requirement::Budget)) {
        (Some(id), true) => budget(app, tenant, card_type, id, &mut problems).await?,
        (None, true) => {
            let detail = "this card type draws on a budget; GET /v1/budgets lists them";
            problems.push(FieldProblem::body("/budgetId", "required", detail));
            None
        }
        (Some(_), false) => {
            let detail = "cards of this type have money of their own";
            problems.push(FieldProblem::body("/budgetId", "not_taken", detail));
            None
        }
        (None, false) => None,
    };
    if !problems.is_empty() {
        return Err(AppError::Invalid(problems));
    }
    let enrolment = enrolment(app, tenant, card_type, wanted, request).await?;
    Ok(Needs { enrolment, budget })
}

async fn customer_problem(
    app: &App,
    tenant: &Tenant,
    wanted: &IssueRequest,
    required: bool,
) -> Result<Option<FieldProblem>, AppError> {
    let problem = |code, detail: String| Some(FieldProblem::body("/customerId", code, detail));
    let Some(id) = wanted.customer_id else {
        let detail = "this card type needs a cardholder: make a customer and enrol them for it";
        return Ok(required
            .then(|| problem("required", detail.to_owned()))
            .flatten());
    };
    let customer = store::customers::get(&app.store, &tenant.id, id).await?;
    Ok(
        match customer.filter(|customer| customer.erased_at.is_none()) {
            Some(_) => None,
            None => problem("unknown", format!("customer `{id}` does not exist")),
        },
    )
}

async fn enrolment(
    app: &App,
    tenant: &Tenant,
    card_type: &CardType,
    wanted: &IssueRequest,
    request: &Request,
) -> Result<Option<Enrolment>, AppError> {
    let required = card_type
        .spec
        .requirements
        .contains(&Requirement::Cardholder);
    let Some(customer) = wanted.customer_id else {
        return Ok(None);
    };
    let found = store::enrolments::of_customer(&app.store, &tenant.id, customer, card_type.id);
    let mut found = found.await?;
    let wants_one = required || card_type.spec.enrolment.is_some();
    if found.is_none() && wanted.enrol && wants_one {
        let enrolled = enrolments::enrol_for(app, tenant, customer, card_type, request).await?;
        found = Some(enrolled);
    }
    match found {
        Some(enrolment) if enrolment.status == EnrolmentStatus::Approved => Ok(Some(enrolment)),
        // The customer is the tenant's own note then; the provider issues without.
        _ if !required => Ok(None),
        Some(enrolment) => Err(not_approved(
            format!(
                "enrolment `{}` is {}; a card can be issued once it is approved",
                enrolment.id, enrolment.status
            ),
            Some(enrolment),
        )),
        None => Err(not_approved(
            format!(
                "customer `{customer}` is not enrolled for this card type: POST \
                 /v1/customers/{customer}/enrolments, or send `enrol=auto`"
            ),
            None,
        )),
    }
}

fn not_approved(detail: String, enrolment: Option<Enrolment>) -> AppError {
    AppError::State {
        code: "enrolment_not_approved",
        detail,
        enrolment: enrolment.map(Box::new),
    }
}

/// A budget that cards of this type can draw on.
async fn budget(
    app: &App,
    tenant: &Tenant,
    card_type: &CardType,
    id: BudgetId,
    problems: &mut Vec<FieldProblem>,
) -> Result<Option<Budget>, AppError> {
    let mut wrong = |code, detail: String| {
        problems.push(FieldProblem::body("/budgetId", code, detail));
    };
    let Some(budget) = store::budgets::get(&app.store, &tenant.id, id).await? else {
        wrong("unknown", format!("budget `{id}` does not exist"));
        return Ok(None);
    };
    // Where the provider asks us what a card may spend, it draws on a budget of our own.
    let asked = app
        .registry
        .get(&card_type.instance)
        .is_some_and(|instance| instance.provider.authorizations().is_some());
    let place = match asked {
        true => InstanceId::ledger(),
        false => card_type.instance.clone(),
    };
    if budget.instance != place {
        let detail = format!(
            "this budget is at `{}`, and must be at `{place}`",
            budget.instance
        );
        wrong("other_provider", detail);
    } else if budget.currency != card_type.spec.currency {
        wrong(
            "currency_mismatch",
            format!("this budget is in {}", budget.currency),
        );
    } else if budget.status != BudgetStatus::Active {
        return Err(AppError::State {
            code: "budget_not_active",
            detail: format!("budget `{id}` is {}", budget.status),
            enrolment: None,
        });
    }
    Ok(Some(budget))
}

/// The shortest and longest name that is taken (bfinance, issue-a-new-card: at least 2; the longest
/// is our choice: it has to fit on a card).
const NAME_LENGTH: std::ops::RangeInclusive<usize> = 2..=50;

/// What is wrong with the name of a cardholder; says nothing of it.
fn name_problems(
    required: bool,
    given: Option<&PersonName>,
    has_customer: bool,
) -> Vec<FieldProblem> {
    let problem = |at: &str, code, detail: &str| FieldProblem::body(at, code, detail);
    let Some(PersonName {
        first_name,
        last_name,
    }) = given
    else {
        let detail = "this card type needs the cardholder's name, or an enrolled customer";
        let missing =
            (required && !has_customer).then(|| problem("/cardholder", "required", detail));
        return missing.into_iter().collect();
    };
    [("firstName", first_name), ("lastName", last_name)]
        .into_iter()
        .filter(|(_, name)| {
            let name = name.expose_secret();
            !NAME_LENGTH.contains(&name.trim().chars().count())
                || name.chars().any(char::is_control)
        })
        .map(|(field, _)| {
            let at = format!("/cardholder/{field}");
            problem(
                &at,
                "bad_length",
                "must be 2 to 50 characters, no control characters",
            )
        })
        .collect()
}

/// A card number is digits with a right check digit (ISO/IEC 7812-1). Says nothing of the number.
fn number_problem(required: bool, number: Option<&SecretString>) -> Option<FieldProblem> {
    let problem = |code, detail: &str| Some(FieldProblem::body("/cardNumber", code, detail));
    match (required, number) {
        (true, None) => problem("required", "the number printed on the physical card"),
        (false, Some(_)) => problem("not_taken", "only physical cards are issued by number"),
        (true, Some(number)) if !is_card_number(number.expose_secret()) => problem(
            "bad_format",
            "must be 12 to 19 digits, the last one the right check digit",
        ),
        (true, Some(_)) | (false, None) => None,
    }
}

fn is_card_number(text: &str) -> bool {
    let digits = text.bytes().rev().zip([false, true].into_iter().cycle());
    let sum: Option<u32> = digits
        .map(|(byte, doubled)| {
            let digit = char::from(byte).to_digit(10)?;
            Some(match doubled {
                true if digit > 4 => digit * 2 - 9,
                true => digit * 2,
                false => digit,
            })
        })
        .sum();
    (12..=19).contains(&text.len()) && sum.is_some_and(|sum| sum.is_multiple_of(10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_number_needs_digits_and_the_check_digit() {
        assert!(is_card_number("4111111111111111"));
        for bad in ["", "4111111111111112", "41111111111", "4111 1111 1111 1111"] {
            assert!(!is_card_number(bad), "{bad}");
        }
    }
}
