//! What cards do is told once per life cycle, however it becomes known.

use cardmux_e2e::setup::{ACME, GLOBEX};
use cardmux_e2e::{Api, Database, Setup, World, eventually, on_both_databases};
use serde_json::{Value, json};

use crate::setup;
use crate::spending::{self, Spender};

on_both_databases! {
    transactions_of_a_finhub_card_follow_its_life,
    transactions_of_an_upstream_card_follow_its_life,
    transactions_without_webhooks_are_read_at_finhub,
    transactions_without_webhooks_are_read_at_upstream,
    transactions_from_webhooks_with_a_category_and_wrapped_are_the_same,
    transactions_from_webhooks_with_the_other_signature_header_are_the_same,
    transactions_with_texts_for_amounts_and_the_other_spelling_are_the_same,
    transaction_that_changes_is_the_same_one_with_more_to_tell,
    transaction_of_a_blocked_card_is_declined,
    transactions_are_found_by_each_filter,
    transactions_page_by_page_are_complete_and_seen_once,
    transactions_of_others_do_not_exist,
}

async fn transactions_of_a_finhub_card_follow_its_life(database: Database) {
    told(database, setup()).await;
}

async fn transactions_of_an_upstream_card_follow_its_life(database: Database) {
    told(database, setup().upstream()).await;
}

async fn transactions_from_webhooks_with_a_category_and_wrapped_are_the_same(database: Database) {
    let mut setup = setup();
    setup.fincard.quirks.finhub_category_header = true;
    setup.fincard.quirks.wrapped_webhooks = true;
    told(database, setup).await;
}

async fn transactions_from_webhooks_with_the_other_signature_header_are_the_same(
    database: Database,
) {
    let mut setup = setup();
    setup.fincard.quirks.webhook_signature_header = Some("X-WSB-SIGNATURE".to_owned());
    told(database, setup).await;
}

async fn transactions_with_texts_for_amounts_and_the_other_spelling_are_the_same(
    database: Database,
) {
    use cardmux_emulator_fincard::{Amounts, Spelling};
    let mut setup = setup();
    setup.fincard.quirks.amounts = Amounts::Strings;
    setup.fincard.quirks.spelling = Spelling::Reference;
    told(database, setup).await;
}

/// A life of which the gateway hears by webhooks alone.
async fn told(database: Database, setup: Setup) {
    let once_a_day = json!(86_400_000);
    let setup = setup.with("/worker/transactions_interval_ms", once_a_day);
    let world = World::start(database, setup).await;
    let spender = Spender::with_card(&world).await;
    spender.live().await;
    spending::check(&spender).await;
}

async fn transactions_without_webhooks_are_read_at_finhub(database: Database) {
    read(database, setup()).await;
}

async fn transactions_without_webhooks_are_read_at_upstream(database: Database) {
    read(database, setup().upstream()).await;
}

async fn read(database: Database, setup: Setup) {
    let often = json!(1000);
    // The queries are asked for a span of our time.
    let setup = setup
        .in_real_time()
        .with("/worker/transactions_interval_ms", often);
    let world = World::start(database, setup).await;
    world.emulator.webhooks("lost", 0).await;
    let spender = Spender::with_card(&world).await;
    spender.live().await;
    spending::check(&spender).await;
}

