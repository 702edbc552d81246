//! Each reason for which an issuer is passed over, and that explaining and issuing agree.

use std::collections::BTreeSet;

use cardmux_domain::routing::ExclusionReason;
use cardmux_e2e::api::{fresh_key, usd};
use cardmux_e2e::people::{self, SHORT_FORM};
use cardmux_e2e::setup::INSTANCE;
use cardmux_e2e::{Database, Setup, World, on_both_databases, wait_until};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use strum::VariantArray as _;

use crate::routed::{catalogues_read, mock};
use crate::setup;

on_both_databases! {
    every_reason_is_explained_and_told_with_the_refusal,
    what_is_explained_is_what_is_done,
}

/// Every adapter there is issues cards; `app::cards::routing` tests this one beside its code.
const NOT_CAUSED: [ExclusionReason; 1] = [ExclusionReason::Unsupported];

/// A rule by label, about one card type of one instance.
fn rule(reason: ExclusionReason, instance: &str, card_type: Option<&str>) -> Value {
    let mut arm = json!({ "instance": instance });
    if let Some(card_type) = card_type {
        arm["type"] = json!(card_type);
    }
    let name = reason.to_string();
    json!({ "name": name, "when": { "label": [name] }, "choose": [arm] })
}

fn excluding() -> Setup {
    use ExclusionReason as R;
    let setup = Setup {
        breaker_failures: 3,
        // A machine under load must not look like an issuer that fails.
        attempt_timeout_ms: 4000,
        call_timeout_ms: 5000,
        ..setup()
    };
    let routes = [
        rule(R::NoMatchingType, "mock_a", None),
        rule(R::TypesUnknown, "finup_away", None),
        rule(R::TypeUnavailable, "mock_a", Some("mock_usd_offline")),
        rule(R::IssuingPaused, "mock_paused", None),
        rule(R::CircuitOpen, INSTANCE, None),
        rule(R::AmountNotAccepted, "mock_a", Some("mock_usd")),
        rule(R::RequirementNotMet, "mock_a", Some("mock_usd_physical")),
        rule(R::EnrolmentMissing, "mock_a", Some("mock_eur_holder")),
        rule(R::EnrolmentNotApproved, INSTANCE, Some(SHORT_FORM)),
        rule(R::BudgetNotUsable, "mock_a", Some("mock_usd_budget")),
    ];
    // Nobody listens at the first port.
    let away = json!({
        "kind": "finup",
        "attempt_timeout_ms": 500,
        "breaker_failures": 1000,
        "settings": { "base_url": "http://127.0.0.1:1", "account_id": "a", "api_key": "k", "bearer": "b" },
    });
    let mut paused = mock();
    paused["issuing_paused"] = json!(true);
    setup
        // Longer than the test: it does not close by itself.
        .with("/providers/fincard_main/breaker_open_ms", json!(600_000))
        .with("/providers/finup_away", away)
        .with("/providers/mock_a", mock())
        .with("/providers/mock_paused", paused)
        .with(
            "/tenants/acme/instances",
            json!([INSTANCE, "mock_a", "mock_paused", "finup_away"]),
        )
        .with("/tenants/acme/routes", json!(routes))
}

