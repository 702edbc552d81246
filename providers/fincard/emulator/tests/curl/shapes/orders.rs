//! The order object (7.2, 7.5), the shorter one of an activation (7.5), the purchase record (7.9).

use crate::shape::{Field, Kind, Presence, field, given, nullable};

const STATUSES: &[&str] = &["wait_process", "processing", "success", "fail"];

const fn order(types: &'static [&'static str]) -> [Field; 13] {
    order_with(types, STATUSES, Presence::Nullable)
}

/// `outcome` is the presence of what may be unknown before success.
const fn order_with(
    types: &'static [&'static str],
    statuses: &'static [&'static str],
    outcome: Presence,
) -> [Field; 13] {
    [
        field("orderNo", Kind::Text, "F-doc"),
        field("merchantOrderNo", Kind::Text, "F-doc"),
        // There at once (F-doc), at success only (W-int).
        given("cardNo", Kind::Text, outcome, "F-doc"),
        field("currency", Kind::Text, "F-doc"),
        field("amount", Kind::Money, "F-doc"),
        field("fee", Kind::Money, "F-doc"),
        given("receivedAmount", Kind::Money, outcome, "F-doc"),
        given("receivedCurrency", Kind::Text, outcome, "F-doc"),
        field("type", Kind::Word(types), "F-doc"),
        field("status", Kind::Word(statuses), "F-doc"),
        nullable("description", Kind::Text, "F-doc"),
        nullable("remark", Kind::Text, "F-doc"),
        field("transactionTime", Kind::Millis, "F-doc"),
    ]
}

static OPENED_FIELDS: [Field; 13] = order(&["create"]);
static DEPOSITED_FIELDS: [Field; 13] = order(&["deposit"]);
static WITHDRAWN_FIELDS: [Field; 13] = order(&["withdraw"]);
static FROZEN_FIELDS: [Field; 13] = order(&["Freeze"]);
static UNFROZEN_FIELDS: [Field; 13] = order(&["UnFreeze"]);
static CANCELLED_FIELDS: [Field; 13] = order(&["cancel"]);
static UPDATED_FIELDS: [Field; 13] = order(&["card_update"]);
static PIN_FIELDS: [Field; 13] = order(&["update_pin"]);
static ANY_FIELDS: [Field; 13] = order(TYPES);
static SUCCEEDED_FIELDS: [Field; 13] = order_with(TYPES, &["success"], Presence::Set);

/// All of 2.6 but the activation, which has a shape of its own.
const TYPES: &[&str] = &[
    "create",
    "deposit",
    "withdraw",
    "Freeze",
    "UnFreeze",
    "cancel",
    "update_pin",
    "blocked",
    "card_update",
    "overdraft_statement",
];

pub static OPENED: Kind = Kind::Object(&OPENED_FIELDS);
pub static DEPOSITED: Kind = Kind::Object(&DEPOSITED_FIELDS);
pub static WITHDRAWN: Kind = Kind::Object(&WITHDRAWN_FIELDS);
pub static FROZEN: Kind = Kind::Object(&FROZEN_FIELDS);
pub static UNFROZEN: Kind = Kind::Object(&UNFROZEN_FIELDS);
pub static CANCELLED: Kind = Kind::Object(&CANCELLED_FIELDS);
pub static UPDATED: Kind = Kind::Object(&UPDATED_FIELDS);
pub static PIN_UPDATED: Kind = Kind::Object(&PIN_FIELDS);
pub static OPERATIONS: Kind = Kind::Page(&Kind::Object(&ANY_FIELDS));
/// The operation query once the order in it has succeeded.
pub static SUCCEEDED: Kind = Kind::Page(&Kind::Object(&SUCCEEDED_FIELDS));

pub static ACTIVATED: Kind = Kind::Object(&[
    field("merchantOrderNo", Kind::Text, "F-doc"),
    field("cardNo", Kind::Text, "F-doc"),
    field("type", Kind::Word(&["card_activated"]), "F-doc"),
    field("status", Kind::Word(STATUSES), "F-doc"),
    nullable("remark", Kind::Text, "F-doc"),
]);

pub static PURCHASES: Kind = Kind::Page(&Kind::Object(&[
    field("orderNo", Kind::Text, "F-doc"),
    field("merchantOrderNo", Kind::Text, "F-doc"),
    field("cardTypeId", Kind::Integer, "F-doc"),
    field("cardType", Kind::Text, "F-doc"),
    field("organization", Kind::Text, "F-doc"),
    field("bankCardBin", Kind::Text, "F-doc"),
    field("currency", Kind::Text, "F-doc"),
    field("cardFee", Kind::Money, "F-doc"),
    field("depositAmount", Kind::Money, "F-doc"),
    field("status", Kind::Word(STATUSES), "F-doc"),
    field("transactionTime", Kind::Millis, "F-doc"),
]));
