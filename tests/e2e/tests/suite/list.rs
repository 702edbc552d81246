//! Lists: pages, filters, and standing still while cards are added.

use std::collections::BTreeSet;

use cardmux_e2e::api::usd;
use cardmux_e2e::{Database, World, on_both_databases};
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    list_while_cards_are_added_shows_each_card_once,
    list_with_filters_shows_what_fits,
}

async fn list_while_cards_are_added_shows_each_card_once(database: Database) {
    let world = World::start(database, setup()).await;
    let mut issued = Vec::new();
    for _ in 0..5 {
        issued.push(world.acme.issue(&world.usd_type, "10.00").await["id"].clone());
    }
    let mut seen = Vec::new();
    let mut path = "/v1/cards?limit=2".to_owned();
    loop {
        let page = world.acme.get(&path).await.expect(200);
        let data = page["data"].as_array().unwrap();
        assert!(data.len() <= 2, "{page}");
        seen.extend(data.iter().map(|card| card["id"].clone()));
        let Some(cursor) = page["nextCursor"].as_str() else {
            break;
        };
        path = format!("/v1/cards?limit=2&cursor={cursor}");
        // Newer than everything on the pages to come.
        world.acme.issue(&world.usd_type, "10.00").await;
    }
    issued.reverse();
    assert_eq!(seen, issued, "newest first, nothing twice, nothing missing");
}

async fn list_with_filters_shows_what_fits(database: Database) {
    let world = World::start(database, setup()).await;
    let api = &world.acme;
    let plain = api.issue(&world.usd_type, "10.00").await;
    let frozen = api.issue(&world.usd_type, "10.00").await;
    let path = format!("/v1/cards/{}/freeze", frozen["id"].as_str().unwrap());
    api.finished(&path, &json!({})).await.expect(200);
    let body = json!({
        "typeId": world.eur_type, "externalId": "order 17/ä",
        "initialBalance": { "amount": "10.00", "currency": "EUR" },
    });
    let euro = api.finished("/v1/cards", &body).await.expect(201);

    let all = [&plain, &frozen, &euro];
    let usd_type = format!("typeId={}", world.usd_type);
    let cases: [(&str, &[&Value]); 7] = [
        ("status=active", &[&plain, &euro]),
        ("status=frozen", &[&frozen]),
        ("status=cancelled", &[]),
        ("instance=fincard_main", &all),
        ("instance=another", &[]),
        ("externalId=order%2017%2F%C3%A4", &[&euro]),
        (&usd_type, &[&plain, &frozen]),
    ];
    for (filter, expected) in cases {
        let found = api.all(&format!("/v1/cards?limit=1&{filter}")).await;
        assert_eq!(ids(&found), ids(expected.iter().copied()), "{filter}");
    }
    let deposits = api.all("/v1/operations?kind=freeze&status=succeeded").await;
    assert_eq!(deposits.len(), 1);
    assert_eq!(deposits[0]["cardId"], frozen["id"]);
    let path = format!("/v1/operations/{}", deposits[0]["id"].as_str().unwrap());
    assert_eq!(api.get(&path).await.expect(200), deposits[0]);
    let types = api
        .all("/v1/card-types?currency=EUR&model=card&form=virtual")
        .await;
    assert_eq!(ids(&types), BTreeSet::from([world.eur_type.clone()]));
    assert_eq!(
        types[0]["issueFee"],
        json!({ "amount": "4.50", "currency": "EUR" })
    );
    assert_ne!(types[0]["issueFee"], usd("4.50"));
}

fn ids<'a>(items: impl IntoIterator<Item = &'a Value>) -> BTreeSet<String> {
    items
        .into_iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}
