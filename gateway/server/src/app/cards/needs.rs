//! What a card type needs beside the request itself: cardholder, budget, card number.

use cardmux_domain::budget::{Budget, BudgetStatus};
use cardmux_domain::card_type::{CardType, Requirement};
use cardmux_domain::enrolment::{Enrolment, EnrolmentStatus};
use cardmux_domain::id::{BudgetId, CustomerId, InstanceId, TenantId};
use cardmux_domain::provider::PersonName;
use cardmux_domain::secret::{ExposeSecret, SecretString};

use super::IssueRequest;
use crate::app::idempotency::Request;
use crate::app::{App, AppError, FieldProblem, Tenant, enrolments};
use crate::providers::Registry;
use crate::store::customers::StoredCustomer;
use crate::store::{self, Store};

/// What was found for an issue.
pub(super) struct Needs {
    pub enrolment: Option<Enrolment>,
    pub budget: Option<Budget>,
}

/// Whom and what a request names, as the store has them.
#[derive(Default)]
pub(in crate::app) struct Named {
    /// `None` also where there is no such customer, or not any more.
    pub customer: Option<StoredCustomer>,
    /// The customer's, for whatever card type.
    pub enrolments: Vec<Enrolment>,
    pub budget: Option<Budget>,
}

impl Named {
    pub async fn by(
        store: &Store,
        tenant: &TenantId,
        customer: Option<CustomerId>,
        budget: Option<BudgetId>,
    ) -> Result<Self, AppError> {
        let mut named = Self::default();
        if let Some(id) = customer {
            let found = store::customers::get(store, tenant, id).await?;
            named.customer = found.filter(|customer| customer.erased_at.is_none());
            named.enrolments = store::enrolments::of(store, tenant, id).await?;
        }
        if let Some(id) = budget {
            named.budget = store::budgets::get(store, tenant, id).await?;
        }
        Ok(named)
    }
}

/// Everything that is wrong with the request as one for this card type.
pub(super) fn problems(
    registry: &Registry,
    card_type: &CardType,
    wanted: &IssueRequest,
    named: &Named,
) -> Vec<FieldProblem> {
    let needs = |requirement| card_type.spec.requirements.contains(&requirement);
    let mut problems = Vec::new();
    problems.extend(number_problem(
        needs(Requirement::CardNumber),
        wanted.card_number.as_ref(),
    ));
    problems.extend(name_problems(
        needs(Requirement::CardholderName),
        wanted.cardholder.as_ref(),
        wanted.customer_id.is_some(),
    ));
    problems.extend(customer_problem(
        wanted,
        named,
        needs(Requirement::Cardholder),
    ));
    let takes_budget = needs(Requirement::Budget);
    problems.extend(match (wanted.budget_id, takes_budget) {
        (Some(id), true) => budget_problem(registry, card_type, id, named.budget.as_ref()),
        (None, true) => {
            let detail = "this card type draws on a budget; GET /v1/budgets lists them";
            Some(FieldProblem::body("/budgetId", "required", detail))
        }
        (Some(_), false) => {
            let detail = "cards of this type have money of their own";
            Some(FieldProblem::body("/budgetId", "not_taken", detail))
        }
        (None, false) => None,
    });
    problems
}

/// What the request names that is not there, whatever the card type.
pub(super) fn unknown(wanted: &IssueRequest, named: &Named) -> Vec<FieldProblem> {
    let customer = customer_problem(wanted, named, false);
    let budget = match (wanted.budget_id, &named.budget) {
        (Some(id), None) => Some(unknown_budget(id)),
        (Some(_), Some(_)) | (None, _) => None,
    };
    customer.into_iter().chain(budget).collect()
}

fn unknown_budget(id: BudgetId) -> FieldProblem {
    FieldProblem::body(
        "/budgetId",
        "unknown",
        format!("budget `{id}` does not exist"),
    )
}

/// Why the budget takes no cards now.
pub(super) fn closed_budget(named: &Named) -> Option<String> {
    let budget = named.budget.as_ref()?;
    let closed = budget.status != BudgetStatus::Active;
    closed.then(|| format!("budget `{}` is {}", budget.id, budget.status))
}

