//! Creating cards, and the products they are of.

use crate::support::{EMPLOYEE, PERSON, Server, context, failed, no, ok, reference};
use axum::http::StatusCode;
use cardmux_domain::card::{CardForm, CardModel};
use cardmux_domain::card_type::Requirement;
use cardmux_domain::money::{Money, parse_amount};
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    ErrorKind, IssueCard, OperationReport, Outcome, PersonName, Provider, ProviderError, Reported,
};
use serde_json::json;

const MADE: &str = r#""token_id":"70012000000000000042""#;

fn request(card_type_ref: &str, enrolment_ref: &str) -> IssueCard {
    IssueCard {
        reference: reference(),
        card_type_ref: card_type_ref.to_owned(),
        initial_balance: None,
        enrolment_ref: Some(enrolment_ref.to_owned()),
        budget_ref: Some("bud".to_owned()),
        card_number: None,
        cardholder: Some(PersonName {
            first_name: "Ana".into(),
            last_name: "Example".into(),
        }),
        label: Some("Ads".to_owned()),
    }
}

async fn issue(
    provider: &dyn Provider,
    request: &IssueCard,
) -> Result<OperationReport, ProviderError> {
    provider.cards().unwrap().issue(&context(), request).await
}

#[tokio::test]
async fn card_is_made_digital_and_active_for_its_holder() {
    let server = Server::start(|_| ok(MADE)).await;
    let provider = server.provider(json!({}));
    for (product, enrolment, holder) in [
        ("41", PERSON, r#""person_id":"1001","product_id":41"#),
        ("42", EMPLOYEE, r#""employee_id":"1201","product_id":42"#),
    ] {
        let report = issue(provider.as_ref(), &request(product, enrolment)).await;
        let report = report.unwrap();
        assert_eq!(report.subject_ref.as_deref(), Some("70012000000000000042"));
        assert_eq!(report.reported, Reported::Succeeded);
        assert_eq!(report.kind, Some(OperationKind::Issue));
        let (line, body) = server.calls().pop().unwrap();
        assert_eq!(line, "POST /create-card");
        let rest = concat!(
            r#","embossing_name":"Ana Example","token_status":"active","token_stage":"digital","#,
            r#""delivery_address":{"city":"Vilnius","country":"LT","postal_code":"01100","#,
            r#""street":"Sample g. 1"},"express_delivery":false}"#
        );
        assert_eq!(body, format!("{{{holder}{rest}"));
    }
}

#[tokio::test]
async fn what_may_be_wanted_is_told_where_it_is_set() {
    let server = Server::start(|_| ok(MADE)).await;
    let provider = server.provider(json!({"validity_months": 36, "express_delivery": "no"}));
    issue(provider.as_ref(), &request("41", PERSON))
        .await
        .unwrap();
    let (_, body) = server.calls().pop().unwrap();
    assert!(body.contains(r#""express_delivery":"no""#), "{body}");
    let (_, expiry) = body.split_once(r#""expiration_date":""#).unwrap();
    let (year, month) = expiry.split_at(7).0.split_once('-').unwrap();
    assert!(year.parse::<u32>().unwrap() > 2026, "{body}");
    assert!((1..=12).contains(&month.parse::<u32>().unwrap()), "{body}");
}

#[tokio::test]
async fn what_finci_would_not_do_is_not_sent() {
    let server = Server::start(|_| ok(MADE)).await;
    let provider = server.provider(json!({}));
    let money = Money::new(parse_amount("1").unwrap(), "EUR".parse().unwrap());
    let named = |first: &str| {
        Some(PersonName {
            first_name: first.into(),
            last_name: "Example".into(),
        })
    };
    let fine = || request("41", PERSON);
    for request in [
        request("41", EMPLOYEE),
        request("42", PERSON),
        request("43", PERSON),
        IssueCard {
            enrolment_ref: None,
            ..fine()
        },
        IssueCard {
            initial_balance: Some(money),
            ..fine()
        },
        IssueCard {
            card_number: Some("4000000000000002".into()),
            ..fine()
        },
        IssueCard {
            cardholder: None,
            ..fine()
        },
        IssueCard {
            cardholder: named("Žana"),
            ..fine()
        },
        IssueCard {
            cardholder: named("A name that is far too long"),
            ..fine()
        },
    ] {
        let error = issue(provider.as_ref(), &request).await.unwrap_err();
        assert_eq!(
            (error.kind, error.outcome),
            (ErrorKind::Refused, Outcome::NotSent)
        );
        assert!(!error.message.contains("Example"), "{error}");
    }
    let nobody = request("41", "nobody");
    let error = issue(provider.as_ref(), &nobody).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
    assert_eq!(server.calls(), []);
}

#[tokio::test]
async fn creation_without_a_readable_answer_is_of_unknown_outcome() {
    for reply in [
        failed(),
        ok(""),
        (StatusCode::OK, r#"{"status":"success""#.to_owned()),
        (StatusCode::OK, "{}".to_owned()),
    ] {
        let server = Server::start(move |_| reply.clone()).await;
        let provider = server.provider(json!({}));
        let error = issue(provider.as_ref(), &request("41", PERSON))
            .await
            .unwrap_err();
        assert_eq!(error.outcome, Outcome::Unknown);
        // Never by itself a second time.
        assert_eq!(server.calls().len(), 1);
    }
    let server = Server::start(|_| no("ACCOUNT_MISSING")).await;
    let provider = server.provider(json!({}));
    let error = issue(provider.as_ref(), &request("41", PERSON))
        .await
        .unwrap_err();
    assert_eq!(error.outcome, Outcome::Rejected);
    assert_eq!(error.provider_code.as_deref(), Some("ACCOUNT_MISSING"));
}

#[tokio::test]
async fn products_of_the_settings_are_the_card_types() {
    let server = Server::start(|_| failed()).await;
    let provider = server.provider(json!({}));
    let types = provider
        .catalogue()
        .unwrap()
        .card_types(&context())
        .await
        .unwrap();
    let [debit, company] = types.as_slice() else {
        unreachable!("two products")
    };
    assert_eq!(
        (debit.provider_ref.as_str(), debit.name.as_str()),
        ("41", "Debit")
    );
    assert_eq!(
        (debit.model, debit.form),
        (CardModel::BudgetCard, CardForm::Virtual)
    );
    assert_eq!(debit.currency.as_str(), "EUR");
    let wanted = [
        Requirement::Cardholder,
        Requirement::CardholderName,
        Requirement::Budget,
    ];
    assert_eq!(debit.requirements, wanted);
    assert!(debit.capabilities.contains(&OperationKind::OrderPhysical));
    assert!(!company.capabilities.contains(&OperationKind::OrderPhysical));
    let form = |spec: &cardmux_domain::card_type::CardTypeSpec| {
        let form = spec.enrolment.as_ref().unwrap();
        (form.name.clone(), form.fields.len())
    };
    assert_eq!(form(debit), ("person".to_owned(), 11));
    assert_eq!(form(company), ("corporate".to_owned(), 13));
    assert_eq!(server.calls(), []);
}
