//! The signature of a request (dossier section 3): HMAC-SHA256 over a text made of time, method, path
//! and body. In which order, and of which of them, no readable page says, so it is a setting.

use cardmux_domain::secret::SecretString;
use cardmux_provider_kit::settings::Setting;
use cardmux_provider_kit::signature::HmacKey;
use serde_json::Value;

/// Our choice (C): everything that can be in it.
const DEFAULT: [Part; 4] = [Part::Timestamp, Part::Method, Part::Path, Part::Body];

const PLACEHOLDERS: [(&str, Part); 4] = [
    ("{timestamp}", Part::Timestamp),
    ("{method}", Part::Method),
    ("{path}", Part::Path),
    ("{body}", Part::Body),
];

/// What is signed: a template such as `{timestamp}{method}{path}{body}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canonical(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Timestamp,
    Method,
    Path,
    Body,
    /// A separator.
    Literal(String),
}

impl Default for Canonical {
    fn default() -> Self {
        Self(DEFAULT.to_vec())
    }
}

impl Setting for Canonical {
    fn read(value: &Value) -> Result<Self, String> {
        let problem = "must be a text of {timestamp}, {method}, {path}, {body} and separators, \
                       with {body} in it";
        let mut rest = value.as_str().ok_or_else(|| problem.to_owned())?;
        let mut parts = Vec::new();
        while !rest.is_empty() {
            let named = PLACEHOLDERS
                .iter()
                .find_map(|(word, part)| Some((part, rest.strip_prefix(word)?)));
            if let Some((part, after)) = named {
                parts.push(part.clone());
                rest = after;
                continue;
            }
            // What begins like a placeholder and is none would be signed as it stands.
            let end = rest.find('{').unwrap_or(rest.len());
            let (literal, after) = rest.split_at(end);
            if literal.is_empty() {
                return Err(problem.to_owned());
            }
            parts.push(Part::Literal(literal.to_owned()));
            rest = after;
        }
        match parts.contains(&Part::Body) {
            true => Ok(Self(parts)),
            false => Err(problem.to_owned()),
        }
    }
}

/// Lower case is our choice (C).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum HexCase {
    #[default]
    Lower,
    Upper,
}

#[derive(Debug)]
pub struct Signer {
    key: HmacKey,
    canonical: Canonical,
    case: HexCase,
}

/// A request as far as it can be signed: exactly what goes over the wire.
pub struct Signed<'a> {
    pub timestamp: &'a str,
    pub method: &'a str,
    pub path: &'a str,
    pub body: &'a [u8],
}

impl Signer {
    pub fn new(secret: &SecretString, canonical: Canonical, case: HexCase) -> Self {
        Self {
            key: HmacKey::new(secret),
            canonical,
            case,
        }
    }

    pub fn sign(&self, request: &Signed<'_>) -> String {
        let parts: Vec<&[u8]> = self
            .canonical
            .0
            .iter()
            .map(|part| match part {
                Part::Timestamp => request.timestamp.as_bytes(),
                Part::Method => request.method.as_bytes(),
                Part::Path => request.path.as_bytes(),
                Part::Body => request.body,
                Part::Literal(text) => text.as_bytes(),
            })
            .collect();
        let hex = self.key.sign_hex(&parts);
        match self.case {
            HexCase::Lower => hex,
            HexCase::Upper => hex.to_uppercase(),
        }
    }
}

#[cfg(test)]
mod tests;
