//! Authorizations, fees paid by the merchant, codes for the cardholder.
//!
//! Documented: all fields (8.3, 8.4, 8.5); the 3DS `amount` is a string. Assumed: `settleDate` is
//! `yyyy-MM-dd`; `feeCurrency` and the others are the card's currency; the merchant data without a
//! source stay null; a fee patch is always `succeed`.

use super::Writer;
use crate::clock::date;
use crate::json::Json;
use crate::state::{Challenge, FeePatch, Trade};

impl Writer<'_> {
    pub fn trade(&self, trade: &Trade) -> Json {
        let own = || Json::text(&trade.authorized_currency);
        let when = |is_known: bool| if is_known { own() } else { Json::Null };
        let mut fields = vec![
            (self.name("cardNo", "cardId"), Json::text(&trade.card_no)),
            ("tradeNo", Json::text(&trade.trade_no)),
            (
                "originTradeNo",
                Json::or_null(trade.origin_trade_no.as_deref()),
            ),
            ("currency", Json::text(&trade.currency)),
            ("amount", self.amount(trade.amount)),
            ("authorizedAmount", self.amount(trade.authorized_amount)),
            ("authorizedCurrency", own()),
            ("fee", self.amount(trade.fee)),
            ("feeCurrency", own()),
            ("crossBoardFee", self.amount(trade.cross_board_fee)),
            (
                "crossBoardFeeCurrency",
                when(!trade.cross_board_fee.is_zero()),
            ),
            (
                "settleAmount",
                self.amount(trade.settled.unwrap_or_default()),
            ),
            ("settleCurrency", when(trade.settled.is_some())),
            ("settleDate", Json::or_null(trade.settled_at.map(date))),
        ];
        fields.extend(story(trade));
        Json::Object(fields)
    }

    pub fn fee_patch(&self, patch: &FeePatch) -> Json {
        Json::Object(vec![
            (self.name("cardNo", "cardId"), Json::text(&patch.card_no)),
            ("tradeNo", Json::text(&patch.trade_no)),
            (
                "originTradeNo",
                Json::or_null(patch.origin_trade_no.as_deref()),
            ),
            ("currency", Json::text(&patch.currency)),
            ("amount", self.amount(patch.amount)),
            ("type", Json::text(patch.kind.word())),
            ("deductionSourceFunds", Json::text("wallet")),
            ("status", Json::text("succeed")),
            ("transactionTime", Json::number(patch.at)),
        ])
    }

    /// `values` is the challenge's value as it may leave.
    pub fn challenge(&self, challenge: &Challenge, values: String) -> Json {
        Json::Object(vec![
            (
                self.name("cardNo", "cardId"),
                Json::text(&challenge.card_no),
            ),
            ("tradeNo", Json::text(&challenge.trade_no)),
            (
                "originTradeNo",
                Json::or_null(challenge.origin_trade_no.as_deref()),
            ),
            ("currency", Json::or_null(challenge.currency.as_deref())),
            (
                "amount",
                Json::text(challenge.amount.normalize().to_string()),
            ),
            (
                "merchantName",
                Json::or_null(challenge.merchant_name.as_deref()),
            ),
            ("values", Json::text(values)),
            ("type", Json::text(challenge.kind.word())),
            ("transactionTime", Json::number(challenge.at)),
            ("description", Json::Null),
            (
                "expirationTime",
                challenge.expires_at.map_or(Json::Null, Json::number),
            ),
        ])
    }
}

fn story(trade: &Trade) -> Vec<(&'static str, Json)> {
    let merchant = &trade.merchant;
    vec![
        ("authorizationCode", Json::text(&trade.authorization_code)),
        ("merchantName", Json::text(&merchant.name)),
        (
            "merchantData",
            Json::Object(vec![
                ("name", Json::text(&merchant.name)),
                ("categoryCode", Json::text(&merchant.category_code)),
                ("category", Json::Null),
                ("country", Json::text(&merchant.country)),
                ("state", Json::Null),
                ("city", Json::text(&merchant.city)),
                ("zipCode", Json::Null),
                ("mid", Json::Null),
                ("walletType", Json::Null),
            ]),
        ),
        ("type", Json::text(trade.kind.word())),
        ("status", Json::text(trade.status.word())),
        ("description", Json::text(&trade.description)),
        ("transactionTime", Json::number(trade.at)),
    ]
}
