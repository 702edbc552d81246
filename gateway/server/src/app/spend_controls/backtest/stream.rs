//! The past as a row of happenings.
//!
//! Movements of money are for good and tell when each thing happened; authorizations tell what was
//! asked and answered. A payment that was held is decided where its hold is; one that was declined
//! where it was evaluated. Of two in one millisecond the one with the lesser id was first: ids are
//! made as things are decided.

mod movement;

use std::collections::{HashMap, HashSet};

use cardmux_domain::authorization::{Authorization, DeclineReason, Reason, Verdict};
use cardmux_domain::id::{AuthorizationId, LedgerBookId};
use cardmux_domain::ledger::{BookOwner, Transfer, TransferKind};
use cardmux_domain::money::Decimal;
use cardmux_domain::spend_control::{Asked, Counted, Happening, Start};
use cardmux_domain::time::Timestamp;

use self::movement::{Life, available_before, available_change, counted_change};
use super::past::Past;

/// What happened from the beginning of the span on, and how things were then.
pub fn of(past: Past) -> (Start, Vec<Happening>) {
    let Past {
        from,
        to,
        within,
        before,
        books,
        transfers,
    } = past;
    let owners: HashMap<LedgerBookId, BookOwner> = books
        .iter()
        .map(|(owner, book)| (book.id, *owner))
        .collect();
    let mut available: HashMap<BookOwner, Decimal> = books
        .iter()
        .map(|(owner, book)| (*owner, book.available))
        .collect();
    for transfer in transfers.iter().rev() {
        if let (Some(owner), Some(then)) =
            (owners.get(&transfer.book_id), available_before(transfer))
        {
            available.insert(*owner, then);
        }
    }
    let start = Start {
        available,
        counted: counted_before(before, &transfers, from),
    };
    let mut row = Row {
        owners: owners.values().copied().collect(),
        begun: HashSet::new(),
        lives: start
            .counted
            .iter()
            .map(|counted| (counted.authorization, Life::of(counted)))
            .collect(),
        placed: Vec::new(),
    };
    let mut asked: HashMap<AuthorizationId, Authorization> =
        within.into_iter().map(|a| (a.id, a)).collect();
    for transfer in &transfers {
        let owner = owners.get(&transfer.book_id).copied();
        row.moved(transfer, owner, &mut asked, to);
    }
    for (_, authorization) in asked {
        row.unmoved(authorization);
    }
    row.placed.sort_by_key(|placed| placed.place);
    let happenings = row.placed.into_iter().map(|placed| placed.happening);
    (start, happenings.collect())
}

/// When, and which of that millisecond, and which of that movement.
type At = (Timestamp, u128, u8);

struct Placed {
    place: At,
    happening: Happening,
}

struct Row {
    /// Who has a book.
    owners: HashSet<BookOwner>,
    /// Authorizations of the span that were asked or told of so far.
    begun: HashSet<AuthorizationId>,
    lives: HashMap<AuthorizationId, Life>,
    placed: Vec<Placed>,
}

impl Row {
    fn place(&mut self, place: At, happening: Happening) {
        self.placed.push(Placed { place, happening });
    }

    fn moved(
        &mut self,
        transfer: &Transfer,
        book: Option<BookOwner>,
        within: &mut HashMap<AuthorizationId, Authorization>,
        to: Timestamp,
    ) {
        let (when, id) = (transfer.booked_at, transfer.id.uuid().as_u128());
        let first = transfer
            .authorization_id
            .filter(|id| !self.begun.contains(id))
            .and_then(|id| within.remove(&id));
        let mut is_own_hold = false;
        if let Some(authorization) = first {
            let asks = authorization.verdict.is_some();
            // Begun without asking, then asked about: the answer had to be no, and was not stored.
            is_own_hold = asks && transfer.kind == TransferKind::Hold;
            self.begun.insert(authorization.id);
            self.lives.insert(authorization.id, Life::default());
            // Declined first, approved by the network later: what was asked came before this.
            match asks && !is_own_hold {
                true => self.unmoved(authorization),
                false => {
                    let begun = self.begin(authorization, Decimal::ZERO, false);
                    self.place((when, id, 0), begun);
                }
            }
        } else if when >= to {
            return;
        }
        let change = available_change(transfer);
        if let Some(book) = book.filter(|_| !is_own_hold && !change.is_zero()) {
            let moved = Happening::Moved {
                book,
                available: change,
                authorization: transfer.authorization_id,
            };
            self.place((when, id, 1), moved);
        }
        let Some(authorization) = transfer.authorization_id else {
            return;
        };
        let Some(life) = self.lives.get_mut(&authorization) else {
            return;
        };
        life.step(transfer);
        let (counted, counts) = (life.counted(), life.counts);
        if !is_own_hold {
            let changed = Happening::Changed {
                authorization,
                counted,
                counts,
            };
            self.place((when, id, 2), changed);
        }
    }

