//! The path map of the dossier's section 3, and what each path answers.

use cardmux_emulator_fincard::Dialect;

use crate::shape::Kind;
use crate::shapes::{TRUTH, accounts, card_types, cards, holders, orders, reference, spending};

pub const FINHUB: &str = "/api/v2.1/fincard/virtual";
pub const UPSTREAM: &str = "/merchant/core/mcb";

pub struct Path {
    /// In the map.
    pub number: u8,
    pub finhub: &'static str,
    pub upstream: &'static str,
    pub answer: &'static Kind,
}

impl Path {
    pub fn of(&self, dialect: Dialect) -> &'static str {
        match dialect {
            Dialect::Finhub => self.finhub,
            Dialect::Upstream => self.upstream,
        }
    }
}

/// The row whose FinHub path this is.
pub fn find(finhub: &str) -> &'static Path {
    let found = COVERED.iter().find(|path| path.finhub == finhub);
    found.unwrap_or_else(|| panic!("{finhub} is not in the map"))
}

const fn same(number: u8, path: &'static str, answer: &'static Kind) -> Path {
    differing(number, path, path, answer)
}

const fn differing(
    number: u8,
    finhub: &'static str,
    upstream: &'static str,
    answer: &'static Kind,
) -> Path {
    Path {
        number,
        finhub,
        upstream,
        answer,
    }
}

pub static COVERED: &[Path] = &[
    same(1, "/common/region", &reference::REGIONS),
    same(2, "/common/city", &reference::CITIES),
    same(3, "/common/v2/city", &reference::CITY_TREE),
    same(4, "/common/mobileAreaCode", &reference::DIAL_CODES),
    same(5, "/common/file/upload", &reference::FILE),
    same(8, "/account/info", &accounts::ACCOUNTS),
    same(9, "/account/list", &accounts::ACCOUNT_PAGE),
    same(10, "/account/single/query", &accounts::ACCOUNTS),
    same(11, "/account/transaction", &accounts::LEDGER),
    same(12, "/account/create", &accounts::ACCOUNTS),
    same(13, "/account/transfer", &TRUTH),
    same(20, "/card/holder/occupations", &reference::OCCUPATIONS),
    same(22, "/card/holder/v2/create", &holders::HOLDER),
    same(23, "/card/holder/v2/update", &holders::HOLDER),
    differing(
        24,
        "/card/holder/list",
        "/card/holder/query",
        &holders::SHORT_PAGE,
    ),
    same(25, "/card/v2/cardTypes", &card_types::CARD_TYPES),
    differing(
        27,
        "/card/v2/openCard",
        "/card/v2/createCard",
        &orders::OPENED,
    ),
    same(28, "/card/info", &cards::SIMPLE),
    differing(
        29,
        "/card/info/sensitive",
        "/card/sensitive",
        &cards::SENSITIVE,
    ),
    differing(30, "/card/balance", "/card/balanceInfo", &cards::BALANCE),
    same(31, "/card/list", &cards::CARD_PAGE),
    differing(32, "/card/v2/updateNote", "/card/note", &cards::SIMPLE),
    differing(
        33,
        "/card/v2/update",
        "/card/updateAttribute",
        &orders::UPDATED,
    ),
    same(34, "/card/v2/freeze", &orders::FROZEN),
    same(34, "/card/v2/unfreeze", &orders::UNFROZEN),
    same(35, "/card/deposit", &orders::DEPOSITED),
    same(35, "/card/withdraw", &orders::WITHDRAWN),
    same(35, "/card/cancel", &orders::CANCELLED),
    differing(
        36,
        "/card/activate",
        "/card/physicalCard/activeCard",
        &orders::ACTIVATED,
    ),
    differing(
        37,
        "/card/updatePin",
        "/card/physicalCard/updatePin",
        &orders::PIN_UPDATED,
    ),
    differing(
        38,
        "/card/purchase/transaction",
        "/card/purchaseTransaction",
        &orders::PURCHASES,
    ),
    same(39, "/card/transaction", &orders::OPERATIONS),
    same(39, "/card/v2/transaction", &orders::OPERATIONS),
    differing(
        40,
        "/card/authorize/transaction",
        "/card/authTransaction",
        &spending::AUTHORIZATIONS,
    ),
    differing(
        41,
        "/card/auth/fee/transaction",
        "/card/authFeeTransaction",
        &spending::FEES,
    ),
    differing(
        42,
        "/card/3ds/transaction",
        "/card/third3dsTransaction",
        &spending::CODES,
    ),
];

/// Upstream only (7.10).
pub const SIMULATE: &str = "/card/simulateAuthTransaction";

/// Outside this product: both dialects answer 404. The path, and why.
pub const NOT_COVERED: &[(&str, &str)] = &[
    ("/work/submit", "work orders"),
    ("/work/list", "work orders"),
    ("/account/walletDeposit", "deprecated"),
    ("/account/walletDepositTransaction", "deprecated"),
    ("/wallet/v2/coins", "crypto wallet"),
    ("/wallet/v2/create", "crypto wallet"),
    ("/wallet/v2/addressList", "crypto wallet"),
    ("/wallet/v2/transaction", "crypto wallet"),
    ("/card/holder/create", "deprecated V1"),
    ("/card/holder/update", "deprecated V1"),
    ("/card/openCard", "deprecated V1"),
    ("/card/holder/updateEmail", "e-mail change"),
    ("/webhook/callback", "the BFF's own receiver"),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// "1–5, 8–13, 20, 22–25, 27–42 of the map".
    #[test]
    fn the_map_has_every_number_that_is_covered() {
        let mut wanted: Vec<u8> = [1..=5, 8..=13, 20..=20, 22..=25, 27..=42]
            .into_iter()
            .flatten()
            .collect();
        for path in COVERED {
            wanted.retain(|number| *number != path.number);
        }
        assert!(wanted.is_empty(), "{wanted:?}");
    }
}
