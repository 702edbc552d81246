//! A scripted FinCard on a loopback port, and keys made at run time.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cardmux_domain::money::{Money, parse_amount};
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{CallContext, OperationQuery, Provider};
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::{EncodePrivateKey, EncodePublicKey};
use rsa::rand_core::OsRng;
use rsa::sha2::Sha256;
use rsa::signature::{RandomizedSigner, SignatureEncoding};

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Seen {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Seen {
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map(|v| v.to_str().unwrap())
            .unwrap_or_default()
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

pub type Reply = (StatusCode, Vec<(&'static str, String)>, String);
type Script = dyn Fn(&Seen) -> Reply + Send + Sync;

pub fn ok(data: &str) -> Reply {
    let body = format!(r#"{{"success":true,"code":200,"msg":"Success","data":{data}}}"#);
    (StatusCode::OK, Vec::new(), body)
}

#[derive(Clone)]
struct Shared {
    script: Arc<Script>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

pub struct Server {
    pub url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Lives as long as the test's runtime.
    #[expect(clippy::disallowed_methods, reason = "the test's runtime ends it")]
    pub async fn start(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let shared = Shared {
            script: Arc::new(script),
            seen: seen.clone(),
        };
        let app = Router::new().fallback(answer).with_state(shared);
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
            .await
            .unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(axum::serve(listener, app).into_future());
        Self { url, seen }
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Path (without the dialect's prefix) and body of every call but logins.
    pub fn calls(&self) -> Vec<(String, String)> {
        let calls = self.seen().into_iter().filter_map(|seen| {
            let path = seen
                .path
                .strip_prefix("/api/v2.1/fincard/virtual")
                .or_else(|| seen.path.strip_prefix("/merchant/core/mcb"))?;
            Some((path.to_owned(), seen.text().to_owned()))
        });
        calls.collect()
    }

    pub fn count(&self, path: &str) -> usize {
        self.seen().iter().filter(|seen| seen.path == path).count()
    }
}

async fn answer(
    State(shared): State<Shared>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let seen = Seen {
        path: uri.path().to_owned(),
        headers,
        body,
    };
    shared.seen.lock().unwrap().push(seen.clone());
    let (status, headers, body) = (shared.script)(&seen);
    let mut response = (status, body).into_response();
    for (name, value) in headers {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}

/// The FinHub dialect, logged in by the first call.
pub fn finhub(url: &str, more: serde_json::Value) -> Arc<dyn Provider> {
    let mut settings = serde_json::json!({
        "base_url": url, "tenant_id": "tenant-1", "email": "ops@example.org", "password": "hush-hush",
    });
    let more = more.as_object().unwrap().clone();
    settings.as_object_mut().unwrap().extend(more);
    cardmux_provider_fincard::build(settings).unwrap()
}

/// The upstream dialect at a sandbox that does not sign.
pub fn upstream(url: &str, merchant: &Key) -> Arc<dyn Provider> {
    let settings = serde_json::json!({
        "base_url": url, "dialect": "upstream", "api_key": "hush-hush",
        "private_key": merchant.private(), "verify_answers": false,
    });
    cardmux_provider_fincard::build(settings).unwrap()
}

/// Answers by path; a login is granted, anything else unknown.
pub async fn scripted(answers: &'static [(&'static str, &'static str)]) -> Server {
    Server::start(move |seen| {
        if seen.path == "/api/auth/login" {
            let body = r#"{"accessToken":"token","expiresIn":3600}"#.to_owned();
            return (StatusCode::OK, Vec::new(), body);
        }
        match answers.iter().find(|(path, _)| seen.path.ends_with(path)) {
            Some((_, data)) => ok(data),
            None => (StatusCode::NOT_FOUND, Vec::new(), String::new()),
        }
    })
    .await
}

pub fn usd(amount: &str) -> Money {
    Money::new(parse_amount(amount).unwrap(), "USD".parse().unwrap())
}

pub fn reference() -> Reference {
    Reference::from_text("ref1")
}

pub fn looked_for(kind: OperationKind, subject: Option<&str>) -> OperationQuery {
    OperationQuery {
        reference: reference(),
        kind,
        subject_ref: subject.map(str::to_owned),
        amount: None,
        note: None,
        sent_at: None,
        before: None,
        card_type_ref: None,
        known: Vec::new(),
    }
}

pub struct Key(rsa::RsaPrivateKey);

impl Key {
    pub fn new(bits: usize) -> Self {
        Self(rsa::RsaPrivateKey::new(&mut OsRng, bits).unwrap())
    }

    pub fn private(&self) -> String {
        STANDARD.encode(self.0.to_pkcs8_der().unwrap().as_bytes())
    }

    pub fn public(&self) -> String {
        STANDARD.encode(
            self.0
                .to_public_key()
                .to_public_key_der()
                .unwrap()
                .as_bytes(),
        )
    }

    /// As FinCard encrypts for this key's owner.
    pub fn encrypt(&self, text: &str) -> String {
        let key = self.0.to_public_key();
        let cipher = key.encrypt(&mut OsRng, rsa::Pkcs1v15Encrypt, text.as_bytes());
        STANDARD.encode(cipher.unwrap())
    }

    pub fn sign(&self, body: &[u8]) -> String {
        let key = SigningKey::<Sha256>::new(self.0.clone());
        STANDARD.encode(key.sign_with_rng(&mut OsRng, body).to_vec())
    }
}

pub fn context() -> CallContext {
    CallContext {
        tenant: "acme".parse().unwrap(),
        request_id: "req_test".to_owned(),
        deadline: Instant::now() + Duration::from_secs(10),
        enrolment_ref: None,
    }
}
