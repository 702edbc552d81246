//! Every kind of bad input: a 4xx problem with a stable code that names the place, nothing written.

use cardmux_e2e::api::{Answer, fresh_key, usd};
use cardmux_e2e::{Api, Database, World, on_both_databases, wait_until};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    bad_body_is_a_problem_that_names_the_field,
    bad_header_query_or_route_is_a_problem_that_names_it,
    bad_credentials_see_and_change_nothing,
    bad_webhook_is_refused_and_not_stored,
}

/// What a bad request is answered, and what the answer must name.
struct Case {
    name: &'static str,
    request: RequestBuilder,
    status: u16,
    code: &'static str,
    /// Pointer, parameter or header in `errors`, or a word of `detail` where there are none.
    names: &'static str,
}

impl Case {
    async fn check(self) {
        let Self { name, request, status, code, names } = self;
        let answer = Answer::of(request).await;
        assert_eq!(answer.status, status, "{name}: {}", answer.text);
        let problem = answer.problem(status, code);
        assert!(named(&problem).iter().any(|place| place.contains(names)), "{name}: {problem}");
    }
}

fn named(problem: &Value) -> Vec<&str> {
    let errors = problem["errors"].as_array();
    let errors = errors.into_iter().flatten();
    let places: Vec<_> = errors
        .filter_map(|error| ["pointer", "parameter", "header"].iter().find_map(|k| error[*k].as_str()))
        .collect();
    if places.is_empty() { problem["detail"].as_str().into_iter().collect() } else { places }
}

/// Check each case, and that all of them together wrote nothing and called nobody.
async fn check_all(world: &World, cases: Vec<Case>) {
    let before = (world.written(&world.acme).await, world.emulator.changes().await);
    for case in cases {
        case.check().await;
    }
    let after = (world.written(&world.acme).await, world.emulator.changes().await);
    assert_eq!(after, before);
}

async fn bad_body_is_a_problem_that_names_the_field(database: Database) {
    let world = World::start(database, setup()).await;
    let id = world.acme.issue(&world.usd_type, "10.00").await["id"].as_str().unwrap().to_owned();
    settle(&world, &id).await;
    let mut cases = bad_amounts(&world, &id);
    cases.extend(bad_shapes(&world, &id));
    check_all(&world, cases).await;
}

/// A card's snapshot follows its operation; after it nothing changes by itself.
async fn settle(world: &World, id: &str) {
    world.acme.card_when(id, |card| card["providerStatus"] == "Normal").await;
}

