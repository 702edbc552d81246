//! The four card flows, each from its card type to the revealed card, in both dialects.

use serde_json::{Value, json};

use crate::forms::{PHYSICAL_NUMBER, short_form};
use crate::support::{BOTH, Bench, eventually, reference};

#[tokio::test]
async fn a_virtual_card_is_opened_for_a_holder_and_revealed() {
    for dialect in BOTH {
        let bench = Bench::speaking(dialect).await;
        let holder = bench.holder(short_form()).await["holderId"].clone();
        let card = bench
            .open_with(json!({"cardTypeId": 111039, "amount": 50, "holderId": holder}))
            .await;
        let info = bench.info(&card).await;
        assert_eq!(
            (&info["status"], &info["holderId"]),
            (&json!("Normal"), &holder)
        );
        let secrets = bench
            .data("/card/info/sensitive", json!({"cardNo": card}))
            .await;
        let number = bench.decrypt(&secrets["cardNumber"]);
        assert!(number.len() == 16 && number.starts_with("400000"));
        assert_eq!(bench.decrypt(&secrets["cvv"]).len(), 3);
        assert_eq!(bench.decrypt(&secrets["expireDate"]).len(), 7);
        assert_eq!(secrets["activateUrl"], Value::Null);
    }
}

#[tokio::test]
async fn a_physical_card_is_activated_with_its_code_and_then_shows_everything() {
    for dialect in BOTH {
        let bench = Bench::speaking(dialect).await;
        let holder = bench.physical_holder().await;
        let open = json!({"cardTypeId": 111070, "amount": 50, "holderId": holder, "cardNumber": PHYSICAL_NUMBER});
        let card = bench.open_with(open.clone()).await;
        assert_eq!(bench.info(&card).await["status"], "un_activated");
        let one = json!({"cardNo": card});
        let limited = bench.data("/card/info/sensitive", one.clone()).await;
        assert_eq!(bench.decrypt(&limited["cardNumber"]), PHYSICAL_NUMBER);
        assert_eq!(
            (&limited["cvv"], &limited["expireDate"]),
            (&Value::Null, &Value::Null)
        );
        let query = json!({"cardNo": card, "type": "activation_code"});
        let challenge = bench.record("/card/3ds/transaction", query).await;
        assert_eq!(challenge["amount"], "0");
        let code = bench.decrypt(&challenge["values"]);

        let activate = |pin: &str, code: &str| json!({"merchantOrderNo": reference(), "cardNo": card, "pin": pin, "activeCode": code});
        let path = "/card/activate";
        assert!(
            bench
                .refusal(path, activate("258013", "wrong"))
                .await
                .contains("activeCode")
        );
        assert!(
            bench
                .refusal(path, activate("123123", &code))
                .await
                .contains("pin")
        );
        let order = bench.data(path, activate("258013", &code)).await;
        assert_eq!(
            (&order["type"], order.get("orderNo")),
            (&json!("card_activated"), None)
        );
        let info = eventually(async || {
            let info = bench.info(&card).await;
            (info["status"] == "Normal").then_some(info)
        })
        .await;
        assert_eq!(info["noPinPaymentAmount"], json!(500));
        let secrets = bench.data("/card/info/sensitive", one).await;
        assert_eq!(bench.decrypt(&secrets["cvv"]).len(), 3);

        let mut taken = open;
        taken["merchantOrderNo"] = json!(reference());
        assert!(
            bench
                .refusal("/card/v2/openCard", taken)
                .await
                .contains("cardNumber")
        );
        let no_activation = json!({"merchantOrderNo": order["merchantOrderNo"]});
        let found = bench.data("/card/v2/transaction", no_activation).await;
        assert_eq!(found["total"], 0);
    }
}

