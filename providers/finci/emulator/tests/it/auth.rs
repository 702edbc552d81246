//! Token, timestamp, signature, paths, envelope.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Bench, Signing, client_body, now};

const PATH: &str = "/v1/create-client";

async fn sent(bench: &Bench, signing: &Signing, external: &str) -> (u16, Value) {
    let body = client_body(external).to_string();
    let (status, answer) = bench.signed(signing, Method::POST, PATH, &body).await;
    (status, answer["errors"][0].clone())
}

#[tokio::test]
async fn call_with_a_wrong_credential_is_refused_with_its_code() {
    let bench = Bench::new().await;
    let good = || bench.signing();
    let wrong = "x".to_owned();
    for (signing, code) in [
        (
            Signing {
                token: wrong.clone(),
                ..good()
            },
            "TOKEN_INVALID",
        ),
        (
            Signing {
                secret: wrong.clone(),
                ..good()
            },
            "SIGNATURE_INVALID",
        ),
        (
            Signing {
                timestamp: wrong,
                ..good()
            },
            "TIMESTAMP_INVALID",
        ),
        (
            Signing {
                upper: true,
                ..good()
            },
            "SIGNATURE_INVALID",
        ),
    ] {
        assert_eq!(sent(&bench, &signing, "p-1").await, (401, json!(code)));
    }
    assert_eq!(bench.look("/state").await["records"], json!([]));
    assert_eq!(sent(&bench, &good(), "p-1").await, (200, Value::Null));
}

#[tokio::test]
async fn timestamp_outside_the_window_is_refused() {
    let bench = Bench::new().await;
    for (timestamp, status) in [
        (now() - 400, 401),
        (now() + 400, 401),
        (now() - 200, 200),
        (now() + 200, 200),
    ] {
        let signing = Signing {
            timestamp: timestamp.to_string(),
            ..bench.signing()
        };
        let external = format!("p-{timestamp}");
        assert_eq!(sent(&bench, &signing, &external).await.0, status);
    }
    bench.quirks(json!({"timestampWindow": 1000})).await;
    let signing = Signing {
        timestamp: (now() - 400).to_string(),
        ..bench.signing()
    };
    assert_eq!(sent(&bench, &signing, "p-1").await.0, 200);
}

#[tokio::test]
async fn signature_over_another_body_path_or_method_is_refused() {
    let bench = Bench::new().await;
    let body = client_body("p-1").to_string();
    for template in [
        ["timestamp", "method", "path", "{}"],
        ["timestamp", "method", "/v1/create-corporate", "body"],
        ["timestamp", "PATCH", "path", "body"],
        ["1", "method", "path", "body"],
    ] {
        let signing = Signing {
            template,
            ..bench.signing()
        };
        let (status, answer) = bench.signed(&signing, Method::POST, PATH, &body).await;
        assert_eq!(
            (status, &answer["errors"][0]),
            (401, &json!("SIGNATURE_INVALID")),
            "{template:?}"
        );
    }
}

#[tokio::test]
async fn signature_path_with_escapes_is_taken_as_sent() {
    let bench = Bench::new().await;
    let path = "/v1/update-card-status/70%2012";
    let body = r#"{"token_status":"active"}"#;
    let (status, answer) = bench
        .signed(&bench.signing(), Method::PATCH, path, body)
        .await;
    assert_eq!(
        (status, &answer["errors"][0]),
        (200, &json!("NOT_FOUND")),
        "{answer}"
    );
}

#[tokio::test]
async fn signature_template_and_hex_case_follow_the_quirks() {
    let bench = Bench::new().await;
    for (template, parts) in [
        ("{timestamp}{path}{body}", ["timestamp", "path", "body", ""]),
        ("{path}{timestamp}{body}", ["path", "timestamp", "body", ""]),
        (
            "{method}{path}{timestamp}{body}",
            ["method", "path", "timestamp", "body"],
        ),
        ("{body}", ["body", "", "", ""]),
        ("{timestamp}.{body}", ["timestamp", ".", "body", ""]),
    ] {
        bench.quirks(json!({"signatureTemplate": template})).await;
        let plain = bench.signing();
        assert_eq!(sent(&bench, &plain, template).await.0, 401, "{template}");
        let signing = Signing {
            template: parts,
            ..plain
        };
        assert_eq!(sent(&bench, &signing, template).await.0, 200, "{template}");
    }
    for (case, lower, upper) in [("upper", 401, 200), ("any", 200, 200)] {
        bench.quirks(json!({"signatureHex": case})).await;
        for (is_upper, status) in [(false, lower), (true, upper)] {
            let signing = Signing {
                upper: is_upper,
                ..bench.signing()
            };
            let external = format!("{case}{is_upper}");
            assert_eq!(
                sent(&bench, &signing, &external).await.0,
                status,
                "{external}"
            );
        }
    }
}

