//! Sections 7.3 and 7.4.

use crate::shape::{Field, Kind, Presence, field, given, nullable};

static BALANCE_FIELDS: &[Field] = &[
    field("cardNo", Kind::Text, "F-doc"),
    field("amount", Kind::Money, "F-doc"),
    // "Unsupported on some BINs".
    nullable("usedAmount", Kind::Money, "F-doc"),
    field("currency", Kind::Text, "F-doc"),
];
pub static BALANCE: Kind = Kind::Object(BALANCE_FIELDS);

/// `balance` is there when `onlySimpleInfo` is false, `holder` where the card has one.
const fn card(balance: Presence, holder: Presence) -> [Field; 14] {
    [
        field("cardTypeId", Kind::Integer, "F-doc"),
        field("cardBankBin", Kind::Text, "W-int"),
        given("holderId", Kind::Integer, holder, "F-doc"),
        field("cardNo", Kind::Text, "F-doc"),
        field("status", Kind::Word(STATUSES), "F-doc"),
        field("blocked", Kind::Bool, "F-doc"),
        field("bindTime", Kind::Millis, "F-doc"),
        nullable("remark", Kind::Text, "F-doc"),
        // Null where the BIN has no such amount.
        nullable("noPinPaymentAmount", Kind::Money, "Inf"),
        nullable("customCategory", Kind::Text, "W-int"),
        given(
            "balanceInfo",
            Kind::Object(BALANCE_FIELDS),
            balance,
            "F-doc",
        ),
        given("holderInfo", Kind::Object(HOLDER), holder, "W-int"),
        field(
            "spendingControls",
            Kind::List(&Kind::Object(CONTROL)),
            "F-doc",
        ),
        field("riskControls", Kind::Object(RISK), "F-doc"),
    ]
}

const STATUSES: &[&str] = &[
    "pending",
    "un_activated",
    "Normal",
    "Freezing",
    "Freeze",
    "UnFreezing",
    "canceling",
    "cancel",
    "fail",
];

const HOLDER: &[Field] = &[
    field("firstName", Kind::Text, "W-int"),
    field("lastName", Kind::Text, "W-int"),
    field("country", Kind::Text, "W-int"),
    nullable("state", Kind::Text, "W-int"),
    field("town", Kind::Text, "W-int"),
    field("address", Kind::Text, "W-int"),
    nullable("addressLine2", Kind::Text, "W-int"),
    field("postCode", Kind::Text, "W-int"),
];

const CONTROL: &[Field] = &[
    field("interval", Kind::Word(&["PER_TRANSACTION"]), "F-doc"),
    field("amount", Kind::Money, "F-doc"),
];

const RISK: &[Field] = &[
    field("allowedMcc", Kind::List(&Kind::Text), "F-doc"),
    field("blockedMcc", Kind::List(&Kind::Text), "F-doc"),
];

static SIMPLE_FIELDS: [Field; 14] = card(Presence::Never, Presence::Nullable);
static WHOLE_FIELDS: [Field; 14] = card(Presence::Set, Presence::Nullable);
static HELD_FIELDS: [Field; 14] = card(Presence::Set, Presence::Set);

/// `onlySimpleInfo` true, which is the default.
pub static SIMPLE: Kind = Kind::Object(&SIMPLE_FIELDS);
pub static WHOLE: Kind = Kind::Object(&WHOLE_FIELDS);
/// Of a card with a cardholder.
pub static HELD: Kind = Kind::Object(&HELD_FIELDS);
/// The list's records have the same fields; whether with balance is not said.
pub static CARD_PAGE: Kind = Kind::Page(&Kind::Object(&LISTED_FIELDS));
static LISTED_FIELDS: [Field; 14] = card(Presence::Optional, Presence::Nullable);

const fn sensitive(number: Presence, rest: Presence, url: Presence) -> [Field; 4] {
    [
        given("cardNumber", Kind::Sealed, number, "F-doc"),
        given("cvv", Kind::Sealed, rest, "F-doc"),
        given("expireDate", Kind::Sealed, rest, "F-doc"),
        given("activateUrl", Kind::Sealed, url, "F-doc"),
    ]
}

static COMPLETE_FIELDS: [Field; 4] = sensitive(Presence::Set, Presence::Set, Presence::Never);
static LIMITED_FIELDS: [Field; 4] = sensitive(Presence::Optional, Presence::Never, Presence::Never);
static GIFT_FIELDS: [Field; 4] = sensitive(Presence::Never, Presence::Never, Presence::Set);

pub static SENSITIVE: Kind = Kind::Object(&COMPLETE_FIELDS);
/// "Limited data" of a physical card before its activation; that the codes are what is left out is
/// an inference.
pub static SENSITIVE_BEFORE_ACTIVATION: Kind = Kind::Object(&LIMITED_FIELDS);
pub static SENSITIVE_OF_A_GIFT: Kind = Kind::Object(&GIFT_FIELDS);