fn bad_amounts(world: &World, id: &str) -> Vec<Case> {
    // As JSON text, since not every one of them is a `Value`.
    let amounts = [
        (r#""1e400""#, 422), ("1e400", 400), ("10", 422), (r#""-1""#, 422), (r#""0""#, 422),
        (r#""0.0000001""#, 422), (r#""12.345""#, 422), (r#""""#, 422), (r#"" 10""#, 422),
        (r#""1,000.00""#, 422), (r#""99999999999999999999""#, 422), (r#""NaN""#, 422), ("null", 422),
    ];
    let mut cases = Vec::new();
    for (amount, status) in amounts {
        let code = if status == 400 { "invalid_json" } else { "invalid_request" };
        let money = format!(r#"{{"amount":{amount},"currency":"USD"}}"#);
        let issue = format!(r#"{{"typeId":"{}","initialBalance":{money}}}"#, world.usd_type);
        let name = amount;
        let request = raw(&world.acme, "/v1/cards", issue);
        cases.push(Case { name, request, status, code, names: "/initialBalance/amount" });
        for change in ["deposit", "withdraw"] {
            let path = format!("/v1/cards/{id}/{change}");
            let request = raw(&world.acme, &path, format!(r#"{{"amount":{money}}}"#));
            cases.push(Case { name, request, status, code, names: "/amount/amount" });
        }
    }
    for currency in ["ZZZ", "usd", "EUR", ""] {
        let money = json!({ "amount": "10.00", "currency": currency });
        let issue = json!({ "typeId": world.usd_type, "initialBalance": money }).to_string();
        let names = "/initialBalance/currency";
        let request = raw(&world.acme, "/v1/cards", issue);
        cases.push(Case { name: currency, request, status: 422, code: "invalid_request", names });
    }
    cases
}

fn bad_shapes(world: &World, id: &str) -> Vec<Case> {
    let (ten, usd_type) = (usd("10.00"), &world.usd_type);
    let issue = |extra: Value| {
        let mut body = json!({ "typeId": usd_type, "initialBalance": ten });
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        raw(&world.acme, "/v1/cards", body.to_string())
    };
    let text = |body: &str| raw(&world.acme, "/v1/cards", body.to_owned());
    let deposit = format!("/v1/cards/{id}/deposit");
    let freeze = format!("/v1/cards/{id}/freeze");
    let long = "x".repeat(201);
    let unfit = |name, request, names| Case { name, request, status: 422, code: "invalid_request", names };
    let not_json = |name, request| Case { name, request, status: 400, code: "invalid_json", names: "" };
    let mut cases = vec![
        unfit("unknown field", issue(json!({ "colour": "red" })), "colour"),
        unfit("type of nobody", issue(json!({ "typeId": "ctype_01k9zr3m5wf0ks1b2c3d4e5f6g" })), "/typeId"),
        unfit("no type id", issue(json!({ "typeId": "111001" })), "/typeId"),
        unfit("long label", issue(json!({ "label": long })), "/label"),
        unfit("control character", issue(json!({ "externalId": "a\u{0}b" })), "/externalId"),
        unfit("metadata of another shape", issue(json!({ "metadata": { "a": 1 } })), "/metadata/a"),
        unfit("no amount", raw(&world.acme, &deposit, "{}".to_owned()), "amount"),
        unfit("long note", raw(&world.acme, &freeze, json!({ "note": "x".repeat(51) }).to_string()), "/note"),
        unfit("a list", text("[]"), ""),
        not_json("cut off", text("{\"typeId\":")),
        not_json("no JSON", text("typeId=1")),
        not_json("empty", text("")),
        not_json("two documents", text("{} {}")),
        not_json("not UTF-8", world.acme.change("/v1/cards", &fresh_key(), &json!({})).body(vec![b'"', 0xff, b'"'])),
        not_json("deep", text(&"[".repeat(100_000))),
    ];
    let huge = format!("{{\"label\":\"{}\"}}", "x".repeat(10 * 1024 * 1024));
    let request = raw(&world.acme, "/v1/cards", huge);
    cases.push(Case { name: "10 MB", request, status: 413, code: "body_too_large", names: "" });
    let request = world.acme.request(Method::POST, "/v1/cards").body("{}");
    let (status, code) = (415, "unsupported_media_type");
    cases.push(Case { name: "no media type", request, status, code, names: "Content-Type" });
    let request = raw(&world.acme, &freeze, "{\"note\":1}".to_owned());
    cases.push(unfit("note of another shape", request, "/note"));
    cases
}

fn raw(api: &Api, path: &str, body: String) -> RequestBuilder {
    let request = api.request(Method::POST, path).header("Idempotency-Key", fresh_key());
    request.header("Content-Type", "application/json").body(body)
}

async fn bad_header_query_or_route_is_a_problem_that_names_it(database: Database) {
    let world = World::start(database, setup()).await;
    let id = world.acme.issue(&world.usd_type, "10.00").await["id"].as_str().unwrap().to_owned();
    settle(&world, &id).await;
    let mut cases = bad_headers(&world, &id);
    cases.extend(bad_queries(&world).await);
    cases.extend(bad_routes(&world));
    check_all(&world, cases).await;
}

fn bad_headers(world: &World, id: &str) -> Vec<Case> {
    let body = json!({ "typeId": world.usd_type, "initialBalance": usd("10.00") });
    let (status, code) = (400, "invalid_header");
    let issue = |header: &str, value: &str| {
        world.acme.request(Method::POST, "/v1/cards").header(header, value).json(&body)
    };
    let key = |name, value: &str| Case {
        name, request: issue("Idempotency-Key", value), status, code, names: "Idempotency-Key",
    };
    let wait = |name, value: &str| Case {
        name, request: issue("Prefer", value), status, code, names: "Prefer",
    };
    let two = issue("Idempotency-Key", "one").header("Idempotency-Key", "two");
    let patch = world.acme.request(Method::PATCH, &format!("/v1/cards/{id}")).json(&json!({}));
    vec![
        key("empty key", ""),
        key("quoted empty key", "\"\""),
        key("long key", &"k".repeat(256)),
        key("key with a blank", "a b"),
        Case { name: "two keys", request: two, status, code, names: "Idempotency-Key" },
        wait("wait of no number", "wait=soon"),
        wait("negative wait", "wait=-1"),
        Case { name: "bad tag", request: patch.header("If-Match", "latest"), status, code, names: "If-Match" },
    ]
}

async fn bad_queries(world: &World) -> Vec<Case> {
    // A second card, so that there is a second page to have a cursor of.
    let id = world.acme.issue(&world.usd_type, "10.00").await["id"].as_str().unwrap().to_owned();
    settle(world, &id).await;
    let page = world.acme.get("/v1/cards?limit=1").await.expect(200);
    let cursor = page["nextCursor"].as_str().expect("two cards are two pages");
    let get = |path: String| world.acme.request(Method::GET, &path);
    let case = |name, path: String, names| Case {
        name, request: get(path), status: 400, code: "invalid_query", names,
    };
    vec![
        case("cursor of cards for operations", format!("/v1/operations?cursor={cursor}"), "cursor"),
        case("cursor of another filter", format!("/v1/cards?status=active&cursor={cursor}"), "cursor"),
        case("cursor of nobody", "/v1/cards?cursor=abc".to_owned(), "cursor"),
        case("changed cursor", format!("/v1/cards?cursor=A{}", &cursor[1..]), "cursor"),
        case("limit 0", "/v1/cards?limit=0".to_owned(), "limit"),
        case("limit 201", "/v1/cards?limit=201".to_owned(), "limit"),
        case("limit of no number", "/v1/cards?limit=many".to_owned(), "limit"),
        case("unknown status", "/v1/cards?status=melted".to_owned(), "status"),
        case("unknown kind", "/v1/operations?kind=melt".to_owned(), "kind"),
        case("unknown currency", "/v1/card-types?currency=ZZZ".to_owned(), "currency"),
        case("card id of no card", "/v1/operations?cardId=op_1".to_owned(), "cardId"),
        case("unknown parameter", "/v1/cards?colour=red".to_owned(), "colour"),
    ]
}

fn bad_routes(world: &World) -> Vec<Case> {
    let send = |method, path: &str| world.acme.request(method, path);
    let case = |name, request, status, code, names| Case { name, request, status, code, names };
    vec![
        case("unknown route", send(Method::GET, "/v1/crads"), 404, "not_found", "/v1/crads"),
        case("root", send(Method::GET, "/"), 404, "not_found", "/"),
        case("wrong method", send(Method::DELETE, "/v1/cards"), 405, "method_not_allowed", "POST"),
        case("get of a change", send(Method::GET, "/v1/cards/x/freeze"), 405, "method_not_allowed", "POST"),
        case("no card id", send(Method::GET, "/v1/cards/17"), 404, "resource_not_found", "id"),
        case(
            "card of nobody",
            send(Method::GET, "/v1/cards/card_01k9zr3m5wf0ks1b2c3d4e5f6g"),
            404, "resource_not_found", "card_01k9zr3m5wf0ks1b2c3d4e5f6g",
        ),
        case("id of another kind", send(Method::GET, "/v1/operations/card_01k9zr3m5wf0ks1b2c3d4e5f6g"), 404, "resource_not_found", "id"),
    ]
}

async fn bad_credentials_see_and_change_nothing(database: Database) {
    let world = World::start(database, setup()).await;
    let id = world.acme.issue(&world.usd_type, "10.00").await["id"].as_str().unwrap().to_owned();
    settle(&world, &id).await;
    let body = json!({ "typeId": world.usd_type, "initialBalance": usd("10.00") });
    let globex = world.key("globex", &[]).await;
    let reader = world.key("acme", &["cards:read"]).await;
    let revoked = world.key("acme", &[]).await;
    revoked.get("/v1/cards").await.expect(200);
    world.revoke("acme", &revoked).await;
    wait_until("a revoked key stops working", async || revoked.get("/v1/cards").await.status == 401).await;

    let (path, deposit) = (format!("/v1/cards/{id}"), format!("/v1/cards/{id}/deposit"));
    let move_ten = json!({ "amount": usd("10.00") });
    let case = |name, request, status, code, names| Case { name, request, status, code, names };
    let nobody = |name, request| case(name, request, 401, "unauthenticated", "Authorization");
    let hidden = |name, request| Case {
        name, request, status: 404, code: "resource_not_found", names: "card_",
    };
    let bare = |value: &str| world.acme.bare(Method::POST, "/v1/cards").header("Authorization", value).json(&body);
    // One character of the secret is another one.
    let mut forged = world.acme.key().to_owned();
    let last = if forged.pop() == Some('A') { 'B' } else { 'A' };
    forged.push(last);
    let cases = vec![
        nobody("no key", world.acme.bare(Method::POST, "/v1/cards").json(&body)),
        nobody("another scheme", bare("Basic YTpi")),
        nobody("no key of ours", bare("Bearer nonsense")),
        nobody("forged key", bare(&format!("Bearer {forged}"))),
        nobody("revoked key", revoked.change("/v1/cards", "revoked", &body)),
        hidden("another tenant's card", globex.request(Method::GET, &path)),
        hidden("its deposit", globex.change(&deposit, "theirs", &move_ten)),
        hidden("its balance", globex.request(Method::GET, &format!("{path}/balance"))),
        hidden("its label", globex.request(Method::PATCH, &path).json(&json!({ "label": "mine" }))),
        case("reader issues", reader.change("/v1/cards", "reader", &body), 403, "forbidden", "cards:write"),
        case("reader deposits", reader.change(&deposit, "reader", &move_ten), 403, "forbidden", "funds:write"),
    ];
    check_all(&world, cases).await;
    assert!(globex.all("/v1/cards").await.is_empty());
    assert!(globex.all("/v1/operations").await.is_empty());
    reader.get(&path).await.expect(200);
}

async fn bad_webhook_is_refused_and_not_stored(database: Database) {
    let world = World::start(database, setup()).await;
    let card = world.acme.issue(&world.usd_type, "10.00").await;
    settle(&world, card["id"].as_str().unwrap()).await;
    let order = json!({
        "merchantOrderNo": "x", "cardNo": card["provider"]["ref"], "type": "cancel", "status": "success",
    });
    let hook = |path: &str| world.acme.bare(Method::POST, path).json(&order);
    let signed = |value: &str| hook("/hooks/fincard_main").header("X-FC-SIGNATURE", value);
    let case = |name, request, status, code, names| Case { name, request, status, code, names };
    let refused = |name, request| case(name, request, 401, "webhook_refused", "");
    check_all(
        &world,
        vec![
            refused("no signature", hook("/hooks/fincard_main")),
            refused("signature of nobody", signed(&"QUJD".repeat(32))),
            refused("no base64", signed("*")),
            refused("no text", hook("/hooks/fincard_main").header("X-FC-SIGNATURE", b"\xa7".as_slice())),
            case("unknown instance", hook("/hooks/another"), 404, "resource_not_found", "another"),
            case("no instance", hook("/hooks/A B"), 404, "resource_not_found", ""),
            case("wrong method", world.acme.bare(Method::GET, "/hooks/fincard_main"), 405, "method_not_allowed", "POST"),
            case("10 MB", signed("QUJD").body(vec![b'x'; 10 * 1024 * 1024]), 413, "body_too_large", ""),
        ],
    )
    .await;
    let card = world.acme.card(card["id"].as_str().unwrap()).await;
    assert_eq!(card["status"], "active");
}
