//! Rules that are checked before anything is written or sent.

use std::collections::BTreeMap;

use cardmux_domain::card_type::AmountRule;
use cardmux_domain::money::{Currency, Money};

use crate::app::FieldProblem;

/// Free texts are for people and joins, not for documents.
const TEXT_MAX: usize = 200;
const METADATA_MAX: usize = 50;
const METADATA_KEY_MAX: usize = 40;
const METADATA_VALUE_MAX: usize = 500;
/// Documented: FinCard `clientRemark` is 0–50; the narrowest of the providers.
const NOTE_MAX: usize = 50;

pub fn note(note: Option<&str>) -> Option<FieldProblem> {
    note.and_then(|note| text("/note", note, NOTE_MAX))
}

/// Accounts are named by people for people; documented nowhere, so as wide as the narrowest field.
const NAME_MAX: usize = 50;

pub fn name(pointer: &str, name: &str) -> Option<FieldProblem> {
    if name.trim().is_empty() {
        return Some(FieldProblem::body(pointer, "required", "a name of its own"));
    }
    text(pointer, name, NAME_MAX)
}

/// One problem of a text, if it has one. Control characters are refused: nobody means them, and
/// PostgreSQL cannot store all of them.
fn text(pointer: &str, text: &str, max: usize) -> Option<FieldProblem> {
    if text.chars().count() > max {
        let detail = format!("at most {max} characters");
        return Some(FieldProblem::body(pointer, "too_long", detail));
    }
    let control = text.chars().any(char::is_control);
    control.then(|| FieldProblem::body(pointer, "bad_character", "no control characters"))
}

/// Label, external id and metadata.
pub fn texts(
    label: Option<&str>,
    external_id: Option<&str>,
    metadata: &BTreeMap<String, String>,
) -> Vec<FieldProblem> {
    let plain = [("/label", label), ("/externalId", external_id)];
    let plain = plain
        .into_iter()
        .filter_map(|(at, value)| text(at, value?, TEXT_MAX));
    let mut problems: Vec<FieldProblem> = plain.collect();
    if metadata.len() > METADATA_MAX {
        let detail = format!("at most {METADATA_MAX} entries");
        problems.push(FieldProblem::body("/metadata", "too_many", detail));
    }
    for (key, value) in metadata.iter().take(METADATA_MAX) {
        if key.is_empty() || text("/metadata", key, METADATA_KEY_MAX).is_some() {
            let detail = format!(
                "keys have 1 to {METADATA_KEY_MAX} characters, none of them a control character"
            );
            problems.push(FieldProblem::body("/metadata", "bad_key", detail));
            continue;
        }
        let pointer = format!("/metadata/{}", key.replace('~', "~0").replace('/', "~1"));
        problems.extend(text(&pointer, value, METADATA_VALUE_MAX));
    }
    problems
}

/// An amount against the card type's rule; `pointer` is the money object in the body.
pub fn amount(
    pointer: &str,
    money: Option<&Money>,
    currency: Currency,
    rule: Option<&AmountRule>,
) -> Vec<FieldProblem> {
    let Some(money) = money else {
        let required = rule.is_some_and(|r| r.required);
        let problem = FieldProblem::body(pointer, "required", "this card type needs an amount");
        return required.then_some(problem).into_iter().collect();
    };
    let mut problems = Vec::new();
    let at = format!("{pointer}/amount");
    if money.currency != currency {
        let detail = format!("must be {currency}");
        problems.push(FieldProblem::body(
            format!("{pointer}/currency"),
            "currency_mismatch",
            detail,
        ));
    }
    if !money.is_positive() {
        problems.push(FieldProblem::body(
            &at,
            "not_positive",
            "must be more than zero",
        ));
    }
    let decimals = rule
        .and_then(|r| r.decimals)
        .unwrap_or(currency.minor_digits());
    if money.amount.normalize().scale() > decimals {
        let detail = format!("at most {decimals} decimals");
        problems.push(FieldProblem::body(&at, "too_many_decimals", detail));
    }
    if let Some(min) = rule.and_then(|r| r.min).filter(|min| money.amount < *min) {
        problems.push(FieldProblem::body(
            &at,
            "too_small",
            format!("at least {min} {currency}"),
        ));
    }
    if let Some(max) = rule.and_then(|r| r.max).filter(|max| money.amount > *max) {
        problems.push(FieldProblem::body(
            &at,
            "too_large",
            format!("at most {max} {currency}"),
        ));
    }
    problems
}
