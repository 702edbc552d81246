//! Switched shapes; each is asked for beside its default.

use serde_json::{Value, json};

use crate::support::{Bench, VIRTUAL, budget_body, name_only, text};

async fn set(bench: &Bench, name: &str, value: Value) {
    bench.put("/quirks", json!({name: value})).await;
}

#[tokio::test]
async fn numbers_take_any_form() {
    let bench = Bench::new().await;
    let card = bench.card(0).await;
    let plain = text(&bench.get(&format!("/cards/{card}/sensetive")).await["number"]);
    let spaced = [&plain[..4], &plain[4..8], &plain[8..12], &plain[12..]].join(" ");
    let forms = [
        ("string", json!(plain)),
        ("spaced", json!(spaced)),
        ("number", json!(plain.parse::<u64>().unwrap())),
    ];
    for (form, expected) in forms {
        let quirks = json!({"panReveal": form, "panDetails": form, "panIssue": form,
            "panBudget": form, "detailsSecrets": "clear"});
        bench.put("/quirks", quirks).await;
        let revealed = bench.get(&format!("/cards/{card}/sensetive")).await;
        let details = bench.get(&format!("/cards/{card}")).await;
        assert_eq!(
            (&revealed["number"], &details["sensetive"]["number"]),
            (&expected, &expected)
        );
        let issued = bench
            .post("/cards/issue", name_only(VIRTUAL, 0, None))
            .await;
        let budget = bench.post("/budget-cards/issue", budget_body()).await;
        for shown in [
            &issued["data"]["card"]["cardNumber"],
            &budget["data"]["sensitive"]["number"],
        ] {
            assert_eq!(shown.is_number(), form == "number");
            assert_eq!(
                shown.as_str().is_some_and(|text| text.contains(' ')),
                form == "spaced"
            );
        }
    }
}

#[tokio::test]
async fn either_spelling_can_be_on_both() {
    let bench = Bench::new().await;
    let (card, budget) = (bench.card(0).await, bench.budget_card().await);
    for (word, other) in [("sensetive", "sensitive"), ("sensitive", "sensetive")] {
        set(&bench, "spelling", json!(word)).await;
        for path in [format!("/cards/{card}"), format!("/budget-cards/{budget}")] {
            bench.get(&format!("{path}/{word}")).await;
            assert_eq!(bench.refused_get(&format!("{path}/{other}")).await, 404);
        }
        assert!(bench.get(&format!("/cards/{card}")).await[word].is_object());
        let issued = bench.post("/budget-cards/issue", budget_body()).await;
        assert!(issued["data"][word].is_object() && issued["data"].get(other).is_none());
    }
}

#[tokio::test]
async fn prefixes_can_be_retired() {
    let bench = Bench::new().await;
    let card = bench.card(0).await;
    for (quirk, new, old) in [
        ("both", true, true),
        ("cards", true, false),
        ("prepaid", false, true),
    ] {
        set(&bench, "prefixes", json!(quirk)).await;
        for (prefix, served) in [("cards", new), ("prepaid-cards", old)] {
            let request = bench.request(reqwest::Method::GET, &format!("/{prefix}/{card}"));
            let status = bench.send(request).await.0;
            assert_eq!(status, if served { 200 } else { 404 }, "{quirk} {prefix}");
        }
    }
}

#[tokio::test]
async fn external_ids_count_where_the_quirk_says() {
    let bench = Bench::new().await;
    bench.card_named(0, Some("ext-1")).await;
    for (quirk, details, freeze) in [
        ("details_only", 200, 404),
        ("nowhere", 404, 404),
        ("everywhere", 200, 200),
    ] {
        set(&bench, "externalIds", json!(quirk)).await;
        let get = bench.request(reqwest::Method::GET, "/cards/ext-1");
        let post = bench.request(reqwest::Method::POST, "/cards/ext-1/freeze");
        assert_eq!(
            (bench.send(get).await.0, bench.send(post).await.0),
            (details, freeze),
            "{quirk}"
        );
    }
}

