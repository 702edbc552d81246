//! A minimal client.

use std::future::Future;
use std::path::Path;
use std::time::{Duration, Instant};

use cardmux_emulator_finup::{FinupOptions, start};
use cardmux_emulator_kit::{Options, Running, clock};
use reqwest::Method;
use serde_json::{Value, json};

pub const UNIVERSAL: &str = "6a10b1000000000000000001";
pub const PLATINUM: &str = "6a10b1000000000000000002";
pub const EURO: &str = "6a10b1000000000000000003";
pub const INACTIVE: &str = "6a10b1000000000000000004";
pub const INVITED: &str = "6a10a0000000000000000002";
/// An id nothing has.
pub const NOBODY: &str = "6a10ffffffffffffffffffff";

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

/// Options as an instance's settings give them.
pub fn set(own: Value) -> FinupOptions {
    FinupOptions::from_settings(&json!({"emulator": own}))
}

impl Bench {
    pub async fn new() -> Self {
        Self::with(seeded(), FinupOptions::default()).await
    }

    pub async fn set(own: Value) -> Self {
        Self::with(seeded(), set(own)).await
    }

    /// A bench with these quirks, given as a client of the control route would.
    pub async fn odd(quirks: Value) -> Self {
        let bench = Self::new().await;
        bench.control(Method::PUT, "/quirks", quirks).await;
        bench
    }

    pub async fn with(options: Options, finup: FinupOptions) -> Self {
        Self {
            emulator: start(options, finup).await.unwrap(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        }
    }

    pub fn setting(&self, name: &str) -> String {
        self.emulator.client_settings()[name]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub fn account(&self, rest: &str) -> String {
        format!("/accounts/{}{rest}", self.setting("account_id"))
    }

    /// Without any key.
    pub fn bare(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.emulator.url()))
    }

    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.bare(method, path)
            .header("x-api-key", self.setting("api_key"))
    }

    pub fn post(&self, path: &str, body: &Value) -> reqwest::RequestBuilder {
        self.request(Method::POST, path).json(body)
    }

    pub fn patch(&self, path: &str, ids: &[&str]) -> reqwest::RequestBuilder {
        let body = json!({"card_ids": ids});
        self.request(Method::PATCH, path).json(&body)
    }

    pub fn issuing(&self, bin: &str, count: u32) -> reqwest::RequestBuilder {
        let body = json!({"bin_id": bin, "name": "Ads", "notes": "tag-1", "amount": count});
        self.post(&self.account("/cards/issuing"), &body)
    }

    pub fn deposit(&self, card: &str, amount: &Value) -> reqwest::RequestBuilder {
        self.post(&format!("/card/{card}/deposit"), &json!({"amount": amount}))
    }

    pub fn withdraw(&self, card: &str, amount: &Value) -> reqwest::RequestBuilder {
        self.post(
            &format!("/card/{card}/withdraw"),
            &json!({"amount": amount}),
        )
    }

    /// The whole card list with these filters.
    pub async fn list(&self, filters: Value) -> Value {
        let body = json!({"filters": filters, "pagination": {}});
        done(self.post(&self.account("/cards"), &body)).await
    }

    pub async fn listed(&self, filters: Value) -> usize {
        self.list(filters).await.as_array().unwrap().len()
    }

    pub async fn payments(&self, filters: Value) -> Vec<Value> {
        let body = json!({"filters": filters, "pagination": {}});
        let rows = done(self.post(&self.account("/transactions"), &body)).await;
        rows.as_array().unwrap().clone()
    }

    pub async fn card(&self, id: &str) -> Value {
        done(self.request(Method::GET, &format!("/cards/{id}"))).await
    }

    pub async fn wallet(&self) -> Value {
        let path = self.account("/wallets");
        done(self.request(Method::GET, &path)).await
    }

    /// Issues a card and waits until it is usable.
    pub async fn open(&self, bin: &str) -> String {
        let issued = done(self.issuing(bin, 1)).await;
        let id = issued[0]["id"].as_str().unwrap().to_owned();
        self.reaches(&id, "Enabled").await;
        id
    }

    pub async fn funded(&self, bin: &str, amount: Value) -> String {
        let id = self.open(bin).await;
        done(self.deposit(&id, &amount)).await;
        id
    }

    /// Waits until the get call shows the status.
    pub async fn reaches(&self, id: &str, status: &str) {
        eventually(async || (self.card(id).await["status"] == *status).then_some(())).await;
    }

    pub async fn control(&self, method: Method, path: &str, body: Value) {
        let (status, answer) = self.try_control(method, path, body).await;
        // 200 where something was made.
        assert!([200, 204].contains(&status), "{path}: {status} {answer}");
    }

    pub async fn try_control(&self, method: Method, path: &str, body: Value) -> (u16, String) {
        let request = self.bare(method, &format!("/_emulator{path}")).json(&body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    pub async fn look(&self, path: &str) -> Value {
        let request = self.bare(Method::GET, &format!("/_emulator{path}"));
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Arms one fault for the next call on a path with this end.
    pub async fn arm(&self, mut fault: Value, path: &str) {
        fault["path"] = json!(path);
        fault["times"] = json!(1);
        let script = json!({"faults": [fault]});
        self.control(Method::PUT, "/faults", script).await;
    }
}

/// The `result` of a call that succeeds as documented.
pub async fn done(request: reqwest::RequestBuilder) -> Value {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap();
    assert_eq!(status, 201, "{body}");
    body["result"].clone()
}

pub async fn status(request: reqwest::RequestBuilder) -> u16 {
    request.send().await.unwrap().status().as_u16()
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
