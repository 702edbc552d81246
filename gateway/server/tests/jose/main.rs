//! What we encrypt, an implementation that is not ours decrypts: Python's jwcrypto.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail the test"
)]

mod python;

use std::process::Output;

use cardmux::security::PublicJwk;
use serde_json::{Value, json};

/// Not ASCII only, and longer than a block.
const PAYLOAD: &str = r#"{"number":"0000000000000000","note":"Größe 12 € · 卡"}"#;

fn output(output: Output) -> (String, String) {
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    (String::from_utf8(output.stdout).unwrap(), said)
}

fn decrypts(kind: &str, alg: &str) {
    let python = python::python();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("private.json");
    let private = file.to_str().unwrap();
    let (public, _) = output(python::run(&python, "generate.py", &[kind, private], ""));
    let public: Value = serde_json::from_str(&public).unwrap();
    let key = PublicJwk::parse(&public).unwrap();
    for payload in [PAYLOAD, "{}", &format!("[{}0]", "1234567890,".repeat(1000))] {
        let jwe = key.encrypt(payload.as_bytes()).unwrap();
        let (opened, header) = output(python::run(&python, "decrypt.py", &[private], &jwe));
        assert_eq!(opened, payload);
        let mut header: Value = serde_json::from_str(&header).unwrap();
        let epk = header.as_object_mut().unwrap().remove("epk");
        assert_eq!(epk.is_some(), alg == "ECDH-ES");
        let kid = format!("test-{kind}");
        let expected = json!({"alg": alg, "enc": "A256GCM", "cty": "application/json", "kid": kid});
        assert_eq!(header, expected);
    }
    // Its private half, sent by mistake, is refused.
    let secret: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let refused = PublicJwk::parse(&secret).map(|_| ()).unwrap_err();
    assert_eq!(refused.member, "d");
    // The checking itself can fail: another key, a changed tag.
    let other = dir.path().join("other.json");
    let other = other.to_str().unwrap();
    output(python::run(&python, "generate.py", &[kind, other], ""));
    let jwe = key.encrypt(PAYLOAD.as_bytes()).unwrap();
    let first_of_tag = jwe.rfind('.').unwrap() + 1;
    let (before, tag) = jwe.split_at(first_of_tag);
    let swapped = if tag.starts_with('A') { "B" } else { "A" };
    let changed = format!("{before}{swapped}{}", tag.get(1..).unwrap());
    for (private, jwe) in [(other, &jwe), (private, &changed)] {
        let run = python::run(&python, "decrypt.py", &[private], jwe);
        assert!(!run.status.success() && run.stdout.is_empty());
    }
}

#[test]
fn rsa_oaep_256_is_decrypted_by_jwcrypto() {
    decrypts("rsa", "RSA-OAEP-256");
}

#[test]
fn ecdh_es_on_p256_is_decrypted_by_jwcrypto() {
    decrypts("p256", "ECDH-ES");
}

#[test]
fn ecdh_es_on_p384_is_decrypted_by_jwcrypto() {
    decrypts("p384", "ECDH-ES");
}

#[test]
fn ecdh_es_on_x25519_is_decrypted_by_jwcrypto() {
    decrypts("x25519", "ECDH-ES");
}

/// RFC 7517, appendix A.1: a public key as others write it.
#[test]
fn public_keys_of_the_rfc_are_taken() {
    let ec = json!({
        "kty": "EC", "crv": "P-256", "use": "enc", "kid": "1",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"
    });
    PublicJwk::parse(&ec).unwrap();
}
