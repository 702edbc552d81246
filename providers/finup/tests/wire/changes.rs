//! Issuing, and the bulk calls.

use crate::support::{Server, change, context, issue, listed, ok, provider, shown, usd};
use cardmux_domain::provider::{ErrorKind, OperationReport, Outcome, ProviderError, Reported};
use serde_json::json;

#[tokio::test]
async fn issue_asks_for_one_card_with_the_tag() {
    let made = format!("[{}]", listed("c1", "Processing", "cmx:ref1"));
    let server = Server::always(ok(&made)).await;
    for (settings, body) in [
        (
            json!({}),
            r#"{"bin_id":"b1","name":"Ads","notes":"cmx:ref1","amount":1}"#,
        ),
        (
            json!({"tag_in": "name", "promo_required": true}),
            r#"{"bin_id":"b1","name":"cmx:ref1 Ads","amount":1,"promo":""}"#,
        ),
        (
            json!({"tag_in": "both", "promo": "SPRING"}),
            r#"{"bin_id":"b1","name":"cmx:ref1 Ads","notes":"cmx:ref1","amount":1,"promo":"SPRING"}"#,
        ),
    ] {
        let provider = provider(&server.url, settings);
        let cards = provider.cards().unwrap();
        let report = cards.issue(&context(), &issue(Some("Ads"))).await.unwrap();
        assert_eq!(report.reported, Reported::Processing);
        assert_eq!(report.subject_ref.as_deref(), Some("c1"));
        assert_eq!(report.provider_status, "Processing");
        let seen = server.seen().pop().unwrap();
        assert_eq!(
            seen.line(),
            format!("POST /accounts/a1/cards/issuing {body}")
        );
        assert_eq!(seen.header("content-type"), "application/json");
    }
}

#[tokio::test]
async fn issue_answers_are_one_card_or_unknown() {
    let one = |status: &str| listed("c1", status, "cmx:ref1");
    for (result, wanted) in [
        (format!("[{}]", one("Enabled")), Ok(Reported::Succeeded)),
        // Not an array, as the list's sample.
        (one("Pending"), Ok(Reported::Processing)),
        (format!("[{}]", one("Baking")), Ok(Reported::Processing)),
        ("[]".to_owned(), Err(())),
        (format!("[{},{}]", one("Enabled"), one("Enabled")), Err(())),
        (r#"[{"status":"Enabled"}]"#.to_owned(), Err(())),
        ("null".to_owned(), Err(())),
    ] {
        let server = Server::always(ok(&result)).await;
        let provider = provider(&server.url, json!({}));
        let report = provider
            .cards()
            .unwrap()
            .issue(&context(), &issue(None))
            .await;
        match (report, wanted) {
            (Ok(report), Ok(reported)) => assert_eq!(report.reported, reported, "{result}"),
            (report, wanted) => {
                let error = report.unwrap_err();
                assert_eq!(wanted, Err(()), "{result}");
                assert_eq!(
                    (error.kind, error.outcome),
                    (ErrorKind::Malformed, Outcome::Unknown),
                    "{result}"
                );
            }
        }
    }
}

#[tokio::test]
async fn issue_with_money_is_not_sent() {
    let server = Server::always(ok("[]")).await;
    let provider = provider(&server.url, json!({}));
    let mut request = issue(None);
    request.initial_balance = Some(usd("5"));
    let error = provider.cards().unwrap().issue(&context(), &request).await;
    let error = error.unwrap_err();
    assert_eq!(
        (error.kind, error.outcome),
        (ErrorKind::Refused, Outcome::NotSent)
    );
    assert!(server.seen().is_empty());
}

async fn freeze(
    bulk: &'static str,
    status: &'static str,
) -> Result<OperationReport, ProviderError> {
    let server = Server::start(move |seen| match seen.path.as_str() {
        "/cards/freeze" => ok(bulk),
        _ => ok(&shown("c1", status, ["1", "1", "0"])),
    })
    .await;
    let provider = provider(&server.url, json!({}));
    provider
        .cards()
        .unwrap()
        .freeze(&context(), &change())
        .await
}

#[tokio::test]
async fn bulk_answers_are_read_by_the_list_the_card_is_in() {
    const UNCHANGED: &str = r#"{"Unchanged cards due to inappropriate status":["c1"]}"#;
    let changed = freeze(r#"{"Changed cards":["c1"]}"#, "Freezing")
        .await
        .unwrap();
    assert_eq!(changed.reported, Reported::Processing);
    assert_eq!(changed.subject_ref.as_deref(), Some("c1"));
    // The first try of a repetition had arrived.
    let again = freeze(UNCHANGED, "Freezed").await.unwrap();
    assert_eq!(again.reported, Reported::Succeeded);
    let meanwhile = freeze(UNCHANGED, "Freezing").await.unwrap();
    assert_eq!(meanwhile.reported, Reported::Processing);
    for (bulk, status, kind, outcome) in [
        (UNCHANGED, "Closed", ErrorKind::Refused, Outcome::Rejected),
        (UNCHANGED, "Melted", ErrorKind::Malformed, Outcome::Unknown),
        ("{}", "Enabled", ErrorKind::Malformed, Outcome::Unknown),
        (
            r#"{"Changed cards":["c2"],"Unchanged cards due to inappropriate status":null}"#,
            "Enabled",
            ErrorKind::Malformed,
            Outcome::Unknown,
        ),
        (
            r#"{"Changed cards":["c1"],"Unchanged cards due to inappropriate status":["c1"]}"#,
            "Enabled",
            ErrorKind::Malformed,
            Outcome::Unknown,
        ),
    ] {
        let error = freeze(bulk, status).await.unwrap_err();
        assert_eq!(
            (error.kind, error.outcome),
            (kind, outcome),
            "{bulk} {status}"
        );
    }
}

#[tokio::test]
async fn unchanged_card_that_cannot_be_read_is_unknown() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/cards/close" => ok(r#"{"Unchanged cards due to inappropriate status":["c1"]}"#),
        _ => (404, String::new()),
    })
    .await;
    let provider = provider(&server.url, json!({}));
    let error = provider
        .cards()
        .unwrap()
        .cancel(&context(), &change())
        .await;
    assert_eq!(error.unwrap_err().outcome, Outcome::Unknown);
}

