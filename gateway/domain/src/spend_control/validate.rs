//! Which rules can be stored.

use std::collections::BTreeSet;

use super::place::alpha2;
use super::rules::{Limit, MerchantRule, Rules};
use super::window::{Window, is_time_zone};
use crate::money::Decimal;

/// Each is counted while somebody waits at a till.
const MAX_LIMITS: usize = 50;

/// More than there are countries, and more codes than anybody lists by hand.
const MAX_ENTRIES: usize = 500;

/// In characters. Networks tell 15 of an id and 25 to 40 of a name.
const MAX_MERCHANT_TEXT: usize = 128;

/// A JSON pointer into the rules as they are stored (sets are sorted there), a stable code, and a
/// sentence for people.
pub type RuleProblem = (String, &'static str, String);

impl Rules {
    /// Everything that is wrong with them; stored rules have none of it.
    pub fn problems(&self) -> Vec<RuleProblem> {
        let Self {
            limits,
            allowed_mccs,
            blocked_mccs,
            allowed_countries,
            blocked_countries,
            allowed_merchants,
            blocked_merchants,
            max_uses,
            merchant_lock: _,
        } = self;
        let mut problems = Vec::new();
        problems.extend(too_many("limits", limits.len(), MAX_LIMITS));
        for (index, limit) in limits.iter().enumerate() {
            problems.extend(limit_problems(&format!("/limits/{index}"), limit));
        }
        let both = [
            ("Mccs", allowed_mccs.len(), blocked_mccs.len()),
            (
                "Countries",
                allowed_countries.len(),
                blocked_countries.len(),
            ),
            (
                "Merchants",
                allowed_merchants.len(),
                blocked_merchants.len(),
            ),
        ];
        for (kind, allowed, blocked) in both {
            problems.extend(too_many(&format!("allowed{kind}"), allowed, MAX_ENTRIES));
            problems.extend(too_many(&format!("blocked{kind}"), blocked, MAX_ENTRIES));
            if allowed > 0 && blocked > 0 {
                let detail = format!("either allowed{kind} or blocked{kind}, not both");
                problems.push((format!("/blocked{kind}"), "exclusive", detail));
            }
        }
        problems.extend(country_problems("/allowedCountries", allowed_countries));
        problems.extend(country_problems("/blockedCountries", blocked_countries));
        problems.extend(merchant_problems("/allowedMerchants", allowed_merchants));
        problems.extend(merchant_problems("/blockedMerchants", blocked_merchants));
        if *max_uses == Some(0) {
            problems.push(at_least_one("/maxUses".to_owned()));
        }
        problems
    }
}

fn too_many(name: &str, length: usize, max: usize) -> Option<RuleProblem> {
    (length > max).then(|| (format!("/{name}"), "too_many", format!("at most {max}")))
}

fn at_least_one(pointer: String) -> RuleProblem {
    let detail = "must be at least 1: what is to pay nothing is frozen".to_owned();
    (pointer, "out_of_range", detail)
}

fn limit_problems(at: &str, limit: &Limit) -> Vec<RuleProblem> {
    let Limit {
        amount,
        count,
        window,
    } = limit;
    let mut problems = Vec::new();
    if amount.is_none() && count.is_none() {
        let detail = "an amount, a count, or both".to_owned();
        problems.push((at.to_owned(), "required", detail));
    }
    if amount.is_some_and(|limit| limit.amount <= Decimal::ZERO) {
        let detail = "must be more than zero".to_owned();
        problems.push((format!("{at}/amount/amount"), "out_of_range", detail));
    }
    match window {
        Window::PerTransaction if count.is_some() => {
            let detail = "a single payment is not counted: only an amount".to_owned();
            problems.push((format!("{at}/count"), "not_taken", detail));
        }
        Window::PerTransaction | Window::Rolling { .. } | Window::Lifetime => {}
        Window::Calendar { time_zone, .. } if is_time_zone(time_zone) => {}
        Window::Calendar { .. } => {
            let detail = "must be a name of the IANA time zone database such as Europe/Vilnius";
            let at = format!("{at}/window/timeZone");
            problems.push((at, "unknown", detail.to_owned()));
        }
    }
    if *count == Some(0) {
        problems.push(at_least_one(format!("{at}/count")));
    }
    problems
}

fn country_problems(at: &str, countries: &BTreeSet<String>) -> Vec<RuleProblem> {
    let wrong = countries
        .iter()
        .enumerate()
        .filter(|(_, country)| alpha2(country) != Some(country));
    wrong
        .map(|(index, _)| {
            let detail = "must be an ISO 3166-1 alpha-2 code in upper case such as DE".to_owned();
            (format!("{at}/{index}"), "bad_format", detail)
        })
        .collect()
}

fn merchant_problems(at: &str, merchants: &[MerchantRule]) -> Vec<RuleProblem> {
    let problem = |(index, merchant): (usize, &MerchantRule)| {
        let (key, text) = match merchant {
            MerchantRule::Id(text) => ("id", text),
            MerchantRule::Name(text) => ("name", text),
        };
        let (code, detail) = if text.trim().is_empty() {
            ("required", "must not be empty".to_owned())
        } else if text.chars().count() > MAX_MERCHANT_TEXT {
            let detail = format!("at most {MAX_MERCHANT_TEXT} characters");
            ("too_long", detail)
        } else {
            return None;
        };
        Some((format!("{at}/{index}/{key}"), code, detail))
    };
    merchants.iter().enumerate().filter_map(problem).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pointers and codes of what is wrong with these rules; each pointer is there in their JSON.
    fn problems(json: &str) -> Vec<(String, &'static str)> {
        let rules: Rules = serde_json::from_str(json).unwrap();
        let stored = serde_json::to_value(&rules).unwrap();
        let found = rules.problems().into_iter();
        found
            .map(|(pointer, code, detail)| {
                assert!(stored.pointer(&pointer).is_some(), "{pointer} in {stored}");
                assert!(!detail.is_empty());
                (pointer, code)
            })
            .collect()
    }

    #[test]
    fn problems_of_good_rules_are_none() {
        assert_eq!(problems("{}"), []);
        let json = r#"{
            "limits": [
                {"amount": {"amount": "0.01", "currency": "EUR"}, "window": {"kind": "per_transaction"}},
                {"count": 1, "window": {"kind": "calendar", "period": "week", "timeZone": "Asia/Kolkata"}},
                {"amount": {"amount": "5", "currency": "USDT"}, "count": 2, "window": {"kind": "rolling", "period": "day"}},
                {"count": 3, "window": {"kind": "lifetime"}}
            ],
            "allowedMccs": ["airlines"], "blockedCountries": ["DE", "XK"],
            "allowedMerchants": [{"id": "1"}, {"name": "A"}], "maxUses": 1, "merchantLock": true
        }"#;
        assert_eq!(problems(json), []);
    }

    #[test]
    fn problem_of_each_kind_is_found_where_it_is() {
        let amount = |amount: &str, more: &str| {
            format!(
                r#"{{"limits":[{{"amount":{{"amount":"{amount}","currency":"EUR"}},{more}"window":{{"kind":"per_transaction"}}}}]}}"#
            )
        };
        let zone = |zone: &str| {
            format!(
                r#"{{"limits":[{{"count":1,"window":{{"kind":"lifetime"}}}},{{"count":1,"window":{{"kind":"calendar","period":"day","timeZone":"{zone}"}}}}]}}"#
            )
        };
        let long = "x".repeat(129);
        let table = [
            (
                r#"{"limits":[{"window":{"kind":"lifetime"}}]}"#.to_owned(),
                "/limits/0",
                "required",
            ),
            (amount("0", ""), "/limits/0/amount/amount", "out_of_range"),
            (amount("-1", ""), "/limits/0/amount/amount", "out_of_range"),
            (amount("1", r#""count":1,"#), "/limits/0/count", "not_taken"),
            (
                r#"{"limits":[{"count":0,"window":{"kind":"lifetime"}}]}"#.to_owned(),
                "/limits/0/count",
                "out_of_range",
            ),
            (
                zone("Europe/Nowhere"),
                "/limits/1/window/timeZone",
                "unknown",
            ),
            (zone(""), "/limits/1/window/timeZone", "unknown"),
            (
                r#"{"allowedMccs":["5999"],"blockedMccs":["airlines"]}"#.to_owned(),
                "/blockedMccs",
                "exclusive",
            ),
            (
                r#"{"allowedCountries":["DE"],"blockedCountries":["FR"]}"#.to_owned(),
                "/blockedCountries",
                "exclusive",
            ),
            (
                r#"{"allowedMerchants":[{"id":"1"}],"blockedMerchants":[{"id":"2"}]}"#.to_owned(),
                "/blockedMerchants",
                "exclusive",
            ),
            (
                r#"{"allowedCountries":["DE","de"]}"#.to_owned(),
                "/allowedCountries/1",
                "bad_format",
            ),
            (
                r#"{"blockedCountries":["DEU"]}"#.to_owned(),
                "/blockedCountries/0",
                "bad_format",
            ),
            (
                r#"{"blockedCountries":["UK"]}"#.to_owned(),
                "/blockedCountries/0",
                "bad_format",
            ),
            (
                r#"{"blockedCountries":[" DE"]}"#.to_owned(),
                "/blockedCountries/0",
                "bad_format",
            ),
            (
                r#"{"allowedMerchants":[{"id":"1"},{"name":"  "}]}"#.to_owned(),
                "/allowedMerchants/1/name",
                "required",
            ),
            (
                format!(r#"{{"blockedMerchants":[{{"id":"{long}"}}]}}"#),
                "/blockedMerchants/0/id",
                "too_long",
            ),
            (r#"{"maxUses":0}"#.to_owned(), "/maxUses", "out_of_range"),
        ];
        for (json, pointer, code) in table {
            assert_eq!(problems(&json), [(pointer.to_owned(), code)], "{json}");
        }
        let just_right = "ä".repeat(128);
        assert_eq!(
            problems(&format!(
                r#"{{"blockedMerchants":[{{"id":"{just_right}"}}]}}"#
            )),
            []
        );
    }

    #[test]
    fn list_beyond_its_bound_is_too_long() {
        let limit = r#"{"count":1,"window":{"kind":"lifetime"}}"#;
        let limits = |n| format!(r#"{{"limits":[{}]}}"#, vec![limit; n].join(","));
        assert_eq!(problems(&limits(50)), []);
        assert_eq!(problems(&limits(51)), [("/limits".to_owned(), "too_many")]);
        let mccs = |n: usize| {
            let codes: Vec<String> = (1000..1000 + n)
                .map(|code| format!(r#""{code}""#))
                .collect();
            format!(r#"{{"blockedMccs":[{}]}}"#, codes.join(","))
        };
        assert_eq!(problems(&mccs(500)), []);
        assert_eq!(
            problems(&mccs(501)),
            [("/blockedMccs".to_owned(), "too_many")]
        );
        let merchants = |n| {
            format!(
                r#"{{"allowedMerchants":[{}]}}"#,
                vec![r#"{"id":"1"}"#; n].join(",")
            )
        };
        assert_eq!(problems(&merchants(500)), []);
        assert_eq!(
            problems(&merchants(501)),
            [("/allowedMerchants".to_owned(), "too_many")]
        );
    }
}
