//! Configuration as an operator meets it: layers, secrets, and what is said when it is wrong.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail the test"
)]

use std::path::{Path, PathBuf};

use cardmux::config::{ConfigProblems, Mode, Origin, Problem, Settings, Sources};
use cardmux_domain::secret::ExposeSecret;
use serde_json::{Value, json};

const KINDS: &[&str] = &["fincard", "mock"];
const SECRET: &str = "0123456789012345678901234567890123456789";

struct Given {
    dir: tempfile::TempDir,
    sources: Sources,
}

fn given() -> Given {
    Given {
        dir: tempfile::tempdir().unwrap(),
        sources: Sources::default(),
    }
}

impl Given {
    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn file(mut self, text: &str) -> Self {
        self.sources.file = Some(self.write("cardmux.toml", text));
        self
    }

    fn env(mut self, name: &str, value: &str) -> Self {
        self.sources.environment.push((name.into(), value.into()));
        self
    }

    fn overrides(mut self, value: Value) -> Self {
        self.sources.overrides = value;
        self
    }

    fn load(self) -> Result<Settings, ConfigProblems> {
        Settings::load(self.sources, KINDS)
    }

    fn settings(self) -> Settings {
        self.load().unwrap_or_else(|problems| panic!("{problems}"))
    }

    fn problems(self) -> Vec<Problem> {
        self.load().unwrap_err().iter().cloned().collect()
    }
}

fn only(problems: Vec<Problem>) -> Problem {
    assert_eq!(problems.len(), 1, "{problems:#?}");
    problems.into_iter().next().unwrap()
}

fn config_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../config")
        .join(name)
}

#[test]
fn defaults_alone_load() {
    let settings = given().settings();
    assert_eq!(settings.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.operations.lease().as_secs(), 25);
    assert!(!settings.database.is_postgres());
    assert!(settings.security.secret.is_none());
    assert!(settings.providers.is_empty() && settings.tenants.is_empty());
}

#[test]
fn each_layer_wins_over_the_one_before() {
    let file =
        "[server]\nlisten = \"127.0.0.1:1\"\n[worker]\nbatch = 1\n[api]\nmax_page_size = 100";
    let settings = given()
        .file(file)
        .env("CARDMUX_SERVER__LISTEN", "127.0.0.1:2")
        .env("CARDMUX_WORKER__BATCH", "2")
        .env("CARDMUX_WORKER__ENABLED", "false")
        .overrides(json!({"server": {"listen": "127.0.0.1:3", "public_url": null}, "api": null}))
        .settings();
    assert_eq!(settings.server.listen.port(), 3);
    assert_eq!(settings.worker.batch, 2);
    assert!(!settings.worker.enabled);
    assert_eq!(settings.api.max_page_size, 100);
    assert_eq!(settings.worker.concurrency, 32);
    assert!(settings.server.public_url.is_none());
}

#[test]
fn foreign_environment_variables_are_passed_over() {
    given()
        .env("PATH", "/bin")
        .env("CARDMUX_PORT", "tcp://10.0.0.1:8080")
        .env("CARDMUX_PORT_8080_TCP_ADDR", "10.0.0.1")
        .env("CARDMUX_SERVICE_HOST", "10.0.0.1")
        .env("CARDMUX_SERVICE_PORT_HTTP", "8080")
        .settings();
}

#[test]
fn plugin_settings_by_environment_stay_text_to_the_letter() {
    let settings = given()
        .file("[providers.fincard_main]\nkind = \"fincard\"\nmode = \"playground\"")
        .env(
            "CARDMUX_PROVIDERS__FINCARD_MAIN__SETTINGS__API_KEY",
            "000123456789",
        )
        .env(
            "CARDMUX_PROVIDERS__FINCARD_MAIN__SETTINGS__LOGIN__PASSWORD",
            "{a=b, [1]}",
        )
        .env("CARDMUX_PROVIDERS__FINCARD_MAIN__SETTINGS__FLAG", "true")
        .env("CARDMUX_PROVIDERS__FINCARD_MAIN__CONCURRENCY", "7")
        .env(
            "CARDMUX_PROVIDERS__FINCARD_MAIN__WEBHOOK_NETWORKS",
            "10.0.0.0/8, 2001:db8::/32",
        )
        .settings();
    let provider = &settings.providers[&"fincard_main".parse().unwrap()];
    assert_eq!(
        provider.settings.to_value(),
        json!({"api_key": "000123456789", "login": {"password": "{a=b, [1]}"}, "flag": "true"})
    );
    assert_eq!(provider.concurrency, 7);
    assert_eq!(provider.mode, Mode::Playground);
    assert_eq!(provider.webhook_networks.len(), 2);
}

