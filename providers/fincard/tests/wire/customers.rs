//! Cardholders, documents and reference lists.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::{Key, Server, context, finhub, looked_for, ok, reference, scripted, upstream};
use axum::http::StatusCode;
use cardmux_domain::customer::{CustomerField, Profile};
use cardmux_domain::enrolment::EnrolmentStatus;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    DocumentUpload, EnrolCustomer, ErrorKind, Outcome, Provider, Reported, UpdateEnrolment,
};
use cardmux_provider_kit::signature::RsaPublicKey;
use futures::StreamExt;
use serde_json::json;

const HOLDER: &str = r#"{"holderId":620017,"merchantOrderNo":"ref1","cardTypeId":111039,
    "statusFlowLocation":"admin","status":"wait_audit","description":null}"#;
const REFUSED: &str = r#"{"total":1,"records":[{"holderId":620017,"merchantOrderNo":"ref1",
    "statusFlowLocation":"admin","status":"reject","description":"blurred"}]}"#;

const ANSWERS: &[(&str, &str)] = &[
    ("/card/holder/v2/create", HOLDER),
    ("/card/holder/v2/update", HOLDER),
    ("/card/holder/list", REFUSED),
    ("/card/holder/query", REFUSED),
];

fn profile() -> Profile {
    let mut profile = Profile::default();
    for (field, value) in [
        (CustomerField::FirstName, "Ada"),
        (CustomerField::PhoneDialCode, "+49"),
        (CustomerField::AddressCity, "DE-BE-1"),
        (CustomerField::AnnualIncome, "100000 USD"),
        (CustomerField::IdentityFront, "file-1"),
        (CustomerField::VerificationReference, "sumsub-1"),
    ] {
        profile.set(field, Some(value.to_owned()));
    }
    profile
}

async fn enrol_and_update(provider: &dyn Provider, form: &str) {
    let enrol = EnrolCustomer {
        reference: reference(),
        card_type_ref: "111039".to_owned(),
        form: form.to_owned(),
        profile: profile(),
        share_token: None,
    };
    let enrolments = provider.enrolments().unwrap();
    let report = enrolments.enrol(&context(), &enrol).await.unwrap();
    assert_eq!(report.reported, Reported::Succeeded);
    assert_eq!(report.subject_ref.as_deref(), Some("620017"));
    assert_eq!(report.enrolment.unwrap().status, EnrolmentStatus::Pending);
    let update = UpdateEnrolment {
        reference: reference(),
        enrolment_ref: "620017".to_owned(),
        card_type_ref: "111039".to_owned(),
        form: form.to_owned(),
        profile: profile(),
    };
    let report = enrolments.update(&context(), &update).await.unwrap();
    assert_eq!(report.kind, Some(OperationKind::UpdateEnrolment));
    let read = enrolments.get(&context(), "620017").await.unwrap();
    assert_eq!(read.status, EnrolmentStatus::ActionRequired);
    assert_eq!(read.reason.as_deref(), Some("blurred"));
}

fn owned(calls: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(path, body): &(&str, &str)| ((*path).to_owned(), (*body).to_owned());
    calls.iter().map(owned).collect()
}

