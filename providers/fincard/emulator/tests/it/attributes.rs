//! Spending controls, MCC lists, the note.

use serde_json::{Value, json};

use crate::support::{BOTH, Bench, reference};

impl Bench {
    async fn update(&self, card: &str, change: Value) -> Value {
        let number = reference();
        let mut body = change;
        body["merchantOrderNo"] = json!(number);
        body["cardNo"] = json!(card);
        self.data("/card/v2/update", body).await;
        self.final_order(&number).await
    }

    async fn refused_update(&self, card: &str, change: Value) -> String {
        let mut body = change;
        body["merchantOrderNo"] = json!(reference());
        body["cardNo"] = json!(card);
        self.refusal("/card/v2/update", body).await
    }
}

#[tokio::test]
async fn an_update_takes_effect_when_it_succeeds() {
    for dialect in BOTH {
        let bench = Bench::speaking(dialect).await;
        let card = bench.open("50").await;
        let limit = json!([{"interval": "PER_TRANSACTION", "amount": 20}]);
        let change = json!({"spendingControls": limit, "riskControls": {"blockedMcc": ["7995"]}});
        let order = bench.update(&card, change).await;
        assert_eq!(
            (&order["type"], &order["status"]),
            (&json!("card_update"), &json!("success"))
        );
        let info = bench.info(&card).await;
        assert_eq!(info["spendingControls"], limit);
        assert_eq!(
            info["riskControls"],
            json!({"allowedMcc": [], "blockedMcc": ["7995"]})
        );

        bench.put("/script", json!({"nextOrders": ["fail"]})).await;
        bench.update(&card, json!({"spendingControls": []})).await;
        assert_eq!(bench.info(&card).await["spendingControls"], limit);

        let change = json!({"spendingControls": [], "riskControls": {"blockedMcc": []}});
        bench.update(&card, change).await;
        let info = bench.info(&card).await;
        assert_eq!(
            (
                &info["spendingControls"],
                &info["riskControls"]["blockedMcc"]
            ),
            (&json!([]), &json!([]))
        );
    }
}

#[tokio::test]
async fn an_update_the_card_cannot_have_is_refused() {
    let bench = Bench::new().await;
    let card = bench.open("50").await;
    let cases = [
        (json!({}), "Nothing"),
        (json!({"noPinPaymentAmount": 100}), "noPinPaymentAmount"),
        (
            json!({"spendingControls": [{"interval": "DAILY", "amount": 20}]}),
            "spendingControls",
        ),
        (
            json!({"spendingControls": [{"interval": "PER_TRANSACTION", "amount": -1}]}),
            "spendingControls",
        ),
        (
            json!({"riskControls": {"allowedMcc": ["5999"], "blockedMcc": ["7995"]}}),
            "riskControls",
        ),
        (
            json!({"riskControls": {"allowedMcc": ["59"]}}),
            "riskControls",
        ),
    ];
    for (change, expected) in cases {
        let message = bench.refused_update(&card, change).await;
        assert!(message.contains(expected), "{message}");
    }
    let euro = bench
        .open_with(json!({"cardTypeId": 111002, "amount": 10}))
        .await;
    let change = json!({"riskControls": {"allowedMcc": ["5999"]}});
    let message = bench.refused_update(&euro, change).await;
    assert!(message.contains("does not support"), "{message}");
}

#[tokio::test]
async fn a_note_comes_back_in_card_info() {
    for dialect in BOTH {
        let bench = Bench::speaking(dialect).await;
        let card = bench.open("50").await;
        let path = "/card/v2/updateNote";
        let note = json!({"cardNo": card, "clientRemark": "for travel"});
        assert_eq!(bench.data(path, note).await["remark"], "for travel");
        assert_eq!(bench.info(&card).await["remark"], "for travel");
        let long = json!({"cardNo": card, "clientRemark": "x".repeat(51)});
        assert!(bench.refusal(path, long).await.contains("clientRemark"));
    }
}
