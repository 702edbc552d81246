use axum::body::Body;
use axum::extract::{FromRequest as _, Request};
use axum::http::header;

use super::*;

/// A form as clients send it, read from the wire in pieces of a few bytes.
async fn form(text: &str) -> Multipart {
    let pieces: Vec<io::Result<Bytes>> = text
        .as_bytes()
        .chunks(7)
        .map(|piece| Ok(Bytes::copy_from_slice(piece)))
        .collect();
    let request = Request::builder()
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut")
        .body(Body::from_stream(stream::iter(pieces)))
        .unwrap();
    Multipart::from_request(request, &()).await.unwrap()
}

fn part(name: &str, content: &str) -> String {
    format!(
        "--cut\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"a b.pdf\"\r\n\r\n{content}\r\n"
    )
}

/// Reads everything; an error of the stream is an error of the upload.
async fn take(
    name: String,
    content: BoxStream<'static, io::Result<Bytes>>,
) -> Result<(String, Vec<u8>), AppError> {
    let pieces: Vec<io::Result<Bytes>> = content.collect().await;
    let pieces: io::Result<Vec<Bytes>> = pieces.into_iter().collect();
    let pieces = pieces.map_err(|_| AppError::Internal("the stream broke"))?;
    Ok((name, pieces.concat()))
}

async fn refusal(text: &str) -> (String, String) {
    let error = pass_on(&mut form(text).await, take).await.unwrap_err();
    let field = error.problem.errors.into_iter().next().unwrap();
    (field.pointer.unwrap(), field.code)
}

#[tokio::test]
async fn file_arrives_whole_under_a_harmless_name() {
    let content = "0123456789".repeat(500);
    let mut form = form(&format!("{}--cut--\r\n", part("file", &content))).await;
    let (name, taken) = pass_on(&mut form, take).await.unwrap();
    assert_eq!(name, "a_b.pdf");
    assert_eq!(taken, content.as_bytes());
}

#[tokio::test]
async fn form_that_does_not_fit_is_refused_with_the_reason() {
    let file = part("file", "%PDF-1.7");
    let nameless = "--cut\r\ncontent-disposition: form-data; name=\"file\"\r\n\r\nx\r\n--cut--\r\n";
    let expected = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
    let refused = refusal("--cut--\r\n").await;
    assert_eq!(refused, expected("/file", "required"));
    let refused = refusal(nameless).await;
    assert_eq!(refused, expected("/file", "required"));
    let refused = refusal(&format!("{}--cut--\r\n", part("photo", "x"))).await;
    assert_eq!(refused, expected("", "unknown_part"));
    let refused = refusal(&format!("{file}{file}--cut--\r\n")).await;
    assert_eq!(refused, expected("", "unknown_part"));
    let refused = refusal(&file).await;
    assert_eq!(refused, expected("/file", "bad_form"));
}

/// Whatever breaks off, the reader must not take what it got for the whole file.
#[tokio::test]
async fn queue_that_closes_without_the_end_is_an_error() {
    let (queue, pieces) = mpsc::channel(QUEUED);
    queue.send(Some(Bytes::from_static(b"part"))).await.unwrap();
    drop(queue);
    let read: Vec<_> = content(pieces).collect().await;
    assert!(matches!(read.as_slice(), [Ok(_), Err(_)]));

    let (queue, pieces) = mpsc::channel(QUEUED);
    queue
        .send(Some(Bytes::from_static(b"whole")))
        .await
        .unwrap();
    queue.send(None).await.unwrap();
    let read: Vec<_> = content(pieces).collect().await;
    assert!(matches!(read.as_slice(), [Ok(_)]));
}

#[tokio::test]
async fn upload_that_ends_early_gives_its_answer_and_the_rest_is_drained() {
    let content = "0123456789".repeat(500);
    let mut form = form(&format!("{}--cut--\r\n", part("file", &content))).await;
    let refuse = |_, content| async {
        drop::<BoxStream<'static, io::Result<Bytes>>>(content);
        Err::<(), _>(AppError::Overloaded)
    };
    let error = pass_on(&mut form, refuse).await.unwrap_err();
    assert_eq!(error.problem.code, "overloaded");
    drain(&mut form).await;
    assert!(form.next_field().await.unwrap().is_none());
}

#[test]
fn harmless_keeps_the_end_of_a_name_and_nothing_odd() {
    for (name, expected) in [
        ("pass.jpg", "pass.jpg"),
        ("../../etc/pass.PDF", "pass.PDF"),
        ("C:\\me\\Jürgen \"x\".png", "J_rgen__x_.png"),
        ("a\r\nb.pdf", "a__b.pdf"),
        ("...", "document"),
        ("", "document"),
    ] {
        assert_eq!(harmless(name), expected, "{name:?}");
    }
    let long = harmless(&format!("{}.jpeg", "x".repeat(500)));
    assert_eq!(long.len(), NAME_MAX);
    assert!(long.ends_with("x.jpeg"));
}
