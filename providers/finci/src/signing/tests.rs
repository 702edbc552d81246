use super::*;
use serde_json::json;

fn canonical(template: &str) -> Result<Canonical, String> {
    Canonical::read(&json!(template))
}

fn signed(template: &str, case: HexCase) -> String {
    let signer = Signer::new(&"hush-hush".into(), canonical(template).unwrap(), case);
    assert!(!format!("{signer:?}").contains("hush"));
    signer.sign(&Signed {
        timestamp: "1767225600",
        method: "PATCH",
        path: "/v1/update-card-status/70012000000000000042",
        body: br#"{"token_status":"deactivated"}"#,
    })
}

/// Computed with `openssl dgst -sha256 -hmac hush-hush`, and again with Python's hmac.
const VECTORS: [(&str, &str); 6] = [
    (
        "{timestamp}{method}{path}{body}",
        "dc1a4d0b3cd509f840aec8466db9d8adf9866b13ba433265d68f553ec8b2e785",
    ),
    (
        "{timestamp}{path}{body}",
        "8ea34dee969c3dcecaedbddb8df514864198555423ec0878e43bed1e7c858c52",
    ),
    (
        "{path}{timestamp}{body}",
        "b9a06b6e8e43acce285c67351136c9ed5c5fa62c9ae6fa675ad33b025a8357a0",
    ),
    (
        "{method}{path}{timestamp}{body}",
        "a85fb0b10c804fa5319d982f634065b9c5fb6ac82a6a07617a59739e0813a4ed",
    ),
    (
        "{body}",
        "9652389f8b38b63dcc442f901c6093570f6552eab69c3bf2e34d987e643b041f",
    ),
    (
        "{timestamp}.{path}.{body}",
        "f71e674c352ca5ca718b323b31911b12ddc50102bbcd2431b01122264ec561c4",
    ),
];

#[test]
fn signature_is_the_one_others_compute_in_every_order() {
    for (template, expected) in VECTORS {
        assert_eq!(signed(template, HexCase::Lower), expected, "{template}");
        assert_eq!(signed(template, HexCase::Upper), expected.to_uppercase());
    }
    assert_eq!(canonical(VECTORS[0].0).unwrap(), Canonical::default());
}

#[test]
fn template_that_would_sign_something_else_is_refused() {
    for bad in [
        "",
        "{timestamp}{path}",
        "{body}{query}",
        "{body",
        "{ body }",
    ] {
        assert!(canonical(bad).is_err(), "{bad}");
    }
    assert!(Canonical::read(&json!(7)).is_err());
}
