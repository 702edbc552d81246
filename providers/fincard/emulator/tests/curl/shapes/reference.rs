//! Section 4, and the occupations of 6.1.

use crate::shape::{Field, Kind, Presence, field, given};

pub static REGIONS: Kind = Kind::Filled(&Kind::Object(&[
    field("code", Kind::Text, "F-doc"),
    field("standardCode", Kind::Text, "F-doc"),
    field("name", Kind::Text, "F-doc"),
    given("enableKyc", Kind::Bool, Presence::Optional, "W-int"),
    given("enableCard", Kind::Bool, Presence::Optional, "W-int"),
    given(
        "enableGlobalTransfer",
        Kind::Bool,
        Presence::Optional,
        "W-int",
    ),
]));

pub static CITIES: Kind = Kind::Filled(&Kind::Object(&[
    field("code", Kind::Text, "F-doc"),
    field("name", Kind::Text, "F-doc"),
    field("country", Kind::Text, "F-doc"),
]));

const fn node(children: Kind) -> [Field; 6] {
    [
        field("code", Kind::Text, "F-doc"),
        field("name", Kind::Text, "F-doc"),
        field("country", Kind::Text, "F-doc"),
        field("countryStandardCode", Kind::Text, "F-doc"),
        field("parentCode", Kind::Text, "F-doc"),
        field("children", children, "F-doc"),
    ]
}

static CITY: [Field; 6] = node(Kind::List(&Kind::Text));
static PROVINCE: [Field; 6] = node(Kind::Filled(&Kind::Object(&CITY)));

/// Two levels: a leaf's own `children` are empty.
pub static CITY_TREE: Kind = Kind::Filled(&Kind::Object(&PROVINCE));

pub static DIAL_CODES: Kind = Kind::Filled(&Kind::Object(&[
    field("code", Kind::Text, "F-doc"),
    field("name", Kind::Text, "F-doc"),
    field("areaCode", Kind::Text, "F-doc"),
    field("language", Kind::Word(&["zh_CN", "en_US"]), "F-doc"),
    field("enableGlobalTransfer", Kind::Bool, "F-doc"),
]));

pub static FILE: Kind = Kind::Object(&[field("fileId", Kind::Text, "F-doc")]);

pub static OCCUPATIONS: Kind = Kind::Filled(&Kind::Object(&[
    field("occupationCode", Kind::Text, "F-doc"),
    field("description", Kind::Text, "F-doc"),
]));