#[tokio::test]
async fn holders_are_sent_flat_with_the_fields_of_their_form() {
    const PERSON: &str = r#""areaCode":"+49","firstName":"Ada","town":"DE-BE-1","annualSalary":"100000 USD","idFrontId":"file-1","kycVerification":{"referenceId":"sumsub-1"}}"#;
    let create = format!(
        r#"{{"cardHolderModel":"B2C","merchantOrderNo":"ref1","cardTypeId":111039,{PERSON}"#
    );
    let update = format!(r#"{{"holderId":620017,"cardHolderModel":"B2C",{PERSON}"#);
    let list = r#"{"pageNum":1,"pageSize":50,"holderId":620017}"#;
    let server = scripted(ANSWERS).await;
    enrol_and_update(finhub(&server.url, json!({})).as_ref(), "B2C").await;
    assert_eq!(
        server.calls(),
        owned(&[
            ("/card/holder/v2/create", &create),
            ("/card/holder/v2/update", &update),
            ("/card/holder/list", list),
        ])
    );
    let server = scripted(ANSWERS).await;
    enrol_and_update(upstream(&server.url, &Key::new(1024)).as_ref(), "B2B").await;
    assert_eq!(
        server.calls(),
        owned(&[
            (
                "/card/holder/v2/create",
                r#"{"cardHolderModel":"B2B","merchantOrderNo":"ref1","cardTypeId":111039,"areaCode":"+49","firstName":"Ada","town":"DE-BE-1"}"#
            ),
            (
                "/card/holder/v2/update",
                r#"{"holderId":620017,"cardHolderModel":"B2B","areaCode":"+49","firstName":"Ada","town":"DE-BE-1"}"#
            ),
            ("/card/holder/query", list),
        ])
    );
}

#[tokio::test]
async fn enrolment_is_found_by_reference_and_a_correction_by_what_it_changed() {
    let server = scripted(ANSWERS).await;
    let provider = finhub(&server.url, json!({}));
    let operations = provider.operations().unwrap();
    let enrol = looked_for(OperationKind::Enrol, None);
    let found = operations
        .find(&context(), &enrol)
        .await
        .unwrap()
        .found()
        .unwrap();
    assert_eq!(found.subject_ref.as_deref(), Some("620017"));
    let update = looked_for(OperationKind::UpdateEnrolment, Some("620017"));
    // Still refused: the correction did not arrive.
    assert_eq!(
        operations.find(&context(), &update).await.unwrap().found(),
        None
    );
    assert_eq!(
        server.calls()[0].1,
        r#"{"pageNum":1,"pageSize":50,"merchantOrderNo":"ref1"}"#
    );
    let again = &[(
        "/card/holder/list",
        r#"{"total":1,"records":[{"holderId":"620017","status":"under_review"}]}"#,
    )];
    let server = scripted(again).await;
    let provider = finhub(&server.url, json!({}));
    let operations = provider.operations().unwrap();
    let found = operations
        .find(&context(), &update)
        .await
        .unwrap()
        .found()
        .unwrap();
    assert_eq!(found.enrolment.unwrap().status, EnrolmentStatus::InReview);
    // The filter's answer is looked at: this holder was not made with our number.
    assert_eq!(
        operations.find(&context(), &enrol).await.unwrap().found(),
        None
    );
    let enrolments = provider.enrolments().unwrap();
    let error = enrolments.get(&context(), "1").await.unwrap_err();
    assert_eq!(
        (error.kind, error.outcome),
        (ErrorKind::NotFound, Outcome::Rejected)
    );
}

fn document(chunks: Vec<Result<&'static [u8], std::io::Error>>) -> DocumentUpload {
    let chunks = chunks
        .into_iter()
        .map(|chunk| chunk.map(bytes::Bytes::from));
    DocumentUpload {
        file_name: "front.png".to_owned(),
        media_type: "image/png",
        content: futures::stream::iter(chunks.collect::<Vec<_>>()).boxed(),
    }
}

#[tokio::test]
async fn document_is_a_multipart_form_signed_as_no_parameters() {
    let merchant = Key::new(1024);
    let answers = &[("/common/file/upload", r#"{"fileId":"file-1"}"#)];
    let server = scripted(answers).await;
    let provider = upstream(&server.url, &merchant);
    let documents = provider.documents().unwrap();
    let upload = document(vec![Ok(b"first "), Ok(b"second")]);
    assert_eq!(
        documents.upload(&context(), upload).await.unwrap(),
        "file-1"
    );
    let seen = &server.seen()[0];
    assert_eq!(seen.path, "/merchant/core/mcb/common/file/upload");
    let kind = seen.header("content-type");
    assert!(kind.starts_with("multipart/form-data; boundary="), "{kind}");
    let public = RsaPublicKey::parse(&merchant.public()).unwrap();
    assert_eq!(public.verify(b"{}", seen.header("x-wsb-signature")), Ok(()));
    let text = seen.text();
    for part in [
        "name=\"category\"\r\n\r\ncard\r\n",
        "name=\"file\"; filename=\"front.png\"\r\nContent-Type: image/png\r\n\r\nfirst second\r\n",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

#[tokio::test]
async fn document_that_breaks_off_is_an_error() {
    let server = scripted(&[("/common/file/upload", r#"{"fileId":"file-1"}"#)]).await;
    let provider = finhub(&server.url, json!({}));
    let broken = std::io::Error::other("too large");
    let upload = document(vec![Ok(b"first "), Err(broken)]);
    let documents = provider.documents().unwrap();
    let error = documents.upload(&context(), upload).await.unwrap_err();
    assert_eq!(error.outcome, Outcome::Unknown);
}

#[tokio::test]
async fn upload_with_an_expired_token_is_not_executed_and_the_next_one_logs_in() {
    let logins = AtomicUsize::new(0);
    let server = Server::start(move |seen| {
        if seen.path == "/api/auth/login" {
            let token = logins.fetch_add(1, Ordering::SeqCst);
            let body = format!(r#"{{"accessToken":"token-{token}","expiresIn":3600}}"#);
            return (StatusCode::OK, Vec::new(), body);
        }
        match seen.header("authorization") {
            "Bearer token-0" => (StatusCode::UNAUTHORIZED, Vec::new(), String::new()),
            _ => ok(r#"{"fileId":"file-1"}"#),
        }
    })
    .await;
    let provider = finhub(&server.url, json!({}));
    let documents = provider.documents().unwrap();
    let error = documents
        .upload(&context(), document(vec![Ok(b"x")]))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.outcome),
        (ErrorKind::Unauthorized, Outcome::Rejected)
    );
    let again = documents.upload(&context(), document(vec![Ok(b"x")])).await;
    assert_eq!(again.unwrap(), "file-1");
    assert_eq!(server.count("/api/auth/login"), 2);
}

#[tokio::test]
async fn reference_lists_are_read() {
    let server = scripted(&[
        (
            "/common/region",
            r#"[{"code":"AU","standardCode":"AUS","name":"Australia"}]"#,
        ),
        (
            "/common/v2/city",
            r#"[{"code":"AU-ACT","name":"ACT","country":"AU","parentCode":"0","children":[
                {"code":"AU-ACT-80100","name":"Canberra","parentCode":"AU-ACT","children":null}]}]"#,
        ),
        (
            "/common/mobileAreaCode",
            r#"[{"code":"+1","name":"Canada","areaCode":"CA","language":"en_US"},
                {"code":"+1","name":"USA","areaCode":"US"},
                {"code":"+1","name":"加拿大","areaCode":"CA","language":"zh_CN"}]"#,
        ),
        (
            "/card/holder/occupations",
            r#"[{"occupationCode":"11-1011","description":"Chief Executives"}]"#,
        ),
    ])
    .await;
    let provider = finhub(&server.url, json!({}));
    let lists = provider.reference_data().unwrap();
    let ctx = context();
    let regions = lists.regions(&ctx).await.unwrap();
    assert_eq!(regions[0].alpha3.as_deref(), Some("AUS"));
    let cities = lists.cities(&ctx, Some("AU")).await.unwrap();
    assert!(cities[0].has_leaf("AU-ACT-80100"));
    assert_eq!(cities[0].children[0].country, "AU");
    let codes = lists.dial_codes(&ctx).await.unwrap();
    let pairs: Vec<_> = codes
        .iter()
        .map(|c| (c.code.as_str(), c.country.as_str()))
        .collect();
    assert_eq!(pairs, [("+1", "CA"), ("+1", "US")]);
    let occupations = lists.occupations(&ctx).await.unwrap();
    assert_eq!(occupations[0].code, "11-1011");
    let bodies: Vec<_> = server.calls().into_iter().map(|(_, body)| body).collect();
    assert_eq!(bodies, ["{}", r#"{"regionCode":"AU"}"#, "{}", "{}"]);
}
