//! Takes an order on: number, money, the card's intermediate status.
//!
//! Documented: `merchantOrderNo` is unique over all kinds of order and a repetition is refused, not
//! replayed (W-prod); the intermediate card statuses (2.2). Assumed: the account that pays is
//! debited at acceptance and paid back if the order fails; a refused call does not use up its number.

use rust_decimal::Decimal;

use super::{attributes, checks, opening, physical};
use crate::envelope::Failure;
use crate::script::Fate;
use crate::state::{
    BizType, Card, CardStatus, Change, Direction, Movement, Order, OrderKind, OrderStatus,
    Schedule, State,
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
    Update {
        card_no: String,
        change: Change,
    },
    UpdatePin {
        card_no: String,
        pin: String,
    },
    Activate {
        card_no: String,
        pin: String,
        code: String,
        no_pin_amount: Option<Decimal>,
    },
}

/// What some BINs want with an opening.
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
    /// When queries show what is accepted now.
    pub fn visible_at(&self) -> i64 {
        self.now_ms.saturating_add(self.invisible_ms)
    }

    /// At once; the script sets the real times.
    fn schedule(&self) -> Schedule {
        Schedule {
            accepted_at: self.now_ms,
            processing_at: self.now_ms,
            final_at: self.now_ms,
            visible_at: self.visible_at(),
        }
    }
}

/// Takes the order on and returns its `orderNo`.
pub fn accept(state: &mut State, asked: Asked, terms: &Terms) -> Result<String, Failure> {
    claim(state, &asked.merchant_order_no)?;
    let draft = match asked.what {
        What::Open {
            card_type_id,
            amount,
            needs,
        } => opening::open(state, &card_type_id, amount, &needs, terms),
        What::Deposit { card_no, amount } => checks::deposit(state, &card_no, amount),
        What::Withdraw { card_no, amount } => checks::withdraw(state, &card_no, amount),
        What::Freeze { card_no } => checks::freeze(state, &card_no),
        What::UnFreeze { card_no } => checks::unfreeze(state, &card_no),
        What::Cancel { card_no } => checks::cancel(state, &card_no),
        What::Update { card_no, change } => attributes::update(state, &card_no, change),
        What::UpdatePin { card_no, pin } => physical::update_pin(state, &card_no, &pin),
        What::Activate {
            card_no,
            pin,
            code,
            no_pin_amount,
        } => physical::activate(state, &card_no, &pin, &code, no_pin_amount),
    }?;
    state.references.insert(asked.merchant_order_no.clone());
    Ok(draft.enter(state, Some(asked.merchant_order_no), terms))
}

/// Refuses a `merchantOrderNo` that was used before.
pub fn claim(state: &State, merchant_order_no: &str) -> Result<(), Failure> {
    if state.references.contains(merchant_order_no) {
        return Err(Failure::business("Duplicate order number"));
    }
    Ok(())
}

/// The platform blocks a card: a finished order nobody asked for.
pub fn block(state: &mut State, card_no: &str, terms: &Terms) -> Result<(), Failure> {
    let card = checks::known(state, card_no)?;
    let draft = Draft::on(card, OrderKind::Blocked, Decimal::ZERO);
    if let Some(card) = state.card_mut(card_no) {
        card.blocked = true;
    }
    draft.impose(state, terms);
    Ok(())
}

/// The platform takes from the merchant's own account what a card owes.
pub fn overdraft(
    state: &mut State,
    card_no: &str,
    amount: Decimal,
    terms: &Terms,
) -> Result<(), Failure> {
    if amount <= Decimal::ZERO {
        return Err(Failure::business("amount parameter error: above 0"));
    }
    let draft = Draft::on(checks::known(state, card_no)?, OrderKind::Overdraft, amount);
    draft.impose(state, terms);
    Ok(())
}

/// A checked order, before it has a number.
pub struct Draft {
    pub kind: OrderKind,
    pub card_no: String,
    pub currency: String,
    pub amount: Decimal,
    pub fee: Decimal,
    pub account_id: String,
    pub change: Option<Change>,
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
            account_id: card.funded_by.clone(),
            change: None,
            card_before: card.status,
        }
    }

    /// An order the platform raises by itself: finished at once.
    fn impose(self, state: &mut State, terms: &Terms) {
        let order_no = self.enter(state, None, terms);
        state.finish(&order_no, terms.now_ms);
    }

    /// Numbers the order, takes its money and puts the card into its intermediate status.
    fn enter(self, state: &mut State, merchant_order_no: Option<String>, terms: &Terms) -> String {
        let order_no = state.platform_number();
        let schedule = terms.schedule();
        for (amount, biz_type) in self.debits() {
            state.book(&Movement {
                account_id: &self.account_id,
                amount,
                order_no: &order_no,
                biz_type,
                direction: Direction::Out,
                remark: None,
                at: terms.now_ms,
                visible_at: schedule.visible_at,
            });
        }
        if let Some(card) = state.card_mut(&self.card_no) {
            self.mark(card);
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
            account_id: self.account_id,
            change: self.change,
            card_before: self.card_before,
            fate: Fate::Success,
            schedule,
        });
        order_no
    }

    fn debits(&self) -> Vec<(Decimal, BizType)> {
        match self.kind {
            OrderKind::Create => vec![
                (self.fee, BizType::Purchase),
                (self.amount, BizType::Deposit),
            ],
            OrderKind::Deposit => vec![(self.amount + self.fee, BizType::Deposit)],
            OrderKind::Overdraft => vec![(self.amount, BizType::Overdraft)],
            OrderKind::Withdraw
            | OrderKind::Freeze
            | OrderKind::UnFreeze
            | OrderKind::Cancel
            | OrderKind::Update
            | OrderKind::UpdatePin
            | OrderKind::Activate
            | OrderKind::Blocked => Vec::new(),
        }
    }

    fn mark(&self, card: &mut Card) {
        match self.kind {
            OrderKind::Withdraw => card.balance -= self.amount,
            OrderKind::Freeze => card.status = CardStatus::Freezing,
            OrderKind::UnFreeze => card.status = CardStatus::UnFreezing,
            OrderKind::Cancel => card.status = CardStatus::Canceling,
            OrderKind::Create
            | OrderKind::Deposit
            | OrderKind::Update
            | OrderKind::UpdatePin
            | OrderKind::Activate
            | OrderKind::Blocked
            | OrderKind::Overdraft => {}
        }
    }
}
