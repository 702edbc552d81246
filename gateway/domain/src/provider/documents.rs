use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;

use super::{CallContext, ProviderError};

/// A file about a customer, on its way through: never held as a whole.
pub struct DocumentUpload {
    pub file_name: String,
    /// `image/jpeg`, `image/png` or `application/pdf`; checked against the first bytes.
    pub media_type: &'static str,
    /// Ends with an error where the sender broke off or sent too much; then the upload must fail.
    pub content: BoxStream<'static, Result<Bytes, std::io::Error>>,
}

impl std::fmt::Debug for DocumentUpload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DocumentUpload")
    }
}

/// Files the provider keeps for its forms.
#[async_trait]
pub trait Documents: Send + Sync {
    /// Pass a file on; the provider's id of it comes back. A second upload is a second file, which
    /// nobody refers to.
    ///
    /// # Behaviour
    /// - `document_uploaded_has_an_id_that_an_enrolment_takes`
    /// - `document_that_breaks_off_is_an_error`
    async fn upload(
        &self,
        ctx: &CallContext,
        document: DocumentUpload,
    ) -> Result<String, ProviderError>;
}
