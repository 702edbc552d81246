//! A minimal client that signs by itself.

use std::future::Future;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use aws_lc_rs::hmac;
use cardmux_emulator_finci::{FinciOptions, start};
use cardmux_emulator_kit::{Options, Running, clock};
use reqwest::Method;
use serde_json::{Value, json};

use crate::endpoint::Endpoint;

pub const PERSON_VIRTUAL: i64 = 41;
pub const CORPORATE_VIRTUAL: i64 = 42;
pub const CORPORATE_PHYSICAL: i64 = 43;

/// Longer than a busy machine takes for an answer; silence has a shorter one.
const PATIENCE_MS: u64 = 20_000;
pub const IMPATIENCE_MS: u64 = 200;

pub struct Bench {
    pub emulator: Running,
    http: reqwest::Client,
}

pub fn seeded() -> Options {
    Options {
        seed: 42,
        ..Options::default()
    }
}

/// What a request is signed with; each test spoils one of them.
pub struct Signing {
    pub token: String,
    pub secret: String,
    pub timestamp: String,
    pub template: [&'static str; 4],
    pub upper: bool,
}

#[expect(clippy::disallowed_methods, reason = "a client has a wall clock")]
pub fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

impl Bench {
    pub async fn new() -> Self {
        Self::with(seeded(), PATIENCE_MS).await
    }

    pub async fn with(options: Options, answer_ms: u64) -> Self {
        let own = FinciOptions {
            answer_ms,
            ..FinciOptions::default()
        };
        let emulator = start(options, own).await.unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { emulator, http }
    }

    /// With an endpoint that approves.
    pub async fn asking() -> (Self, Endpoint) {
        let endpoint = Endpoint::new().await;
        let options = Options {
            webhook_url: Some(endpoint.url.clone()),
            ..seeded()
        };
        (Self::with(options, PATIENCE_MS).await, endpoint)
    }

    pub async fn quirky(quirks: Value) -> Self {
        let bench = Self::new().await;
        bench.quirks(quirks).await;
        bench
    }

    pub async fn quirks(&self, quirks: Value) {
        let (status, answer) = self.control(Method::PUT, "/quirks", quirks).await;
        assert_eq!(status, 204, "{answer}");
    }

    pub fn setting(&self, name: &str) -> String {
        text(&self.emulator.client_settings()[name])
    }

    pub fn signing(&self) -> Signing {
        Signing {
            token: self.setting("token"),
            secret: self.setting("secret"),
            timestamp: now().to_string(),
            template: ["timestamp", "method", "path", "body"],
            upper: false,
        }
    }

    /// Signs as told and sends; status and body.
    pub async fn signed(
        &self,
        signing: &Signing,
        method: Method,
        path: &str,
        body: &str,
    ) -> (u16, Value) {
        let message = signing.template.map(|part| match part {
            "timestamp" => signing.timestamp.as_str(),
            "method" => method.as_str(),
            "path" => path,
            "body" => body,
            other => other,
        });
        let key = hmac::Key::new(hmac::HMAC_SHA256, signing.secret.as_bytes());
        let tag = hmac::sign(&key, message.concat().as_bytes());
        let signature = if signing.upper {
            hex::encode_upper(tag)
        } else {
            hex::encode(tag)
        };
        let url = format!("{}{path}", self.setting("base_url"));
        let request = self.http.request(method, url).body(body.to_owned());
        let request = request
            .header("Content-Type", "application/json")
            .header("X-Auth-Token", &signing.token)
            .header("X-Auth-Timestamp", &signing.timestamp)
            .header("X-Auth-Signature", signature);
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, json_of(answer).await)
    }

    pub async fn call(&self, method: Method, path: &str, body: &Value) -> (u16, Value) {
        let path = format!("/v1{path}");
        self.signed(&self.signing(), method, &path, &body.to_string())
            .await
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(Method::POST, path, &body).await;
        assert_eq!(
            (status, &answer["status"]),
            (200, &json!("success")),
            "{path}: {answer}"
        );
        answer
    }

    /// The HTTP status and the one code of a refusal.
    pub async fn refused(&self, method: Method, path: &str, body: &Value) -> (u16, String) {
        let (status, answer) = self.call(method, path, body).await;
        assert_eq!(answer["status"], "error", "{path}: {answer}");
        assert_eq!(answer["errors"].as_array().unwrap().len(), 1);
        (status, text(&answer["errors"][0]))
    }

    /// The code of a refusal in a 200.
    pub async fn code(&self, path: &str, body: &Value) -> String {
        let (status, code) = self.refused(Method::POST, path, body).await;
        assert_eq!(status, 200, "{path}: {code}");
        code
    }

    pub async fn patch(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(Method::PATCH, path, &body).await;
        assert_eq!(
            (status, &answer["status"]),
            (200, &json!("success")),
            "{path}: {answer}"
        );
        answer
    }

