//! Personal data is shown to its tenant, encrypted everywhere else, and gone when erased.

use cardmux_e2e::api::fresh_key;
use cardmux_e2e::people::{self, SHORT_FORM};
use cardmux_e2e::setup::{ACME, GLOBEX};
use cardmux_e2e::traces::Canary;
use cardmux_e2e::{Answer, Api, Database, Setup, World, on_both_databases, wait_until};
use reqwest::Method;
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    personal_data_at_finhub_is_in_clear_nowhere,
    personal_data_at_upstream_is_in_clear_nowhere,
    customer_made_twice_with_one_key_is_one,
    customer_that_is_refused_leaves_nothing,
    customers_of_others_do_not_exist,
    data_key_that_is_replaced_is_not_needed_any_more,
    customer_that_is_erased_is_gone,
    customer_on_the_way_to_a_provider_is_not_erased,
}

const FIRST: &str = "Zephyrinecan";
const LAST: &str = "Canaryfeather";
const EMAIL: &str = "zephyrine.canary@mail.example";
const PHONE: &str = "15198765432104";
const STREET: &str = "Canary Wharf Lane 4711";
const PASSPORT: &str = "C4N4RY-0815-4711";

/// A customer with data that occurs nowhere by chance.
fn canary() -> Value {
    let mut customer = people::short_form();
    customer["firstName"] = json!(FIRST);
    customer["lastName"] = json!(LAST);
    customer["email"] = json!(EMAIL);
    customer["phone"]["number"] = json!(PHONE);
    customer["address"]["line1"] = json!(STREET);
    customer["identity"] = json!({ "kind": "PASSPORT", "number": PASSPORT });
    customer
}

fn canaries() -> Vec<Canary> {
    [FIRST, LAST, EMAIL, PHONE, STREET, PASSPORT]
        .map(|value| (format!("{}…", &value[..4]), value.to_owned()))
        .to_vec()
}

async fn nowhere(world: &World) {
    let none: [String; 0] = [];
    assert_eq!(world.traces(&canaries()).await, none);
}

async fn send(api: &Api, method: Method, path: &str, body: &Value) -> Answer {
    Answer::of(api.request(method, path).json(body)).await
}

async fn personal_data_at_finhub_is_in_clear_nowhere(database: Database) {
    hidden(database, setup()).await;
}

async fn personal_data_at_upstream_is_in_clear_nowhere(database: Database) {
    hidden(database, setup().upstream()).await;
}

async fn hidden(database: Database, setup: Setup) {
    let setup = Setup {
        log_filter: "trace",
        ..setup
    };
    let world = World::start(database, setup).await;
    let api = &world.acme;
    let customer = people::create(api, &canary()).await;
    let path = format!("/v1/customers/{customer}");
    let mut problems = mistakes(api, &path).await;
    let short = world.type_id(SHORT_FORM).await;
    problems.push(refused_by_the_provider(&world, &customer, &short).await);
    people::approved(api, &customer, &short).await;

    let shown = api.get(&path).await.expect(200);
    let expected = canary();
    for field in ["firstName", "lastName", "email", "phone"] {
        assert_eq!(shown[field], expected[field], "{field}");
    }
    assert_eq!(shown["address"]["line1"], STREET);
    assert_eq!(shown["identity"]["number"], PASSPORT);
    let listed = api.all("/v1/customers").await;
    assert_eq!(listed, [shown]);

    for problem in problems {
        for (name, canary) in canaries() {
            assert!(!problem.contains(&canary), "{name} is in a problem");
        }
    }
    nowhere(&world).await;
    // The search can find: the provider has it, and the log has what it should have.
    let log = std::fs::read_to_string(&world.installation.log).unwrap();
    assert!(log.contains("TRACE") && log.contains("/v1/customers"));
    assert!(world.emulator.saved().to_string().contains(EMAIL));
}

