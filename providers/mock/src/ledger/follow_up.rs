//! What follows on a use: settlement, reversal, refund; and charges of the provider's own.

use cardmux_domain::card::CardStatus;
use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::provider::TransactionReport;
use cardmux_domain::transaction::{ChargedTo, TransactionKind, TransactionStatus};

use super::Ledger;
use super::transactions::Draft;
use crate::error::Refusal;
use crate::wire::transaction_status_word;

impl Ledger {
    /// The held amount becomes final; more than was held is taken from the card, and what the card
    /// cannot pay from the funding account.
    pub(super) fn settle(&mut self, id: &str, amount: Option<Money>) -> Result<(), Refusal> {
        let place = self.transaction_place(id)?;
        let transaction = self.transactions.get(place);
        let transaction = transaction.ok_or(Refusal::UnknownTransaction)?;
        let report = &transaction.report;
        let open =
            report.kind == TransactionKind::Purchase && report.status == TransactionStatus::Pending;
        let (Some(held), Some(card_ref), true) = (report.billing_amount, &report.card_ref, open)
        else {
            return Err(Refusal::BadStatus);
        };
        let card_ref = card_ref.clone();
        let held = Money::new(held.amount - transaction.returned, held.currency);
        let amount = amount.unwrap_or(held);
        if !amount.is_positive() || amount.currency != held.currency {
            return Err(Refusal::BadAmount);
        }
        let card_place = self.card_place(&card_ref)?;
        let card = self.card_mut(card_place)?;
        let taken = (amount.amount - held.amount).min(card.balance.amount);
        card.balance.amount -= taken;
        let owed = amount.amount - held.amount - taken;
        if let Some(transaction) = self.transactions.get_mut(place) {
            let status = TransactionStatus::Settled;
            transaction.report.status = status;
            transaction.report.provider_status = transaction_status_word(status).to_owned();
            transaction.report.settled_amount = Some(amount);
            // Refunds count from the settled amount.
            transaction.returned = Decimal::ZERO;
        }
        self.changed(place);
        if owed > Decimal::ZERO {
            let owed = Money::new(owed, held.currency);
            self.cover(&card_ref, TransactionKind::Overdraft, Some(id), owed)?;
        }
        Ok(())
    }

    /// Undoes a held purchase, or gives back a settled one; the id of the new record.
    pub(super) fn give_back(
        &mut self,
        id: &str,
        kind: TransactionKind,
        amount: Option<Money>,
    ) -> Result<String, Refusal> {
        let place = self.transaction_place(id)?;
        let transaction = self.transactions.get_mut(place);
        let transaction = transaction.ok_or(Refusal::UnknownTransaction)?;
        let original = transaction.report.clone();
        let wanted = match kind == TransactionKind::Reversal {
            true => TransactionStatus::Pending,
            false => TransactionStatus::Settled,
        };
        let total = original.settled_amount.or(original.billing_amount);
        let fits = original.kind == TransactionKind::Purchase && original.status == wanted;
        let (Some(total), Some(card_ref), true) = (total, &original.card_ref, fits) else {
            return Err(Refusal::BadStatus);
        };
        let left = Money::new(total.amount - transaction.returned, total.currency);
        let returned = amount.unwrap_or(left);
        if !returned.is_positive()
            || returned.currency != left.currency
            || returned.amount > left.amount
        {
            return Err(Refusal::BadAmount);
        }
        transaction.returned += returned.amount;
        let card_place = self.card_place(card_ref)?;
        self.card_mut(card_place)?.balance.amount += returned.amount;
        let draft = Draft {
            card_ref: card_ref.clone(),
            kind,
            status: TransactionStatus::Settled,
            amount: Some(returned),
            billing_amount: Some(returned),
        };
        let report = TransactionReport {
            original_ref: Some(id.to_owned()),
            merchant: original.merchant,
            ..draft.report(self.next_transaction_ref())
        };
        Ok(self.enter(report))
    }

    pub(super) fn maintenance_fee(
        &mut self,
        card_ref: &str,
        amount: Money,
    ) -> Result<String, Refusal> {
        let place = self.card_place(card_ref)?;
        let card = self.card_mut(place)?;
        if !amount.is_positive() || amount.currency != card.balance.currency {
            return Err(Refusal::BadAmount);
        }
        let usable = matches!(card.status, CardStatus::Active | CardStatus::Frozen);
        let paid = usable && card.balance.amount >= amount.amount;
        if paid {
            card.balance.amount -= amount.amount;
        }
        let draft = Draft {
            card_ref: card_ref.to_owned(),
            kind: TransactionKind::Fee,
            status: match paid {
                true => TransactionStatus::Settled,
                false => TransactionStatus::Declined,
            },
            amount: Some(amount),
            billing_amount: Some(amount),
        };
        let report = TransactionReport {
            description: Some("upkeep of the card".to_owned()),
            ..draft.report(self.next_transaction_ref())
        };
        Ok(self.enter(report))
    }

    /// The funding account pays what the card could not.
    pub(super) fn cover(
        &mut self,
        card_ref: &str,
        kind: TransactionKind,
        original: Option<&str>,
        amount: Money,
    ) -> Result<String, Refusal> {
        let currency = self.card(card_ref)?.balance.currency;
        if !amount.is_positive() || amount.currency != currency {
            return Err(Refusal::BadAmount);
        }
        if let Some(original) = original {
            self.transaction_place(original)?;
        }
        let id = self.next_transaction_ref();
        self.charge_funding_account(amount, id.clone())?;
        let draft = Draft {
            card_ref: card_ref.to_owned(),
            kind,
            status: TransactionStatus::Settled,
            amount: Some(amount),
            billing_amount: Some(amount),
        };
        let report = TransactionReport {
            original_ref: original.map(str::to_owned),
            charged_to: ChargedTo::FundingAccount,
            ..draft.report(id)
        };
        Ok(self.enter(report))
    }
}
