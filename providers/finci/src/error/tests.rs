use super::*;

fn codes() -> ErrorCodes {
    let texts = |codes: &[&str]| codes.iter().map(|&code| code.to_owned()).collect();
    ErrorCodes {
        duplicate: texts(&["DUP"]),
        account_exists: texts(&["ACC"]),
        not_found: texts(&["NF"]),
        unauthorized: texts(&["SIG"]),
    }
}

fn error_of(status: u16, body: &str) -> ProviderError {
    let status = StatusCode::from_u16(status).unwrap();
    match judge(status, None, body.as_bytes(), &codes()) {
        Ok(None) => panic!("a success"),
        Ok(Some(refusal)) => refusal.error,
        Err(error) => error,
    }
}

#[test]
fn every_answer_has_its_kind_and_outcome() {
    use ErrorKind::{
        DuplicateReference, Malformed, NotFound, RateLimited, Refused, Unauthorized, Unavailable,
    };
    use Outcome::{Rejected, Unknown};
    let no = |code: &str| format!(r#"{{"status":"error","errors":["{code}"]}}"#);
    for (status, body, kind, outcome, code) in [
        (200, no("ANY"), Refused, Rejected, "ANY"),
        (
            400,
            no("INVALID_FIELD:x"),
            Refused,
            Rejected,
            "INVALID_FIELD:x",
        ),
        (409, no("DUP"), DuplicateReference, Unknown, "DUP"),
        (200, no("DUP"), DuplicateReference, Unknown, "DUP"),
        (200, no("ACC"), Refused, Rejected, "ACC"),
        (200, no("NF"), NotFound, Rejected, "NF"),
        (401, no("SIG"), Unauthorized, Rejected, "SIG"),
        (403, no("ANY"), Unauthorized, Rejected, "ANY"),
        (429, no("ANY"), RateLimited, Rejected, "ANY"),
        // A failure that also says "error" proves nothing.
        (500, no("ANY"), Unavailable, Unknown, "ANY"),
        (502, "<html>".to_owned(), Unavailable, Unknown, "502"),
        (401, "<html>".to_owned(), Unauthorized, Rejected, "401"),
        (403, String::new(), Unauthorized, Rejected, "403"),
        (429, String::new(), RateLimited, Rejected, "429"),
        (404, "<html>".to_owned(), Malformed, Unknown, "404"),
        (400, "{}".to_owned(), Malformed, Unknown, "400"),
        (200, "{}".to_owned(), Malformed, Unknown, "200"),
        (
            200,
            r#"{"status":"SUCCESS"}"#.to_owned(),
            Malformed,
            Unknown,
            "200",
        ),
        (
            302,
            r#"{"status":"success"}"#.to_owned(),
            Malformed,
            Unknown,
            "302",
        ),
        (
            200,
            r#"{"status":"success""#.to_owned(),
            Malformed,
            Unknown,
            "200",
        ),
    ] {
        let error = error_of(status, &body);
        assert_eq!(
            (error.kind, error.outcome),
            (kind, outcome),
            "{status} {body}"
        );
        assert_eq!(
            error.provider_code.as_deref(),
            Some(code),
            "{status} {body}"
        );
    }
}

#[test]
fn success_is_both_the_word_and_the_status() {
    for body in [
        r#"{"status":"success"}"#,
        r#"{"status":"success","errors":null}"#,
        r#"{"status":"success","errors":[]}"#,
    ] {
        let judged = judge(StatusCode::OK, None, body.as_bytes(), &codes());
        assert!(matches!(judged, Ok(None)), "{body}");
    }
}

#[test]
fn what_is_no_code_is_not_repeated() {
    let body = r#"{"status":"error","errors":["4000 0000 0000 0002","4000000000000002","CODE"]}"#;
    let error = error_of(200, body);
    assert_eq!(error.provider_code.as_deref(), Some("CODE"));
    assert!(!format!("{error:?}").contains("4000"));
}
