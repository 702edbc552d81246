//! The walk through the transaction queries.

use crate::support::{Key, Server, context, finhub, scripted, upstream};
use cardmux_domain::provider::{Provider, TransactionQuery, TransactionReport};
use cardmux_domain::time::Timestamp;
use cardmux_domain::transaction::TransactionKind;
use serde_json::json;

const AUTH: &str = r#"{"total":3,"records":[
    {"cardNo":"FC1","tradeNo":"T1","currency":"USD","amount":5,"type":"auth","status":"succeed",
     "transactionTime":1782900000000},
    {"tradeNo":null,"type":"auth","status":"succeed","transactionTime":1782900000000},
    {"cardNo":"FC1","tradeNo":"T2","type":{"odd":1}}]}"#;
const FEES: &str = r#"{"total":1,"records":[{"cardNo":"FC1","tradeNo":"CAF1","originTradeNo":"T1",
    "currency":"USD","amount":"0.3","type":"card_patch_fee","deductionSourceFunds":"wallet",
    "status":"success","transactionTime":1782900000000}]}"#;
const V2: &str = r#"{"total":2,"records":[
    {"orderNo":"2071","merchantOrderNo":"ref1","cardNo":"FC1","currency":"USD","amount":50,
     "type":"create","status":"success","transactionTime":1782900000000},
    {"orderNo":"2072","cardNo":"FC1","type":"Freeze","status":"success",
     "transactionTime":1782900000000}]}"#;
const NONE: &str = r#"{"total":0,"records":null}"#;
const PURCHASES: &str = r#"{"total":1,"records":[{"orderNo":"2071","merchantOrderNo":"ref1",
    "currency":"USD","cardFee":5,"depositAmount":50,"status":"success",
    "transactionTime":1782900000000}]}"#;

const ANSWERS: &[(&str, &str)] = &[
    ("/card/authorize/transaction", AUTH),
    ("/card/authTransaction", AUTH),
    ("/card/auth/fee/transaction", FEES),
    ("/card/authFeeTransaction", FEES),
    ("/card/v2/transaction", V2),
    ("/card/purchase/transaction", PURCHASES),
    ("/card/purchaseTransaction", PURCHASES),
    ("/card/transaction", NONE),
];

async fn walk(provider: &dyn Provider, limit: u32) -> (Vec<TransactionReport>, Vec<String>) {
    let mut query = TransactionQuery {
        from: Timestamp::from_millis(1_782_800_000_000),
        to: Timestamp::from_millis(1_782_990_000_000),
        cursor: None,
        limit,
    };
    let (mut reports, mut cursors) = (Vec::new(), Vec::new());
    for _ in 0..20 {
        let transactions = provider.transactions().unwrap();
        let page = transactions.list(&context(), &query).await.unwrap();
        reports.extend(page.items);
        query.cursor = page.next;
        match &query.cursor {
            Some(cursor) => cursors.push(cursor.clone()),
            None => return (reports, cursors),
        }
    }
    panic!("the walk does not end")
}

fn told(reports: &[TransactionReport]) -> Vec<(&str, TransactionKind)> {
    let told = |report: &'_ TransactionReport| report.kind;
    reports
        .iter()
        .map(|r| (r.provider_ref.as_str(), told(r)))
        .collect()
}

fn paths(server: &Server) -> Vec<String> {
    server.calls().into_iter().map(|(path, _)| path).collect()
}

/// One bad record does not hide its page, and a freeze is no transaction.
#[tokio::test]
async fn every_query_is_walked_in_both_dialects() {
    use TransactionKind::{Fee, Issue, Purchase};
    let expected = [
        ("T1", Purchase),
        ("CAF1", Fee),
        ("2071", Issue),
        ("2071", Issue),
    ];
    let server = scripted(ANSWERS).await;
    let (reports, cursors) = walk(finhub(&server.url, json!({})).as_ref(), 500).await;
    assert_eq!(told(&reports), expected);
    assert_eq!(
        cursors,
        [
            "fee:1",
            "operations:1",
            "deposits_v1:1",
            "withdrawals_v1:1",
            "cancellations_v1:1",
            "overdrafts_v1:1",
            "purchase:1",
        ]
    );
    assert_eq!(
        paths(&server),
        [
            "/card/authorize/transaction",
            "/card/auth/fee/transaction",
            "/card/v2/transaction",
            "/card/transaction",
            "/card/transaction",
            "/card/transaction",
            "/card/transaction",
            "/card/purchase/transaction",
        ]
    );
    let body = r#"{"pageNum":1,"pageSize":100,"startTime":1782800000000,"endTime":1782990000000}"#;
    let with_type = |kind: &str| body.replace('}', &format!(r#","type":"{kind}"}}"#));
    for (path, sent) in server.calls() {
        let typed = ["deposit", "withdraw", "cancel", "overdraft_statement"].map(with_type);
        let first_version = path == "/card/transaction";
        assert!(
            if first_version {
                typed.contains(&sent)
            } else {
                sent == body
            },
            "{path} {sent}"
        );
    }

    let server = scripted(ANSWERS).await;
    let provider = upstream(&server.url, &Key::new(1024));
    let (reports, _) = walk(provider.as_ref(), 100).await;
    assert_eq!(told(&reports), expected);
    assert_eq!(
        paths(&server),
        [
            "/card/authTransaction",
            "/card/authFeeTransaction",
            "/card/v2/transaction",
            "/card/transaction",
            "/card/transaction",
            "/card/transaction",
            "/card/transaction",
            "/card/purchaseTransaction",
        ]
    );
}

#[tokio::test]
async fn feed_with_more_records_is_walked_page_by_page() {
    let server = scripted(ANSWERS).await;
    let (_, cursors) = walk(finhub(&server.url, json!({})).as_ref(), 2).await;
    assert_eq!(cursors[..2], ["authorize:2", "fee:1"]);
    assert!(
        server.calls()[1]
            .1
            .starts_with(r#"{"pageNum":2,"pageSize":2,"#)
    );
}