async fn transaction_that_changes_is_the_same_one_with_more_to_tell(database: Database) {
    let world = World::start(database, setup()).await;
    let spender = Spender::with_card(&world).await;
    let purchase = spender
        .trade(json!({
            "amount": "20.00", "currency": "EUR", "authorizedAmount": "22.00", "fee": "0.50",
            "merchant": { "name": "EXAMPLE SHOP", "categoryCode": "5999", "country": "DEU", "city": "Berlin" },
        }))
        .await;
    let pending = spender
        .transaction(&purchase, |t| t["status"] == "pending")
        .await;
    assert_eq!(
        pending["amount"],
        json!({ "amount": "20.00", "currency": "EUR" })
    );
    assert_eq!(pending["billingAmount"]["amount"], "22.00");
    assert_eq!(pending["authorizationCode"].as_str().map(str::len), Some(6));
    assert_eq!(pending["merchant"]["name"], "EXAMPLE SHOP");
    assert_eq!(pending["merchant"]["mcc"], "5999");
    assert_eq!(pending["merchant"]["country"], "DEU");
    for later in ["settledAmount", "settledOn", "crossBorderFee", "originalId"] {
        assert!(pending[later].is_null(), "{later}: {pending}");
    }
    assert_eq!(pending["followUps"], json!([]));
    assert_eq!(pending["version"], 1);
    // What is held is not there to be spent.
    spender.balance_is("177.50").await;

    let settlement = json!({ "amount": "21.00", "crossBoardFee": "0.33" });
    spender.follow_up(&purchase, "settle", settlement).await;
    let settled = spender
        .transaction(&purchase, |t| t["status"] == "settled")
        .await;
    assert_eq!(settled["id"], pending["id"]);
    assert_eq!(settled["settledAmount"]["amount"], "21.00");
    assert_eq!(settled["crossBorderFee"]["amount"], "0.33");
    assert_eq!(settled["settledOn"].as_str().map(str::len), Some(10));
    assert_eq!(settled["occurredAt"], pending["occurredAt"]);
    assert_eq!(settled["version"], 2);
    spender.balance_is("178.17").await;

    // Half of it in the merchant's currency is half of it in the card's.
    let half = json!({ "amount": "10.00" });
    let refund = spender.follow_up(&purchase, "refund", half).await.unwrap();
    let refunded = spender
        .transaction(&purchase, |t| t["refundedAmount"]["amount"] == "11.00")
        .await;
    assert_eq!(refunded["status"], "settled");
    let refund = spender.transaction(&refund, |_| true).await;
    assert_eq!(refund["originalId"], pending["id"]);
    let link = json!([{
        "id": refund["id"], "type": "refund", "status": "settled",
        "amount": { "amount": "11.00", "currency": "USD" },
    }]);
    assert_eq!(refunded["followUps"], link);
    let again = spender
        .follow_up(&purchase, "refund", json!({}))
        .await
        .unwrap();
    let whole = spender
        .transaction(&purchase, |t| t["followUps"].as_array().unwrap().len() == 2)
        .await;
    assert_eq!(whole["refundedAmount"]["amount"], "21.00");
    assert_eq!(
        whole["followUps"][1]["id"],
        spender.transaction(&again, |_| true).await["id"]
    );
    spender.balance_is("199.17").await;
    let purchases = world.acme.all("/v1/transactions?type=purchase").await;
    assert_eq!(purchases, [whole]);
}

async fn transaction_of_a_blocked_card_is_declined(database: Database) {
    let world = World::start(database, setup()).await;
    let spender = Spender::with_card(&world).await;
    world.emulator.block(&spender.card_no).await;
    world.acme.settled(&spender.card_id, "blocked").await;
    let declined = spender.trade(json!({ "amount": "5.00" })).await;
    let declined = spender.transaction(&declined, |_| true).await;
    assert_eq!(declined["status"], "declined");
    assert_eq!(declined["description"], "The card is blocked");
    spender.balance_is("200.00").await;
}

