//! Enrolments: the customer, then their access to the card type.

use crate::support::{Server, context, looked_for, no, ok, reference, scripted};
use cardmux_domain::customer::{CustomerField, Profile};
use cardmux_domain::enrolment::EnrolmentStatus;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    EnrolCustomer, ErrorKind, Outcome, Reported, Trace, UpdateEnrolment,
};
use serde_json::json;

const PENDING: &str = r#"{"id":"u1","type":"individual","status":"pending",
    "individualData":{"level":"basic","firstName":"Ada"},"sumsub":{"url":"https://s.example/1"}}"#;
const ACTIVE: &str = r#"{"id":"u1","status":"active","featuresAccess":[]}"#;
const REQUESTED: &str = r#"{"id":"u1","status":"active","featuresAccess":[
    {"id":"f1","type":"cards","cardType":"t1","status":"requested"}]}"#;

fn profile() -> Profile {
    let mut profile = Profile::default();
    for (field, value) in [
        (CustomerField::FirstName, "Ada"),
        (CustomerField::LastName, "Example"),
        (CustomerField::BirthDate, "1990-01-02"),
        (CustomerField::Nationality, "DE"),
        (CustomerField::Email, "ada@example.org"),
        (CustomerField::PhoneDialCode, "+49"),
        (CustomerField::PhoneNumber, "30123456"),
        (CustomerField::AddressCountry, "CH"),
        (CustomerField::AddressCity, "Bern"),
        (CustomerField::AddressLine1, "Gasse 1"),
        (CustomerField::AddressPostalCode, "3000"),
    ] {
        profile.set(field, Some(value.to_owned()));
    }
    profile
}

fn enrol(profile: Profile, token: Option<&str>) -> EnrolCustomer {
    EnrolCustomer {
        reference: reference(),
        card_type_ref: "t1".to_owned(),
        form: "individual".to_owned(),
        profile,
        share_token: token.map(Into::into),
    }
}

#[tokio::test]
async fn customer_is_told_in_either_vocabulary() {
    let server = Server::start(|_| ok(PENDING)).await;
    for (settings, body) in [
        (
            json!({"customer_level": "basic"}),
            concat!(
                r#"{"type":"individual","level":"basic","firstName":"Ada","lastName":"Example","#,
                r#""birthDate":"1990-01-02","nationality":"DEU","email":"ada@example.org","#,
                r#""phone":"+4930123456","address":{"line1":"Gasse 1","city":"Bern","#,
                r#""countryCode":"CHE","postalCode":"3000"}}"#
            ),
        ),
        (
            json!({"customer_shape": "old"}),
            concat!(
                r#"{"type":"individual","firstName":"Ada","lastName":"Example","#,
                r#""birthDate":"1990-01-02","nationality":"DEU","email":"ada@example.org","#,
                r#""phone":"+4930123456","address":{"line1":"Gasse 1","city":"Bern","#,
                r#""country":"CHE","zipCode":"3000"}}"#
            ),
        ),
    ] {
        let provider = server.provider(settings);
        let enrolments = provider.enrolments().unwrap();
        let report = enrolments
            .enrol(&context(), &enrol(profile(), None))
            .await
            .unwrap();
        assert_eq!(report.subject_ref.as_deref(), Some("u1:t1"));
        assert_eq!(report.reported, Reported::Succeeded);
        let snapshot = report.enrolment.unwrap();
        assert_eq!(snapshot.status, EnrolmentStatus::InReview);
        assert_eq!(snapshot.action_url.as_deref(), Some("https://s.example/1"));
        let (line, sent) = server.calls().pop().unwrap();
        assert_eq!((line.as_str(), sent.as_str()), ("POST /customers", body));
    }
}

#[tokio::test]
async fn share_token_takes_the_place_of_data() {
    let server = Server::start(|_| ok(PENDING)).await;
    for (shape, line) in [
        ("new", "POST /customers"),
        ("old", "POST /customers/sumsub"),
    ] {
        let provider = server.provider(json!({"customer_shape": shape}));
        let enrolments = provider.enrolments().unwrap();
        let request = enrol(profile(), Some("share-me"));
        enrolments.enrol(&context(), &request).await.unwrap();
        let body = r#"{"type":"individual","sumsubShareToken":"share-me"}"#;
        assert_eq!(
            server.calls().pop().unwrap(),
            (line.to_owned(), body.to_owned())
        );
    }
}

