//! Deposit and withdraw.
//!
//! Documented: `amount`, the answer, 404, 418 and 420 (O; dossier 5.6). Assumed: what the two codes
//! are for; deposits on an `Enabled` card, withdrawals also from a `Freezed` one; fees as ratios of
//! the amount, paid by the wallet beside it.

use rust_decimal::Decimal;

use super::Around;
use crate::app::App;
use crate::failure::Failure;
use crate::json::Json;
use crate::options::BusinessCodes;
use crate::request::{Fields, required};
use crate::route::Direction;
use crate::state::{Card, MoveKind, State, Status, Terms};

/// What goes over, and what it costs.
#[derive(Clone, Copy)]
struct Sums {
    amount: Decimal,
    fee: Decimal,
}

impl Direction {
    fn kinds(self) -> (MoveKind, MoveKind) {
        match self {
            Self::Deposit => (MoveKind::Deposit, MoveKind::DepositFee),
            Self::Withdraw => (MoveKind::Withdraw, MoveKind::WithdrawFee),
        }
    }

    fn sums(self, asked: Decimal, card: &Card, terms: &Terms<'_>) -> Sums {
        let ratio = match self {
            Self::Deposit => terms.fees.deposit(card.category),
            Self::Withdraw => terms.fees.withdraw(card.category),
        };
        let fee = asked * ratio;
        let amount = match self {
            Self::Deposit if terms.quirks.fee_inside => asked - fee,
            // What leaves the card is what was asked for: the fee inside comes off what arrives,
            // which is what booking it to the wallet does.
            Self::Deposit | Self::Withdraw => asked,
        };
        Sums { amount, fee }
    }

    fn check(
        self,
        card: &Card,
        sums: Sums,
        state: &State,
        codes: &BusinessCodes,
    ) -> Result<(), Failure> {
        let (fits, low, why) = match self {
            Self::Deposit => {
                let wallet = state.wallet(&card.account, &card.currency);
                let needed = sums.amount + sums.fee;
                (
                    wallet.is_some_and(|wallet| wallet.balance >= needed),
                    codes.low_wallet,
                    "Insufficient wallet balance",
                )
            }
            Self::Withdraw => (
                card.balance() >= sums.amount,
                codes.low_balance,
                "Insufficient card balance",
            ),
        };
        if !self.is_open(card.status) {
            return Err(Failure::Business(
                codes.wrong_status,
                "Inappropriate card status",
            ));
        }
        if fits {
            Ok(())
        } else {
            Err(Failure::Business(low, why))
        }
    }

    fn is_open(self, status: Status) -> bool {
        match status {
            Status::Enabled => true,
            Status::Freezed => self == Self::Withdraw,
            Status::Processing
            | Status::Freezing
            | Status::Unreezing
            | Status::Closing
            | Status::Closed
            | Status::Blocked => false,
        }
    }
}

impl App {
    pub(super) fn move_money(
        &self,
        direction: Direction,
        id: &str,
        fields: &Fields,
        around: Around<'_>,
    ) -> Result<Json, Failure> {
        let asked = required("amount", fields.amount("amount")?)?;
        if asked <= Decimal::ZERO {
            return Err(Failure::invalid("amount must be a positive number"));
        }
        let terms = self.terms(around);
        let codes = &self.options.codes;
        self.change(|state| {
            // A card that reads do not show yet is there all the same.
            let card = state.card(id).ok_or_else(|| Failure::not_found("Card"))?;
            let quirks = around.quirks;
            let too_little = quirks.amount_min.is_some_and(|least| asked < least);
            if too_little || quirks.amount_max.is_some_and(|most| asked > most) {
                return Err(Failure::Business(codes.amount_limit, "Amount out of range"));
            }
            let sums = direction.sums(asked, card, &terms);
            direction.check(card, sums, state, codes)?;
            let (kind, fee_kind) = direction.kinds();
            let at = (terms.now_ms, terms.visible_at);
            state.book_card(id, kind, sums.amount, at);
            state.book_card(id, fee_kind, sums.fee, at);
            Ok(Json::Object(vec![
                ("status", Json::text("SUCCESS")),
                ("code", Json::Number(Decimal::from(201))),
            ]))
        })
    }
}
