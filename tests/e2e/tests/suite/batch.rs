//! Batches: many cards asked for at once, each with a result of its own.

use std::time::Duration;

use cardmux_e2e::api::{Answer, fresh_key, usd};
use cardmux_e2e::wait::within;
use cardmux_e2e::world::card_type;
use cardmux_e2e::{Api, Database, Setup, World, on_both_databases, wait_until};
use futures::future::join_all;
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    batch_over_two_providers_decides_each_item_by_itself,
    batch_of_a_bad_shape_is_refused_whole_with_every_place,
    batch_too_large_is_refused,
    batch_with_a_used_key_is_the_first_one,
    batch_cancelled_sends_nothing_more,
    batch_item_that_was_not_taken_is_tried_again,
    batches_never_cross_tenants_and_are_paged,
}

/// The batch, once no item is open.
pub async fn ended(api: &Api, id: &str) -> Value {
    let path = format!("/v1/card-batches/{id}");
    let ended = within(Duration::from_secs(60), async || {
        let batch = api.get(&path).await.expect(200);
        (batch["status"] != "processing").then_some(batch)
    });
    ended.await.expect("the batch ends within a minute")
}

async fn posted(api: &Api, body: &Value) -> Value {
    let answer = api.post("/v1/card-batches", &fresh_key(), body).await;
    answer.expect(202)
}

fn id(batch: &Value) -> &str {
    batch["id"].as_str().unwrap()
}

fn with_mock() -> Setup {
    setup()
        .with(
            "/providers/mock_main",
            json!({ "kind": "mock", "attempt_timeout_ms": 500 }),
        )
        .with(
            "/tenants/acme/instances",
            json!(["fincard_main", "mock_main"]),
        )
}

async fn events(api: &Api, batch: &str) -> Vec<Value> {
    // A stream has a cursor on its last page too.
    let list = format!("/v1/events?subject={batch}");
    let page = api.get(&list).await.expect(200);
    page["data"].as_array().unwrap().clone()
}

async fn batch_over_two_providers_decides_each_item_by_itself(database: Database) {
    let world = World::start(database, with_mock()).await;
    let mock_type = card_type(&world.acme, "mock_usd").await;
    let good = |of: &str, n: usize| json!({ "typeId": of, "initialBalance": usd("20.00"), "externalId": format!("e-{n}"), "metadata": { "n": n.to_string() } });
    let mut items: Vec<Value> = (0..6)
        .map(|n| {
            good(
                if n % 2 == 0 {
                    &world.usd_type
                } else {
                    &mock_type
                },
                n,
            )
        })
        .collect();
    let bad = [
        json!({ "typeId": "ctype_01k9zr3m5wf0ks1b2c3d4e5f6g", "initialBalance": usd("20.00") }),
        json!({ "typeId": world.usd_type, "initialBalance": { "amount": "20.00", "currency": "EUR" } }),
        json!({ "typeId": world.usd_type, "initialBalance": usd("-1.00") }),
        json!({ "typeId": world.usd_type, "initialBalance": usd("20.00"), "budgetId": "bud_01k9zr3m5wf0ks1b2c3d4e5f6g" }),
    ];
    items.extend(bad.clone());
    let body =
        json!({ "label": "spring", "externalId": "b-1", "metadata": { "k": "v" }, "items": items });
    let batch = posted(&world.acme, &body).await;
    assert_eq!(
        (&batch["total"], &batch["label"]),
        (&json!(10), &json!("spring"))
    );
    assert_eq!(batch["status"], "processing");

    let batch = ended(&world.acme, id(&batch)).await;
    assert_eq!(
        (&batch["status"], &batch["percent"]),
        (&json!("completed"), &json!(100))
    );
    assert_eq!(
        batch["counts"],
        json!({ "queued": 0, "processing": 0, "succeeded": 6, "failed": 4, "cancelled": 0 })
    );
    assert!(batch["completedAt"].as_str() >= batch["createdAt"].as_str());

    let list = format!("/v1/card-batches/{}/items", id(&batch));
    let all = world.acme.all(&format!("{list}?limit=3")).await;
    let indexes: Vec<i64> = all
        .iter()
        .map(|item| item["index"].as_i64().unwrap())
        .collect();
    assert_eq!(indexes, Vec::from_iter(0..10));
    for (n, item) in all.iter().enumerate().take(6) {
        assert_eq!(
            (&item["status"], &item["attempts"]),
            (&json!("succeeded"), &json!(1)),
            "{item}"
        );
        let card = world.acme.card(item["cardId"].as_str().unwrap()).await;
        assert_eq!(
            (&card["status"], &card["externalId"]),
            (&json!("active"), &json!(format!("e-{n}")))
        );
        assert_eq!(card["metadata"]["n"], json!(n.to_string()));
        assert_eq!(card["balance"]["amount"], "20.00", "{card}");
    }
    // An item fails as the same request by itself does.
    for (item, body) in all.iter().skip(6).zip(&bad) {
        let alone = world.acme.post("/v1/cards", &fresh_key(), body).await.body;
        assert_eq!(
            (&item["status"], &item["cardId"]),
            (&json!("failed"), &Value::Null),
            "{item}"
        );
        assert_eq!(item["error"]["code"], alone["code"], "{item} {alone}");
        assert_eq!(
            item["error"]["pointer"], alone["errors"][0]["pointer"],
            "{item} {alone}"
        );
    }
    let failed = world.acme.all(&format!("{list}?status=failed")).await;
    assert_eq!(failed, all[6..]);
    assert_eq!(world.emulator.state().await.cards.len(), 3);

    let told = events(&world.acme, id(&batch)).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["type"], "card_batch.completed");
    assert_eq!(
        (
            &told[0]["data"]["batch"]["succeeded"],
            &told[0]["data"]["batch"]["failed"]
        ),
        (&json!(6), &json!(4))
    );
}

