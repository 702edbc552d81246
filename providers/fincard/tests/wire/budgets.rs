//! Budgets: MARGIN accounts, transfers, the ledger.

use crate::support::{
    Key, Server, context, finhub, looked_for, ok, reference, scripted, upstream, usd,
};
use axum::http::StatusCode;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    CreateBudget, EntryQuery, ErrorKind, MoveBudgetFunds, Outcome, PageRequest, Provider, Reported,
};
use cardmux_domain::time::Timestamp;
use serde_json::json;

const MARGIN: &str = "1945678901234567890";
const ACCOUNTS: &str = r#"[
    {"accountId":"1","accountType":"WALLET","currency":"EUR","availableBalance":7,"totalBalance":7},
    {"accountId":"1945678901234567890","accountType":"MARGIN","currency":"USD","availableBalance":1},
    {"accountId":"1945678901234567891","accountName":"main","accountType":"WALLET","currency":"USD",
     "totalBalance":"110","availableBalance":"100.5","frozenBalance":9.5}]"#;
const CREATED: &str = r#"{"accountId":"1945678901234567890","accountType":"MARGIN","currency":"USD","accountName":"Team ref1"}"#;
const SINGLE: &str = r#"[{"accountId":"1945678901234567890","accountType":"MARGIN","currency":"USD",
    "availableBalance":"42.04375"}]"#;

const ANSWERS: &[(&str, &str)] = &[
    ("/account/create", CREATED),
    ("/account/info", ACCOUNTS),
    ("/account/single/query", SINGLE),
    ("/account/transfer", "true"),
];

fn moved() -> MoveBudgetFunds {
    MoveBudgetFunds {
        reference: reference(),
        budget_ref: MARGIN.to_owned(),
        amount: usd("5.50"),
    }
}

fn created() -> CreateBudget {
    CreateBudget {
        reference: reference(),
        name: "Team".to_owned(),
        currency: "USD".parse().unwrap(),
    }
}

async fn create_fund_withdraw(provider: &dyn Provider) {
    let (ctx, budgets) = (context(), provider.budgets().unwrap());
    let report = budgets.create(&ctx, &created()).await.unwrap();
    assert_eq!(report.subject_ref.as_deref(), Some(MARGIN));
    for report in [
        budgets.fund(&ctx, &moved()).await,
        budgets.withdraw(&ctx, &moved()).await,
    ] {
        assert_eq!(report.unwrap().reported, Reported::Succeeded);
    }
}

fn bodies(server: &Server) -> Vec<String> {
    server.calls().into_iter().map(|(_, body)| body).collect()
}

