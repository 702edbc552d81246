//! Budgets and the funding accounts behind them, each with its book.
//!
//! Prepaid cards are paid by nobody: what stands behind them has no bottom.

use cardmux_domain::budget::{Direction, FundingAccount, LedgerEntry};
use cardmux_domain::money::{Currency, Decimal, Money};
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{
    BudgetSnapshot, CreateBudget, EntryQuery, OperationReport, ProviderError,
};

use super::operations::Work;
use super::{Ledger, Sort, now};
use crate::error::Refusal;

/// Money the funding accounts begin with, one of each currency cards are issued in.
const OPENING_BALANCE: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);
const FUNDED: [&str; 3] = ["USD", "EUR", "JPY"];

pub(super) struct Account {
    name: String,
    kind: AccountKind,
    available: Money,
    /// Oldest first.
    entries: Vec<LedgerEntry>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum AccountKind {
    Funding,
    /// Asked for, not there yet.
    Promised,
    Budget,
}

/// Money between a funding account and a budget.
pub(crate) struct BudgetMove<'a> {
    pub(crate) reference: &'a Reference,
    pub(crate) budget_ref: &'a str,
    pub(crate) amount: Money,
}

/// Entries, newest first, and the place after the last of them where there are more.
pub(super) type EntriesPage = (Vec<LedgerEntry>, Option<usize>);

/// What an entry says beside its amount.
struct Booking<'a> {
    direction: Direction,
    kind: &'a str,
    order_ref: Option<String>,
}

impl Ledger {
    pub(super) fn open_funding_accounts(&mut self) {
        for currency in FUNDED.iter().filter_map(|code| code.parse().ok()) {
            self.accounts.push(Account {
                name: format!("Funding account, {currency}"),
                kind: AccountKind::Funding,
                available: Money::new(OPENING_BALANCE, currency),
                entries: Vec::new(),
            });
        }
    }

    pub(crate) fn create_budget(
        &mut self,
        request: &CreateBudget,
    ) -> Result<OperationReport, ProviderError> {
        let CreateBudget {
            reference,
            name,
            currency,
        } = request;
        if let Some(first) = self.seen(reference, OperationKind::CreateBudget)? {
            return Ok(first);
        }
        self.funding_place(*currency)?;
        let place = self.accounts.len();
        self.accounts.push(Account {
            name: name.clone(),
            kind: AccountKind::Promised,
            available: Money::new(Decimal::ZERO, *currency),
            entries: Vec::new(),
        });
        Ok(self.accept(reference, Work::CreateBudget { place }, None, None))
    }

    pub(super) fn open_budget(&mut self, place: usize) {
        if let Some(account) = self.accounts.get_mut(place) {
            account.kind = AccountKind::Budget;
        }
    }

    pub(crate) fn fund_budget(
        &mut self,
        request: &BudgetMove<'_>,
    ) -> Result<OperationReport, ProviderError> {
        if let Some(first) = self.seen(request.reference, OperationKind::FundBudget)? {
            return Ok(first);
        }
        let place = self.checked_move(request)?;
        let payer = self.funding_place(request.amount.currency)?;
        self.check_funds(payer, request.amount.amount)?;
        let (work, amount) = (Work::FundBudget { place }, Some(request.amount));
        Ok(self.accept(request.reference, work, amount, None))
    }

    pub(crate) fn withdraw_budget(
        &mut self,
        request: &BudgetMove<'_>,
    ) -> Result<OperationReport, ProviderError> {
        if let Some(first) = self.seen(request.reference, OperationKind::WithdrawBudget)? {
            return Ok(first);
        }
        let place = self.checked_move(request)?;
        self.check_funds(place, request.amount.amount)?;
        let (work, amount) = (Work::WithdrawBudget { place }, Some(request.amount));
        Ok(self.accept(request.reference, work, amount, None))
    }

    fn checked_move(&self, request: &BudgetMove<'_>) -> Result<usize, Refusal> {
        let place = self.budget_place(request.budget_ref)?;
        let currency = self.account(place)?.available.currency;
        let fits = request.amount.is_positive()
            && request.amount.currency == currency
            && request.amount.amount.normalize().scale() <= currency.minor_digits();
        if fits {
            Ok(place)
        } else {
            Err(Refusal::BadAmount)
        }
    }

    pub(super) fn fund(
        &mut self,
        place: usize,
        report: &OperationReport,
    ) -> Result<Option<Money>, Refusal> {
        let amount = report.amount.ok_or(Refusal::BadAmount)?;
        let payer = self.funding_place(amount.currency)?;
        self.transfer(payer, place, amount.amount, report)?;
        Ok(Some(amount))
    }

    pub(super) fn withdraw(
        &mut self,
        place: usize,
        report: &OperationReport,
    ) -> Result<Option<Money>, Refusal> {
        let amount = report.amount.ok_or(Refusal::BadAmount)?;
        let payee = self.funding_place(amount.currency)?;
        self.transfer(place, payee, amount.amount, report)?;
        Ok(Some(amount))
    }

    fn transfer(
        &mut self,
        payer: usize,
        payee: usize,
        amount: Decimal,
        report: &OperationReport,
    ) -> Result<(), Refusal> {
        self.check_funds(payer, amount)?;
        for (place, direction) in [(payer, Direction::Out), (payee, Direction::In)] {
            let order_ref = report.provider_ref.clone();
            let booking = Booking {
                direction,
                kind: "transfer",
                order_ref,
            };
            self.book(place, amount, booking)?;
        }
        Ok(())
    }

