use async_trait::async_trait;
use cardmux_domain::provider::{CallContext, ProviderError, Raw, RawObject};
use cardmux_provider_kit::raw::{AllowList, Redacted};

use crate::BFinance;

/// Of card and balance (dossier 4.2 to 4.4). The label is not among them: it is free text.
struct Details;

impl AllowList for Details {
    const HARMLESS: &'static [&'static str] = &[
        "id",
        "currency",
        "status",
        "externalCardId",
        "brand",
        "typeId",
        "value",
        "createdAt",
        "updatedAt",
    ];
    const OPENED: &'static [&'static str] = &["balance"];
}

#[async_trait]
impl Raw for BFinance {
    async fn raw_card(&self, _: &CallContext, card_ref: &str) -> Result<RawObject, ProviderError> {
        let call = self.key(card_ref)?.details();
        let card: Redacted<Details> = self.client.read(call).await?;
        card.into_object()
    }
}
