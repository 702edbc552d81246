//! What is said when it is wrong.

use super::*;

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
fn postgres_without_its_secrets_is_a_problem() {
    let url = "postgres://cardmux:hunter2@db/cardmux";
    let problems = given().env("CARDMUX_DATABASE__URL", url).problems();
    let keys: Vec<_> = problems.iter().map(|p| p.key.as_str()).collect();
    assert_eq!(keys, ["security.secret", "security.data_keys"]);
    for problem in problems {
        assert!(
            problem.what.contains("required with PostgreSQL"),
            "{problem}"
        );
    }
    given()
        .env("CARDMUX_DATABASE__URL", url)
        .env("CARDMUX_SECURITY__SECRET", SECRET)
        .env("CARDMUX_SECURITY__DATA_KEYS__K1", DATA_KEY)
        .settings();
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
fn rate_limits_are_bounded_wherever_they_are_set() {
    let problems = given()
        .file(
            "[api.rate_limit]\nrequests = 5000000\n[providers.a]\nkind = \"mock\"\n\
             [tenants.t]\ninstances = [\"a\"]\n[tenants.t.rate_limit]\nrequests = 1\nwindow_seconds = 0",
        )
        .problems();
    let keys: Vec<_> = problems.iter().map(|p| p.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "api.rate_limit.requests",
            "tenants.t.rate_limit.window_seconds"
        ]
    );
    let unknown = given().file("[api.rate_limit]\nrequests = 1\nper_minute = 3");
    let problem = only(unknown.problems());
    assert!(problem.key.starts_with("api.rate_limit"), "{problem:?}");
}

#[test]
fn problems_within_rules_are_told_by_their_keys_and_all_at_once() {
    let report = given()
        .file(
            "[providers.a]\nkind = \"fincard\"\n[tenants.t]\ninstances = [\"a\"]\n\
             [[tenants.t.routes]]\nname = \"one\"\nwhen = { modle = [\"card\"] }\n\
             choose = [{ instance = \"b\", weight = 0 }]\n\
             [[tenants.t.routes]]\nname = \"one\"\nprefer = \"beauty\"\n\
             [[tenants.t.routes]]\nname = \"three\"\nfallback = [\"a\"]\n\
             when = { amount_min = \"ten\", form = [\"round\"] }",
        )
        .load()
        .unwrap_err();
    let text = report.to_string();
    for expected in [
        "tenants.t.routes.0.when.modle",
        "did you mean `model`?",
        "names `b`, which the tenant may not use",
        "routes.0.choose.0.weight",
        "`one` names two rules",
        "tenants.t.routes.1.prefer",
        "tenants.t.routes.2.when.amount_min",
        "tenants.t.routes.2.when.form",
        "names nobody who could serve",
    ] {
        assert!(text.contains(expected), "no {expected} in {text}");
    }
}
