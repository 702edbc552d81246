//! Cardholders: forms, audits, updates, limits.

use serde_json::{Value, json};

use crate::forms::short_form;
use crate::support::{BOTH, Bench, eventually, reference};

const CREATE: &str = "/card/holder/v2/create";
const UPDATE: &str = "/card/holder/v2/update";

#[tokio::test]
async fn a_holder_waits_is_reviewed_and_passes() {
    for dialect in BOTH {
        let bench = Bench::speaking(dialect).await;
        bench.put("/script", json!({"orderDelayMillis": 200})).await;
        let form = short_form();
        let made = bench.data(CREATE, form.clone()).await;
        assert_eq!(
            (&made["status"], &made["statusFlowLocation"]),
            (&json!("wait_audit"), &json!("admin"))
        );
        assert_eq!(made["merchantOrderNo"], form["merchantOrderNo"]);
        let by_reference = json!({"merchantOrderNo": form["merchantOrderNo"]});
        let mut seen = vec![];
        let record = eventually(async || {
            let record = bench
                .record("/card/holder/list", by_reference.clone())
                .await;
            (record["status"] != "wait_audit").then_some(record)
        })
        .await;
        seen.push(record["status"].clone());
        let record = eventually(async || {
            let record = bench
                .record("/card/holder/list", by_reference.clone())
                .await;
            (record["status"] == "pass_audit").then_some(record)
        })
        .await;
        assert_eq!(seen, [json!("under_review")]);
        assert_eq!(
            (&record["holderId"], &record["email"]),
            (&made["holderId"], &form["email"])
        );
        assert_eq!(
            (&record["townStr"], &record["description"]),
            (&json!("Berlin"), &json!("SUCCESS"))
        );
    }
}

#[tokio::test]
async fn both_forms_are_accepted_when_they_are_right() {
    for dialect in BOTH {
        let bench = Bench::speaking(dialect).await;
        let short = bench.holder(short_form()).await;
        assert_eq!(short["status"], "pass_audit");
        let full = bench.full_form().await;
        assert_eq!(bench.holder(full).await["nationality"], "DE");
    }
}

/// Every documented rule of the short form, violated once.
#[tokio::test]
async fn a_wrong_field_of_the_short_form_is_named() {
    let long = |length| Value::String("a".repeat(length));
    let cases = [
        ("cardHolderModel", json!("B2X")),
        ("cardHolderModel", Value::Null),
        ("merchantOrderNo", json!("short")),
        ("cardTypeId", json!(999_999)),
        ("areaCode", json!("+99999")),
        ("areaCode", json!("+61")),
        ("mobile", json!("1234")),
        ("mobile", json!("123456789012345678901")),
        ("email", json!("a@b")),
        ("email", json!(format!("{}@example.test", "a".repeat(40)))),
        ("email", json!("nobody")),
        ("firstName", json!("E")),
        ("firstName", json!("Érika")),
        ("firstName", long(33)),
        ("firstName", long(22)),
        ("lastName", json!("O'Neil")),
        ("lastName", Value::Null),
        ("birthday", json!("28.02.1990")),
        ("birthday", json!("1990-02-30")),
        ("country", json!("GB")),
        ("country", json!("IR")),
        ("town", json!("Berlin")),
        ("town", json!("DE-BE")),
        ("town", json!("US-NY-36061")),
        ("address", json!("Teststrasse 1, Berlin")),
        ("address", long(41)),
        ("address", json!("x")),
        ("postCode", json!("10 115")),
        ("postCode", json!("1")),
        ("postCode", long(16)),
    ];
    let bench = Bench::new().await;
    for (field, value) in cases {
        let mut form = short_form();
        form[field] = value.clone();
        let message = bench.refusal(CREATE, form).await;
        assert!(message.contains(field), "{field} {value}: {message}");
    }
    assert_eq!(bench.look("/state").await["holders"], json!([]));
}

#[tokio::test]
async fn a_wrong_field_of_the_full_form_is_named() {
    let cases = [
        ("cardHolderModel", json!("B2B")),
        ("nationality", json!("CU")),
        ("nationality", json!("XX")),
        ("nationality", Value::Null),
        ("gender", json!("X")),
        ("occupation", json!("Clown")),
        ("annualSalary", json!("100000")),
        ("annualSalary", json!("100,000 USD")),
        ("accountPurpose", json!("Online-Käufe")),
        ("expectedMonthlyVolume", json!("USD 100")),
        ("idType", json!("LIBRARY_CARD")),
        ("idType", json!("HK_HKID")),
        ("idNumber", json!("1")),
        ("idNumber", json!("1".repeat(51))),
        ("issueDate", json!("2099-01-01")),
        ("idNoExpiryDate", json!("2001-01-01")),
        ("idFrontId", json!("nothing")),
        ("idBackId", Value::Null),
        ("idHoldId", Value::Null),
        ("ipAddress", json!("::1")),
        ("ipAddress", Value::Null),
        ("kycVerification", Value::Null),
        (
            "kycVerification",
            json!({"provider": "OTHER", "referenceId": "x"}),
        ),
    ];
    let bench = Bench::new().await;
    let form = bench.full_form().await;
    for (field, value) in cases {
        let mut wrong = form.clone();
        wrong[field] = value.clone();
        let message = bench.refusal(CREATE, wrong).await;
        assert!(message.contains(field), "{field} {value}: {message}");
    }
    bench.data(CREATE, form).await;
}