#[test]
fn all_digit_secret_keeps_its_leading_zeros() {
    let settings = given().env("CARDMUX_SECURITY__SECRET", SECRET).settings();
    assert_eq!(settings.security.secret.unwrap().expose_secret(), SECRET);
}

#[test]
fn secrets_in_files_are_read_without_the_line_end() {
    let given = given();
    let secret = given.write("secret", &format!("{SECRET}\n"));
    let url = given.write("url", "postgres://cardmux:hunter2@db/cardmux\r\n");
    let settings = given
        .overrides(json!({"security": {"secret_file": secret}, "database": {"url_file": url}}))
        .settings();
    assert_eq!(settings.security.secret.unwrap().expose_secret(), SECRET);
    assert_eq!(
        settings.database.url.expose_secret(),
        "postgres://cardmux:hunter2@db/cardmux"
    );
}

#[test]
fn secret_given_twice_or_in_a_missing_file_is_a_problem() {
    let twice = given()
        .env("CARDMUX_SECURITY__SECRET", SECRET)
        .env("CARDMUX_SECURITY__SECRET_FILE", "/nowhere")
        .problems();
    let twice = only(twice);
    assert_eq!(twice.key, "security.secret_file");
    assert!(twice.what.contains("beside `security.secret`"), "{twice}");
    let missing = only(
        given()
            .env("CARDMUX_DATABASE__URL_FILE", "/nowhere/at/all")
            .problems(),
    );
    assert!(missing.what.contains("cannot be read"), "{missing}");
}

#[test]
fn several_problems_are_reported_together_each_with_its_origin() {
    let given = given().file(
        "[server]\nlisten = \"nonsense-value\"\nlisten_port = 1\n[worker]\nbatch = 0\n\
         [providers.a]\nkind = \"finkard\"\n[providers.b]\n[tenants.t]\ninstances = [\"c\"]",
    );
    let file = Origin::File(given.sources.file.clone().unwrap());
    let report = given
        .env("CARDMUX_WORKER__IDLE_MS", "secret-looking-text")
        .env("CARDMUX_WORKER__CONCURRENCY", "-4")
        .overrides(json!({"api": {"max_page_size": 5000}}))
        .load()
        .unwrap_err();
    let problems: Vec<_> = report.iter().collect();
    let found: Vec<_> = problems
        .iter()
        .map(|p| (p.key.as_str(), p.origin.clone()))
        .collect();
    let env = |name: &str| Origin::Environment(name.into());
    for expected in [
        ("server.listen", file.clone()),
        ("server.listen_port", file.clone()),
        ("worker.batch", file.clone()),
        ("worker.idle_ms", env("CARDMUX_WORKER__IDLE_MS")),
        ("worker.concurrency", env("CARDMUX_WORKER__CONCURRENCY")),
        ("api.max_page_size", Origin::Override),
        ("providers.a.kind", file.clone()),
        ("providers.b.kind", Origin::NotSet),
        ("tenants.t.instances", file.clone()),
    ] {
        assert!(found.contains(&expected), "{expected:?} not in {found:#?}");
    }
    assert_eq!(problems.len(), 9, "{problems:#?}");
    let text = report.to_string();
    assert!(
        !text.contains("nonsense-value") && !text.contains("secret-looking"),
        "{text}"
    );
    assert!(text.contains("hint: did you mean `fincard`?"), "{text}");
}

