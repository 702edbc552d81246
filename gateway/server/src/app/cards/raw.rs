use cardmux_domain::card::Card;
use cardmux_domain::provider::RawObject;

use crate::app::{App, AppError};
use crate::operations::enrolment_ref;

/// The provider's own object of a card, redacted, read now; `None` while the provider has not named
/// the card.
pub async fn provider_object(
    app: &App,
    card: &Card,
    request_id: &str,
) -> Result<Option<RawObject>, AppError> {
    let instance = app.registry.get(&card.instance);
    let instance = instance.filter(|instance| instance.provider.raw().is_some());
    let Some(instance) = instance else {
        return Err(AppError::Unsupported {
            instance: card.instance.clone(),
            what: "the provider's own object".to_owned(),
        });
    };
    let Some(card_ref) = &card.provider_ref else {
        return Ok(None);
    };
    let mut ctx = app.context(&card.tenant, request_id);
    ctx.enrolment_ref = enrolment_ref(&app.store, &app.registry, card).await?;
    let object = instance.raw_card(&ctx, card_ref).await;
    object.map(Some).map_err(AppError::provider(&card.instance))
}
