//! Switched behaviour, and what a restart keeps.

use cardmux_emulator_fincard::{FincardOptions, Quirks, Spelling};
use serde_json::{Value, json};

use crate::forms::{PHYSICAL_NUMBER, short_form};
use crate::support::{Bench, eventually, in_file, quick, reference, seeded};

async fn with(quirks: Quirks) -> Bench {
    Bench::with(seeded(), FincardOptions { quirks, ..quick() }).await
}

async fn physical(bench: &Bench) -> (String, String) {
    let holder = bench.physical_holder().await;
    let card = bench
        .open_with(json!({"cardTypeId": 111070, "amount": 50, "holderId": holder, "cardNumber": PHYSICAL_NUMBER}))
        .await;
    let query = json!({"cardNo": card});
    let challenge = bench.record("/card/3ds/transaction", query).await;
    (card, challenge["values"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn secrets_can_be_shown_in_clear() {
    let bench = with(Quirks {
        encrypt_secrets: false,
        activations_in_query: true,
        ..Quirks::default()
    })
    .await;
    let (card, code) = physical(&bench).await;
    assert_eq!(code.len(), 6);
    let number = reference();
    let body =
        json!({"merchantOrderNo": number, "cardNo": card, "pin": "258013", "activeCode": code});
    bench.data("/card/activate", body).await;
    assert_eq!(bench.final_order(&number).await["type"], "card_activated");
    let secrets = bench
        .data("/card/info/sensitive", json!({"cardNo": card}))
        .await;
    assert_eq!(secrets["cardNumber"], PHYSICAL_NUMBER);
}

#[tokio::test]
async fn a_gift_url_can_be_in_clear_alone() {
    let bench = with(Quirks {
        encrypt_activate_url: false,
        ..Quirks::default()
    })
    .await;
    let card = bench
        .open_with(json!({"cardTypeId": 111090, "amount": 50}))
        .await;
    let shown = bench
        .data("/card/info/sensitive", json!({"cardNo": card}))
        .await;
    assert!(
        shown["activateUrl"]
            .as_str()
            .unwrap()
            .starts_with("https://")
    );
}

#[tokio::test]
async fn a_holder_can_be_spelled_the_other_way() {
    let bench = with(Quirks {
        spelling: Spelling::Reference,
        ..Quirks::default()
    })
    .await;
    let mut form = short_form();
    let fields = form.as_object_mut().unwrap();
    for (narrative, reference) in [
        ("cardHolderModel", "cardholderType"),
        ("areaCode", "phoneCountryCode"),
        ("mobile", "phone"),
        ("town", "city"),
        ("postCode", "zipCode"),
    ] {
        let value = fields.remove(narrative).unwrap();
        fields.insert(reference.to_owned(), value);
    }
    let made = bench.data("/card/holder/v2/create", form).await;
    let query = json!({"cardholderId": made["cardholderId"]});
    eventually(async || {
        let record = bench.record("/card/holder/list", query.clone()).await;
        (record["status"] == "pass_audit").then_some(())
    })
    .await;
    let body = json!({"merchantOrderNo": reference(), "cardTypeId": 111039, "amount": 50, "holderId": made["cardholderId"]});
    bench.data("/card/v2/openCard", body).await;
}

#[tokio::test]
async fn a_restart_keeps_holders_and_trades_and_ends_audits() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fincard.json");
    let bench = Bench::with(in_file(&file), quick()).await;
    let card = bench.open("50").await;
    let trade = json!({"amount": "20"});
    let trade_no = bench.make(&format!("/cards/{card}/trades"), trade).await;
    let slow = FincardOptions {
        order_delay_ms: 400,
        ..quick()
    };
    bench.put("/script", json!({"orderDelayMillis": 400})).await;
    let made = bench.data("/card/holder/v2/create", short_form()).await;
    assert_eq!(made["status"], "wait_audit");
    bench.emulator.shutdown().await;

    let bench = Bench::with(in_file(&file), slow).await;
    let query = json!({"holderId": made["holderId"]});
    eventually(async || {
        let record = bench.record("/card/holder/list", query.clone()).await;
        (record["status"] == "pass_audit").then_some(())
    })
    .await;
    let settled = bench
        .post(&format!("/trades/{trade_no}/settle"), json!({}))
        .await;
    assert_eq!(settled, (204, Value::Null));
    let query = json!({"tradeNo": trade_no});
    let trade = bench.record("/card/authorize/transaction", query).await;
    assert_eq!(trade["status"], "succeed");
}

#[tokio::test]
async fn no_pin_is_ever_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fincard.json");
    let bench = Bench::with(in_file(&file), quick()).await;
    let (card, values) = physical(&bench).await;
    let code = bench.decrypt(&json!(values));
    let body = json!({"merchantOrderNo": reference(), "cardNo": card, "pin": "730618", "activeCode": code});
    bench.data("/card/activate", body).await;
    eventually(async || (bench.info(&card).await["status"] == "Normal").then_some(())).await;
    let saved: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    for part in ["cards", "orders"] {
        assert!(
            !saved["provider"][part].to_string().contains("\"730618\""),
            "{part}"
        );
    }
}