#[tokio::test]
async fn budget_is_created_funded_and_withdrawn_with_the_documented_fields() {
    let there = r#"{"type":"TRANSFER","merchantOrderNo":"ref1","amount":5.5,"payerAccountId":1945678901234567891,"payeeAccountId":1945678901234567890,"remark":"ref1"}"#;
    let back = r#"{"type":"COLLECTION","merchantOrderNo":"ref1","amount":5.5,"payerAccountId":1945678901234567890,"payeeAccountId":1945678901234567891,"remark":"ref1"}"#;
    let expected = [r#"{"accountName":"Team ref1"}"#, "{}", there, "{}", back];
    let server = scripted(ANSWERS).await;
    create_fund_withdraw(finhub(&server.url, json!({})).as_ref()).await;
    assert_eq!(bodies(&server), expected);
    let server = scripted(ANSWERS).await;
    create_fund_withdraw(upstream(&server.url, &Key::new(1024)).as_ref()).await;
    assert_eq!(bodies(&server), expected);
    let server = scripted(ANSWERS).await;
    let provider = finhub(&server.url, json!({"card_key_field": "cardId"}));
    create_fund_withdraw(provider.as_ref()).await;
    assert_eq!(
        bodies(&server)[..3],
        [
            r#"{"accountName":"Team ref1","currency":"USD"}"#,
            "{}",
            r#"{"type":"TRANSFER","merchantOrderNo":"ref1","amount":5.5,"fromAccountId":1945678901234567891,"toAccountId":1945678901234567890,"description":"ref1","currency":"USD"}"#,
        ]
    );
}

#[tokio::test]
async fn created_account_comes_as_an_array_too() {
    let server = scripted(&[("/account/create", r#"[{"accountId":7,"currency":"USD"}]"#)]).await;
    let provider = finhub(&server.url, json!({}));
    let budgets = provider.budgets().unwrap();
    let report = budgets.create(&context(), &created()).await.unwrap();
    assert_eq!(report.subject_ref.as_deref(), Some("7"));
}

#[tokio::test]
async fn transfer_without_a_wallet_to_read_was_not_sent() {
    let no_dollars = r#"[{"accountId":"1","accountType":"WALLET","currency":"EUR"}]"#;
    let scripts: [&[(&str, &str)]; 2] = [&[], &[("/account/info", no_dollars)]];
    for script in scripts {
        // The script is the test's for as long as it runs.
        let script: &'static [_] = script.to_vec().leak();
        let server = scripted(script).await;
        let provider = finhub(&server.url, json!({}));
        let budgets = provider.budgets().unwrap();
        let error = budgets.fund(&context(), &moved()).await.unwrap_err();
        assert_eq!(error.outcome, Outcome::NotSent);
        assert_eq!(server.calls().len(), 1, "only the accounts were asked for");
    }
}

#[tokio::test]
async fn balances_and_funding_accounts_are_exact() {
    let server = scripted(ANSWERS).await;
    let provider = finhub(&server.url, json!({}));
    let (ctx, budgets) = (context(), provider.budgets().unwrap());
    let budget = budgets.get(&ctx, MARGIN).await.unwrap();
    assert_eq!(budget.available.to_string(), "42.04375 USD");
    let error = budgets.get(&ctx, "7").await.unwrap_err();
    assert_eq!(
        (error.kind, error.outcome),
        (ErrorKind::NotFound, Outcome::Rejected)
    );
    let accounts = provider
        .funding_accounts()
        .unwrap()
        .funding_accounts(&ctx)
        .await
        .unwrap();
    assert_eq!(accounts.len(), 2);
    assert_eq!(accounts[1].available.to_string(), "100.50 USD");
    assert_eq!(accounts[1].frozen.unwrap().to_string(), "9.50 USD");
    assert_eq!(server.calls()[0].1, r#"{"accountId":1945678901234567890}"#);
}

#[tokio::test]
async fn entries_are_pages_of_the_ledger() {
    let rows = r#"{"total":3,"records":[
        {"txId":1,"amount":5,"direction":"IN","bizType":"fund_transfer","createTime":1782900000000},
        {"txId":2,"amount":3,"direction":"OUT","bizType":"card_deposit","createTime":1782900001000}]}"#;
    let script: &'static [_] = vec![("/account/transaction", rows)].leak();
    let server = scripted(script).await;
    let provider = finhub(&server.url, json!({}));
    let query = EntryQuery {
        account_ref: MARGIN.to_owned(),
        currency: "USD".parse().unwrap(),
        from: Some(Timestamp::from_millis(1)),
        to: None,
        page: PageRequest {
            cursor: None,
            limit: 2,
        },
    };
    let budgets = provider.budgets().unwrap();
    let page = budgets.entries(&context(), &query).await.unwrap();
    assert_eq!(page.next.as_deref(), Some("2"));
    let refs: Vec<_> = page.items.iter().map(|e| e.entry_ref.as_str()).collect();
    assert_eq!(refs, ["2", "1"], "newest first");
    assert_eq!(
        server.calls()[0].1,
        r#"{"pageNum":1,"pageSize":2,"accountId":1945678901234567890,"startTime":1}"#
    );
}

/// Twelve accounts on two pages; the wanted one is on the second.
fn account_pages(seen: &crate::support::Seen) -> crate::support::Reply {
    if !seen.path.ends_with("/account/list") {
        let body = r#"{"accessToken":"token","expiresIn":3600}"#.to_owned();
        return (StatusCode::OK, Vec::new(), body);
    }
    let account = |id: usize, name: &str| {
        format!(r#"{{"accountId":"{id}","accountName":"{name}","currency":"USD"}}"#)
    };
    let page = if seen.text().contains(r#""pageNum":1,"#) {
        (1..=10).map(|id| account(id, "other")).collect::<Vec<_>>()
    } else {
        vec![account(11, "Team ref1"), account(12, "other")]
    };
    ok(&format!(r#"{{"total":12,"records":[{}]}}"#, page.join(",")))
}

#[tokio::test]
async fn budget_is_found_by_the_reference_in_its_name_on_any_page() {
    let server = Server::start(account_pages).await;
    let provider = finhub(&server.url, json!({}));
    let operations = provider.operations().unwrap();
    let mut query = looked_for(OperationKind::CreateBudget, None);
    let found = operations
        .find(&context(), &query)
        .await
        .unwrap()
        .found()
        .unwrap();
    assert_eq!(found.subject_ref.as_deref(), Some("11"));
    assert_eq!(
        bodies(&server),
        [
            r#"{"pageNum":1,"pageSize":10,"type":"MARGIN"}"#,
            r#"{"pageNum":2,"pageSize":10,"type":"MARGIN"}"#,
        ]
    );
    query.reference = cardmux_domain::operation::Reference::from_text("ref2");
    assert_eq!(
        operations.find(&context(), &query).await.unwrap().found(),
        None
    );
}

#[tokio::test]
async fn list_that_never_ends_or_breaks_off_proves_nothing() {
    for (records, calls) in [
        (r#"[{"accountId":"1","accountName":"other"}]"#, 100),
        ("[]", 1),
    ] {
        let data = format!(r#"{{"total":100000,"records":{records}}}"#);
        let script: &'static [_] = vec![("/account/list", &*data.leak())].leak();
        let server = scripted(script).await;
        let provider = finhub(&server.url, json!({}));
        let query = looked_for(OperationKind::CreateBudget, None);
        let operations = provider.operations().unwrap();
        let error = operations.find(&context(), &query).await.unwrap_err();
        assert_eq!(
            (error.kind, error.outcome),
            (ErrorKind::Malformed, Outcome::Unknown)
        );
        assert_eq!(server.calls().len(), calls);
    }
}

#[tokio::test]
async fn transfer_is_found_in_the_ledger_of_its_budget() {
    let rows = r#"{"total":1,"records":[{"txId":9,"amount":"5.5","direction":"OUT","remark":"ref1",
        "bizType":"fund_collection","createTime":1782900001000}]}"#;
    let script: &'static [_] = vec![("/account/transaction", rows)].leak();
    let server = scripted(script).await;
    let provider = finhub(&server.url, json!({}));
    let operations = provider.operations().unwrap();
    let mut query = looked_for(OperationKind::WithdrawBudget, Some(MARGIN));
    query.amount = Some(usd("5.50"));
    query.sent_at = Some(Timestamp::from_millis(1_782_900_000_000));
    let found = operations
        .find(&context(), &query)
        .await
        .unwrap()
        .found()
        .unwrap();
    assert_eq!(found.provider_ref.as_deref(), Some("9"));
    assert_eq!(found.reported, Reported::Succeeded);
    assert_eq!(
        server.calls()[0].1,
        r#"{"pageNum":1,"pageSize":100,"accountId":1945678901234567890,"bizType":"fund_collection","startTime":1782899700000}"#
    );
    query.kind = OperationKind::FundBudget;
    assert_eq!(
        operations.find(&context(), &query).await.unwrap().found(),
        None
    );
}
