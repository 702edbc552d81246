//! Issuing and listing.

use serde_json::{Value, json};

use crate::support::{
    Bench, CORPORATE_PHYSICAL, CORPORATE_VIRTUAL, PERSON_VIRTUAL, card_body, company_card_body,
    text,
};

async fn code(bench: &Bench, body: &Value) -> String {
    bench.code("/create-card", body).await
}

#[tokio::test]
async fn card_issued_is_listed_with_its_masked_number_and_nothing_more() {
    let bench = Bench::new().await;
    let person = bench.owner().await;
    let made = bench.post("/create-card", card_body(&person)).await;
    let mut fields: Vec<_> = made.as_object().unwrap().keys().collect();
    fields.sort();
    assert_eq!(fields, ["errors", "status", "token_id"]);
    let list = bench.post("/get-cards", json!({"person_id": person})).await;
    assert_eq!((&list["total"], &list["errors"]), (&json!(1), &json!([])));
    let item = &list["items"][0];
    let mask = text(&item["card_number"]);
    assert_eq!((mask.len(), &mask[..15]), (19, "5355-12**-****-"));
    assert!(mask[15..].bytes().all(|digit| digit.is_ascii_digit()));
    let expected = json!({
        "token_id": made["token_id"], "embossing_name": "ANA EXAMPLE", "card_number": mask,
        "expiration_date": "2099-11", "product_id": PERSON_VIRTUAL,
    });
    assert_eq!(item, &expected);
}

#[tokio::test]
async fn card_before_its_account_is_refused() {
    let bench = Bench::new().await;
    let person = bench.person("p-1").await;
    assert_eq!(code(&bench, &card_body(&person)).await, "ACCOUNT_MISSING");
    let usd = json!({"person_id": person, "currency": "USD"});
    bench.post("/create-account", usd).await;
    assert_eq!(code(&bench, &card_body(&person)).await, "ACCOUNT_MISSING");
    bench.account("person_id", &person).await;
    bench.card_of(&person).await;
}

#[tokio::test]
async fn card_field_absent_or_wrong_is_refused_by_its_name() {
    let bench = Bench::new().await;
    let person = bench.owner().await;
    for name in [
        "person_id",
        "product_id",
        "embossing_name",
        "token_status",
        "token_stage",
        "delivery_address",
        "express_delivery",
    ] {
        let mut body = card_body(&person);
        body[name] = Value::Null;
        assert_eq!(code(&bench, &body).await, format!("MISSING_FIELD:{name}"));
    }
    for (name, value) in [
        ("product_id", json!("41")),
        ("product_id", json!(99)),
        ("product_id", json!(CORPORATE_VIRTUAL)),
        ("token_status", json!("deactivated")),
        ("token_stage", json!("plastic_delivered")),
        ("token_stage", json!("plastic_not_delivered")),
        ("delivery_address", json!("Sample g. 1")),
        ("express_delivery", json!("false")),
        ("expiration_date", json!("2020-01")),
        ("expiration_date", json!("2099-13")),
        ("expiration_date", json!("11/99")),
        ("embossing_name", json!("")),
        ("embossing_name", json!("ŽIVILĖ")),
        ("embossing_name", json!("A".repeat(27))),
    ] {
        let mut body = card_body(&person);
        body[name] = value;
        assert_eq!(code(&bench, &body).await, format!("INVALID_FIELD:{name}"));
    }
    let mut body = card_body(&person);
    body["delivery_address"]["city"] = Value::Null;
    assert_eq!(
        code(&bench, &body).await,
        "MISSING_FIELD:delivery_address.city"
    );
    assert_eq!(bench.look("/state").await["cards"], json!([]));
}

#[tokio::test]
async fn embossing_name_of_one_space_or_the_full_length_is_legal() {
    let bench = Bench::new().await;
    let person = bench.owner().await;
    for name in [" ", "O'Neil-Smith Jr. & Co/2", &"A".repeat(26)] {
        let mut body = card_body(&person);
        body["embossing_name"] = json!(name);
        bench.post("/create-card", body).await;
    }
    let list = bench.post("/get-cards", json!({"person_id": person})).await;
    assert_eq!(list["items"][0]["embossing_name"], " ");
}

#[tokio::test]
async fn holder_must_be_the_person_or_an_employee() {
    let bench = Bench::new().await;
    let person = bench.owner().await;
    let (corporate, employee) = bench.company().await;
    let mut both = card_body(&person);
    both["employee_id"] = json!(employee);
    let as_person = card_body(&corporate);
    let as_employee = company_card_body(&corporate, CORPORATE_VIRTUAL);
    let employee_as_person = card_body(&employee);
    for body in [both, as_person, as_employee, employee_as_person] {
        assert_eq!(code(&bench, &body).await, "HOLDER_INVALID", "{body}");
    }
    let unknown = card_body("10011000999999999999");
    assert_eq!(code(&bench, &unknown).await, "NOT_FOUND");
    let mut alone = company_card_body(&employee, CORPORATE_VIRTUAL);
    alone["employee_id"] = Value::Null;
    alone["corporate_id"] = json!(corporate);
    assert_eq!(code(&bench, &alone).await, "MISSING_FIELD:person_id");
    bench.quirks(json!({"corporateHolder": true})).await;
    bench.post("/create-card", alone).await;
}

