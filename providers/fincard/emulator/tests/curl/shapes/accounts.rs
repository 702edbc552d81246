//! Section 5.

use crate::shape::{Kind, field, nullable};

static ACCOUNT: Kind = Kind::Object(&[
    field("accountId", Kind::LongText, "F-doc"),
    field("accountName", Kind::Text, "F-doc"),
    field("accountType", Kind::Word(&["WALLET", "MARGIN"]), "F-doc"),
    field("currency", Kind::Text, "F-doc"),
    field("totalBalance", Kind::Money, "F-doc"),
    field("availableBalance", Kind::Money, "F-doc"),
    field("frozenBalance", Kind::Money, "F-doc"),
    field("digital", Kind::Integer, "F-doc"),
]);

/// Of the "assets" call and the single query, and of create, which upstream answers as an array too.
pub static ACCOUNTS: Kind = Kind::Filled(&ACCOUNT);
pub static ACCOUNT_PAGE: Kind = Kind::Page(&ACCOUNT);

pub static LEDGER: Kind = Kind::Page(&Kind::Object(&[
    field("txId", Kind::Integer, "F-doc"),
    field("accountId", Kind::LongText, "F-doc"),
    field("currency", Kind::Text, "F-doc"),
    field("amount", Kind::Money, "F-doc"),
    field("beforeBalance", Kind::Money, "F-doc"),
    field("afterBalance", Kind::Money, "F-doc"),
    field("orderNo", Kind::Text, "F-doc"),
    field("bizType", Kind::Word(BIZ_TYPES), "W-int"),
    field("direction", Kind::Word(&["IN", "OUT"]), "F-doc"),
    nullable("remark", Kind::Text, "Inf"),
    field("createTime", Kind::Millis, "F-doc"),
]));

const BIZ_TYPES: &[&str] = &[
    "chain_deposit",
    "chain_withdraw",
    "card_purchase",
    "card_deposit",
    "card_withdraw",
    "card_cancel",
    "card_auth_fee_patch",
    "card_cross_board_patch",
    "gt_transfer",
    "gt_transfer_refund",
    "fixed",
    "card_overdraft_statement",
    "card_settlement",
    "card_refund",
    "fund_transfer",
    "fund_collection",
    "card_decline_fee",
];