async fn every_reason_is_explained_and_told_with_the_refusal(database: Database) {
    use ExclusionReason as R;
    let mut world = World::start(database, excluding()).await;
    catalogues_read(&world, &["mock_a", "mock_paused"]).await;
    let acme = &world.acme;
    let stranger = people::with_short_form(acme).await;
    world
        .emulator
        .script(json!({ "nextAudits": ["wait"] }))
        .await;
    let waiting = people::with_short_form(acme).await;
    let enrolment = people::enrol(acme, &waiting, &world.type_id(SHORT_FORM).await).await;
    enrolment.expect(201);
    let budget = json!({ "instance": INSTANCE, "name": "Elsewhere", "currency": "USD" });
    let budget = acme.finished("/v1/budgets", &budget).await.expect(201);
    let requests = [
        (R::NoMatchingType, json!({ "want": { "brand": "diners" } })),
        (R::TypesUnknown, json!({ "want": {} })),
        (R::TypeUnavailable, json!({ "want": {} })),
        (R::IssuingPaused, json!({ "want": {} })),
        (
            R::AmountNotAccepted,
            json!({ "want": {}, "initialBalance": usd("10000.01") }),
        ),
        (R::RequirementNotMet, json!({ "want": {} })),
        (
            R::EnrolmentMissing,
            json!({ "want": {}, "customerId": stranger }),
        ),
        (
            R::EnrolmentNotApproved,
            json!({ "want": {}, "customerId": waiting, "initialBalance": usd("50.00") }),
        ),
        (
            R::BudgetNotUsable,
            json!({ "want": {}, "budgetId": budget["id"] }),
        ),
    ];
    let mut caused: BTreeSet<R> = NOT_CAUSED.into();
    for (reason, request) in requests {
        let passes = matches!(reason, R::IssuingPaused | R::TypesUnknown);
        refused(&world, reason, request, passes).await;
        assert!(caused.insert(reason), "{reason} twice");
    }

    world.emulator.down().await;
    let named = json!({ "typeId": world.usd_type, "initialBalance": usd("10.00") });
    wait_until("the circuit opens", async || {
        let failed = world.acme.post("/v1/cards", &fresh_key(), &named).await;
        failed.problem(503, "provider_unavailable");
        let explained = world
            .acme
            .post("/v1/routing/explain", &fresh_key(), &named)
            .await;
        let excluded = explained.expect(200)["excluded"].take();
        excluded[0]["reason"] == "circuit_open"
    })
    .await;
    refused(&world, R::CircuitOpen, json!({ "want": {} }), true).await;
    caused.insert(R::CircuitOpen);
    let all: BTreeSet<R> = R::VARIANTS.iter().copied().collect();
    assert_eq!(caused, all);
}

/// Explained, then refused for the same reason; nothing is written.
async fn refused(world: &World, reason: ExclusionReason, mut request: Value, passes: bool) {
    request["label"] = json!(reason.to_string());
    let explained = world
        .acme
        .post("/v1/routing/explain", &fresh_key(), &request)
        .await;
    let explained = explained.expect(200);
    assert_eq!(explained["rule"], request["label"], "{explained}");
    assert_eq!(
        (&explained["chosen"], &explained["candidates"]),
        (&Value::Null, &json!([]))
    );
    let excluded = explained["excluded"].as_array().unwrap();
    let reasons: Vec<&str> = excluded
        .iter()
        .map(|e| e["reason"].as_str().unwrap())
        .collect();
    assert_eq!(reasons, [<&str>::from(reason)], "{explained}");
    let skipped = explained["skippedRules"].as_array().unwrap();
    assert!(
        skipped.iter().all(|rule| rule["unmet"] == "label"),
        "{explained}"
    );

    let cards = world.acme.all("/v1/cards").await;
    let answer = world.acme.post("/v1/cards", &fresh_key(), &request).await;
    assert_eq!(
        answer.header("retry-after").is_some(),
        passes,
        "{}",
        answer.text
    );
    let problem = match passes {
        true => answer.problem(503, "no_route_now"),
        false => answer.problem(422, "no_route"),
    };
    let errors = problem["errors"].as_array().unwrap();
    let codes: Vec<&str> = errors.iter().map(|e| e["code"].as_str().unwrap()).collect();
    assert_eq!(codes, reasons, "{problem}");
    assert_eq!(world.acme.all("/v1/cards").await, cards, "{reason}");
}

