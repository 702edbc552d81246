//! The book of a card whose money is in the gateway's ledger: opened when the card is issued, emptied
//! when it is cancelled, in the transaction that says so.

use cardmux_domain::card::Card;
use cardmux_domain::ledger::{Book, Cause, TransferKind};
use cardmux_domain::money::Money;
use cardmux_domain::operation::{Operation, OperationKind, OperationStatus};

use super::settle::Held;
use super::{Engine, Subject};
use crate::store::{Change, StoreError, Unit, ledger};

impl Engine {
    /// What a settlement moves in the book of its card. An operation that pays out says how much in
    /// `received`.
    pub(super) async fn booked(&self, before: &Held, next: &mut Held) -> Result<Unit, StoreError> {
        let succeeded = |held: &Held| held.operation.status == OperationStatus::Succeeded;
        let Held { subject, operation } = next;
        let Subject::Card(card) = subject else {
            return Ok(Unit::new());
        };
        let instance = self.registry.get(&card.instance);
        let kept_here = instance.is_some_and(|i| i.leaves_money_of(card.model));
        if !kept_here || succeeded(before) || operation.status != OperationStatus::Succeeded {
            return Ok(Unit::new());
        }
        if operation.kind == OperationKind::Issue {
            opened(card, operation)
        } else if operation.kind == OperationKind::Cancel {
            let book = ledger::book_of(&self.store, &card.tenant, card.drawn_on()).await?;
            book.map_or(Ok(Unit::new()), |book| paid_back(book, operation))
        } else {
            Ok(Unit::new())
        }
    }
}

/// With the initial balance, where one was asked for, as the first movement.
fn opened(card: &Card, operation: &Operation) -> Result<Unit, StoreError> {
    let now = operation.updated_at;
    let book = Book::open(card.id, card.tenant.clone(), card.currency, now);
    let mut unit = Unit::new().with(Change::InsertBook(book.clone()));
    if let Some(amount) = operation.amount {
        enter(&mut unit, book, TransferKind::Fund, amount, operation)?;
    }
    Ok(unit)
}

fn paid_back(book: Book, operation: &mut Operation) -> Result<Unit, StoreError> {
    let left = book.spendable().money;
    let mut unit = Unit::new();
    if left.is_positive() {
        operation.received = Some(left);
        enter(&mut unit, book, TransferKind::Withdraw, left, operation)?;
    }
    Ok(unit)
}

fn enter(
    unit: &mut Unit,
    book: Book,
    kind: TransferKind,
    amount: Money,
    operation: &Operation,
) -> Result<(), StoreError> {
    let mut entry = book.enter(operation.updated_at);
    let cause = Cause {
        source: operation.id.to_string(),
        authorization_id: None,
        operation_id: Some(operation.id),
        note: None,
    };
    entry
        .transfer(kind, amount.amount, cause)
        .map_err(|_| StoreError::Corrupt("operations.amount"))?;
    unit.enter(entry);
    Ok(())
}