#[test]
fn report_counts_the_problems_and_sets_hints_apart() {
    let problems = given()
        .env("CARDMUX_SERVER__LISEN", "x")
        .load()
        .unwrap_err();
    assert_eq!(
        problems.to_string(),
        "1 problem in the configuration\n\
         - server.lisen (environment CARDMUX_SERVER__LISEN): is not a known key\n  \
         hint: did you mean `listen`?"
    );
}

#[test]
fn unknown_keys_are_refused_with_the_nearest_known_one() {
    for (name, key, hint) in [
        ("CARDMUX_DATABSE__URL", "databse", "`database`"),
        ("CARDMUX_SERVER_LISTEN", "server_listen", "two underscores"),
        (
            "CARDMUX_LOGGING__COLOUR",
            "logging.colour",
            "known here: filter, format",
        ),
        (
            "CARDMUX_PROVIDERS__A__ATTEMPT",
            "providers.a.attempt",
            "`attempts`",
        ),
    ] {
        let file = "[providers.a]\nkind = \"mock\"";
        let problem = only(given().file(file).env(name, "x").problems());
        assert_eq!(problem.key, key);
        assert!(problem.hint.as_deref().unwrap().contains(hint), "{problem}");
    }
}

#[test]
fn names_that_are_no_names_and_instances_that_do_not_exist_are_refused() {
    let problem = only(
        given()
            .file("[providers.Main-1]\nkind = \"mock\"")
            .problems(),
    );
    assert_eq!(problem.key, "providers.Main-1");
    let file =
        "[providers.fincard_main]\nkind = \"fincard\"\n[tenants.t]\ninstances = [\"fincard_mian\"]";
    let problem = only(given().file(file).problems());
    assert!(problem.what.contains("`fincard_mian`"), "{problem}");
    assert!(problem.hint.unwrap().contains("`fincard_main`"));
    let problem = only(given().file("[tenants.t]\ninstances = []").problems());
    assert_eq!(problem.what, "is empty");
}

#[test]
fn bounds_and_rules_between_keys_are_checked() {
    for (name, value, key) in [
        (
            "CARDMUX_SERVER__BODY_LIMIT_BYTES",
            "0",
            "server.body_limit_bytes",
        ),
        (
            "CARDMUX_SERVER__REQUEST_TIMEOUT_MS",
            "20000",
            "server.request_timeout_ms",
        ),
        ("CARDMUX_SERVER__PUBLIC_URL", "ftp://x", "server.public_url"),
        ("CARDMUX_DATABASE__URL", "mysql://u:p@h/d", "database.url"),
        (
            "CARDMUX_DATABASE__WRITE_QUEUE",
            "8",
            "database.write_batch_max",
        ),
        ("CARDMUX_SECURITY__SECRET", "short", "security.secret"),
        ("CARDMUX_LOGGING__FILTER", "cardmux=loud", "logging.filter"),
        ("CARDMUX_LOGGING__FORMAT", "xml", "logging.format"),
        ("CARDMUX_API__MAX_PAGE_SIZE", "1001", "api.max_page_size"),
        (
            "CARDMUX_API__DEFAULT_PAGE_SIZE",
            "201",
            "api.default_page_size",
        ),
        (
            "CARDMUX_API__ERROR_BASE_URL",
            "https://x/errors",
            "api.error_base_url",
        ),
        (
            "CARDMUX_OPERATIONS__LEASE_MARGIN_MS",
            "0",
            "operations.lease_margin_ms",
        ),
        (
            "CARDMUX_OPERATIONS__POLL_MAX_MS",
            "100",
            "operations.poll_first_ms",
        ),
        (
            "CARDMUX_OPERATIONS__ATTENTION_AFTER_MS",
            "20000",
            "operations.attention_after_ms",
        ),
        (
            "CARDMUX_PROVIDERS__A__ATTEMPTS",
            "0",
            "providers.a.attempts",
        ),
        (
            "CARDMUX_PROVIDERS__A__ATTEMPT_TIMEOUT_MS",
            "20001",
            "providers.a.attempt_timeout_ms",
        ),
        (
            "CARDMUX_PROVIDERS__A__WEBHOOK_NETWORKS",
            "10.0.0.1/99",
            "providers.a.webhook_networks",
        ),
        ("CARDMUX_PROVIDERS__A__MODE", "sandbox", "providers.a.mode"),
    ] {
        let file = "[providers.a]\nkind = \"mock\"";
        let problem = only(given().file(file).env(name, value).problems());
        assert_eq!(problem.key, key, "{problem}");
    }
}

