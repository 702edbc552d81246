//! Cards whose money is in the gateway's ledger: the provider keeps none, and asks.

use cardmux_domain::budget::LedgerEntry;
use cardmux_domain::card::Card;
use cardmux_domain::id::{CardId, TenantId};
use cardmux_domain::ledger::TransferKind;
use cardmux_domain::money::Money;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::Page;

use super::change::{CardRequest, check};
use super::get;
use crate::app::budgets::EntryFilter;
use crate::app::idempotency::Request;
use crate::app::ledger::{self, Movement};
use crate::app::{App, AppError, Tenant};
use crate::operations::{Answer, Subject};
use crate::store;

pub(super) fn keeps_money_of(app: &App, card: &Card) -> bool {
    let instance = app.registry.get(&card.instance);
    instance.is_some_and(|instance| instance.leaves_money_of(card.model))
}

/// The card with the balance it has in the ledger, where it has one there.
pub(super) async fn with_balance(app: &App, mut card: Card) -> Result<Card, AppError> {
    if keeps_money_of(app, &card) {
        let book = store::ledger::book_of(&app.store, &card.tenant, card.drawn_on()).await?;
        card.balance = book.map(|book| book.spendable());
    }
    Ok(card)
}

/// Deposit, or withdraw.
pub(super) async fn transfer(
    app: &App,
    tenant: &Tenant,
    wanted: &CardRequest,
    amount: Money,
    request: &Request,
) -> Result<Answer, AppError> {
    let movement = Movement {
        kind: match wanted.kind == OperationKind::Withdraw {
            true => TransferKind::Withdraw,
            false => TransferKind::Fund,
        },
        operation: wanted.kind,
        amount,
        note: wanted.note.clone(),
    };
    let card = || async {
        let card = get(app, &tenant.id, wanted.card_id).await?;
        check(app, &card, wanted).await?;
        Ok(Subject::from(card))
    };
    ledger::transfer(app, &tenant.id, &movement, request, card).await
}

/// What was booked on a card, newest first.
pub async fn entries(
    app: &App,
    tenant: &TenantId,
    id: CardId,
    filter: EntryFilter,
) -> Result<Page<LedgerEntry>, AppError> {
    let card = get(app, tenant, id).await?;
    if !keeps_money_of(app, &card) {
        return Err(AppError::Unsupported {
            instance: card.instance,
            what: "entries of a card whose money is not in the gateway's ledger".to_owned(),
        });
    }
    ledger::entries(app, tenant, (id.into(), card.currency), filter).await
}
