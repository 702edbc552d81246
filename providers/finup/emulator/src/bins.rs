//! The seeded card types.
//!
//! Documented: the fields, `Active`, the categories `Platinum` and `Universal` (dossier 4). Assumed:
//! the word `Inactive`, that every account sees the same BINs, and that both currencies have an id
//! of their own (`filters.currency` asks for one, no operation returns it).

use crate::state::Category;

pub struct Bin {
    pub id: &'static str,
    pub is_active: bool,
    pub digits: &'static str,
    pub category: Category,
    pub currency: &'static str,
    pub three_ds: bool,
    pub digital_wallet: bool,
    pub address: &'static str,
}

const US: &str = "1 Test Way, Springfield, IL, 62701, US";
const DE: &str = "1 Teststrasse, Berlin, 10115, DE";

pub const ALL: &[Bin] = &[
    Bin {
        id: "6a10b1000000000000000001",
        is_active: true,
        digits: "400010",
        category: Category::Universal,
        currency: "USD",
        three_ds: true,
        digital_wallet: true,
        address: US,
    },
    Bin {
        id: "6a10b1000000000000000002",
        is_active: true,
        digits: "400020",
        category: Category::Platinum,
        currency: "USD",
        three_ds: true,
        digital_wallet: false,
        address: US,
    },
    Bin {
        id: "6a10b1000000000000000003",
        is_active: true,
        digits: "400030",
        category: Category::Universal,
        currency: "EUR",
        three_ds: false,
        digital_wallet: true,
        address: DE,
    },
    Bin {
        id: "6a10b1000000000000000004",
        is_active: false,
        digits: "400040",
        category: Category::Universal,
        currency: "USD",
        three_ds: false,
        digital_wallet: false,
        address: US,
    },
];

pub fn find(id: &str) -> Option<&'static Bin> {
    ALL.iter().find(|bin| bin.id == id)
}

/// The id a currency would have.
pub fn currency_id(code: &str) -> &'static str {
    match code {
        "EUR" => "6a10c0000000000000000002",
        _ => "6a10c0000000000000000001",
    }
}
