//! `/admin/v1`: tenants, instances and API keys in the operator's hands.

use cardmux_e2e::setup::{ACME, GLOBEX, INSTANCE};
use cardmux_e2e::{Answer, Api, Database, World, on_both_databases, wait_until};
use reqwest::Method;
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    operator_sees_who_may_use_what,
    operator_makes_rotates_and_revokes_keys,
    keys_are_rotated_on_the_command_line,
    keys_that_make_no_sense_are_refused,
}

const KEYS: &str = "/admin/v1/tenants/globex/keys";

async fn operator_sees_who_may_use_what(database: Database) {
    let mut setup = setup();
    setup.more_instances = &["fincard_acme"];
    let world = World::start(database, setup).await;
    let operator = world.key("operator", &[]).await;
    let tenants = operator.all("/admin/v1/tenants?limit=1").await;
    let seen: Vec<_> = tenants
        .iter()
        .map(|t| (&t["id"], &t["instances"]))
        .collect();
    assert_eq!(
        seen,
        [
            (&json!(ACME), &json!([INSTANCE, "fincard_acme"])),
            (&json!(GLOBEX), &json!([INSTANCE])),
        ]
    );
    assert_eq!(tenants[0]["displayName"], "Acme");
    let instances = operator.all("/admin/v1/instances?limit=1").await;
    let seen: Vec<_> = instances
        .iter()
        .map(|i| (&i["instance"], &i["tenants"]))
        .collect();
    assert_eq!(
        seen,
        [
            (&json!("fincard_acme"), &json!([ACME])),
            (&json!(INSTANCE), &json!([ACME, GLOBEX])),
        ]
    );
    assert!(
        instances
            .iter()
            .all(|i| i["healthy"] == true && i["kind"] == "fincard")
    );
    // The private one's card types are its tenant's alone.
    let of_acme = world.acme.all("/v1/card-types?instance=fincard_acme").await;
    assert!(!of_acme.is_empty());
    let globex = world.key(GLOBEX, &[]).await;
    let visible = globex.all("/v1/card-types").await;
    assert!(!visible.is_empty());
    assert!(
        visible
            .iter()
            .all(|card_type| card_type["instance"] == INSTANCE),
        "{visible:?}"
    );
    let private = format!("/v1/card-types/{}", of_acme[0]["id"].as_str().unwrap());
    globex
        .get(&private)
        .await
        .problem(404, "resource_not_found");
}

async fn delete(operator: &Api, path: &str) -> Answer {
    Answer::of(operator.request(Method::DELETE, path)).await
}

/// The id and a client of a key that an answer brought.
fn made(world: &World, answer: Answer) -> (String, Api, Value) {
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let body = answer.expect(201);
    let text = body["text"].as_str().unwrap().to_owned();
    let id = body["key"]["id"].as_str().unwrap().to_owned();
    (id, Api::new(world.gateway.url(), text), body["key"].clone())
}

