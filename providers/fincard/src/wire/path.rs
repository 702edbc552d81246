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
    Regions,
    Cities,
    DialCodes,
    Occupations,
    Upload,
    AccountInfo,
    AccountList,
    AccountQuery,
    AccountLedger,
    AccountCreate,
    AccountTransfer,
    HolderCreate,
    HolderUpdate,
    HolderList,
    CardTypes,
    OpenCard,
    CardInfo,
    CardBalance,
    CardSecrets,
    CardList,
    Deposit,
    Withdraw,
    Freeze,
    Unfreeze,
    Cancel,
    CardUpdate,
    CardNote,
    UpdatePin,
    Activate,
    Purchases,
    OperationsV1,
    Operations,
    Authorizations,
    AuthorizationFees,
    Challenges,
}

impl Endpoint {
    /// Relative to the prefix (F-doc and F-pm; W-doc and W-int).
    pub fn path(self, dialect: Dialect) -> &'static str {
        let (finhub, upstream) = self.paths();
        match dialect {
            Dialect::Finhub => finhub,
            Dialect::Upstream => upstream.unwrap_or(finhub),
        }
    }

    /// FinHub's path, and the upstream's where that is another one.
    fn paths(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Regions => ("/common/region", None),
            Self::Cities => ("/common/v2/city", None),
            Self::DialCodes => ("/common/mobileAreaCode", None),
            Self::Occupations => ("/card/holder/occupations", None),
            Self::Upload => ("/common/file/upload", None),
            Self::AccountInfo => ("/account/info", None),
            Self::AccountList => ("/account/list", None),
            Self::AccountQuery => ("/account/single/query", None),
            Self::AccountLedger => ("/account/transaction", None),
            Self::AccountCreate => ("/account/create", None),
            Self::AccountTransfer => ("/account/transfer", None),
            Self::HolderCreate => ("/card/holder/v2/create", None),
            Self::HolderUpdate => ("/card/holder/v2/update", None),
            Self::HolderList => ("/card/holder/list", Some("/card/holder/query")),
            Self::CardTypes => ("/card/v2/cardTypes", None),
            Self::OpenCard => ("/card/v2/openCard", Some("/card/v2/createCard")),
            Self::CardInfo => ("/card/info", None),
            Self::CardBalance => ("/card/balance", Some("/card/balanceInfo")),
            Self::CardSecrets => ("/card/info/sensitive", Some("/card/sensitive")),
            Self::CardList => ("/card/list", None),
            Self::Deposit => ("/card/deposit", None),
            Self::Withdraw => ("/card/withdraw", None),
            Self::Freeze => ("/card/v2/freeze", None),
            Self::Unfreeze => ("/card/v2/unfreeze", None),
            Self::Cancel => ("/card/cancel", None),
            Self::CardUpdate => ("/card/v2/update", Some("/card/updateAttribute")),
            Self::CardNote => ("/card/v2/updateNote", Some("/card/note")),
            Self::UpdatePin => ("/card/updatePin", Some("/card/physicalCard/updatePin")),
            Self::Activate => ("/card/activate", Some("/card/physicalCard/activeCard")),
            Self::Purchases => {
                let upstream = "/card/purchaseTransaction";
                ("/card/purchase/transaction", Some(upstream))
            }
            Self::OperationsV1 => ("/card/transaction", None),
            Self::Operations => ("/card/v2/transaction", None),
            Self::Authorizations => {
                let upstream = "/card/authTransaction";
                ("/card/authorize/transaction", Some(upstream))
            }
            Self::AuthorizationFees => {
                let upstream = "/card/authFeeTransaction";
                ("/card/auth/fee/transaction", Some(upstream))
            }
            Self::Challenges => {
                let upstream = "/card/third3dsTransaction";
                ("/card/3ds/transaction", Some(upstream))
            }
        }
    }
}