/// Find everything for a request that has no [`problems`]. The customer is enrolled on the way where
/// that is asked for.
pub(super) async fn gather(
    app: &App,
    tenant: &Tenant,
    card_type: &CardType,
    wanted: &IssueRequest,
    named: &Named,
    request: &Request,
) -> Result<Needs, AppError> {
    let budget = named.budget.clone();
    if let Some(detail) = closed_budget(named) {
        return Err(AppError::State {
            code: "budget_not_active",
            detail,
            enrolment: None,
        });
    }
    let enrolment = match (enrolled(card_type, wanted, named), wanted.customer_id) {
        (Enrolled::Approved(enrolment), _) => Some(enrolment.clone()),
        (Enrolled::Possible, Some(customer)) => {
            let made = enrolments::enrol_for(app, tenant, customer, card_type, request).await?;
            approved(card_type, made)?
        }
        (Enrolled::NotApproved(enrolment), _) => approved(card_type, enrolment.clone())?,
        (Enrolled::Missing, Some(customer)) => {
            let detail = format!(
                "customer `{customer}` is not enrolled for this card type: POST \
                 /v1/customers/{customer}/enrolments, or send `enrol=auto`"
            );
            return Err(not_approved(detail, None));
        }
        (Enrolled::NotNeeded | Enrolled::Possible | Enrolled::Missing, _) => None,
    };
    Ok(Needs { enrolment, budget })
}

/// How the customer stands with the provider of a card type.
pub(super) enum Enrolled<'a> {
    /// The type wants nobody enrolled, or does without.
    NotNeeded,
    Approved(&'a Enrolment),
    /// Not yet, but on the way, as the request asks for it.
    Possible,
    Missing,
    NotApproved(&'a Enrolment),
}

pub(super) fn enrolled<'a>(
    card_type: &CardType,
    wanted: &IssueRequest,
    named: &'a Named,
) -> Enrolled<'a> {
    let required = requires_cardholder(card_type);
    if wanted.customer_id.is_none() {
        return Enrolled::NotNeeded;
    }
    let found = named.enrolments.iter().find(|e| e.type_id == card_type.id);
    match found {
        Some(enrolment) if enrolment.status == EnrolmentStatus::Approved => {
            Enrolled::Approved(enrolment)
        }
        None if wanted.enrol && (required || card_type.spec.enrolment.is_some()) => {
            Enrolled::Possible
        }
        // The customer is the tenant's own note then; the provider issues without.
        _ if !required => Enrolled::NotNeeded,
        Some(enrolment) => Enrolled::NotApproved(enrolment),
        None => Enrolled::Missing,
    }
}

fn requires_cardholder(card_type: &CardType) -> bool {
    let requirements = &card_type.spec.requirements;
    requirements.contains(&Requirement::Cardholder)
}

/// The enrolment if it is approved, or none where the type does without.
fn approved(card_type: &CardType, enrolment: Enrolment) -> Result<Option<Enrolment>, AppError> {
    if enrolment.status == EnrolmentStatus::Approved {
        return Ok(Some(enrolment));
    }
    if !requires_cardholder(card_type) {
        return Ok(None);
    }
    let detail = format!(
        "enrolment `{}` is {}; a card can be issued once it is approved",
        enrolment.id, enrolment.status
    );
    Err(not_approved(detail, Some(enrolment)))
}

fn customer_problem(wanted: &IssueRequest, named: &Named, required: bool) -> Option<FieldProblem> {
    let problem = |code, detail: String| FieldProblem::body("/customerId", code, detail);
    match (wanted.customer_id, &named.customer) {
        (None, _) => required.then(|| {
            let detail = "this card type needs a cardholder: make a customer and enrol them for it";
            problem("required", detail.to_owned())
        }),
        (Some(id), None) => Some(problem(
            "unknown",
            format!("customer `{id}` does not exist"),
        )),
        (Some(_), Some(_)) => None,
    }
}

fn not_approved(detail: String, enrolment: Option<Enrolment>) -> AppError {
    AppError::State {
        code: "enrolment_not_approved",
        detail,
        enrolment: enrolment.map(Box::new),
    }
}

/// Why cards of this type cannot draw on the budget, whatever its status.
fn budget_problem(
    registry: &Registry,
    card_type: &CardType,
    id: BudgetId,
    budget: Option<&Budget>,
) -> Option<FieldProblem> {
    let problem = |code, detail: String| Some(FieldProblem::body("/budgetId", code, detail));
    let Some(budget) = budget else {
        return Some(unknown_budget(id));
    };
    // Where the provider asks us what a card may spend, it draws on a budget of our own.
    let asked = registry
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
        return problem("other_provider", detail);
    }
    if budget.currency != card_type.spec.currency {
        let detail = format!("this budget is in {}", budget.currency);
        return problem("currency_mismatch", detail);
    }
    None
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
