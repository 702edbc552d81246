use aws_lc_rs::agreement::{self, PrivateKey};
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::{
    KeyPair, KeySize, OaepPrivateDecryptingKey, PrivateDecryptingKey, PublicKeyComponents,
};
use aws_lc_rs::signature::KeyPair as _;
use serde_json::{Value, json};

use super::super::jwk::BadJwk;
use super::*;

const PAYLOAD: &[u8] = b"{\"number\":\"0000000000000000\"}";

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// The header, the encrypted key, and how to open the content once its key is known.
fn parts(jwe: &str) -> (Value, Vec<u8>, impl Fn(&[u8]) -> Vec<u8> + use<>) {
    let parts: Vec<String> = jwe.split('.').map(str::to_owned).collect();
    assert_eq!(parts.len(), 5, "{jwe}");
    let header = serde_json::from_slice(&decode(&parts[0])).unwrap();
    let encrypted_key = decode(&parts[1]);
    let open = move |key: &[u8]| {
        let nonce = decode(&parts[2]).try_into().unwrap();
        let tag = decode(&parts[4]);
        assert_eq!(tag.len(), gcm::TAG_BYTES);
        let sealed = [decode(&parts[3]), tag].concat();
        let key = gcm::key(key.try_into().unwrap()).unwrap();
        gcm::open(&key, &nonce, parts[0].as_bytes(), &sealed)
            .unwrap()
            .to_vec()
    };
    (header, encrypted_key, open)
}

fn rsa() -> (OaepPrivateDecryptingKey, Value) {
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let PublicKeyComponents { n, e } = PublicKeyComponents::from(pair.public_key());
    let der = pair.as_der().unwrap();
    let private = PrivateDecryptingKey::from_pkcs8(der.as_ref()).unwrap();
    let jwk = json!({"kty": "RSA", "n": encode(n), "e": encode(e)});
    (OaepPrivateDecryptingKey::new(private).unwrap(), jwk)
}

fn curve(curve: Curve) -> (PrivateKey, Value) {
    let private = PrivateKey::generate(curve.algorithm()).unwrap();
    let public = ephemeral_jwk(curve, &private.compute_public_key().unwrap()).unwrap();
    (private, serde_json::to_value(public).unwrap())
}

/// RFC 7518, appendix C.
#[test]
fn concat_kdf_gives_the_key_of_the_rfc() {
    let secret = [
        158, 86, 217, 29, 129, 113, 53, 211, 114, 131, 66, 131, 191, 132, 38, 156, 251, 49, 110,
        163, 218, 128, 106, 72, 246, 218, 167, 121, 140, 254, 144, 196,
    ];
    let mut key = [0; 16];
    concat_kdf(&secret, "A128GCM", [b"Alice", b"Bob"], &mut key).unwrap();
    assert_eq!(encode(key), "VqqN6vgjbSBcIijNcacQGg");
}

#[test]
fn rsa_round_trip() {
    let (private, mut jwk) = rsa();
    jwk["kid"] = json!("reveal \"1\"");
    jwk["alg"] = json!("RSA-OAEP-256");
    jwk["key_ops"] = json!(["encrypt"]);
    let jwe = PublicJwk::parse(&jwk).unwrap().encrypt(PAYLOAD).unwrap();
    let (header, encrypted_key, open) = parts(&jwe);
    assert_eq!(
        header,
        json!({
            "alg": "RSA-OAEP-256", "enc": "A256GCM", "cty": "application/json", "kid": "reveal \"1\""
        })
    );
    let mut key = vec![0; private.min_output_size()];
    let key = private
        .decrypt(&OAEP_SHA256_MGF1SHA256, &encrypted_key, &mut key, None)
        .unwrap();
    assert_eq!(open(key), PAYLOAD);
}

#[test]
fn agreement_round_trip_on_every_curve() {
    for crv in [Curve::P256, Curve::P384, Curve::X25519] {
        let (private, mut jwk) = curve(crv);
        // As WebCrypto exports it.
        jwk["key_ops"] = json!([]);
        jwk["ext"] = json!(true);
        let key = PublicJwk::parse(&jwk).unwrap();
        let jwe = key.encrypt(PAYLOAD).unwrap();
        let (header, encrypted_key, open) = parts(&jwe);
        assert_eq!(header["alg"], "ECDH-ES");
        assert_eq!(header["enc"], "A256GCM");
        assert!(header.get("kid").is_none());
        assert!(encrypted_key.is_empty());
        assert_eq!(header["epk"]["crv"], crv.name());
        assert_ne!(header["epk"]["x"], jwk["x"]);
        let RecipientKey::Curve(_, point) = PublicJwk::parse(&header["epk"]).unwrap().key else {
            panic!("the ephemeral key is not a point");
        };
        let theirs = UnparsedPublicKey::new(crv.algorithm(), point);
        let content_key = agreement::agree(&private, theirs, JweError, |secret| {
            let mut key = [0; KEY_BYTES];
            concat_kdf(secret, "A256GCM", [b"", b""], &mut key)?;
            Ok(key)
        });
        assert_eq!(open(&content_key.unwrap()), PAYLOAD);
        assert_ne!(jwe, key.encrypt(PAYLOAD).unwrap());
    }
}