    pub(super) fn take_from_budget(
        &mut self,
        budget: Option<usize>,
        amount: Decimal,
        report: &OperationReport,
    ) -> Result<(), Refusal> {
        let Some(place) = budget else {
            return Ok(());
        };
        self.check_funds(place, amount)?;
        let booking = Booking {
            direction: Direction::Out,
            kind: "card",
            order_ref: report.provider_ref.clone(),
        };
        self.book(place, amount, booking)
    }

    pub(super) fn return_to_budget(
        &mut self,
        budget: Option<usize>,
        amount: Decimal,
        report: &OperationReport,
    ) -> Result<(), Refusal> {
        let Some(place) = budget else {
            return Ok(());
        };
        let booking = Booking {
            direction: Direction::In,
            kind: "card",
            order_ref: report.provider_ref.clone(),
        };
        self.book(place, amount, booking)
    }

    /// What a card could not pay is taken from the funding account, into the red if need be.
    pub(super) fn charge_funding_account(
        &mut self,
        amount: Money,
        transaction_ref: String,
    ) -> Result<(), Refusal> {
        let place = self.funding_place(amount.currency)?;
        let booking = Booking {
            direction: Direction::Out,
            kind: "charge",
            order_ref: Some(transaction_ref),
        };
        self.book(place, amount.amount, booking)
    }

    fn book(&mut self, place: usize, amount: Decimal, said: Booking<'_>) -> Result<(), Refusal> {
        if amount.is_zero() {
            return Ok(());
        }
        let id = self.id(Sort::Account, place);
        let account = self.accounts.get_mut(place);
        let account = account.ok_or(Refusal::UnknownAccount)?;
        let before = account.available;
        match said.direction {
            Direction::In => account.available.amount += amount,
            Direction::Out => account.available.amount -= amount,
        }
        account.entries.push(LedgerEntry {
            entry_ref: format!("{id}e{}", account.entries.len()),
            direction: said.direction,
            kind: said.kind.to_owned(),
            amount: Money::new(amount, before.currency),
            balance_before: Some(before),
            balance_after: Some(account.available),
            order_ref: said.order_ref,
            remark: None,
            booked_at: now(),
        });
        Ok(())
    }

    pub(crate) fn budget(&self, budget_ref: &str) -> Result<BudgetSnapshot, ProviderError> {
        let place = self.budget_place(budget_ref)?;
        Ok(BudgetSnapshot {
            budget_ref: budget_ref.to_owned(),
            available: self.account(place)?.available,
        })
    }

    pub(crate) fn entries(
        &self,
        query: &EntryQuery,
        from: usize,
        limit: usize,
    ) -> Result<EntriesPage, ProviderError> {
        let EntryQuery {
            account_ref,
            currency: _,
            from: since,
            to: until,
            page: _,
        } = query;
        let place = self.place(Sort::Account, account_ref);
        let account = self.account(place.ok_or(Refusal::UnknownAccount)?)?;
        let within = |entry: &&LedgerEntry| {
            since.is_none_or(|since| entry.booked_at >= since)
                && until.is_none_or(|until| entry.booked_at <= until)
        };
        let mut found = account.entries.iter().rev().filter(within).skip(from);
        let items: Vec<_> = found.by_ref().take(limit).cloned().collect();
        let end = from.saturating_add(items.len());
        Ok((items, found.next().map(|_| end)))
    }

    pub(crate) fn funding_accounts(&self) -> Vec<FundingAccount> {
        let accounts = self.accounts.iter().enumerate();
        accounts
            .filter(|(_, account)| account.kind == AccountKind::Funding)
            .map(|(place, account)| FundingAccount {
                account_ref: self.id(Sort::Account, place),
                name: Some(account.name.clone()),
                available: account.available,
                total: Some(account.available),
                frozen: None,
            })
            .collect()
    }

    pub(crate) fn budgets_made(&self) -> usize {
        let budgets = self.accounts.iter();
        budgets
            .filter(|account| account.kind != AccountKind::Funding)
            .count()
    }

    /// The budget a card is to draw on.
    pub(super) fn payer(&self, id: Option<&str>, currency: Currency) -> Result<usize, Refusal> {
        let place = self.budget_place(id.ok_or(Refusal::BudgetNeeded)?)?;
        if self.account(place)?.available.currency == currency {
            Ok(place)
        } else {
            Err(Refusal::BudgetNeeded)
        }
    }

    pub(super) fn check_funds(&self, place: usize, amount: Decimal) -> Result<(), Refusal> {
        if self.account(place)?.available.amount < amount {
            return Err(Refusal::TooLittleLeft);
        }
        Ok(())
    }

    fn account(&self, place: usize) -> Result<&Account, Refusal> {
        self.accounts.get(place).ok_or(Refusal::UnknownAccount)
    }

    fn budget_place(&self, id: &str) -> Result<usize, Refusal> {
        let place = self.place(Sort::Account, id);
        let place = place.ok_or(Refusal::UnknownAccount)?;
        match self.account(place)?.kind {
            AccountKind::Budget => Ok(place),
            AccountKind::Funding | AccountKind::Promised => Err(Refusal::UnknownAccount),
        }
    }

    fn funding_place(&self, currency: Currency) -> Result<usize, Refusal> {
        let is_it = |account: &Account| {
            account.kind == AccountKind::Funding && account.available.currency == currency
        };
        let place = self.accounts.iter().position(is_it);
        place.ok_or(Refusal::UnknownAccount)
    }
}