    /// One that has not moved any money (yet).
    fn unmoved(&mut self, authorization: Authorization) {
        let when = match authorization.verdict {
            Some(_) => authorization.times.evaluated_at,
            None => Some(authorization.created_at),
        };
        let when = when.unwrap_or(authorization.times.received_at);
        let place = (when, authorization.id.uuid().as_u128(), 0);
        // Without a book there are no movements to tell when it came to that.
        let (counted, counts) = match self.book(&authorization) {
            None => (authorization.counted(), authorization.counts()),
            Some(_) => (Decimal::ZERO, false),
        };
        let begun = self.begin(authorization, counted, counts);
        self.place(place, begun);
    }

    /// Whose book its money is in.
    fn book(&self, authorization: &Authorization) -> Option<BookOwner> {
        let owner = authorization.drawn_on();
        self.owners.contains(&owner).then_some(owner)
    }

    /// Asked for, or told of without having been asked.
    fn begin(&self, authorization: Authorization, counted: Decimal, counts: bool) -> Happening {
        let drawn_on = self.book(&authorization);
        match authorization.verdict {
            Some(verdict) => Happening::Asked(asked(authorization, drawn_on, verdict)),
            None => Happening::Unasked(known(authorization, counted, counts)),
        }
    }
}

fn known(authorization: Authorization, counted: Decimal, counts: bool) -> Counted {
    Counted {
        authorization: authorization.id,
        at: authorization.times.received_at,
        card: authorization.card_id,
        customer: authorization.customer_id,
        budget: authorization.budget_id,
        amount: authorization.amount,
        counted,
        counts,
        merchant: authorization.merchant,
    }
}

fn asked(authorization: Authorization, drawn_on: Option<BookOwner>, verdict: Verdict) -> Asked {
    let is = |reason: &Reason| reason.code == DeclineReason::DeadlineReached;
    // A deadline that came after rules and funds had said yes is no word of theirs.
    let late = authorization.reasons.iter().any(is) && authorization.times.evaluated_at.is_some();
    let beyond_rules = match late {
        true => Some(Verdict::Decline),
        false => authorization.facts.beyond_rules,
    };
    let reasons = authorization.reasons.into_iter();
    Asked {
        authorization: authorization.id,
        at: authorization.times.received_at,
        card: authorization.card_id,
        customer: authorization.customer_id,
        budget: authorization.budget_id,
        drawn_on,
        amount: authorization.amount,
        merchant: authorization.merchant,
        other_reasons: reasons.filter(|reason| stays(reason, late)).collect(),
        beyond_rules,
        verdict,
    }
}

/// Whether a reason is neither a control's nor the funds' nor said beyond the rules.
fn stays(reason: &Reason, late: bool) -> bool {
    match reason.code {
        DeclineReason::CardUnknown
        | DeclineReason::CardNotActive
        | DeclineReason::CurrencyMismatch
        | DeclineReason::NoBudget => true,
        DeclineReason::DeadlineReached => !late,
        DeclineReason::SpendLimit
        | DeclineReason::MccBlocked
        | DeclineReason::MccNotAllowed
        | DeclineReason::CountryBlocked
        | DeclineReason::CountryNotAllowed
        | DeclineReason::MerchantBlocked
        | DeclineReason::MerchantNotAllowed
        | DeclineReason::UsesExhausted
        | DeclineReason::MerchantLocked
        | DeclineReason::InsufficientFunds
        | DeclineReason::DeclinedByEndpoint
        | DeclineReason::DeclinedByStandIn
        | DeclineReason::DeclinedByProvider => false,
    }
}

/// What limits counted of earlier authorizations as the span began: what they are now, less what
/// became of them since.
fn counted_before(
    before: Vec<Authorization>,
    transfers: &[Transfer],
    from: Timestamp,
) -> Vec<Counted> {
    let mut since: HashMap<AuthorizationId, Vec<&Transfer>> = HashMap::new();
    for transfer in transfers {
        if let Some(id) = transfer.authorization_id {
            since.entry(id).or_default().push(transfer);
        }
    }
    let then = before.into_iter().map(|authorization| {
        if authorization.updated_at < from {
            let (counted, counts) = (authorization.counted(), authorization.counts());
            return known(authorization, counted, counts);
        }
        let seen = since.get(&authorization.id).into_iter().flatten();
        // Not what came after it was read.
        let seen = seen.filter(|transfer| transfer.booked_at <= authorization.updated_at);
        let counted = seen.fold(authorization.counted(), |counted, transfer| {
            counted.saturating_sub(counted_change(transfer))
        });
        known(authorization, counted, counted > Decimal::ZERO)
    });
    then.collect()
}

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;