fn with(jwk: &Value, member: &str, value: Value) -> Value {
    let mut jwk = jwk.clone();
    jwk[member] = value;
    jwk
}

fn without(jwk: &Value, member: &str) -> Value {
    let mut jwk = jwk.clone();
    jwk.as_object_mut().unwrap().remove(member);
    jwk
}

fn refusal(jwk: &Value) -> BadJwk {
    match PublicJwk::parse(jwk) {
        Ok(_) => panic!("not refused: {jwk}"),
        Err(bad) => bad,
    }
}

#[test]
fn every_refusal_names_the_member_and_what_is_wrong() {
    let (_, rsa) = rsa();
    let (_, ec) = curve(Curve::P256);
    let (_, okp) = curve(Curve::X25519);
    let small = encode([&[0xff], &[1; 127][..]].concat());
    let large = encode([&[0xff], &[1; 512][..]].concat());
    let mut even = decode(rsa["n"].as_str().unwrap());
    *even.last_mut().unwrap() &= 0xfe;
    let padded = [&[0], &*decode(rsa["n"].as_str().unwrap())].concat();
    for (jwk, member, detail) in [
        (json!("text"), "", "must be an object"),
        (json!([]), "", "must be an object"),
        (without(&rsa, "kty"), "kty", "required"),
        (with(&rsa, "kty", json!("oct")), "kty", "RSA, EC or OKP"),
        (json!({"kty": "oct", "k": "AA"}), "k", "public half"),
        (with(&rsa, "d", json!("AQ")), "d", "public half"),
        (with(&rsa, "qi", json!(null)), "qi", "public half"),
        (with(&ec, "d", json!("AQ")), "d", "public half"),
        (with(&okp, "d", json!("AQ")), "d", "public half"),
        (with(&rsa, "use", json!("sig")), "use", "must be enc"),
        (with(&ec, "use", json!(1)), "use", "must be text"),
        (with(&rsa, "alg", json!("RSA-OAEP")), "alg", "RSA-OAEP-256"),
        (with(&rsa, "alg", json!("ECDH-ES")), "alg", "RSA-OAEP-256"),
        (with(&ec, "alg", json!("ECDH-ES+A256KW")), "alg", "ECDH-ES"),
        (
            with(&rsa, "key_ops", json!(["verify"])),
            "key_ops",
            "wrapKey",
        ),
        (with(&rsa, "key_ops", json!([])), "key_ops", "encrypt"),
        (
            with(&ec, "key_ops", json!(["verify"])),
            "key_ops",
            "deriveKey",
        ),
        (
            with(&ec, "key_ops", json!("deriveKey")),
            "key_ops",
            "a list",
        ),
        (with(&rsa, "kid", json!(7)), "kid", "must be text"),
        (with(&rsa, "kid", json!("k".repeat(257))), "kid", "longer"),
        (without(&rsa, "n"), "n", "required"),
        (with(&rsa, "n", json!("a b")), "n", "base64url"),
        (with(&rsa, "n", json!("")), "n", "empty"),
        (with(&rsa, "n", json!(small)), "n", "has 1024 bits"),
        (with(&rsa, "n", json!(large)), "n", "has 4104 bits"),
        (with(&rsa, "n", json!(encode(even))), "n", "even"),
        (with(&rsa, "n", json!(encode(padded))), "n", "zero byte"),
        (without(&rsa, "e"), "e", "required"),
        (with(&rsa, "e", json!("Aw")), "e", "from 65537"),
        (with(&rsa, "e", json!("AQAA")), "e", "odd"),
        (with(&rsa, "e", json!("AQAAAAE")), "e", "to 4294967295"),
        (with(&ec, "crv", json!("P-521")), "crv", "P-256 or P-384"),
        (with(&ec, "crv", json!("P-384")), "x", "must have 48"),
        (without(&ec, "y"), "y", "required"),
        (
            with(&ec, "y", json!(encode([1; 32]))),
            "x",
            "valid public key",
        ),
        (with(&okp, "crv", json!("Ed25519")), "crv", "X25519"),
        (with(&okp, "x", json!(encode([0; 31]))), "x", "must have 32"),
        // A point of low order: anybody knows what is agreed with it.
        (
            with(&okp, "x", json!(encode([0; 32]))),
            "x",
            "valid public key",
        ),
    ] {
        let bad = refusal(&jwk);
        assert_eq!(bad.member, member, "{bad}");
        assert!(bad.detail.contains(detail), "{bad}");
    }
    assert_eq!(refusal(&json!(1)).pointer("/publicKey"), "/publicKey");
    assert_eq!(refusal(&json!({})).pointer("/publicKey"), "/publicKey/kty");
}
