//! Sections 6.2 to 6.4.

use crate::shape::{Field, Kind, Presence, field, given, nullable};

const STATUSES: &[&str] = &["wait_audit", "under_review", "pass_audit", "reject"];
const LOCATIONS: &[&str] = &["admin", "channel"];

/// The answer of create and update.
pub static HOLDER: Kind = Kind::Object(&[
    field("holderId", Kind::Integer, "F-doc"),
    field("merchantOrderNo", Kind::Text, "F-doc"),
    field("cardTypeId", Kind::Integer, "F-doc"),
    field("statusFlowLocation", Kind::Word(LOCATIONS), "F-doc"),
    field("status", Kind::Word(STATUSES), "F-doc"),
    nullable("description", Kind::Text, "F-doc"),
    given("respMsg", Kind::Text, Presence::Optional, "F-doc"),
]);

/// `full` is the presence of what only the full form has.
const fn record(full: Presence) -> [Field; 36] {
    [
        field("holderId", Kind::Integer, "F-doc"),
        field("merchantOrderNo", Kind::Text, "F-doc"),
        field("cardTypeId", Kind::Integer, "F-doc"),
        field("cardHolderModel", Kind::Word(&["B2B", "B2C"]), "F-doc"),
        field("areaCode", Kind::Text, "F-doc"),
        field("mobile", Kind::Text, "F-doc"),
        field("email", Kind::Text, "F-doc"),
        field("firstName", Kind::Text, "F-doc"),
        field("lastName", Kind::Text, "F-doc"),
        field("birthday", Kind::Day, "F-doc"),
        field("country", Kind::Text, "F-doc"),
        field("countryStr", Kind::Text, "F-doc"),
        field("town", Kind::Text, "F-doc"),
        field("townStr", Kind::Text, "F-doc"),
        field("address", Kind::Text, "F-doc"),
        field("postCode", Kind::Text, "F-doc"),
        given("nationality", Kind::Text, full, "F-doc"),
        given("gender", Kind::Word(&["M", "F"]), full, "F-doc"),
        given("occupation", Kind::Text, full, "F-doc"),
        given("annualSalary", Kind::Text, full, "F-doc"),
        given("accountPurpose", Kind::Text, full, "F-doc"),
        given("expectedMonthlyVolume", Kind::Text, full, "F-doc"),
        given("idType", Kind::Word(ID_TYPES), full, "F-doc"),
        given("idNumber", Kind::Text, full, "F-doc"),
        given("issueDate", Kind::Day, full, "F-doc"),
        given("idNoExpiryDate", Kind::Day, full, "F-doc"),
        given("idFrontId", Kind::Text, full, "F-doc"),
        given("idBackId", Kind::Text, full, "F-doc"),
        given("idHoldId", Kind::Text, full, "W-int"),
        given("ipAddress", Kind::Text, full, "W-int"),
        field("createTime", Kind::Millis, "F-doc"),
        field("updateTime", Kind::Millis, "F-doc"),
        field("status", Kind::Word(STATUSES), "F-doc"),
        field("statusFlowLocation", Kind::Word(LOCATIONS), "F-doc"),
        nullable("description", Kind::Text, "F-doc"),
        given("respMsg", Kind::Text, Presence::Optional, "F-doc"),
    ]
}

const ID_TYPES: &[&str] = &["PASSPORT", "HK_HKID", "DLN", "GOVERNMENT_ISSUED_ID_CARD"];

static SHORT: [Field; 36] = record(Presence::Optional);
static FULL: [Field; 36] = record(Presence::Set);

pub static SHORT_PAGE: Kind = Kind::Page(&Kind::Object(&SHORT));
pub static FULL_PAGE: Kind = Kind::Page(&Kind::Object(&FULL));
