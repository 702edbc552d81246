//! A minimal client of both dialects, and a webhook endpoint.

use std::collections::VecDeque;
use std::future::Future;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use cardmux_emulator_fincard::{Dialect, FincardOptions, start};
use cardmux_emulator_kit::{Options, Running, clock};
use rsa::pkcs1v15::{Signature, SigningKey, VerifyingKey};
use rsa::pkcs8::{DecodePrivateKey, DecodePublicKey};
use rsa::rand_core::OsRng;
use rsa::sha2::Sha256;
use rsa::signature::{RandomizedSigner, SignatureEncoding, Verifier};
use rsa::traits::PublicKeyParts;
use rsa::{Pkcs1v15Encrypt, RsaPrivateKey};
use serde_json::{Value, json};

pub const FINHUB: &str = "/api/v2.1/fincard/virtual";
pub const UPSTREAM: &str = "/merchant/core/mcb";

pub struct Bench {
    pub emulator: Running,
    pub http: reqwest::Client,
    pub token: String,
    /// What [`Bench::call`] and those built on it speak.
    pub dialect: Dialect,
}

pub const BOTH: [Dialect; 2] = [Dialect::Finhub, Dialect::Upstream];

/// Fast orders, repeatable keys.
pub fn quick() -> FincardOptions {
    FincardOptions {
        order_delay_ms: 20,
        ..FincardOptions::default()
    }
}

pub fn seeded() -> Options {
    Options {
        seed: 42,
        ..Options::default()
    }
}

pub fn in_file(path: &Path) -> Options {
    Options {
        state_file: Some(path.to_owned()),
        ..seeded()
    }
}

pub fn upstream() -> FincardOptions {
    FincardOptions {
        dialect: Dialect::Upstream,
        ..quick()
    }
}

impl Bench {
    pub async fn new() -> Self {
        Self::with(seeded(), quick()).await
    }

    /// A bench whose calls and webhooks are of this dialect.
    pub async fn speaking(dialect: Dialect) -> Self {
        Self::hooked(dialect, None).await
    }

    pub async fn hooked(dialect: Dialect, webhook_url: Option<String>) -> Self {
        let options = Options {
            webhook_url,
            ..seeded()
        };
        let fincard = FincardOptions { dialect, ..quick() };
        let bench = Self::with(options, fincard).await;
        Self { dialect, ..bench }
    }

    /// Starts the emulator and logs in.
    pub async fn with(options: Options, fincard: FincardOptions) -> Self {
        let emulator = start(options, fincard).await.unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut bench = Self {
            emulator,
            http,
            token: String::new(),
            dialect: Dialect::Finhub,
        };
        bench.token = bench.login().await;
        bench
    }

    pub async fn login(&self) -> String {
        let body = json!({
            "email": self.setting("email"),
            "password": self.setting("password"),
            "tenantId": self.setting("tenant_id"),
        });
        let (status, answer) = self.send(self.finhub("/api/auth/login").json(&body)).await;
        assert_eq!(
            (status, answer["expiresIn"].clone()),
            (200, json!(3600)),
            "{answer}"
        );
        answer["accessToken"].as_str().unwrap().to_owned()
    }