/// Requests that repeat the person's data and are wrong; the problems they are answered.
async fn mistakes(api: &Api, path: &str) -> Vec<String> {
    let mut unknown = canary();
    unknown["nickname"] = json!(FIRST);
    let mut too_long = canary();
    too_long["lastName"] = json!(LAST.repeat(100));
    let mut wrong_type = canary();
    wrong_type["phone"]["number"] = json!([PHONE]);
    let control = json!({ "firstName": format!("{FIRST}\u{7}") });
    let document = json!({ "identity": { "front": PASSPORT } });
    let mut problems = Vec::new();
    for body in [&unknown, &too_long, &wrong_type] {
        problems.push(send(api, Method::POST, "/v1/customers", body).await);
    }
    for body in [&control, &document] {
        problems.push(send(api, Method::PATCH, path, body).await);
    }
    let broken = api
        .request(Method::POST, "/v1/customers")
        .header("Content-Type", "application/json")
        .body(format!(
            "{{\"firstName\": \"{FIRST}\", \"lastName\": {LAST}"
        ));
    problems.push(Answer::of(broken).await);
    let texts = problems.into_iter().map(|answer| {
        assert!((400..500).contains(&answer.status), "{}", answer.status);
        answer.text
    });
    texts.collect()
}

/// An enrolment that the provider refuses once; the problem it is answered.
async fn refused_by_the_provider(world: &World, customer: &str, type_id: &str) -> String {
    let fault = json!([{ "kind": "refuse", "path": "/holder/v2/create", "times": 1 }]);
    world.emulator.faults(fault).await;
    let refused = people::enrol(&world.acme, customer, type_id).await;
    let text = refused.text.clone();
    refused.problem(422, "provider_refused");
    text
}

async fn customer_made_twice_with_one_key_is_one(database: Database) {
    let world = World::start(database, setup()).await;
    let api = &world.acme;
    let key = fresh_key();
    let first = api.post("/v1/customers", &key, &canary()).await;
    assert!(!first.is_replay());
    let body = canary();
    let again = api.post("/v1/customers", &key, &body).await;
    assert!(again.is_replay(), "{}", again.text);
    assert_eq!(again.status, 201);
    assert_eq!(again.body, first.body);
    let other = people::short_form();
    let reused = api.post("/v1/customers", &key, &other).await;
    reused.problem(422, "idempotency_key_reused");
    assert_eq!(
        api.all("/v1/customers").await,
        std::slice::from_ref(&first.body)
    );

    let keys = world.database.rows("idempotency_keys").await;
    let row = keys.iter().find(|row| row["key"] == key.as_str()).unwrap();
    assert_eq!(row["answer_body"], first.body["id"]);
    nowhere(&world).await;

    // Changed meanwhile, it is shown as it is; erased, it is gone for the repeater too.
    let path = format!("/v1/customers/{}", first.body["id"].as_str().unwrap());
    people::patch(
        api,
        path.trim_start_matches("/v1/customers/"),
        &json!({ "gender": "F" }),
    )
    .await;
    let again = api.post("/v1/customers", &key, &body).await;
    assert_eq!(again.expect(201)["gender"], "F");
    Answer::of(api.request(Method::DELETE, &path))
        .await
        .expect(204);
    let again = api.post("/v1/customers", &key, &body).await;
    again.problem(404, "resource_not_found");
}

async fn customer_that_is_refused_leaves_nothing(database: Database) {
    let world = World::start(database, setup()).await;
    let api = &world.acme;
    let mut body = canary();
    body["kind"] = json!("robot");
    let key = fresh_key();
    let refused = api.post("/v1/customers", &key, &body).await;
    let problem = refused.problem(422, "invalid_request");
    assert_eq!(problem["errors"][0]["pointer"], "/kind");
    assert!(world.database.rows("customers").await.is_empty());
    // The key is free for the corrected request.
    let made = api.post("/v1/customers", &key, &canary()).await;
    assert!(!made.is_replay());
    made.expect(201);
}