/// Rules that overlap, weigh, fall back and leave some requests to nobody.
fn overlapping() -> Setup {
    let arm = |instance: &str, weight: u32| json!({ "instance": instance, "weight": weight });
    let routes = json!([
        {
            "name": "large", "when": { "amount_min": "1000 USD" },
            "choose": [arm("mock_a", 1), arm("mock_b", 2)], "fallback": ["mock_c"],
        },
        {
            "name": "ads", "when": { "label": ["Ads"], "metadata": { "team": "growth" } },
            "choose": [arm("mock_b", 3), { "instance": "mock_c", "type": "mock_eur" }],
        },
        { "name": "gifts", "when": { "model": ["gift"] }, "fallback": ["mock_c", "mock_a"] },
        { "name": "rest", "when": { "form": ["virtual"] }, "choose": [arm("mock_a", 1), arm("mock_b", 1), arm("mock_c", 1)] },
    ]);
    setup()
        .with("/providers/mock_a", mock())
        .with("/providers/mock_b", mock())
        .with("/providers/mock_c", mock())
        .with(
            "/tenants/acme/instances",
            json!([INSTANCE, "mock_a", "mock_b", "mock_c"]),
        )
        .with("/tenants/acme/routes", routes)
}

fn request(rng: &mut StdRng, customers: &[String], n: usize) -> Value {
    let mut want = json!({});
    let wishes: [(&str, &[&str]); 4] = [
        ("model", &["card", "gift", "budget_card"]),
        ("form", &["virtual", "physical"]),
        ("currency", &["USD", "EUR", "JPY", "GBP"]),
        ("brand", &["visa", "mastercard"]),
    ];
    for (field, values) in wishes {
        if rng.random_bool(0.5) {
            want[field] = json!(values.choose(rng).unwrap());
        }
    }
    let mut request = json!({ "want": want, "externalId": format!("mix-{n:03}") });
    if rng.random_bool(0.5) {
        let amount = ["5.00", "100.00", "2500.00", "90000.00"]
            .choose(rng)
            .unwrap();
        let currency = want["currency"].as_str().unwrap_or("USD");
        let amount = if currency == "JPY" {
            amount.split('.').next().unwrap()
        } else {
            *amount
        };
        request["initialBalance"] = json!({ "amount": amount, "currency": currency });
    }
    if rng.random_bool(0.3) {
        request["label"] = json!("Ads");
        request["metadata"] = json!({ "team": "growth" });
    }
    if rng.random_bool(0.3) {
        request["customerId"] = json!(customers.choose(rng).unwrap());
    }
    request
}

async fn what_is_explained_is_what_is_done(database: Database) {
    let world = World::start(database, overlapping()).await;
    catalogues_read(&world, &["mock_a", "mock_b", "mock_c"]).await;
    let acme = &world.acme;
    let mut customers = Vec::new();
    for _ in 0..5 {
        customers.push(people::with_short_form(acme).await);
    }
    let mut rng = StdRng::seed_from_u64(6);
    let (mut issued, mut rules) = (0, BTreeSet::new());
    for n in 0..200 {
        let request = request(&mut rng, &customers, n);
        let explained = acme
            .post("/v1/routing/explain", &fresh_key(), &request)
            .await
            .expect(200);
        let answer = acme.post("/v1/cards", &fresh_key(), &request).await;
        if explained["chosen"].is_null() {
            let problem = answer.problem(422, "no_route");
            let excluded = explained["excluded"].as_array().unwrap().len();
            let told = problem["errors"].as_array().map_or(0, Vec::len);
            assert_eq!(told, excluded, "{request}: {explained} {problem}");
            continue;
        }
        let card = answer.expect(201);
        let place = json!([
            card["provider"]["instance"],
            card["typeId"],
            card["routing"]["rule"]
        ]);
        let expected = json!([
            explained["chosen"]["instance"],
            explained["chosen"]["typeId"],
            explained["rule"]
        ]);
        assert_eq!(place, expected, "{request}");
        assert_eq!(
            card["routing"]["candidates"], explained["candidates"],
            "{request}"
        );
        assert_eq!(
            card["routing"]["excluded"], explained["excluded"],
            "{request}"
        );
        rules.insert(card["routing"]["rule"].as_str().unwrap().to_owned());
        issued += 1;
    }
    assert_eq!(rules.len(), 4, "every rule decides something: {rules:?}");
    assert!((40..180).contains(&issued), "{issued} of 200 were issued");
}
