use async_trait::async_trait;
use cardmux_domain::provider::{CallContext, DocumentUpload, Documents, ErrorKind, ProviderError};
use cardmux_provider_kit::json;
use reqwest::Body;
use reqwest::multipart::{Form, Part};
use serde::Deserialize;

use crate::FinCard;
use crate::wire::path::Endpoint;

/// What the file is for (F-doc; the only value known).
const CATEGORY: &str = "card";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Uploaded {
    #[serde(deserialize_with = "json::id")]
    file_id: String,
}

#[async_trait]
impl Documents for FinCard {
    /// The file passes through as it comes: its length is not known before its end, so it is sent
    /// in chunks.
    async fn upload(
        &self,
        _: &CallContext,
        document: DocumentUpload,
    ) -> Result<String, ProviderError> {
        let DocumentUpload {
            file_name,
            media_type,
            content,
        } = document;
        let part = Part::stream(Body::wrap_stream(content))
            .file_name(file_name)
            .mime_str(media_type)
            .map_err(|error| {
                ProviderError::not_sent(ErrorKind::Refused, "the document's media type is unknown")
                    .with_source(error)
            })?;
        let form = Form::new().text("category", CATEGORY).part("file", part);
        let uploaded: Uploaded = self.client.upload(Endpoint::Upload, form).await?;
        Ok(uploaded.file_id)
    }
}
