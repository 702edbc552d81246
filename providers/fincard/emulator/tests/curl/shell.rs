//! `curl` and `openssl`, as one would use them by hand.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tempfile::TempDir;

/// A scratch folder with the merchant's key, and the tools.
pub struct Shell {
    folder: TempDir,
}

/// What a call answered.
pub struct Reply {
    pub status: u16,
    /// Null if it is no JSON.
    pub body: Value,
    /// Of the answer, where there is one.
    pub signature: Option<String>,
}

/// What goes into a request besides its headers.
pub enum Payload<'a> {
    Json(&'a [u8]),
    /// `--form` arguments.
    Form(&'a [String]),
}

impl Shell {
    /// The keys are Base64 DER, as the emulator's client settings have them.
    pub fn new(private_key: &str, platform_public_key: &str) -> Self {
        let shell = Self {
            folder: TempDir::new().unwrap(),
        };
        let pem = |kind: &str, der: &str| {
            let der = STANDARD.decode(der).unwrap();
            let lines = STANDARD.encode(der).into_bytes();
            let lines: Vec<_> = lines.chunks(64).map(String::from_utf8_lossy).collect();
            let body = lines.join("\n");
            format!("-----BEGIN {kind} KEY-----\n{body}\n-----END {kind} KEY-----\n")
        };
        shell.write("merchant.pem", pem("PRIVATE", private_key).as_bytes());
        shell.write(
            "platform.pem",
            pem("PUBLIC", platform_public_key).as_bytes(),
        );
        shell
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        path
    }

    pub fn curl(&self, method: &str, url: &str, headers: &[String], payload: &Payload) -> Reply {
        // Loopback only, and never longer than this.
        let mut arguments: Vec<String> = ["--silent", "--show-error", "--noproxy", "*"]
            .map(str::to_owned)
            .to_vec();
        let mut option = |name: &str, value: String| arguments.extend([name.to_owned(), value]);
        option("--max-time", "10".to_owned());
        option("--request", method.to_owned());
        option("--dump-header", shown(&self.path("headers.txt")));
        option("--output", shown(&self.path("answer.json")));
        option("--write-out", "%{http_code}".to_owned());
        for header in headers {
            option("--header", header.clone());
        }
        match payload {
            Payload::Json(body) => {
                let file = self.write("body.json", body);
                option("--data-binary", format!("@{}", shown(&file)));
            }
            Payload::Form(parts) => {
                for part in *parts {
                    option("--form", part.clone());
                }
            }
        }
        arguments.push(url.to_owned());
        let status = String::from_utf8(run("curl", &arguments)).unwrap();
        Reply {
            status: status.trim().parse().unwrap(),
            body: serde_json::from_slice(&fs::read(self.path("answer.json")).unwrap())
                .unwrap_or_default(),
            signature: header(&fs::read_to_string(self.path("headers.txt")).unwrap()),
        }
    }

    /// SHA256withRSA over exactly these bytes, Base64 on one line (1.2).
    pub fn sign(&self, content: &[u8]) -> String {
        let content = self.write("signed", content);
        let signature = self.openssl(&[
            "dgst",
            "-sha256",
            "-sign",
            &shown(&self.path("merchant.pem")),
            &shown(&content),
        ]);
        STANDARD.encode(signature)
    }

    /// Whether the platform signed the last answer so.
    pub fn platform_signed(&self, signature: &str) -> bool {
        let Ok(signature) = STANDARD.decode(signature) else {
            return false;
        };
        let signature = self.write("signature", &signature);
        let output = Command::new("openssl")
            .args(["dgst", "-sha256", "-verify"])
            .arg(self.path("platform.pem"))
            .arg("-signature")
            .arg(signature)
            .arg(self.path("answer.json"))
            .output();
        output.unwrap().status.success()
    }

    /// The text in one RSA block, PKCS#1 v1.5 (7.4).
    pub fn open(&self, sealed: &str) -> String {
        let sealed = self.write("sealed", &STANDARD.decode(sealed).unwrap());
        let clear = self.openssl(&[
            "pkeyutl",
            "-decrypt",
            "-inkey",
            &shown(&self.path("merchant.pem")),
            "-in",
            &shown(&sealed),
        ]);
        String::from_utf8(clear).unwrap()
    }

    fn openssl(&self, arguments: &[&str]) -> Vec<u8> {
        let arguments: Vec<_> = arguments.iter().copied().map(str::to_owned).collect();
        run("openssl", &arguments)
    }
}

/// A tool's output; its failure is this test's.
fn run(program: &str, arguments: &[String]) -> Vec<u8> {
    let output = Command::new(program).args(arguments).output();
    let output = output.unwrap_or_else(|error| {
        panic!("this test needs `{program}` (hint: apt-get install curl openssl): {error}")
    });
    assert!(
        output.status.success(),
        "{program} {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

fn header(headers: &str) -> Option<String> {
    let mut lines = headers.lines().filter_map(|line| line.split_once(':'));
    lines
        .find(|(name, _)| name.eq_ignore_ascii_case("X-WSB-SIGNATURE"))
        .map(|(_, value)| value.trim().to_owned())
}

fn shown(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}
