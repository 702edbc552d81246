//! What happens to a card on the network, and the queries that show it.

use serde_json::{Value, json};

use crate::support::{BOTH, Bench, reference};

impl Bench {
    /// A purchase of 20 unless the body says otherwise.
    async fn spend(&self, card: &str, extra: Value) -> String {
        let mut body = json!({"amount": "20"});
        for (name, value) in extra.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.make(&format!("/cards/{card}/trades"), body).await
    }

    async fn trade(&self, trade_no: &str) -> Value {
        let query = json!({"tradeNo": trade_no});
        self.record("/card/authorize/transaction", query).await
    }

    async fn balance(&self, card: &str) -> Value {
        let one = json!({"cardNo": card});
        self.data("/card/balance", one).await["amount"].clone()
    }

    async fn settle(&self, trade_no: &str, body: Value) {
        let path = format!("/trades/{trade_no}/settle");
        assert_eq!(self.post(&path, body).await.0, 204);
    }
}

#[tokio::test]
async fn a_purchase_is_held_settled_and_refunded() {
    for dialect in BOTH {
        let bench = Bench::speaking(dialect).await;
        let card = bench.open("50").await;
        let euro = json!({"currency": "EUR", "amount": "18.40", "authorizedAmount": "20.11", "fee": "0.3"});
        let trade_no = bench.spend(&card, euro).await;
        let held = bench.trade(&trade_no).await;
        assert_eq!(
            (&held["type"], &held["status"], &held["settleAmount"]),
            (&json!("auth"), &json!("authorized"), &json!(0))
        );
        assert_eq!(
            (&held["currency"], &held["authorizedAmount"], &held["fee"]),
            (&json!("EUR"), &json!(20.11), &json!(0.3))
        );
        assert_eq!(bench.balance(&card).await, json!(29.59));
        let settlement = json!({"amount": "20.50", "crossBoardFee": "0.09"});
        bench.settle(&trade_no, settlement).await;
        let settled = bench.trade(&trade_no).await;
        assert_eq!(
            (&settled["status"], &settled["settleAmount"]),
            (&json!("succeed"), &json!(20.5))
        );
        assert_eq!(settled["crossBoardFee"], json!(0.09));
        assert_eq!(bench.balance(&card).await, json!(29.11));
        let path = format!("/trades/{trade_no}/refund");
        let refund = bench.make(&path, json!({})).await;
        let refund = bench.trade(&refund).await;
        assert_eq!(
            (&refund["originTradeNo"], &refund["type"]),
            (&json!(trade_no), &json!("refund"))
        );
        assert_eq!(bench.balance(&card).await, json!(49.61));
        assert_eq!(bench.post(&path, json!({})).await.0, 409);
        assert_eq!(bench.trade(&trade_no).await["status"], "succeed");
    }
}

#[tokio::test]
async fn a_void_releases_the_hold_before_settlement_only() {
    let bench = Bench::new().await;
    let card = bench.open("50").await;
    let trade_no = bench.spend(&card, json!({})).await;
    let path = format!("/trades/{trade_no}/void");
    let part = bench.make(&path, json!({"amount": "5"})).await;
    assert_eq!(bench.trade(&part).await["type"], "Void");
    assert_eq!(bench.balance(&card).await, json!(35));
    assert_eq!(bench.post(&path, json!({"amount": "16"})).await.0, 409);
    bench.settle(&trade_no, json!({})).await;
    assert_eq!(bench.post(&path, json!({})).await.0, 409);
    assert_eq!(bench.trade(&trade_no).await["settleAmount"], json!(15));
    assert_eq!(bench.balance(&card).await, json!(35));
}

#[tokio::test]
async fn what_the_card_does_not_allow_is_declined_and_costs_nothing() {
    let bench = Bench::new().await;
    let card = bench.open("50").await;
    let update = json!({
        "merchantOrderNo": reference(), "cardNo": card,
        "spendingControls": [{"interval": "PER_TRANSACTION", "amount": 30}],
        "riskControls": {"allowedMcc": ["5999"]},
    });
    let number = update["merchantOrderNo"].as_str().unwrap().to_owned();
    bench.data("/card/v2/update", update).await;
    bench.final_order(&number).await;
    let cases = [
        (json!({"amount": "51"}), "Insufficient balance"),
        (json!({"amount": "31"}), "Exceeds the spending limit"),
        (
            json!({"merchant": {"categoryCode": "7995"}}),
            "The merchant category is not allowed",
        ),
        (json!({"decline": "Wrong CVV", "fee": "0.3"}), "Wrong CVV"),
    ];
    for (extra, reason) in cases {
        let declined = bench.spend(&card, extra).await;
        let declined = bench.trade(&declined).await;
        assert_eq!(
            (&declined["status"], &declined["description"]),
            (&json!("failed"), &json!(reason))
        );
    }
    bench.operate("/card/v2/freeze", &card, None).await;
    let frozen = bench.spend(&card, json!({})).await;
    assert_eq!(bench.trade(&frozen).await["status"], "failed");
    assert_eq!(bench.balance(&card).await, json!(50));
}