#[tokio::test]
async fn signature_sent_twice_is_refused_only_where_asked() {
    for (refused, code) in [(false, "EXTERNAL_ID_EXISTS"), (true, "SIGNATURE_INVALID")] {
        let bench = Bench::quirky(json!({"replaysRefused": refused})).await;
        let signing = bench.signing();
        assert_eq!(sent(&bench, &signing, "p-1").await.0, 200);
        assert_eq!(sent(&bench, &signing, "p-1").await.1, json!(code));
    }
}

#[tokio::test]
async fn path_unknown_or_of_another_method_is_a_404() {
    let bench = Bench::new().await;
    for (method, path) in [
        (Method::POST, "/v1/nothing"),
        (Method::GET, "/v1/get-cards"),
        (Method::POST, "/v1/update-card-status/1"),
        (Method::PATCH, "/v1/create-card"),
        (Method::POST, "/api/v1/get-cards"),
        (Method::POST, "/v1"),
    ] {
        let (status, answer) = bench.signed(&bench.signing(), method, path, "{}").await;
        assert_eq!(
            (status, &answer["status"]),
            (404, &json!("error")),
            "{path}"
        );
    }
    bench.quirks(json!({"pathPrefix": "/api/v1"})).await;
    for (path, status) in [("/api/v1/create-client", 200), (PATH, 404)] {
        let body = client_body("p-1").to_string();
        let signing = bench.signing();
        let sent = bench.signed(&signing, Method::POST, path, &body);
        assert_eq!(sent.await.0, status, "{path}");
    }
}

#[tokio::test]
async fn errors_of_a_success_are_empty_null_or_absent() {
    let bench = Bench::new().await;
    for (form, expected) in [
        ("empty", Some(&json!([]))),
        ("null", Some(&Value::Null)),
        ("absent", None),
    ] {
        bench.quirks(json!({"successErrors": form})).await;
        let answer = bench.post("/create-client", client_body(form)).await;
        assert_eq!(answer.get("errors"), expected, "{form}");
    }
}

#[tokio::test]
async fn refusals_have_http_statuses_where_asked() {
    let bench = Bench::quirky(json!({"errors": "http"})).await;
    bench.person("p-1").await;
    let body = client_body("p-1");
    let again = bench.refused(Method::POST, "/create-client", &body).await;
    assert_eq!(again, (409, "EXTERNAL_ID_EXISTS".to_owned()));
    let body = json!({});
    let empty = bench.refused(Method::POST, "/create-client", &body).await;
    assert_eq!(empty, (400, "MISSING_FIELD:external_id".to_owned()));
}

#[tokio::test]
async fn settings_tell_all_a_client_needs_and_quirks_refuse_typos() {
    let bench = Bench::new().await;
    let settings = bench.emulator.client_settings();
    assert_eq!(
        (&settings["path_prefix"], &settings["simulator"]),
        (&json!("/v1"), &json!(true))
    );
    let product = json!({
        "product_id": 41, "name": "Person virtual EUR", "currency": "EUR", "form": "virtual",
        "plastic": false, "owner": "person", "model": "budget_card",
    });
    assert_eq!(settings["products"][0], product);
    let products = settings["products"].as_array().unwrap().iter();
    let owners: Vec<_> = products.map(|one| one["owner"].as_str().unwrap()).collect();
    assert_eq!(owners, ["person", "corporate", "corporate", "person"]);
    let address = settings["delivery_address"].as_object().unwrap();
    let members: Vec<_> = address.keys().map(String::as_str).collect();
    assert_eq!(members, ["city", "country", "postal_code", "street"]);
    let (status, _) = bench
        .control(Method::PUT, "/quirks", json!({"typo": 1}))
        .await;
    assert_eq!(status, 422);
    assert_eq!(bench.look("/quirks").await["reversalId"], "own");
}