async fn batch_of_a_bad_shape_is_refused_whole_with_every_place(database: Database) {
    let world = World::start(database, setup()).await;
    let good = json!({ "typeId": world.usd_type, "initialBalance": usd("20.00") });
    let items = json!([
        good,
        { "initialBalance": usd("20.00") },
        { "typeId": world.usd_type, "initialBalance": { "amount": "a lot", "currency": "ZZZ" } },
        { "typeId": "nothing", "customerId": "nobody" },
        { "typeId": world.usd_type, "colour": "red" },
        { "typeId": world.usd_type, "label": "x".repeat(201) },
        { "typeId": world.usd_type, "cardNumber": "4000050000000001" },
        "a card",
        [],
    ]);
    let answer = world
        .acme
        .post("/v1/card-batches", "bad", &json!({ "items": items }))
        .await;
    assert!(!answer.text.contains("4000050000000001"), "{}", answer.text);
    let problem = answer.problem(422, "invalid_request");
    let errors = problem["errors"].as_array().unwrap();
    let places: Vec<&str> = errors
        .iter()
        .map(|e| e["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(
        places,
        [
            "/items/1/typeId",
            "/items/2/initialBalance/amount",
            "/items/2/initialBalance/currency",
            "/items/3/typeId",
            "/items/3/customerId",
            "/items/4/colour",
            "/items/5/label",
            "/items/6/cardNumber",
            "/items/7",
            "/items/8",
        ]
    );
    let many: Vec<Value> = (0..130).map(|_| json!({})).collect();
    let many = world
        .acme
        .post("/v1/card-batches", "many", &json!({ "items": many }))
        .await;
    let problem = many.problem(422, "invalid_request");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 100);
    assert!(
        problem["detail"].as_str().unwrap().contains("30 more"),
        "{problem}"
    );
    for body in [
        json!({}),
        json!({ "items": [] }),
        json!({ "items": [good], "enrol": "auto" }),
        json!([good]),
    ] {
        let answer = world.acme.post("/v1/card-batches", "empty", &body).await;
        answer.problem(422, "invalid_request");
    }
    assert!(world.acme.all("/v1/card-batches").await.is_empty());
    assert!(world.emulator.changes().await.is_empty());
    // The key of a refused request is free.
    let body = json!({ "items": [good] });
    world
        .acme
        .post("/v1/card-batches", "bad", &body)
        .await
        .expect(202);
}