async fn operator_makes_rotates_and_revokes_keys(database: Database) {
    let world = World::start(database, setup()).await;
    let operator = world.key("operator", &[]).await;
    let body = json!({ "name": "back office", "scopes": ["cards:read"], "expiresAt": "2036-01-01T00:00:00Z" });
    let (first_id, first, key) = made(&world, operator.post(KEYS, "k1", &body).await);
    assert_eq!(key["expiresAt"], "2036-01-01T00:00:00.000Z");
    first.get("/v1/cards").await.expect(200);
    first.get("/v1/events").await.problem(403, "forbidden");

    // Both work for the overlap; the new one has what the old one had.
    let rotate = format!("{KEYS}/{first_id}/rotate");
    let rotated = operator
        .post(&rotate, "k2", &json!({ "overlapSeconds": 600 }))
        .await;
    let (second_id, second, key) = made(&world, rotated);
    assert_eq!(
        (&key["name"], &key["scopes"]),
        (&body["name"], &body["scopes"])
    );
    assert!(key["expiresAt"].as_str().unwrap() > "2035", "{key}");
    first.get("/v1/cards").await.expect(200);
    second.get("/v1/cards").await.expect(200);
    // Without an overlap the old one ends there and then.
    let rotate = format!("{KEYS}/{second_id}/rotate");
    let (third_id, third, _) = made(&world, operator.post(&rotate, "k3", &json!({})).await);
    second
        .get("/v1/cards")
        .await
        .problem(401, "unauthenticated");
    third.get("/v1/cards").await.expect(200);
    let again = operator.post(&rotate, "k4", &json!({})).await;
    again.problem(409, "api_key_not_active");
    for _ in 0..2 {
        let path = format!("{KEYS}/{third_id}");
        assert_eq!(delete(&operator, &path).await.status, 204);
        third.get("/v1/cards").await.problem(401, "unauthenticated");
    }

    let listed = operator.all(&format!("{KEYS}?limit=2")).await;
    let ids: Vec<_> = listed
        .iter()
        .map(|key| key["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, [&third_id, &second_id, &first_id]);
    let revoked: Vec<_> = listed
        .iter()
        .map(|key| key["revokedAt"].is_string())
        .collect();
    assert_eq!(revoked, [true, true, false]);
    let first_ends = listed[2]["expiresAt"].as_str().unwrap();
    assert!(first_ends < "2035", "it has ten minutes left: {first_ends}");
    let texts = [&first, &second, &third].map(|api| api.key().to_owned());
    let shown = json!(listed).to_string();
    assert!(!shown.contains("hash") && texts.iter().all(|text| !shown.contains(text)));

    let trail = operator.all("/admin/v1/audit?tenant=globex&limit=2").await;
    let trail: Vec<_> = trail
        .iter()
        .rev()
        .map(|line| (&line["action"], &line["subject"]))
        .collect();
    // Two lines of one moment come in either order.
    let (made, rest) = trail.split_first().unwrap();
    assert_eq!(*made, (&json!("api_key.created"), &json!(first_id)));
    for expected in [
        ("api_key.rotated", &first_id),
        ("api_key.created", &second_id),
        ("api_key.rotated", &second_id),
        ("api_key.created", &third_id),
        ("api_key.revoked", &third_id),
    ] {
        assert!(
            rest.contains(&(&json!(expected.0), &json!(expected.1))),
            "{expected:?} in {trail:?}"
        );
    }
    assert_eq!(rest.len(), 5, "{trail:?}");
}

async fn keys_are_rotated_on_the_command_line(database: Database) {
    let world = World::start(database, setup()).await;
    let run = async |arguments: &[&str]| world.installation.run(arguments).await;
    let text = run(&[
        "keys",
        "create",
        "--tenant",
        GLOBEX,
        "--name",
        "ci",
        "--expires-in",
        "90d",
    ])
    .await;
    let old = Api::new(world.gateway.url(), text.clone());
    old.get("/v1/cards").await.expect(200);
    let id = format!(
        "key_{}",
        text.trim_start_matches("cmx_").split('_').next().unwrap()
    );
    let listed = run(&["keys", "list", "--tenant", GLOBEX]).await;
    assert!(
        listed.contains(&id) && listed.contains("active until"),
        "{listed}"
    );
    let text = run(&["keys", "rotate", "--tenant", GLOBEX, &id]).await;
    let new = Api::new(world.gateway.url(), text);
    new.get("/v1/cards").await.expect(200);
    wait_until("the old key stops working", async || {
        old.get("/v1/cards").await.status == 401
    })
    .await;
    let listed = run(&["keys", "list", "--tenant", GLOBEX]).await;
    let states: Vec<_> = listed
        .lines()
        .map(|line| (line.contains("revoked"), line.ends_with("ci")))
        .collect();
    assert_eq!(states, [(false, true), (true, true)], "{listed}");
    let operator = world.key("operator", &[]).await;
    let trail = operator.all("/admin/v1/audit?tenant=globex").await;
    assert!(
        trail.iter().all(|line| line["actor"] == "command line"),
        "{trail:?}"
    );
    assert_eq!(trail.len(), 3, "{trail:?}");
}

async fn keys_that_make_no_sense_are_refused(database: Database) {
    let world = World::start(database, setup()).await;
    let operator = world.key("operator", &[]).await;
    let body = json!({
        "name": "", "scopes": ["cards:read", "operator", "cards:dream", "cards:read"],
        "expiresAt": "2020-01-01T00:00:00Z",
    });
    let problem = operator
        .post(KEYS, "k", &body)
        .await
        .problem(422, "invalid_request");
    let errors = problem["errors"].as_array().unwrap().iter();
    let places: Vec<_> = errors
        .map(|error| {
            (
                error["pointer"].as_str().unwrap(),
                error["code"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        places,
        [
            ("/name", "bad_length"),
            ("/scopes/1", "not_taken"),
            ("/scopes/2", "unknown"),
            ("/scopes/3", "repeated"),
            ("/expiresAt", "in_the_past"),
        ]
    );
    let id = "key_01k9zr3m5wf0ks1b2c3d4e5f6g";
    let week = json!({ "overlapSeconds": 604_801 });
    let too_long = operator
        .post(&format!("{KEYS}/{id}/rotate"), "k", &week)
        .await;
    too_long.problem(422, "invalid_request");
    let fine = json!({ "name": "x", "scopes": ["cards:read"] });
    for missing in [
        operator
            .post("/admin/v1/tenants/nobody/keys", "k", &fine)
            .await,
        // The operator's own keys are made on the machine.
        operator
            .post("/admin/v1/tenants/operator/keys", "k", &fine)
            .await,
        operator.get("/admin/v1/tenants/nobody/keys").await,
        operator
            .post(&format!("{KEYS}/{id}/rotate"), "k", &json!({}))
            .await,
        delete(&operator, &format!("{KEYS}/{id}")).await,
        delete(&operator, &format!("{KEYS}/nonsense")).await,
    ] {
        missing.problem(404, "resource_not_found");
    }
    // A key is its tenant's: another tenant's path does not lead to it.
    let text = world
        .acme
        .key()
        .trim_start_matches("cmx_")
        .split('_')
        .next()
        .unwrap();
    delete(&operator, &format!("{KEYS}/key_{text}"))
        .await
        .problem(404, "resource_not_found");
    world.acme.get("/v1/cards").await.expect(200);
}
