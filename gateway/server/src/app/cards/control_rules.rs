//! Controls against what a card type takes.

use std::collections::HashSet;

use cardmux_domain::controls::{ControlRules, Controls, SpendLimit, SpendRule};
use cardmux_domain::money::{Currency, Decimal};

use crate::app::FieldProblem;

/// More codes than ISO 18245 has groups of; a list this long is a mistake.
const MAX_MCCS: usize = 200;

/// Everything that is wrong with a change of controls.
pub fn problems(
    pointer: &str,
    controls: &Controls,
    rules: &ControlRules,
    currency: Currency,
) -> Vec<FieldProblem> {
    let Controls {
        spend_limits,
        allowed_mccs,
        blocked_mccs,
        no_pin_limit,
    } = controls;
    let mut problems = Vec::new();
    if controls.is_empty() {
        let detail = "name at least one of spendLimits, allowedMccs, blockedMccs, noPinLimit";
        problems.push(FieldProblem::body(pointer, "empty", detail));
    }
    for (at, limit) in spend_limits.iter().flatten().enumerate() {
        let at = format!("{pointer}/spendLimits/{at}");
        problems.extend(limit_problem(&at, *limit, rules, currency));
    }
    let kinds = spend_limits.iter().flatten();
    let mut seen = HashSet::new();
    if !kinds.map(rule_of).all(|kind| seen.insert(kind)) {
        let at = format!("{pointer}/spendLimits");
        let detail = "one limit per interval and channel";
        problems.push(FieldProblem::body(at, "repeated", detail));
    }
    if spend_limits.as_ref().is_some_and(Vec::is_empty) && !rules.liftable {
        let at = format!("{pointer}/spendLimits");
        let detail = "the provider cannot lift a limit, only change it: set a high one";
        problems.push(FieldProblem::body(at, "not_taken", detail));
    }
    problems.extend(mcc_problems(pointer, controls, rules));
    // An empty list beside the other one too: the one that is set lifts the other anyway.
    if allowed_mccs.is_some() && blocked_mccs.is_some() {
        let at = format!("{pointer}/blockedMccs");
        let detail = "either allowedMccs or blockedMccs, not both";
        problems.push(FieldProblem::body(at, "exclusive", detail));
    }
    let at = format!("{pointer}/noPinLimit");
    problems.extend(no_pin_limit.and_then(|limit| no_pin_problem(&at, limit, rules, currency)));
    problems
}

fn limit_problem(
    at: &str,
    limit: SpendLimit,
    rules: &ControlRules,
    currency: Currency,
) -> Option<FieldProblem> {
    if !rules.spend_limits.contains(&rule_of(&limit)) {
        let word = |rule: &SpendRule| match rule.channel {
            Some(channel) => format!("{} of {channel}", rule.interval),
            None => rule.interval.to_string(),
        };
        let taken: Vec<String> = rules.spend_limits.iter().map(word).collect();
        let detail = match taken.as_slice() {
            [] => "this card type takes no spend limits".to_owned(),
            taken => format!("this card type takes {}", taken.join(", ")),
        };
        return Some(FieldProblem::body(
            format!("{at}/interval"),
            "not_taken",
            detail,
        ));
    }
    let at = format!("{at}/amount/amount");
    amount_problem(&at, limit.amount, Some(Decimal::ZERO), None, currency)
}

fn rule_of(limit: &SpendLimit) -> SpendRule {
    SpendRule {
        channel: limit.channel,
        interval: limit.interval,
    }
}

fn mcc_problems(pointer: &str, controls: &Controls, rules: &ControlRules) -> Vec<FieldProblem> {
    let lists = [
        ("allowedMccs", &controls.allowed_mccs),
        ("blockedMccs", &controls.blocked_mccs),
    ];
    let mut problems = Vec::new();
    for (name, list) in lists {
        let Some(list) = list else { continue };
        let at = format!("{pointer}/{name}");
        if !rules.mcc_lists {
            let detail = "this card type takes no merchant category lists";
            problems.push(FieldProblem::body(at, "not_taken", detail));
        } else if list.len() > MAX_MCCS {
            let detail = format!("at most {MAX_MCCS} codes");
            problems.push(FieldProblem::body(at, "too_many", detail));
        }
    }
    problems
}

/// What is wrong with an amount up to which no PIN is needed.
pub fn no_pin_problem(
    at: &str,
    limit: Decimal,
    rules: &ControlRules,
    currency: Currency,
) -> Option<FieldProblem> {
    let Some(rule) = &rules.no_pin_limit else {
        let detail = "this card type takes no amount without PIN";
        return Some(FieldProblem::body(at, "not_taken", detail));
    };
    let at = format!("{at}/amount");
    amount_problem(&at, limit, rule.min, rule.max, currency)
}

fn amount_problem(
    at: &str,
    amount: Decimal,
    min: Option<Decimal>,
    max: Option<Decimal>,
    currency: Currency,
) -> Option<FieldProblem> {
    let digits = currency.minor_digits();
    let problem = |code, detail| Some(FieldProblem::body(at, code, detail));
    if let Some(min) = min.filter(|min| amount < *min) {
        return problem("too_small", format!("at least {min} {currency}"));
    }
    if let Some(max) = max.filter(|max| amount > *max) {
        return problem("too_large", format!("at most {max} {currency}"));
    }
    if amount.normalize().scale() > digits {
        return problem("too_many_decimals", format!("at most {digits} decimals"));
    }
    None
}