async fn batch_too_large_is_refused(database: Database) {
    let bounds = json!({ "batch_items_max": 5, "batch_body_bytes": 4096 });
    let world = World::start(database, setup().with("/api", bounds)).await;
    let item = json!({ "typeId": world.usd_type, "initialBalance": usd("20.00") });
    let batch = |count: usize| json!({ "items": vec![item.clone(); count] });
    let too_many = world.acme.post("/v1/card-batches", "six", &batch(6)).await;
    let too_many = too_many.problem(422, "invalid_request");
    assert_eq!(too_many["errors"][0]["pointer"], "/items", "{too_many}");
    assert_eq!(too_many["errors"][0]["code"], "too_many", "{too_many}");
    let too_long = json!({ "items": [item], "label": "x".repeat(5000) });
    let too_long = world.acme.post("/v1/card-batches", "long", &too_long).await;
    too_long.problem(413, "body_too_large");
    assert!(world.acme.all("/v1/card-batches").await.is_empty());
    let five = posted(&world.acme, &batch(5)).await;
    assert_eq!(
        ended(&world.acme, id(&five)).await["counts"]["succeeded"],
        5
    );
}

async fn batch_with_a_used_key_is_the_first_one(database: Database) {
    let world = World::start(database, setup()).await;
    let item = json!({ "typeId": world.usd_type, "initialBalance": usd("20.00") });
    let body = json!({ "items": vec![item.clone(); 20] });
    let posts = (0..10).map(|_| world.acme.post("/v1/card-batches", "same", &body));
    let answers = join_all(posts).await;
    assert_eq!(
        answers.iter().filter(|answer| !answer.is_replay()).count(),
        1
    );
    let first = answers[0].body["id"].clone();
    for answer in answers {
        assert_eq!(answer.expect(202)["id"], first);
    }
    let batch = ended(&world.acme, first.as_str().unwrap()).await;
    // A repeat is answered with the batch as it is by then.
    let replay = world.acme.post("/v1/card-batches", "same", &body).await;
    assert!(replay.is_replay());
    assert_eq!(replay.expect(202), batch);
    let other = json!({ "items": [item] });
    let other = world.acme.post("/v1/card-batches", "same", &other).await;
    other.problem(422, "idempotency_key_reused");
    assert_eq!(world.emulator.state().await.cards.len(), 20);
    assert_eq!(world.acme.all("/v1/card-batches").await.len(), 1);
}

async fn batch_cancelled_sends_nothing_more(database: Database) {
    let setup = setup().with("/worker/concurrency", json!(2));
    let path = setup.dialect.open_card();
    let world = World::start(database, setup).await;
    let slow = json!([{ "kind": "delay", "path": path, "millis": 100 }]);
    world.emulator.faults(slow).await;
    let item = json!({ "typeId": world.usd_type, "initialBalance": usd("20.00") });
    let batch = posted(&world.acme, &json!({ "items": vec![item; 60] })).await;
    wait_until("some cards are with the provider", async || {
        world.emulator.changes().await.len() > 3
    })
    .await;
    let cancel = format!("/v1/card-batches/{}/cancel", id(&batch));
    let cancelled = Answer::of(world.acme.request(reqwest::Method::POST, &cancel))
        .await
        .expect(200);
    assert!(cancelled["cancelRequestedAt"].is_string(), "{cancelled}");
    assert_eq!(cancelled["counts"]["queued"], 0, "{cancelled}");
    let again = Answer::of(world.acme.request(reqwest::Method::POST, &cancel))
        .await
        .expect(200);
    assert_eq!(again["cancelRequestedAt"], cancelled["cancelRequestedAt"]);

    let batch = ended(&world.acme, id(&batch)).await;
    assert_eq!(batch["status"], "cancelled", "{batch}");
    let counts = &batch["counts"];
    let [succeeded, stopped] = ["succeeded", "cancelled"].map(|s| counts[s].as_u64().unwrap());
    assert_eq!(succeeded + stopped, 60, "{batch}");
    assert!(succeeded > 0 && stopped > 30, "{batch}");
    let state = world.emulator.state().await;
    assert_eq!(u64::try_from(state.cards.len()).unwrap(), succeeded);
    let told = events(&world.acme, id(&batch)).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["type"], "card_batch.cancelled");
    // Cancelled after its end it stays as it was.
    let late = Answer::of(world.acme.request(reqwest::Method::POST, &cancel))
        .await
        .expect(200);
    assert_eq!(late, batch);
}

