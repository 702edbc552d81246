use std::io;

use bytes::{Bytes, BytesMut};
use cardmux_domain::id::{CardTypeId, CustomerId, InstanceId, fresh};
use cardmux_domain::provider::DocumentUpload;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::get;
use crate::app::{App, AppError, FieldProblem, Tenant, card_types};
use crate::clock;
use crate::store::documents::Document;
use crate::store::{Change, Unit};

/// Documented: FinCard takes 2 MB; the narrowest of the providers.
pub const DOCUMENT_MAX: usize = 2 * 1024 * 1024;

/// Where a document is for.
#[derive(Debug, Clone)]
pub enum UploadTarget {
    Instance(InstanceId),
    /// The provider of this card type.
    CardType(CardTypeId),
}

/// A file on its way in.
pub struct UploadRequest {
    pub customer_id: CustomerId,
    pub target: UploadTarget,
    pub file_name: String,
    pub content: BoxStream<'static, io::Result<Bytes>>,
    pub request_id: String,
}

/// Pass a file on to the provider, never held as a whole, and remember under which id it is there.
pub async fn upload(
    app: &App,
    tenant: &Tenant,
    wanted: UploadRequest,
) -> Result<Document, AppError> {
    let customer = get(app, &tenant.id, wanted.customer_id).await?;
    let instance_id = target(app, tenant, &wanted.target).await?;
    let unsupported = || AppError::Unsupported {
        instance: instance_id.clone(),
        what: "documents".to_owned(),
    };
    let instance = app.registry.get(&instance_id).ok_or_else(unsupported)?;
    if instance.provider.documents().is_none() {
        return Err(unsupported());
    }
    let (head, rest) = begin(wanted.content).await?;
    let media_type = media_type(&head).ok_or_else(|| {
        let detail = "must be a JPEG, PNG or PDF file, by its first bytes";
        file_problem("bad_format", detail)
    })?;
    let seen = Arc::new(AtomicUsize::new(0));
    let document = DocumentUpload {
        file_name: ending_as(media_type, wanted.file_name),
        media_type,
        content: bounded(head, rest, Arc::clone(&seen)),
    };
    let ctx = app.context(&tenant.id, wanted.request_id);
    let uploaded = instance.upload(&ctx, document).await;
    let bytes = seen.load(Ordering::Relaxed);
    if bytes > DOCUMENT_MAX {
        return Err(file_problem("too_large", "at most 2 MB"));
    }
    let provider_ref = uploaded.map_err(AppError::provider(&instance_id))?;
    let document = Document {
        id: fresh(),
        tenant: tenant.id.clone(),
        customer_id: customer.id,
        instance: instance_id,
        provider_ref,
        media_type: media_type.to_owned(),
        bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
        created_at: clock::now(),
    };
    app.store
        .commit(Unit::new().with(Change::InsertDocument(document.clone())))
        .await?;
    Ok(document)
}

async fn target(app: &App, tenant: &Tenant, target: &UploadTarget) -> Result<InstanceId, AppError> {
    let (name, instance) = match target {
        UploadTarget::Instance(instance) => ("instance", Some(instance.clone())),
        UploadTarget::CardType(id) => {
            let card_type = card_types::known(app, *id).await?;
            ("typeId", card_type.map(|t| t.instance.clone()))
        }
    };
    instance
        .filter(|instance| tenant.instances.contains(instance))
        .ok_or_else(|| {
            let field = FieldProblem::parameter(name, "unknown", "there is none of that id");
            AppError::Invalid(vec![field])
        })
}

fn file_problem(code: &'static str, detail: &str) -> AppError {
    AppError::Invalid(vec![FieldProblem::body("/file", code, detail)])
}

/// As many bytes as tell the kind of file.
const HEAD: usize = 8;

/// The first bytes, and the stream after them.
async fn begin(
    mut content: BoxStream<'static, io::Result<Bytes>>,
) -> Result<(Bytes, BoxStream<'static, io::Result<Bytes>>), AppError> {
    let mut head = BytesMut::new();
    while head.len() < HEAD {
        match content.next().await {
            Some(Ok(chunk)) => head.extend_from_slice(&chunk),
            Some(Err(_)) => return Err(file_problem("interrupted", "the upload broke off")),
            None => break,
        }
    }
    Ok((head.freeze(), content))
}

/// The kind of file by its signature; names and declared types prove nothing.
fn media_type(head: &[u8]) -> Option<&'static str> {
    if head.starts_with(&[0xFF, 0xD8, 0xFF]) {
        Some("image/jpeg")
    } else if head.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some("image/png")
    } else if head.starts_with(b"%PDF-") {
        Some("application/pdf")
    } else {
        None
    }
}

/// The name with an ending of its kind: providers tell kinds by it (Inf), and refuse a photograph
/// that a telephone called `image`.
fn ending_as(media_type: &str, name: String) -> String {
    let endings: &[&str] = match media_type {
        "image/jpeg" => &[".jpg", ".jpeg"],
        "image/png" => &[".png"],
        _ => &[".pdf"],
    };
    let lower = name.to_ascii_lowercase();
    match endings.first() {
        Some(usual) if !endings.iter().any(|ending| lower.ends_with(ending)) => name + usual,
        _ => name,
    }
}

/// The file, with an error in place of what is too much; counts what has passed.
fn bounded(
    head: Bytes,
    rest: BoxStream<'static, io::Result<Bytes>>,
    seen: Arc<AtomicUsize>,
) -> BoxStream<'static, io::Result<Bytes>> {
    let whole = stream::once(std::future::ready(Ok(head))).chain(rest);
    let counted = whole.map(move |chunk| {
        let chunk = chunk?;
        let before = seen.fetch_add(chunk.len(), Ordering::Relaxed);
        if before + chunk.len() > DOCUMENT_MAX {
            return Err(io::Error::other("the document is too large"));
        }
        Ok(chunk)
    });
    counted.boxed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_type_is_told_by_the_first_bytes() {
        assert_eq!(media_type(b"%PDF-1.7"), Some("application/pdf"));
        assert_eq!(media_type(&[0xFF, 0xD8, 0xFF, 0xE0]), Some("image/jpeg"));
        assert_eq!(media_type(b"\x89PNG\r\n\x1a\n"), Some("image/png"));
        assert_eq!(media_type(b"<svg onload"), None);
        assert_eq!(media_type(b""), None);
    }

    #[test]
    fn name_ends_as_its_kind_does() {
        for (media_type, name, sent) in [
            ("image/jpeg", "scan.JPG", "scan.JPG"),
            ("image/jpeg", "scan.jpeg", "scan.jpeg"),
            ("image/jpeg", "scan.png", "scan.png.jpg"),
            ("image/png", "image", "image.png"),
            ("application/pdf", "passport.txt", "passport.txt.pdf"),
        ] {
            assert_eq!(ending_as(media_type, name.to_owned()), sent);
        }
    }

    #[tokio::test]
    async fn stream_beyond_the_bound_ends_in_an_error() {
        let chunk = Bytes::from(vec![0; DOCUMENT_MAX / 2]);
        let rest = stream::iter(vec![Ok(chunk.clone()), Ok(chunk.clone()), Ok(chunk)]).boxed();
        let seen = Arc::new(AtomicUsize::new(0));
        let head = Bytes::from_static(b"%PDF-1.7");
        let passed: Vec<_> = bounded(head, rest, Arc::clone(&seen)).collect().await;
        assert!(passed.iter().any(Result::is_err));
        assert!(seen.load(Ordering::Relaxed) > DOCUMENT_MAX);
    }
}
