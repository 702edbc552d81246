//! How cards go on by themselves.
//!
//! Documented: only the statuses' names (dossier 6). Assumed: the ways between them, their timing,
//! and that the rest of a closed card goes back to the wallet when it is `Closed`.

use rust_decimal::Decimal;

use super::{Card, MoveKind, Next, State, Status, Terms};

impl State {
    /// When anything moves next by itself.
    pub fn next_step_at(&self) -> Option<i64> {
        self.cards
            .iter()
            .filter_map(|card| card.next)
            .map(|next| next.at)
            .min()
    }

    /// Takes every step that is due.
    pub fn step(&mut self, terms: &Terms<'_>) {
        let due = |card: &Card| {
            let next = card.next.filter(|next| next.at <= terms.now_ms)?;
            Some((card.id.clone(), next))
        };
        let due: Vec<(String, Next)> = self.cards.iter().filter_map(due).collect();
        for (id, next) in due {
            self.arrive(&id, next.status, terms);
        }
    }

    fn arrive(&mut self, id: &str, status: Status, terms: &Terms<'_>) {
        let Some(card) = self.card_mut(id) else {
            return;
        };
        let from = card.status;
        card.settle(status, terms.now_ms);
        let (balance, category) = (card.balance(), card.category);
        let hidden = card.veiled_until().unwrap_or(card.visible_at);
        let at = (terms.now_ms, hidden.max(terms.now_ms));
        if status == Status::Closed && !terms.quirks.closed_keeps_balance {
            self.book_card(id, MoveKind::CloseReturn, balance, at);
        }
        let begins = from == Status::Processing && status == Status::Enabled;
        let fee = terms.fees.issuing(category);
        if begins && terms.quirks.fee_at_activation && fee > Decimal::ZERO {
            self.book_card(id, MoveKind::IssuingFee, fee, at);
        }
    }
}
