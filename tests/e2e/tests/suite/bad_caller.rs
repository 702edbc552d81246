//! Callers without the right to what they ask: they see and change nothing.

use cardmux_e2e::api::usd;
use cardmux_e2e::{Database, World, on_both_databases, wait_until};
use reqwest::Method;
use serde_json::json;

use crate::case::{Case, changed_at_the_end, check_all, settle};
use crate::setup;

on_both_databases! {
    bad_credentials_see_and_change_nothing,
    bad_webhook_is_refused_and_not_stored,
}

async fn bad_credentials_see_and_change_nothing(database: Database) {
    let world = World::start(database, setup()).await;
    let id = world.acme.issue(&world.usd_type, "10.00").await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    settle(&world, &id).await;
    let body = json!({ "typeId": world.usd_type, "initialBalance": usd("10.00") });
    let globex = world.key("globex", &[]).await;
    let reader = world.key("acme", &["cards:read"]).await;
    let revoked = world.key("acme", &[]).await;
    revoked.get("/v1/cards").await.expect(200);
    world.revoke("acme", &revoked).await;
    wait_until("a revoked key stops working", async || {
        revoked.get("/v1/cards").await.status == 401
    })
    .await;

    let (path, deposit) = (format!("/v1/cards/{id}"), format!("/v1/cards/{id}/deposit"));
    let move_ten = json!({ "amount": usd("10.00") });
    let case = |name, request, status, code, names| Case {
        name,
        request,
        status,
        code,
        names,
    };
    let nobody = |name, request| case(name, request, 401, "unauthenticated", "Authorization");
    let hidden = |name, request| Case {
        name,
        request,
        status: 404,
        code: "resource_not_found",
        names: "card_",
    };
    let bare = |value: &str| {
        world
            .acme
            .bare(Method::POST, "/v1/cards")
            .header("Authorization", value)
            .json(&body)
    };
    let forged = changed_at_the_end(world.acme.key());
    let cases = vec![
        nobody(
            "no key",
            world.acme.bare(Method::POST, "/v1/cards").json(&body),
        ),
        nobody("another scheme", bare("Basic YTpi")),
        nobody("no key of ours", bare("Bearer nonsense")),
        nobody("forged key", bare(&format!("Bearer {forged}"))),
        nobody("revoked key", revoked.change("/v1/cards", "revoked", &body)),
        hidden("another tenant's card", globex.request(Method::GET, &path)),
        hidden("its deposit", globex.change(&deposit, "theirs", &move_ten)),
        hidden(
            "its balance",
            globex.request(Method::GET, &format!("{path}/balance")),
        ),
        hidden(
            "its label",
            globex
                .request(Method::PATCH, &path)
                .json(&json!({ "label": "mine" })),
        ),
        case(
            "reader issues",
            reader.change("/v1/cards", "reader", &body),
            403,
            "forbidden",
            "cards:write",
        ),
        case(
            "reader deposits",
            reader.change(&deposit, "reader", &move_ten),
            403,
            "forbidden",
            "funds:write",
        ),
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
    let case = |name, request, status, code, names| Case {
        name,
        request,
        status,
        code,
        names,
    };
    let refused = |name, request| case(name, request, 401, "webhook_refused", "");
    check_all(
        &world,
        vec![
            refused("no signature", hook("/hooks/fincard_main")),
            refused("signature of nobody", signed(&"QUJD".repeat(32))),
            refused("no base64", signed("*")),
            refused(
                "no text",
                hook("/hooks/fincard_main").header("X-FC-SIGNATURE", b"\xa7".as_slice()),
            ),
            case(
                "unknown instance",
                hook("/hooks/another"),
                404,
                "resource_not_found",
                "another",
            ),
            case(
                "no instance",
                hook("/hooks/A B"),
                404,
                "resource_not_found",
                "",
            ),
            case(
                "wrong method",
                world.acme.bare(Method::GET, "/hooks/fincard_main"),
                405,
                "method_not_allowed",
                "",
            ),
        ],
    )
    .await;
    let card = world.acme.card(card["id"].as_str().unwrap()).await;
    assert_eq!(card["status"], "active");
}
