use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;

use crate::app::{App, FieldProblem};
use crate::http::codes;
use crate::http::problem::ApiError;
use crate::security::Purpose;

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

/// Where a page begins. Opaque to clients: the id of the last row, bound by a keyed hash to the
/// tenant, the list and its filters, so that a cursor of another list is noticed.
pub struct Cursor<'a> {
    pub tenant: &'a str,
    pub list: &'static str,
    pub filters: String,
}

const MAC_BYTES: usize = 8;

impl Cursor<'_> {
    pub fn encode(&self, app: &App, id: uuid::Uuid) -> String {
        let mut bytes = id.as_bytes().to_vec();
        bytes.extend(self.mac(app, id));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    pub fn decode(&self, app: &App, text: &str) -> Result<uuid::Uuid, ApiError> {
        self.open(app, text).ok_or_else(|| {
            let detail = "is not a cursor of this list with these filters; begin without one";
            invalid(FieldProblem::parameter("cursor", "bad_cursor", detail))
        })
    }

    fn open(&self, app: &App, text: &str) -> Option<uuid::Uuid> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (id, mac) = bytes.split_at_checked(16)?;
        let id = uuid::Uuid::from_slice(id).ok()?;
        (mac == self.mac(app, id)).then_some(id)
    }

    fn mac(&self, app: &App, id: uuid::Uuid) -> Vec<u8> {
        let parts = [
            self.tenant.as_bytes(),
            self.list.as_bytes(),
            self.filters.as_bytes(),
            id.as_bytes(),
        ];
        let mut mac = app.hasher.hash(Purpose::Cursor, &parts);
        mac.truncate(MAC_BYTES);
        mac
    }
}

fn invalid(field: FieldProblem) -> ApiError {
    ApiError::fields(codes::INVALID_QUERY, "see `errors`", vec![field])
}
