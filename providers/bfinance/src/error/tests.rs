use super::*;

fn of(status: u16, bare: bool, body: &str) -> Result<Shape, ProviderError> {
    let reception = Reception {
        status: StatusCode::from_u16(status).unwrap(),
        retry_after: None,
        bare,
        confidential: false,
    };
    accept(&reception, body.as_bytes())
}

fn no(message: &str) -> String {
    format!(r#"{{"status":"error","message":"{message}","errorId":"e-0001","data":null}}"#)
}

#[test]
fn every_observation_has_its_class() {
    use ErrorKind as K;
    use Outcome::{Rejected, Unknown};
    for (status, body, kind, outcome) in [
        (
            200,
            no("Insufficient balance"),
            K::InsufficientFunds,
            Rejected,
        ),
        (200, no("Card not found"), K::NotFound, Rejected),
        (200, no("Type is not active"), K::Refused, Rejected),
        (200, no("Budget does not exist"), K::NotFound, Rejected),
        (
            409,
            no("externalId already exists"),
            K::DuplicateReference,
            Unknown,
        ),
        (
            200,
            no("Duplicate external id"),
            K::DuplicateReference,
            Unknown,
        ),
        (
            400,
            no("card with this externalId does not exist"),
            K::NotFound,
            Rejected,
        ),
        (200, "{}".to_owned(), K::Malformed, Unknown),
        (
            200,
            r#"{"status":"active"}"#.to_owned(),
            K::Malformed,
            Unknown,
        ),
        (200, "<html>".to_owned(), K::Malformed, Unknown),
        (204, String::new(), K::Malformed, Unknown),
        (
            400,
            no("Insufficient funds"),
            K::InsufficientFunds,
            Rejected,
        ),
        (400, String::new(), K::Refused, Rejected),
        (401, String::new(), K::Unauthorized, Rejected),
        (403, no("no grant"), K::Refused, Rejected),
        (404, String::new(), K::NotFound, Rejected),
        (409, no("Card is frozen"), K::Refused, Rejected),
        (429, String::new(), K::RateLimited, Rejected),
        (422, no("what"), K::Malformed, Unknown),
        (302, String::new(), K::Malformed, Unknown),
        (500, no("Insufficient balance"), K::Unavailable, Unknown),
        (503, "<html>".to_owned(), K::Unavailable, Unknown),
    ] {
        let error = of(status, false, &body).unwrap_err();
        assert_eq!(
            (error.kind, error.outcome),
            (kind, outcome),
            "{status} {body}"
        );
    }
}

#[test]
fn success_is_wrapped_and_bare_only_where_it_may_be() {
    let wrapped = r#"{"status":"success","data":{}}"#;
    assert_eq!(of(200, false, wrapped).unwrap(), Shape::Wrapped);
    assert_eq!(of(201, true, wrapped).unwrap(), Shape::Wrapped);
    let bare = r#"{"id":"1","status":"active"}"#;
    assert_eq!(of(200, true, bare).unwrap(), Shape::Bare);
    assert!(of(200, true, &no("Card not found")).is_err());
}

#[test]
fn words_are_kept_bounded_and_without_card_numbers() {
    let error = of(400, false, &no("card 4000 0000 0000 0002 declined")).unwrap_err();
    assert_eq!(error.provider_code.as_deref(), Some("e-0001"));
    assert_eq!(
        error.provider_message.as_deref(),
        Some("card [number] declined")
    );
    let confidential = Reception {
        status: StatusCode::BAD_REQUEST,
        retry_after: None,
        bare: false,
        confidential: true,
    };
    let error = accept(&confidential, no("PIN 1234 is weak").as_bytes()).unwrap_err();
    assert_eq!(error.provider_message, None);
}

#[test]
fn refusal_of_this_account_alone_leaves_it_to_others() {
    for (status, body, elsewhere) in [
        (400, no("Type is not active"), false),
        (404, String::new(), false),
        (409, no("Card is frozen"), false),
        (400, no("Insufficient funds"), true),
        (401, String::new(), true),
        (403, no("no grant"), true),
        (429, String::new(), true),
        (500, String::new(), false),
    ] {
        let error = of(status, false, &body).unwrap_err();
        assert_eq!(error.another_may_serve(), elsewhere, "{status} {body}");
    }
}