#[tokio::test]
async fn bulk_calls_are_patches_of_one_card() {
    let server = Server::always(ok(r#"{"Changed cards":["c1"]}"#)).await;
    let provider = provider(&server.url, json!({}));
    let (cards, ctx) = (provider.cards().unwrap(), context());
    cards.freeze(&ctx, &change()).await.unwrap();
    cards.unfreeze(&ctx, &change()).await.unwrap();
    cards.cancel(&ctx, &change()).await.unwrap();
    assert_eq!(
        server.calls(),
        [
            r#"PATCH /cards/freeze {"card_ids":["c1"]}"#,
            r#"PATCH /cards/unfreeze {"card_ids":["c1"]}"#,
            r#"PATCH /cards/close {"card_ids":["c1"]}"#,
        ]
    );
}

#[tokio::test]
async fn refusals_and_failures_have_their_outcome() {
    for (status, kind, outcome) in [
        (401, ErrorKind::Unauthorized, Outcome::Rejected),
        (403, ErrorKind::Refused, Outcome::Rejected),
        (404, ErrorKind::NotFound, Outcome::Rejected),
        (420, ErrorKind::Refused, Outcome::Rejected),
        (429, ErrorKind::RateLimited, Outcome::Rejected),
        (402, ErrorKind::Malformed, Outcome::Unknown),
        (500, ErrorKind::Unavailable, Outcome::Unknown),
    ] {
        let server = Server::always((status, r#"{"message":"no"}"#.to_owned())).await;
        let provider = provider(&server.url, json!({}));
        let error = provider
            .cards()
            .unwrap()
            .issue(&context(), &issue(None))
            .await;
        let error = error.unwrap_err();
        assert_eq!((error.kind, error.outcome), (kind, outcome), "{status}");
        assert_eq!(server.seen().len(), 1, "nothing is repeated here");
    }
    let nowhere = provider("http://127.0.0.1:9", json!({}));
    let error = nowhere
        .cards()
        .unwrap()
        .issue(&context(), &issue(None))
        .await;
    assert_eq!(error.unwrap_err().outcome, Outcome::NotSent);
}
