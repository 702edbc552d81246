//! A file out of a form, passed on as it comes.

use std::io;

use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use axum::http::StatusCode;
use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use tokio::sync::mpsc;

use crate::app::{AppError, FieldProblem};
use crate::http::codes;
use crate::http::problem::{ApiError, ApiResult};

/// The one part of the form.
const PART: &str = "file";

/// Pieces on their way; each is what one read from the client gave.
const QUEUED: usize = 2;

/// A piece of the file, or its end. A queue that closes without the end is an upload that broke
/// off: nobody may take part of a file for the whole.
type Piece = Option<Bytes>;

/// Hand the form's file, under a harmless name, to `upload`.
///
/// Parts of a form borrow the form, and a provider call takes a stream of its own: the file goes
/// through a short queue between them, filled and emptied by this one task.
pub async fn pass_on<T, F>(
    form: &mut Multipart,
    upload: impl FnOnce(String, BoxStream<'static, io::Result<Bytes>>) -> F,
) -> ApiResult<T>
where
    F: Future<Output = Result<T, AppError>>,
{
    let (name, file) = file_of(form).await?;
    let (queue, pieces) = mpsc::channel(QUEUED);
    let mut upload = std::pin::pin!(upload(name, content(pieces)));
    tokio::select! {
        biased;
        answer = &mut upload => return Ok(answer?),
        fed = feed(file, &queue) => fed?,
    }
    tokio::select! {
        biased;
        answer = &mut upload => return Ok(answer?),
        ended = end(form, &queue) => ended?,
    }
    Ok(upload.await?)
}

/// Take in what nobody reads any more, so that the client gets to see the answer.
pub async fn drain(form: &mut Multipart) {
    while let Ok(Some(_)) = form.next_field().await {}
}

async fn file_of(form: &mut Multipart) -> ApiResult<(String, Field<'_>)> {
    let field = form.next_field().await.map_err(|e| unreadable(&e))?;
    let field =
        field.ok_or_else(|| problem("required", "send the file as a part called `file`"))?;
    if field.name() != Some(PART) {
        return Err(other_part());
    }
    let name = field.file_name().map(harmless);
    let name = name.ok_or_else(|| problem("required", "send the part `file` with a file name"))?;
    Ok((name, field))
}

async fn feed(mut file: Field<'_>, queue: &mpsc::Sender<Piece>) -> ApiResult<()> {
    while let Some(piece) = file.chunk().await.map_err(|e| unreadable(&e))? {
        if queue.send(Some(piece)).await.is_err() {
            // Nobody wants more of it; why, the upload's answer says.
            break;
        }
    }
    Ok(())
}

/// The file is complete once the form is: then there is no other part, and its frame was closed.
async fn end(form: &mut Multipart, queue: &mpsc::Sender<Piece>) -> ApiResult<()> {
    let next = form.next_field().await.map_err(|e| unreadable(&e))?;
    if next.is_some() {
        return Err(other_part());
    }
    // Nobody there any more: as in `feed`.
    queue.send(None).await.unwrap_or_default();
    Ok(())
}

fn content(pieces: mpsc::Receiver<Piece>) -> BoxStream<'static, io::Result<Bytes>> {
    let stream = stream::unfold(Some(pieces), |pieces| async {
        let mut pieces = pieces?;
        match pieces.recv().await {
            Some(Some(piece)) => Some((Ok(piece), Some(pieces))),
            Some(None) => None,
            None => Some((Err(io::Error::other("the upload broke off")), None)),
        }
    });
    stream.fuse().boxed()
}

/// Room for any name that says something.
const NAME_MAX: usize = 100;

/// The last part of a path, of plain characters; its end stays, because providers tell the kind of
/// file by it.
fn harmless(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = |c: char| match c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') {
        true => c,
        false => '_',
    };
    let plain: String = name.chars().map(plain).collect();
    // Plain characters are one byte each.
    let end = plain.get(plain.len().saturating_sub(NAME_MAX)..);
    match end.unwrap_or_default().trim_start_matches('.') {
        "" => "document".to_owned(),
        name => name.to_owned(),
    }
}

fn problem(code: &'static str, detail: &str) -> ApiError {
    let field = FieldProblem::body("/file", code, detail);
    ApiError::fields(codes::INVALID_REQUEST, "see `errors`", vec![field])
}

fn other_part() -> ApiError {
    let field = FieldProblem::body("", "unknown_part", "takes one part, `file`, and no other");
    ApiError::fields(codes::INVALID_REQUEST, "see `errors`", vec![field])
}

fn unreadable(error: &MultipartError) -> ApiError {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            let detail = format!("a form has at most {} bytes", super::documents::FORM_MAX);
            ApiError::new(codes::BODY_TOO_LARGE, detail)
        }
        StatusCode::BAD_REQUEST => problem("bad_form", "the form breaks off or is not well formed"),
        _ => problem("interrupted", "the upload broke off"),
    }
}

#[cfg(test)]
mod tests;