#[test]
fn unreadable_and_malformed_files_are_problems_that_quote_nothing() {
    let missing = Sources {
        file: Some("/nowhere/cardmux.toml".into()),
        ..Sources::default()
    };
    let problems = Settings::load(missing, KINDS).unwrap_err();
    assert!(
        problems
            .to_string()
            .contains("/nowhere/cardmux.toml: cannot be read"),
        "{problems}"
    );
    let problem = only(
        given()
            .file("[security]\nsecret = hunter2hunter2\n")
            .problems(),
    );
    assert!(problem.what.contains("line 2"), "{problem}");
    assert!(!problem.to_string().contains("hunter2"), "{problem}");
}

#[test]
fn variables_that_contradict_each_other_are_a_problem() {
    let problems = given()
        .env("CARDMUX_SERVER__LISTEN", "127.0.0.1:1")
        .env("CARDMUX_SERVER", "x")
        .problems();
    assert_eq!(
        only(problems).origin,
        Origin::Environment("CARDMUX_SERVER".into())
    );
}

#[test]
fn postgres_without_a_secret_is_a_problem() {
    let url = "postgres://cardmux:hunter2@db/cardmux";
    let problem = only(given().env("CARDMUX_DATABASE__URL", url).problems());
    assert_eq!(problem.key, "security.secret");
    assert!(
        problem.what.contains("required with PostgreSQL"),
        "{problem}"
    );
    given()
        .env("CARDMUX_DATABASE__URL", url)
        .env("CARDMUX_SECURITY__SECRET", SECRET)
        .settings();
}

#[test]
fn masked_output_shows_no_secret_and_reads_back() {
    let canaries = [
        "canary-pw",
        "canary-key",
        "canary-nested",
        "canary-url",
        "987654321",
        SECRET,
    ];
    let settings = given()
        .file(
            "[providers.main]\nkind = \"fincard\"\n[providers.main.settings]\n\
             base_url = \"https://user:canary-url@x.example/v1?token=canary-url\"\n\
             dialect = \"finhub\"\nterminal = 987654321\nverify = true\nlist = [\"canary-nested\"]\n\
             [providers.main.settings.login]\npassword = \"canary-nested\"\n\
             [tenants.acme]\ninstances = [\"main\"]",
        )
        .env("CARDMUX_DATABASE__URL", "postgres://cardmux:canary-pw@db:5432/cards?sslkey=canary-pw")
        .env("CARDMUX_SECURITY__SECRET", SECRET)
        .env("CARDMUX_PROVIDERS__MAIN__SETTINGS__API_KEY", "canary-key")
        .settings();
    let shown = settings.masked_toml();
    for canary in canaries {
        assert!(!shown.contains(canary), "{canary} in\n{shown}");
        assert!(!format!("{settings:?}").contains(canary));
    }
    let table: toml::Table = shown.parse().unwrap();
    assert_eq!(
        table["database"]["url"].as_str(),
        Some("postgres://***@db:5432/cards")
    );
    assert_eq!(table["security"]["secret"].as_str(), Some("***"));
    assert_eq!(
        table["operations"]["call_timeout_ms"].as_integer(),
        Some(20_000)
    );
    let plugin = &table["providers"]["main"]["settings"];
    assert_eq!(
        plugin["base_url"].as_str(),
        Some("https://***@x.example/v1")
    );
    assert_eq!(plugin["dialect"].as_str(), Some("finhub"));
    assert_eq!(plugin["verify"].as_bool(), Some(true));
    assert_eq!(plugin["login"]["password"].as_str(), Some("***"));
    // What is shown is a configuration: only the masks themselves keep it from loading.
    let problem = only(given().file(&shown).problems());
    assert_eq!(problem.key, "security.secret");
}

