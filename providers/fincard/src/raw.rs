use async_trait::async_trait;
use cardmux_domain::provider::{CallContext, ProviderError, Raw, RawObject};
use cardmux_provider_kit::raw::{AllowList, Redacted};

use crate::FinCard;
use crate::wire::path::Endpoint;
use crate::wire::request::CardKey;

/// Of the card details (F-doc, W-doc).
struct CardInfo;

impl AllowList for CardInfo {
    const HARMLESS: &'static [&'static str] = &[
        "cardNo",
        "cardId",
        "cardTypeId",
        "cardModel",
        "cardStatus",
        "status",
        "statusStr",
        "currency",
        "organization",
        "amount",
        "usedAmount",
        "createTime",
        "updateTime",
        "bindTime",
        "merchantOrderNo",
    ];
    const OPENED: &'static [&'static str] = &["balanceInfo"];
}

#[async_trait]
impl Raw for FinCard {
    async fn raw_card(&self, _: &CallContext, card_ref: &str) -> Result<RawObject, ProviderError> {
        let request = CardKey::new(self.spelling, card_ref);
        let card: Redacted<CardInfo> = self.client.call(Endpoint::CardInfo, &request).await?;
        card.into_object()
    }
}
