//! What happens at merchants and in the dispute office; only control routes call this.
//!
//! Documented: reasons to decline (low budget or balance, limits, velocity, card state). Assumed:
//! their texts; one EUR is 1.10 USD; a settlement takes whatever it says, also beyond the pool; a refund is a transaction of its own of the type `refund`.

use rust_decimal::{Decimal, dec};

use crate::envelope::Failure;
use crate::state::{
    COMPLETED, Card, CardStatus, DisputeStatus, Model, MoveKind, Notice, REFUND, State,
    Transaction, WINDOWS,
};

const USD_PER_EUR: Decimal = dec!(1.10);

/// One use of a card.
pub struct Use {
    pub amount: Decimal,
    pub merchant: String,
    pub mcc: String,
    pub channel: String,
    pub status: String,
    pub kind: String,
    pub decline: Option<String>,
    pub authorization_id: Option<String>,
}

pub fn in_usd(amount: Decimal, currency: &str) -> Decimal {
    if currency == "EUR" {
        (amount * USD_PER_EUR).round_dp(2)
    } else {
        amount
    }
}

/// Completed purchases in one of the [`WINDOWS`], in the card's currency.
pub fn spent(
    state: &State,
    card: &Card,
    channel: Option<&str>,
    window: &str,
    now_ms: i64,
) -> Decimal {
    let named = WINDOWS.iter().find(|(name, _)| *name == window);
    let since = now_ms.saturating_sub(named.map_or(0, |(_, back)| *back));
    let own = state.transactions.iter().filter(|one| {
        one.card_id == card.id
            && one.is_completed_spend()
            && one.at >= since
            && channel.is_none_or(|channel| one.channel == channel)
    });
    own.map(|one| one.amount).sum()
}

/// Records the use, and moves the money if it is completed; the transaction's id.
pub fn record(
    state: &mut State,
    card_id: &str,
    asked: Use,
    now_ms: i64,
) -> Result<String, Failure> {
    let card = state.cards.get(card_id);
    let card = card.ok_or_else(|| Failure::missing("Card"))?;
    let usd_amount = in_usd(asked.amount, &card.currency);
    let reason = match &asked.decline {
        Some(reason) => Some(reason.clone()),
        None if asked.kind == REFUND => None,
        None => restriction(state, card, &asked, now_ms)
            .or_else(|| shortage(state, card, asked.amount, usd_amount))
            .map(str::to_owned),
    };
    let (currency, budget_id) = (card.currency.clone(), card.budget_id.clone());
    let one = Transaction {
        id: state.new_id(),
        transaction_id: format!("txn-{}", state.word(16)),
        card_id: card_id.to_owned(),
        budget_id,
        amount: asked.amount,
        currency,
        usd_amount,
        merchant: asked.merchant,
        mcc: asked.mcc,
        channel: asked.channel,
        status: if reason.is_some() {
            "declined".into()
        } else {
            asked.status
        },
        kind: asked.kind,
        at: now_ms,
        decline_reason: reason,
        authorization_id: asked.authorization_id,
    };
    let id = one.id.clone();
    if one.status == COMPLETED {
        post(state, &one);
    }
    state.news.push(Notice::Transaction(id.clone()));
    state.transactions.push(one);
    Ok(id)
}

/// What the card itself or its limits have against it, whatever money there is.
pub fn restriction(state: &State, card: &Card, asked: &Use, now_ms: i64) -> Option<&'static str> {
    if card.status != CardStatus::Active {
        return Some("Card is not active");
    }
    let within = |limit: Decimal, spent: Decimal| spent + asked.amount <= limit;
    match card.model {
        Model::Prepaid => {
            let channel = asked.channel.as_str();
            let windows = [
                ("daily", Some("DAY")),
                ("monthly", Some("MONTH")),
                ("transaction", None),
            ];
            let fits = windows.into_iter().all(|(name, window)| {
                let spent = window.map_or(Decimal::ZERO, |window| {
                    spent(state, card, Some(channel), window, now_ms)
                });
                within(card.limit(&format!("{channel}-{name}")), spent)
            });
            (!fits).then_some("Limit exceeded")
        }
        Model::Budget => {
            let mut windows = card.velocity.iter();
            let fits = windows
                .all(|(window, limit)| within(*limit, spent(state, card, None, window, now_ms)));
            (!fits).then_some("Velocity limit exceeded")
        }
    }
}

