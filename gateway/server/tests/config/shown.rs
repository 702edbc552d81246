//! What is shown and shipped: the masked form, the defaults, the example.

use super::*;

#[test]
fn masked_output_shows_no_secret_and_reads_back() {
    let canaries = [
        "canary-pw",
        "canary-key",
        "canary-nested",
        "canary-url",
        "987654321",
        SECRET,
        DATA_KEY,
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
        .env("CARDMUX_SECURITY__DATA_KEYS__K1", DATA_KEY)
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
    let data_keys = &table["security"]["data_keys"];
    assert_eq!(data_keys["k1"].as_str(), Some("***"));
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
    let problems = given().file(&shown).problems();
    let keys: Vec<_> = problems.iter().map(|p| p.key.as_str()).collect();
    assert_eq!(keys, ["security.secret", "security.data_keys.k1"]);
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
    let secret = [
        "url_file",
        "secret_file",
        "secret",
        "data_keys",
        "data_key_files",
        "data_key",
    ];
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
        .env("CARDMUX_SECURITY__DATA_KEYS__K2026", DATA_KEY)
        .env("CARDMUX_PROVIDERS__FINCARD_US__SETTINGS__API_KEY", "0007")
        .env("CARDMUX_TENANTS__ACME__DECISIONS__ENDPOINT_SECRET", SECRET);
    given.sources.file = Some(config_file("production.example.toml"));
    let settings = given.settings();
    assert_eq!((settings.providers.len(), settings.tenants.len()), (6, 2));
    assert!(settings.database.is_postgres());
    let us = &settings.providers[&"fincard_us".parse().unwrap()];
    assert_eq!(us.settings.to_value()["dialect"], "upstream");
    assert_eq!(us.settings.to_value()["api_key"], "0007");
}

#[test]
fn production_example_without_its_secrets_does_not_start() {
    let file = Some(config_file("production.example.toml"));
    let bare = Settings::load(
        Sources {
            file,
            ..Sources::default()
        },
        KINDS,
    );
    let problems: Vec<_> = bare.unwrap_err().iter().cloned().collect();
    let keys: Vec<_> = problems.iter().map(|p| p.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "security.secret",
            "security.data_keys",
            "tenants.acme.decisions.endpoint_secret"
        ]
    );
}
