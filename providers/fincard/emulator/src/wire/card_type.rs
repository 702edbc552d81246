//! Card types.
//!
//! Documented: the fields (F-doc 7.1; `supportHolderNationality`, the no-PIN ones and
//! `supportUpdateCardHolerEmail` are W-int's). Assumed: what is settable at all is set to no limit at
//! first; the no-PIN amounts are null where they cannot be set; no BIN takes an e-mail change, which
//! this emulator does not serve.

use rust_decimal::Decimal;

use super::Writer;
use crate::card_types::{self, CardType};
use crate::json::Json;
use crate::orders::NO_PIN_MAX;

impl Writer<'_> {
    pub fn card_type(&self, card_type: &CardType) -> Json {
        let takes_money = !card_type.is_gift();
        let needs_holder = card_type.holder_model.is_some();
        let list = |values| Json::texts(if needs_holder { values } else { &[] });
        let (first_min, first_max) = card_type.first_deposit;
        let (min, max) = card_type.top_up;
        Json::Object(vec![
            ("cardTypeId", Json::number(card_type.id)),
            ("organization", Json::text(card_type.organization)),
            ("country", Json::text(card_type.country)),
            ("mode", Json::text(card_type.mode)),
            ("bankCardBin", Json::text(card_type.bin)),
            ("cardName", Json::text(card_type.name)),
            ("cardDesc", Json::text("Emulated; not a real card")),
            ("type", Json::text(card_type.form)),
            ("category", Json::text(card_type.category)),
            ("cardPrice", self.amount(card_type.price)),
            ("cardPriceCurrency", Json::text(card_type.currency)),
            ("support", Json::texts(&["EXAMPLE SHOP"])),
            ("risk", Json::List(Vec::new())),
            ("needCardHolder", Json::Bool(needs_holder)),
            ("supportHolderNationality", list(card_types::NATIONALITIES)),
            ("supportHolderRegin", list(card_types::REGIONS)),
            ("supportHolderAreaCode", list(card_types::AREA_CODES)),
            (
                "needDepositForActiveCard",
                Json::Bool(first_max > Decimal::ZERO),
            ),
            ("depositAmountMinQuotaForActiveCard", self.amount(first_min)),
            ("depositAmountMaxQuotaForActiveCard", self.amount(first_max)),
            ("fiatCurrency", Json::text(card_type.currency)),
            ("balanceRetentionQuota", self.amount(card_type.retention)),
            (
                "status",
                Json::text(if card_type.online {
                    "online"
                } else {
                    "offline"
                }),
            ),
            ("rechargeCurrency", Json::text(card_type.currency)),
            ("rechargeMinQuota", self.amount(min)),
            ("rechargeMaxQuota", self.amount(max)),
            ("rechargeFeeRate", self.amount(card_type.fee_percent)),
            ("rechargeFixedFee", self.amount(card_type.fee_fixed)),
            ("rechargeDigital", Json::number(card_type.digits)),
            ("enableActiveCard", Json::Bool(true)),
            ("enableDeposit", Json::Bool(takes_money)),
            ("enableFreeze", Json::Bool(takes_money)),
            ("enableUnFreeze", Json::Bool(takes_money)),
            ("metadata", self.metadata(card_type)),
        ])
    }

    fn metadata(&self, card_type: &CardType) -> Json {
        let limit = u64::try_from(card_type.holder_card_limit).unwrap_or(u64::MAX);
        let control = Json::Object(vec![
            ("interval", Json::text("PER_TRANSACTION")),
            ("amount", self.amount(Decimal::ZERO)),
            ("supportSetting", Json::Bool(true)),
        ]);
        let controls = if card_type.settable {
            vec![control]
        } else {
            Vec::new()
        };
        let no_pin = |amount: Decimal| {
            if card_type.is_physical() {
                self.amount(amount)
            } else {
                Json::Null
            }
        };
        Json::Object(vec![
            ("cardHolderMaxCardLimit", Json::number(limit)),
            ("cardHolderModel", Json::or_null(card_type.holder_model)),
            ("spendingControls", Json::List(controls)),
            ("supportSettingMcc", Json::Bool(card_type.settable)),
            (
                "supportSettingNoPinPaymentAmount",
                Json::Bool(card_type.is_physical()),
            ),
            ("defaultNoPinPaymentAmount", no_pin(Decimal::from(500))),
            ("noPinPaymentAmountMinQuota", no_pin(Decimal::ZERO)),
            ("noPinPaymentAmountMaxQuota", no_pin(NO_PIN_MAX)),
            ("supportUpdateCardHolerEmail", Json::Bool(false)),
        ])
    }
}
