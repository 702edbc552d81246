//! Both dialects' paths (dossier section 3). Everything else is a 404 envelope.
//!
//! Not served: work orders, the crypto wallet, the deprecated V1 calls, the e-mail change and the
//! BFF's own webhook receiver.

use crate::options::Dialect;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// Variant A: `/api/auth/login` (F-doc).
    LoginByEmail,
    /// Variant B: `/api/v2.1/admin/organization/{orgId}/users/{userId}/sessions` (F-pm, F-int).
    LoginByUser,
    Reference(Reference),
    Upload,
    AccountInfo,
    AccountList,
    AccountSingle,
    AccountLedger,
    AccountCreate,
    AccountTransfer,
    HolderCreate,
    HolderUpdate,
    HolderList,
    CardTypes,
    CardInfo,
    CardSensitive,
    CardBalance,
    CardList,
    CardNote,
    Order(Operation),
    Query(Query),
    /// Upstream only (W-int).
    Simulate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    Regions,
    Cities,
    CityTree,
    DialCodes,
    Occupations,
}

/// What makes an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Open,
    Deposit,
    Withdraw,
    Freeze,
    Unfreeze,
    Cancel,
    Update,
    UpdatePin,
    Activate,
}

/// The five transaction queries; that of the operations in two versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Query {
    Purchases,
    OperationsV1,
    OperationsV2,
    Authorizations,
    AuthorizationFees,
    ThreeDs,
}

const FINHUB: &str = "/api/v2.1/fincard/virtual";
pub const UPSTREAM: &str = "/merchant/core/mcb";
const ORGANIZATION: &str = "/api/v2.1/admin/organization/";

pub fn find(path: &str) -> Option<(Dialect, Endpoint)> {
    if path == "/api/auth/login" {
        return Some((Dialect::Finhub, Endpoint::LoginByEmail));
    }
    if let Some(rest) = path.strip_prefix(ORGANIZATION) {
        return is_session(rest).then_some((Dialect::Finhub, Endpoint::LoginByUser));
    }
    if let Some(call) = path.strip_prefix(FINHUB) {
        return finhub(call)
            .or_else(|| common(call))
            .map(|found| (Dialect::Finhub, found));
    }
    let call = path.strip_prefix(UPSTREAM)?;
    upstream(call)
        .or_else(|| common(call))
        .map(|found| (Dialect::Upstream, found))
}

fn is_session(rest: &str) -> bool {
    let parts: Vec<&str> = rest.split('/').collect();
    matches!(parts.as_slice(), [org, "users", user, "sessions"] if !org.is_empty() && !user.is_empty())
}

fn finhub(call: &str) -> Option<Endpoint> {
    Some(match call {
        "/card/holder/list" => Endpoint::HolderList,
        "/card/v2/openCard" => Endpoint::Order(Operation::Open),
        "/card/info/sensitive" => Endpoint::CardSensitive,
        "/card/balance" => Endpoint::CardBalance,
        "/card/v2/updateNote" => Endpoint::CardNote,
        "/card/v2/update" => Endpoint::Order(Operation::Update),
        "/card/activate" => Endpoint::Order(Operation::Activate),
        "/card/updatePin" => Endpoint::Order(Operation::UpdatePin),
        "/card/purchase/transaction" => Endpoint::Query(Query::Purchases),
        "/card/authorize/transaction" => Endpoint::Query(Query::Authorizations),
        "/card/auth/fee/transaction" => Endpoint::Query(Query::AuthorizationFees),
        "/card/3ds/transaction" => Endpoint::Query(Query::ThreeDs),
        _ => return None,
    })
}

fn upstream(call: &str) -> Option<Endpoint> {
    Some(match call {
        "/card/holder/query" => Endpoint::HolderList,
        "/card/v2/createCard" => Endpoint::Order(Operation::Open),
        "/card/sensitive" => Endpoint::CardSensitive,
        "/card/balanceInfo" => Endpoint::CardBalance,
        "/card/note" => Endpoint::CardNote,
        "/card/updateAttribute" => Endpoint::Order(Operation::Update),
        "/card/physicalCard/activeCard" => Endpoint::Order(Operation::Activate),
        "/card/physicalCard/updatePin" => Endpoint::Order(Operation::UpdatePin),
        "/card/purchaseTransaction" => Endpoint::Query(Query::Purchases),
        "/card/authTransaction" => Endpoint::Query(Query::Authorizations),
        "/card/authFeeTransaction" => Endpoint::Query(Query::AuthorizationFees),
        "/card/third3dsTransaction" => Endpoint::Query(Query::ThreeDs),
        "/card/simulateAuthTransaction" => Endpoint::Simulate,
        _ => return None,
    })
}

fn common(call: &str) -> Option<Endpoint> {
    Some(match call {
        "/common/region" => Endpoint::Reference(Reference::Regions),
        "/common/city" => Endpoint::Reference(Reference::Cities),
        "/common/v2/city" => Endpoint::Reference(Reference::CityTree),
        "/common/mobileAreaCode" => Endpoint::Reference(Reference::DialCodes),
        "/card/holder/occupations" => Endpoint::Reference(Reference::Occupations),
        "/common/file/upload" => Endpoint::Upload,
        "/card/holder/v2/create" => Endpoint::HolderCreate,
        "/card/holder/v2/update" => Endpoint::HolderUpdate,
        "/card/v2/cardTypes" => Endpoint::CardTypes,
        "/card/info" => Endpoint::CardInfo,
        "/card/list" => Endpoint::CardList,
        "/card/deposit" => Endpoint::Order(Operation::Deposit),
        "/card/withdraw" => Endpoint::Order(Operation::Withdraw),
        "/card/v2/freeze" => Endpoint::Order(Operation::Freeze),
        "/card/v2/unfreeze" => Endpoint::Order(Operation::Unfreeze),
        "/card/cancel" => Endpoint::Order(Operation::Cancel),
        "/card/transaction" => Endpoint::Query(Query::OperationsV1),
        "/card/v2/transaction" => Endpoint::Query(Query::OperationsV2),
        "/account/info" => Endpoint::AccountInfo,
        "/account/list" => Endpoint::AccountList,
        "/account/single/query" => Endpoint::AccountSingle,
        "/account/transaction" => Endpoint::AccountLedger,
        "/account/create" => Endpoint::AccountCreate,
        "/account/transfer" => Endpoint::AccountTransfer,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_dialect_has_its_own_paths() {
        let open = Endpoint::Order(Operation::Open);
        let finhub = "/api/v2.1/fincard/virtual/card/v2/openCard";
        assert_eq!(find(finhub), Some((Dialect::Finhub, open)));
        assert_eq!(
            find("/merchant/core/mcb/card/v2/createCard"),
            Some((Dialect::Upstream, open))
        );
        assert_eq!(find("/merchant/core/mcb/card/v2/openCard"), None);
        assert_eq!(find("/api/v2.1/fincard/virtual/card/v2/createCard"), None);
    }

    #[test]
    fn a_session_path_needs_both_ids() {
        assert!(find("/api/v2.1/admin/organization/o/users/u/sessions").is_some());
        assert!(find("/api/v2.1/admin/organization//users/u/sessions").is_none());
    }
}
