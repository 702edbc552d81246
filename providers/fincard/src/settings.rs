//! The settings of an instance; the README explains each.

use std::sync::Arc;
use std::time::Duration;

use cardmux_domain::secret::{ExposeSecret, SecretString};
use cardmux_provider_kit::settings::{SettingsProblem, Table};
use cardmux_provider_kit::signature::RsaPublicKey;
use cardmux_provider_kit::transport::Url;

use crate::decryption::Unveil;
use crate::signing::PrivateKey;
use crate::wire::path::Dialect;
use crate::wire::request::Spelling;

/// How long after a call an order the query does not list counts as not received. Nothing is
/// documented (the dossier's section 7.9 only says that an empty result soon after a timeout proves
/// nothing): our choice.
const SETTLE_SECONDS: u64 = 120;

/// Our choice; shorter than any sensible time for a whole attempt.
const CONNECT_TIMEOUT_MS: u64 = 3_000;

const FINHUB_KEYS: [&str; 11] = [
    "tenant_id",
    "email",
    "password",
    "login",
    "login_path",
    "organization_id",
    "user_id",
    "service_name",
    "platform",
    "device_id",
    "forwarded_for",
];
const UPSTREAM_KEYS: [&str; 2] = ["api_key", "verify_answers"];

#[derive(Debug)]
pub struct Settings {
    pub base_url: Url,
    pub path_prefix: String,
    pub access: Access,
    pub platform_key: Option<RsaPublicKey>,
    /// How to read card numbers and codes; `None` where there is no key to read them with.
    pub unveil: Option<Unveil>,
    pub spelling: Spelling,
    /// The other end is our emulator, and may be told what happens in its world.
    pub simulator: bool,
    pub settle_time: Duration,
    pub connect_timeout: Duration,
}

/// How calls are authenticated, which is what the dialects differ in.
#[derive(Debug)]
pub enum Access {
    Finhub(Box<FinhubAccess>),
    Upstream(Box<UpstreamAccess>),
}

#[derive(Debug)]
pub struct FinhubAccess {
    pub tenant_id: String,
    pub email: String,
    pub password: SecretString,
    pub login: Login,
    pub login_path: String,
    /// The context headers FinHub checks for (F-doc).
    pub service_name: String,
    pub platform: String,
    pub device_id: String,
    pub forwarded_for: String,
}

/// How card numbers and codes come. FinHub does not say whose key encrypts them, and its Playground
/// may not encrypt at all (dossier section 11, no. 7).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum SensitiveValues {
    /// F-doc, W-doc.
    #[default]
    Encrypted,
    Plain,
}

/// The two documented ways to log in; which one an installation has is not documented.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Login {
    /// F-doc.
    #[default]
    Email,
    /// F-pm, F-int.
    Session,
}

#[derive(Debug)]
pub struct UpstreamAccess {
    pub api_key: SecretString,
    pub private_key: Arc<PrivateKey>,
    /// The key that answers must be signed with; `None` where verification is switched off.
    pub answer_key: Option<RsaPublicKey>,
}

impl Settings {
    pub fn read(settings: serde_json::Value) -> Result<Self, Vec<SettingsProblem>> {
        let mut table = Table::new(settings);
        let parsed = Self::take(&mut table);
        table.finish(parsed)
    }

    /// Whether the private key in use is smaller than it should be.
    pub fn has_weak_key(&self) -> bool {
        let signing = match &self.access {
            Access::Finhub(_) => None,
            Access::Upstream(access) => Some(&access.private_key),
        };
        let decrypting = match &self.unveil {
            Some(Unveil::Decrypt(key)) => Some(key),
            Some(Unveil::Plain) | None => None,
        };
        signing.or(decrypting).is_some_and(|key| key.is_weak())
    }