#[tokio::test]
async fn a_pin_is_changed_on_an_active_physical_card_only() {
    let bench = Bench::new().await;
    let virtual_card = bench.open("50").await;
    let path = "/card/updatePin";
    let ask =
        |card: &str, pin: &str| json!({"merchantOrderNo": reference(), "cardNo": card, "pin": pin});
    assert!(
        bench
            .refusal(path, ask(&virtual_card, "258013"))
            .await
            .contains("physical")
    );
    let holder = bench.physical_holder().await;
    let card = bench
        .open_with(json!({"cardTypeId": 111070, "amount": 50, "holderId": holder, "cardNumber": PHYSICAL_NUMBER}))
        .await;
    assert!(
        bench
            .refusal(path, ask(&card, "258013"))
            .await
            .contains("un_activated")
    );
    let code = bench
        .record("/card/3ds/transaction", json!({"cardNo": card}))
        .await;
    let mut activate = ask(&card, "258013");
    activate["activeCode"] = json!(bench.decrypt(&code["values"]));
    activate["noPinPaymentAmount"] = json!(2000);
    bench.data("/card/activate", activate).await;
    eventually(async || (bench.info(&card).await["status"] == "Normal").then_some(())).await;
    for pin in ["12345", "111258", "123456", "654321", "909090"] {
        assert!(bench.refusal(path, ask(&card, pin)).await.contains("pin"));
    }
    let number = reference();
    let body = json!({"merchantOrderNo": number, "cardNo": card, "pin": "310852"});
    bench.data(path, body).await;
    let order = bench.final_order(&number).await;
    assert_eq!(
        (&order["type"], &order["status"]),
        (&json!("update_pin"), &json!("success"))
    );
}

#[tokio::test]
async fn shared_cards_draw_on_one_margin_account() {
    for dialect in BOTH {
        let bench = Bench::speaking(dialect).await;
        let margin = bench.margin("200").await;
        let open = json!({"cardTypeId": 111080, "amount": 50, "accountId": margin});
        let first = bench.open_with(open.clone()).await;
        bench.open_with(open.clone()).await;
        // Twice 50 and the price of 1.
        assert_eq!(bench.available(&margin).await, json!(98));
        let order = bench.operate("/card/deposit", &first, Some("48")).await;
        assert_eq!(order["receivedAmount"], json!(48));
        bench.operate("/card/withdraw", &first, Some("20")).await;
        assert_eq!(bench.available(&margin).await, json!(70));
        let mut more = open;
        more["merchantOrderNo"] = json!(reference());
        more["amount"] = json!(70);
        assert!(
            bench
                .refusal("/card/v2/openCard", more)
                .await
                .contains("Insufficient")
        );
        let cancelled = bench.operate("/card/cancel", &first, None).await;
        assert_eq!(cancelled["receivedAmount"], json!(78));
        assert_eq!(bench.available(&margin).await, json!(148));
    }
}

#[tokio::test]
async fn a_shared_card_wants_a_margin_account() {
    let bench = Bench::new().await;
    let wallet = bench.data("/account/info", json!({})).await[0]["accountId"].clone();
    for (account, expected) in [(wallet, "MARGIN"), (json!("123"), "does not exist")] {
        let body = json!({"merchantOrderNo": reference(), "cardTypeId": 111080, "amount": 50, "accountId": account});
        let message = bench.refusal("/card/v2/openCard", body).await;
        assert!(message.contains(expected), "{message}");
    }
}

#[tokio::test]
async fn a_gift_card_shows_a_url_and_can_only_be_cancelled() {
    for dialect in BOTH {
        let bench = Bench::speaking(dialect).await;
        let card = bench
            .open_with(json!({"cardTypeId": 111090, "amount": 50}))
            .await;
        let shown = bench
            .data("/card/info/sensitive", json!({"cardNo": card}))
            .await;
        assert_eq!(shown.as_object().unwrap().len(), 1);
        assert!(bench.decrypt(&shown["activateUrl"]).starts_with("https://"));
        for path in [
            "/card/deposit",
            "/card/withdraw",
            "/card/v2/freeze",
            "/card/v2/unfreeze",
        ] {
            let body = json!({"merchantOrderNo": reference(), "cardNo": card, "amount": 20});
            let message = bench.refusal(path, body).await;
            assert!(message.contains("does not support"), "{path}: {message}");
        }
        assert_eq!(bench.info(&card).await["status"], "Normal");
        let order = bench.operate("/card/cancel", &card, None).await;
        assert_eq!(order["receivedAmount"], json!(50));
    }
}
