//! Enrolments: person and account; company, account and employee.

use crate::support::{Server, calls, context, failed, no, ok, reference};
use axum::http::StatusCode;
use cardmux_domain::customer::{CustomerField, Profile};
use cardmux_domain::enrolment::EnrolmentStatus;
use cardmux_domain::provider::{
    EnrolCustomer, EnrolmentSnapshot, ErrorKind, OperationReport, Outcome, Provider, ProviderError,
    UpdateEnrolment,
};
use serde_json::json;

const PERSON_TOLD: &str = concat!(
    r#""first_name":"Ada","last_name":"Example","birth_date":"1990-01-02","nationality":"LT","#,
    r#""email":"ada@example.org","phone":"+37060012345""#
);
const ADDRESS_TOLD: &str =
    r#""address":{"country":"LT","city":"Vilnius","street":"Gatve 1","postal_code":"01101"}"#;

fn profile() -> Profile {
    let mut profile = Profile::default();
    for (field, value) in [
        (CustomerField::FirstName, "Ada"),
        (CustomerField::LastName, "Example"),
        (CustomerField::BirthDate, "1990-01-02"),
        (CustomerField::Nationality, "LT"),
        (CustomerField::Email, "ada@example.org"),
        (CustomerField::PhoneDialCode, "+370"),
        (CustomerField::PhoneNumber, "60012345"),
        (CustomerField::AddressCountry, "LT"),
        (CustomerField::AddressCity, "Vilnius"),
        (CustomerField::AddressLine1, "Gatve 1"),
        (CustomerField::AddressPostalCode, "01101"),
        (CustomerField::CompanyName, "Example UAB"),
        (CustomerField::CompanyRegistrationNumber, "30 55-ab"),
    ] {
        profile.set(field, Some(value.to_owned()));
    }
    profile
}

fn request(card_type_ref: &str) -> EnrolCustomer {
    EnrolCustomer {
        reference: reference(),
        card_type_ref: card_type_ref.to_owned(),
        form: "person".to_owned(),
        profile: profile(),
        share_token: None,
    }
}

async fn enrol(
    provider: &dyn Provider,
    card_type_ref: &str,
) -> Result<OperationReport, ProviderError> {
    let enrolments = provider.enrolments().unwrap();
    enrolments.enrol(&context(), &request(card_type_ref)).await
}

fn status(snapshot: &EnrolmentSnapshot) -> (EnrolmentStatus, bool) {
    (snapshot.status, snapshot.step_due)
}