/// Whether the card, or its budget, lacks the money.
fn shortage(
    state: &State,
    card: &Card,
    amount: Decimal,
    usd_amount: Decimal,
) -> Option<&'static str> {
    match card.model {
        Model::Prepaid => (card.balance < amount).then_some("Insufficient balance"),
        Model::Budget => {
            let budget = card.budget_id.as_deref();
            let budget = budget.and_then(|id| state.budgets.get(id));
            let covered = budget.is_some_and(|budget| budget.balance >= usd_amount);
            (!covered).then_some("Insufficient budget balance")
        }
    }
}

/// Moves a completed transaction's money, from the card or from its budget.
fn post(state: &mut State, one: &Transaction) {
    let refund = one.kind == REFUND;
    let sign = if refund { Decimal::ONE } else { -Decimal::ONE };
    match &one.budget_id {
        Some(budget) => state.move_budget(budget, sign * one.usd_amount),
        None => state.move_card(&one.card_id, sign * one.amount),
    }
    if let Some(card) = state.cards.get_mut(&one.card_id) {
        if refund {
            card.totals.refunded += one.amount;
        } else {
            card.totals.spent += one.amount;
        }
    }
    let kind = if refund {
        MoveKind::Refund
    } else {
        MoveKind::Spend
    };
    state.note_move(&one.card_id, kind, one.usd_amount);
}

/// Completes a transaction that was recorded as anything but declined, or gives it another status;
/// at another amount where one is given.
pub fn turn(
    state: &mut State,
    id: &str,
    status: String,
    amount: Option<Decimal>,
) -> Result<(), Failure> {
    let found = state.transactions.iter_mut().find(|one| one.id == id);
    let found = found.ok_or_else(|| Failure::missing("Transaction"))?;
    let same = amount.is_none() && found.decline_reason.is_none();
    if found.status == COMPLETED && status == COMPLETED && same {
        // Nothing moves a second time.
        return Ok(());
    }
    if found.status == COMPLETED || found.decline_reason.is_some() {
        return Err(Failure::invalid("This transaction is final"));
    }
    if let Some(amount) = amount {
        found.amount = amount;
        found.usd_amount = in_usd(amount, &found.currency);
    }
    found.status = status;
    let turned = found.clone();
    if turned.status == COMPLETED {
        post(state, &turned);
    }
    state.news.push(Notice::Transaction(id.to_owned()));
    Ok(())
}

/// Moves a dispute on; an accepted one is refunded at once.
pub fn decide(
    state: &mut State,
    id: &str,
    to: DisputeStatus,
    response: Option<String>,
    now_ms: i64,
) -> Result<(), Failure> {
    let found = state.disputes.get_mut(id);
    let found = found.ok_or_else(|| Failure::missing("Dispute"))?;
    let legal = match to {
        DisputeStatus::Reviewing => found.status == DisputeStatus::Pending,
        DisputeStatus::Accepted | DisputeStatus::Rejected => {
            found.status == DisputeStatus::Reviewing
        }
        DisputeStatus::Closed => {
            [DisputeStatus::Accepted, DisputeStatus::Rejected].contains(&found.status)
        }
        DisputeStatus::Pending | DisputeStatus::Cancelled => false,
    };
    if !legal {
        return Err(Failure::invalid(format!(
            "A dispute does not go from {} to {}",
            found.status.word(),
            to.word()
        )));
    }
    found.status = to;
    found.response = response.or(found.response.take());
    let disputed = found.transaction.clone();
    state.news.push(Notice::Dispute(id.to_owned()));
    let original = state.transactions.iter().find(|one| one.id == disputed);
    if let Some(original) = original.filter(|_| to == DisputeStatus::Accepted).cloned() {
        let refund = Use {
            amount: original.amount,
            merchant: original.merchant,
            mcc: original.mcc,
            channel: original.channel,
            status: COMPLETED.into(),
            kind: REFUND.into(),
            decline: None,
            authorization_id: original.authorization_id,
        };
        record(state, &original.card_id, refund, now_ms)?;
    }
    Ok(())
}
