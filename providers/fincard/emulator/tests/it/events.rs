//! One webhook of every category.

use axum::http::HeaderMap;
use bytes::Bytes;
use cardmux_emulator_fincard::{Dialect, FincardOptions, Quirks};
use cardmux_emulator_kit::Options;
use serde_json::{Value, json};

use crate::forms::{PHYSICAL_NUMBER, short_form};
use crate::support::{BOTH, Bench, Endpoint, eventually, quick, reference, seeded};

/// The categories of everything that was announced, in order.
async fn categories(bench: &Bench) -> Vec<String> {
    let deliveries = bench.look("/webhooks").await["deliveries"].clone();
    let all = deliveries.as_array().unwrap().iter();
    all.map(|one| one["category"].as_str().unwrap().to_owned())
        .collect()
}

fn parse(body: &Bytes) -> Value {
    serde_json::from_slice(body).unwrap()
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn an_authorization_is_pushed_again_with_the_same_number() {
    for dialect in BOTH {
        let (endpoint, url) = Endpoint::listen([]).await;
        let bench = Bench::hooked(dialect, Some(url)).await;
        let card = bench.open("50").await;
        endpoint.wait_for(1).await;
        let trades = format!("/cards/{card}/trades");
        let trade_no = bench.make(&trades, json!({"amount": "50"})).await;
        endpoint.wait_for(2).await;
        let settlement = json!({"amount": "51", "crossBoardFee": "0.5"});
        bench
            .post(&format!("/trades/{trade_no}/settle"), settlement)
            .await;
        assert_eq!(
            categories(&bench).await,
            [
                "card_transaction",
                "card_auth_transaction",
                "card_auth_transaction",
                "card_fee_patch",
                "card_transaction",
            ]
        );
        // Those of one moment may overtake each other.
        let received = endpoint.wait_for(5).await;
        let events: Vec<_> = received.iter().map(|(_, body)| parse(body)).collect();
        let mut shape: Vec<_> = events
            .iter()
            .map(|event| {
                let word = |name: &str| event[name].as_str().unwrap();
                (word("type"), word("status"))
            })
            .collect();
        shape.sort_unstable();
        assert_eq!(
            shape,
            [
                ("auth", "authorized"),
                ("auth", "succeed"),
                ("card_patch_cross_border", "succeed"),
                ("create", "success"),
                ("overdraft_statement", "success"),
            ]
        );
        let same = |event: &&Value| event["tradeNo"] == json!(trade_no);
        assert_eq!(events.iter().filter(same).count(), 2);
    }
}

#[tokio::test]
async fn an_activation_is_announced_by_its_code_and_its_result() {
    for dialect in BOTH {
        let (endpoint, url) = Endpoint::listen([]).await;
        let bench = Bench::hooked(dialect, Some(url)).await;
        let holder = bench.physical_holder().await;
        let card = bench
            .open_with(json!({"cardTypeId": 111070, "amount": 50, "holderId": holder, "cardNumber": PHYSICAL_NUMBER}))
            .await;
        let received = endpoint.wait_for(3).await;
        let code = received.iter().map(|(_, body)| parse(body));
        let code = code
            .into_iter()
            .find(|event| event["values"].is_string())
            .unwrap();
        assert_eq!(
            (&code["type"], &code["cardNo"]),
            (&json!("activation_code"), &json!(card))
        );
        let body = json!({
            "merchantOrderNo": reference(), "cardNo": card, "pin": "258013",
            "activeCode": bench.decrypt(&code["values"]),
        });
        bench.data("/card/activate", body.clone()).await;
        let event = parse(&endpoint.wait_for(4).await[3].1);
        assert_eq!(
            event,
            json!({
                "merchantOrderNo": body["merchantOrderNo"], "cardNo": card,
                "type": "card_activated", "status": "success", "remark": null,
            })
        );
        assert_eq!(categories(&bench).await[3], "physical_card");
    }
}

#[tokio::test]
async fn a_holder_is_announced_when_its_audit_ends() {
    for dialect in BOTH {
        let (endpoint, url) = Endpoint::listen([]).await;
        let bench = Bench::hooked(dialect, Some(url)).await;
        bench
            .put("/script", json!({"nextAudits": ["reject_channel"]}))
            .await;
        let holder = bench.holder(short_form()).await;
        let event = parse(&endpoint.wait_for(1).await[0].1);
        assert_eq!(categories(&bench).await, ["card_holder"]);
        assert_eq!(
            (
                &event["holderId"],
                &event["status"],
                &event["statusFlowLocation"]
            ),
            (&holder["holderId"], &json!("reject"), &json!("channel"))
        );
    }
}

#[tokio::test]
async fn codes_and_links_arrive_encrypted() {
    for dialect in BOTH {
        let (endpoint, url) = Endpoint::listen([]).await;
        let bench = Bench::hooked(dialect, Some(url)).await;
        let card = bench.open("50").await;
        endpoint.wait_for(1).await;
        let path = format!("/cards/{card}/challenges");
        let otp = json!({"type": "third_3ds_otp", "value": "123456", "amount": "16.96", "currency": "USD"});
        bench.make(&path, otp).await;
        let otp = parse(&endpoint.wait_for(2).await[1].1);
        assert_eq!(
            (&otp["amount"], &otp["expirationTime"]),
            (&json!("16.96"), &Value::Null)
        );
        assert_eq!(bench.decrypt(&otp["values"]), "123456");
        // Longer than one block of a 1024-bit key.
        let link = format!("https://acs.example/{}", "x".repeat(200));
        bench
            .make(&path, json!({"type": "auth_url", "value": link}))
            .await;
        let event = parse(&endpoint.wait_for(3).await[2].1);
        assert_eq!(bench.decrypt(&event["values"]), link);
        assert!(event["expirationTime"].as_i64() > event["transactionTime"].as_i64());
        let query = json!({"type": "auth_url", "cardNo": card});
        let record = bench.record("/card/3ds/transaction", query).await;
        assert_eq!(record["tradeNo"], event["tradeNo"]);
        assert_eq!(bench.decrypt(&record["values"]), link);
    }
}

#[tokio::test]
async fn a_body_can_be_wrapped_and_carry_its_category() {
    let (endpoint, url) = Endpoint::listen([]).await;
    let quirks = Quirks {
        wrapped_webhooks: true,
        finhub_category_header: true,
        ..Quirks::default()
    };
    let options = Options {
        webhook_url: Some(url),
        ..seeded()
    };
    let fincard = FincardOptions { quirks, ..quick() };
    let bench = Bench::with(options, fincard).await;
    let card = bench.open("50").await;
    let (headers, body) = endpoint.wait_for(1).await[0].clone();
    assert!(bench.platform_signed(&body, header(&headers, "X-FC-SIGNATURE").unwrap()));
    assert_eq!(header(&headers, "X-FC-CATEGORY"), Some("card_transaction"));
    let event = parse(&body);
    assert_eq!(
        (&event["eventType"], &event["data"]["cardNo"]),
        (&json!("card_transaction"), &json!(card))
    );
    assert_eq!(event["tenantId"], json!(bench.setting("tenant_id")));
    assert!(event["eventId"].is_string() && event["createTime"].is_i64());
}

#[tokio::test]
async fn before_answer_delivers_the_simulators_event_first() {
    let (endpoint, url) = Endpoint::listen([]).await;
    let bench = Bench::hooked(Dialect::Upstream, Some(url)).await;
    let card = bench.open("50").await;
    endpoint.wait_for(1).await;
    bench
        .put("/webhooks", json!({"mode": "before_answer"}))
        .await;
    let body = json!({"cardNo": card, "type": "auth", "amount": 20, "currency": "USD"});
    bench.data("/card/simulateAuthTransaction", body).await;
    let received = endpoint.received.lock().unwrap().clone();
    assert_eq!(received.len(), 2);
    assert_eq!(
        header(&received[1].0, "X-WSB-CATEGORY"),
        Some("card_auth_transaction")
    );
}

#[tokio::test]
async fn an_overdraft_by_the_platform_has_no_reference() {
    let (endpoint, url) = Endpoint::listen([]).await;
    let bench = Bench::hooked(Dialect::Finhub, Some(url)).await;
    let card = bench.open("50").await;
    endpoint.wait_for(1).await;
    let path = format!("/cards/{card}/overdraft");
    assert_eq!(bench.post(&path, json!({"amount": "3"})).await.0, 204);
    let event = eventually(async || {
        let received = endpoint.received.lock().unwrap().clone();
        received.get(1).map(|(_, body)| parse(body))
    })
    .await;
    assert_eq!(
        (&event["type"], &event["amount"], &event["merchantOrderNo"]),
        (&json!("overdraft_statement"), &json!(3), &Value::Null)
    );
}