    fn take(table: &mut Table) -> Option<Self> {
        let base_url = base_url(table);
        let dialects = [("finhub", Dialect::Finhub), ("upstream", Dialect::Upstream)];
        let dialect = table.choice("dialect", &dialects);
        let platform_key = platform_key(table);
        let private_key = private_key(table);
        let sensitive = table.choice(
            "sensitive_values",
            &[
                ("encrypted", SensitiveValues::Encrypted),
                ("plain", SensitiveValues::Plain),
            ],
        );
        let simulator = table.or("simulator", false);
        let spellings = [("cardNo", Spelling::CardNo), ("cardId", Spelling::CardId)];
        let spelling = table.choice("card_key_field", &spellings);
        let settle = table.or("settle_seconds", SETTLE_SECONDS);
        let connect = table.or("connect_timeout_ms", CONNECT_TIMEOUT_MS);
        let prefix = table.optional::<String>("path_prefix");
        // The keys of both dialects are known in either, so that changing it is changing one key.
        table.ignore(&FINHUB_KEYS);
        table.ignore(&UPSTREAM_KEYS);
        let dialect = dialect?;
        let access = match dialect {
            Dialect::Finhub => FinhubAccess::take(table).map(Box::new).map(Access::Finhub),
            Dialect::Upstream => {
                UpstreamAccess::take(table, private_key.clone(), platform_key.as_ref())
                    .map(Box::new)
                    .map(Access::Upstream)
            }
        };
        let unveil = match sensitive? {
            SensitiveValues::Encrypted => private_key.map(Unveil::Decrypt),
            SensitiveValues::Plain => Some(Unveil::Plain),
        };
        Some(Self {
            base_url: base_url?,
            path_prefix: prefix.unwrap_or_else(|| dialect.default_prefix().to_owned()),
            access: access?,
            platform_key,
            unveil,
            spelling: spelling?,
            simulator,
            settle_time: Duration::from_secs(settle),
            connect_timeout: Duration::from_millis(connect),
        })
    }
}

/// Mandatory, because the upstream's credentials work in its sandbox and in production alike: the
/// URL alone decides whether real money moves (W-prod).
fn base_url(table: &mut Table) -> Option<Url> {
    let url = table.required::<Url>("base_url")?;
    let web = matches!(url.scheme(), "http" | "https") && url.has_host();
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let anonymous = url.username().is_empty() && url.password().is_none();
    if web && bare && anonymous {
        return Some(url);
    }
    table.problem(
        "base_url",
        "must be scheme and host only, such as https://host; see path_prefix",
    );
    None
}

fn platform_key(table: &mut Table) -> Option<RsaPublicKey> {
    let text = table.optional::<SecretString>("platform_public_key")?;
    RsaPublicKey::parse(text.expose_secret())
        .map_err(|error| table.problem("platform_public_key", error.to_string()))
        .ok()
}

/// Signs in one dialect, decrypts in both.
fn private_key(table: &mut Table) -> Option<Arc<PrivateKey>> {
    let text = table.optional::<SecretString>("private_key")?;
    PrivateKey::parse(&text)
        .map_err(|error| table.problem("private_key", error.to_string()))
        .map(Arc::new)
        .ok()
}

impl FinhubAccess {
    fn take(table: &mut Table) -> Option<Self> {
        let tenant_id = table.required("tenant_id");
        let email = table.required("email");
        let password = table.required("password");
        let login = table.choice(
            "login",
            &[("email", Login::Email), ("session", Login::Session)],
        );
        let login_path = login_path(table, login);
        Some(Self {
            service_name: table.or("service_name", "cardmux".to_owned()),
            platform: table.or("platform", "web".to_owned()),
            device_id: table.or("device_id", "cardmux".to_owned()),
            forwarded_for: table.or("forwarded_for", "127.0.0.1".to_owned()),
            tenant_id: tenant_id?,
            email: email?,
            password: password?,
            login: login?,
            login_path: login_path?,
        })
    }
}

