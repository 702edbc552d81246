use async_trait::async_trait;
use cardmux_domain::provider::{CallContext, DocumentUpload, Documents, ErrorKind, ProviderError};
use futures::StreamExt;

use crate::{Method, MockProvider};

/// As large as a file may be; more than any real provider takes.
const BYTES_MAX: usize = 10 * 1024 * 1024;

#[async_trait]
impl Documents for MockProvider {
    /// The file is read to its end and not kept.
    async fn upload(
        &self,
        _ctx: &CallContext,
        document: DocumentUpload,
    ) -> Result<String, ProviderError> {
        let DocumentUpload {
            file_name: _,
            media_type: _,
            mut content,
        } = document;
        let mut length = 0_usize;
        while let Some(piece) = content.next().await {
            let piece = piece.map_err(|error| {
                ProviderError::unknown(ErrorKind::Interrupted, "the file broke off")
                    .with_source(error)
            })?;
            length = length.saturating_add(piece.len());
            if length > BYTES_MAX {
                return Err(ProviderError::rejected(
                    ErrorKind::Refused,
                    "the file is too large",
                ));
            }
        }
        self.call(Method::Upload, |ledger| Ok(ledger.keep_document()))
            .await
    }
}
