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
use crate::process::FINCI;
use crate::stock::card_ref;

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

    /// FINCI asks about a payment with a card of the stock, each time a new one. Needs no key.
    pub fn authorize(&self, card: u64) -> Result<Call> {
        let body = json!({
            "id": format!("bench-{}", Uuid::now_v7().simple()),
            "type": "Authorization",
            "advice": false,
            "token_id": card_ref(card),
            "amount": "12.50",
            "currency": "EUR",
            "transaction_amount": "13.40",
            "transaction_currency": "USD",
            "merchant": {
                "id": "M-77", "name": "SHOP", "mcc": "5411", "country": "LT", "city": "Vilnius",
            },
            "created_at": "2026-01-15T10:00:00Z",
        });
        let path = format!("/hooks/{FINCI}/authorizations");
        let request = call(Method::POST, &path, self.address);
        let request = request.header(CONTENT_TYPE, "application/json");
        Ok(request.body(Full::new(body.to_string().into()))?)
    }

    /// The id of an instance's card type, once the gateway has read its catalogue.
    pub async fn card_type(&self, instance: &str, provider_ref: &str) -> Result<Option<String>> {
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
        let mut named = types.filter(|t| text(t, "providerRef").as_deref() == Some(provider_ref));
        Ok(named.next().and_then(|card_type| text(card_type, "id")))
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