async fn customers_of_others_do_not_exist(database: Database) {
    let world = World::start(database, setup()).await;
    let customer = people::create(&world.acme, &canary()).await;
    let path = format!("/v1/customers/{customer}");
    let globex = world.key(GLOBEX, &[]).await;
    assert!(globex.all("/v1/customers").await.is_empty());
    globex.get(&path).await.problem(404, "resource_not_found");
    let change = json!({ "firstName": "Eve" });
    let changed = send(&globex, Method::PATCH, &path, &change).await;
    changed.problem(404, "resource_not_found");
    let erased = Answer::of(globex.request(Method::DELETE, &path)).await;
    erased.problem(404, "resource_not_found");
    assert_eq!(world.acme.get(&path).await.expect(200)["firstName"], FIRST);
    let cards = world.key(ACME, &["cards:read", "cards:write"]).await;
    cards.get(&path).await.problem(403, "forbidden");
}

/// The configuration file with other keys for personal data; the last one encrypts.
fn configure_data_keys(world: &World, keys: &[(&str, &str)]) {
    let text = std::fs::read_to_string(&world.installation.config).unwrap();
    let mut config: toml::Table = toml::from_str(&text).unwrap();
    let security = config["security"].as_table_mut().unwrap();
    let table = keys.iter().map(|(id, key)| (id.to_string(), (*key).into()));
    security.insert("data_keys".into(), toml::Table::from_iter(table).into());
    let (active, _) = keys.last().unwrap();
    security.insert("data_key".into(), (*active).into());
    std::fs::write(
        &world.installation.config,
        toml::to_string(&config).unwrap(),
    )
    .unwrap();
}