#[tokio::test]
async fn company_card_belongs_to_the_corporates_list() {
    let bench = Bench::new().await;
    let (corporate, employee) = bench.company().await;
    let person = bench.owner().await;
    bench.card_of(&person).await;
    let virtual_body = company_card_body(&employee, CORPORATE_VIRTUAL);
    let made = bench.post("/create-card", virtual_body).await;
    let mut plastic = company_card_body(&employee, CORPORATE_PHYSICAL);
    plastic["token_stage"] = json!("plastic_not_delivered");
    plastic["token_status"] = json!("new");
    let second = bench.post("/create-card", plastic).await;
    let list = bench
        .post("/get-cards", json!({"corporate_id": corporate}))
        .await;
    let ids = list["items"].as_array().unwrap().iter();
    let ids: Vec<_> = ids.map(|item| &item["token_id"]).collect();
    assert_eq!(ids, [&made["token_id"], &second["token_id"]]);
    let state = bench.card_state(&text(&second["token_id"])).await;
    assert_eq!(
        (&state["token_status"], &state["token_stage"]),
        (&json!("new"), &json!("plastic_not_delivered"))
    );
}

#[tokio::test]
async fn list_filter_empty_double_or_unknown_follows_the_quirks() {
    let bench = Bench::new().await;
    let person = bench.owner().await;
    let (corporate, employee) = bench.company().await;
    bench.card_of(&person).await;
    let company = company_card_body(&employee, CORPORATE_VIRTUAL);
    bench.post("/create-card", company).await;
    let (nobody, both) = (
        json!({}),
        json!({"person_id": person, "corporate_id": corporate}),
    );
    for (body, code) in [
        (&nobody, "MISSING_FIELD:person_id"),
        (&both, "INVALID_FIELD:corporate_id"),
        (&json!({"person_id": "1"}), "NOT_FOUND"),
        (&json!({"person_id": corporate}), "INVALID_FIELD:person_id"),
    ] {
        assert_eq!(bench.code("/get-cards", body).await, code);
    }
    for (filter, total) in [("all", 2), ("none", 0)] {
        bench.quirks(json!({"emptyFilter": filter})).await;
        let list = bench.post("/get-cards", nobody.clone()).await;
        assert_eq!(list["total"], total);
    }
    bench
        .quirks(json!({"bothFilters": "either", "listCut": 1}))
        .await;
    let list = bench.post("/get-cards", both).await;
    let shown = list["items"].as_array().unwrap().len();
    assert_eq!((&list["total"], shown), (&json!(2), 1));
}

#[tokio::test]
async fn card_calls_are_looser_or_stricter_where_asked() {
    let bench = Bench::new().await;
    let person = bench.owner().await;
    bench
        .quirks(json!({
            "embossingAlphabet": "any", "embossingMax": 30, "embossingEcho": "as_sent",
            "expressDelivery": "any", "addressMembers": "free", "expirationRequired": true,
        }))
        .await;
    let mut body = card_body(&person);
    body["embossing_name"] = json!("Živilė von Sample-Example-Long");
    body["express_delivery"] = json!("true");
    body["delivery_address"] = json!({});
    bench.post("/create-card", body.clone()).await;
    body["expiration_date"] = Value::Null;
    assert_eq!(code(&bench, &body).await, "MISSING_FIELD:expiration_date");
    let list = bench.post("/get-cards", json!({"person_id": person})).await;
    assert_eq!(
        list["items"][0]["embossing_name"],
        "Živilė von Sample-Example-Long"
    );
    bench.quirks(json!({})).await;
    let mut body = card_body(&person);
    body["expiration_date"] = Value::Null;
    bench.post("/create-card", body).await;
}

#[tokio::test]
async fn account_named_on_the_card_is_required_where_asked() {
    let bench = Bench::quirky(json!({"manyAccounts": true, "cardAccount": "named"})).await;
    let person = bench.person("p-1").await;
    bench.account("person_id", &person).await;
    let second = bench.account("person_id", &person).await;
    let (corporate, _) = bench.company().await;
    let accounts = bench.look("/state").await["accounts"].clone();
    let foreign = accounts.as_array().unwrap().iter();
    let mut foreign = foreign.filter(|one| one["owner_id"] == json!(corporate));
    let foreign = foreign.next().unwrap()["account_id"].clone();
    let mut body = card_body(&person);
    assert_eq!(code(&bench, &body).await, "MISSING_FIELD:account_id");
    body["account_id"] = foreign;
    assert_eq!(code(&bench, &body).await, "INVALID_FIELD:account_id");
    body["account_id"] = json!("1");
    assert_eq!(code(&bench, &body).await, "NOT_FOUND");
    body["account_id"] = json!(second);
    let made = bench.post("/create-card", body).await;
    let card = bench.card_state(&text(&made["token_id"])).await;
    assert_eq!(card["account_id"], json!(second));
}