#[tokio::test]
async fn an_email_address_and_an_id_number_are_used_once_per_card_type() {
    let bench = Bench::new().await;
    let first = bench.full_form().await;
    bench.data(CREATE, first.clone()).await;
    assert_eq!(
        bench.refusal(CREATE, first.clone()).await,
        "Duplicate order number"
    );
    for field in ["email", "idNumber"] {
        let mut second = bench.full_form().await;
        second[field] = first[field].clone();
        let message = bench.refusal(CREATE, second.clone()).await;
        assert!(message.contains(field), "{message}");
        second["cardTypeId"] = json!(111070);
        bench.data(CREATE, second).await;
    }
}

#[tokio::test]
async fn only_a_rejection_by_the_platform_can_be_corrected() {
    for dialect in BOTH {
        let bench = Bench::speaking(dialect).await;
        let verdicts = json!({"nextAudits": ["reject_admin", "reject_channel", "pass", "pass"]});
        bench.put("/script", verdicts).await;
        let form = short_form();
        let rejected = bench.holder(form.clone()).await;
        assert_eq!(
            (&rejected["status"], &rejected["statusFlowLocation"]),
            (&json!("reject"), &json!("admin"))
        );
        let correct = |holder: &Value, form: &Value| {
            let mut form = form.clone();
            form["holderId"] = holder["holderId"].clone();
            form["lastName"] = json!("Musterfrau");
            form
        };
        let last = bench.holder(short_form()).await;
        assert_eq!(last["statusFlowLocation"], "channel");
        let message = bench.refusal(UPDATE, correct(&last, &short_form())).await;
        assert!(message.contains("channel"), "{message}");
        let again = bench.data(UPDATE, correct(&rejected, &form)).await;
        assert_eq!(
            (&again["status"], &again["holderId"]),
            (&json!("wait_audit"), &rejected["holderId"])
        );
        let query = json!({"holderId": rejected["holderId"]});
        let passed = eventually(async || {
            let record = bench.record("/card/holder/list", query.clone()).await;
            (record["status"] == "pass_audit").then_some(record)
        })
        .await;
        assert_eq!(passed["lastName"], "Musterfrau");
        let message = bench.refusal(UPDATE, correct(&rejected, &form)).await;
        assert!(message.contains("pass_audit"), "{message}");
    }
}

#[tokio::test]
async fn a_waiting_holder_is_decided_about_by_hand() {
    let bench = Bench::new().await;
    bench
        .put("/script", json!({"nextAudits": ["wait", "wait"]}))
        .await;
    for (route, body, expected) in [
        ("approve", json!({}), "pass_audit"),
        (
            "reject",
            json!({"location": "admin", "reason": "Blurred"}),
            "reject",
        ),
    ] {
        let made = bench.data(CREATE, short_form()).await;
        let open = json!({"merchantOrderNo": reference(), "cardTypeId": 111039, "amount": 50, "holderId": made["holderId"]});
        let message = bench.refusal("/card/v2/openCard", open).await;
        assert!(message.contains("wait_audit"), "{message}");
        let path = format!("/holders/{}/{route}", made["holderId"]);
        assert_eq!(bench.post(&path, body.clone()).await.0, 204);
        let query = json!({"holderId": made["holderId"]});
        let record = bench.record("/card/holder/list", query).await;
        assert_eq!(record["status"], expected);
        assert_eq!(bench.post(&path, body).await.0, 409);
    }
    let rejected = bench.record("/card/holder/list", json!({})).await;
    assert_eq!(rejected["description"], "Blurred");
}

#[tokio::test]
async fn a_holder_has_ten_cards_at_most_and_of_its_own_type_only() {
    let bench = Bench::new().await;
    bench.put("/script", json!({"finishInCall": true})).await;
    let holder = bench.holder(short_form()).await["holderId"].clone();
    let open = |kind: u32| json!({"merchantOrderNo": reference(), "cardTypeId": kind, "amount": 10, "holderId": holder});
    let path = "/card/v2/openCard";
    assert!(bench.refusal(path, open(111065)).await.contains("holderId"));
    let first = bench.data(path, open(111039)).await["cardNo"].clone();
    for _ in 1..10 {
        bench.data(path, open(111039)).await;
    }
    assert!(bench.refusal(path, open(111039)).await.contains("too many"));
    let cancel = json!({"merchantOrderNo": reference(), "cardNo": first});
    bench.data("/card/cancel", cancel).await;
    bench.data(path, open(111039)).await;
    let listed = json!({"holderId": holder, "pageSize": 100});
    assert_eq!(bench.data("/card/list", listed).await["total"], 11);
}

#[tokio::test]
async fn holders_are_found_by_each_filter() {
    let bench = Bench::new().await;
    let form = short_form();
    let made = bench.data(CREATE, form.clone()).await;
    let mut other = short_form();
    other["mobile"] = json!("15199999999");
    bench.data(CREATE, other).await;
    let path = "/card/holder/list";
    for filter in [
        json!({"holderId": made["holderId"]}),
        json!({"email": form["email"]}),
        json!({"merchantOrderNo": form["merchantOrderNo"]}),
        json!({"areaCode": "+49", "mobile": "15100000000"}),
    ] {
        let found = bench.data(path, filter.clone()).await;
        assert_eq!(found["total"], 1, "{filter}");
        assert_eq!(found["records"][0]["holderId"], made["holderId"]);
    }
    let half = json!({"mobile": "15100000000"});
    assert!(bench.refusal(path, half).await.contains("areaCode"));
    assert_eq!(bench.data(path, json!({})).await["total"], 2);
}
