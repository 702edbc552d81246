//! A minimal client.

use std::future::Future;
use std::path::Path;
use std::time::{Duration, Instant};

use cardmux_emulator_bfinance::{BfinanceOptions, start};
use cardmux_emulator_kit::{Options, Running, clock};
use reqwest::Method;
use serde_json::{Value, json};

pub const VIRTUAL: &str = "6a20f0c2d4b8e71f000000a1";
pub const WITH_CUSTOMER: &str = "6a20f0c2d4b8e71f000000a2";
pub const BUDGET_EUR: &str = "6a20f0c2d4b8e71f000000a3";
pub const PHYSICAL: &str = "6a20f0c2d4b8e71f000000a5";
pub const INACTIVE: &str = "6a20f0c2d4b8e71f000000a6";
pub const EUR_POOL: &str = "6a20f0c2d4b8e71f000000b1";
pub const USD_POOL: &str = "6a20f0c2d4b8e71f000000b2";

pub struct Bench {
    pub emulator: Running,
    pub http: reqwest::Client,
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

impl Bench {
    pub async fn new() -> Self {
        Self::with(seeded()).await
    }

    pub async fn with(options: Options) -> Self {
        // Longer than a busy machine takes for an answer.
        Self::waiting(options, 20_000).await
    }

    /// With so many milliseconds for a decision on a purchase.
    pub async fn waiting(options: Options, answer_ms: u64) -> Self {
        let own = BfinanceOptions {
            settle_ms: 10,
            answer_ms,
            ..BfinanceOptions::default()
        };
        let emulator = start(options, own).await.unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { emulator, http }
    }

    /// A bench with these quirks switched over the control route.
    pub async fn quirky(quirks: Value) -> Self {
        let bench = Self::new().await;
        bench.put("/quirks", quirks).await;
        bench
    }

    pub fn setting(&self, name: &str) -> String {
        self.emulator.client_settings()[name]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}{path}", self.setting("base_url"));
        self.http
            .request(method, url)
            .bearer_auth(self.setting("token"))
    }

    pub async fn send(&self, request: reqwest::RequestBuilder) -> (u16, Value) {
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    pub async fn call(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        self.send(self.request(method, path).json(&body)).await
    }

    /// The `data` of a successful read.
    pub async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.send(self.request(Method::GET, path)).await;
        assert_eq!(
            (status, &answer["status"]),
            (200, &json!("success")),
            "{path}: {answer}"
        );
        answer["data"].clone()
    }

    /// A successful change, whole.
    pub async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(Method::POST, path, body).await;
        assert_eq!(
            (status, &answer["status"]),
            (200, &json!("success")),
            "{path}: {answer}"
        );
        answer
    }

    /// The status of a refusal, whose envelope is checked.
    pub async fn refused(&self, method: Method, path: &str, body: Value) -> u16 {
        let (status, answer) = self.call(method, path, body).await;
        assert_eq!(answer["status"], "error", "{path}: {answer}");
        assert!(answer["message"].is_string() && answer["errorId"].is_string());
        status
    }

    pub async fn refused_post(&self, path: &str, body: Value) -> u16 {
        self.refused(Method::POST, path, body).await
    }

    pub async fn refused_get(&self, path: &str) -> u16 {
        self.refused(Method::GET, path, json!({})).await
    }

    pub async fn delete(&self, path: &str) -> (u16, Value) {
        self.call(Method::DELETE, path, json!({})).await
    }

    pub async fn control(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}/_emulator{path}", self.emulator.url());
        let request = self.http.request(method, url).json(&body);
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or_default())
    }

    pub async fn put(&self, path: &str, body: Value) {
        let (status, answer) = self.control(Method::PUT, path, body).await;
        assert_eq!(status, 204, "{path}: {answer}");
    }

    /// A control route that answers nothing.
    pub async fn make(&self, path: &str) {
        let (status, answer) = self.control(Method::POST, path, json!({})).await;
        assert_eq!(status, 204, "{path}: {answer}");
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

    /// Issues a prepaid card by name; its id.
    pub async fn card(&self, balance: u32) -> String {
        self.card_named(balance, None).await
    }

    pub async fn card_named(&self, balance: u32, external: Option<&str>) -> String {
        let body = name_only(VIRTUAL, balance, external);
        let answer = self.post("/cards/issue", body).await;
        text(&answer["data"]["card"]["id"])
    }

    pub async fn budget_card(&self) -> String {
        let answer = self.post("/budget-cards/issue", budget_body()).await;
        text(&answer["data"]["id"])
    }

    pub async fn balance_of(&self, card: &str) -> Value {
        self.get(&format!("/cards/{card}")).await["balance"]["value"].clone()
    }

    pub async fn status_of(&self, card: &str) -> String {
        text(&self.get(&format!("/cards/{card}")).await["status"])
    }

    pub async fn usd(&self) -> Value {
        self.get("/balance").await["usd"].clone()
    }

    /// A transaction from the outside world.
    pub async fn spend(&self, card: &str, body: Value) -> Value {
        let path = format!("/cards/{card}/transactions");
        let (status, answer) = self.control(Method::POST, &path, body).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    /// Creates a customer and waits until it has this status.
    pub async fn customer(&self, status: &str) -> String {
        let body = json!({"type": "individual", "level": "basic", "firstName": "Ada", "lastName": "Byron"});
        let created = self.post("/customers", body).await;
        let id = text(&created["data"]["id"]);
        self.customer_is(&id, status).await;
        id
    }

    pub async fn customer_is(&self, id: &str, status: &str) -> Value {
        eventually(async || {
            let customer = self.get(&format!("/customers/{id}")).await;
            (customer["status"] == status).then_some(customer)
        })
        .await
    }

    /// A customer who may hold cards of this type.
    pub async fn granted(&self, type_id: &str) -> String {
        let id = self.customer("active").await;
        let body = json!({"accessType": "cards", "cardType": type_id});
        self.post(&format!("/customers/{id}/request"), body).await;
        eventually(async || {
            let customer = self.get(&format!("/customers/{id}")).await;
            (customer["featuresAccess"][0]["status"] == "granted").then_some(())
        })
        .await;
        id
    }
}

pub fn name_only(type_id: &str, balance: u32, external: Option<&str>) -> Value {
    json!({
        "typeId": type_id, "initialBalance": balance, "firstName": "Ada", "lastName": "Byron",
        "label": "Ads", "externalId": external,
    })
}

pub fn budget_body() -> Value {
    json!({
        "typeId": BUDGET_EUR, "budgetId": EUR_POOL, "firstName": "Ada", "lastName": "Byron",
        "externalId": "ext-b",
    })
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
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
