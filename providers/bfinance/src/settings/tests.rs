use super::*;
use cardmux_domain::card::CardModel;
use serde_json::json;

fn problems(settings: serde_json::Value) -> Vec<String> {
    let problems = Settings::read(settings).unwrap_err();
    assert!(!format!("{problems:?}").contains("hush"));
    problems.into_iter().map(|p| p.path).collect()
}

#[test]
fn defaults_are_the_documented_shapes() {
    let settings = Settings::read(json!({"base_url": "https://h", "token": "hush"})).unwrap();
    let Settings { access, rules } = settings;
    assert_eq!(access.path_prefix, "/external/api");
    assert_eq!(rules.card_prefix, "cards");
    assert_eq!(rules.pin_policy, PinPolicy::Strict);
    assert_eq!(rules.min_top_up.to_string(), "1.01");
    assert_eq!(rules.settle_time, Duration::from_secs(60));
    assert_eq!(rules.types.of("any"), TypeRule::default());
    assert!(!format!("{access:?}").contains("hush"));
}

#[test]
fn base_url_may_name_its_path() {
    let settings = json!({"base_url": "https://h/other/api/", "token": "t"});
    let access = Settings::read(settings).unwrap().access;
    assert_eq!(access.path_prefix, "/other/api");
}

#[test]
fn everything_wrong_is_reported_at_once_and_not_shown() {
    let settings = json!({
        "base_url": "https://h/?key=hush", "card_prefix": "hush", "pin_policy": "hush",
        "types": {
            "a": {"kind": "budget_card"}, "b": {"kind": "hush", "country": "Germany", "speling": 1},
            "c": {"budget": "hush"},
        },
        "transaction_statuses": {"done": "hush"}, "min_top_up": "hush", "page_limit": 0,
        "poll_slowest_ms": 1, "speling": "hush",
    });
    assert_eq!(
        problems(settings),
        [
            "base_url",
            "token",
            "card_prefix",
            "types.a.budget",
            "types.b.kind",
            "types.b.country",
            "types.b.speling",
            "types.c.budget",
            "pin_policy",
            "transaction_statuses",
            "min_top_up",
            "page_limit",
            "poll_slowest_ms",
            "speling",
        ]
    );
    assert_eq!(
        problems(json!({"types": [], "transaction_types": 1})),
        ["base_url", "token", "types", "transaction_types"]
    );
}

#[test]
fn types_and_words_are_read() {
    let rules = Settings::read(json!({
        "base_url": "https://h", "token": "t",
        "types": {
            "t1": {"kind": "budget_card", "budget": "b1", "customer": "none", "country": "LT"},
            "t2": {"customer": "required", "form": "physical", "customer_form": "business"},
            "t3": {"kind": "budget_card", "budget": "b1", "names": "always"},
        },
        "transaction_statuses": {"Done": "settled"}, "transaction_types": {"atm": "withdrawal"},
    }))
    .unwrap()
    .rules;
    assert_eq!(rules.types.of("t1").model(), CardModel::BudgetCard);
    assert!(rules.types.have_budget_cards());
    assert_eq!(rules.types.budgets(), ["b1"]);
    assert_eq!(rules.types.enrolling().collect::<Vec<_>>(), ["t2", "t3"]);
    assert!(rules.types.of("t3").names_always);
    assert!(rules.words.status("done").is_some());
    assert!(rules.words.status("COMPLETED").is_some());
    assert!(rules.words.kind("atm").is_some());
    assert!(rules.words.status("other").is_none());
}
