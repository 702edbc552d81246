//! Credentials, headers, signatures, envelopes.

use cardmux_emulator_fincard::FincardOptions;
use cardmux_emulator_kit::Options;
use serde_json::{Value, json};

use crate::support::{Bench, FINHUB, UPSTREAM, eventually, seeded, upstream};

const TYPES: &str = "/api/v2.1/fincard/virtual/card/v2/cardTypes";

fn code(answer: &(u16, Value)) -> (u16, i64) {
    (answer.0, answer.1["code"].as_i64().unwrap())
}

#[tokio::test]
async fn a_missing_context_header_is_400_with_code_500() {
    let bench = Bench::new().await;
    let full = bench.finhub(TYPES).json(&json!({})).build().unwrap();
    for name in [
        "X-Forwarded-For",
        "X-Forwarded-From",
        "platform",
        "deviceId",
        "X-Tenant-ID",
    ] {
        let mut request = full.try_clone().unwrap();
        request.headers_mut().remove(name);
        let answer = bench.http.execute(request).await.unwrap();
        assert_eq!(answer.status(), 400, "{name}");
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(answer["code"], 500);
        assert!(answer["msg"].as_str().unwrap().contains(name));
    }
}

#[tokio::test]
async fn a_wrong_token_or_tenant_is_401() {
    let mut bench = Bench::new().await;
    let other = bench.finhub(TYPES).json(&json!({})).build().unwrap();
    bench.token = "wrong".to_owned();
    let answer = bench.send(bench.finhub(TYPES).json(&json!({}))).await;
    assert_eq!(code(&answer), (401, 401));
    let mut request = other;
    request
        .headers_mut()
        .insert("X-Tenant-ID", "another".parse().unwrap());
    assert_eq!(bench.http.execute(request).await.unwrap().status(), 401);
}

#[tokio::test]
async fn a_token_expires_on_the_emulated_clock() {
    // An hour in half a second.
    let options = Options {
        time_scale: 7200.0,
        ..seeded()
    };
    let bench = Bench::with(options, upstream()).await;
    let answer = eventually(async || {
        let answer = bench.send(bench.finhub(TYPES).json(&json!({}))).await;
        (answer.0 != 200).then_some(answer)
    })
    .await;
    assert_eq!(code(&answer), (401, 401));
    bench.login().await;
}

#[tokio::test]
async fn login_variant_b_answers_inside_data() {
    let bench = Bench::new().await;
    let path = "/api/v2.1/admin/organization/org/users/user/sessions";
    let good = json!({"username": bench.setting("email"), "password": bench.setting("password")});
    let (status, answer) = bench.send(bench.finhub(path).json(&good)).await;
    assert_eq!(status, 200);
    assert!(answer["data"]["accessToken"].is_string());
    let bad = json!({"username": bench.setting("email"), "password": "wrong"});
    assert_eq!(
        code(&bench.send(bench.finhub(path).json(&bad)).await),
        (401, 401)
    );
}

#[tokio::test]
async fn upstream_signatures_are_verified_and_answers_are_signed() {
    for key_bits in [1024, 2048] {
        let bench = Bench::with(
            seeded(),
            FincardOptions {
                key_bits,
                ..upstream()
            },
        )
        .await;
        let answer = bench
            .upstream("/card/v2/cardTypes", &json!({}))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200);
        let signature = answer.headers()["X-WSB-SIGNATURE"]
            .to_str()
            .unwrap()
            .to_owned();
        let body = answer.bytes().await.unwrap();
        assert!(bench.platform_signed(&body, &signature));
        assert!(!bench.platform_signed(b"{}", &signature));
    }
}

#[tokio::test]
async fn upstream_refuses_another_body_key_or_signature() {
    let bench = Bench::new().await;
    let other_body = bench.upstream("/card/v2/cardTypes", &json!({})).body(" {}");
    assert_eq!(code(&bench.send(other_body).await), (401, 401));
    let mut request = bench
        .upstream("/card/v2/cardTypes", &json!({}))
        .build()
        .unwrap();
    request
        .headers_mut()
        .insert("X-WSB-API-KEY", "another".parse().unwrap());
    assert_eq!(bench.http.execute(request).await.unwrap().status(), 401);
    let mut request = bench
        .upstream("/card/v2/cardTypes", &json!({}))
        .build()
        .unwrap();
    request.headers_mut().remove("X-WSB-SIGNATURE");
    assert_eq!(bench.http.execute(request).await.unwrap().status(), 401);
}

#[tokio::test]
async fn business_codes_differ_by_dialect() {
    let bench = Bench::new().await;
    let body = json!({"cardNo": "none"});
    assert_eq!(bench.call("/card/info", body.clone()).await["code"], -1);
    let answer = bench.send(bench.upstream("/card/info", &body)).await;
    assert_eq!(code(&answer), (200, 40002));
}

#[tokio::test]
async fn unknown_paths_methods_and_bodies_are_refused_in_the_envelope() {
    let bench = Bench::new().await;
    let unknown = bench
        .finhub(&format!("{FINHUB}/card/v2/createCard"))
        .json(&json!({}));
    assert_eq!(code(&bench.send(unknown).await), (404, 404));
    let get = bench
        .http
        .get(format!("{}{UPSTREAM}/card/info", bench.emulator.url()));
    assert_eq!(code(&bench.send(get).await), (405, 405));
    for body in ["", "[]", "null", "{"] {
        let request = bench
            .finhub(TYPES)
            .header("Content-Type", "application/json")
            .body(body);
        assert_eq!(code(&bench.send(request).await), (400, 500), "{body}");
    }
}