async fn batch_item_that_was_not_taken_is_tried_again(database: Database) {
    let setup = setup();
    let path = setup.dialect.open_card();
    let world = World::start(database, setup).await;
    // As often as one request tries.
    let busy = json!([{ "kind": "rate_limit", "path": path, "times": 3 }]);
    world.emulator.faults(busy).await;
    let item = json!({ "typeId": world.usd_type, "initialBalance": usd("20.00") });
    let batch = posted(&world.acme, &json!({ "items": [item] })).await;
    let batch = ended(&world.acme, id(&batch)).await;
    assert_eq!(batch["counts"]["succeeded"], 1, "{batch}");
    let items = world
        .acme
        .all(&format!("/v1/card-batches/{}/items", id(&batch)))
        .await;
    assert!(items[0]["attempts"].as_i64().unwrap() > 1, "{items:?}");
    assert_eq!(items[0]["error"], Value::Null);
    assert_eq!(world.emulator.state().await.cards.len(), 1);

    // The provider's own refusal is an answer.
    let refused = json!([{ "kind": "refuse", "path": path }]);
    world.emulator.faults(refused).await;
    let item = json!({ "typeId": world.usd_type, "initialBalance": usd("20.00") });
    let batch = posted(&world.acme, &json!({ "items": [item] })).await;
    let batch = ended(&world.acme, id(&batch)).await;
    assert_eq!(batch["counts"]["failed"], 1, "{batch}");
    let items = world
        .acme
        .all(&format!("/v1/card-batches/{}/items", id(&batch)))
        .await;
    assert_eq!(
        (&items[0]["error"]["code"], &items[0]["attempts"]),
        (&json!("provider_refused"), &json!(1)),
        "{items:?}"
    );
    let card = world.acme.card(items[0]["cardId"].as_str().unwrap()).await;
    assert_eq!(card["status"], "failed", "{card}");
}

async fn batches_never_cross_tenants_and_are_paged(database: Database) {
    let world = World::start(database, setup()).await;
    let globex = world.key("globex", &[]).await;
    let reader = world.key("acme", &["cards:read"]).await;
    let item = json!({ "typeId": world.usd_type, "initialBalance": usd("20.00") });
    let mut made = Vec::new();
    for n in 0..5 {
        let body = json!({ "externalId": format!("b-{}", n % 2), "items": [item] });
        made.insert(0, id(&posted(&world.acme, &body).await).to_owned());
    }
    let listed = reader.all("/v1/card-batches?limit=2").await;
    let listed: Vec<&str> = listed.iter().map(id).collect();
    assert_eq!(listed, made);
    let odd = reader.all("/v1/card-batches?externalId=b-1").await;
    assert_eq!(odd.len(), 2);
    let batch = format!("/v1/card-batches/{}", made[0]);
    assert!(globex.all("/v1/card-batches").await.is_empty());
    for path in [batch.clone(), format!("{batch}/items")] {
        globex.get(&path).await.problem(404, "resource_not_found");
        reader.get(&path).await.expect(200);
    }
    let cancel = format!("{batch}/cancel");
    let theirs = globex.request(reqwest::Method::POST, &cancel);
    Answer::of(theirs).await.problem(404, "resource_not_found");
    let unfit = reader.request(reqwest::Method::POST, &cancel);
    Answer::of(unfit).await.problem(403, "forbidden");
    let unfit = reader
        .post("/v1/card-batches", "mine", &json!({ "items": [item] }))
        .await;
    unfit.problem(403, "forbidden");
    reader
        .get("/v1/card-batches?status=done")
        .await
        .problem(400, "invalid_query");
    reader
        .get(&format!("{batch}/items?cursor=AAAA"))
        .await
        .problem(400, "invalid_query");
    for id in &made {
        assert_eq!(ended(&reader, id).await["counts"]["succeeded"], 1);
    }
    let done = reader.all("/v1/card-batches?status=completed").await;
    assert_eq!(done.len(), 5);
}
