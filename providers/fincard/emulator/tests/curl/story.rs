//! Each dialect from its login to its last refusal.

use cardmux_emulator_fincard::{Dialect, FincardOptions, start};
use cardmux_emulator_kit::Options;
use serde_json::Value;

use crate::session::Session;
use crate::shapes::TOKEN;
use crate::{flows, people, refusals, spending};

/// On a thread of its own: `curl` is waited for here, and must be answered meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn finhub_answers_curl_in_the_documented_shapes() {
    run(Dialect::Finhub, 1024).await;
}

/// With the larger of the two key sizes in use.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn upstream_answers_curl_in_the_documented_shapes() {
    run(Dialect::Upstream, 2048).await;
}

async fn run(dialect: Dialect, key_bits: usize) {
    let fincard = FincardOptions {
        dialect,
        key_bits,
        order_delay_ms: 20,
        ..FincardOptions::default()
    };
    let emulator = start(Options::default(), fincard).await.unwrap();
    let mut session = Session::new(dialect, emulator.client_settings(), key_bits / 8);
    if dialect == Dialect::Finhub {
        log_in(&mut session);
    }
    reference_lists(&mut session);
    accounts(&mut session);
    people::audits_and_updates(&mut session);
    flows::virtual_card(&mut session);
    spending::use_of_the_card(&mut session);
    flows::end_of_the_card(&mut session);
    flows::card_with_a_holder(&mut session);
    flows::physical_card(&mut session);
    flows::shared_card(&mut session);
    flows::gift_card(&mut session);
    refusals::every_kind(&mut session);
    session.end();
    emulator.shutdown().await;
}

/// Both documented variants (1.1).
fn log_in(session: &mut Session) {
    for (name, setting) in [
        ("email", "email"),
        ("password", "password"),
        ("tenantId", "tenant_id"),
    ] {
        let value = session.setting(setting).into();
        session.keep(name, &value);
    }
    let headers = session.context_headers();
    let body = session.body("login");
    let path = "/api/auth/login";
    let reply = session.post_root(path, &body, &headers);
    session.compared(path, |session| {
        session.comparison.compare(path, &reply.body, &TOKEN);
    });
    session.keep("token", &reply.body["accessToken"]);
    session.call("/common/region", "empty");

    // F-pm's collection does not send `X-Forwarded-From` here.
    let headers: Vec<_> = headers
        .into_iter()
        .filter(|header| !header.starts_with("X-Forwarded-From"))
        .collect();
    let body = session.body("session");
    let path = "/api/v2.1/admin/organization/org-1/users/user-1/sessions";
    let reply = session.post_root(path, &body, &headers);
    session.compared(path, |session| {
        let (at, fields) = match reply.body.get("accessToken") {
            Some(_) => ("top level", &reply.body),
            None => ("data", &reply.body["data"]),
        };
        session
            .comparison
            .compare(&format!("{path} {at}"), fields, &TOKEN);
        session.keep("token", &fields["accessToken"]);
    });
}

fn reference_lists(session: &mut Session) {
    session.call("/common/region", "empty");
    for body in ["empty", "region"] {
        session.call("/common/city", body);
        session.call("/common/v2/city", body);
    }
    session.call("/common/mobileAreaCode", "empty");
    session.call("/card/holder/occupations", "empty");
    session.call("/card/v2/cardTypes", "empty");
}

/// Section 5: a budget is made, filled and emptied in part.
fn accounts(session: &mut Session) {
    session.call("/account/info", "empty");
    let wallets = session.call("/account/list", "account-list");
    let wallet = number(&wallets["records"][0]["accountId"]);
    session.keep("wallet", &wallet);
    session.call("/account/single/query", "account");
    let made = session.call("/account/create", "account-create");
    session.keep("margin", &number(&made[0]["accountId"]));
    session.call("/account/transfer", "transfer");
    session.call("/account/transfer", "collection");
    session.call("/account/transaction", "ledger");
    let rows = session.call("/account/transaction", "ledger");
    let records = rows["records"].as_array().cloned().unwrap_or_default();
    let transfer = records
        .iter()
        .find(|row| row["bizType"] == "fund_transfer")
        .cloned()
        .unwrap_or_default();
    session.keep("ledgerOrderNo", &transfer["orderNo"]);
    session.keep("ledgerTime", &transfer["createTime"]);
    session.call("/account/transaction", "ledger-filtered");
}

/// An `accountId` is text in answers and a Long in requests (1.5).
fn number(id: &Value) -> Value {
    let digits = id.as_str().unwrap_or_default();
    digits.parse::<u64>().map_or(Value::Null, Value::from)
}
