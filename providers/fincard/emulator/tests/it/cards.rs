//! Orders, ledger, limits, queries.

use cardmux_emulator_fincard::{Amounts, FincardOptions, Quirks, Spelling};
use serde_json::{Value, json};

use crate::support::{Bench, eventually, in_file, quick, reference, seeded};

#[tokio::test]
async fn an_order_waits_is_processed_and_succeeds() {
    let bench = Bench::new().await;
    let number = reference();
    let body = json!({"merchantOrderNo": number, "cardTypeId": 111001, "amount": 50});
    let order = bench.data("/card/v2/openCard", body).await;
    assert_eq!(order["status"], "wait_process");
    assert_eq!((&order["amount"], &order["fee"]), (&json!(50), &json!(5)));
    assert_eq!(
        (&order["type"], &order["receivedAmount"]),
        (&json!("create"), &Value::Null)
    );
    let done = bench.final_order(&number).await;
    assert_eq!(
        (&done["status"], &done["receivedAmount"]),
        (&json!("success"), &json!(50))
    );
    assert_eq!(done["cardNo"], order["cardNo"]);
    let card = json!({"cardNo": order["cardNo"], "onlySimpleInfo": false});
    let info = bench.data("/card/info", card).await;
    assert_eq!(
        (&info["status"], &info["balanceInfo"]["amount"]),
        (&json!("Normal"), &json!(50))
    );
}

#[tokio::test]
async fn while_an_order_is_under_way_the_card_shows_it() {
    let bench = Bench::new().await;
    let card = bench.open("50").await;
    let cases = [
        ("/card/v2/freeze", "Freezing"),
        ("/card/cancel", "canceling"),
    ];
    for (path, expected) in cases {
        let card = if path == "/card/cancel" {
            bench.open("50").await
        } else {
            card.clone()
        };
        bench.put("/script", json!({"nextOrders": ["stuck"]})).await;
        let number = reference();
        let body = json!({"merchantOrderNo": number, "cardNo": card});
        bench.data(path, body).await;
        eventually(async || {
            (bench.operation(&number).await["status"] == "processing").then_some(())
        })
        .await;
        let info = bench.data("/card/info", json!({"cardNo": card})).await;
        assert_eq!(info["status"], expected);
        assert_eq!(info.get("balanceInfo"), None);
    }
    bench.put("/script", json!({"nextOrders": ["stuck"]})).await;
    let body = json!({"merchantOrderNo": reference(), "cardTypeId": 111001, "amount": 50});
    let order = bench.data("/card/v2/openCard", body).await;
    let info = bench
        .data("/card/info", json!({"cardNo": order["cardNo"]}))
        .await;
    assert_eq!(info["status"], "pending");
}

#[tokio::test]
async fn the_ledger_is_exact_with_fees_on_top() {
    let bench = Bench::new().await;
    let card = bench.open("50").await;
    assert_eq!(bench.wallet().await, "999945.00");
    // 33.33 + 1.5 % + 0.30
    let order = bench.operate("/card/deposit", &card, Some("33.33")).await;
    assert_eq!(
        (&order["fee"], &order["receivedAmount"]),
        (&json!(0.79995), &json!(33.33))
    );
    assert_eq!(bench.wallet().await, "999910.87005");
    bench.operate("/card/withdraw", &card, Some("20.01")).await;
    let balance = bench.data("/card/balance", json!({"cardNo": card})).await;
    assert_eq!(
        (&balance["amount"], &balance["currency"]),
        (&json!(63.32), &json!("USD"))
    );
    let order = bench.operate("/card/cancel", &card, None).await;
    assert_eq!(order["receivedAmount"], json!(63.32));
    assert_eq!(
        bench
            .wallet()
            .await
            .parse::<rust_decimal::Decimal>()
            .unwrap()
            .to_string(),
        "999994.20005"
    );

    let state = bench.look("/state").await;
    let rows: Vec<_> = state["ledger"].as_array().unwrap().iter().collect();
    let shape: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row["bizType"].as_str().unwrap(),
                row["direction"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        shape,
        [
            ("card_purchase", "OUT"),
            ("card_deposit", "OUT"),
            ("card_deposit", "OUT"),
            ("card_withdraw", "IN"),
            ("card_cancel", "IN"),
        ]
    );
    for pair in rows.windows(2) {
        assert_eq!(pair[0]["afterBalance"], pair[1]["beforeBalance"]);
    }
    assert_eq!(state["cards"][0]["status"], "cancel");
}

