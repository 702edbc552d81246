//! Takes an order on: number, money, the card's intermediate status.
//!
//! Documented: `merchantOrderNo` is unique over all kinds of order and a repetition is refused, not
//! replayed (W-prod); the intermediate card statuses (2.2). Assumed: the WALLET is debited at
//! acceptance and paid back if the order fails; a refused call does not use up its number.

use rust_decimal::Decimal;

use super::checks;
use crate::envelope::Failure;
use crate::script::Fate;
use crate::state::{
    BizType, Card, CardStatus, Direction, Movement, Order, OrderKind, OrderStatus, Schedule, State,
};

/// What a client asks for, already parsed.
pub struct Asked {
    pub merchant_order_no: String,
    pub what: What,
}

pub enum What {
    Open {
        card_type_id: String,
        amount: Decimal,
        needs: Needs,
    },
    Deposit {
        card_no: String,
        amount: Decimal,
    },
    Withdraw {
        card_no: String,
        amount: Decimal,
    },
    Freeze {
        card_no: String,
    },
    UnFreeze {
        card_no: String,
    },
    Cancel {
        card_no: String,
    },
}

/// What some BINs want with an opening. Holders, bought physical cards and MARGIN accounts do not
/// exist in this emulator yet, so naming one never finds it.
#[derive(Default)]
pub struct Needs {
    pub holder_id: Option<String>,
    pub card_number: Option<String>,
    pub account_id: Option<String>,
}

/// The circumstances of an acceptance.
#[derive(Clone, Copy)]
pub struct Terms {
    pub now_ms: i64,
    pub invisible_ms: i64,
    /// The two letters of new card ids.
    pub card_prefix: &'static str,
}

impl Terms {
    /// At once; the script sets the real times.
    fn schedule(&self) -> Schedule {
        Schedule {
            accepted_at: self.now_ms,
            processing_at: self.now_ms,
            final_at: self.now_ms,
            visible_at: self.now_ms.saturating_add(self.invisible_ms),
        }
    }
}

/// Takes the order on and returns its `orderNo`.
pub fn accept(state: &mut State, asked: Asked, terms: &Terms) -> Result<String, Failure> {
    if state.references.contains(&asked.merchant_order_no) {
        return Err(Failure::business("Duplicate order number"));
    }
    let draft = match asked.what {
        What::Open {
            card_type_id,
            amount,
            needs,
        } => checks::open(state, &card_type_id, amount, &needs, terms),
        What::Deposit { card_no, amount } => checks::deposit(state, &card_no, amount),
        What::Withdraw { card_no, amount } => checks::withdraw(state, &card_no, amount),
        What::Freeze { card_no } => checks::freeze(state, &card_no),
        What::UnFreeze { card_no } => checks::unfreeze(state, &card_no),
        What::Cancel { card_no } => checks::cancel(state, &card_no),
    }?;
    state.references.insert(asked.merchant_order_no.clone());
    Ok(draft.enter(state, Some(asked.merchant_order_no), terms))
}

/// The platform blocks a card: a finished order nobody asked for.
pub fn block(state: &mut State, card_no: &str, terms: &Terms) -> Result<String, Failure> {
    let draft = Draft::on(
        checks::known(state, card_no)?,
        OrderKind::Blocked,
        Decimal::ZERO,
    );
    if let Some(card) = state.card_mut(card_no) {
        card.blocked = true;
    }
    Ok(draft.enter(state, None, terms))
}

/// A checked order, before it has a number.
pub struct Draft {
    pub kind: OrderKind,
    pub card_no: String,
    pub currency: String,
    pub amount: Decimal,
    pub fee: Decimal,
    pub card_before: CardStatus,
}

impl Draft {
    pub fn on(card: &Card, kind: OrderKind, amount: Decimal) -> Self {
        Self {
            kind,
            card_no: card.card_no.clone(),
            currency: card.currency.clone(),
            amount,
            fee: Decimal::ZERO,
            card_before: card.status,
        }
    }

    /// Numbers the order, takes its money and puts the card into its intermediate status.
    fn enter(self, state: &mut State, merchant_order_no: Option<String>, terms: &Terms) -> String {
        // 19 digits, as in the samples.
        let order_no = format!("2071{:015}", state.next_number());
        let mut debit = |amount, biz_type| {
            let (currency, direction) = (self.currency.as_str(), Direction::Out);
            let at = terms.now_ms;
            let order_no = order_no.as_str();
            state.book(&Movement {
                currency,
                amount,
                order_no,
                biz_type,
                direction,
                at,
            });
        };
        match self.kind {
            OrderKind::Create => {
                debit(self.fee, BizType::Purchase);
                debit(self.amount, BizType::Deposit);
            }
            OrderKind::Deposit => debit(self.amount + self.fee, BizType::Deposit),
            OrderKind::Withdraw
            | OrderKind::Freeze
            | OrderKind::UnFreeze
            | OrderKind::Cancel
            | OrderKind::Blocked => {}
        }
        if let Some(card) = state.card_mut(&self.card_no) {
            match self.kind {
                OrderKind::Withdraw => card.balance -= self.amount,
                OrderKind::Freeze => card.status = CardStatus::Freezing,
                OrderKind::UnFreeze => card.status = CardStatus::UnFreezing,
                OrderKind::Cancel => card.status = CardStatus::Canceling,
                OrderKind::Create | OrderKind::Deposit | OrderKind::Blocked => {}
            }
        }
        state.orders.push(Order {
            order_no: order_no.clone(),
            merchant_order_no,
            card_no: self.card_no,
            kind: self.kind,
            status: OrderStatus::WaitProcess,
            currency: self.currency,
            amount: self.amount,
            fee: self.fee,
            received: None,
            description: None,
            card_before: self.card_before,
            fate: Fate::Success,
            schedule: terms.schedule(),
        });
        order_no
    }
}
