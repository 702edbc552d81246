//! What follows a configuration while the gateway runs.

use super::*;

const FILE: &str = "[providers.main]\nkind = \"fincard\"\n[providers.main.settings]\n\
    base_url = \"https://x.example\"\napi_key = \"one\"\nnested = { password = \"one\" }\n\
    [tenants.acme]\ninstances = [\"main\"]\n\
    [tenants.acme.decisions]\nendpoint = \"https://x.example\"\nendpoint_secret = \"one\"\n";

fn changes(before: Given, after: Given) -> Vec<String> {
    before
        .settings()
        .changes(&after.settings())
        .into_iter()
        .collect()
}

#[test]
fn every_secret_that_changed_is_a_change() {
    let secret = |n: u8| format!("{n}{SECRET}");
    let given = |text: &str, n: u8, data_key: &str| {
        given()
            .file(&FILE.replace("\"one\"", &format!("\"{text}\"")))
            .env(
                "CARDMUX_DATABASE__URL",
                &format!("postgres://u:{text}@db/c"),
            )
            .env("CARDMUX_SECURITY__SECRET", &secret(n))
            .env("CARDMUX_SECURITY__DATA_KEYS__K1", data_key)
    };
    assert!(changes(given("one", 1, DATA_KEY), given("one", 1, DATA_KEY)).is_empty());
    assert_eq!(
        changes(given("one", 1, DATA_KEY), given("two", 2, OTHER_DATA_KEY)),
        [
            "database.url",
            "providers.main.settings.api_key",
            "providers.main.settings.nested.password",
            "security.data_keys",
            "security.secret",
            "tenants.acme.decisions.endpoint_secret",
        ]
    );
}

#[test]
fn a_file_with_a_secret_that_changed_is_a_change() {
    let given = given();
    let file = given.write("key", "one");
    let named = format!("api_key = {{ file = \"{}\" }}", file.display());
    let given = given.file(&FILE.replace("api_key = \"one\"", &named));
    let before = Settings::load(given.sources.clone(), KINDS).unwrap();
    std::fs::write(&file, "two").unwrap();
    let after = Settings::load(given.sources.clone(), KINDS).unwrap();
    let changes: Vec<_> = before.changes(&after).into_iter().collect();
    assert_eq!(changes, ["providers.main.settings.api_key"]);
    assert!(
        before.providers != after.providers,
        "the adapter is made anew"
    );
}

#[test]
fn an_instance_or_tenant_that_comes_or_goes_is_one_change() {
    let more = format!(
        "{FILE}[providers.main_2]\nkind = \"mock\"\n[tenants.acme_2]\ninstances = [\"main_2\"]\n\
         [worker]\nbatch = 7\n"
    );
    let [bare, more] = [FILE, &more].map(|text| given().file(text).settings());
    let named = ["providers.main_2", "tenants.acme_2", "worker.batch"];
    for changes in [bare.changes(&more), more.changes(&bare)] {
        assert_eq!(changes.into_iter().collect::<Vec<_>>(), named);
    }
}

fn refused(running: Given, next: Given, findings: Vec<Finding>) -> Vec<Problem> {
    let next = running
        .settings()
        .load_next(next.sources.clone(), KINDS, |_| findings);
    next.unwrap_err().iter().cloned().collect()
}

#[test]
fn next_configuration_is_refused_with_everything_that_is_wrong() {
    let bad = "[server]\nlisten = \"127.0.0.1:1\"\n[data]\ndir = \"elsewhere\"\n\
        [database]\nread_connections = 2\n[logging]\nformat = \"json\"\nfilter = \"debug\"\n\
        [worker]\nenabled = false\nconcurrency = 1\nidle_ms = 1\n[operations]\ncall_timeout_ms = 7000\n";
    let found = Finding {
        key: "providers.main.settings.api_key".into(),
        what: "is too short".into(),
        hint: None,
    };
    let next = given().file(&format!("{bad}{FILE}"));
    let file = Origin::File(next.sources.file.clone().unwrap());
    let problems = refused(given().file(FILE), next, vec![found]);
    let mut keys: Vec<_> = problems.iter().map(|p| p.key.as_str()).collect();
    keys.sort_unstable();
    assert_eq!(
        keys,
        [
            "data.dir",
            "database.read_connections",
            "logging.format",
            // The default of instances would outlive a call: told as at the start.
            "providers.main.attempt_timeout_ms",
            "providers.main.settings.api_key",
            "server.listen",
            "worker.concurrency",
            "worker.enabled",
            "worker.idle_ms",
        ]
    );
    let from_file = problems.iter().filter(|p| p.origin == file);
    assert_eq!(from_file.count(), keys.len() - 1);
    let listen = problems.iter().find(|p| p.key == "server.listen").unwrap();
    assert!(listen.hint.as_ref().unwrap().starts_with("needs a restart"));
}

#[test]
fn a_key_with_a_problem_has_only_that_one() {
    let bad = format!("[server]\nlisten = \"nowhere\"\n{FILE}");
    let problem = only(refused(given().file(FILE), given().file(&bad), Vec::new()));
    assert!(problem.what.contains("is not an IP address"), "{problem}");
}

#[test]
fn a_file_that_cannot_be_read_is_the_only_problem() {
    let running = given().file(&format!("[server]\nlisten = \"127.0.0.1:1\"\n{FILE}"));
    let problem = only(refused(running, given().file("[server"), Vec::new()));
    assert!(problem.what.starts_with("is not TOML: line 1"), "{problem}");
}