async fn transactions_are_found_by_each_filter(database: Database) {
    let world = World::start(database, setup()).await;
    let spender = Spender::with_card(&world).await;
    let other = Spender::with_card(&world).await;
    spender.live().await;
    spending::check(&spender).await;
    let api = &world.acme;
    let all = api.all("/v1/transactions").await;
    let by = async |field: &str, wanted: &str, parameter: &str| {
        let found = api
            .all(&format!("/v1/transactions?{parameter}={wanted}"))
            .await;
        let expected: Vec<_> = all.iter().filter(|t| t[field] == wanted).collect();
        assert_eq!(
            found.iter().collect::<Vec<_>>(),
            expected,
            "{parameter}={wanted}"
        );
        found.len()
    };
    assert_eq!(by("cardId", &other.card_id, "cardId").await, 1);
    for (field, parameter, values) in [
        (
            "type",
            "type",
            &[
                "purchase",
                "verification",
                "reversal",
                "refund",
                "fee",
                "issue",
                "overdraft",
            ][..],
        ),
        ("status", "status", &["pending", "declined", "settled"][..]),
        ("chargedTo", "chargedTo", &["card", "funding_account"][..]),
    ] {
        let mut found = 0;
        for value in values {
            let some = by(field, value, parameter).await;
            assert!(
                some > 0,
                "{parameter}={value} was tried with nothing to find"
            );
            found += some;
        }
        assert_eq!(found, all.len(), "{parameter}");
    }
    let own = api
        .all(&format!("/v1/cards/{}/transactions", spender.card_id))
        .await;
    assert_eq!(
        own,
        api.all(&format!("/v1/transactions?cardId={}", spender.card_id))
            .await
    );
    // Texts of the same length, in UTC: their order is that of time.
    let mut times: Vec<&str> = all
        .iter()
        .map(|t| t["occurredAt"].as_str().unwrap())
        .collect();
    times.sort_unstable();
    let middle = times[times.len() / 2];
    let since = api.all(&format!("/v1/transactions?from={middle}")).await;
    assert_eq!(
        since.len(),
        times.iter().filter(|time| **time >= middle).count()
    );
    let until = api.all(&format!("/v1/transactions?to={middle}")).await;
    assert_eq!(
        until.len(),
        times.iter().filter(|time| **time <= middle).count()
    );
    let both = api
        .all(&format!(
            "/v1/transactions?from={middle}&to={middle}&type=purchase&status=declined"
        ))
        .await;
    let fits = |t: &&Value| {
        t["occurredAt"] == middle && t["type"] == "purchase" && t["status"] == "declined"
    };
    assert_eq!(
        both.iter().collect::<Vec<_>>(),
        all.iter().filter(fits).collect::<Vec<_>>()
    );
    for wrong in [
        "type=theft",
        "status=lost",
        "chargedTo=me",
        "from=yesterday",
        "colour=red",
        "cursor=abc",
    ] {
        let answer = api.get(&format!("/v1/transactions?{wrong}")).await;
        answer.problem(400, "invalid_query");
    }
}

async fn transactions_page_by_page_are_complete_and_seen_once(database: Database) {
    let world = World::start(database, setup()).await;
    let spender = Spender::with_card(&world).await;
    spender.live().await;
    spending::check(&spender).await;
    let all = world.acme.all("/v1/transactions?limit=200").await;
    for limit in [1, 2, 3, all.len(), all.len() + 1] {
        let paged = world
            .acme
            .all(&format!("/v1/transactions?limit={limit}"))
            .await;
        assert_eq!(paged, all, "pages of {limit}");
    }
    let ids: std::collections::BTreeSet<_> =
        all.iter().map(|t| t["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), all.len());
    // A cursor belongs to its list: with other filters it is none.
    let page = world.acme.get("/v1/transactions?limit=2").await.expect(200);
    let cursor = page["nextCursor"].as_str().unwrap();
    let other = world
        .acme
        .get(&format!("/v1/transactions?type=fee&cursor={cursor}"))
        .await;
    other.problem(400, "invalid_query");
    // What comes while somebody pages is not on the pages to come: it is newer than all of them.
    spender.trade(json!({ "amount": "1.00" })).await;
    eventually("one more is known", async || {
        (world.acme.all("/v1/transactions").await.len() > all.len()).then_some(())
    })
    .await;
    assert_eq!(pages_after(&world.acme, cursor).await, all[2..]);
}

/// Every item after a cursor, two at a time.
async fn pages_after(api: &Api, cursor: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut next = Some(cursor.to_owned());
    while let Some(cursor) = next {
        let page = api
            .get(&format!("/v1/transactions?limit=2&cursor={cursor}"))
            .await
            .expect(200);
        items.extend(page["data"].as_array().unwrap().clone());
        next = page["nextCursor"].as_str().map(str::to_owned);
    }
    items
}

async fn transactions_of_others_do_not_exist(database: Database) {
    let world = World::start(database, setup()).await;
    let spender = Spender::with_card(&world).await;
    let purchase = spender.trade(json!({ "amount": "5.00" })).await;
    let purchase = spender.transaction(&purchase, |_| true).await;
    let globex = world.key(GLOBEX, &[]).await;
    assert!(globex.all("/v1/transactions").await.is_empty());
    let filtered = format!("/v1/transactions?cardId={}", spender.card_id);
    assert!(globex.all(&filtered).await.is_empty());
    for path in [
        format!("/v1/transactions/{}", purchase["id"].as_str().unwrap()),
        format!("/v1/cards/{}/transactions", spender.card_id),
    ] {
        globex.get(&path).await.problem(404, "resource_not_found");
        world.acme.get(&path).await.expect(200);
    }
    let writer = world.key(ACME, &["cards:write"]).await;
    writer
        .get("/v1/transactions")
        .await
        .problem(403, "forbidden");
}
