//! Where values come from, and which layer wins.

use super::*;

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
        .env("CARDMUX_SECURITY__DATA_KEYS__K1", DATA_KEY)
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
fn environment_returns_only_our_variables() {
    assert!(
        cardmux::config::environment()
            .iter()
            .all(|(name, _)| name.starts_with("CARDMUX_"))
    );
}
