use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// An answer that nobody on the way keeps (RFC 9111).
pub struct NotStored<T>(pub T);

impl<T: Serialize> IntoResponse for NotStored<T> {
    fn into_response(self) -> Response {
        let mut response = Json(self.0).into_response();
        let no_store = HeaderValue::from_static("no-store");
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, no_store);
        response
    }
}