fn login_path(table: &mut Table, login: Option<Login>) -> Option<String> {
    let path = table.optional::<String>("login_path");
    match (path, login?) {
        (Some(path), _) => Some(path),
        // At the host's root, not below the product's prefix (F-doc).
        (None, Login::Email) => Some("/api/auth/login".to_owned()),
        (None, Login::Session) => {
            let organization = table.required::<String>("organization_id");
            let user = table.required::<String>("user_id");
            let (organization, user) = (organization?, user?);
            Some(format!(
                "/api/v2.1/admin/organization/{organization}/users/{user}/sessions"
            ))
        }
    }
}

impl UpstreamAccess {
    fn take(
        table: &mut Table,
        private_key: Option<Arc<PrivateKey>>,
        platform_key: Option<&RsaPublicKey>,
    ) -> Option<Self> {
        let api_key = table.required("api_key");
        if !table.has("private_key") {
            table.problem("private_key", "is missing");
        }
        let verify = table.or("verify_answers", true);
        if verify && !table.has("platform_public_key") {
            let problem = "is missing; only for a sandbox that does not sign its answers, set \
                           verify_answers = false";
            table.problem("platform_public_key", problem);
        }
        Some(Self {
            api_key: api_key?,
            private_key: private_key?,
            answer_key: platform_key.cloned().filter(|_| verify),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn problems(settings: serde_json::Value) -> Vec<String> {
        Settings::read(settings)
            .unwrap_err()
            .into_iter()
            .map(|p| p.path)
            .collect()
    }

    #[test]
    fn missing_settings_of_a_dialect_are_reported_together() {
        assert_eq!(
            problems(json!({})),
            ["base_url", "tenant_id", "email", "password"]
        );
        assert_eq!(
            problems(json!({"dialect": "upstream", "base_url": "https://h", "speling": 1})),
            ["api_key", "private_key", "platform_public_key", "speling"]
        );
        assert_eq!(
            problems(json!({
                "base_url": "https://h", "tenant_id": "t", "email": "e", "password": "p",
                "login": "session",
            })),
            ["organization_id", "user_id"]
        );
    }

    #[test]
    fn wrong_values_are_reported_without_showing_them() {
        let settings = json!({
            "base_url": "https://h/path?key=hush", "dialect": "hush", "card_key_field": "hush",
            "settle_seconds": "hush", "platform_public_key": "hush!",
        });
        let problems = Settings::read(settings).unwrap_err();
        let paths: Vec<_> = problems.iter().map(|p| p.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "base_url",
                "dialect",
                "platform_public_key",
                "card_key_field",
                "settle_seconds"
            ]
        );
        assert!(!format!("{problems:?}").contains("hush"));
    }

    #[test]
    fn sensitive_values_need_a_key_unless_they_are_plain() {
        let unveil = |more: serde_json::Value| {
            let mut settings = json!({
                "base_url": "https://h", "tenant_id": "t", "email": "e", "password": "p",
            });
            let more = more.as_object().unwrap().clone();
            settings.as_object_mut().unwrap().extend(more);
            Settings::read(settings).unwrap().unveil
        };
        assert!(unveil(json!({})).is_none());
        let plain = unveil(json!({"sensitive_values": "plain"}));
        assert!(matches!(plain, Some(Unveil::Plain)));
        assert_eq!(
            problems(json!({
                "base_url": "https://h", "tenant_id": "t", "email": "e", "password": "p",
                "private_key": "AAAA", "sensitive_values": "hidden", "simulator": "perhaps",
            })),
            ["private_key", "sensitive_values", "simulator"]
        );
    }

    #[test]
    fn debug_output_shows_no_secret() {
        let settings = Settings::read(json!({
            "base_url": "http://127.0.0.1:9", "tenant_id": 17, "email": "e", "password": "hush",
            "settle_seconds": "5", "api_key": "of the other dialect",
        }))
        .unwrap();
        assert_eq!(settings.settle_time, Duration::from_secs(5));
        assert_eq!(settings.path_prefix, "/api/v2.1/fincard/virtual");
        assert!(!format!("{settings:?}").contains("hush"));
    }
}
