use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;

use crate::app::{App, FieldProblem};
use crate::http::codes;
use crate::http::problem::ApiError;
use crate::security::{Hasher, Purpose};

/// Query parameters; an unknown or unfit one is named.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        let pairs = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let deserializer = serde_urlencoded::Deserializer::new(pairs);
        serde_path_to_error::deserialize(deserializer)
            .map(Self)
            .map_err(|error| {
                let name = error.path().to_string();
                invalid(FieldProblem::parameter(
                    name,
                    "bad_parameter",
                    error.into_inner().to_string(),
                ))
            })
    }
}

/// How many rows a page has: what was asked for, within the configured bounds.
pub fn page_limit(app: &App, asked: Option<usize>) -> Result<usize, ApiError> {
    let limit = asked.unwrap_or(app.default_page_size);
    if (1..=app.max_page_size).contains(&limit) {
        return Ok(limit);
    }
    let detail = format!("must be 1 to {}", app.max_page_size);
    Err(invalid(FieldProblem::parameter(
        "limit",
        "out_of_range",
        detail,
    )))
}

/// Where a page begins. Opaque to clients: the id of the last row or a provider's own cursor, bound by
/// a keyed hash to the tenant, the list and its filters, so that a cursor of another list is noticed.
pub struct Cursor<'a> {
    pub tenant: &'a str,
    pub list: &'static str,
    pub filters: String,
}

const MAC_BYTES: usize = 8;

impl Cursor<'_> {
    pub fn encode(&self, app: &App, id: uuid::Uuid) -> String {
        self.seal(&app.hasher, id.as_bytes())
    }

    pub fn decode(&self, app: &App, text: &str) -> Result<uuid::Uuid, ApiError> {
        self.open(&app.hasher, text)
            .and_then(|place| uuid::Uuid::from_slice(&place).ok())
            .ok_or_else(bad_cursor)
    }

    /// For a list that a provider pages through: its cursor comes back as it was given.
    pub fn encode_text(&self, app: &App, place: &str) -> String {
        self.seal(&app.hasher, place.as_bytes())
    }

    pub fn decode_text(&self, app: &App, text: &str) -> Result<String, ApiError> {
        self.open(&app.hasher, text)
            .and_then(|place| String::from_utf8(place).ok())
            .ok_or_else(bad_cursor)
    }

    fn seal(&self, hasher: &Hasher, place: &[u8]) -> String {
        let mut bytes = place.to_vec();
        bytes.extend(self.mac(hasher, place));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn open(&self, hasher: &Hasher, text: &str) -> Option<Vec<u8>> {
        let mut bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let mac = bytes.split_off(bytes.len().checked_sub(MAC_BYTES)?);
        (mac == self.mac(hasher, &bytes)).then_some(bytes)
    }

    fn mac(&self, hasher: &Hasher, place: &[u8]) -> Vec<u8> {
        let parts = [
            self.tenant.as_bytes(),
            self.list.as_bytes(),
            self.filters.as_bytes(),
            place,
        ];
        let mut mac = hasher.hash(Purpose::Cursor, &parts);
        mac.truncate(MAC_BYTES);
        mac
    }
}

fn bad_cursor() -> ApiError {
    let detail = "is not a cursor of this list with these filters; begin without one";
    invalid(FieldProblem::parameter("cursor", "bad_cursor", detail))
}

fn invalid(field: FieldProblem) -> ApiError {
    ApiError::fields(codes::INVALID_QUERY, "see `errors`", vec![field])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(tenant: &'static str, list: &'static str, filters: &str) -> Cursor<'static> {
        Cursor {
            tenant,
            list,
            filters: filters.to_owned(),
        }
    }

    #[test]
    fn cursor_opens_only_for_its_tenant_list_and_filters() {
        let hasher = Hasher::new(b"one secret of thirty-two bytes..");
        let entries = cursor("acme", "entries", "limit 50");
        for place in ["2", "", "a longer place, with ünusual bytes"] {
            let text = entries.seal(&hasher, place.as_bytes());
            assert_eq!(
                entries.open(&hasher, &text).as_deref(),
                Some(place.as_bytes())
            );
            for other in [
                cursor("other", "entries", "limit 50"),
                cursor("acme", "budgets", "limit 50"),
                cursor("acme", "entries", "limit 51"),
            ] {
                assert_eq!(other.open(&hasher, &text), None);
            }
            assert_eq!(entries.open(&Hasher::new(b"another"), &text), None);
        }
    }

    #[test]
    fn cursor_changed_by_a_client_is_noticed() {
        let hasher = Hasher::new(b"one secret of thirty-two bytes..");
        let entries = cursor("acme", "entries", "");
        let sealed = URL_SAFE_NO_PAD.decode(entries.seal(&hasher, b"2")).unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            let text = URL_SAFE_NO_PAD.encode(changed);
            assert_eq!(entries.open(&hasher, &text), None, "byte {at}");
        }
        for text in ["", "2", "AAAA", "not base64!"] {
            assert_eq!(entries.open(&hasher, text), None, "{text}");
        }
    }
}
