//! Ordering and activating plastic.

use serde_json::{Value, json};

use crate::support::{Bench, PHYSICAL, name_only, text};

fn order() -> Value {
    json!({"cardType": "prepaid", "shippingData": {
        "firstName": "Ada", "lastName": "Byron", "email": "a@example.test", "phone": "123",
        "phoneCode": "+49", "addressLine1": "Way 1", "city": "Ulm", "state": "BW",
        "postalCode": "89073", "country": "DEU",
    }})
}

async fn physical(bench: &Bench) -> String {
    let answer = bench
        .post("/cards/issue", name_only(PHYSICAL, 0, None))
        .await;
    text(&answer["data"]["card"]["id"])
}

#[tokio::test]
async fn a_card_is_ordered_once_and_activated_with_its_code() {
    let bench = Bench::quirky(json!({"physicalPending": true})).await;
    let card = physical(&bench).await;
    assert_eq!(bench.status_of(&card).await, "pending");
    let path = |verb: &str| format!("/physical-cards/{card}/{verb}");
    let early = json!({"cardType": "prepaid", "code": "000000"});
    assert_eq!(bench.refused_post(&path("activate"), early).await, 400);
    bench.post(&path("order"), order()).await;
    assert_eq!(bench.refused_post(&path("order"), order()).await, 409);
    let code = bench.look(&format!("/cards/{card}/activation-code")).await["code"].clone();
    let wrong = json!({"cardType": "prepaid", "code": "no"});
    assert_eq!(bench.refused_post(&path("activate"), wrong).await, 400);
    let other = json!({"cardType": "budget", "code": code});
    assert_eq!(bench.refused_post(&path("activate"), other).await, 404);
    let right = json!({"cardType": "prepaid", "code": code});
    bench.post(&path("activate"), right.clone()).await;
    assert_eq!(bench.status_of(&card).await, "active");
    assert_eq!(bench.refused_post(&path("activate"), right).await, 400);
}

#[tokio::test]
async fn orders_are_checked_and_only_physical_types_have_plastic() {
    let bench = Bench::new().await;
    let card = physical(&bench).await;
    assert_eq!(bench.status_of(&card).await, "active");
    let path = format!("/physical-cards/{card}/order");
    for name in ["firstName", "phoneCode", "addressLine1", "state", "country"] {
        let mut body = order();
        body["shippingData"].as_object_mut().unwrap().remove(name);
        assert_eq!(bench.refused_post(&path, body).await, 400, "{name}");
    }
    let mut body = order();
    body["shippingData"]["country"] = json!("DE");
    assert_eq!(bench.refused_post(&path, body).await, 400);
    let card = bench.card(0).await;
    let path = format!("/physical-cards/{card}/order");
    assert_eq!(bench.refused_post(&path, order()).await, 400);
}
