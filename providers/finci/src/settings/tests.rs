use super::*;
use cardmux_domain::card::CardModel;
use cardmux_domain::card_type::Requirement;
use serde_json::{Value, json};

fn least() -> Value {
    json!({
        "base_url": "https://h:5500", "token": "hush-t", "secret": "hush-s",
        "products": [{"product_id": 41, "currency": "EUR"}],
        "delivery_address": {"country": "LT", "city": "Vilnius"},
    })
}

fn with(more: Value) -> Value {
    let mut settings = least();
    let more = more.as_object().unwrap().clone();
    settings.as_object_mut().unwrap().extend(more);
    settings
}

fn problems(settings: Value) -> Vec<String> {
    let problems = Settings::read(settings).unwrap_err();
    assert!(!format!("{problems:?}").contains("hush"));
    problems.into_iter().map(|p| p.path).collect()
}

#[test]
fn defaults_are_the_documented_shapes() {
    let settings = Settings::read(least()).unwrap();
    assert!(!format!("{settings:?}").contains("hush"));
    let Settings { access, rules } = settings;
    assert_eq!(access.path_prefix, "/v1");
    assert_eq!(access.paths.get_cards, "/get-cards");
    assert_eq!(access.codes.duplicate, ["EXTERNAL_ID_EXISTS"]);
    assert_eq!(rules.deadline, Duration::from_secs(3));
    assert_eq!(rules.approved_codes, ["Approved"]);
    assert_eq!(rules.amount_unit, AmountUnit::Major);
    assert_eq!(rules.plastic, PlasticGoes::Asked);
    assert!(rules.creates_accounts && !rules.lists_without_owner && !rules.simulator);
    assert_eq!(rules.validity_months, None);
    let product = rules.products.of("41").unwrap();
    assert_eq!((product.owner, product.plastic), (OwnerKind::Person, false));
    assert_eq!(product.model(), CardModel::BudgetCard);
}

#[test]
fn product_of_cards_with_money_of_their_own_needs_no_budget() {
    let product = json!({"product_id": 44, "currency": "EUR", "model": "card"});
    let settings = Settings::read(with(json!({ "products": [product] }))).unwrap();
    let spec = crate::map::card_type::spec(settings.rules.products.of("44").unwrap());
    assert_eq!(spec.model, CardModel::Card);
    assert!(!spec.requirements.contains(&Requirement::Budget));
}

#[test]
fn prefix_comes_from_the_url_or_beside_it() {
    let prefix = |more| Settings::read(with(more)).unwrap().access.path_prefix;
    assert_eq!(prefix(json!({"base_url": "https://h/api/v1/"})), "/api/v1");
    assert_eq!(prefix(json!({"path_prefix": "/api/v1"})), "/api/v1");
    let twice = json!({"base_url": "https://h/v1", "path_prefix": "/v1"});
    assert_eq!(problems(with(twice)), ["path_prefix"]);
    assert_eq!(
        problems(with(json!({"path_prefix": "v1"}))),
        ["path_prefix"]
    );
}

#[test]
fn everything_wrong_is_reported_at_once_and_not_shown() {
    let settings = json!({
        "base_url": "https://h/?key=hush", "canonical": "hush", "signature_hex": "hush",
        "paths": {"create_card": "hush"}, "duplicate_codes": [["hush"]],
        "products": [
            {"product_id": "hush", "form": "physical", "model": "gift"},
            {"product_id": 1, "currency": "hush", "owner": "hush", "speling": 1},
            {"product_id": 2, "currency": "EUR"}, {"product_id": 2, "currency": "USD"},
        ],
        "delivery_address": {"city": 7}, "express_delivery": [], "validity_months": 0,
        "embossing_length": 0, "companies": {"1": "h ush"}, "plastic_goes": "hush",
        "message_types": {"Charge": "hush"}, "amount_unit": "hush", "decline_status": 100,
        "speling": "hush",
    });
    let mut found = problems(settings);
    found.sort_unstable();
    assert_eq!(
        found,
        [
            "amount_unit",
            "base_url",
            "canonical",
            "companies",
            "decline_status",
            "delivery_address",
            "duplicate_codes",
            "embossing_length",
            "express_delivery",
            "message_types",
            "paths",
            "plastic_goes",
            "products.0.currency",
            "products.0.form",
            "products.0.model",
            "products.0.product_id",
            "products.1.currency",
            "products.1.owner",
            "products.1.speling",
            "products.3.product_id",
            "secret",
            "signature_hex",
            "speling",
            "token",
            "validity_months",
        ]
    );
    assert_eq!(
        problems(json!({"products": []})),
        [
            "base_url",
            "token",
            "secret",
            "products",
            "delivery_address"
        ]
    );
}

#[test]
fn unknowns_can_be_set() {
    let rules = Settings::read(with(json!({
        "express_delivery": "no", "validity_months": 36, "companies": {" 305 ": 11001},
        "message_types": {"Purchase": "authorization"}, "approved_codes": "Approved",
        "amount_unit": "minor", "embossing_characters": "abc",
    })))
    .unwrap()
    .rules;
    assert_eq!(
        serde_json::to_string(&rules.express_delivery).unwrap(),
        "\"no\""
    );
    assert_eq!(rules.validity_months, Some(36));
    assert_eq!(rules.companies.corporate_id("305"), Some("11001"));
    assert_eq!(
        rules.words.kind("PURCHASE"),
        Some(MessageKind::Authorization)
    );
    assert_eq!(rules.words.kind("Return"), Some(MessageKind::Return));
    assert_eq!(rules.words.kind("other"), None);
    assert_eq!(rules.embossing.characters, "ABC");
}
