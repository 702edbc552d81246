//! Cards as the list of their owner shows them.

use crate::support::{EMPLOYEE, PERSON, Server, context, context_of, no, ok};
use cardmux_domain::provider::{ErrorKind, Outcome, PageRequest};
use serde_json::json;

const CARDS: &str = r#""items":[
    {"token_id":"7001","embossing_name":"ANA EXAMPLE","card_number":"5355-12**-****-0042",
     "expiration_date":"2029-11","product_id":41,"more":{"pan":"4000000000000002"}},
    {"token_id":"7002","embossing_name":"ANA EXAMPLE","card_number":"5355-12**-****-0043",
     "expiration_date":"2029-11","product_id":41},
    {"token_id":"7003","card_number":"4000000000000002","product_id":42}],"total":3"#;

#[tokio::test]
async fn card_is_read_among_those_of_its_owner_without_a_status() {
    let server = Server::start(|_| ok(CARDS)).await;
    let provider = server.provider(json!({}));
    let cards = provider.cards().unwrap();
    let card = cards.get(&context_of(PERSON), "7001").await.unwrap();
    assert_eq!(card.card_ref, "7001");
    assert_eq!(card.card_type_ref.as_deref(), Some("41"));
    assert_eq!(card.last4.as_deref(), Some("0042"));
    assert!(!card.status_known);
    let whole = cards.get(&context_of(EMPLOYEE), "7003").await.unwrap();
    // A number that is not masked is not taken for one that is.
    assert_eq!(whole.last4, None);
    let bodies: Vec<_> = server.calls().into_iter().map(|(_, body)| body).collect();
    assert_eq!(
        bodies,
        [r#"{"person_id":"1001"}"#, r#"{"corporate_id":"1101"}"#]
    );
}

#[tokio::test]
async fn card_that_is_not_listed_is_not_found() {
    let server = Server::start(|_| ok(CARDS)).await;
    let provider = server.provider(json!({}));
    let error = provider
        .cards()
        .unwrap()
        .get(&context_of(PERSON), "7009")
        .await;
    let error = error.unwrap_err();
    assert_eq!(
        (error.kind, error.outcome),
        (ErrorKind::NotFound, Outcome::Rejected)
    );
}

#[tokio::test]
async fn card_without_a_known_owner_is_asked_for_only_where_that_is_set() {
    let server = Server::start(|_| ok(CARDS)).await;
    let provider = server.provider(json!({}));
    let error = provider
        .cards()
        .unwrap()
        .get(&context(), "7001")
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.outcome),
        (ErrorKind::Refused, Outcome::NotSent)
    );
    assert_eq!(server.calls(), []);
    let provider = server.provider(json!({"lists_without_owner": true}));
    provider
        .cards()
        .unwrap()
        .get(&context(), "7001")
        .await
        .unwrap();
    let (_, body) = server.calls().pop().unwrap();
    assert_eq!(body, "{}");
}

#[tokio::test]
async fn list_is_cut_into_pages() {
    let server = Server::start(|_| ok(CARDS)).await;
    let provider = server.provider(json!({}));
    let cards = provider.cards().unwrap();
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let request = PageRequest { cursor, limit: 2 };
        let page = cards.list(&context_of(PERSON), &request).await.unwrap();
        assert!(page.items.len() <= 2);
        seen.extend(page.items.into_iter().map(|card| card.card_ref));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, ["7001", "7002", "7003"]);
    let request = PageRequest {
        cursor: Some("x".to_owned()),
        limit: 2,
    };
    assert!(cards.list(&context_of(PERSON), &request).await.is_err());
}

#[tokio::test]
async fn list_that_is_longer_than_it_shows_proves_nothing() {
    let server = Server::start(|_| ok(r#""items":[{"token_id":"7001"}],"total":2"#)).await;
    let provider = server.provider(json!({}));
    let error = provider
        .cards()
        .unwrap()
        .get(&context_of(PERSON), "7001")
        .await;
    assert_eq!(error.unwrap_err().kind, ErrorKind::Malformed);
}

#[tokio::test]
async fn owner_that_is_unknown_is_not_found() {
    let server = Server::start(|_| no("NOT_FOUND")).await;
    let provider = server.provider(json!({}));
    let error = provider
        .cards()
        .unwrap()
        .get(&context_of(PERSON), "7001")
        .await;
    assert_eq!(error.unwrap_err().kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn raw_card_shows_what_is_harmless() {
    let server = Server::start(|_| ok(CARDS)).await;
    let provider = server.provider(json!({}));
    let raw = provider.raw().unwrap();
    let shown = raw.raw_card(&context_of(PERSON), "7001").await.unwrap();
    let expected = concat!(
        r#"{"card_number":"***","embossing_name":"***","expiration_date":"***","more":"***","#,
        r#""product_id":41,"token_id":"7001"}"#
    );
    assert_eq!(shown.0, expected);
    let error = raw.raw_card(&context_of(PERSON), "7009").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
}
