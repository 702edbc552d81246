//! Customers, access, questionnaires.

use serde_json::{Value, json};

use crate::support::{Bench, INACTIVE, VIRTUAL, WITH_CUSTOMER, text};

fn old_shape() -> Value {
    json!({
        "type": "individual", "firstName": "Ada", "lastName": "Byron", "birthDate": "1990-02-03",
        "nationality": "DEU", "email": "ada@example.test", "phone": "+491234567",
        "address": {"line1": "Way 1", "city": "Ulm", "state": "BW", "country": "DEU", "zipCode": "89073"},
    })
}

#[tokio::test]
async fn a_customer_is_pending_then_active_and_can_be_deleted() {
    let bench = Bench::new().await;
    bench.put("/script", json!({"settleMillis": 200})).await;
    let created = bench.post("/customers", json!({"type": "business"})).await["data"].clone();
    assert_eq!(
        (&created["status"], &created["type"]),
        (&json!("pending"), &json!("business"))
    );
    assert!(text(&created["sumsub"]["url"]).starts_with("https://"));
    let path = format!("/customers/{}", text(&created["id"]));
    bench.customer_is(&text(&created["id"]), "active").await;
    assert!(bench.get(&format!("{path}/sumsub")).await["reusableToken"].is_string());
    assert_eq!(bench.delete(&path).await.1["data"], json!({}));
    assert_eq!(bench.refused_get(&path).await, 404);
    assert_eq!(bench.delete(&path).await.0, 404);
}

#[tokio::test]
async fn both_shapes_are_taken_and_the_old_one_requires_its_fields() {
    let bench = Bench::new().await;
    let new = json!({"type": "individual", "level": "advanced", "address": {"line1": "Way 1",
        "city": "Ulm", "state": "BW", "countryCode": "DEU", "postalCode": "89073"}});
    for body in [old_shape(), new.clone()] {
        let data = bench.post("/customers", body).await["data"].clone();
        assert_eq!(data["individualData"]["address"]["zipCode"], "89073");
        assert_eq!(data["individualData"]["address"]["country"], "DEU");
    }
    for missing in [
        "firstName",
        "birthDate",
        "nationality",
        "email",
        "phone",
        "type",
    ] {
        let mut body = old_shape();
        body.as_object_mut().unwrap().remove(missing);
        assert_eq!(
            bench.refused_post("/customers", body).await,
            400,
            "{missing}"
        );
    }
    for (name, value) in [
        ("birthDate", "3 May"),
        ("nationality", "de"),
        ("email", "none"),
    ] {
        let mut body = old_shape();
        body[name] = json!(value);
        assert_eq!(bench.refused_post("/customers", body).await, 400, "{name}");
    }
    let level = json!({"type": "individual", "level": "huge"});
    assert_eq!(bench.refused_post("/customers", level).await, 400);
    bench.put("/quirks", json!({"customerFields": "new"})).await;
    assert_eq!(bench.refused_post("/customers", old_shape()).await, 400);
    bench.put("/quirks", json!({"customerFields": "old"})).await;
    assert_eq!(bench.refused_post("/customers", new).await, 400);
}

#[tokio::test]
async fn a_shared_sumsub_token_makes_a_customer() {
    let bench = Bench::new().await;
    let body = json!({"type": "individual", "sumsubShareToken": "share"});
    let data = bench.post("/customers/sumsub", body).await["data"].clone();
    bench.customer_is(&text(&data["id"]), "active").await;
    let body = json!({"type": "individual"});
    assert_eq!(bench.refused_post("/customers/sumsub", body).await, 400);
}

