//! Answers opened by an implementation of JOSE that is not ours: Python's jwcrypto.

use serde_json::Value;
use tempfile::TempDir;

#[path = "../../../../gateway/server/tests/jose/python.rs"]
mod python;

/// A key pair; its private half stays in a file that goes with it.
pub struct Recipient {
    /// The public JWK.
    pub public: Value,
    folder: TempDir,
}

impl Recipient {
    /// `rsa` or `p256`.
    pub async fn new(kind: &'static str) -> Self {
        let made = tokio::task::spawn_blocking(move || {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("private.json");
            let arguments = [kind, file.to_str().unwrap()];
            let public = said("generate.py", &arguments, "");
            Self {
                public: serde_json::from_str(&public).unwrap(),
                folder,
            }
        });
        made.await.unwrap()
    }

    /// Both halves, as nobody should ever send them.
    pub fn private(&self) -> Value {
        let file = self.folder.path().join("private.json");
        serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
    }

    /// The JSON in a JWE for this key.
    pub async fn open(&self, jwe: &str) -> Value {
        let file = self.folder.path().join("private.json");
        let jwe = jwe.to_owned();
        let opened = tokio::task::spawn_blocking(move || {
            said("decrypt.py", &[file.to_str().unwrap()], &jwe)
        });
        serde_json::from_str(&opened.await.unwrap()).unwrap()
    }
}

fn said(script: &str, arguments: &[&str], input: &str) -> String {
    let output = python::run(&python::python(), script, arguments, input);
    let problem = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{script}: {problem}");
    String::from_utf8(output.stdout).unwrap()
}
