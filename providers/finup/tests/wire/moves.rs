//! Deposit and withdraw.

use crate::support::{Server, context, moving, ok, provider, usd};
use cardmux_domain::provider::{ErrorKind, Outcome, Reported};
use serde_json::json;

#[tokio::test]
async fn amount_is_an_exact_number_at_the_singular_path() {
    let server = Server::always(ok(r#"{"status":"SUCCESS","code":201}"#)).await;
    let provider = provider(&server.url, json!({}));
    let (funds, ctx) = (provider.funds().unwrap(), context());
    let report = funds.deposit(&ctx, &moving("10.10")).await.unwrap();
    assert_eq!(report.reported, Reported::Succeeded);
    assert_eq!(report.amount, Some(usd("10.10")));
    assert_eq!(report.subject_ref.as_deref(), Some("c1"));
    funds.withdraw(&ctx, &moving("0.07")).await.unwrap();
    assert_eq!(
        server.calls(),
        [
            r#"POST /card/c1/deposit {"amount":10.1}"#,
            r#"POST /card/c1/withdraw {"amount":0.07}"#,
        ]
    );
}

#[tokio::test]
async fn anything_but_the_documented_success_is_unknown() {
    for body in [
        r#"{"result":{"status":"PENDING","code":201}}"#,
        r#"{"result":{"status":"SUCCESS","code":420}}"#,
        r#"{"result":{}}"#,
        r#"{"result":null}"#,
        r#"{"status":"SUCCESS"}"#,
        r#"{"result":{"status":"SUC"#,
        "",
    ] {
        let server = Server::always((201, body.to_owned())).await;
        let provider = provider(&server.url, json!({}));
        let error = provider
            .funds()
            .unwrap()
            .deposit(&context(), &moving("1"))
            .await;
        let error = error.unwrap_err();
        assert_eq!(
            (error.kind, error.outcome),
            (ErrorKind::Malformed, Outcome::Unknown),
            "{body}"
        );
    }
}

#[tokio::test]
async fn refusals_are_shortages_only_where_set_so() {
    for (codes, status, kind) in [
        (json!([]), 418, ErrorKind::Refused),
        (json!([]), 420, ErrorKind::Refused),
        (json!([420]), 418, ErrorKind::Refused),
        (json!([420]), 420, ErrorKind::InsufficientFunds),
    ] {
        let server = Server::always((status, r#"{"message":"low balance"}"#.to_owned())).await;
        let provider = provider(&server.url, json!({"insufficient_funds_codes": codes}));
        let error = provider
            .funds()
            .unwrap()
            .withdraw(&context(), &moving("1"))
            .await;
        let error = error.unwrap_err();
        assert_eq!((error.kind, error.outcome), (kind, Outcome::Rejected));
        assert_eq!(error.provider_code, Some(status.to_string()));
        assert_eq!(error.provider_message.as_deref(), Some("low balance"));
    }
}
