//! The keys of personal data: where they come from, which one encrypts, and that they last.

use cardmux::security::Vault;
use cardmux::server::{StartError, vault};

use super::*;

const ROW: &[u8] = b"acme/cus_1";

fn ids(settings: &Settings) -> Vec<&str> {
    let keys = settings.security.data_keys().iter();
    keys.map(cardmux::security::DataKey::id).collect()
}

#[test]
fn keys_of_environment_file_and_files_make_one_ring_with_the_named_one_first() {
    let given = given().file(&format!(
        "[security]\ndata_key = \"k2\"\n[security.data_keys]\nk1 = \"{DATA_KEY}\""
    ));
    let third = given.write("third", &format!("{DATA_KEY}\r\n"));
    let settings = given
        .env("CARDMUX_SECURITY__DATA_KEYS__K2", OTHER_DATA_KEY)
        .overrides(json!({"security": {"data_key_files": {"k3": third}}}))
        .settings();
    assert_eq!(ids(&settings), ["k2", "k1", "k3"]);
    let sealed = vault(&settings).unwrap().seal(ROW, b"x").unwrap();
    assert_eq!(Vault::key_of(&sealed), Some("k2"));
}

#[test]
fn key_that_is_alone_need_not_be_named() {
    let settings = given()
        .env("CARDMUX_SECURITY__DATA_KEYS__K1", DATA_KEY)
        .settings();
    assert_eq!(ids(&settings), ["k1"]);
}

#[test]
fn every_wrong_key_is_said_at_once_without_showing_it() {
    let given = given().file(&format!(
        "[security.data_keys]\nk1 = \"hunter2hunter2\"\n\"K-2\" = \"{DATA_KEY}\"\nk3 = \"{DATA_KEY}\"\n\
         [security.data_key_files]\nk3 = \"/nowhere/k3\"\nk4 = \"/nowhere/k4\""
    ));
    let problems = given
        .env("CARDMUX_SECURITY__DATA_KEY", "k33")
        .load()
        .unwrap_err();
    let found: Vec<_> = problems
        .iter()
        .map(|p| (p.key.as_str(), p.what.as_str()))
        .collect();
    for (key, what) in [
        ("security.data_key", "names no data key"),
        ("security.data_keys.K-2", "the name must be"),
        ("security.data_keys.k1", "is not the base64 of 32 bytes"),
        ("security.data_key_files.k3", "is set beside"),
        ("security.data_key_files.k4", "cannot be read"),
    ] {
        assert!(
            found.iter().any(|(k, w)| *k == key && w.contains(what)),
            "{key} not in {found:#?}"
        );
    }
    assert_eq!(found.len(), 5, "{found:#?}");
    let text = problems.to_string();
    assert!(
        !text.contains("hunter2") && !text.contains(DATA_KEY),
        "{text}"
    );
    assert!(text.contains("hint: there are: K-2, k1, k3, k4"), "{text}");
}

#[test]
fn several_keys_of_which_none_is_named_are_a_problem() {
    let problem = only(
        given()
            .env("CARDMUX_SECURITY__DATA_KEYS__K1", DATA_KEY)
            .env("CARDMUX_SECURITY__DATA_KEYS__K2", OTHER_DATA_KEY)
            .problems(),
    );
    assert_eq!(problem.key, "security.data_key");
    assert_eq!(problem.hint.as_deref(), Some("name one of: k1, k2"));
    let problem = only(given().env("CARDMUX_SECURITY__DATA_KEY", "k1").problems());
    assert_eq!(problem.key, "security.data_key");
    assert!(problem.what.contains("without any data key"), "{problem}");
}

#[test]
fn text_in_place_of_the_table_is_one_problem_with_postgres_too() {
    let problem = only(
        given()
            .env("CARDMUX_DATABASE__URL", "postgres://cardmux@db/cardmux")
            .env("CARDMUX_SECURITY__SECRET", SECRET)
            .env("CARDMUX_SECURITY__DATA_KEYS", DATA_KEY)
            .problems(),
    );
    assert_eq!(problem.key, "security.data_keys");
}

#[test]
fn key_made_without_configuration_is_kept_and_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let settings = || given().overrides(json!({"data": {"dir": data}})).settings();
    assert!(settings().security.data_keys().is_empty());
    let sealed = vault(&settings()).unwrap().seal(ROW, b"plain").unwrap();
    assert_eq!(Vault::key_of(&sealed), Some("local"));
    let opened = vault(&settings()).unwrap().open(ROW, &sealed).unwrap();
    assert_eq!(opened.as_slice(), b"plain");
    let file = data.join("data-key");
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // Moved into the configuration under its id, beside a new one, it still opens.
    let moved = given()
        .env(
            "CARDMUX_SECURITY__DATA_KEYS__LOCAL",
            &std::fs::read_to_string(&file).unwrap(),
        )
        .env("CARDMUX_SECURITY__DATA_KEYS__K1", DATA_KEY)
        .env("CARDMUX_SECURITY__DATA_KEY", "k1")
        .settings();
    let moved = vault(&moved).unwrap();
    assert!(!moved.is_current(&sealed));
    assert_eq!(moved.open(ROW, &sealed).unwrap().as_slice(), b"plain");
    // A damaged one is not replaced: that would lose what it sealed.
    std::fs::write(&file, "").unwrap();
    let damaged = vault(&settings()).err();
    assert!(matches!(damaged, Some(StartError::DataKey(at)) if at == file));
}
