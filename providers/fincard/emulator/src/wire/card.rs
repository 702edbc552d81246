//! Cards.
//!
//! Documented: card info and balance (7.3; `cardBankBin`, `customCategory` and `holderInfo` are
//! W-int's). Assumed: `usedAmount` is what was spent and is held; `state` is the province's name; no
//! card has a category of its own or a second address line.

use super::Writer;
use crate::json::Json;
use crate::places;
use crate::state::{Attributes, Card, Holder, SpendingControl};

impl Writer<'_> {
    pub fn balance(&self, card: &Card) -> Json {
        Json::Object(vec![
            (self.name("cardNo", "cardId"), Json::text(&card.card_no)),
            ("amount", self.amount(card.balance)),
            ("usedAmount", self.amount(card.used)),
            ("currency", Json::text(&card.currency)),
        ])
    }

    /// With its holder, if it has one; `simple` leaves the balance out.
    pub fn card(&self, card: &Card, holder: Option<&Holder>, simple: bool) -> Json {
        let bin = card.card_type().map(|card_type| card_type.bin);
        let Attributes {
            no_pin_amount,
            spending,
            allowed_mcc,
            blocked_mcc,
        } = &card.attributes;
        let mut fields = vec![
            ("cardTypeId", Json::number(card.card_type_id)),
            ("cardBankBin", Json::or_null(bin)),
            (
                self.name("holderId", "cardholderId"),
                card.holder_id.map_or(Json::Null, Json::number),
            ),
            (self.name("cardNo", "cardId"), Json::text(&card.card_no)),
            (
                self.name("status", "cardStatus"),
                Json::text(card.status.word()),
            ),
            ("blocked", Json::Bool(card.blocked)),
            ("bindTime", Json::number(card.bind_time)),
            ("remark", Json::or_null(card.remark.as_deref())),
            (
                "noPinPaymentAmount",
                no_pin_amount.map_or(Json::Null, |amount| self.amount(amount)),
            ),
            ("customCategory", Json::Null),
            ("holderInfo", holder.map_or(Json::Null, holder_info)),
            (
                "spendingControls",
                Json::List(spending.iter().map(|one| self.control(one)).collect()),
            ),
            (
                "riskControls",
                Json::Object(vec![
                    ("allowedMcc", Json::texts(allowed_mcc)),
                    ("blockedMcc", Json::texts(blocked_mcc)),
                ]),
            ),
        ];
        if !simple {
            fields.push(("balanceInfo", self.balance(card)));
        }
        Json::Object(fields)
    }

    fn control(&self, control: &SpendingControl) -> Json {
        Json::Object(vec![
            ("interval", Json::text(&control.interval)),
            ("amount", self.amount(control.amount)),
        ])
    }
}

fn holder_info(holder: &Holder) -> Json {
    let said = |name: &str| Json::or_null(holder.form.get(name));
    let text = |name: &str| holder.form.get(name).map_or("", String::as_str);
    let state = places::province_name(text("country"), text("town"));
    Json::Object(vec![
        ("firstName", said("firstName")),
        ("lastName", said("lastName")),
        ("country", said("country")),
        ("state", Json::or_null(state)),
        ("town", said("town")),
        ("address", said("address")),
        ("addressLine2", Json::Null),
        ("postCode", said("postCode")),
    ])
}
