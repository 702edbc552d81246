//! The requests of the bench.

use std::net::SocketAddr;

use bytes::Bytes;
use cardmux_domain::id::CardId;
use http_body_util::Full;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper::{Method, Request};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::Result;
use crate::load::{Call, fetch};

/// An API key at an address.
#[derive(Debug, Clone)]
pub struct Api {
    pub address: SocketAddr,
    bearer: String,
}

impl Api {
    pub fn new(address: SocketAddr, key: &str) -> Self {
        Self {
            address,
            bearer: format!("Bearer {key}"),
        }
    }

    pub fn get(&self, path: &str) -> Result<Call> {
        let request = call(Method::GET, path, self.address).header(AUTHORIZATION, &self.bearer);
        Ok(request.body(Full::default())?)
    }

    pub fn card(&self, card: CardId) -> Result<Call> {
        self.get(&format!("/v1/cards/{card}"))
    }

    /// A change under an idempotency key of its own.
    fn change(&self, path: &str, body: Bytes) -> Result<Call> {
        let request = call(Method::POST, path, self.address)
            .header(AUTHORIZATION, &self.bearer)
            .header(CONTENT_TYPE, "application/json")
            .header(
                "idempotency-key",
                format!("bench-{}", Uuid::now_v7().simple()),
            );
        Ok(request.body(Full::new(body))?)
    }

    /// What a client would send: an amount, a name, its own id, a little metadata.
    pub fn issue(&self, card_type: &str) -> Result<Call> {
        let body = json!({
            "typeId": card_type,
            "initialBalance": { "amount": "50.00", "currency": "USD" },
            "label": "Ads",
            "externalId": "order-17",
            "metadata": { "team": "growth" },
        });
        self.change("/v1/cards", body.to_string().into())
    }

    pub fn deposit(&self, card: CardId) -> Result<Call> {
        let body = json!({ "amount": { "amount": "25.00", "currency": "USD" }, "note": "top-up" });
        self.change(
            &format!("/v1/cards/{card}/deposit"),
            body.to_string().into(),
        )
    }

    /// The dollar type of an instance of the mock, once the gateway has read its catalogue.
    pub async fn card_type(&self, instance: &str) -> Result<Option<String>> {
        let call = self.get(&format!("/v1/card-types?instance={instance}"))?;
        let (status, body) = fetch(self.address, call).await?;
        if !status.is_success() {
            return Err(format!("card types cannot be listed: {status}").into());
        }
        let page: Value = serde_json::from_slice(&body)?;
        let types = page
            .get("data")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let text = |card_type: &Value, name: &str| card_type.get(name)?.as_str().map(str::to_owned);
        let mut dollars = types.filter(|t| text(t, "providerRef").as_deref() == Some("mock_usd"));
        Ok(dollars.next().and_then(|card_type| text(card_type, "id")))
    }
}

/// A request to the floor: the same, without a key.
pub fn plain(method: Method, path: &str, address: SocketAddr) -> Result<Call> {
    Ok(call(method, path, address).body(Full::default())?)
}

fn call(method: Method, path: &str, address: SocketAddr) -> hyper::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header(HOST, address.to_string())
}

/// The id of the card in the answer to an issue.
pub fn card_id(body: &Bytes) -> Option<CardId> {
    let card: Value = serde_json::from_slice(body).ok()?;
    card.get("id")?.as_str()?.parse().ok()
}