#[test]
fn default_toml_has_a_comment_above_every_key() {
    let text = std::fs::read_to_string(config_file("default.toml")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let is_key = |line: &str| {
        line.trim_start_matches('#')
            .starts_with(char::is_alphabetic)
    };
    let mut keys = 0;
    for pair in lines.windows(2).filter(|pair| is_key(pair[1])) {
        keys += 1;
        assert!(pair[0].starts_with("# "), "no comment above `{}`", pair[1]);
    }
    assert!(keys > 40, "{keys}");
}

/// The keys without a default are written down too, and what is written for provider instances is
/// what holds when nothing is written.
#[test]
fn default_toml_lists_every_key_and_the_real_defaults_of_instances() {
    let text = std::fs::read_to_string(config_file("default.toml")).unwrap();
    let uncommented: String = text
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(rest) if rest.starts_with(|c: char| c == '[' || c.is_alphabetic()) => rest,
            _ => line,
        })
        .map(|line| format!("{line}\n"))
        .collect();
    let written: toml::Table = uncommented.parse().unwrap();
    let shown: toml::Table = given()
        .file("[providers.fincard_main]\nkind = \"fincard\"\nsettings = { base_url = \"https://provider.example.com\" }")
        .settings()
        .masked_toml()
        .parse()
        .unwrap();
    assert_eq!(written["providers"], shown["providers"]);
    for (section, keys) in shown.iter().filter(|(name, _)| *name != "providers") {
        for key in keys.as_table().unwrap().keys() {
            assert!(written[section].get(key).is_some(), "{section}.{key}");
        }
    }
    let secret = ["url_file", "secret_file", "secret"];
    let without_files: String = uncommented
        .lines()
        .filter(|line| {
            !secret
                .iter()
                .any(|key| line.starts_with(&format!("{key} =")))
        })
        .map(|line| format!("{line}\n"))
        .collect();
    given().file(&without_files).settings();
}

#[test]
fn production_example_loads_with_its_secrets_from_the_environment() {
    let mut given = given()
        .env(
            "CARDMUX_DATABASE__URL",
            "postgres://cardmux:hunter2@db/cardmux",
        )
        .env("CARDMUX_SECURITY__SECRET", SECRET)
        .env("CARDMUX_PROVIDERS__FINCARD_US__SETTINGS__API_KEY", "0007");
    given.sources.file = Some(config_file("production.example.toml"));
    let settings = given.settings();
    assert_eq!((settings.providers.len(), settings.tenants.len()), (3, 2));
    assert!(settings.database.is_postgres());
    let us = &settings.providers[&"fincard_us".parse().unwrap()];
    assert_eq!(us.settings.to_value()["dialect"], "upstream");
    assert_eq!(us.settings.to_value()["api_key"], "0007");
}

#[test]
fn production_example_without_its_secret_does_not_start() {
    let file = Some(config_file("production.example.toml"));
    let bare = Settings::load(
        Sources {
            file,
            ..Sources::default()
        },
        KINDS,
    );
    let problems: Vec<_> = bare.unwrap_err().iter().cloned().collect();
    assert_eq!(only(problems).key, "security.secret");
}

#[test]
fn text_where_tables_belong_does_not_pass_for_an_empty_section() {
    let file = "[providers.a]\nkind = \"mock\"\n[tenants.t]\ninstances = [\"a\"]";
    for (name, key) in [
        ("CARDMUX_TENANTS", "tenants"),
        ("CARDMUX_LOGGING", "logging"),
    ] {
        let problem = only(given().file(file).env(name, "x").problems());
        assert_eq!(problem.key, key);
    }
}

#[test]
fn environment_returns_only_our_variables() {
    assert!(
        cardmux::config::environment()
            .iter()
            .all(|(name, _)| name.starts_with("CARDMUX_"))
    );
}