#[tokio::test]
async fn the_script_and_control_routes_decide_reviews() {
    let bench = Bench::new().await;
    let reviews = [
        "reject",
        "needs_information",
        "hold",
        "update_requested",
        "approve",
    ];
    bench.put("/script", json!({"nextReviews": reviews})).await;
    let rejected = bench.customer("rejected").await;
    let shown = bench.get(&format!("/customers/{rejected}")).await;
    assert_eq!(shown["rejectionReasons"], json!(["Data mismatch"]));
    let waiting = bench.customer("needs_information").await;
    let shown = bench.get(&format!("/customers/{waiting}")).await;
    assert!(shown["sumsub"]["url"].is_string());
    let held = bench.customer("on_hold").await;
    bench.customer("update_requested").await;
    bench.customer("active").await;
    for (verdict, status) in [
        ("approve", "active"),
        ("needs-information", "needs_information"),
        ("hold", "on_hold"),
        ("reject", "rejected"),
        ("update-requested", "update_requested"),
    ] {
        bench.make(&format!("/customers/{held}/{verdict}")).await;
        bench.customer_is(&held, status).await;
    }
}

#[tokio::test]
async fn placeholder_names_are_rejected_by_a_quirk_only() {
    let bench = Bench::new().await;
    let body = json!({"type": "individual", "firstName": "John", "lastName": "Doe"});
    for (quirk, status) in [(false, "active"), (true, "rejected")] {
        bench
            .put("/quirks", json!({"rejectPlaceholderNames": quirk}))
            .await;
        let made = bench.post("/customers", body.clone()).await;
        bench.customer_is(&text(&made["data"]["id"]), status).await;
    }
}

#[tokio::test]
async fn access_is_for_active_customers_and_granted_later() {
    let bench = Bench::new().await;
    bench
        .put(
            "/script",
            json!({"nextReviews": ["hold"], "nextAccess": ["reject"]}),
        )
        .await;
    let held = bench.customer("on_hold").await;
    let body = json!({"accessType": "cards", "cardType": WITH_CUSTOMER});
    let path = format!("/customers/{held}/request");
    assert_eq!(bench.refused_post(&path, body.clone()).await, 400);
    bench.make(&format!("/customers/{held}/approve")).await;
    for bad in [
        json!({"accessType": "cards"}),
        json!({"type": "cards", "cardType": VIRTUAL}),
        json!({"accessType": "cards", "cardType": INACTIVE}),
    ] {
        assert_eq!(bench.refused_post(&path, bad).await, 400);
    }
    let asked = bench.post(&path, body.clone()).await["data"].clone();
    assert_eq!(
        asked,
        json!({"accessType": "cards", "customerId": held, "status": "requested"})
    );
    crate::support::eventually(async || {
        let one = bench.get(&format!("/customers/{held}")).await["featuresAccess"][0].clone();
        (one["status"] == "rejected" && one["rejectionReasons"][0].is_string()).then_some(())
    })
    .await;
    bench.granted(WITH_CUSTOMER).await;
    bench
        .post(&path, json!({"accessType": "virtual-account"}))
        .await;
}

#[tokio::test]
async fn a_questionnaire_can_be_answered_and_restarts_a_review() {
    let bench = Bench::new().await;
    bench
        .put("/script", json!({"nextReviews": ["needs_information"]}))
        .await;
    let id = bench.customer("needs_information").await;
    let path = format!("/customers/{id}/questionnaires");
    let list = bench.get(&path).await["questionnaires"].clone();
    assert_eq!(list[0]["completed"], false);
    let one = format!("{path}/{}", text(&list[0]["id"]));
    let questions = bench.get(&one).await["questions"].clone();
    let submit = format!("{one}/submit");
    for bad in [
        json!({}),
        json!({"answers": []}),
        json!({"answers": [{"id": "x", "answer": "y"}]}),
    ] {
        assert_eq!(bench.refused_post(&submit, bad).await, 400);
    }
    let answers = json!({"answers": [{"id": questions[0]["id"], "answer": "salary"}]});
    bench.post(&submit, answers).await;
    bench.customer_is(&id, "active").await;
    assert_eq!(
        bench.get(&path).await["questionnaires"][0]["completed"],
        true
    );
    assert_eq!(bench.refused_get(&format!("{path}/other")).await, 404);
}
