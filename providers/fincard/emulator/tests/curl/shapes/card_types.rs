//! Section 7.1.

use crate::shape::{Field, Kind, field, nullable};

pub static CARD_TYPES: Kind = Kind::Filled(&Kind::Object(FIELDS));

const TEXTS: Kind = Kind::List(&Kind::Text);

const FIELDS: &[Field] = &[
    field("cardTypeId", Kind::Integer, "F-doc"),
    field(
        "organization",
        Kind::Word(&["Visa", "MasterCard", "Discover"]),
        "F-doc",
    ),
    field("country", Kind::Text, "F-doc"),
    field(
        "mode",
        Kind::Word(&["PREPAID_CARD", "BUDGET_CARD"]),
        "F-doc",
    ),
    field("bankCardBin", Kind::Text, "F-doc"),
    field("cardName", Kind::Text, "F-doc"),
    field("cardDesc", Kind::Text, "F-doc"),
    field("type", Kind::Word(&["Virtual", "Physical"]), "F-doc"),
    field(
        "category",
        Kind::Word(&["GIFT", "PURCHASE", "SUBSCRIPTION", "PHYSICAL"]),
        "F-doc",
    ),
    field("cardPrice", Kind::Money, "F-doc"),
    field("cardPriceCurrency", Kind::Text, "F-doc"),
    field("support", TEXTS, "F-doc"),
    field("risk", TEXTS, "F-doc"),
    field("needCardHolder", Kind::Bool, "F-doc"),
    field("supportHolderNationality", TEXTS, "W-int"),
    field("supportHolderRegin", TEXTS, "F-doc"),
    field("supportHolderAreaCode", TEXTS, "F-doc"),
    field("needDepositForActiveCard", Kind::Bool, "F-doc"),
    field("depositAmountMinQuotaForActiveCard", Kind::Money, "F-doc"),
    field("depositAmountMaxQuotaForActiveCard", Kind::Money, "F-doc"),
    field("fiatCurrency", Kind::Text, "F-doc"),
    field("balanceRetentionQuota", Kind::Money, "F-doc"),
    field("status", Kind::Word(&["online", "offline"]), "F-doc"),
    field("rechargeCurrency", Kind::Text, "F-doc"),
    field("rechargeMinQuota", Kind::Money, "F-doc"),
    field("rechargeMaxQuota", Kind::Money, "F-doc"),
    field("rechargeFeeRate", Kind::Money, "F-doc"),
    field("rechargeFixedFee", Kind::Money, "F-doc"),
    field("rechargeDigital", Kind::Integer, "F-doc"),
    field("enableActiveCard", Kind::Bool, "F-doc"),
    field("enableDeposit", Kind::Bool, "F-doc"),
    field("enableFreeze", Kind::Bool, "F-doc"),
    field("enableUnFreeze", Kind::Bool, "F-doc"),
    field("metadata", Kind::Object(METADATA), "F-doc"),
];

const METADATA: &[Field] = &[
    field("cardHolderMaxCardLimit", Kind::Integer, "F-doc"),
    // Null where the BIN needs no cardholder.
    nullable("cardHolderModel", Kind::Word(&["B2B", "B2C"]), "Inf"),
    field(
        "spendingControls",
        Kind::List(&Kind::Object(CONTROL)),
        "F-doc",
    ),
    field("supportSettingMcc", Kind::Bool, "F-doc"),
    field("supportSettingNoPinPaymentAmount", Kind::Bool, "F-doc"),
    // Null where the amount cannot be set.
    nullable("defaultNoPinPaymentAmount", Kind::Money, "Inf"),
    nullable("noPinPaymentAmountMinQuota", Kind::Money, "Inf"),
    nullable("noPinPaymentAmountMaxQuota", Kind::Money, "Inf"),
    field("supportUpdateCardHolerEmail", Kind::Bool, "W-int"),
];

const CONTROL: &[Field] = &[
    field("interval", Kind::Word(&["PER_TRANSACTION"]), "F-doc"),
    field("amount", Kind::Money, "F-doc"),
    field("supportSetting", Kind::Bool, "F-doc"),
];
