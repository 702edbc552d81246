use serde::Serialize;
use utoipa::ToSchema;

use crate::store::documents::Document;

/// A file about a customer; its provider keeps it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Document)]
pub struct DocumentDto {
    /// For the customer's `identity`.
    #[schema(example = "doc_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub id: String,
    pub customer_id: String,
    /// The provider instance that has it; no other one can use it.
    pub instance: String,
    /// By its first bytes: `image/jpeg`, `image/png` or `application/pdf`.
    pub media_type: String,
    pub bytes: i64,
    #[schema(format = DateTime)]
    pub created_at: String,
}

impl From<Document> for DocumentDto {
    fn from(document: Document) -> Self {
        let Document {
            id,
            tenant: _,
            customer_id,
            instance,
            provider_ref: _,
            media_type,
            bytes,
            created_at,
        } = document;
        Self {
            id: id.to_string(),
            customer_id: customer_id.to_string(),
            instance: instance.to_string(),
            media_type,
            bytes,
            created_at: created_at.to_string(),
        }
    }
}

/// A file in a form.
#[derive(ToSchema)]
#[schema(as = UploadDocument)]
#[expect(dead_code, reason = "documents the body, which is read as a stream")]
pub struct UploadForm {
    /// JPEG, PNG or PDF, at most 2 MB; with a file name.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}
