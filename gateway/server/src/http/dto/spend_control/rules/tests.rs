use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::app::Place;

fn places(rules: Value) -> Vec<(String, &'static str)> {
    let rules: RulesDto = serde_json::from_value(rules).unwrap();
    let problems = rules.parse("/rules").unwrap_err().into_iter();
    problems
        .map(|problem| match problem.place {
            Place::Pointer(pointer) => (pointer, problem.code),
            Place::Parameter(_) | Place::Header(_) => panic!("{problem:?} is not in the body"),
        })
        .collect()
}

#[test]
fn rules_that_do_not_fit_are_named_where_they_were_sent() {
    let limit = |window: Value| json!({ "limits": [{ "count": 1, "window": window }] });
    for (rules, pointer, code) in [
        (
            limit(json!({ "kind": "daily" })),
            "/rules/limits/0/window/kind",
            "bad_value",
        ),
        (
            limit(json!({ "kind": "rolling" })),
            "/rules/limits/0/window/period",
            "required",
        ),
        (
            limit(json!({ "kind": "rolling", "period": "year" })),
            "/rules/limits/0/window/period",
            "bad_value",
        ),
        (
            limit(json!({ "kind": "rolling", "period": "day", "timeZone": "Europe/Vilnius" })),
            "/rules/limits/0/window/timeZone",
            "not_taken",
        ),
        (
            limit(json!({ "kind": "calendar", "period": "day" })),
            "/rules/limits/0/window/timeZone",
            "required",
        ),
        (
            limit(json!({ "kind": "calendar", "period": "day", "timeZone": "Europe/Nowhere" })),
            "/rules/limits/0/window/timeZone",
            "unknown",
        ),
        (
            limit(json!({ "kind": "lifetime", "period": "day" })),
            "/rules/limits/0/window/period",
            "not_taken",
        ),
        (
            json!({ "limits": [{ "window": { "kind": "lifetime" } }] }),
            "/rules/limits/0",
            "required",
        ),
        (
            json!({ "limits": [{ "amount": { "amount": "x", "currency": "EUR" }, "window": { "kind": "lifetime" } }] }),
            "/rules/limits/0/amount/amount",
            "bad_amount",
        ),
        (
            json!({ "blockedMccs": ["7995", "casino"] }),
            "/rules/blockedMccs/1",
            "bad_format",
        ),
        // Sorted it comes first; it was sent second.
        (
            json!({ "allowedCountries": ["LT", "DEU"] }),
            "/rules/allowedCountries/1",
            "bad_format",
        ),
        (
            json!({ "allowedMccs": ["5999"], "blockedMccs": ["airlines"] }),
            "/rules/blockedMccs",
            "exclusive",
        ),
        (
            json!({ "allowedMerchants": [{ "id": "1", "name": "A" }] }),
            "/rules/allowedMerchants/0",
            "exclusive",
        ),
        (
            json!({ "blockedMerchants": [{ "id": "1" }, {}] }),
            "/rules/blockedMerchants/1",
            "required",
        ),
        (json!({ "maxUses": 0 }), "/rules/maxUses", "out_of_range"),
    ] {
        assert_eq!(
            places(rules.clone()),
            [(pointer.to_owned(), code)],
            "{rules}"
        );
    }
}

#[test]
fn rules_with_several_mistakes_name_all_of_them() {
    let rules = json!({
        "limits": [{ "amount": { "amount": "x", "currency": "EURO" }, "window": { "kind": "daily" } }],
        "allowedMccs": ["1"],
    });
    let pointers: Vec<_> = places(rules).into_iter().map(|(at, _)| at).collect();
    let expected = [
        "/rules/limits/0/amount/amount",
        "/rules/limits/0/amount/currency",
        "/rules/limits/0/window/kind",
        "/rules/allowedMccs/0",
    ];
    assert_eq!(pointers, expected);
}

fn window() -> impl Strategy<Value = Value> {
    let period = prop_oneof![Just("day"), Just("week"), Just("month")];
    let zone = prop_oneof![Just("Europe/Vilnius"), Just("America/Sao_Paulo")];
    prop_oneof![
        Just(json!({ "kind": "per_transaction" })),
        Just(json!({ "kind": "lifetime" })),
        period
            .clone()
            .prop_map(|period| json!({ "kind": "rolling", "period": period })),
        (period, zone).prop_map(
            |(period, zone)| json!({ "kind": "calendar", "period": period, "timeZone": zone })
        ),
    ]
}

proptest! {
    /// The shape of the API is the shape the domain stores.
    #[test]
    fn rules_of_the_api_are_the_stored_ones(
        limits in prop::collection::vec((1_u32..10_000, window()), 0..4),
        mccs in prop::collection::btree_set(prop_oneof![Just("5999"), Just("airlines"), Just("7995")], 0..3),
        uses in prop::option::of(1_u32..5),
        lock: bool,
    ) {
        let limits: Vec<Value> = limits
            .into_iter()
            .map(|(cents, window)| {
                let amount = format!("{}.{:02}", cents / 100, cents % 100);
                json!({ "amount": { "amount": amount, "currency": "EUR" }, "count": null, "window": window })
            })
            .collect();
        let sent = json!({
            "limits": limits, "allowedMccs": [], "blockedMccs": mccs, "allowedCountries": [],
            "blockedCountries": ["DE"], "allowedMerchants": [{ "id": "M-1" }, { "name": "Shop" }],
            "blockedMerchants": [], "maxUses": uses, "merchantLock": lock,
        });
        let stored: Rules = serde_json::from_value(sent.clone()).unwrap();
        let dto: RulesDto = serde_json::from_value(sent.clone()).unwrap();
        let read = dto.parse("/rules").unwrap();
        prop_assert_eq!(&read, &stored);
        let shown = serde_json::to_value(RulesDto::from(read)).unwrap();
        prop_assert_eq!(shown, sent);
    }
}
