//! The remote side: cards, balances and operations, with the rules of the card types.
//!
//! Every step is O(1), so that the mock can stand behind a benchmark; nothing is ever trimmed.

use std::collections::HashMap;
use std::mem::take;

use cardmux_domain::card::CardStatus;
use cardmux_domain::card_type::{AmountRule, CardTypeSpec, FeeRule, Requirement};
use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::operation::{Failure, OperationKind, Reference};
use cardmux_domain::provider::{
    CardSnapshot, CreateKey, OperationReport, Outcome, ProviderError, Reported,
};
use cardmux_domain::time::Timestamp;
use rust_decimal::RoundingStrategy;

use crate::card_types::CardTypes;
use crate::error::Refusal;
use crate::wire::{card_word, operation_word};

pub(crate) struct Card {
    pub(crate) card_ref: String,
    pub(crate) type_ref: String,
    pub(crate) status: CardStatus,
    pub(crate) balance: Money,
}

/// An operation and how many look-ups are yet to miss it.
struct Entry {
    card: usize,
    kind: OperationKind,
    report: OperationReport,
    hidden: u32,
}

pub(crate) struct Ledger {
    create_key: CreateKey,
    asynchronous: bool,
    /// Keeps the ids of two instances apart, also those of two runs.
    prefix: String,
    pub(crate) types: CardTypes,
    cards: Vec<Card>,
    operations: Vec<Entry>,
    /// Several only where references protect nothing.
    by_reference: HashMap<Reference, Vec<usize>>,
    hide_next: u32,
}

/// What is to be done to a card that exists.
pub(crate) struct Change<'a> {
    pub(crate) reference: &'a Reference,
    pub(crate) card_ref: &'a str,
    pub(crate) kind: OperationKind,
    pub(crate) amount: Option<Money>,
}

impl Ledger {
    pub(crate) fn new(create_key: CreateKey, asynchronous: bool) -> Self {
        Self {
            create_key,
            asynchronous,
            prefix: format!("mock_{}_", uuid::Uuid::now_v7().simple()),
            types: CardTypes::new(),
            cards: Vec::new(),
            operations: Vec::new(),
            by_reference: HashMap::new(),
            hide_next: 0,
        }
    }

    pub(crate) fn issue(
        &mut self,
        reference: &Reference,
        type_ref: &str,
        initial: Option<Money>,
    ) -> Result<OperationReport, ProviderError> {
        if let Some(first) = self.seen(reference, OperationKind::Issue)? {
            return Ok(first);
        }
        let card_type = self.types.get(type_ref).ok_or(Refusal::UnknownType)?;
        if !card_type.online {
            return Err(Refusal::TypeOffline.into());
        }
        if card_type.requirements.contains(&Requirement::Cardholder) {
            return Err(Refusal::CardholderNeeded.into());
        }
        let currency = card_type.currency;
        let initial = initial.filter(|money| !money.amount.is_zero());
        if let Some(money) = initial {
            check_amount(money, card_type, card_type.initial_deposit.as_ref())?;
        }
        let fee = card_type.issue_fee;
        let place = self.cards.len();
        self.cards.push(Card {
            card_ref: format!("{}{place}", self.prefix),
            type_ref: type_ref.to_owned(),
            status: CardStatus::Pending,
            balance: Money::new(Decimal::ZERO, currency),
        });
        Ok(self.accept(reference, place, OperationKind::Issue, initial, fee))
    }

    pub(crate) fn change(&mut self, change: &Change<'_>) -> Result<OperationReport, ProviderError> {
        if let Some(first) = self.seen(change.reference, change.kind)? {
            return Ok(first);
        }
        let place = self.place(change.card_ref)?;
        let card = self.card(change.card_ref)?;
        let fee = self.check(card, change)?;
        Ok(self.accept(change.reference, place, change.kind, change.amount, fee))
    }

    /// A look-up by reference: what lets asynchronous work finish.
    pub(crate) fn find(&mut self, reference: &Reference) -> Option<OperationReport> {
        let place = *self.by_reference.get(reference)?.first()?;
        let entry = self.operations.get_mut(place)?;
        if entry.hidden > 0 {
            entry.hidden -= 1;
            return None;
        }
        self.finish(place);
        self.operations.get(place).map(|entry| entry.report.clone())
    }

