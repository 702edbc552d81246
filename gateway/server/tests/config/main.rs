//! Configuration as an operator meets it: layers, secrets, and what is said when it is wrong.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail the test"
)]

mod data_keys;
mod layers;
mod problems;
mod reload;
mod shown;

use std::path::{Path, PathBuf};

use cardmux::config::{ConfigProblems, Finding, Mode, Origin, Problem, Settings, Sources};
use cardmux_domain::secret::ExposeSecret;
use serde_json::{Value, json};

const KINDS: &[&str] = &["bfinance", "fincard", "finci", "finup", "mock"];
const SECRET: &str = "0123456789012345678901234567890123456789";

/// The base64 of 32 bytes.
const DATA_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const OTHER_DATA_KEY: &str = "/////////////////////////////////////////v8=";

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
