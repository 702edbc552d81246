//! Disputes: opened, read, taken back.

use crate::support::{Server, context, no, ok, reference};
use cardmux_domain::dispute::DisputeStatus;
use cardmux_domain::provider::{CancelDispute, OpenDispute, Outcome};
use serde_json::json;

fn open(evidence: &str) -> OpenDispute {
    OpenDispute {
        reference: reference(),
        card_ref: "budget:c1".to_owned(),
        transaction_ref: "x1".to_owned(),
        evidence: evidence.to_owned(),
        file_urls: vec!["https://files.example.org/1".to_owned()],
    }
}

#[tokio::test]
async fn dispute_is_opened_read_and_taken_back() {
    let server = Server::start(|seen| {
        if seen.line.ends_with("/disputes") {
            ok(r#"{"id":"d1","status":"pending","textEvidence":"x","files":[]}"#)
        } else if seen.line.ends_with("/status") {
            ok(r#"{"id":"d1","status":"cancelled","response":"as you wish"}"#)
        } else {
            no(400, "Already cancelled")
        }
    })
    .await;
    let provider = server.provider(json!({}));
    let disputes = provider.disputes().unwrap();
    let request = open("never bought it");
    let report = disputes.open(&context(), &request).await.unwrap();
    assert_eq!(report.subject_ref.as_deref(), Some("d1"));
    assert_eq!(report.provider_status, "pending");
    let body = concat!(
        r#"{"cardId":"c1","transactionId":"x1","textEvidence":"never bought it","#,
        r#""files":["https://files.example.org/1"]}"#
    );
    assert_eq!(server.calls()[0].1, body);
    let dispute = disputes.get(&context(), "d1").await.unwrap();
    assert_eq!(dispute.status, DisputeStatus::Cancelled);
    assert_eq!(dispute.response.as_deref(), Some("as you wish"));
    let cancel = CancelDispute {
        reference: reference(),
        dispute_ref: "d1".to_owned(),
    };
    disputes.cancel(&context(), &cancel).await.unwrap();
    assert_eq!(server.lines()[2], "POST /disputes/d1/cancel");
    let short = open("too short");
    let error = disputes.open(&context(), &short).await.unwrap_err();
    assert_eq!(error.outcome, Outcome::NotSent);
}