    /// The same without finishing anything.
    pub(crate) fn peek(&self, reference: &Reference) -> Option<OperationReport> {
        let place = *self.by_reference.get(reference)?.first()?;
        self.operations.get(place).map(|entry| entry.report.clone())
    }

    pub(crate) fn card(&self, card_ref: &str) -> Result<&Card, Refusal> {
        let card = self.cards.get(self.place(card_ref)?);
        card.filter(|card| card.card_ref == card_ref)
            .ok_or(Refusal::UnknownCard)
    }

    /// Cards from a place on, and the place after the last of them where there are more.
    pub(crate) fn page(&self, from: usize, limit: usize) -> (Vec<CardSnapshot>, Option<usize>) {
        let items: Vec<_> = self
            .cards
            .iter()
            .skip(from)
            .take(limit)
            .map(Card::snapshot)
            .collect();
        let end = from.saturating_add(items.len());
        (items, (end < self.cards.len()).then_some(end))
    }

    pub(crate) fn hide_next(&mut self, lookups: u32) {
        self.hide_next = lookups;
    }

    pub(crate) fn cards_made(&self) -> usize {
        self.cards.len()
    }

    pub(crate) fn cards_made_with(&self, reference: &Reference) -> usize {
        self.count(reference, OperationKind::Issue)
    }

    pub(crate) fn deposits_made_with(&self, reference: &Reference) -> usize {
        self.count(reference, OperationKind::Deposit)
    }

    fn count(&self, reference: &Reference, kind: OperationKind) -> usize {
        let places = self.by_reference.get(reference).into_iter().flatten();
        let entries = places.filter_map(|place| self.operations.get(*place));
        entries.filter(|entry| entry.kind == kind).count()
    }

    fn place(&self, card_ref: &str) -> Result<usize, Refusal> {
        let place = card_ref
            .strip_prefix(&self.prefix)
            .and_then(|text| text.parse().ok());
        place.ok_or(Refusal::UnknownCard)
    }

    /// What a reference used before leads to: the first answer, a refusal, or nothing.
    fn seen(
        &self,
        reference: &Reference,
        kind: OperationKind,
    ) -> Result<Option<OperationReport>, Refusal> {
        let Some(first) = self.peek(reference) else {
            return Ok(None);
        };
        match self.create_key {
            CreateKey::None => Ok(None),
            CreateKey::Replay if first.kind == Some(kind) => Ok(Some(first)),
            CreateKey::Replay | CreateKey::Unique => Err(Refusal::DuplicateReference),
        }
    }

    /// Whether the card and its type allow it; the fee.
    fn check(&self, card: &Card, change: &Change<'_>) -> Result<Option<Money>, Refusal> {
        // Freezing what is frozen brings about nothing new and is no mistake.
        let already = match change.kind {
            OperationKind::Freeze => card.status == CardStatus::Frozen,
            OperationKind::Unfreeze => card.status == CardStatus::Active,
            OperationKind::Issue
            | OperationKind::Deposit
            | OperationKind::Withdraw
            | OperationKind::Cancel => false,
        };
        if !already && !card.status.allows().contains(&change.kind) {
            return Err(Refusal::BadStatus);
        }
        let card_type = self.types.get(&card.type_ref).ok_or(Refusal::UnknownType)?;
        let Some(amount) = change.amount else {
            return Ok(None);
        };
        if change.kind == OperationKind::Withdraw {
            check_amount(amount, card_type, None)?;
            if amount.amount > card.balance.amount {
                return Err(Refusal::TooLittleLeft);
            }
            return Ok(None);
        }
        check_amount(amount, card_type, card_type.deposit.as_ref())?;
        Ok(card_type.deposit_fee.as_ref().map(|rule| fee(rule, amount)))
    }

    fn accept(
        &mut self,
        reference: &Reference,
        card: usize,
        kind: OperationKind,
        amount: Option<Money>,
        fee: Option<Money>,
    ) -> OperationReport {
        let place = self.operations.len();
        let report = OperationReport {
            reference: Some(reference.clone()),
            kind: Some(kind),
            provider_status: operation_word(&Reported::Processing).to_owned(),
            reported: Reported::Processing,
            provider_ref: Some(format!("{}op{place}", self.prefix)),
            card_ref: self.cards.get(card).map(|card| card.card_ref.clone()),
            amount,
            fee,
            received: None,
            occurred_at: Some(now()),
        };
        let hidden = take(&mut self.hide_next);
        self.operations.push(Entry {
            card,
            kind,
            report: report.clone(),
            hidden,
        });
        self.by_reference
            .entry(reference.clone())
            .or_default()
            .push(place);
        if self.asynchronous {
            return report;
        }
        self.finish(place);
        self.operations
            .get(place)
            .map_or(report, |entry| entry.report.clone())
    }

