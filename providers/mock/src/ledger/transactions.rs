//! Transactions: the records, and the journal of their changes that lists are read from.

use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::provider::{OperationReport, TransactionReport};
use cardmux_domain::time::Timestamp;
use cardmux_domain::transaction::{ChargedTo, TransactionKind, TransactionStatus};

use super::{Effect, Ledger, Sort, now};
use crate::error::Refusal;
use crate::wire::{self, transaction_kind_word, transaction_status_word};

pub(super) struct Transaction {
    pub(super) report: TransactionReport,
    /// Already given back of it.
    pub(super) returned: Decimal,
    /// Its latest line of the journal: earlier ones tell what is no longer so.
    line: usize,
}

/// What a transaction begins with.
pub(super) struct Draft {
    pub(super) card_ref: String,
    pub(super) kind: TransactionKind,
    pub(super) status: TransactionStatus,
    pub(super) amount: Option<Money>,
    /// In the card's currency.
    pub(super) billing_amount: Option<Money>,
}

impl Draft {
    /// Of a transaction nothing more is known of yet.
    pub(super) fn report(self, provider_ref: String) -> TransactionReport {
        let settled = self.status == TransactionStatus::Settled;
        TransactionReport {
            provider_ref,
            reference: None,
            authorization_ref: None,
            card_ref: Some(self.card_ref),
            original_ref: None,
            kind: self.kind,
            provider_kind: transaction_kind_word(self.kind).to_owned(),
            status: self.status,
            provider_status: transaction_status_word(self.status).to_owned(),
            amount: self.amount,
            billing_amount: self.billing_amount,
            fee: None,
            cross_border_fee: None,
            settled_amount: self.billing_amount.filter(|_| settled),
            settled_on: None,
            charged_to: ChargedTo::Card,
            authorization_code: None,
            merchant: None,
            description: None,
            occurred_at: now(),
        }
    }
}

impl Ledger {
    pub(super) fn next_transaction_ref(&self) -> String {
        self.id(Sort::Transaction, self.transactions.len())
    }

    /// Books it and would send it; its id.
    pub(super) fn enter(&mut self, report: TransactionReport) -> String {
        let place = self.record(report);
        self.tell(place);
        self.id(Sort::Transaction, place)
    }

    fn record(&mut self, report: TransactionReport) -> usize {
        let place = self.transactions.len();
        self.transactions.push(Transaction {
            report,
            returned: Decimal::ZERO,
            line: self.journal.len(),
        });
        self.journal.push((now(), place));
        place
    }

    /// A transaction has changed: it is listed, and sent, once more.
    pub(super) fn changed(&mut self, place: usize) {
        let line = self.journal.len();
        if let Some(transaction) = self.transactions.get_mut(place) {
            transaction.line = line;
            self.journal.push((now(), place));
        }
        self.tell(place);
    }

    fn tell(&mut self, place: usize) {
        let Some(transaction) = self.transactions.get(place) else {
            return;
        };
        let about = transaction.report.card_ref.clone().unwrap_or_default();
        let body = wire::transaction_body(&transaction.report);
        self.notify(&about, body);
    }

    /// Money that moved by an operation of ours; its webhook is the operation's.
    pub(super) fn book_operation(
        &mut self,
        card: usize,
        effect: &Effect,
        amount: Option<Money>,
        operation: &OperationReport,
    ) -> Result<(), Refusal> {
        let kind = match effect {
            Effect::Issue => TransactionKind::Issue,
            Effect::Deposit => TransactionKind::Deposit,
            Effect::Withdraw => TransactionKind::Withdrawal,
            Effect::Cancel => TransactionKind::Cancellation,
            Effect::Freeze
            | Effect::Unfreeze
            | Effect::Activate(_)
            | Effect::SetPin
            | Effect::Control(_)
            | Effect::Note(_) => return Ok(()),
        };
        let card = self.card_mut(card)?;
        let amount = amount.unwrap_or(Money::new(Decimal::ZERO, card.balance.currency));
        let draft = Draft {
            card_ref: card.card_ref.clone(),
            kind,
            status: TransactionStatus::Settled,
            amount: Some(amount),
            billing_amount: Some(amount),
        };
        let report = TransactionReport {
            reference: operation.reference.clone(),
            authorization_ref: None,
            fee: operation.fee,
            ..draft.report(self.next_transaction_ref())
        };
        self.record(report);
        Ok(())
    }

    pub(super) fn transaction_place(&self, id: &str) -> Result<usize, Refusal> {
        self.place(Sort::Transaction, id)
            .filter(|place| *place < self.transactions.len())
            .ok_or(Refusal::UnknownTransaction)
    }

    /// Transactions by the line of their last change, and the line to go on from.
    pub(crate) fn transactions_between(
        &self,
        from: Timestamp,
        to: Timestamp,
        line: usize,
        limit: usize,
    ) -> (Vec<TransactionReport>, Option<usize>) {
        let first = self.journal.partition_point(|(at, _)| *at < from).max(line);
        let end = self.journal.partition_point(|(at, _)| *at <= to);
        let mut items = Vec::new();
        for line in first..end {
            if items.len() == limit {
                return (items, Some(line));
            }
            let place = self.journal.get(line).map(|(_, place)| *place);
            let transaction = place.and_then(|place| self.transactions.get(place));
            // Listed where it changed last, and only there.
            let current = transaction.filter(|transaction| transaction.line == line);
            items.extend(current.map(|transaction| transaction.report.clone()));
        }
        (items, None)
    }
}