#[tokio::test]
async fn person_is_made_first_and_their_account_is_the_step_after() {
    let server = Server::start(|seen| match seen.line.as_str() {
        "POST /v1/create-client" => ok(r#""person_id":"10011000000000000001""#),
        "POST /v1/create-account" => ok(r#""account_id":"A1""#),
        _ => ok(r#""items":[],"total":0"#),
    })
    .await;
    let provider = server.provider(json!({}));
    let report = enrol(provider.as_ref(), "41").await.unwrap();
    let id = report.subject_ref.unwrap();
    assert_eq!(id, "person:10011000000000000001/due:EUR");
    assert_eq!(
        status(&report.enrolment.unwrap()),
        (EnrolmentStatus::InReview, true)
    );
    let enrolments = provider.enrolments().unwrap();
    let read = enrolments.get(&context(), &id).await.unwrap();
    assert_eq!(status(&read), (EnrolmentStatus::InReview, true));
    let taken = enrolments.advance(&context(), &id).await.unwrap();
    assert_eq!(status(&taken), (EnrolmentStatus::Approved, false));
    assert_eq!(taken.enrolment_ref, id);
    let person = format!(r#"{{"external_id":"ref1",{PERSON_TOLD},{ADDRESS_TOLD}}}"#);
    let expected = calls(&[
        ("POST /create-client", &person),
        ("POST /get-cards", r#"{"person_id":"10011000000000000001"}"#),
        (
            "POST /create-account",
            r#"{"person_id":"10011000000000000001","currency":"EUR"}"#,
        ),
    ]);
    assert_eq!(server.calls(), expected);
}

#[tokio::test]
async fn client_is_another_word_for_person() {
    let server = Server::start(|_| ok(r#""client_id":"1001""#)).await;
    let provider = server.provider(json!({"creates_accounts": false}));
    let report = enrol(provider.as_ref(), "41").await.unwrap();
    assert_eq!(report.subject_ref.as_deref(), Some("person:1001/account"));
    let snapshot = report.enrolment.unwrap();
    assert_eq!(status(&snapshot), (EnrolmentStatus::Approved, false));
}

#[tokio::test]
async fn account_that_is_there_is_a_step_taken() {
    let due = "person:1001/due:EUR";
    for reply in [
        no("ACCOUNT_EXISTS"),
        (StatusCode::CONFLICT, no("ACCOUNT_EXISTS").1),
    ] {
        let server = Server::start(move |_| reply.clone()).await;
        let provider = server.provider(json!({}));
        let enrolments = provider.enrolments().unwrap();
        let taken = enrolments.advance(&context(), due).await.unwrap();
        assert_eq!(status(&taken), (EnrolmentStatus::Approved, false));
        // There is nothing left to be done of this one.
        enrolments
            .advance(&context(), "person:1001/account")
            .await
            .unwrap();
        assert_eq!(server.calls().len(), 1);
    }
    // A card proves the account.
    let server = Server::start(|_| ok(r#""items":[{"token_id":"7"}],"total":1"#)).await;
    let provider = server.provider(json!({}));
    let read = provider
        .enrolments()
        .unwrap()
        .get(&context(), due)
        .await
        .unwrap();
    assert_eq!(status(&read), (EnrolmentStatus::Approved, false));
    let server = Server::start(|_| no("SOMETHING")).await;
    let provider = server.provider(json!({}));
    let error = provider
        .enrolments()
        .unwrap()
        .advance(&context(), due)
        .await;
    assert_eq!(error.unwrap_err().outcome, Outcome::Rejected);
}

#[tokio::test]
async fn company_account_and_employee_are_made_in_this_order() {
    let server = Server::start(|seen| match seen.line.as_str() {
        "POST /v1/create-corporate" => ok(r#""corporate_id":"1101""#),
        "POST /v1/create-employee" => ok(r#""employee_id":"1201""#),
        _ => ok(r#""account_id":"A1""#),
    })
    .await;
    let provider = server.provider(json!({}));
    let report = enrol(provider.as_ref(), "42").await.unwrap();
    let id = report.subject_ref.unwrap();
    assert_eq!(id, "corporate:1101/account/employee:1201");
    assert_eq!(
        status(&report.enrolment.unwrap()),
        (EnrolmentStatus::Approved, false)
    );
    let company = format!(
        concat!(
            r#"{{"external_id":"LT-3055AB","name":"Example UAB","registration_number":"30 55-ab","#,
            r#""country":"LT","email":"ada@example.org","phone":"+37060012345",{}}}"#
        ),
        ADDRESS_TOLD
    );
    let employee = format!(r#"{{"external_id":"ref1","corporate_id":"1101",{PERSON_TOLD}}}"#);
    let expected = calls(&[
        ("POST /create-corporate", &company),
        (
            "POST /create-account",
            r#"{"corporate_id":"1101","currency":"USD"}"#,
        ),
        ("POST /create-employee", &employee),
    ]);
    assert_eq!(server.calls(), expected);
}

#[tokio::test]
async fn account_of_a_company_that_failed_is_a_step_that_is_due() {
    let server = Server::start(|seen| match seen.line.as_str() {
        "POST /v1/create-corporate" => ok(r#""corporate_id":"1101""#),
        "POST /v1/create-employee" => ok(r#""employee_id":"1201""#),
        _ => failed(),
    })
    .await;
    let provider = server.provider(json!({}));
    let report = enrol(provider.as_ref(), "42").await.unwrap();
    let id = report.subject_ref.unwrap();
    assert_eq!(id, "corporate:1101/due:USD/employee:1201");
    assert!(report.enrolment.unwrap().step_due);
}

#[tokio::test]
async fn second_employee_goes_to_the_company_that_is_known() {
    let server = Server::start(|_| ok(r#""employee_id":"1202""#)).await;
    let provider = server.provider(json!({"companies": {"30 55-ab": "1101"}}));
    let report = enrol(provider.as_ref(), "42").await.unwrap();
    let id = report.subject_ref.unwrap();
    assert_eq!(id, "corporate:1101/account/employee:1202");
    assert_eq!(server.lines(), ["POST /create-employee"]);
}

#[tokio::test]
async fn company_that_exists_is_used_only_where_its_id_is_told() {
    let told = r#"{"status":"error","errors":["EXTERNAL_ID_EXISTS"],"corporate_id":"1101"}"#;
    let server = Server::start(move |seen| match seen.line.as_str() {
        "POST /v1/create-corporate" => (StatusCode::CONFLICT, told.to_owned()),
        "POST /v1/create-employee" => ok(r#""employee_id":"1202""#),
        _ => no("ACCOUNT_EXISTS"),
    })
    .await;
    let provider = server.provider(json!({}));
    let report = enrol(provider.as_ref(), "42").await.unwrap();
    let id = report.subject_ref.unwrap();
    assert_eq!(id, "corporate:1101/account/employee:1202");

    let server = Server::start(|_| no("EXTERNAL_ID_EXISTS")).await;
    let provider = server.provider(json!({}));
    let error = enrol(provider.as_ref(), "42").await.unwrap_err();
    assert_eq!(
        (error.kind, error.outcome),
        (ErrorKind::Refused, Outcome::Rejected)
    );
    assert!(error.message.contains("companies"), "{error}");
    assert_eq!(server.lines(), ["POST /create-corporate"]);
}

#[tokio::test]
async fn employee_refused_after_the_company_was_made_is_not_a_refusal_of_all() {
    let server = Server::start(|seen| match seen.line.as_str() {
        "POST /v1/create-corporate" => ok(r#""corporate_id":"1101""#),
        "POST /v1/create-employee" => no("INVALID_FIELD:phone"),
        _ => ok(""),
    })
    .await;
    let provider = server.provider(json!({}));
    let error = enrol(provider.as_ref(), "42").await.unwrap_err();
    assert_eq!(error.outcome, Outcome::Unknown);
    assert!(error.message.contains("1101"), "{error}");
    let known = server.provider(json!({"companies": {"30 55-ab": "1101"}}));
    let error = enrol(known.as_ref(), "42").await.unwrap_err();
    assert_eq!(error.outcome, Outcome::Rejected);
}

#[tokio::test]
async fn external_id_taken_is_ours_where_the_answer_tells_whose() {
    let server = Server::start(|_| no("EXTERNAL_ID_EXISTS")).await;
    let provider = server.provider(json!({}));
    let error = enrol(provider.as_ref(), "41").await.unwrap_err();
    let unknown = (ErrorKind::DuplicateReference, Outcome::Unknown);
    assert_eq!((error.kind, error.outcome), unknown);

    let told = r#"{"status":"error","errors":["EXTERNAL_ID_EXISTS"],"person_id":"1001"}"#;
    let server = Server::start(move |_| (StatusCode::OK, told.to_owned())).await;
    let provider = server.provider(json!({}));
    let report = enrol(provider.as_ref(), "41").await.unwrap();
    assert_eq!(report.subject_ref.as_deref(), Some("person:1001/due:EUR"));

    let server = Server::start(|_| no("TAKEN")).await;
    let provider = server.provider(json!({"duplicate_codes": ["TAKEN"]}));
    let error = enrol(provider.as_ref(), "41").await.unwrap_err();
    assert_eq!((error.kind, error.outcome), unknown);
}

#[tokio::test]
async fn creation_without_an_id_is_of_unknown_outcome() {
    let server = Server::start(|_| ok("")).await;
    let provider = server.provider(json!({}));
    for card_type in ["41", "42"] {
        let error = enrol(provider.as_ref(), card_type).await.unwrap_err();
        assert_eq!(
            (error.kind, error.outcome),
            (ErrorKind::Malformed, Outcome::Unknown)
        );
    }
}

#[tokio::test]
async fn what_cannot_be_enrolled_is_not_sent() {
    let server = Server::start(|_| failed()).await;
    let provider = server.provider(json!({}));
    let enrolments = provider.enrolments().unwrap();
    let mut nameless = request("41");
    nameless.profile.set(CustomerField::LastName, None);
    let mut token = request("41");
    token.share_token = Some("share-me".into());
    for request in [nameless, token, request("43")] {
        let error = enrolments.enrol(&context(), &request).await.unwrap_err();
        assert_eq!(
            (error.kind, error.outcome),
            (ErrorKind::Refused, Outcome::NotSent)
        );
    }
    let correction = UpdateEnrolment {
        reference: reference(),
        enrolment_ref: "person:1001/account".to_owned(),
        card_type_ref: "41".to_owned(),
        form: "person".to_owned(),
        profile: profile(),
    };
    let error = enrolments
        .update(&context(), &correction)
        .await
        .unwrap_err();
    assert_eq!(error.outcome, Outcome::NotSent);
    assert_eq!(server.calls(), []);
}

#[tokio::test]
async fn enrolment_that_is_unknown_is_not_found() {
    let server = Server::start(|_| no("NOT_FOUND")).await;
    let provider = server.provider(json!({}));
    for id in [
        "person:9/account",
        "9erson:1001/account",
        "corporate:1/account",
    ] {
        let error = provider
            .enrolments()
            .unwrap()
            .get(&context(), id)
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind, error.outcome),
            (ErrorKind::NotFound, Outcome::Rejected)
        );
    }
}
