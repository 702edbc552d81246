//! File upload.
//!
//! Documented: multipart with `category` = `card` and `file` (jpg, jpeg, png, pdf, at most 2 MB); a
//! new id with every call (4.5). Assumed: 2 MB are 2 * 1024 * 1024 bytes; the kind of a file is read
//! from its name; the content is not kept.

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use rand::RngExt;

use crate::app::App;
use crate::envelope::Failure;
use crate::json::Json;
use crate::request::required;

const FILE_MAX: usize = 2 * 1024 * 1024;
const KINDS: [&str; 4] = ["jpg", "jpeg", "png", "pdf"];

#[derive(Default)]
struct Parts {
    category: Option<String>,
    file: Option<()>,
}

impl App {
    pub async fn upload(&self, headers: &HeaderMap, body: &[u8]) -> Result<Json, Failure> {
        let parts = read(headers, body).await?;
        if required("category", parts.category)? != "card" {
            return Err(Failure::business("category parameter error: must be card"));
        }
        required("file", parts.file)?;
        self.change(|state| {
            let drawn = state.draw().random::<u128>();
            let id = group(&format!("{drawn:032x}"));
            state.files.insert(id.clone());
            Ok(Json::Object(vec![("fileId", Json::Text(id))]))
        })
        .await
    }
}

async fn read(headers: &HeaderMap, body: &[u8]) -> Result<Parts, Failure> {
    let broken = || Failure::BadRequest("The request body must be multipart/form-data");
    let mut request = Request::new(Body::from(body.to_vec()));
    if let Some(kind) = headers.get(CONTENT_TYPE) {
        request.headers_mut().insert(CONTENT_TYPE, kind.clone());
    }
    // The gate in front has bounded the body.
    DefaultBodyLimit::disable().apply(&mut request);
    let mut multipart = Multipart::from_request(request, &())
        .await
        .map_err(|_| broken())?;
    let mut parts = Parts::default();
    while let Some(field) = multipart.next_field().await.map_err(|_| broken())? {
        match field.name() {
            Some("category") => parts.category = Some(field.text().await.map_err(|_| broken())?),
            Some("file") => {
                let name = field.file_name().unwrap_or_default().to_ascii_lowercase();
                let content = field.bytes().await.map_err(|_| broken())?;
                check_file(&name, content.len())?;
                parts.file = Some(());
            }
            Some(_) | None => {}
        }
    }
    Ok(parts)
}

fn check_file(name: &str, size: usize) -> Result<(), Failure> {
    let is_kind = |kind: &str| name.rsplit_once('.').is_some_and(|(_, end)| end == kind);
    if !KINDS.into_iter().any(is_kind) {
        return Err(Failure::business(
            "file parameter error: jpg, jpeg, png or pdf",
        ));
    }
    if size == 0 || size > FILE_MAX {
        return Err(Failure::business("file parameter error: at most 2 MB"));
    }
    Ok(())
}

/// 32 hexadecimal digits the way a UUID is written.
fn group(digits: &str) -> String {
    let mut id = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if matches!(at, 8 | 12 | 16 | 20) {
            id.push('-');
        }
        id.push(digit);
    }
    id
}
