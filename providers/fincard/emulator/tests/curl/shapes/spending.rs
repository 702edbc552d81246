//! Authorizations (8.3), their fees (8.4), what goes to the cardholder (8.5).

use crate::shape::{Field, Kind, Presence, field, given, nullable};

pub static AUTHORIZATIONS: Kind = Kind::Page(&Kind::Object(&[
    field("cardNo", Kind::Text, "W-doc"),
    field("tradeNo", Kind::Text, "W-doc"),
    nullable("originTradeNo", Kind::Text, "W-doc"),
    field("currency", Kind::Text, "W-doc"),
    field("amount", Kind::Money, "W-doc"),
    field("authorizedCurrency", Kind::Text, "W-doc"),
    field("authorizedAmount", Kind::Money, "W-doc"),
    field("fee", Kind::Money, "W-doc"),
    field("feeCurrency", Kind::Text, "W-doc"),
    field("crossBoardFee", Kind::Money, "W-doc"),
    // Null in the sample, as long as there is no such fee.
    nullable("crossBoardFeeCurrency", Kind::Text, "W-doc"),
    field("settleAmount", Kind::Money, "W-doc"),
    nullable("settleCurrency", Kind::Text, "W-doc"),
    nullable("settleDate", Kind::Text, "W-doc"),
    field("authorizationCode", Kind::Text, "W-doc"),
    field("merchantName", Kind::Text, "W-doc"),
    field("merchantData", Kind::Object(MERCHANT), "W-doc"),
    field(
        "type",
        Kind::Word(&["auth", "refund", "verification", "Void", "maintain_fee"]),
        "W-doc",
    ),
    field(
        "status",
        Kind::Word(&["authorized", "succeed", "failed"]),
        "W-doc",
    ),
    field("description", Kind::Text, "W-doc"),
    field("transactionTime", Kind::Millis, "W-doc"),
]));

/// The sample has the first, the second, the fourth and the sixth only.
const MERCHANT: &[Field] = &[
    field("name", Kind::Text, "W-doc"),
    field("categoryCode", Kind::Text, "W-doc"),
    nullable("category", Kind::Text, "W-doc"),
    field("country", Kind::Text, "W-doc"),
    nullable("state", Kind::Text, "W-doc"),
    field("city", Kind::Text, "W-doc"),
    nullable("zipCode", Kind::Text, "W-doc"),
    nullable("mid", Kind::Text, "W-doc"),
    nullable("walletType", Kind::Text, "W-doc"),
];

pub static FEES: Kind = Kind::Page(&Kind::Object(&[
    field("cardNo", Kind::Text, "W-doc"),
    field("tradeNo", Kind::Text, "W-doc"),
    field("originTradeNo", Kind::Text, "W-doc"),
    field("currency", Kind::Text, "W-doc"),
    field("amount", Kind::Money, "W-doc"),
    field(
        "type",
        Kind::Word(&["card_patch_fee", "card_patch_cross_border"]),
        "W-doc",
    ),
    field("deductionSourceFunds", Kind::Text, "W-doc"),
    field("status", Kind::Text, "W-doc"),
    field("transactionTime", Kind::Millis, "W-doc"),
]));

/// `expirationTime` is "filled for `auth_url` only".
const fn challenge(types: &'static [&'static str], expiry: Presence) -> [Field; 11] {
    [
        field("cardNo", Kind::Text, "W-doc"),
        field("tradeNo", Kind::Text, "W-doc"),
        nullable("originTradeNo", Kind::Text, "W-doc"),
        nullable("currency", Kind::Text, "W-doc"),
        // A string, says the document, not "number or string".
        field("amount", Kind::Text, "W-doc"),
        nullable("merchantName", Kind::Text, "W-doc"),
        field("values", Kind::Sealed, "W-doc"),
        field("type", Kind::Word(types), "W-doc"),
        field("transactionTime", Kind::Millis, "W-doc"),
        nullable("description", Kind::Text, "W-doc"),
        given("expirationTime", Kind::Millis, expiry, "W-doc"),
    ]
}

static CODE_FIELDS: [Field; 11] = challenge(&["third_3ds_otp", "activation_code"], Presence::Never);
static LINK_FIELDS: [Field; 11] = challenge(&["auth_url"], Presence::Set);

pub static CODES: Kind = Kind::Page(&Kind::Object(&CODE_FIELDS));
pub static APPROVAL_LINKS: Kind = Kind::Page(&Kind::Object(&LINK_FIELDS));