    pub fn setting(&self, name: &str) -> String {
        self.emulator.client_settings()[name]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// A FinHub request with all context headers.
    pub fn finhub(&self, path: &str) -> reqwest::RequestBuilder {
        self.http
            .post(format!("{}{path}", self.emulator.url()))
            .header("X-Tenant-ID", self.setting("tenant_id"))
            .header("X-Forwarded-For", "192.0.2.1")
            .header("X-Forwarded-From", "test")
            .header("platform", "web")
            .header("deviceId", "device")
            .bearer_auth(&self.token)
    }

    /// An upstream request, signed over exactly its body.
    pub fn upstream(&self, path: &str, body: &Value) -> reqwest::RequestBuilder {
        let body = body.to_string();
        let der = STANDARD.decode(self.setting("private_key")).unwrap();
        let key = SigningKey::<Sha256>::new(RsaPrivateKey::from_pkcs8_der(&der).unwrap());
        let signature = key.sign_with_rng(&mut OsRng, body.as_bytes()).to_bytes();
        self.http
            .post(format!("{}{UPSTREAM}{path}", self.emulator.url()))
            .header("Content-Type", "application/json")
            .header("X-WSB-API-KEY", self.setting("api_key"))
            .header("X-WSB-SIGNATURE", STANDARD.encode(signature))
            .body(body)
    }

    pub fn platform_signed(&self, body: &[u8], signature: &str) -> bool {
        let der = STANDARD
            .decode(self.setting("platform_public_key"))
            .unwrap();
        let key = rsa::RsaPublicKey::from_public_key_der(&der).unwrap();
        let signature = STANDARD.decode(signature).unwrap();
        let signature = Signature::try_from(signature.as_slice()).unwrap();
        VerifyingKey::<Sha256>::new(key)
            .verify(body, &signature)
            .is_ok()
    }

    pub async fn send(&self, request: reqwest::RequestBuilder) -> (u16, Value) {
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// A call by its FinHub path, in the bench's dialect.
    pub async fn call(&self, path: &str, body: Value) -> Value {
        let request = match self.dialect {
            Dialect::Finhub => self.finhub(&format!("{FINHUB}{path}")).json(&body),
            Dialect::Upstream => self.upstream(upstream_path(path), &body),
        };
        self.send(request).await.1
    }

    /// A call's `data`.
    pub async fn data(&self, path: &str, body: Value) -> Value {
        let answer = self.call(path, body).await;
        assert_eq!(answer["success"], json!(true), "{path}: {answer}");
        answer["data"].clone()
    }

    /// The first record of a query.
    pub async fn record(&self, path: &str, body: Value) -> Value {
        self.data(path, body).await["records"][0].clone()
    }

    /// A call's refusal message.
    pub async fn refusal(&self, path: &str, body: Value) -> String {
        let answer = self.call(path, body).await;
        let code = match self.dialect {
            Dialect::Finhub => -1,
            Dialect::Upstream => 40002,
        };
        assert_eq!(
            (&answer["success"], &answer["code"]),
            (&json!(false), &json!(code)),
            "{path}: {answer}"
        );
        answer["msg"].as_str().unwrap().to_owned()
    }

    /// What only the merchant can read.
    pub fn decrypt(&self, values: &Value) -> String {
        let der = STANDARD.decode(self.setting("private_key")).unwrap();
        let key = RsaPrivateKey::from_pkcs8_der(&der).unwrap();
        let sealed = STANDARD.decode(values.as_str().unwrap()).unwrap();
        let blocks = sealed.chunks(key.size());
        let clear = blocks.flat_map(|block| {
            key.decrypt_blinded(&mut OsRng, Pkcs1v15Encrypt, block)
                .unwrap()
        });
        String::from_utf8(clear.collect()).unwrap()
    }

    /// A control route that answers with a `tradeNo`.
    pub async fn make(&self, path: &str, body: Value) -> String {
        let (status, answer) = self.post(path, body).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer["tradeNo"].as_str().unwrap().to_owned()
    }

    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}/_emulator{path}", self.emulator.url());
        let answer = self.http.post(url).json(&body).send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or_default())
    }

    pub async fn control(&self, method: reqwest::Method, path: &str, body: Option<Value>) {
        let url = format!("{}/_emulator{path}", self.emulator.url());
        let mut request = self.http.request(method, url);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 204, "{}", answer.text().await.unwrap());
    }

    pub async fn put(&self, path: &str, body: Value) {
        self.control(reqwest::Method::PUT, path, Some(body)).await;
    }

    pub async fn look(&self, path: &str) -> Value {
        let url = format!("{}/_emulator{path}", self.emulator.url());
        self.http
            .get(url)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    /// The order as the operation query shows it.
    pub async fn operation(&self, reference: &str) -> Value {
        let query = json!({"pageNum": 1, "pageSize": 50, "merchantOrderNo": reference});
        self.data("/card/v2/transaction", query).await["records"][0].clone()
    }

    pub async fn final_order(&self, reference: &str) -> Value {
        eventually(async || {
            let order = self.operation(reference).await;
            matches!(order["status"].as_str(), Some("success" | "fail")).then_some(order)
        })
        .await
    }

    /// Opens a card of the first BIN and waits until it is usable.
    pub async fn open(&self, amount: &str) -> String {
        self.open_with(json!({"cardTypeId": 111001, "amount": amount}))
            .await
    }

    /// Opens a card; only the order number is added to the body.
    pub async fn open_with(&self, mut body: Value) -> String {
        let reference = reference();
        body["merchantOrderNo"] = json!(reference);
        self.data("/card/v2/openCard", body).await;
        let order = self.final_order(&reference).await;
        assert_eq!(order["status"], "success");
        order["cardNo"].as_str().unwrap().to_owned()
    }

    /// Runs one operation to its end.
    pub async fn operate(&self, path: &str, card_no: &str, amount: Option<&str>) -> Value {
        let reference = reference();
        let body = json!({"merchantOrderNo": reference, "cardNo": card_no, "amount": amount});
        self.data(path, body).await;
        self.final_order(&reference).await
    }

    /// Card info with its balance.
    pub async fn info(&self, card_no: &str) -> Value {
        let body = json!({"cardNo": card_no, "onlySimpleInfo": false});
        self.data("/card/info", body).await
    }

    pub async fn wallet(&self) -> String {
        self.look("/state").await["accounts"][0]["balance"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

/// The dossier's path map, where the dialects differ.
fn upstream_path(finhub: &str) -> &str {
    match finhub {
        "/card/holder/list" => "/card/holder/query",
        "/card/v2/openCard" => "/card/v2/createCard",
        "/card/info/sensitive" => "/card/sensitive",
        "/card/balance" => "/card/balanceInfo",
        "/card/v2/updateNote" => "/card/note",
        "/card/v2/update" => "/card/updateAttribute",
        "/card/activate" => "/card/physicalCard/activeCard",
        "/card/updatePin" => "/card/physicalCard/updatePin",
        "/card/purchase/transaction" => "/card/purchaseTransaction",
        "/card/authorize/transaction" => "/card/authTransaction",
        "/card/auth/fee/transaction" => "/card/authFeeTransaction",
        "/card/3ds/transaction" => "/card/third3dsTransaction",
        same => same,
    }
}

/// A fresh `merchantOrderNo`.
pub fn reference() -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("REF{:021}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Asks again until there is an answer, for ten seconds at most.
pub async fn eventually<T, F: Future<Output = Option<T>>>(mut ask: impl FnMut() -> F) -> T {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "nothing within ten seconds");
        clock::pause(Duration::from_millis(5)).await;
    }
}

#[derive(Clone, Default)]
pub struct Endpoint {
    pub received: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
    answers: Arc<Mutex<VecDeque<Value>>>,
}

impl Endpoint {
    /// Answers with these in turn, then with a full acknowledgement.
    pub async fn listen(answers: impl IntoIterator<Item = Value>) -> (Self, String) {
        let endpoint = Self::default();
        endpoint.answers.lock().unwrap().extend(answers);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let router = Router::new().fallback(receive).with_state(endpoint.clone());
        let tasks = tokio_util::task::TaskTracker::new();
        tasks.spawn(async move { axum::serve(listener, router).await });
        (endpoint, url)
    }

    pub async fn wait_for(&self, count: usize) -> Vec<(HeaderMap, Bytes)> {
        eventually(async || {
            let received = self.received.lock().unwrap().clone();
            (received.len() >= count).then_some(received)
        })
        .await
    }
}

async fn receive(State(endpoint): State<Endpoint>, headers: HeaderMap, body: Bytes) -> String {
    endpoint.received.lock().unwrap().push((headers, body));
    let full = json!({"success": true, "code": 200, "msg": null, "data": null});
    endpoint
        .answers
        .lock()
        .unwrap()
        .pop_front()
        .unwrap_or(full)
        .to_string()
}
