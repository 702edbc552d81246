//! Persons, corporates, employees, accounts.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Bench, client_body, corporate_body, employee_body, text};

#[tokio::test]
async fn record_created_has_an_id_of_twenty_digits() {
    let bench = Bench::new().await;
    let corporate = bench.corporate("c-1").await;
    let ids = [
        bench.person("p-1").await,
        bench.employee("e-1", &corporate).await,
        bench.account("corporate_id", &corporate).await,
        corporate,
    ];
    for id in ids {
        assert!(
            id.len() == 20 && id.bytes().all(|b| b.is_ascii_digit()),
            "{id}"
        );
    }
}

#[tokio::test]
async fn external_id_taken_is_refused_within_its_kind_only() {
    let bench = Bench::new().await;
    let person = bench.person("same").await;
    let corporate = bench.corporate("same").await;
    let employee = bench.employee("same", &corporate).await;
    let again = [
        ("/create-client", client_body("same"), "person_id", person),
        (
            "/create-corporate",
            corporate_body("same"),
            "corporate_id",
            corporate.clone(),
        ),
        (
            "/create-employee",
            employee_body("same", &corporate),
            "employee_id",
            employee,
        ),
    ];
    for shown in [false, true] {
        bench.quirks(json!({"duplicateShowsId": shown})).await;
        for (path, body, field, id) in &again {
            let (_, answer) = bench.call(Method::POST, path, body).await;
            assert_eq!(answer["errors"], json!(["EXTERNAL_ID_EXISTS"]));
            let expected = shown.then(|| json!(id));
            assert_eq!(answer.get(field), expected.as_ref(), "{path}");
        }
    }
    let records = bench.look("/state").await["records"].clone();
    assert_eq!(records.as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn field_absent_is_missing_by_its_name() {
    let bench = Bench::new().await;
    let corporate = bench.corporate("c-0").await;
    for (path, body) in [
        ("/create-client", client_body("x")),
        ("/create-corporate", corporate_body("x")),
        ("/create-employee", employee_body("x", &corporate)),
    ] {
        let names: Vec<_> = body.as_object().unwrap().keys().cloned().collect();
        for name in names {
            for value in [Value::Null, json!("  ")] {
                let mut body = body.clone();
                let blank = value == json!("  ");
                body[&name] = value;
                let code = bench.code(path, &body).await;
                // An address of blanks is of the wrong kind.
                let kind = if name == "address" && blank {
                    "INVALID"
                } else {
                    "MISSING"
                };
                assert_eq!(code, format!("{kind}_FIELD:{name}"), "{path}");
            }
        }
    }
    for member in ["country", "city", "street", "postal_code"] {
        let mut body = client_body("x");
        body["address"][member] = Value::Null;
        let code = bench.code("/create-client", &body).await;
        assert_eq!(code, format!("MISSING_FIELD:address.{member}"));
    }
}

#[tokio::test]
async fn field_of_another_form_is_invalid_by_its_name() {
    let bench = Bench::new().await;
    for (name, value) in [
        ("birth_date", json!("1990-02-30")),
        ("birth_date", json!("28.02.1990")),
        ("nationality", json!("LTU")),
        ("nationality", json!("lt")),
        ("email", json!("nobody")),
        ("phone", json!("860000000")),
        ("phone", json!("+370 600")),
        ("first_name", json!(7)),
        ("address", json!("Sample g. 1")),
    ] {
        let mut body = client_body("x");
        body[name] = value;
        let code = bench.code("/create-client", &body).await;
        assert_eq!(code, format!("INVALID_FIELD:{name}"));
    }
    let list = json!([]);
    let not_an_object = bench.refused(Method::POST, "/create-client", &list).await;
    assert_eq!(not_an_object.1, "INVALID_FIELD:body");
    bench.quirks(json!({"addressMembers": "free"})).await;
    let mut body = client_body("x");
    body["address"] = json!({"line": "anything"});
    bench.post("/create-client", body).await;
}

#[tokio::test]
async fn employee_of_something_else_than_a_corporate_is_refused() {
    let bench = Bench::new().await;
    let person = bench.person("p-1").await;
    let unknown = employee_body("e-1", "10011100999999999999");
    assert_eq!(bench.code("/create-employee", &unknown).await, "NOT_FOUND");
    let of_person = employee_body("e-1", &person);
    let code = bench.code("/create-employee", &of_person).await;
    assert_eq!(code, "INVALID_FIELD:corporate_id");
}

#[tokio::test]
async fn account_has_exactly_one_owner_and_one_per_currency() {
    let bench = Bench::new().await;
    let person = bench.person("p-1").await;
    let (corporate, employee) = bench.company().await;
    for (body, code) in [
        (json!({"currency": "EUR"}), "MISSING_FIELD:person_id"),
        (
            json!({"person_id": person, "corporate_id": corporate, "currency": "EUR"}),
            "INVALID_FIELD:corporate_id",
        ),
        (json!({"person_id": person}), "MISSING_FIELD:currency"),
        (
            json!({"person_id": person, "currency": "XXZ"}),
            "INVALID_FIELD:currency",
        ),
        (json!({"person_id": "1", "currency": "EUR"}), "NOT_FOUND"),
        (
            json!({"person_id": employee, "currency": "EUR"}),
            "INVALID_FIELD:person_id",
        ),
        (
            json!({"corporate_id": corporate, "currency": "EUR"}),
            "ACCOUNT_EXISTS",
        ),
    ] {
        assert_eq!(bench.code("/create-account", &body).await, code);
    }
    let other = json!({"corporate_id": corporate, "currency": "USD"});
    bench.post("/create-account", other).await;
    let first = bench.account("person_id", &person).await;
    bench.quirks(json!({"manyAccounts": true})).await;
    assert_ne!(bench.account("person_id", &person).await, first);
}

#[tokio::test]
async fn corporate_and_account_come_together_where_asked() {
    let bench = Bench::quirky(json!({"corporateAccount": true})).await;
    let made = bench.post("/create-corporate", corporate_body("c-1")).await;
    let account = text(&made["account_id"]);
    let accounts = bench.look("/state").await["accounts"].clone();
    assert_eq!(accounts[0]["account_id"], json!(account));
    let again = json!({"corporate_id": made["corporate_id"], "currency": "EUR"});
    assert_eq!(
        bench.code("/create-account", &again).await,
        "ACCOUNT_EXISTS"
    );
}

#[tokio::test]
async fn person_is_called_client_where_asked() {
    let bench = Bench::quirky(json!({"personWord": "client"})).await;
    let made = bench.post("/create-client", client_body("p-1")).await;
    assert!(made.get("person_id").is_none());
    let id = text(&made["client_id"]);
    bench.account("client_id", &id).await;
    let list = bench.post("/get-cards", json!({"client_id": id})).await;
    assert_eq!(list["total"], 0);
    let code = bench.code("/get-cards", &json!({"person_id": id})).await;
    assert_eq!(code, "MISSING_FIELD:client_id");
}
