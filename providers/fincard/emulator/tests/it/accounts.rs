//! MARGIN accounts, transfers, the ledger.

use cardmux_emulator_fincard::{FincardOptions, Quirks, Spelling};
use serde_json::{Value, json};

use crate::support::{BOTH, Bench, quick, reference, seeded};

impl Bench {
    /// A funded MARGIN account.
    pub async fn margin(&self, amount: &str) -> String {
        let made = self
            .data("/account/create", json!({"accountName": "Team"}))
            .await;
        let id = made[0]["accountId"].as_str().unwrap().to_owned();
        let transfer = self.funding(&id, amount).await;
        assert_eq!(self.data("/account/transfer", transfer).await, json!(true));
        id
    }

    /// From the dollar WALLET.
    async fn funding(&self, margin: &str, amount: &str) -> Value {
        let wallet = self.data("/account/info", json!({})).await[0]["accountId"].clone();
        json!({
            "type": "TRANSFER", "merchantOrderNo": reference(), "amount": amount,
            "payerAccountId": wallet, "payeeAccountId": margin, "remark": "budget",
        })
    }

    pub async fn available(&self, account: &str) -> Value {
        let one = json!({"accountId": account});
        self.data("/account/single/query", one).await[0]["availableBalance"].clone()
    }
}

#[tokio::test]
async fn a_margin_account_is_made_funded_and_emptied() {
    for dialect in BOTH {
        let bench = Bench::speaking(dialect).await;
        let margin = bench.margin("100.50").await;
        assert_eq!(bench.available(&margin).await, json!(100.5));
        let mut back = bench.funding(&margin, "0.50").await;
        back["type"] = json!("COLLECTION");
        let (payer, payee) = (
            back["payeeAccountId"].clone(),
            back["payerAccountId"].clone(),
        );
        (back["payerAccountId"], back["payeeAccountId"]) = (payer, payee);
        assert_eq!(bench.data("/account/transfer", back).await, json!(true));
        assert_eq!(bench.available(&margin).await, json!(100));
        let page =
            json!({"pageNum": 1, "pageSize": 100, "accountId": margin.parse::<u64>().unwrap()});
        let ledger = bench.data("/account/transaction", page).await;
        let rows = ledger["records"].as_array().unwrap();
        let shape: Vec<_> = rows
            .iter()
            .map(|row| (&row["bizType"], &row["direction"], &row["amount"]))
            .collect();
        assert_eq!(
            shape,
            [
                (&json!("fund_collection"), &json!("OUT"), &json!(0.5)),
                (&json!("fund_transfer"), &json!("IN"), &json!(100.5)),
            ]
        );
        assert_eq!(rows[0]["remark"], "budget");
    }
}

#[tokio::test]
async fn a_transfer_that_makes_no_sense_is_refused_and_moves_nothing() {
    let bench = Bench::new().await;
    let margin = bench.margin("100").await;
    let before = bench.look("/state").await;
    let good = bench.funding(&margin, "10").await;
    let euro = before["accounts"][1]["accountId"].clone();
    let cases = [
        ("type", json!("GIFT"), "type"),
        ("type", json!("COLLECTION"), "payerAccountId"),
        ("amount", json!("0"), "amount"),
        ("amount", json!("1.001"), "amount"),
        ("amount", json!("10000000"), "Insufficient"),
        ("payerAccountId", json!("1"), "payerAccountId"),
        ("payeeAccountId", euro.clone(), "payeeAccountId"),
        ("payerAccountId", euro, "currency"),
        ("merchantOrderNo", json!("short"), "merchantOrderNo"),
        ("payeeAccountId", Value::Null, "payeeAccountId"),
    ];
    for (field, value, expected) in cases {
        let mut body = good.clone();
        body[field] = value;
        let message = bench.refusal("/account/transfer", body).await;
        assert!(message.contains(expected), "{field}: {message}");
    }
    assert_eq!(bench.look("/state").await, before);
    let message = bench.refusal("/account/create", json!({})).await;
    assert!(message.contains("accountName"));
}

#[tokio::test]
async fn a_transfer_number_is_used_once_over_everything() {
    let bench = Bench::new().await;
    let margin = bench.margin("100").await;
    let transfer = bench.funding(&margin, "10").await;
    bench.data("/account/transfer", transfer.clone()).await;
    let message = bench.refusal("/account/transfer", transfer.clone()).await;
    assert_eq!(message, "Duplicate order number");
    let open =
        json!({"merchantOrderNo": transfer["merchantOrderNo"], "cardTypeId": 111001, "amount": 50});
    let message = bench.refusal("/card/v2/openCard", open).await;
    assert_eq!(message, "Duplicate order number");
    assert_eq!(bench.available(&margin).await, json!(110));
}

#[tokio::test]
async fn the_ledger_shows_at_most_30_days() {
    let bench = Bench::new().await;
    bench.open("50").await;
    let page = |extra: Value| {
        let mut page = json!({"pageNum": 1, "pageSize": 10});
        for (name, value) in extra.as_object().unwrap() {
            page[name] = value.clone();
        }
        page
    };
    let path = "/account/transaction";
    assert_eq!(bench.data(path, page(json!({}))).await["total"], 2);
    let purchases = page(json!({"bizType": "card_purchase"}));
    assert_eq!(bench.data(path, purchases).await["total"], 1);
    let month_ms: i64 = 30 * 24 * 3_600_000;
    let long = page(json!({"startTime": 1, "endTime": month_ms + 2}));
    assert!(bench.refusal(path, long).await.contains("30 days"));
    let early = page(json!({"startTime": 1, "endTime": month_ms}));
    assert_eq!(bench.data(path, early).await["total"], 0);
    assert!(
        bench
            .refusal(path, json!({"pageNum": 1}))
            .await
            .contains("pageSize")
    );
}

#[tokio::test]
async fn a_transfer_made_invisible_is_missing_from_the_ledger_for_a_while() {
    let bench = Bench::new().await;
    let margin = bench.margin("100").await;
    let rule = json!({"path": "/account/transfer", "kind": "invisible", "millis": 60_000});
    bench.put("/faults", json!({"faults": [rule]})).await;
    let transfer = bench.funding(&margin, "10").await;
    bench.data("/account/transfer", transfer).await;
    let page = json!({"pageNum": 1, "pageSize": 10, "accountId": margin});
    assert_eq!(bench.data("/account/transaction", page).await["total"], 1);
    assert_eq!(bench.available(&margin).await, json!(110));
}

#[tokio::test]
async fn the_other_spelling_answers_objects() {
    let quirks = Quirks {
        spelling: Spelling::Reference,
        ..Quirks::default()
    };
    let bench = Bench::with(seeded(), FincardOptions { quirks, ..quick() }).await;
    let name = json!({"accountName": "Team", "currency": "EUR"});
    let account = bench.data("/account/create", name).await;
    let accounts = bench.data("/account/info", json!({})).await;
    let transfer = json!({
        "type": "TRANSFER", "merchantOrderNo": reference(), "amount": 10, "currency": "EUR",
        "fromAccountId": accounts[1]["accountId"], "toAccountId": account["accountId"],
        "description": "budget",
    });
    let row = bench.data("/account/transfer", transfer).await;
    assert_eq!(
        (&row["bizType"], &row["direction"]),
        (&json!("fund_transfer"), &json!("OUT"))
    );
}