#[tokio::test]
async fn customer_without_a_readable_status_is_made_all_the_same() {
    let server = Server::start(|_| ok(r#"{"id":"u1","status":"dreaming"}"#)).await;
    let provider = server.provider(json!({}));
    let enrolments = provider.enrolments().unwrap();
    let report = enrolments
        .enrol(&context(), &enrol(profile(), None))
        .await
        .unwrap();
    assert_eq!(report.subject_ref.as_deref(), Some("u1:t1"));
    assert_eq!(report.enrolment, None);
}

#[tokio::test]
async fn personal_data_in_a_refusal_is_not_repeated() {
    let server = Server::start(|_| no(400, "Ada Example is too young")).await;
    let provider = server.provider(json!({}));
    let enrolments = provider.enrolments().unwrap();
    let request = enrol(profile(), None);
    let error = enrolments.enrol(&context(), &request).await.unwrap_err();
    assert_eq!(error.outcome, Outcome::Rejected);
    assert!(!format!("{error:?}").contains("Ada"));
    let mut nowhere = profile();
    nowhere.set(CustomerField::Nationality, Some("XX".to_owned()));
    let request = enrol(nowhere, None);
    let error = enrolments.enrol(&context(), &request).await.unwrap_err();
    assert_eq!(
        (error.kind, error.outcome),
        (ErrorKind::Refused, Outcome::NotSent)
    );
}

#[tokio::test]
async fn outstanding_questionnaires_ask_for_action() {
    let questionnaires = r#"{"questionnaires":[
        {"id":"q1","name":"Source of funds","completed":false},
        {"id":"q2","name":"Done","completed":true}]}"#;
    let server = scripted(vec![
        ("/customers/u1/questionnaires", ok(questionnaires)),
        ("/customers/u1", ok(PENDING)),
        ("/customers/u2", ok(PENDING)),
        ("/customers/u3", ok(ACTIVE)),
    ])
    .await;
    let provider = server.provider(json!({}));
    let enrolments = provider.enrolments().unwrap();
    let asked = enrolments.get(&context(), "u1:t1").await.unwrap();
    assert_eq!(asked.status, EnrolmentStatus::ActionRequired);
    let reason = asked.reason.unwrap();
    assert!(
        reason.contains("Source of funds") && !reason.contains("Done"),
        "{reason}"
    );
    // An older installation does not know the call.
    let silent = enrolments.get(&context(), "u2:t1").await.unwrap();
    assert_eq!(silent.status, EnrolmentStatus::InReview);
    let active = enrolments.get(&context(), "u3:t1").await.unwrap();
    assert!(active.step_due);
    assert_eq!(server.lines().last().unwrap(), "GET /customers/u3");
    let error = enrolments.get(&context(), "u9:t1").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn access_is_asked_for_once_and_only_when_it_is_time() {
    let answer = r#"{"accessType":"cards","customerId":"u1","status":"requested"}"#;
    for (customer, asks) in [(ACTIVE, true), (REQUESTED, false), (PENDING, false)] {
        let server = scripted(vec![
            ("GET /external/api/customers/u1", ok(customer)),
            ("/customers/u1/request", ok(answer)),
        ])
        .await;
        let provider = server.provider(json!({}));
        let enrolments = provider.enrolments().unwrap();
        let snapshot = enrolments.advance(&context(), "u1:t1").await.unwrap();
        assert_eq!(snapshot.status, EnrolmentStatus::InReview);
        assert!(!snapshot.step_due);
        let body = r#"{"accessType":"cards","cardType":"t1"}"#;
        let request = ("POST /customers/u1/request".to_owned(), body.to_owned());
        assert_eq!(server.calls().contains(&request), asks);
    }
}

#[tokio::test]
async fn update_is_refused_unsent_and_enrolling_leaves_no_trace() {
    let server = scripted(vec![("/customers/u1", ok(REQUESTED))]).await;
    let provider = server.provider(json!({}));
    let update = UpdateEnrolment {
        reference: reference(),
        enrolment_ref: "u1:t1".to_owned(),
        card_type_ref: "t1".to_owned(),
        form: "individual".to_owned(),
        profile: profile(),
    };
    let enrolments = provider.enrolments().unwrap();
    let error = enrolments.update(&context(), &update).await.unwrap_err();
    assert_eq!(
        (error.kind, error.outcome),
        (ErrorKind::Refused, Outcome::NotSent)
    );
    assert!(server.seen().is_empty());
    let lost = looked_for(OperationKind::Enrol, None);
    assert!(matches!(
        crate::support::find(&provider, &lost).await,
        Trace::Ambiguous(_)
    ));
    let known = looked_for(OperationKind::Enrol, Some("u1:t1"));
    let found = crate::support::find(&provider, &known)
        .await
        .found()
        .unwrap();
    assert_eq!(found.enrolment.unwrap().status, EnrolmentStatus::InReview);
    let corrected = looked_for(OperationKind::UpdateEnrolment, Some("u1:t1"));
    assert_eq!(
        crate::support::find(&provider, &corrected).await,
        Trace::Absent
    );
}
