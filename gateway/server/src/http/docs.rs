//! Documentation that works without a network: the OpenAPI document, a viewer, the error pages.

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::codes;
use super::problem::ApiError;

/// `/docs/errors/{code}`, in Markdown.
pub async fn error_page(Path(code): Path<String>) -> Result<Response, ApiError> {
    let known = codes::ALL.iter().find(|known| known.code == code);
    let page = known.ok_or_else(|| {
        let names: Vec<&str> = codes::ALL.iter().map(|known| known.code).collect();
        ApiError::new(
            codes::NOT_FOUND,
            format!("no error code `{code}`; there are {}", names.join(", ")),
        )
    })?;
    Ok((
        [(header::CONTENT_TYPE, "text/markdown; charset=utf-8")],
        page.page,
    )
        .into_response())
}
