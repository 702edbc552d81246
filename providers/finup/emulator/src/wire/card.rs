//! The card object in its three forms (D and O; dossier 5.1, 5.2).
//!
//! Assumed: number and code are absent until the card is usable; `future_balance` is the balance
//! and `past_balance` the one before its last change, for their meaning is unknown.

use rust_decimal::Decimal;

use super::Writer;
use crate::bins;
use crate::clock::stamp;
use crate::json::Json;
use crate::quirks::Mask;
use crate::state::{Card, Category, Credentials, Face, Status};

const HIDDEN_EXPIRY: &str = "**/**";

/// Neither is any balance a card ever has.
const ODD_PAST: i64 = 777;
const ODD_FUTURE: i64 = -3;

impl Writer<'_> {
    pub fn category(&self, category: Category) -> &'static str {
        match category {
            Category::Universal if self.quirks.category_business => "Business",
            Category::Universal => "Universal",
            Category::Platinum => "Platinum",
        }
    }

    /// What all three forms have.
    fn common(&self, card: &Card, face: Face, owner: &Credentials) -> Vec<(&'static str, Json)> {
        let (past, future) = if self.quirks.odd_balances {
            (Decimal::from(ODD_PAST), Decimal::from(ODD_FUTURE))
        } else {
            (face.past_balance, face.balance)
        };
        vec![
            ("id", Json::text(&card.id)),
            ("created_at", Json::text(stamp(card.created_at))),
            ("user", Json::text(&owner.user)),
            ("account", Json::text(&card.account)),
            ("name", Json::text(&card.name)),
            ("category", Json::text(self.category(card.category))),
            ("bin_id", Json::text(&card.bin_id)),
            ("currency", Json::text(&card.currency)),
            ("balance", self.money(face.balance)),
            ("past_balance", self.money(past)),
            ("future_balance", self.money(future)),
            ("deposit", self.money(face.deposit)),
            ("withdraw", self.money(face.withdraw)),
            ("spent", self.money(face.spent)),
            ("status", Json::text(self.status(face.status))),
        ]
    }

    /// A card in the answer to its issuing. It is shown to whoever issued it, even when an
    /// `invisible` fault hides it from reads.
    pub fn issued_card(&self, card: &Card, owner: &Credentials) -> Json {
        let bin = bins::find(&card.bin_id);
        let mut fields = self.common(card, card.face(i64::MAX), owner);
        fields.extend([
            ("updated_at", Json::text(stamp(card.updated_at))),
            ("finup_id", Json::text(&card.finup_id)),
            ("notes", Json::or_null(card.notes.as_ref())),
            ("currency_short_name", Json::text(&card.currency)),
            ("masked_PAN", self.masked(card, '*', false)),
            ("EXP", Json::text(HIDDEN_EXPIRY)),
            ("3ds", Json::Bool(bin.is_some_and(|bin| bin.three_ds))),
            ("address", Json::or_null(bin.map(|bin| bin.address))),
        ]);
        Json::Object(fields)
    }

    pub fn listed_card(&self, card: &Card, owner: &Credentials) -> Json {
        let mut fields = self.common(card, card.face(self.now_ms), owner);
        fields.extend([
            ("notes", Json::or_null(card.notes.as_ref())),
            (
                "masked_PAN",
                self.masked(card, '•', self.quirks.last4_in_list),
            ),
            ("EXP", Json::text(HIDDEN_EXPIRY)),
        ]);
        Json::Object(fields)
    }

    /// With number, expiry and code in clear: the only reveal there is.
    pub fn whole_card(&self, card: &Card, owner: &Credentials) -> Json {
        let face = card.face(self.now_ms);
        let is_made = face.status != Status::Processing;
        let bin = bins::find(&card.bin_id);
        let expiry = if is_made {
            card.expires.as_str()
        } else {
            HIDDEN_EXPIRY
        };
        let mut fields = self.common(card, face, owner);
        fields.extend([
            ("updated_at", Json::text(stamp(card.updated_at))),
            ("member", Json::text(&owner.member)),
            ("currency_short_name", Json::text(&card.currency)),
            ("masked_PAN", self.masked(card, '•', is_made)),
            ("EXP", Json::text(expiry)),
            ("3ds", Json::Bool(bin.is_some_and(|bin| bin.three_ds))),
        ]);
        if is_made {
            fields.push(("PAN", Json::text(&card.number)));
            fields.push(("CVV", Json::text(&card.cvv)));
        }
        Json::Object(fields)
    }

    /// `4000 10** **** ****`.
    fn masked(&self, card: &Card, documented: char, shows_last4: bool) -> Json {
        let fill = match self.quirks.mask {
            Mask::Documented => documented,
            Mask::Asterisk => '*',
            Mask::Bullet => '•',
        };
        let mut masked = String::new();
        for (at, digit) in card.number.chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                masked.push(' ');
            }
            let is_shown = at < 6 || (at >= 12 && shows_last4);
            masked.push(if is_shown { digit } else { fill });
        }
        Json::Text(masked)
    }
}
