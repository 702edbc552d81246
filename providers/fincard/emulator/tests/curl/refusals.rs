//! What is refused, and how (1.4); what is not served at all.

use cardmux_emulator_fincard::Dialect;
use serde_json::json;

use crate::paths::{self, NOT_COVERED, SIMULATE};
use crate::session::Session;

/// A definitive refusal is HTTP 200: code -1 (F-doc), upstream 40002 (W-prod).
fn business(session: &Session) -> (u16, i64) {
    match session.dialect {
        Dialect::Finhub => (200, -1),
        Dialect::Upstream => (200, 40002),
    }
}

/// A call by its FinHub path that the provider's rules do not allow.
pub fn refuse(session: &mut Session, path: &str, body: &str, says: &str) {
    let name = paths::find(path).of(session.dialect);
    let body = session.body(body);
    let reply = session.post(name, &body);
    let expected = business(session);
    session.refused(name, &reply, expected, says);
}

pub fn every_kind(session: &mut Session) {
    refuse(session, "/card/info", "unknown-card", "card");
    duplicate_order_number(session);
    wrong_holders(session);
    match session.dialect {
        Dialect::Finhub => finhub_headers(session),
        Dialect::Upstream => upstream_headers(session),
    }
    server_error(session);
    not_served(session);
}

/// The same number again, for the same and for another operation (W-prod).
fn duplicate_order_number(session: &mut Session) {
    let body = session.body("open-virtual");
    let open = paths::find("/card/v2/openCard").of(session.dialect);
    let reply = session.post(open, &body);
    session.keep("cardNo", &reply.body["data"]["cardNo"]);
    let used = session.known("lastReference");
    let cancel = json!({"merchantOrderNo": used, "cardNo": session.known("cardNo")});
    let expected = business(session);
    let cancel = cancel.to_string().into_bytes();
    for (name, body) in [(open, body), ("/card/cancel", cancel)] {
        let reply = session.post(name, &body);
        session.refused(name, &reply, expected, "Duplicate order number");
    }
}

/// The two refusals whose words are known from production (1.4).
fn wrong_holders(session: &mut Session) {
    let name = "/card/holder/v2/create";
    let expected = business(session);
    for (field, value, says) in [
        ("town", json!("Berlin"), "town parameter error"),
        ("cardTypeId", json!(111065), "The BIN not support the model"),
    ] {
        let body = session.body("holder-b2b");
        let mut form: serde_json::Value = serde_json::from_slice(&body).unwrap();
        form[field] = value;
        form["email"] = json!("somebody.else@example.test");
        let reply = session.post(name, form.to_string().as_bytes());
        session.refused(name, &reply, expected, says);
    }
}

/// F-doc: each of the four context headers, and the token.
fn finhub_headers(session: &mut Session) {
    let name = "/account/info";
    for missing in [
        "X-Forwarded-For",
        "X-Forwarded-From",
        "platform",
        "deviceId",
    ] {
        let mut headers = session.headers(b"{}");
        headers.retain(|header| !header.starts_with(&format!("{missing}:")));
        let reply = session.post_with(name, b"{}", &headers);
        session.refused(name, &reply, (400, 500), "Missing required header");
    }
    for token in ["Authorization: Bearer wrong", "X-Nothing: else"] {
        let mut headers = session.context_headers();
        headers.push(token.to_owned());
        let reply = session.post_with(name, b"{}", &headers);
        session.refused(name, &reply, (401, 401), "token");
    }
}

/// No document says how upstream refuses these; 401 is the emulator's assumption.
fn upstream_headers(session: &mut Session) {
    let name = "/account/info";
    let right = session.headers(b"{}");
    let of_another_body = session.headers(b"{ }");
    let other_key = |header: &String| match header.split_once(": ") {
        Some(("X-WSB-API-KEY", _)) => "X-WSB-API-KEY: other".to_owned(),
        Some(_) | None => header.clone(),
    };
    let with_other_key: Vec<_> = right.iter().map(other_key).collect();
    for (headers, says) in [(of_another_body, "signature"), (with_other_key, "key")] {
        let reply = session.post_with(name, b"{}", &headers);
        session.refused(name, &reply, (401, 401), says);
    }
}

/// 5xx is code 500 (F-doc, W-doc).
fn server_error(session: &mut Session) {
    let fault = json!({"faults": [{"kind": "error_before", "times": 1}]});
    session.control("PUT", "/faults", &fault);
    let name = "/account/info";
    let reply = session.post(name, b"{}");
    session.refused(name, &reply, (500, 500), "server error");
}

fn not_served(session: &mut Session) {
    let mut paths: Vec<_> = NOT_COVERED.to_vec();
    if session.dialect == Dialect::Finhub {
        paths.push((SIMULATE, "upstream only"));
    }
    for (name, why) in paths {
        let reply = session.post(name, b"{}");
        session.refused(name, &reply, (404, 404), "not found");
        println!("   not covered: {name}, {why}");
    }
}
