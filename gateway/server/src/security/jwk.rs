//! The public key (JWK, RFC 7517) that a client wants its answer encrypted to.

use aws_lc_rs::agreement::{self, ECDH_P256, ECDH_P384, X25519};
use aws_lc_rs::rsa::{OaepPublicEncryptingKey, PublicEncryptingKey, PublicKeyComponents};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// 2048 is the least that RFC 7518 (4.3) allows; past 4096 a key only costs time.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=4096;
/// From the exponent everybody uses to the longest that fits in four bytes.
const RSA_EXPONENT: std::ops::RangeInclusive<u64> = 65_537..=4_294_967_295;
/// It is sent back in the header of the answer; thumbprints and UUIDs have some 40 bytes.
const KID_BYTES: usize = 256;

/// The members of private and symmetric keys (RFC 7518, 6.2.2, 6.3.2, 6.4.1).
const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// Why a key is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{member}: {detail}")]
pub struct BadJwk {
    /// The member at fault; empty when the whole is.
    pub member: &'static str,
    /// What is wrong with it and what to do; never repeats a value.
    pub detail: String,
}

impl BadJwk {
    /// JSON pointer of the member, the key itself being at `base`.
    pub fn pointer(&self, base: &str) -> String {
        match self.member {
            "" => base.to_owned(),
            member => format!("{base}/{member}"),
        }
    }
}

fn bad(member: &'static str, detail: impl Into<String>) -> BadJwk {
    BadJwk {
        member,
        detail: detail.into(),
    }
}

/// A key that something can be encrypted to.
pub struct PublicJwk {
    pub(super) key: RecipientKey,
    pub(super) kid: Option<String>,
}

pub(super) enum RecipientKey {
    Rsa(OaepPublicEncryptingKey),
    /// The point as aws-lc-rs reads it.
    Curve(Curve, Vec<u8>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Curve {
    P256,
    P384,
    X25519,
}

impl Curve {
    pub fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::X25519 => "X25519",
        }
    }

    pub fn kty(self) -> &'static str {
        match self {
            Self::P256 | Self::P384 => "EC",
            Self::X25519 => "OKP",
        }
    }

    pub fn algorithm(self) -> &'static agreement::Algorithm {
        match self {
            Self::P256 => &ECDH_P256,
            Self::P384 => &ECDH_P384,
            Self::X25519 => &X25519,
        }
    }

    pub fn coordinate_bytes(self) -> usize {
        match self {
            Self::P256 | Self::X25519 => 32,
            Self::P384 => 48,
        }
    }
}

impl PublicJwk {
    /// Reads and checks a JWK: after this, encrypting to it works.
    ///
    /// Members that have no meaning here are passed over, as RFC 7517 (4) wants.
    pub fn parse(jwk: &Value) -> Result<Self, BadJwk> {
        let Some(members) = jwk.as_object() else {
            return Err(bad("", "must be an object: a public key as JWK (RFC 7517)"));
        };
        refuse_private(members)?;
        let (algorithm, operations, blamed, key) = match text(members, "kty")? {
            "RSA" => (
                "RSA-OAEP-256",
                &["encrypt", "wrapKey"],
                "n",
                rsa_key(members)?,
            ),
            "EC" => ("ECDH-ES", AGREE, "x", ec_key(members)?),
            "OKP" => ("ECDH-ES", AGREE, "x", okp_key(members)?),
            _ => return Err(bad("kty", "must be RSA, EC or OKP")),
        };
        check_purpose(members, algorithm, operations)?;
        let kid = optional_text(members, "kid")?.map(str::to_owned);
        if kid.as_ref().is_some_and(|kid| kid.len() > KID_BYTES) {
            return Err(bad(
                "kid",
                format!("is longer than {KID_BYTES} bytes; shorten it or leave it out"),
            ));
        }
        let jwk = Self { key, kid };
        // The library looks at a point only when it is used: not on the curve, of low order.
        if jwk.encrypt(b"").is_err() {
            return Err(bad(blamed, "is not a valid public key of its kind"));
        }
        Ok(jwk)
    }
}

const AGREE: &[&str; 2] = &["deriveKey", "deriveBits"];

fn refuse_private(members: &Map<String, Value>) -> Result<(), BadJwk> {
    let found = PRIVATE_MEMBERS
        .into_iter()
        .find(|member| members.contains_key(*member));
    match found {
        Some(member) => Err(bad(
            member,
            "belongs to a secret key and must never be sent: give up this key, make a new one and \
             send only its public half",
        )),
        None => Ok(()),
    }
}

