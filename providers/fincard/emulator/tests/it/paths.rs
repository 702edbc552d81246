//! Every path that issue 3 needs is answered in both dialects, by its documented name.

use cardmux_emulator_fincard::Dialect;
use serde_json::json;

use crate::support::{BOTH, Bench, FINHUB};

/// FinHub's names; where upstream's differ, the path map of the bench says how.
const PATHS: &[&str] = &[
    "/common/region",
    "/common/city",
    "/common/v2/city",
    "/common/mobileAreaCode",
    "/account/info",
    "/account/list",
    "/account/single/query",
    "/account/transaction",
    "/account/create",
    "/account/transfer",
    "/card/holder/occupations",
    "/card/holder/v2/create",
    "/card/holder/v2/update",
    "/card/holder/list",
    "/card/v2/cardTypes",
    "/card/v2/openCard",
    "/card/info",
    "/card/info/sensitive",
    "/card/balance",
    "/card/list",
    "/card/v2/updateNote",
    "/card/v2/update",
    "/card/v2/freeze",
    "/card/v2/unfreeze",
    "/card/deposit",
    "/card/withdraw",
    "/card/cancel",
    "/card/activate",
    "/card/updatePin",
    "/card/purchase/transaction",
    "/card/transaction",
    "/card/v2/transaction",
    "/card/authorize/transaction",
    "/card/auth/fee/transaction",
    "/card/3ds/transaction",
];

#[tokio::test]
async fn every_path_answers_an_envelope_in_both_dialects() {
    for dialect in BOTH {
        let bench = Bench::speaking(dialect).await;
        for path in PATHS {
            let answer = bench.call(path, json!({})).await;
            let refusal = match dialect {
                Dialect::Finhub => -1,
                Dialect::Upstream => 40002,
            };
            let code = answer["code"].as_i64().unwrap();
            assert!(code == 200 || code == refusal, "{path}: {answer}");
            assert_eq!(answer["success"], json!(code == 200), "{path}");
            assert!(answer["msg"].is_string() && answer.get("data").is_some());
        }
    }
}

#[tokio::test]
async fn a_name_of_the_other_dialect_is_not_found() {
    let bench = Bench::new().await;
    for path in ["/card/sensitive", "/card/note", "/card/authTransaction"] {
        let request = bench.finhub(&format!("{FINHUB}{path}")).json(&json!({}));
        assert_eq!(bench.send(request).await.0, 404, "{path}");
    }
    for path in ["/card/info/sensitive", "/card/activate", "/card/v2/update"] {
        let request = bench.upstream(path, &json!({}));
        assert_eq!(bench.send(request).await.0, 404, "{path}");
    }
}
