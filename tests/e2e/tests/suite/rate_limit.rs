//! How many requests a tenant may make: over all its keys, told with every answer.

use cardmux_e2e::setup::{ACME, GLOBEX};
use cardmux_e2e::{Answer, Database, World, on_both_databases};
use reqwest::Method;
use serde_json::json;

use crate::setup;

on_both_databases! {
    tenant_beyond_its_limit_is_refused_and_nobody_else,
}

/// So slow that nothing comes back while the test runs.
const DAY: u32 = 86_400;
const REQUESTS: u32 = 6;

fn left(answer: &Answer) -> Option<&str> {
    answer
        .header("ratelimit")?
        .strip_prefix("\"default\";r=")?
        .split(';')
        .next()
}

async fn tenant_beyond_its_limit_is_refused_and_nobody_else(database: Database) {
    let limit = json!({ "requests": REQUESTS, "window_seconds": DAY });
    let world = World::start(database, setup().with("/tenants/globex/rate_limit", limit)).await;
    let first = world.key(GLOBEX, &[]).await;
    let second = world.key(GLOBEX, &["events:read"]).await;
    // Who is not known takes nothing from anybody.
    for _ in 0..2 * REQUESTS {
        let flood = first
            .bare(Method::GET, "/v1/cards")
            .bearer_auth("cmx_nobody");
        let answer = Answer::of(flood).await;
        assert_eq!(left(&answer), None);
        answer.problem(401, "unauthenticated");
    }
    // Every answer counts and tells, good or bad, whichever key.
    let answers = [
        (first.get("/v1/cards").await, 200, "5"),
        (second.get("/v1/events").await, 200, "4"),
        (second.get("/v1/cards").await, 403, "3"),
        (first.get("/v1/cards?limit=0").await, 400, "2"),
        (first.post("/v1/cards", "k", &json!({})).await, 422, "1"),
        (first.get("/v1/cards/card_x").await, 404, "0"),
    ];
    for (answer, status, remaining) in &answers {
        assert_eq!(
            (answer.status, left(answer)),
            (*status, Some(*remaining)),
            "{}",
            answer.text
        );
        let policy = answer.header("ratelimit-policy");
        assert_eq!(policy, Some("\"default\";q=6;w=86400"));
    }
    assert_eq!(
        answers[0].0.header("ratelimit"),
        Some("\"default\";r=5;t=14400")
    );

    let written = world.written(&world.acme).await;
    let body = json!({ "typeId": world.usd_type });
    for api in [&first, &second] {
        let refused = api.post("/v1/cards", "beyond", &body).await;
        let wait = refused.header("retry-after").unwrap().to_owned();
        assert!(
            (1..=DAY / REQUESTS).contains(&wait.parse().unwrap()),
            "{wait}"
        );
        let told = format!("\"default\";r=0;t={wait}");
        assert_eq!(refused.header("ratelimit"), Some(told.as_str()));
        refused.problem(429, "rate_limited");
    }
    // Another tenant, and the operator, are not concerned.
    let answer = world.key(ACME, &[]).await.get("/v1/cards").await;
    assert_eq!((answer.status, left(&answer)), (200, None));
    assert_eq!(world.written(&world.acme).await, written);
    let operator = world.key("operator", &[]).await;
    let tenants = operator.get("/admin/v1/tenants").await.expect(200);
    let limits: Vec<_> = tenants["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| &t["rateLimit"])
        .collect();
    assert_eq!(
        limits,
        [
            &json!(null),
            &json!({ "requests": REQUESTS, "windowSeconds": DAY })
        ]
    );
}
