//! Moves orders from `wait_process` over `processing` to their end.
//!
//! Documented: the statuses and that only final results raise a webhook (W-doc); what each
//! operation does to the card; that cancel reports the refund in `receivedAmount` (F-doc). Assumed:
//! the timing, and that a failed order leaves card and account as they were.

use rust_decimal::Decimal;

use crate::script::Fate;
use crate::state::{
    BizType, Card, CardStatus, Change, Direction, Movement, Notice, OrderKind, OrderStatus, State,
};

/// What finishing an order needs of it, copied out so that card and ledger can change.
struct Ending {
    order_no: String,
    card_no: String,
    account_id: String,
    kind: OrderKind,
    change: Option<Change>,
    amount: Decimal,
    fee: Decimal,
    card_before: CardStatus,
    at: i64,
    visible_at: i64,
}

impl State {
    /// When the next order moves.
    pub fn next_order_at(&self) -> Option<i64> {
        self.orders
            .iter()
            .filter_map(|order| order.next_step_at())
            .min()
    }

    /// Takes every step that is due.
    pub fn step_orders(&mut self, now_ms: i64) {
        let mut ended = Vec::new();
        for order in &mut self.orders {
            if order.status == OrderStatus::WaitProcess && order.schedule.processing_at <= now_ms {
                order.status = OrderStatus::Processing;
            }
            let due = order.next_step_at().is_some_and(|at| at <= now_ms);
            if order.status == OrderStatus::Processing && due {
                ended.push(order.order_no.clone());
            }
        }
        for order_no in &ended {
            self.finish(order_no, now_ms);
        }
    }

    /// Ends an order as its fate says; a stuck one only reaches `processing`.
    pub fn finish(&mut self, order_no: &str, now_ms: i64) {
        let Some(order) = self.order_mut(order_no) else {
            return;
        };
        let fate = order.fate;
        order.status = match fate {
            Fate::Success => OrderStatus::Success,
            Fate::Fail => OrderStatus::Fail,
            Fate::Stuck => OrderStatus::Processing,
        };
        let ending = Ending {
            order_no: order.order_no.clone(),
            card_no: order.card_no.clone(),
            account_id: order.account_id.clone(),
            kind: order.kind,
            change: order.change.take(),
            amount: order.amount,
            fee: order.fee,
            card_before: order.card_before,
            at: now_ms,
            visible_at: order.schedule.visible_at,
        };
        match fate {
            Fate::Success => {
                let received = self.succeed(&ending);
                if let Some(order) = self.order_mut(order_no) {
                    order.received = Some(received);
                }
            }
            Fate::Fail => {
                self.fail(&ending);
                if let Some(order) = self.order_mut(order_no) {
                    order.description = Some("The order failed".to_owned());
                }
            }
            Fate::Stuck => return,
        }
        self.news.push(Notice::Order(order_no.to_owned()));
        if ending.kind == OrderKind::Create && fate == Fate::Success {
            self.send_activation_code(&ending.card_no, now_ms);
        }
    }

    /// Applies a success to the card and the account; what was credited.
    fn succeed(&mut self, ending: &Ending) -> Decimal {
        let Some(card) = self.card_mut(&ending.card_no) else {
            return Decimal::ZERO;
        };
        if let Some(change) = ending.change.clone() {
            card.attributes.apply(change);
        }
        match ending.kind {
            OrderKind::Create => {
                card.status = if card.is_physical() {
                    CardStatus::UnActivated
                } else {
                    CardStatus::Normal
                };
                card.balance += ending.amount;
                ending.amount
            }
            OrderKind::Deposit => {
                card.balance += ending.amount;
                ending.amount
            }
            OrderKind::Withdraw => {
                self.credit(ending, ending.amount, BizType::Withdraw);
                ending.amount
            }
            OrderKind::Freeze => settle(card, CardStatus::Freeze),
            OrderKind::UnFreeze => settle(card, CardStatus::Normal),
            OrderKind::Activate => {
                card.activation_code = None;
                settle(card, CardStatus::Normal)
            }
            OrderKind::Cancel => {
                card.status = CardStatus::Cancel;
                let rest = std::mem::take(&mut card.balance);
                self.credit(ending, rest, BizType::Cancel);
                rest
            }
            OrderKind::Update | OrderKind::UpdatePin | OrderKind::Blocked => Decimal::ZERO,
            OrderKind::Overdraft => ending.amount,
        }
    }

    /// Takes everything the acceptance did back.
    fn fail(&mut self, ending: &Ending) {
        let Some(card) = self.card_mut(&ending.card_no) else {
            return;
        };
        match ending.kind {
            OrderKind::Create => {
                card.status = CardStatus::Fail;
                self.credit(ending, ending.fee, BizType::Purchase);
                self.credit(ending, ending.amount, BizType::Deposit);
            }
            OrderKind::Deposit => {
                self.credit(ending, ending.amount + ending.fee, BizType::Deposit);
            }
            OrderKind::Withdraw => card.balance += ending.amount,
            OrderKind::Freeze | OrderKind::UnFreeze | OrderKind::Cancel => {
                card.status = ending.card_before;
            }
            OrderKind::Update
            | OrderKind::UpdatePin
            | OrderKind::Activate
            | OrderKind::Blocked
            | OrderKind::Overdraft => {}
        }
    }

    fn credit(&mut self, ending: &Ending, amount: Decimal, biz_type: BizType) {
        self.book(&Movement {
            account_id: &ending.account_id,
            amount,
            order_no: &ending.order_no,
            biz_type,
            direction: Direction::In,
            remark: None,
            at: ending.at,
            visible_at: ending.visible_at.max(ending.at),
        });
    }
}

fn settle(card: &mut Card, status: CardStatus) -> Decimal {
    card.status = status;
    Decimal::ZERO
}