#[tokio::test]
async fn a_verification_takes_nothing_and_maintenance_does() {
    let bench = Bench::new().await;
    let card = bench.open("50").await;
    let check = json!({"type": "verification", "amount": "0"});
    let check = bench.spend(&card, check).await;
    assert_eq!(bench.trade(&check).await["status"], "succeed");
    assert_eq!(bench.balance(&card).await, json!(50));
    let monthly = json!({"type": "maintain_fee", "amount": "1.50"});
    let monthly = bench.spend(&card, monthly).await;
    assert_eq!(bench.trade(&monthly).await["type"], "maintain_fee");
    assert_eq!(bench.balance(&card).await, json!(48.5));
    let query = json!({"type": "verification", "cardNo": card});
    let found = bench.data("/card/authorize/transaction", query).await;
    assert_eq!(found["total"], 1);
}

#[tokio::test]
async fn fees_the_card_cannot_pay_are_taken_from_the_merchant() {
    for dialect in BOTH {
        let bench = Bench::speaking(dialect).await;
        let card = bench.open("50").await;
        let all = json!({"amount": "50", "fee": "0.3"});
        let trade_no = bench.spend(&card, all).await;
        bench
            .settle(&trade_no, json!({"crossBoardFee": "0.5"}))
            .await;
        let path = "/card/auth/fee/transaction";
        let of_purchase = json!({"originTradeNo": trade_no});
        assert_eq!(bench.data(path, of_purchase).await["total"], 2);
        let query = json!({"tradeType": "card_patch_cross_border"});
        let patch = bench.record(path, query).await;
        assert_eq!(
            (&patch["amount"], &patch["deductionSourceFunds"]),
            (&json!(0.5), &json!("wallet"))
        );
        // 1,000,000 less 50, the price of 5, and both fees.
        assert_eq!(bench.wallet().await, "999944.20");
        let by_hand = json!({"type": "card_patch_fee", "amount": "1.20"});
        let made = bench
            .make(&format!("/cards/{card}/fee-patches"), by_hand)
            .await;
        assert!(made.starts_with("CAF"));
        assert_eq!(bench.wallet().await, "999943.00");
    }
}

#[tokio::test]
async fn a_settlement_above_the_balance_is_an_overdraft_of_the_merchant() {
    let bench = Bench::new().await;
    let card = bench.open("50").await;
    let trade_no = bench.spend(&card, json!({"amount": "45"})).await;
    bench.settle(&trade_no, json!({"amount": "52"})).await;
    assert_eq!(bench.balance(&card).await, json!(0));
    let query = json!({"type": "overdraft_statement"});
    let order = bench.record("/card/transaction", query).await;
    assert_eq!(
        (&order["amount"], &order["merchantOrderNo"]),
        (&json!(2), &Value::Null)
    );
    assert_eq!(bench.wallet().await, "999943.00");
}

#[tokio::test]
async fn the_upstream_simulator_drives_the_same_engine() {
    let bench = Bench::speaking(BOTH[1]).await;
    let card = bench.open("50").await;
    let path = "/card/simulateAuthTransaction";
    let ask = |kind: &str, origin: Option<&Value>| json!({"cardNo": card, "type": kind, "amount": 20, "currency": "USD", "originSerialNumber": origin});
    assert_eq!(bench.data(path, ask("auth", None)).await, json!({}));
    let query = json!({"cardNo": card, "type": "auth"});
    let held = bench.record("/card/authorize/transaction", query).await;
    let trade_no = &held["tradeNo"];
    assert_eq!(held["status"], "authorized");
    let message = bench.refusal(path, ask("Void", None)).await;
    assert!(message.contains("originSerialNumber"));
    let message = bench.refusal(path, ask("refund", Some(trade_no))).await;
    assert!(message.contains("settled"), "{message}");
    bench.data(path, ask("Void", Some(trade_no))).await;
    bench.data(path, ask("maintain_fee", None)).await;
    assert_eq!(bench.balance(&card).await, json!(30));
    let message = bench.refusal(path, ask("gift", None)).await;
    assert!(message.contains("type"));
    let finhub = Bench::new().await;
    assert_eq!(finhub.call(path, json!({})).await["code"], 404);
}

#[tokio::test]
async fn a_purchase_record_names_the_card_type() {
    for dialect in BOTH {
        let bench = Bench::speaking(dialect).await;
        bench.open("50").await;
        let record = bench
            .record("/card/purchase/transaction", json!({"pageNum": 1}))
            .await;
        assert_eq!(
            (&record["cardFee"], &record["depositAmount"]),
            (&json!(5), &json!(50))
        );
        assert_eq!(
            (
                &record["cardTypeId"],
                &record["organization"],
                &record["bankCardBin"]
            ),
            (&json!(111001), &json!("Visa"), &json!("411111"))
        );
        let message = bench.refusal("/card/transaction", json!({})).await;
        assert!(message.contains("type"));
    }
}
