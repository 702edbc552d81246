//! The tenant's decision endpoint: asked with the time left, signed as Standard Webhooks 1.0.0 are.

use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cardmux_domain::authorization::{Authorization, Verdict};
use cardmux_domain::event::EventKind;
use cardmux_domain::money::Money;
use cardmux_domain::provider::ProviderError;
use cardmux_domain::secret::{ExposeSecret, SecretString};
use cardmux_provider_kit::transport::{Transport, TransportSettings};
use reqwest::{Method, Request, Url};
use serde::{Deserialize, Serialize};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};
use tracing::warn;

use super::book;
use super::reserve::Held;
use crate::app::App;
use crate::clock;
use crate::store::{Change, Unit};

/// An endpoint that is not given up on by then is not listened to at all.
const LISTEN: Duration = Duration::from_secs(30);

/// Longest reason that is kept of what an endpoint says.
const REASON_MAX: usize = 200;

/// The way to all endpoints; connections are kept.
#[derive(Clone)]
pub struct Endpoints(Transport);

impl Endpoints {
    pub fn new() -> Result<Self, ProviderError> {
        Ok(Self(Transport::new(TransportSettings {
            connect_timeout: Duration::from_secs(1),
            keep_connections: true,
        })?))
    }
}

pub enum Asked {
    Said {
        verdict: Verdict,
        reason: Option<String>,
    },
    /// Unreachable, an error, or nothing that can be understood.
    Nothing { why: &'static str },
    /// It still thinks.
    Late(Late),
}

/// An answer that does not count any more.
pub struct Late(JoinHandle<Result<Answer, &'static str>>);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Question<'a> {
    r#type: &'static str,
    id: String,
    card_id: String,
    customer_id: Option<String>,
    budget_id: Option<String>,
    instance: &'a str,
    amount: Sum,
    merchant_amount: Option<Sum>,
    /// What is left in the budget with this held.
    available: Sum,
    merchant: Place<'a>,
    received_at: String,
}

#[derive(Serialize)]
struct Sum {
    amount: String,
    currency: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place<'a> {
    id: Option<&'a str>,
    name: Option<&'a str>,
    mcc: Option<&'a str>,
    country: Option<&'a str>,
    city: Option<&'a str>,
}

#[derive(Deserialize)]
struct Answer {
    decision: Verdict,
    #[serde(default)]
    reason: Option<String>,
}

impl From<Money> for Sum {
    fn from(money: Money) -> Self {
        Self {
            amount: money.amount_text(),
            currency: money.currency.to_string(),
        }
    }
}

/// Ask, and wait at most until then.
pub async fn ask(app: &App, held: &Held, until: Instant) -> Asked {
    let request = match request(held, until) {
        Ok(request) => request,
        Err(why) => return Asked::Nothing { why },
    };
    let endpoints = app.decisions.desk.endpoints.clone();
    // Goes on when the time is up: what comes then is told.
    let mut call = app.tasks.spawn(async move {
        let answered = tokio::time::timeout(LISTEN, endpoints.0.send(request)).await;
        let answer = answered.map_err(|_| "no answer in time")?;
        let answer = answer.map_err(|_| "the endpoint could not be reached")?;
        if !answer.status.is_success() {
            return Err("the endpoint answered with an error");
        }
        serde_json::from_slice::<Answer>(&answer.body)
            .map_err(|_| "the endpoint's answer could not be understood")
    });
    match timeout_at(until, &mut call).await {
        Ok(Ok(Ok(Answer { decision, reason }))) => Asked::Said {
            verdict: decision,
            reason: reason.map(|text| text.chars().take(REASON_MAX).collect()),
        },
        Ok(Ok(Err(why))) => Asked::Nothing { why },
        Ok(Err(_panicked)) => Asked::Nothing {
            why: "the call to the endpoint broke",
        },
        Err(_elapsed) => Asked::Late(Late(call)),
    }
}

impl Late {
    /// Wait for the answer that came too late, and put what it said into the stream: the tenant may
    /// believe that it counted.
    pub async fn told(self, app: &App, authorization: &Authorization, answered: Option<Verdict>) {
        let Ok(Ok(answer)) = self.0.await else {
            return;
        };
        let now = clock::now();
        let amount = authorization.amount.amount;
        let told = Authorization {
            verdict: answered,
            updated_at: now,
            ..authorization.clone()
        };
        let mut event = book::event(&told, EventKind::AuthorizationLateAnswer, amount);
        if let Some(facts) = &mut event.data.authorization {
            facts.late_verdict = Some(answer.decision);
        }
        let unit = Unit::new().with(Change::InsertEvent(event));
        if let Err(error) = app.store.commit(unit).await {
            warn!(authorization = %authorization.id, "a late answer was not written down: {error}");
        }
    }
}

fn request(held: &Held, until: Instant) -> Result<Request, &'static str> {
    let endpoint = held.endpoint.endpoint.as_deref().unwrap_or_default();
    let url = Url::parse(endpoint).map_err(|_| "the endpoint is no URL")?;
    let body = serde_json::to_vec(&question(held)).map_err(|_| "the question has no JSON")?;
    let id = held.authorization.id.to_string();
    let timestamp = (clock::now().as_millis() / 1000).to_string();
    let secret = held.endpoint.endpoint_secret.as_ref();
    let secret = secret.ok_or("the endpoint has no secret")?;
    let left = until.saturating_duration_since(Instant::now()).as_millis();
    let headers = [
        ("content-type", "application/json".to_owned()),
        (
            "webhook-signature",
            signature(secret, &id, &timestamp, &body),
        ),
        ("webhook-id", id),
        ("webhook-timestamp", timestamp),
        ("decision-deadline", left.to_string()),
    ];
    let mut request = Request::new(Method::POST, url);
    for (name, value) in headers {
        let value = value.parse().map_err(|_| "a header cannot be sent")?;
        request.headers_mut().insert(name, value);
    }
    *request.body_mut() = Some(body.into());
    Ok(request)
}

fn question(held: &Held) -> Question<'_> {
    let authorization = &held.authorization;
    let merchant = &authorization.merchant;
    let available = Money::new(held.available, authorization.currency());
    Question {
        r#type: "authorization.request",
        id: authorization.id.to_string(),
        card_id: authorization.card_id.to_string(),
        customer_id: authorization.customer_id.map(|id| id.to_string()),
        budget_id: authorization.budget_id.map(|id| id.to_string()),
        instance: authorization.instance.as_str(),
        amount: authorization.amount.into(),
        merchant_amount: authorization.merchant_amount.map(Sum::from),
        available: available.into(),
        merchant: Place {
            id: merchant.merchant_id.as_deref(),
            name: merchant.name.as_deref(),
            mcc: merchant.mcc.as_deref(),
            country: merchant.country.as_deref(),
            city: merchant.city.as_deref(),
        },
        received_at: authorization.times.received_at.to_string(),
    }
}

/// Standard Webhooks 1.0.0: `v1,` and the base64 of HMAC-SHA256 over id, timestamp and body, joined by
/// dots. A secret `whsec_…` is the base64 of the key; any other text is the key itself.
fn signature(secret: &SecretString, id: &str, timestamp: &str, body: &[u8]) -> String {
    let text = secret.expose_secret();
    let decoded = text
        .strip_prefix("whsec_")
        .and_then(|key| STANDARD.decode(key).ok());
    let key = zeroize::Zeroizing::new(decoded.unwrap_or_else(|| text.as_bytes().to_vec()));
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &key));
    for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
        context.update(part);
    }
    format!("v1,{}", STANDARD.encode(context.sign()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the Standard Webhooks specification and its libraries.
    #[test]
    fn signature_of_the_specifications_example_fits() {
        let secret = SecretString::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let signature = signature(
            &secret,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "1614265330",
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
