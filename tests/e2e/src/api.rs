//! A client of the gateway's API.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::wait::eventually;

/// Longer than any answer of a gateway that works.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// An amount of the API's, to calculate with; the smallest there is where there is none.
pub fn amount(money: &Value) -> Decimal {
    money["amount"]
        .as_str()
        .map_or(Decimal::MIN, |text| text.parse().unwrap())
}

/// One API key at one address.
#[derive(Clone)]
pub struct Api {
    http: Client,
    base: String,
    key: String,
}

/// An answer, read whole.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    /// `null` where the body is not JSON.
    pub body: Value,
    pub text: String,
}

/// A fresh `Idempotency-Key`.
pub fn fresh_key() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("key-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

pub fn usd(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "USD" })
}

impl Api {
    pub fn new(base: String, key: String) -> Self {
        let http = Client::builder()
            .no_proxy()
            .timeout(ANSWER_WITHIN)
            .build()
            .unwrap();
        Self { http, base, key }
    }

    /// The same key at the address the gateway has after a restart.
    pub fn at(&self, base: String) -> Self {
        Self {
            base,
            ..self.clone()
        }
    }

    pub fn key(&self) -> &str {
        &self.key
    }

    /// A request without any header.
    pub fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    /// A request with the API key.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, path).bearer_auth(&self.key)
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    /// A change under an idempotency key.
    pub fn change(&self, path: &str, key: &str, body: &Value) -> RequestBuilder {
        self.request(Method::POST, path)
            .header("Idempotency-Key", key)
            .json(body)
    }

    pub async fn post(&self, path: &str, key: &str, body: &Value) -> Answer {
        Answer::of(self.change(path, key, body)).await
    }

    /// A change that waits for its end.
    pub async fn finished(&self, path: &str, body: &Value) -> Answer {
        Answer::of(
            self.change(path, &fresh_key(), body)
                .header("Prefer", "wait=10"),
        )
        .await
    }

    /// Issue a card and wait until it is active.
    pub async fn issue(&self, type_id: &str, amount: &str) -> Value {
        let body = json!({ "typeId": type_id, "initialBalance": usd(amount) });
        let card = self.finished("/v1/cards", &body).await.expect(201);
        assert_eq!(card["status"], "active", "{card}");
        card
    }

    /// One change of a card or budget, to its end.
    pub async fn succeeds(&self, path: &str, body: &Value) -> Value {
        let operation = self.finished(path, body).await.expect(200);
        assert_eq!(operation["status"], "succeeded", "{operation}");
        operation
    }

    pub async fn card(&self, id: &str) -> Value {
        self.get(&format!("/v1/cards/{id}")).await.expect(200)
    }

    /// The card, once it is as wanted.
    pub async fn card_when(&self, id: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        eventually(&format!("card {id} as wanted"), async || {
            let card = self.card(id).await;
            wanted(&card).then_some(card)
        })
        .await
    }

    /// The card, once nothing of it is under way and it has this status.
    pub async fn settled(&self, id: &str, status: &str) -> Value {
        self.card_when(id, |card| {
            card["pendingOperation"].is_null() && card["status"] == status
        })
        .await
    }

    /// Every item of a list, page by page.
    pub async fn all(&self, list: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut cursor = None::<String>;
        let joint = if list.contains('?') { '&' } else { '?' };
        loop {
            let after = cursor
                .map(|cursor| format!("{joint}cursor={cursor}"))
                .unwrap_or_default();
            let mut page = self.get(&format!("{list}{after}")).await.expect(200);
            items.append(page["data"].as_array_mut().expect("a list has data"));
            match page["nextCursor"].as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => return items,
            }
        }
    }
}

impl Answer {
    /// Send and read.
    ///
    /// # Panics
    /// When there is no answer; see [`Answer::try_of`].
    pub async fn of(request: RequestBuilder) -> Self {
        Self::try_of(request).await.expect("the gateway answers")
    }

    pub async fn try_of(request: RequestBuilder) -> reqwest::Result<Self> {
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await?;
        let body = serde_json::from_str(&text).unwrap_or_default();
        Ok(Self {
            status,
            headers,
            body,
            text,
        })
    }

    /// The body, if the answer has this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.body
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub fn is_replay(&self) -> bool {
        self.header("idempotent-replayed") == Some("true")
    }

    /// The body as a problem of this status and code.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{}",
            self.text
        );
        assert_eq!(
            (self.status, self.body["code"].as_str()),
            (status, Some(code)),
            "{}",
            self.text
        );
        assert_eq!(self.body["status"], status, "{}", self.text);
        assert_eq!(
            self.body["requestId"].as_str(),
            self.header("x-request-id"),
            "{}",
            self.text
        );
        for field in ["type", "title", "detail"] {
            assert!(
                self.body[field].as_str().is_some_and(|t| !t.is_empty()),
                "{}",
                self.text
            );
        }
        self.body
    }
}