    /// Does the work of an accepted operation, once.
    fn finish(&mut self, place: usize) {
        let Some(entry) = self.operations.get_mut(place) else {
            return;
        };
        let Some(card) = self.cards.get_mut(entry.card) else {
            return;
        };
        let report = &mut entry.report;
        if report.reported != Reported::Processing {
            return;
        }
        report.reported = match card.apply(entry.kind, report.amount) {
            Ok(received) => {
                report.received = received;
                Reported::Succeeded
            }
            Err(refusal) => Reported::Failed(Failure {
                code: "provider_refused".to_owned(),
                message: refusal.message().to_owned(),
                outcome: Outcome::Rejected,
                provider_code: Some(refusal.code().to_owned()),
                provider_message: Some(refusal.message().to_owned()),
            }),
        };
        report.provider_status = operation_word(&report.reported).to_owned();
        report.occurred_at = Some(now());
    }
}

impl Card {
    pub(crate) fn snapshot(&self) -> CardSnapshot {
        let tail: String = self
            .card_ref
            .chars()
            .rev()
            .take_while(char::is_ascii_digit)
            .collect();
        let digits: String = tail
            .chars()
            .take(4)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect();
        CardSnapshot {
            card_ref: self.card_ref.clone(),
            card_type_ref: Some(self.type_ref.clone()),
            status: self.status,
            provider_status: card_word(self.status).to_owned(),
            last4: Some(format!("{digits:0>4}")),
            balance: Some(self.balance),
        }
    }

    /// The effect, and what arrived at the other end. Checked again: other work may have finished
    /// since this was accepted.
    fn apply(
        &mut self,
        kind: OperationKind,
        amount: Option<Money>,
    ) -> Result<Option<Money>, Refusal> {
        if self.status.is_terminal() {
            return Err(Refusal::BadStatus);
        }
        let moved = amount.map_or(Decimal::ZERO, |money| money.amount);
        match kind {
            OperationKind::Issue => {
                self.status = CardStatus::Active;
                self.balance.amount += moved;
            }
            OperationKind::Deposit => self.balance.amount += moved,
            OperationKind::Withdraw if moved > self.balance.amount => {
                return Err(Refusal::TooLittleLeft);
            }
            OperationKind::Withdraw => self.balance.amount -= moved,
            OperationKind::Freeze => self.status = CardStatus::Frozen,
            OperationKind::Unfreeze => self.status = CardStatus::Active,
            OperationKind::Cancel => {
                self.status = CardStatus::Cancelled;
                let rest = self.balance;
                self.balance.amount = Decimal::ZERO;
                return Ok(Some(rest));
            }
        }
        Ok(amount)
    }
}

fn check_amount(
    money: Money,
    card_type: &CardTypeSpec,
    rule: Option<&AmountRule>,
) -> Result<(), Refusal> {
    let decimals = rule
        .and_then(|rule| rule.decimals)
        .unwrap_or_else(|| card_type.currency.minor_digits());
    let fits = money.is_positive()
        && money.currency == card_type.currency
        && money.amount.normalize().scale() <= decimals
        && rule
            .and_then(|rule| rule.min)
            .is_none_or(|min| money.amount >= min)
        && rule
            .and_then(|rule| rule.max)
            .is_none_or(|max| money.amount <= max);
    if fits {
        Ok(())
    } else {
        Err(Refusal::BadAmount)
    }
}

/// In whole minor units, half up, as an invoice would show it.
fn fee(rule: &FeeRule, amount: Money) -> Money {
    let exact = amount.amount * rule.rate_percent / Decimal::ONE_HUNDRED + rule.fixed;
    let digits = amount.currency.minor_digits();
    let rounded = exact.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero);
    Money::new(rounded, amount.currency)
}

#[expect(
    clippy::disallowed_methods,
    reason = "plays the remote side, which has a clock of its own"
)]
fn now() -> Timestamp {
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Timestamp::from_millis(0).plus(since_epoch.unwrap_or_default())
}
