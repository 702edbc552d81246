//! The FinHub dialect as its server sees it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::{Reply, Seen, Server, context, ok};
use axum::http::StatusCode;
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{
    CardChange, Cards, ErrorKind, Funds, IssueCard, MoveFunds, OperationQuery, Outcome,
    PageRequest, Provider, Reported,
};
use serde_json::json;

const PREFIX: &str = "/api/v2.1/fincard/virtual";
const LOGIN: &str = "/api/auth/login";

fn provider(url: &str, more: serde_json::Value) -> Arc<dyn Provider> {
    let mut settings = json!({
        "base_url": url, "tenant_id": "tenant-1", "email": "ops@example.org", "password": "hush-hush",
    });
    settings
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    cardmux_provider_fincard::build(settings).unwrap()
}

fn cards(provider: &Arc<dyn Provider>) -> &dyn Cards {
    provider.cards().unwrap()
}

fn funds(provider: &Arc<dyn Provider>) -> &dyn Funds {
    provider.funds().unwrap()
}

fn granted(token: &str) -> Reply {
    let body = format!(r#"{{"accessToken":"{token}","tokenType":"Bearer","expiresIn":3600}}"#);
    (StatusCode::OK, Vec::new(), body)
}

const BALANCE: &str = r#"{"cardNo":"FC1","amount":"12.5","currency":"USD"}"#;

fn unauthorized() -> Reply {
    let body = r#"{"success":false,"code":401,"msg":"token expired"}"#.to_owned();
    (StatusCode::UNAUTHORIZED, Vec::new(), body)
}

fn working(seen: &Seen) -> Reply {
    match seen.path.strip_prefix(PREFIX) {
        None => granted("token-1"),
        Some("/card/balance") => ok(BALANCE),
        Some("/card/v2/openCard") => {
            ok(r#"{"orderNo":"1","cardNo":"FC1","type":"create","status":"wait_process"}"#)
        }
        Some("/card/deposit") => ok(
            r#"{"orderNo":"2","cardNo":"FC1","type":"deposit","status":"success","currency":"USD",
                "amount":10.25,"fee":"0.5","receivedAmount":10.25}"#,
        ),
        Some("/card/v2/freeze") => {
            ok(r#"{"cardId":"FC1","operationStatus":"COMPLETED","transactionId":"3"}"#)
        }
        Some("/card/list") => ok(
            r#"{"total":"3","records":[{"cardNo":"FC1","status":"Normal"},{"cardNo":"FC2","status":"cancel"}]}"#,
        ),
        Some("/card/v2/transaction") => ok(r#"{"total":2,"records":[
                {"merchantOrderNo":"other","type":"deposit","status":"success"},
                {"merchantOrderNo":"ref1","type":"deposit","status":"fail","description":"no"}]}"#),
        Some(_) => (StatusCode::NOT_FOUND, Vec::new(), String::new()),
    }
}

fn reference() -> Reference {
    Reference::from_text("ref1")
}

#[tokio::test]
async fn calls_carry_every_context_header_and_share_one_login() {
    let server = Server::start(working).await;
    let provider = provider(&server.url, json!({}));
    let ctx = context();
    let funds = funds(&provider);
    let all = tokio::join!(
        funds.balance(&ctx, "FC1"),
        funds.balance(&ctx, "FC1"),
        funds.balance(&ctx, "FC1"),
    );
    assert_eq!(all.0.unwrap().to_string(), "12.50 USD");
    assert_eq!((all.1.is_ok(), all.2.is_ok()), (true, true));
    assert_eq!(server.count(LOGIN), 1);
    let login = server
        .seen()
        .into_iter()
        .find(|seen| seen.path == LOGIN)
        .unwrap();
    assert_eq!(
        login.text(),
        r#"{"email":"ops@example.org","password":"hush-hush","tenantId":"tenant-1"}"#
    );
    let call = server
        .seen()
        .into_iter()
        .find(|seen| seen.path != LOGIN)
        .unwrap();
    assert_eq!(call.header("authorization"), "Bearer token-1");
    for seen in [&login, &call] {
        assert_eq!(seen.header("x-tenant-id"), "tenant-1");
        assert_eq!(seen.header("content-type"), "application/json");
        for name in [
            "x-forwarded-for",
            "x-forwarded-from",
            "platform",
            "deviceid",
            "user-agent",
        ] {
            assert!(!seen.header(name).is_empty(), "{name}");
        }
    }
}

#[tokio::test]
async fn session_login_takes_the_token_from_data() {
    let server = Server::start(|seen| match seen.path.starts_with(PREFIX) {
        false => ok(r#"{"accessToken":"token-2","user":{}}"#),
        true => ok(BALANCE),
    })
    .await;
    let login = json!({"login": "session", "organization_id": "org", "user_id": 7});
    let provider = provider(&server.url, login);
    funds(&provider).balance(&context(), "FC1").await.unwrap();
    let seen = server.seen();
    assert_eq!(
        seen[0].path,
        "/api/v2.1/admin/organization/org/users/7/sessions"
    );
    assert_eq!(
        seen[0].text(),
        r#"{"username":"ops@example.org","password":"hush-hush"}"#
    );
    assert_eq!(seen[1].header("authorization"), "Bearer token-2");
}

#[tokio::test]
async fn expired_token_is_renewed_once_for_all_and_the_call_repeated_once() {
    let logins = AtomicUsize::new(0);
    let server = Server::start(move |seen| {
        if !seen.path.starts_with(PREFIX) {
            return granted(&format!("token-{}", logins.fetch_add(1, Ordering::SeqCst)));
        }
        if seen.header("authorization") == "Bearer token-0" {
            unauthorized()
        } else {
            ok(BALANCE)
        }
    })
    .await;
    let provider = provider(&server.url, json!({}));
    let ctx = context();
    let (a, b) = tokio::join!(
        funds(&provider).balance(&ctx, "FC1"),
        funds(&provider).balance(&ctx, "FC1")
    );
    assert_eq!((a.is_ok(), b.is_ok()), (true, true));
    assert_eq!(server.count(LOGIN), 2);
    funds(&provider).balance(&ctx, "FC1").await.unwrap();
    assert_eq!(server.count(LOGIN), 2);
}

#[tokio::test]
async fn token_refused_twice_is_unauthorized_and_nothing_happened() {
    let server = Server::start(|seen| match seen.path.starts_with(PREFIX) {
        false => granted("token"),
        true => unauthorized(),
    })
    .await;
    let provider = provider(&server.url, json!({}));
    let error = funds(&provider)
        .balance(&context(), "FC1")
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.outcome),
        (ErrorKind::Unauthorized, Outcome::Rejected)
    );
    assert_eq!((server.count(LOGIN), server.seen().len()), (2, 4));
}

