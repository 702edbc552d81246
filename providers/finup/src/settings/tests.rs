use super::*;
use serde_json::json;

fn with(more: serde_json::Value) -> Result<Settings, Vec<SettingsProblem>> {
    let mut settings = json!({"base_url": "https://h", "account_id": "a1", "api_key": "hush"});
    let more = more.as_object().unwrap().clone();
    settings.as_object_mut().unwrap().extend(more);
    Settings::read(settings)
}

fn paths(problems: Vec<SettingsProblem>) -> Vec<String> {
    problems.into_iter().map(|p| p.path).collect()
}

#[test]
fn missing_and_unknown_settings_are_reported_together() {
    let problems = Settings::read(json!({"speling": 1})).unwrap_err();
    assert_eq!(
        paths(problems),
        ["base_url", "account_id", "api_key", "speling"]
    );
}

#[test]
fn wrong_values_are_reported_together_without_showing_them() {
    let problems = with(json!({
        "base_url": "https://h/backend", "tag_in": "hush", "page_field": "page", "page_size": 0,
        "status_from": "hush", "totals": "hush", "deposit_fee_unit": "hush", "fee_currency": "hush",
        "card_types": {"b1": {"colour": "hush"}}, "payment_types": {"hush": "hush"},
        "payment_statuses": ["hush"], "insufficient_funds_codes": [418, 404],
        "poll_fastest_ms": 5_000, "poll_slowest_ms": 10,
    }))
    .unwrap_err();
    assert!(!format!("{problems:?}").contains("hush"));
    let mut found = paths(problems);
    found.sort();
    assert_eq!(
        found,
        [
            "base_url",
            "card_types",
            "deposit_fee_unit",
            "fee_currency",
            "insufficient_funds_codes",
            "limit_field",
            "page_size",
            "payment_statuses",
            "payment_types",
            "poll_slowest_ms",
            "status_from",
            "tag_in",
            "totals",
        ]
    );
}

#[test]
fn defaults_are_the_documented_shapes() {
    let settings = with(json!({})).unwrap();
    assert_eq!(settings.access.base_path, "");
    assert!(settings.access.bearer.is_none());
    assert_eq!(settings.access.insufficient_funds_codes, Codes::default());
    assert_eq!(settings.settle_time, Duration::from_secs(60));
    assert_eq!(settings.polling.fastest, Duration::from_secs(2));
    assert_eq!(settings.polling.slowest, Duration::from_secs(900));
    let choices = settings.choices;
    assert_eq!(choices.status_from, StatusFrom::Get);
    assert_eq!(choices.tagging.place, TagIn::Notes);
    assert!(choices.tagging.search_finds_tag && choices.totals && !choices.simulator);
    assert!(choices.paging.fields.is_none());
}

#[test]
fn lists_come_as_lists_or_from_the_environment() {
    for codes in [json!([418, 420]), json!("418, 420")] {
        let settings = with(json!({"insufficient_funds_codes": codes})).unwrap();
        assert_eq!(
            settings.access.insufficient_funds_codes,
            Codes(vec![418, 420])
        );
    }
}

#[test]
fn debug_output_shows_no_secret() {
    let settings = with(json!({"bearer": "hush-hush"})).unwrap();
    assert!(!format!("{settings:?}").contains("hush"));
}