/// Thirty-two bytes each, in Base64; the first is the one of every test.
const K1: (&str, &str) = ("k1", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
const K2: (&str, &str) = ("k2", "Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=");

async fn data_key_that_is_replaced_is_not_needed_any_more(database: Database) {
    let mut world = World::start(database, setup()).await;
    let old = people::create(&world.acme, &canary()).await;
    let erased = people::create(&world.acme, &people::short_form()).await;
    let path = format!("/v1/customers/{erased}");
    Answer::of(world.acme.request(Method::DELETE, &path))
        .await
        .expect(204);
    assert_eq!(key_ids(&world).await, ["k1"]);

    configure_data_keys(&world, &[K1, K2]);
    world.restart().await;
    let new = people::create(&world.acme, &people::short_form()).await;
    assert_eq!(key_ids(&world).await, ["k1", "k2"]);
    let before = customers(&world, &[&old, &new]).await;
    let said = world.installation.run(&["keys", "rotate-data"]).await;
    assert_eq!(said, "1 customers encrypted anew");
    assert_eq!(key_ids(&world).await, ["k2", "k2"]);
    // The gateway that runs meanwhile reads on.
    assert_eq!(customers(&world, &[&old, &new]).await, before);
    let said = world.installation.run(&["keys", "rotate-data"]).await;
    assert_eq!(said, "0 customers encrypted anew");

    configure_data_keys(&world, &[K2]);
    world.restart().await;
    assert_eq!(customers(&world, &[&old, &new]).await, before);
    nowhere(&world).await;
}

/// Which key each profile has, where there is one.
async fn key_ids(world: &World) -> Vec<String> {
    let rows = world.database.rows("customers").await;
    let ids = rows.iter().filter_map(|row| row["profile_key"].as_str());
    let mut ids: Vec<_> = ids.map(str::to_owned).collect();
    ids.sort_unstable();
    ids
}

/// Without what encrypting anew changes.
async fn customers(world: &World, ids: &[&String]) -> Vec<Value> {
    let mut customers = Vec::new();
    for id in ids {
        let path = format!("/v1/customers/{id}");
        let mut customer = world.acme.get(&path).await.expect(200);
        customer["updatedAt"].take();
        customer["version"].take();
        customers.push(customer);
    }
    customers
}

async fn customer_that_is_erased_is_gone(database: Database) {
    let world = World::start(database, setup()).await;
    let api = &world.acme;
    let mut body = canary();
    body["externalId"] = json!("person-4711-canary");
    body["metadata"] = json!({ "team": "canary-team-4711" });
    let customer = people::create(api, &body).await;
    let short = world.type_id(SHORT_FORM).await;
    let enrolment = people::approved(api, &customer, &short).await;
    let path = format!("/v1/customers/{customer}");
    let erased = Answer::of(api.request(Method::DELETE, &path)).await;
    let request_id = erased.header("x-request-id").unwrap().to_owned();
    assert_eq!(erased.status, 204, "{}", erased.text);

    api.get(&path).await.problem(404, "resource_not_found");
    assert!(api.all("/v1/customers").await.is_empty());
    let again = Answer::of(api.request(Method::DELETE, &path)).await;
    again.problem(404, "resource_not_found");
    let changed = send(api, Method::PATCH, &path, &json!({ "firstName": "Eve" })).await;
    changed.problem(404, "resource_not_found");
    let documents = format!("{path}/documents?typeId={short}");
    let answer = Answer::of(people::picture(api, &documents)).await;
    answer.problem(404, "resource_not_found");

    let rows = world.database.rows("customers").await;
    let [row] = rows.as_slice() else {
        panic!("{} customers", rows.len());
    };
    for gone in ["profile", "profile_key", "external_id"] {
        assert!(row[gone].is_null(), "{gone} is left: {row}");
    }
    assert!(!row.to_string().contains("4711"), "{row}");
    assert!(!row["erased_at_ms"].is_null());
    let audited = world.audited().await;
    let found: Vec<_> = audited
        .iter()
        .filter(|one| one["action"] == "customer.erased")
        .collect();
    assert_eq!(found.len(), 1, "{audited:?}");
    assert_eq!(found[0]["subject"], customer.as_str());
    assert_eq!(found[0]["request_id"], request_id.as_str());
    // What happened stays, with an id that leads to nobody.
    let path = format!("/v1/enrolments/{}", enrolment["id"].as_str().unwrap());
    assert_eq!(
        api.get(&path).await.expect(200)["customerId"],
        customer.as_str()
    );
    nowhere(&world).await;
}

async fn customer_on_the_way_to_a_provider_is_not_erased(database: Database) {
    let world = World::start(database, setup()).await;
    let api = &world.acme;
    let customer = people::create(api, &canary()).await;
    let short = world.type_id(SHORT_FORM).await;
    let fault =
        json!([{ "kind": "delay", "path": "/holder/v2/create", "millis": 400, "times": 1 }]);
    world.emulator.faults(fault).await;
    let path = format!("/v1/customers/{customer}");
    let enrol = people::enrol(api, &customer, &short);
    let erase = async {
        wait_until("the provider was asked", async || {
            let calls = world.emulator.changes().await;
            calls
                .iter()
                .any(|call| call.path.ends_with("/holder/v2/create"))
        })
        .await;
        Answer::of(api.request(Method::DELETE, &path)).await
    };
    let (enrolment, refused) = tokio::join!(enrol, erase);
    let problem = refused.problem(409, "customer_in_use");
    assert_eq!(
        problem["enrolment"]["id"], enrolment.body["id"],
        "{problem}"
    );
    let id = enrolment.body["id"].as_str().unwrap();
    people::enrolment_when(api, id, "approved").await;
    wait_until("the enrolment is over", async || {
        let enrolment = api.get(&format!("/v1/enrolments/{id}")).await.expect(200);
        enrolment["pendingOperation"].is_null()
    })
    .await;
    Answer::of(api.request(Method::DELETE, &path))
        .await
        .expect(204);
}
