//! Bodies that do not fit: each a 4xx problem that names the field, nothing written.

use cardmux_e2e::api::{fresh_key, usd};
use cardmux_e2e::{Api, Database, World, on_both_databases};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::case::{Case, check_all, settle};
use crate::setup;

on_both_databases! {
    bad_body_is_a_problem_that_names_the_field,
}

async fn bad_body_is_a_problem_that_names_the_field(database: Database) {
    let world = World::start(database, setup()).await;
    let id = world.acme.issue(&world.usd_type, "10.00").await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    settle(&world, &id).await;
    let mut cases = bad_amounts(&world, &id);
    cases.extend(bad_shapes(&world, &id));
    check_all(&world, cases).await;
}

fn bad_amounts(world: &World, id: &str) -> Vec<Case> {
    // As JSON text, since not every one of them is a `Value`.
    let amounts = [
        (r#""1e400""#, 422),
        ("1e400", 400),
        ("10", 422),
        (r#""-1""#, 422),
        (r#""0""#, 422),
        (r#""0.0000001""#, 422),
        (r#""12.345""#, 422),
        (r#""""#, 422),
        (r#"" 10""#, 422),
        (r#""1,000.00""#, 422),
        (r#""99999999999999999999""#, 422),
        (r#""NaN""#, 422),
        ("null", 422),
    ];
    let mut cases = Vec::new();
    for (amount, status) in amounts {
        let code = if status == 400 {
            "invalid_json"
        } else {
            "invalid_request"
        };
        let money = format!(r#"{{"amount":{amount},"currency":"USD"}}"#);
        let issue = format!(
            r#"{{"typeId":"{}","initialBalance":{money}}}"#,
            world.usd_type
        );
        let name = amount;
        let request = raw(&world.acme, "/v1/cards", issue);
        cases.push(Case {
            name,
            request,
            status,
            code,
            names: "/initialBalance/amount",
        });
        for change in ["deposit", "withdraw"] {
            let path = format!("/v1/cards/{id}/{change}");
            let request = raw(&world.acme, &path, format!(r#"{{"amount":{money}}}"#));
            cases.push(Case {
                name,
                request,
                status,
                code,
                names: "/amount/amount",
            });
        }
    }
    for currency in ["ZZZ", "usd", "EUR", ""] {
        let money = json!({ "amount": "10.00", "currency": currency });
        let issue = json!({ "typeId": world.usd_type, "initialBalance": money }).to_string();
        let names = "/initialBalance/currency";
        let request = raw(&world.acme, "/v1/cards", issue);
        cases.push(Case {
            name: currency,
            request,
            status: 422,
            code: "invalid_request",
            names,
        });
    }
    cases
}

fn bad_shapes(world: &World, id: &str) -> Vec<Case> {
    let (ten, usd_type) = (usd("10.00"), &world.usd_type);
    let issue = |extra: Value| {
        let mut body = json!({ "typeId": usd_type, "initialBalance": ten });
        body.as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        raw(&world.acme, "/v1/cards", body.to_string())
    };
    let text = |body: &str| raw(&world.acme, "/v1/cards", body.to_owned());
    let deposit = format!("/v1/cards/{id}/deposit");
    let freeze = format!("/v1/cards/{id}/freeze");
    let long = "x".repeat(201);
    let unfit = |name, request, names| Case {
        name,
        request,
        status: 422,
        code: "invalid_request",
        names,
    };
    let not_json = |name, request| Case {
        name,
        request,
        status: 400,
        code: "invalid_json",
        names: "",
    };
    let mut cases = vec![
        unfit("unknown field", issue(json!({ "colour": "red" })), "colour"),
        unfit(
            "type of nobody",
            issue(json!({ "typeId": "ctype_01k9zr3m5wf0ks1b2c3d4e5f6g" })),
            "/typeId",
        ),
        unfit(
            "no type id",
            issue(json!({ "typeId": "111001" })),
            "/typeId",
        ),
        unfit("long label", issue(json!({ "label": long })), "/label"),
        unfit(
            "control character",
            issue(json!({ "externalId": "a\u{0}b" })),
            "/externalId",
        ),
        unfit(
            "metadata of another shape",
            issue(json!({ "metadata": { "a": 1 } })),
            "/metadata/a",
        ),
        unfit(
            "no amount",
            raw(&world.acme, &deposit, "{}".to_owned()),
            "amount",
        ),
        unfit(
            "long note",
            raw(
                &world.acme,
                &freeze,
                json!({ "note": "x".repeat(51) }).to_string(),
            ),
            "/note",
        ),
        unfit("a list", text("[]"), ""),
        not_json("cut off", text("{\"typeId\":")),
        not_json("no JSON", text("typeId=1")),
        not_json("empty", text("")),
        not_json(
            "two documents",
            text(&format!("{{\"typeId\":\"{usd_type}\"}} {{}}")),
        ),
        not_json(
            "not UTF-8",
            world
                .acme
                .change("/v1/cards", &fresh_key(), &json!({}))
                .body(vec![b'"', 0xff, b'"']),
        ),
        unfit("deep", text(&"[".repeat(100_000)), ""),
    ];
    let request = world.acme.request(Method::POST, "/v1/cards").body("{}");
    let (status, code) = (415, "unsupported_media_type");
    cases.push(Case {
        name: "no media type",
        request,
        status,
        code,
        names: "Content-Type",
    });
    let request = raw(&world.acme, &freeze, "{\"note\":1}".to_owned());
    cases.push(unfit("note of another shape", request, "/note"));
    cases
}

fn raw(api: &Api, path: &str, body: String) -> RequestBuilder {
    let request = api
        .request(Method::POST, path)
        .header("Idempotency-Key", fresh_key());
    request
        .header("Content-Type", "application/json")
        .body(body)
}
