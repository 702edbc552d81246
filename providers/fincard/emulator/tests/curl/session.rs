//! One dialect's caller: fills a body in, calls, compares, remembers.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use cardmux_emulator_fincard::Dialect;
use serde_json::{Map, Value, json};

use crate::paths::{self, COVERED, FINHUB, UPSTREAM};
use crate::shape::{Comparison, Kind};
use crate::shell::{Payload, Reply, Shell};

/// An order or audit takes 20 ms here.
const PATIENCE: Duration = Duration::from_secs(10);

pub struct Session {
    pub dialect: Dialect,
    pub shell: Shell,
    pub comparison: Comparison,
    settings: Value,
    /// What stands for `{{name}}` in the bodies.
    known: BTreeMap<String, Value>,
    /// Paths answered, by their name in this dialect.
    answered: BTreeSet<&'static str>,
    calls: usize,
    references: usize,
}

impl Session {
    pub fn new(dialect: Dialect, settings: &Value, modulus: usize) -> Self {
        let key = |name: &str| settings[name].as_str().unwrap();
        Self {
            dialect,
            shell: Shell::new(key("private_key"), key("platform_public_key")),
            comparison: Comparison {
                modulus,
                differences: vec![],
            },
            settings: settings.clone(),
            known: BTreeMap::new(),
            answered: BTreeSet::new(),
            calls: 0,
            references: 0,
        }
    }

    pub fn setting(&self, name: &str) -> String {
        self.settings[name].as_str().unwrap().to_owned()
    }

    pub fn keep(&mut self, name: &str, value: &Value) {
        self.known.insert(name.to_owned(), value.clone());
    }

    pub fn known(&self, name: &str) -> Value {
        self.known.get(name).cloned().unwrap_or_default()
    }

    /// A call by its FinHub path with a body of `bodies/`: its `data`, compared.
    pub fn call(&mut self, path: &str, body: &str) -> Value {
        self.call_as(path, body, paths::find(path).answer)
    }

    /// The same where the answer is of another shape than usual.
    pub fn call_as(&mut self, path: &str, body: &str, answer: &Kind) -> Value {
        let name = paths::find(path).of(self.dialect);
        self.call_named(name, body, answer)
    }

    /// A call by its path in this dialect.
    pub fn call_named(&mut self, name: &'static str, body: &str, answer: &Kind) -> Value {
        let body = self.body(body);
        let reply = self.post(name, &body);
        self.accepted(name, &reply, answer)
    }

    /// A multipart upload (4.5); upstream signs `{}` instead of the parts.
    pub fn upload(&mut self, file: &Path, answer: &Kind) -> Value {
        let name = "/common/file/upload";
        let parts = [
            "category=card".to_owned(),
            format!("file=@{}", file.to_str().unwrap()),
        ];
        let url = self.url(name);
        // The type with its boundary is curl's.
        let headers = self.headers(b"{}");
        let headers: Vec<_> = headers
            .into_iter()
            .filter(|header| !header.starts_with("Content-Type"))
            .collect();
        let reply = self
            .shell
            .curl("POST", &url, &headers, &Payload::Form(&parts));
        self.check_signature(name, &reply);
        self.accepted(name, &reply, answer)
    }

    /// Asks until the first record is so; the last answer is compared.
    pub fn wait(&mut self, path: &str, body: &str, answer: &Kind, is_so: impl Fn(&Value) -> bool) {
        let name = paths::find(path).of(self.dialect);
        let deadline = Instant::now() + PATIENCE;
        let filled = self.body(body);
        loop {
            let reply = self.post(name, &filled);
            let data = &reply.body["data"];
            let is_over = Instant::now() > deadline || reply.body["success"] != json!(true);
            if is_so(&data["records"][0]) {
                self.accepted(name, &reply, answer);
                return;
            }
            if is_over {
                let last = &reply.body;
                return self.differ(name, &format!("never came to it: {last}"));
            }
        }
    }

