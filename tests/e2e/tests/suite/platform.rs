//! The platform of the README: two tenants, three issuers, one file, in the playground.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use cardmux_e2e::api::{Api, fresh_key};
use serde_json::{Value, json};

use crate::setup;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Ended when dropped.
struct Playground(Child);

impl Drop for Playground {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The first line that it prints.
fn start(data_dir: &Path) -> (Playground, Value) {
    let file = repository().join("config/platform.example.toml");
    let mut child = Command::new(setup().program)
        .args([
            "playground",
            "--json",
            "--listen",
            "127.0.0.1:0",
            "--config",
        ])
        .arg(file)
        .arg("--data-dir")
        .arg(data_dir)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the gateway's program runs");
    let mut line = String::new();
    let out = child.stdout.take().unwrap();
    BufReader::new(out).read_line(&mut line).unwrap();
    (Playground(child), serde_json::from_str(&line).unwrap())
}

#[test]
fn readme_shows_the_file_as_it_is() {
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let file = std::fs::read_to_string(repository().join("config/platform.example.toml")).unwrap();
    let shown = file.split_once("\n\n").unwrap().1;
    assert!(readme.contains(&format!("```toml\n{shown}```")));
}

#[tokio::test]
async fn platform_of_the_readme_runs_in_the_playground() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path().to_owned();
    let (_playground, said) = tokio::task::spawn_blocking(move || start(&at))
        .await
        .unwrap();
    let api = |tenant: &str| {
        let key = said["apiKeys"][tenant].as_str().unwrap();
        Api::new(said["url"].as_str().unwrap().to_owned(), key.to_owned())
    };
    let (acme, globex) = (api("acme"), api("globex"));
    let wish = json!({
        "want": { "model": "card", "form": "virtual", "currency": "USD" },
        "cardholder": { "firstName": "Ada", "lastName": "Lovelace" },
    });
    let card = acme
        .post("/v1/cards", &fresh_key(), &wish)
        .await
        .expect(201);
    assert_eq!(card["routing"]["rule"], "prepaid in dollars");
    let mut growth = wish.clone();
    growth["metadata"] = json!({ "team": "growth" });
    let card = acme
        .post("/v1/cards", &fresh_key(), &growth)
        .await
        .expect(201);
    assert_eq!(card["routing"]["rule"], "growth team, cheapest");
    let card = globex
        .post("/v1/cards", &fresh_key(), &wish)
        .await
        .expect(201);
    assert_eq!(card["provider"]["instance"], "finup");
    // Each sees its own.
    let id = card["id"].as_str().unwrap();
    acme.get(&format!("/v1/cards/{id}")).await.expect(404);
    let types = globex.all("/v1/card-types").await;
    assert!(!types.is_empty() && types.iter().all(|t| t["instance"] != "fincard"));
}