/// What the key says it is for, when it says so.
fn check_purpose(
    members: &Map<String, Value>,
    algorithm: &'static str,
    operations: &[&str; 2],
) -> Result<(), BadJwk> {
    if optional_text(members, "use")?.is_some_and(|purpose| purpose != "enc") {
        return Err(bad("use", "must be enc: send a key meant for encryption"));
    }
    if optional_text(members, "alg")?.is_some_and(|alg| alg != algorithm) {
        let detail = format!("must be {algorithm} for this kind of key, or left out");
        return Err(bad("alg", detail));
    }
    let allowed = match members.get("key_ops") {
        None => return Ok(()),
        Some(Value::Array(allowed)) => allowed,
        Some(_) => return Err(bad("key_ops", "must be a list")),
    };
    let [first, second] = operations;
    let fits = allowed
        .iter()
        .filter_map(Value::as_str)
        .any(|operation| operation == *first || operation == *second);
    // The public half of an agreement has no operation of its own: WebCrypto exports `[]`.
    if fits || (operations == AGREE && allowed.is_empty()) {
        return Ok(());
    }
    let detail = format!("must contain {first} or {second}, or be left out");
    Err(bad("key_ops", detail))
}

fn rsa_key(members: &Map<String, Value>) -> Result<RecipientKey, BadJwk> {
    let (n, e) = (number(members, "n")?, number(members, "e")?);
    let unused = n.first().map_or(0, |byte| byte.leading_zeros());
    let bits = (n.len() * 8).saturating_sub(usize::try_from(unused).unwrap_or(0));
    if !RSA_BITS.contains(&bits) {
        let (low, high) = RSA_BITS.into_inner();
        let detail = format!("has {bits} bits, must have {low} to {high}");
        return Err(bad("n", detail));
    }
    if !is_odd(&n) {
        return Err(bad("n", "is even, so it is not an RSA modulus"));
    }
    let exponent = (e.len() <= 4).then(|| e.iter().fold(0, |n, byte| n << 8 | u64::from(*byte)));
    if !exponent.is_some_and(|exponent| RSA_EXPONENT.contains(&exponent)) || !is_odd(&e) {
        let (low, high) = RSA_EXPONENT.into_inner();
        let detail = format!("must be an odd number from {low} (AQAB) to {high}");
        return Err(bad("e", detail));
    }
    let refused = |_| bad("n", "is not a valid RSA modulus");
    let key: PublicEncryptingKey = PublicKeyComponents { n, e }.try_into().map_err(refused)?;
    let key = OaepPublicEncryptingKey::new(key).map_err(refused)?;
    Ok(RecipientKey::Rsa(key))
}

fn is_odd(number: &[u8]) -> bool {
    number.last().is_some_and(|byte| byte % 2 == 1)
}

fn ec_key(members: &Map<String, Value>) -> Result<RecipientKey, BadJwk> {
    let curve = match text(members, "crv")? {
        "P-256" => Curve::P256,
        "P-384" => Curve::P384,
        _ => return Err(bad("crv", "must be P-256 or P-384")),
    };
    let (x, y) = (
        coordinate(members, "x", curve)?,
        coordinate(members, "y", curve)?,
    );
    // Uncompressed, SEC 1.
    Ok(RecipientKey::Curve(curve, [&[4], &*x, &*y].concat()))
}

fn okp_key(members: &Map<String, Value>) -> Result<RecipientKey, BadJwk> {
    let curve = match text(members, "crv")? {
        "X25519" => Curve::X25519,
        _ => return Err(bad("crv", "must be X25519")),
    };
    let point = coordinate(members, "x", curve)?;
    Ok(RecipientKey::Curve(curve, point))
}

fn coordinate(
    members: &Map<String, Value>,
    member: &'static str,
    curve: Curve,
) -> Result<Vec<u8>, BadJwk> {
    let (bytes, length) = (bytes(members, member)?, curve.coordinate_bytes());
    if bytes.len() == length {
        return Ok(bytes);
    }
    let name = curve.name();
    let detail = format!("has {} bytes, must have {length} for {name}", bytes.len());
    Err(bad(member, detail))
}

/// A big-endian number in the fewest bytes (RFC 7518, 2).
fn number(members: &Map<String, Value>, member: &'static str) -> Result<Vec<u8>, BadJwk> {
    let bytes = bytes(members, member)?;
    match bytes.first() {
        None => Err(bad(member, "is empty")),
        Some(0) => Err(bad(member, "begins with a zero byte; leave it out")),
        Some(_) => Ok(bytes),
    }
}

fn bytes(members: &Map<String, Value>, member: &'static str) -> Result<Vec<u8>, BadJwk> {
    URL_SAFE_NO_PAD
        .decode(text(members, member)?)
        .map_err(|_| bad(member, "must be base64url without padding"))
}

fn text<'a>(members: &'a Map<String, Value>, member: &'static str) -> Result<&'a str, BadJwk> {
    optional_text(members, member)?.ok_or_else(|| bad(member, "is required"))
}

fn optional_text<'a>(
    members: &'a Map<String, Value>,
    member: &'static str,
) -> Result<Option<&'a str>, BadJwk> {
    match members.get(member) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(bad(member, "must be text")),
    }
}