    /// A body of `bodies/` with its places filled in; `{{reference}}` is a fresh order number, which is
    /// `{{lastReference}}` from then on.
    pub fn body(&mut self, name: &str) -> Vec<u8> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/curl/bodies");
        let text = fs::read(folder.join(format!("{name}.json"))).unwrap();
        let Value::Object(template) = serde_json::from_slice(&text).unwrap() else {
            panic!("{name}.json is no object");
        };
        if template
            .values()
            .any(|value| value == &json!("{{reference}}"))
        {
            self.references += 1;
            let reference = json!(format!("CURLREF{:017}", self.references));
            self.keep("reference", &reference);
            self.keep("lastReference", &reference);
        }
        let filled = template.into_iter().map(|(name, value)| {
            let value = self.filled(value);
            (name, value)
        });
        serde_json::to_vec(&filled.collect::<Map<_, _>>()).unwrap()
    }

    fn filled(&self, value: Value) -> Value {
        let name = value
            .as_str()
            .and_then(|text| text.strip_prefix("{{")?.strip_suffix("}}"));
        match name {
            Some(name) => self.known(name),
            None => value,
        }
    }

    /// With all headers of the dialect; a signed answer is verified.
    pub fn post(&mut self, name: &str, body: &[u8]) -> Reply {
        let headers = self.headers(body);
        let reply = self.post_with(name, body, &headers);
        self.check_signature(name, &reply);
        reply
    }

    pub fn post_with(&self, name: &str, body: &[u8], headers: &[String]) -> Reply {
        let url = self.url(name);
        self.shell.curl("POST", &url, headers, &Payload::Json(body))
    }

    /// A path below the host's root.
    pub fn post_root(&self, path: &str, body: &[u8], headers: &[String]) -> Reply {
        let url = format!("{}{path}", self.setting("base_url"));
        self.shell.curl("POST", &url, headers, &Payload::Json(body))
    }

    /// What the network, the issuer or the auditors do (the emulator's README).
    pub fn control(&self, method: &str, path: &str, body: &Value) -> Value {
        let url = format!("{}/_emulator{path}", self.setting("base_url"));
        let headers = ["Content-Type: application/json".to_owned()];
        let body = body.to_string();
        let payload = Payload::Json(body.as_bytes());
        let reply = self.shell.curl(method, &url, &headers, &payload);
        assert!(reply.status < 300, "{path}: {}", reply.body);
        reply.body
    }

    fn url(&self, name: &str) -> String {
        let prefix = match self.dialect {
            Dialect::Finhub => FINHUB,
            Dialect::Upstream => UPSTREAM,
        };
        format!("{}{prefix}{name}", self.setting("base_url"))
    }

    /// Documented: 1.1 and 1.2.
    pub fn headers(&self, body: &[u8]) -> Vec<String> {
        match self.dialect {
            Dialect::Finhub => {
                let token = self.known("token");
                let mut headers = self.context_headers();
                let token = token.as_str().unwrap_or_default();
                headers.push(format!("Authorization: Bearer {token}"));
                headers
            }
            Dialect::Upstream => vec![
                "Content-Type: application/json".to_owned(),
                format!("X-WSB-API-KEY: {}", self.setting("api_key")),
                format!("X-WSB-SIGNATURE: {}", self.shell.sign(body)),
            ],
        }
    }

    /// What FinHub wants of every call, login included.
    pub fn context_headers(&self) -> Vec<String> {
        vec![
            "Content-Type: application/json".to_owned(),
            format!("X-Tenant-ID: {}", self.setting("tenant_id")),
            "X-Forwarded-For: 192.0.2.1".to_owned(),
            "X-Forwarded-From: curl-test".to_owned(),
            "platform: web".to_owned(),
            "deviceId: device-1".to_owned(),
        ]
    }

    /// Every upstream answer is signed over its exact bytes (1.2).
    fn check_signature(&mut self, name: &str, reply: &Reply) {
        let is_signed = reply
            .signature
            .as_deref()
            .is_some_and(|signature| self.shell.platform_signed(signature));
        if self.dialect == Dialect::Upstream && !is_signed {
            self.differ(name, "the answer is not signed by the platform");
        }
    }

    /// The envelope of a success (1.3) and its `data`.
    fn accepted(&mut self, name: &'static str, reply: &Reply, answer: &Kind) -> Value {
        self.answered.insert(name);
        self.compared(name, |session| {
            session.check_envelope(name, reply, (200, true, 200));
            let (at, data) = (format!("{name} data"), &reply.body["data"]);
            session.comparison.compare(&at, data, answer);
        });
        reply.body["data"].clone()
    }

    /// A refusal's envelope; HTTP status and code; a part of its message.
    pub fn refused(&mut self, name: &str, reply: &Reply, expected: (u16, i64), says: &str) {
        self.compared(&format!("{name} refuses: {says}"), |session| {
            session.check_envelope(name, reply, (expected.0, false, expected.1));
            let message = reply.body["msg"].as_str().unwrap_or_default();
            if !message.to_lowercase().contains(&says.to_lowercase()) {
                session.differ(name, &format!("msg should say `{says}`, not `{message}`"));
            }
            if !reply.body["data"].is_null() {
                session.differ(name, "a refusal has no data");
            }
        });
    }

    /// Counts and prints one call.
    pub fn compared(&mut self, what: &str, compare: impl FnOnce(&mut Self)) {
        let before = self.comparison.differences.len();
        compare(self);
        let verdict = if self.comparison.differences.len() == before {
            "ok"
        } else {
            "DIFFERS"
        };
        self.calls += 1;
        println!("{verdict} {} {what}", self.dialect_word());
    }

    fn check_envelope(&mut self, name: &str, reply: &Reply, expected: (u16, bool, i64)) {
        let body = &reply.body;
        let found = (
            reply.status,
            body["success"].as_bool(),
            body["code"].as_i64(),
        );
        if found != (expected.0, Some(expected.1), Some(expected.2)) {
            self.differ(name, &format!("HTTP {}: {body}", reply.status));
        }
        let mut names: Vec<_> = body.as_object().into_iter().flat_map(Map::keys).collect();
        names.sort();
        if names != ["code", "data", "msg", "success"] {
            self.differ(name, &format!("no envelope: {names:?}"));
        }
        if !(body["msg"].is_string() || body["msg"].is_null()) {
            self.differ(name, "msg should be a text or null");
        }
    }

    pub fn differ(&mut self, name: &str, what: &str) {
        let what = format!("{name}: {what}");
        self.comparison.differ(what);
    }

    pub fn dialect_word(&self) -> &'static str {
        match self.dialect {
            Dialect::Finhub => "finhub",
            Dialect::Upstream => "upstream",
        }
    }

    /// Says how much was compared; fails with everything that differs or was left out.
    pub fn end(mut self) {
        for path in COVERED {
            let name = path.of(self.dialect);
            if !self.answered.contains(name) {
                self.differ(name, "was never called");
            }
        }
        let (word, calls, paths) = (self.dialect_word(), self.calls, self.answered.len());
        let mut differences = self.comparison.differences;
        // One item of a list is like another.
        let mut seen = BTreeSet::new();
        differences.retain(|difference| seen.insert(difference.clone()));
        println!(
            "{word}: {calls} calls to {paths} paths, {} differences",
            differences.len()
        );
        assert!(differences.is_empty(), "\n{}\n", differences.join("\n"));
    }
}
