//! Ten thousand requests under three rules over four instances: split by weight, and each where it
//! was before.

use std::collections::{BTreeMap, BTreeSet};

use cardmux_e2e::api::fresh_key;
use cardmux_e2e::env::say;
use cardmux_e2e::setup::INSTANCE;
use cardmux_e2e::{Database, Setup, World, people};
use futures::StreamExt as _;
use serde_json::{Value, json};

use crate::routed::{catalogues_read, mock};
use crate::setup;

/// Requests under way at once.
const AT_ONCE: usize = 32;

/// A rule, the currency it is about, and the weights of its instances in per cent.
type Rule = (&'static str, &'static str, &'static [(&'static str, usize)]);

const RULES: [Rule; 3] = [
    (
        "dollars",
        "USD",
        &[("mock_a", 50), ("mock_b", 30), ("mock_c", 20)],
    ),
    ("euros", "EUR", &[("mock_b", 70), ("mock_d", 30)]),
    (
        "yen",
        "JPY",
        &[("mock_a", 1), ("mock_b", 9), ("mock_c", 40), ("mock_d", 50)],
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_split_by_weight_on_sqlite() {
    requests_are_split_by_weight(Database::sqlite(), 10_000).await;
}

/// Fewer, as each takes its time; the decision is the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_split_by_weight_on_postgres() {
    if let Some(database) = Database::postgres().await {
        requests_are_split_by_weight(database, 1_000).await;
    }
}

fn ruled() -> Setup {
    let rules = RULES.map(|(name, currency, weights)| {
        let arm =
            |(instance, weight): &(&str, usize)| json!({ "instance": instance, "weight": weight });
        let choose: Vec<Value> = weights.iter().map(arm).collect();
        json!({ "name": name, "when": { "currency": [currency] }, "choose": choose })
    });
    let setup = Setup {
        call_timeout_ms: 5000,
        log_filter: "warn,cardmux::cli=info",
        ..setup()
    };
    [
        "/providers/mock_a",
        "/providers/mock_b",
        "/providers/mock_c",
        "/providers/mock_d",
    ]
    .into_iter()
    .fold(setup, |setup, pointer| setup.with(pointer, mock()))
    .with(
        "/tenants/acme/instances",
        json!([INSTANCE, "mock_a", "mock_b", "mock_c", "mock_d"]),
    )
    .with("/tenants/acme/routes", json!(rules))
}

/// Request number `n` of this run; every third one is of the same rule.
fn body(n: usize) -> Value {
    json!({
        "want": { "model": "card", "form": "virtual", "currency": RULES[n % 3].1 },
        "externalId": format!("req-{n:05}"),
    })
}

/// Where the card is, once its issue is answered.
async fn issued(world: &World, body: &Value) -> (String, String) {
    let answer = world.acme.post("/v1/cards", &fresh_key(), body).await;
    // One of ten thousand may be slow; where it goes is decided all the same.
    assert!(matches!(answer.status, 201 | 202), "{}", answer.text);
    let card = answer.body;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (
        text(&card["routing"]["rule"]),
        text(&card["provider"]["instance"]),
    )
}

async fn requests_are_split_by_weight(database: Database, count: usize) {
    let world = World::start(database, ruled()).await;
    catalogues_read(&world, &["mock_a", "mock_b", "mock_c", "mock_d"]).await;
    let requests = futures::stream::iter(1..=count)
        .map(async |n| (n, issued(&world, &body(n)).await))
        .buffer_unordered(AT_ONCE);
    let places: BTreeMap<usize, (String, String)> = requests.collect().await;

    // One per cent of ten thousand; as many standard deviations of fewer.
    let tolerance = count.isqrt();
    for (at, (rule, _, weights)) in RULES.into_iter().enumerate() {
        let of_rule: Vec<&str> = (1..=count)
            .filter(|n| n % 3 == at)
            .map(|n| {
                assert_eq!(places[&n].0, rule, "request {n}");
                places[&n].1.as_str()
            })
            .collect();
        for (instance, weight) in weights {
            let got = of_rule.iter().filter(|place| *place == instance).count();
            let expected = of_rule.len() * weight / 100;
            say(&format!(
                "{rule} {instance}: {got} of {}, by weight {expected}",
                of_rule.len()
            ));
            assert!(
                got.abs_diff(expected) <= tolerance,
                "{rule} {instance}: {got}, not {expected}"
            );
        }
        let named: BTreeSet<&str> = weights.iter().map(|(instance, _)| *instance).collect();
        assert!(
            of_rule.iter().all(|place| named.contains(place)),
            "{rule}: somewhere else"
        );
    }
    // The same request goes to the same place.
    for n in 1..=60 {
        assert_eq!(issued(&world, &body(n)).await, places[&n], "request {n}");
    }
    customers_stay(&world).await;
}

/// Whatever else their requests say.
async fn customers_stay(world: &World) {
    let mut seen = BTreeSet::new();
    for customer in 0..30 {
        let customer_id = people::with_short_form(&world.acme).await;
        let mut places = BTreeSet::new();
        for n in [0, 3, 6] {
            let mut body = body(n);
            body["customerId"] = json!(customer_id);
            body["externalId"] = json!(format!("of-{customer}-{n}"));
            places.insert(issued(world, &body).await);
        }
        assert_eq!(places.len(), 1, "customer {customer}: {places:?}");
        seen.extend(places);
    }
    assert_eq!(
        seen.len(),
        3,
        "customers are spread over the rule's instances: {seen:?}"
    );
}