#[tokio::test]
async fn a_failed_order_gives_the_money_back() {
    let bench = Bench::new().await;
    let card = bench.open("50").await;
    let before = bench.wallet().await;
    for (path, amount) in [
        ("/card/deposit", Some("20")),
        ("/card/withdraw", Some("20")),
        ("/card/v2/freeze", None),
        ("/card/cancel", None),
    ] {
        bench.put("/script", json!({"nextOrders": ["fail"]})).await;
        let order = bench.operate(path, &card, amount).await;
        assert_eq!(
            (&order["status"], &order["receivedAmount"]),
            (&json!("fail"), &Value::Null),
            "{path}"
        );
    }
    let wallet: rust_decimal::Decimal = bench.wallet().await.parse().unwrap();
    assert_eq!(wallet, before.parse().unwrap());
    let info = bench
        .data(
            "/card/info",
            json!({"cardNo": card, "onlySimpleInfo": false}),
        )
        .await;
    assert_eq!(
        (&info["status"], &info["balanceInfo"]["amount"]),
        (&json!("Normal"), &json!(50))
    );
}

#[tokio::test]
async fn an_order_number_is_used_once_over_all_operations() {
    let bench = Bench::new().await;
    let number = reference();
    let open = json!({"merchantOrderNo": number, "cardTypeId": "111001", "amount": "50"});
    let order = bench.data("/card/v2/openCard", open.clone()).await;
    bench.final_order(&number).await;
    assert_eq!(
        bench.refusal("/card/v2/openCard", open).await,
        "Duplicate order number"
    );
    let cancel = json!({"merchantOrderNo": number, "cardNo": order["cardNo"]});
    assert_eq!(
        bench.refusal("/card/cancel", cancel.clone()).await,
        "Duplicate order number"
    );
    let answer = bench.send(bench.upstream("/card/cancel", &cancel)).await.1;
    assert_eq!(
        (&answer["code"], &answer["msg"]),
        (&json!(40002), &json!("Duplicate order number"))
    );
    assert_eq!(
        bench.look("/state").await["orders"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn limits_are_enforced_and_cost_nothing() {
    let bench = Bench::new().await;
    let card = bench.open("50").await;
    let before = bench.look("/state").await;
    for amount in [
        json!("9.99"),
        json!("10000.01"),
        json!("20.001"),
        json!(-1),
        json!("1e400"),
        json!("x"),
        json!("1_00"),
    ] {
        let body = json!({"merchantOrderNo": reference(), "cardNo": card, "amount": amount});
        let message = bench.refusal("/card/deposit", body).await;
        assert!(message.contains("amount"), "{amount}: {message}");
    }
    let keep = json!({"merchantOrderNo": reference(), "cardNo": card, "amount": "49.01"});
    assert!(
        bench
            .refusal("/card/withdraw", keep)
            .await
            .contains("must stay")
    );
    for number in ["SHORT", &"X".repeat(41), "HYPHEN-12345678901234"] {
        let body = json!({"merchantOrderNo": number, "cardNo": card, "amount": 20});
        assert!(
            bench
                .refusal("/card/deposit", body)
                .await
                .contains("merchantOrderNo")
        );
    }
    assert_eq!(bench.look("/state").await, before);
}

#[tokio::test]
async fn card_types_that_cannot_be_opened_say_why() {
    let bench = Bench::new().await;
    let cases = [
        (111099, "offline"),
        (111039, "holderId"),
        (111065, "holderId"),
        (111070, "holderId"),
        (111080, "accountId"),
        // It takes no first deposit, and 50 is one.
        (111110, "amount"),
        (999999, "does not exist"),
    ];
    for (id, expected) in cases {
        let body = json!({"merchantOrderNo": reference(), "cardTypeId": id, "amount": 50});
        let message = bench.refusal("/card/v2/openCard", body).await;
        assert!(message.contains(expected), "{id}: {message}");
    }
    let types = bench.data("/card/v2/cardTypes", json!({})).await;
    assert_eq!(types.as_array().unwrap().len(), 9);
}

#[tokio::test]
async fn the_status_of_a_card_decides_what_is_possible() {
    let bench = Bench::new().await;
    let card = bench.open("50").await;
    let ask = |amount: Option<&str>| json!({"merchantOrderNo": reference(), "cardNo": card, "amount": amount});
    bench.operate("/card/v2/freeze", &card, None).await;
    assert!(
        bench
            .refusal("/card/v2/freeze", ask(None))
            .await
            .contains("Freeze")
    );
    assert!(
        bench
            .refusal("/card/deposit", ask(Some("20")))
            .await
            .contains("Freeze")
    );
    bench.operate("/card/v2/unfreeze", &card, None).await;
    assert!(
        bench
            .refusal("/card/v2/unfreeze", ask(None))
            .await
            .contains("Normal")
    );
    bench.operate("/card/cancel", &card, None).await;
    for path in [
        "/card/deposit",
        "/card/withdraw",
        "/card/v2/freeze",
        "/card/v2/unfreeze",
        "/card/cancel",
    ] {
        assert!(
            bench
                .refusal(path, ask(Some("20")))
                .await
                .contains("cancel"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_euro_card_is_paid_from_the_euro_wallet() {
    let bench = Bench::new().await;
    let number = reference();
    let body = json!({"merchantOrderNo": number, "cardTypeId": 111002, "amount": 10});
    bench.data("/card/v2/openCard", body).await;
    assert_eq!(bench.final_order(&number).await["currency"], "EUR");
    let accounts = bench.data("/account/info", json!({})).await;
    assert_eq!(accounts[0]["availableBalance"], json!(1000000));
    assert_eq!(accounts[1]["availableBalance"], json!(999985.5));
    let one = bench
        .data(
            "/account/single/query",
            json!({"accountId": accounts[1]["accountId"]}),
        )
        .await;
    assert_eq!(one, json!([accounts[1]]));
}

#[tokio::test]
async fn lists_are_paged_and_bounded() {
    let bench = Bench::new().await;
    let cards = [
        bench.open("50").await,
        bench.open("50").await,
        bench.open("50").await,
    ];
    let page = bench
        .data("/card/list", json!({"pageNum": 2, "pageSize": 2}))
        .await;
    assert_eq!(
        (&page["total"], &page["records"][0]["cardNo"]),
        (&json!(3), &json!(cards[0]))
    );
    assert_eq!(page["records"].as_array().unwrap().len(), 1);
    assert!(
        bench
            .refusal("/card/list", json!({"pageSize": 101}))
            .await
            .contains("page")
    );
    let accounts = json!({"pageNum": 1, "pageSize": 11});
    assert!(
        bench
            .refusal("/account/list", accounts)
            .await
            .contains("page")
    );
    let none = bench
        .data("/card/v2/transaction", json!({"type": "cancel"}))
        .await;
    assert_eq!(none["total"], 0);
}

#[tokio::test]
async fn quirks_change_spelling_and_number_form() {
    let quirks = Quirks {
        amounts: Amounts::Strings,
        spelling: Spelling::Reference,
        card_no_after_success: true,
        received_amount_after_success: false,
        ..Quirks::default()
    };
    let bench = Bench::with(seeded(), FincardOptions { quirks, ..quick() }).await;
    bench.put("/script", json!({"nextOrders": ["stuck"]})).await;
    let body = json!({"merchantOrderNo": reference(), "cardTypeId": 111001, "amount": 50});
    let order = bench.data("/card/v2/openCard", body).await;
    assert_eq!(
        (&order["cardId"], &order["amount"]),
        (&Value::Null, &json!("50"))
    );
    assert_eq!(
        (&order["receivedAmount"], &order["operationStatus"]),
        (&json!("0"), &json!("wait_process"))
    );
    assert!(order.get("cardNo").is_none() && order["transactionId"].is_string());
}

#[tokio::test]
async fn a_restart_keeps_everything_and_finishes_what_is_under_way() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fincard.json");
    let slow = FincardOptions {
        order_delay_ms: 400,
        ..quick()
    };
    let bench = Bench::with(in_file(&file), slow.clone()).await;
    let number = reference();
    let body = json!({"merchantOrderNo": number, "cardTypeId": 111001, "amount": 50});
    let order = bench.data("/card/v2/openCard", body.clone()).await;
    let (token, settings) = (
        bench.token.clone(),
        bench.emulator.client_settings().clone(),
    );
    bench.emulator.shutdown().await;

    let mut bench = Bench::with(in_file(&file), slow).await;
    bench.token = token;
    assert_eq!(bench.setting("private_key"), settings["private_key"]);
    assert_eq!(
        bench.final_order(&number).await["orderNo"],
        order["orderNo"]
    );
    assert_eq!(
        bench.refusal("/card/v2/openCard", body).await,
        "Duplicate order number"
    );
}

#[tokio::test]
async fn a_foreign_state_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fincard.json");
    std::fs::write(&file, "{}").unwrap();
    assert!(
        cardmux_emulator_fincard::start(in_file(&file), quick())
            .await
            .is_err()
    );
}

#[tokio::test]
async fn the_shown_state_holds_no_card_number_and_no_key() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fincard.json");
    let bench = Bench::with(in_file(&file), quick()).await;
    bench.open("50").await;
    let saved: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let card = &saved["provider"]["cards"][0];
    let shown = bench.look("/state").await.to_string();
    assert_eq!(card["number"].as_str().unwrap().len(), 16);
    for secret in [
        card["number"].as_str().unwrap(),
        &bench.setting("private_key"),
        &bench.token,
    ] {
        assert!(!shown.contains(secret));
    }
}