#[tokio::test]
async fn failing_login_means_the_call_was_not_sent() {
    for (status, kind, outcome) in [
        (
            StatusCode::BAD_GATEWAY,
            ErrorKind::Unavailable,
            Outcome::NotSent,
        ),
        (
            StatusCode::UNAUTHORIZED,
            ErrorKind::Unauthorized,
            Outcome::Rejected,
        ),
    ] {
        let server = Server::start(move |_| (status, Vec::new(), String::new())).await;
        let provider = provider(&server.url, json!({}));
        let issue = IssueCard {
            reference: reference(),
            card_type_ref: "111001".to_owned(),
            initial_balance: None,
            enrolment_ref: None,
            budget_ref: None,
            card_number: None,
            cardholder: None,
            label: None,
        };
        let error = cards(&provider)
            .issue(&context(), &issue)
            .await
            .unwrap_err();
        assert_eq!((error.kind, error.outcome), (kind, outcome));
        assert!(!format!("{error:?}").contains("hush"));
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn requests_have_the_documented_fields() {
    let server = Server::start(working).await;
    let provider = provider(&server.url, json!({}));
    let ctx = context();
    let usd = "USD".parse().unwrap();
    let money = |text| {
        Some(cardmux_domain::money::Money::new(
            cardmux_domain::money::parse_amount(text).unwrap(),
            usd,
        ))
    };
    let issue = IssueCard {
        reference: reference(),
        card_type_ref: "111001".to_owned(),
        initial_balance: money("50.10"),
        enrolment_ref: None,
        budget_ref: None,
        card_number: None,
        cardholder: None,
        label: None,
    };
    let report = cards(&provider).issue(&ctx, &issue).await.unwrap();
    assert_eq!(report.reported, Reported::Processing);
    assert_eq!(report.reference, Some(reference()));
    let deposit = MoveFunds {
        reference: reference(),
        card_ref: "FC1".to_owned(),
        amount: money("10.25").unwrap(),
        note: Some("n".repeat(60)),
    };
    let report = funds(&provider).deposit(&ctx, &deposit).await.unwrap();
    assert_eq!(report.fee.unwrap().to_string(), "0.50 USD");
    let page = cards(&provider)
        .list(
            &ctx,
            &PageRequest {
                cursor: None,
                limit: 2,
            },
        )
        .await
        .unwrap();
    assert_eq!((page.items.len(), page.next.as_deref()), (2, Some("2")));
    let bodies: Vec<_> = server.seen()[1..]
        .iter()
        .map(|seen| seen.text().to_owned())
        .collect();
    assert_eq!(
        bodies,
        [
            r#"{"merchantOrderNo":"ref1","cardTypeId":111001,"amount":50.1}"#.to_owned(),
            format!(
                r#"{{"cardNo":"FC1","merchantOrderNo":"ref1","amount":10.25,"clientRemark":"{}"}}"#,
                "n".repeat(50)
            ),
            r#"{"pageNum":1,"pageSize":2}"#.to_owned(),
        ]
    );
}

#[tokio::test]
async fn other_spelling_is_sent_where_set() {
    let server = Server::start(working).await;
    let provider = provider(&server.url, json!({"card_key_field": "cardId"}));
    let change = CardChange {
        reference: reference(),
        card_ref: "FC1".to_owned(),
        note: Some("x".to_owned()),
    };
    let report = cards(&provider).freeze(&context(), &change).await.unwrap();
    assert_eq!(report.kind, Some(OperationKind::Freeze));
    assert_eq!(
        server.seen()[1].text(),
        r#"{"cardId":"FC1","merchantOrderNo":"ref1","remark":"x"}"#
    );
}

#[tokio::test]
async fn find_compares_the_reference_itself() {
    let server = Server::start(working).await;
    let provider = provider(&server.url, json!({}));
    let find = async |text: &str, kind| {
        let query = OperationQuery {
            reference: Reference::from_text(text),
            kind,
            subject_ref: None,
            amount: None,
            note: None,
            sent_at: None,
            before: None,
            card_type_ref: None,
            known: Vec::new(),
        };
        provider
            .operations()
            .unwrap()
            .find(&context(), &query)
            .await
            .unwrap()
            .found()
    };
    let found = find("ref1", OperationKind::Deposit).await.unwrap();
    assert!(matches!(found.reported, Reported::Failed(_)));
    assert_eq!(find("ref2", OperationKind::Deposit).await, None);
    assert_eq!(find("ref1", OperationKind::Issue).await, None);
}
