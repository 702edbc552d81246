//! Headers, queries and routes that do not fit: each a 4xx problem that names the place.

use cardmux_e2e::api::{Answer, usd};
use cardmux_e2e::{Database, World, on_both_databases};
use reqwest::Method;
use serde_json::json;

use crate::case::{Case, changed_at_the_end, check_all, settle};
use crate::setup;

on_both_databases! {
    bad_header_query_or_route_is_a_problem_that_names_it,
}

async fn bad_header_query_or_route_is_a_problem_that_names_it(database: Database) {
    let world = World::start(database, setup()).await;
    let id = world.acme.issue(&world.usd_type, "10.00").await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    settle(&world, &id).await;
    let mut cases = bad_headers(&world, &id);
    cases.extend(bad_queries(&world).await);
    cases.extend(bad_routes(&world));
    check_all(&world, cases).await;
    let refused = Answer::of(world.acme.request(Method::DELETE, "/v1/cards")).await;
    let allowed = refused.header("allow").unwrap_or_default();
    assert!(
        allowed.contains("GET") && allowed.contains("POST"),
        "{allowed:?}"
    );
}

fn bad_headers(world: &World, id: &str) -> Vec<Case> {
    let body = json!({ "typeId": world.usd_type, "initialBalance": usd("10.00") });
    let (status, code) = (400, "invalid_header");
    let issue = |header: &str, value: &str| {
        world
            .acme
            .request(Method::POST, "/v1/cards")
            .header(header, value)
            .json(&body)
    };
    let key = |name, value: &str| Case {
        name,
        request: issue("Idempotency-Key", value),
        status,
        code,
        names: "Idempotency-Key",
    };
    let wait = |name, value: &str| Case {
        name,
        request: issue("Prefer", value),
        status,
        code,
        names: "Prefer",
    };
    let two = issue("Idempotency-Key", "one").header("Idempotency-Key", "two");
    let patch = world
        .acme
        .request(Method::PATCH, &format!("/v1/cards/{id}"))
        .json(&json!({}));
    vec![
        key("empty key", ""),
        key("quoted empty key", "\"\""),
        key("long key", &"k".repeat(256)),
        key("key with a blank", "a b"),
        Case {
            name: "two keys",
            request: two,
            status,
            code,
            names: "Idempotency-Key",
        },
        wait("wait of no number", "wait=soon"),
        wait("negative wait", "wait=-1"),
        Case {
            name: "bad tag",
            request: patch.header("If-Match", "latest"),
            status,
            code,
            names: "If-Match",
        },
    ]
}

async fn bad_queries(world: &World) -> Vec<Case> {
    // A second card, so that there is a second page to have a cursor of.
    let id = world.acme.issue(&world.usd_type, "10.00").await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    settle(world, &id).await;
    let page = world.acme.get("/v1/cards?limit=1").await.expect(200);
    let cursor = page["nextCursor"]
        .as_str()
        .expect("two cards are two pages");
    let get = |path: String| world.acme.request(Method::GET, &path);
    let case = |name, path: String, names| Case {
        name,
        request: get(path),
        status: 400,
        code: "invalid_query",
        names,
    };
    vec![
        case(
            "cursor of cards for operations",
            format!("/v1/operations?cursor={cursor}"),
            "cursor",
        ),
        case(
            "cursor of another filter",
            format!("/v1/cards?status=active&cursor={cursor}"),
            "cursor",
        ),
        case(
            "cursor of nobody",
            "/v1/cards?cursor=abc".to_owned(),
            "cursor",
        ),
        case(
            "changed cursor",
            format!("/v1/cards?cursor={}", changed_at_the_end(cursor)),
            "cursor",
        ),
        case("limit 0", "/v1/cards?limit=0".to_owned(), "limit"),
        case("limit 201", "/v1/cards?limit=201".to_owned(), "limit"),
        case(
            "limit of no number",
            "/v1/cards?limit=many".to_owned(),
            "limit",
        ),
        case(
            "unknown status",
            "/v1/cards?status=melted".to_owned(),
            "status",
        ),
        case(
            "unknown kind",
            "/v1/operations?kind=melt".to_owned(),
            "kind",
        ),
        case(
            "unknown currency",
            "/v1/card-types?currency=ZZZ".to_owned(),
            "currency",
        ),
        case(
            "card id of no card",
            "/v1/operations?cardId=op_1".to_owned(),
            "cardId",
        ),
        case(
            "unknown parameter",
            "/v1/cards?colour=red".to_owned(),
            "colour",
        ),
    ]
}

fn bad_routes(world: &World) -> Vec<Case> {
    let send = |method, path: &str| world.acme.request(method, path);
    let case = |name, request, status, code, names| Case {
        name,
        request,
        status,
        code,
        names,
    };
    vec![
        case(
            "unknown route",
            send(Method::GET, "/v1/crads"),
            404,
            "not_found",
            "/v1/crads",
        ),
        case("root", send(Method::GET, "/"), 404, "not_found", "/"),
        case(
            "wrong method",
            send(Method::DELETE, "/v1/cards"),
            405,
            "method_not_allowed",
            "",
        ),
        case(
            "get of a change",
            send(Method::GET, "/v1/cards/x/freeze"),
            405,
            "method_not_allowed",
            "",
        ),
        case(
            "no card id",
            send(Method::GET, "/v1/cards/17"),
            404,
            "resource_not_found",
            "id",
        ),
        case(
            "card of nobody",
            send(Method::GET, "/v1/cards/card_01k9zr3m5wf0ks1b2c3d4e5f6g"),
            404,
            "resource_not_found",
            "card_01k9zr3m5wf0ks1b2c3d4e5f6g",
        ),
        case(
            "id of another kind",
            send(
                Method::GET,
                "/v1/operations/card_01k9zr3m5wf0ks1b2c3d4e5f6g",
            ),
            404,
            "resource_not_found",
            "id",
        ),
    ]
}
