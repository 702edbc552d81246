//! Issuing both families, and the list of types.

use crate::support::{
    BUDGET_TYPE, Server, budget_types, context, no, ok, reference, scripted, usd,
};
use axum::http::StatusCode;
use cardmux_domain::card::CardModel;
use cardmux_domain::card_type::Requirement;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    ErrorKind, IssueCard, OperationReport, Outcome, PersonName, Provider, ProviderError, Reported,
};
use serde_json::json;

const CARD: &str = r#"{"card":{"id":"6a20c01","cardNumber":"4000000000000002","cardExpire":"01/30",
    "cardCVC":"000","cardBalance":50,"currency":"USD","maskedCardNumber":"**** **** **** 0002",
    "brand":"visa","label":"Ads"}}"#;
const BUDGET_CARD: &str = r#"{"id":"6a20c02","maskedCardNumber":"**** **** **** 0010",
    "currency":"EUR","status":"active","externalCardId":"ref1",
    "sensitive":{"number":"4000 0000 0000 0010","expire":"01/30","cvc":"***"}}"#;

fn request(card_type_ref: &str) -> IssueCard {
    IssueCard {
        reference: reference(),
        card_type_ref: card_type_ref.to_owned(),
        initial_balance: None,
        enrolment_ref: None,
        budget_ref: None,
        card_number: None,
        cardholder: Some(PersonName {
            first_name: "Ada".into(),
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
async fn plain_card_is_issued_with_our_reference_and_only_its_id_is_kept() {
    let server = scripted(vec![("/cards/issue", ok(CARD))]).await;
    let provider = server.provider(json!({}));
    let request = IssueCard {
        initial_balance: Some(usd("50.00")),
        ..request("t1")
    };
    let report = issue(provider.as_ref(), &request).await.unwrap();
    assert_eq!(report.subject_ref.as_deref(), Some("6a20c01"));
    assert_eq!(report.reported, Reported::Succeeded);
    assert_eq!(report.kind, Some(OperationKind::Issue));
    assert!(!format!("{report:?}").contains("4000"));
    let calls = server.calls();
    assert_eq!(
        calls,
        [(
            "POST /cards/issue".to_owned(),
            concat!(
                r#"{"typeId":"t1","initialBalance":50,"firstName":"Ada","lastName":"Example","#,
                r#""externalId":"ref1","label":"Ads"}"#
            )
            .to_owned()
        )]
    );
    let seen = &server.seen()[0];
    assert_eq!(seen.header("authorization"), "Bearer hush-hush");
    assert_eq!(seen.header("content-type"), "application/json");
    assert_eq!(seen.line, "POST /external/api/cards/issue");
}

#[tokio::test]
async fn card_of_a_customer_is_issued_to_them_under_the_older_prefix() {
    let server = scripted(vec![("/prepaid-cards/issue", ok(CARD))]).await;
    let provider = server.provider(json!({"card_prefix": "prepaid-cards"}));
    let request = IssueCard {
        enrolment_ref: Some("u1:t1".to_owned()),
        cardholder: None,
        label: None,
        ..request("t1")
    };
    issue(provider.as_ref(), &request).await.unwrap();
    let body = r#"{"typeId":"t1","initialBalance":0,"externalId":"ref1","customerId":"u1"}"#;
    assert_eq!(server.calls()[0].1, body);
}

#[tokio::test]
async fn budget_card_is_issued_on_the_budget_of_the_settings() {
    let server = scripted(vec![("/budget-cards/issue", ok(BUDGET_CARD))]).await;
    let provider = server.provider(budget_types());
    let report = issue(provider.as_ref(), &request(BUDGET_TYPE))
        .await
        .unwrap();
    assert_eq!(report.subject_ref.as_deref(), Some("budget:6a20c02"));
    assert_eq!(report.provider_status, "active");
    let body = concat!(
        r#"{"typeId":"tb","budgetId":"b1","firstName":"Ada","lastName":"Example","#,
        r#""externalId":"ref1","label":"Ads"}"#
    );
    assert_eq!(server.calls()[0].1, body);
}

#[tokio::test]
async fn what_cannot_be_sent_is_not() {
    let server = scripted(Vec::new()).await;
    let provider = server.provider(budget_types());
    let fraction = IssueCard {
        initial_balance: Some(usd("1.50")),
        ..request("t1")
    };
    let funded = IssueCard {
        initial_balance: Some(usd("1")),
        ..request(BUDGET_TYPE)
    };
    let stranger = IssueCard {
        enrolment_ref: Some("u1".to_owned()),
        ..request("t1")
    };
    let numbered = IssueCard {
        card_number: Some("4000000000000002".into()),
        ..request("t1")
    };
    for request in [fraction, funded, stranger, numbered] {
        let error = issue(provider.as_ref(), &request).await.unwrap_err();
        assert_eq!(error.outcome, Outcome::NotSent);
        assert_eq!(error.kind, ErrorKind::Refused);
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn answers_that_prove_nothing_leave_the_outcome_unknown() {
    for (reply, kind, outcome) in [
        (
            no(200, "Type is not active"),
            ErrorKind::Refused,
            Outcome::Rejected,
        ),
        (no(403, "No grant"), ErrorKind::Refused, Outcome::Rejected),
        (no(429, "Slow"), ErrorKind::RateLimited, Outcome::Rejected),
        (
            no(500, "Type is not active"),
            ErrorKind::Unavailable,
            Outcome::Unknown,
        ),
        (no(422, "what"), ErrorKind::Malformed, Outcome::Unknown),
        (ok("{}"), ErrorKind::Malformed, Outcome::Unknown),
        (ok(r#"{"card":{}}"#), ErrorKind::Malformed, Outcome::Unknown),
        (
            (
                StatusCode::OK,
                r#"{"status":"success","data":{"card":{"id""#.to_owned(),
            ),
            ErrorKind::Malformed,
            Outcome::Unknown,
        ),
    ] {
        let server = Server::start(move |_| reply.clone()).await;
        let provider = server.provider(json!({}));
        let error = issue(provider.as_ref(), &request("t1")).await.unwrap_err();
        assert_eq!((error.kind, error.outcome), (kind, outcome), "{error:?}");
    }
}

#[tokio::test]
async fn types_are_listed_with_what_is_set_about_them() {
    let types = r#"{"types":[
        {"id":"t1","name":"Prepaid","cardCurrency":"USD","price":"2.50","brand":"Visa"},
        {"id":"tb","name":"Pool","cardCurrency":"eur","price":3},
        {"id":"tr","cardCurrency":"USD"},
        {"id":"tx","cardCurrency":"DOUBLOON"}]}"#;
    let server = scripted(vec![("GET /external/api/cards/types", ok(types))]).await;
    let provider = server.provider(json!({"types": {
        "tb": {"kind": "budget_card", "budget": "b1", "customer": "none", "country": "LT"},
        "tr": {"customer": "required", "form": "physical"},
    }}));
    let catalogue = provider.catalogue().unwrap();
    let types = catalogue.card_types(&context()).await.unwrap();
    let [plain, pool, required] = types.as_slice() else {
        panic!("{types:?}");
    };
    assert_eq!(plain.issue_fee.unwrap().to_string(), "2.50 USD");
    assert_eq!(plain.initial_deposit.as_ref().unwrap().decimals, Some(0));
    let min = plain.deposit.as_ref().unwrap().min.unwrap();
    assert_eq!(min.to_string(), "1.01");
    assert_eq!(plain.requirements, [Requirement::CardholderName]);
    assert_eq!(plain.controls.spend_limits.len(), 6);
    assert_eq!(plain.enrolment.as_ref().unwrap().name, "individual");
    assert!(plain.pin.unwrap().check("2580").is_ok());
    assert!(!plain.capabilities.contains(&OperationKind::OrderPhysical));
    assert_eq!(pool.model, CardModel::BudgetCard);
    assert_eq!(
        (pool.currency.as_str(), pool.country.as_deref()),
        ("EUR", Some("LT"))
    );
    assert!(pool.deposit.is_none() && pool.enrolment.is_none());
    assert!(!pool.capabilities.contains(&OperationKind::Deposit));
    assert_eq!(pool.controls.spend_limits.len(), 4);
    assert_eq!(required.requirements, [Requirement::Cardholder]);
    assert!(
        required
            .capabilities
            .contains(&OperationKind::OrderPhysical)
    );
}
