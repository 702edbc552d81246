//! What `cardmux config plan` says is what happens.

use std::collections::BTreeMap;
use std::time::Duration;

use cardmux_e2e::api::fresh_key;
use cardmux_e2e::wait::within;
use cardmux_e2e::{Database, World, on_both_databases, people};
use serde_json::{Value, json};

use crate::routed::{catalogues_read, mock};
use crate::setup;

on_both_databases! {
    plan_equals_the_effect,
}

/// Longer than a loaded machine takes for anything that is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

const MOCKS: [&str; 3] = ["mock_a", "mock_b", "mock_c"];

/// By weight for most, another rule for the growth team.
fn routes(weights: [u32; 2], growth: &str, team: &str) -> Value {
    json!([
        {
            "name": "growth",
            "when": { "metadata": { "team": team } },
            "choose": [{ "instance": growth }],
        },
        {
            "name": "most",
            "when": { "currency": ["USD"] },
            "choose": [
                { "instance": "mock_a", "weight": weights[0] },
                { "instance": "mock_b", "weight": weights[1] },
            ],
            "fallback": ["mock_c"],
        },
    ])
}

async fn requests(world: &World) -> Vec<Value> {
    let mut requests: Vec<Value> = (0..120)
        .map(|n| {
            json!({
                "want": { "model": "card", "currency": "USD" },
                "externalId": format!("req-{n:03}"),
                "metadata": { "team": if n % 10 == 0 { "growth" } else { "sales" } },
            })
        })
        .collect();
    for _ in 0..10 {
        let customer = people::with_short_form(&world.acme).await;
        let want = json!({ "currency": "USD" });
        requests.push(json!({ "want": want, "customerId": customer }));
    }
    requests
}

async fn explained(world: &World, body: &Value) -> Option<String> {
    let key = fresh_key();
    let told = world.acme.post("/v1/routing/explain", &key, body);
    let told = told.await.expect(200);
    Some(told["chosen"]["instance"].as_str()?.to_owned())
}

async fn plan_equals_the_effect(database: Database) {
    let setup = setup()
        .with("/providers/mock_a", mock())
        .with("/providers/mock_b", mock())
        .with("/providers/mock_c", mock())
        .with(
            "/tenants/acme/instances",
            json!(["fincard_main", "mock_a", "mock_b", "mock_c"]),
        )
        .with("/tenants/acme/routes", routes([70, 30], "mock_c", "growth"));
    let world = World::start(database, setup).await;
    catalogues_read(&world, &MOCKS).await;

    let mut issued = Vec::new();
    for body in requests(&world).await {
        let card = world
            .acme
            .post("/v1/cards", &fresh_key(), &body)
            .await
            .expect(201);
        let id = card["id"].as_str().unwrap().to_owned();
        let at = card["provider"]["instance"].as_str().unwrap().to_owned();
        issued.push((id, at, body));
    }

    // Other weights, another team, and one rule more.
    let config = &world.installation.config;
    let text = std::fs::read_to_string(config).unwrap();
    let mut next: Value = toml::from_str(&text).unwrap();
    let mut changed = routes([20, 80], "mock_a", "sales");
    let rest = json!({ "name": "rest", "fallback": ["mock_c"] });
    changed.as_array_mut().unwrap().push(rest);
    next["tenants"]["acme"]["routes"] = changed;
    let file = config.with_file_name("next.toml");
    std::fs::write(&file, toml::to_string(&next).unwrap()).unwrap();

    let file = file.to_str().unwrap();
    let plan = world
        .installation
        .run(&["config", "plan", file, "--json"])
        .await;
    let plan: Value = serde_json::from_str(&plan).unwrap();
    assert_eq!(plan["changed"], json!(["tenants.acme.routes"]));
    let acme = &plan["tenants"]["acme"];
    assert_eq!(acme["tenant"], "kept");
    let rules = json!({ "added": ["rest"], "removed": [], "changed": ["growth", "most"], "reordered": false });
    assert_eq!(acme["rules"], rules);
    assert_eq!(acme["requests"], issued.len());
    let cards = acme["cards"].as_array().unwrap();
    assert_eq!(acme["elsewhere"], cards.len());
    let predicted: BTreeMap<&str, Option<&str>> = cards
        .iter()
        .map(|card| (card["cardId"].as_str().unwrap(), card["to"].as_str()))
        .collect();
    assert!(
        predicted.len() > 20 && predicted.len() < issued.len(),
        "{acme}"
    );
    let told = world.installation.run(&["config", "plan", file]).await;
    let line = format!(
        "{} of {} requests of the last 7 days",
        cards.len(),
        issued.len()
    );
    assert!(
        told.contains(&line) && told.contains("rules added: rest"),
        "{told}"
    );
    // Until it is applied, nothing is different.
    for (_, at, body) in issued.iter().take(10) {
        assert_eq!(explained(&world, body).await.as_ref(), Some(at), "{body}");
    }

    std::fs::copy(file, config).unwrap();
    world.gateway.hang_up();
    let operator = world.key("operator", &["operator"]).await;
    let in_force = async || {
        let config = operator.get("/admin/v1/config").await.expect(200);
        (config["generation"] == 2).then_some(())
    };
    within(PATIENCE, in_force).await.expect("it is in force");
    for (id, at, body) in &issued {
        let expected = match predicted.get(id.as_str()) {
            Some(elsewhere) => elsewhere.map(str::to_owned),
            None => Some(at.clone()),
        };
        assert_eq!(explained(&world, body).await, expected, "{body}");
    }
}
