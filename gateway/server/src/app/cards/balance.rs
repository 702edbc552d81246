use cardmux_domain::card::{Balance, CardModel, CardStatus};
use cardmux_domain::id::{CardId, TenantId};

use super::{book, get};
use crate::app::{App, AppError};
use crate::clock;

/// What can be spent now, read at the provider, or in the gateway's ledger.
pub async fn balance(
    app: &App,
    tenant: &TenantId,
    id: CardId,
    request_id: &str,
) -> Result<Balance, AppError> {
    let card = get(app, tenant, id).await?;
    let unsupported = |what: &str| AppError::Unsupported {
        instance: card.instance.clone(),
        what: what.to_owned(),
    };
    if card.model == CardModel::Gift {
        return Err(unsupported("the balance of a gift card"));
    }
    let missing = || AppError::NotFound {
        what: "balance of card",
        id: id.to_string(),
    };
    if book::keeps_money_of(app, &card) {
        return card.balance.ok_or_else(missing);
    }
    let instance = app
        .registry
        .get(&card.instance)
        .ok_or_else(|| unsupported("balance"))?;
    if instance.provider.funds().is_none() {
        return Err(unsupported("balance"));
    }
    let usable = match card.status {
        CardStatus::Pending | CardStatus::Failed => None,
        CardStatus::Active
        | CardStatus::Inactive
        | CardStatus::Frozen
        | CardStatus::Blocked
        | CardStatus::Cancelled
        | CardStatus::Expired => card.provider_ref.as_deref(),
    };
    let Some(card_ref) = usable else {
        return Err(missing());
    };
    let as_of = clock::now();
    let ctx = app.context(tenant, request_id);
    let money = instance
        .balance(&ctx, card_ref)
        .await
        .map_err(AppError::provider(&card.instance))?;
    Ok(Balance { money, as_of })
}
