//! One step in the life of an authorization: what it changes, and the money that moves with it.

use cardmux_domain::authorization::{
    Authorization, AuthorizationStatus, DecidedBy, DecisionFacts, DecisionTimes,
};
use cardmux_domain::card::Card;
use cardmux_domain::event::{AuthorizationFacts, Event, EventData, EventKind};
use cardmux_domain::id::fresh;
use cardmux_domain::ledger::{Book, Cause, Entry, LedgerRefused, TransferKind};
use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::time::Timestamp;
use cardmux_domain::transaction::Merchant;

use crate::store::{Change, Unit};

/// An authorization and the book of its money, about to take a step together.
pub struct Step {
    pub authorization: Authorization,
    /// `None` where no book has its money: then only the authorization's own figures change.
    entry: Option<Entry>,
    /// Of the movements of this step: the same for every repetition of it.
    cause: String,
    now: Timestamp,
}

impl Step {
    pub fn new(
        authorization: Authorization,
        book: Option<Book>,
        cause: impl Into<String>,
        now: Timestamp,
    ) -> Self {
        Self {
            authorization,
            entry: book.map(|book| book.enter(now)),
            cause: cause.into(),
            now,
        }
    }

    fn transfer(&mut self, kind: TransferKind, amount: Decimal) -> Result<(), LedgerRefused> {
        if amount.is_zero() {
            return Ok(());
        }
        let Some(entry) = &mut self.entry else {
            return Ok(());
        };
        // The first movement bears the cause itself: told again, the same fact meets it, whatever kind
        // of movement it would come to now that the first one is made.
        let source = match entry.transfers.len() {
            0 => self.cause.clone(),
            further => format!("{}#{further}", self.cause),
        };
        let cause = Cause {
            source,
            authorization_id: Some(self.authorization.id),
            operation_id: None,
            note: None,
        };
        entry.transfer(kind, amount, cause)
    }

    /// Hold the amount if it is there.
    pub fn hold(&mut self, amount: Decimal) -> Result<(), LedgerRefused> {
        self.transfer(TransferKind::Hold, amount)?;
        self.authorization.held += amount;
        Ok(())
    }

    /// Hold the amount, whatever is there: the network has promised it.
    pub fn force_hold(&mut self, amount: Decimal) -> Result<(), LedgerRefused> {
        self.transfer(TransferKind::ForcedHold, amount)?;
        self.authorization.held += amount;
        Ok(())
    }

    /// Give back what is held, at most that much; says how much it was.
    pub fn release(&mut self, most: Option<Decimal>) -> Result<Decimal, LedgerRefused> {
        let held = self.authorization.held;
        let amount = most.map_or(held, |most| most.min(held)).max(Decimal::ZERO);
        self.transfer(TransferKind::Release, amount)?;
        self.authorization.held -= amount;
        self.authorization.released += amount;
        Ok(amount)
    }

    /// Book what was presented: out of the hold as far as it goes, the rest out of what is available,
    /// be it there or not.
    pub fn post(&mut self, amount: Decimal) -> Result<(), LedgerRefused> {
        let from_hold = amount.min(self.authorization.held);
        self.transfer(TransferKind::Post, from_hold)?;
        self.transfer(TransferKind::ForcedPost, amount - from_hold)?;
        self.authorization.held -= from_hold;
        self.authorization.posted += amount;
        Ok(())
    }

    pub fn charge(&mut self, fee: Decimal) -> Result<(), LedgerRefused> {
        self.transfer(TransferKind::Fee, fee)?;
        self.authorization.fees += fee;
        Ok(())
    }

    pub fn give_back(&mut self, amount: Decimal) -> Result<(), LedgerRefused> {
        self.transfer(TransferKind::Return, amount)?;
        self.authorization.returned += amount;
        Ok(())
    }

    /// Everything as one unit of work, with a fact for the stream.
    pub fn into_unit(mut self, is_new: bool, told: Option<(EventKind, Decimal)>) -> Unit {
        let authorization = &mut self.authorization;
        authorization.updated_at = self.now;
        if !is_new {
            authorization.version += 1;
        }
        if authorization.held.is_zero() {
            authorization.expires_at = None;
        }
        let mut unit = Unit::new();
        if let Some((kind, amount)) = told {
            unit.push(Change::InsertEvent(event(authorization, kind, amount)));
        }
        unit.push(match is_new {
            true => Change::InsertAuthorization(self.authorization),
            false => Change::UpdateAuthorization(self.authorization),
        });
        if let Some(entry) = self.entry.filter(|entry| !entry.transfers.is_empty()) {
            unit.enter(entry);
        }
        unit
    }
}

/// An authorization of which only the card, its id and the amount are known, and nothing is decided.
pub fn blank(card: &Card, provider_ref: &str, amount: Money, now: Timestamp) -> Authorization {
    Authorization {
        id: fresh(),
        tenant: card.tenant.clone(),
        instance: card.instance.clone(),
        provider_ref: provider_ref.to_owned(),
        card_id: card.id,
        customer_id: card.customer_id,
        budget_id: card.budget_id,
        transaction_id: None,
        status: AuthorizationStatus::Declined,
        amount,
        merchant_amount: None,
        merchant: Merchant::default(),
        held: Decimal::ZERO,
        released: Decimal::ZERO,
        posted: Decimal::ZERO,
        fees: Decimal::ZERO,
        returned: Decimal::ZERO,
        verdict: None,
        decided_by: DecidedBy::Rules,
        reasons: Vec::new(),
        rule_versions: Vec::new(),
        shadow: None,
        facts: DecisionFacts {
            card_status: card.status.to_string(),
            beyond_rules: None,
        },
        times: DecisionTimes {
            received_at: now,
            evaluated_at: None,
            endpoint_at: None,
            answered_at: None,
        },
        expires_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

pub fn event(authorization: &Authorization, kind: EventKind, amount: Decimal) -> Event {
    let amount = Money::new(amount, authorization.currency());
    Event {
        id: fresh(),
        tenant: authorization.tenant.clone(),
        kind,
        subject: authorization.id.to_string(),
        card_id: Some(authorization.card_id),
        operation_id: None,
        sequence: authorization.version,
        data: EventData {
            authorization: Some(AuthorizationFacts {
                id: authorization.id.to_string(),
                status: authorization.status,
                verdict: authorization.verdict,
                decided_by: authorization.decided_by,
                reasons: authorization.reasons.iter().map(|r| r.code).collect(),
                amount: amount.amount_text(),
                currency: amount.currency.to_string(),
                late_verdict: None,
            }),
            ..EventData::default()
        },
        created_at: authorization.updated_at,
    }
}
