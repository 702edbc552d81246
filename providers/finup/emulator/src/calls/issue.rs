//! Issuing.
//!
//! Documented: the fields, that `amount` is a number of cards, the array of cards that are
//! `Processing` and unfunded, 403, 404 and 420 (D, O; dossier 5.3). Assumed: all or nothing, what
//! 403 and 420 are for, and that the wallet of the BIN's currency pays the fee when asked.

use rust_decimal::Decimal;

use super::{Around, usable_account};
use crate::app::App;
use crate::bins::{self, Bin};
use crate::failure::Failure;
use crate::json::Json;
use crate::request::{Fields, required};
use crate::script::Fate;
use crate::state::{Birth, Card, MoveKind, Next, Secrets, State, Status, Terms};

struct Asked {
    bin: String,
    name: String,
    notes: Option<String>,
    count: usize,
}

impl Asked {
    fn read(fields: &Fields, around: Around<'_>) -> Result<Self, Failure> {
        let (notes, promo) = (fields.text("notes")?, fields.text("promo")?);
        if around.quirks.notes_required {
            required("notes", notes.as_ref())?;
        }
        if around.quirks.promo_required {
            required("promo", promo)?;
        }
        let name = fields.text("name")?.filter(|name| !name.is_empty());
        let count = required("amount", fields.count("amount")?)?;
        if count == 0 {
            return Err(Failure::invalid("amount must not be less than 1"));
        }
        Ok(Self {
            bin: required("bin_id", fields.text("bin_id")?)?,
            name: required("name", name)?,
            notes,
            count,
        })
    }
}

impl App {
    pub(super) fn issue(
        &self,
        account: &str,
        fields: &Fields,
        around: Around<'_>,
    ) -> Result<Json, Failure> {
        let asked = Asked::read(fields, around)?;
        let terms = self.terms(around);
        let writer = self.writer(around);
        self.change(|state| {
            usable_account(state, account)?;
            let bin = bins::find(&asked.bin).ok_or_else(|| Failure::not_found("Bin"))?;
            let count = self.allowed(state, account, bin, asked.count, &terms)?;
            let mut shown = Vec::new();
            for _ in 0..count {
                let id = self.make(state, account, bin, &asked, &terms);
                let card = state.card(&id).ok_or(Failure::Server)?;
                shown.push(writer.issued_card(card, &state.credentials));
            }
            Ok(Json::List(shown))
        })
    }

    /// How many cards are made, or why none.
    fn allowed(
        &self,
        state: &State,
        account: &str,
        bin: &Bin,
        count: usize,
        terms: &Terms<'_>,
    ) -> Result<usize, Failure> {
        let refused = |why| Err(Failure::Business(self.options.codes.issuing, why));
        if !bin.is_active {
            return refused("Bin is not active");
        }
        if count > terms.quirks.batch_ceiling {
            return refused("Too many cards at once");
        }
        let open = state.cards.iter().filter(|card| {
            card.account == account
                && card.category == bin.category
                && card.status != Status::Closed
        });
        let left = self
            .options
            .card_limit(bin.category)
            .saturating_sub(open.count());
        let count = if terms.quirks.partial_batch {
            count.min(left)
        } else {
            count
        };
        if count > left || count == 0 {
            return refused("Card limit exceeded");
        }
        let fee = terms.fees.issuing(bin.category) * Decimal::from(count);
        let wallet = state.wallet(account, bin.currency);
        if wallet.is_none_or(|wallet| wallet.balance < fee) {
            return refused("Insufficient funds");
        }
        Ok(count)
    }

    /// One card; its id.
    fn make(
        &self,
        state: &mut State,
        account: &str,
        bin: &'static Bin,
        asked: &Asked,
        terms: &Terms<'_>,
    ) -> String {
        let (now_ms, visible_at) = (terms.now_ms, terms.visible_at);
        let id = state.object_id(now_ms);
        let birth = Birth {
            id: id.clone(),
            finup_id: format!("CRD{}", 100_000_000 + state.next_number()),
            account: account.to_owned(),
            bin,
            name: asked.name.clone(),
            notes: asked.notes.clone(),
            secrets: Secrets::invent(bin.digits, &mut state.draw()),
        };
        let mut card = Card::new(birth, now_ms, visible_at);
        let status = match self.script.card() {
            Fate::Enabled => Some(Status::Enabled),
            Fate::Blocked => Some(Status::Blocked),
            Fate::Stuck => None,
        };
        let at = self.settles_at(now_ms);
        card.next = status.map(|status| Next { at, status });
        state.cards.push(card);
        if !terms.quirks.fee_at_activation {
            let fee = terms.fees.issuing(bin.category);
            state.book_card(&id, MoveKind::IssuingFee, fee, (now_ms, visible_at));
        }
        id
    }
}
