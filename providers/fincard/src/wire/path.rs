//! Where each call goes: the dossier's endpoint map (section 3).

/// Who answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Dialect {
    /// FinHub's front: bearer token and context headers.
    #[default]
    Finhub,
    /// The upstream vendor: API key and RSA signature.
    Upstream,
}

impl Dialect {
    pub fn default_prefix(self) -> &'static str {
        match self {
            Self::Finhub => "/api/v2.1/fincard/virtual",
            Self::Upstream => "/merchant/core/mcb",
        }
    }
}

/// The calls this adapter makes. All are POST, reads too (F-doc).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    CardTypes,
    OpenCard,
    CardInfo,
    CardBalance,
    CardList,
    Deposit,
    Withdraw,
    Freeze,
    Unfreeze,
    Cancel,
    Operations,
}

impl Endpoint {
    /// Relative to the prefix (F-doc and F-pm; W-doc and W-int).
    pub fn path(self, dialect: Dialect) -> &'static str {
        match (self, dialect) {
            (Self::CardTypes, _) => "/card/v2/cardTypes",
            (Self::OpenCard, Dialect::Finhub) => "/card/v2/openCard",
            (Self::OpenCard, Dialect::Upstream) => "/card/v2/createCard",
            (Self::CardInfo, _) => "/card/info",
            (Self::CardBalance, Dialect::Finhub) => "/card/balance",
            (Self::CardBalance, Dialect::Upstream) => "/card/balanceInfo",
            (Self::CardList, _) => "/card/list",
            (Self::Deposit, _) => "/card/deposit",
            (Self::Withdraw, _) => "/card/withdraw",
            (Self::Freeze, _) => "/card/v2/freeze",
            (Self::Unfreeze, _) => "/card/v2/unfreeze",
            (Self::Cancel, _) => "/card/cancel",
            (Self::Operations, _) => "/card/v2/transaction",
        }
    }
}