    pub async fn control(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}/_emulator{path}", self.emulator.url());
        let answer = self.http.request(method, url).json(&body).send();
        let answer = answer.await.unwrap();
        (answer.status().as_u16(), json_of(answer).await)
    }

    /// A control call that succeeds.
    pub async fn make(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.control(Method::POST, path, body).await;
        assert!([200, 204].contains(&status), "{path}: {status} {answer}");
        answer
    }

    pub async fn look(&self, path: &str) -> Value {
        self.control(Method::GET, path, json!({})).await.1
    }

    pub async fn person(&self, external: &str) -> String {
        let answer = self.post("/create-client", client_body(external)).await;
        text(&answer["person_id"])
    }

    pub async fn corporate(&self, external: &str) -> String {
        let answer = self
            .post("/create-corporate", corporate_body(external))
            .await;
        text(&answer["corporate_id"])
    }

    pub async fn employee(&self, external: &str, corporate: &str) -> String {
        let body = employee_body(external, corporate);
        text(&self.post("/create-employee", body).await["employee_id"])
    }

    pub async fn account(&self, field: &str, owner: &str) -> String {
        let body = json!({field: owner, "currency": "EUR"});
        text(&self.post("/create-account", body).await["account_id"])
    }

    /// A person with an account.
    pub async fn owner(&self) -> String {
        let person = self.person("p-1").await;
        self.account("person_id", &person).await;
        person
    }

    /// A corporate with an account, and its employee.
    pub async fn company(&self) -> (String, String) {
        let corporate = self.corporate("c-1").await;
        self.account("corporate_id", &corporate).await;
        let employee = self.employee("e-1", &corporate).await;
        (corporate, employee)
    }

    pub async fn card_of(&self, person: &str) -> String {
        let answer = self.post("/create-card", card_body(person)).await;
        text(&answer["token_id"])
    }

    /// A person's active card, from nothing.
    pub async fn card(&self) -> String {
        let person = self.owner().await;
        self.card_of(&person).await
    }

    /// A purchase with this card; what the control route tells.
    pub async fn buy(&self, card: &str, body: Value) -> Value {
        self.make(&format!("/cards/{card}/authorizations"), body)
            .await
    }

    pub async fn state_of(&self, authorization: &str) -> String {
        let all = self.look("/authorizations").await["authorizations"].clone();
        let found = all.as_array().unwrap().iter();
        let mut found = found.filter(|one| one["id"] == authorization);
        text(&found.next().unwrap()["state"])
    }

    pub async fn card_state(&self, card: &str) -> Value {
        let state = self.look("/state").await;
        let cards = state["cards"].as_array().unwrap().iter();
        let mut found = cards.filter(|one| one["token_id"] == card);
        found.next().unwrap().clone()
    }
}

async fn json_of(answer: reqwest::Response) -> Value {
    let bytes = answer.bytes().await.unwrap();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

fn address() -> Value {
    json!({"country": "LT", "city": "Vilnius", "street": "Sample g. 1", "postal_code": "01100"})
}

pub fn client_body(external: &str) -> Value {
    json!({
        "external_id": external, "first_name": "Ana", "last_name": "Example",
        "birth_date": "1990-02-28", "nationality": "LT", "email": "ana@example.test",
        "phone": "+37060000000", "address": address(),
    })
}

pub fn corporate_body(external: &str) -> Value {
    json!({
        "external_id": external, "name": "Example UAB", "registration_number": "300000000",
        "country": "LT", "email": "office@example.test", "phone": "+37060000001",
        "address": address(),
    })
}

pub fn employee_body(external: &str, corporate: &str) -> Value {
    json!({
        "external_id": external, "corporate_id": corporate, "first_name": "Jonas",
        "last_name": "Example", "birth_date": "1985-12-01", "nationality": "LT",
        "email": "jonas@example.test", "phone": "+37060000002",
    })
}

pub fn card_body(person: &str) -> Value {
    json!({
        "person_id": person, "product_id": PERSON_VIRTUAL, "embossing_name": "Ana Example",
        "expiration_date": "2099-11", "token_status": "active", "token_stage": "digital",
        "delivery_address": address(), "express_delivery": false,
    })
}

pub fn company_card_body(employee: &str, product: i64) -> Value {
    let mut body = card_body("");
    body["person_id"] = Value::Null;
    body["employee_id"] = json!(employee);
    body["product_id"] = json!(product);
    body
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Asks again until there is an answer, for twenty seconds at most.
pub async fn eventually<T, F: Future<Output = Option<T>>>(mut ask: impl FnMut() -> F) -> T {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "nothing within twenty seconds");
        clock::pause(Duration::from_millis(5)).await;
    }
}