#[tokio::test]
async fn external_ids_can_be_unique_and_required() {
    let bench = Bench::new().await;
    bench.card_named(0, Some("same")).await;
    bench.card_named(0, Some("same")).await;
    bench.card_named(0, None).await;
    set(&bench, "externalIdUnique", json!(true)).await;
    let again = name_only(VIRTUAL, 0, Some("same"));
    assert_eq!(bench.refused_post("/cards/issue", again).await, 409);
    bench.card_named(0, Some("other")).await;
    set(&bench, "externalIdRequired", json!(true)).await;
    let without = name_only(VIRTUAL, 0, None);
    assert_eq!(bench.refused_post("/cards/issue", without).await, 400);
}

#[tokio::test]
async fn names_beside_a_customer_and_the_address_form() {
    let bench = Bench::new().await;
    let customer = bench.customer("active").await;
    let body = json!({"typeId": VIRTUAL, "initialBalance": 0, "customerId": customer});
    bench.post("/cards/issue", body.clone()).await;
    set(&bench, "namesAlwaysRequired", json!(true)).await;
    assert_eq!(bench.refused_post("/cards/issue", body).await, 400);
    let object = json!({"line1": "Way 1", "countryCode": "DEU"});
    for (quirk, right, wrong) in [
        ("object", object.clone(), json!("Way 1")),
        ("string", json!("Way 1"), object),
    ] {
        set(&bench, "address", json!(quirk)).await;
        let mut body = name_only(VIRTUAL, 0, None);
        body["configuration"] = json!({"displayName": "A B", "address": right});
        bench.post("/cards/issue", body.clone()).await;
        body["configuration"]["address"] = wrong;
        assert_eq!(
            bench.refused_post("/cards/issue", body).await,
            400,
            "{quirk}"
        );
    }
}

#[tokio::test]
async fn cards_can_begin_pending_and_tell_their_status() {
    let bench = Bench::quirky(json!({"pendingFirst": true, "issueAnswerStatus": true})).await;
    bench.put("/script", json!({"settleMillis": 300})).await;
    let answer = bench
        .post("/cards/issue", name_only(VIRTUAL, 5, Some("ext-1")))
        .await;
    let card = &answer["data"]["card"];
    assert_eq!(
        (&card["status"], &card["externalCardId"]),
        (&json!("pending"), &json!("ext-1"))
    );
    let id = text(&card["id"]);
    let path = format!("/cards/{id}/freeze");
    assert_eq!(bench.refused_post(&path, json!({})).await, 400);
    crate::support::eventually(async || (bench.status_of(&id).await == "active").then_some(()))
        .await;
}

#[tokio::test]
async fn lists_can_repeat_filters_lack_totals_and_have_a_maximum() {
    let bench = Bench::new().await;
    let card = bench.card(0).await;
    bench.card(0).await;
    bench
        .post(&format!("/cards/{card}/freeze"), json!({}))
        .await;
    let count = async |query: &str| {
        let data = bench.get(&format!("/cards/list?{query}")).await;
        data["cards"].as_array().unwrap().len()
    };
    let (comma, repeated) = ("statuses=frozen,active", "statuses=frozen&statuses=active");
    assert_eq!((count(comma).await, count(repeated).await), (2, 1));
    set(&bench, "listFilters", json!("repeated")).await;
    assert_eq!((count(comma).await, count(repeated).await), (0, 2));
    set(&bench, "totalsMissing", json!(true)).await;
    assert!(bench.get("/cards/list").await.get("totalPages").is_none());
    set(&bench, "maxLimit", json!(1)).await;
    assert_eq!(bench.refused_get("/cards/list?limit=2").await, 400);
    bench
        .put("/quirks", json!({"maxLimit": 1, "overLimit": "cut"}))
        .await;
    let cut = bench.get("/cards/list?limit=2").await;
    assert_eq!(
        (cut["cards"].as_array().unwrap().len(), &cut["limit"]),
        (1, &json!(1))
    );
}
