//! Both dialects' paths (dossier section 3). Everything else is a 404 envelope.
//!
//! Served so far: login, card types, open V2, info, balance, list, deposit, withdraw, freeze,
//! unfreeze, cancel, the V2 operation query and the account reads.

use crate::options::Dialect;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// Variant A: `/api/auth/login` (F-doc).
    LoginByEmail,
    /// Variant B: `/api/v2.1/admin/organization/{orgId}/users/{userId}/sessions` (F-pm, F-int).
    LoginByUser,
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
    AccountInfo,
    AccountList,
    AccountSingle,
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
    match call {
        "/card/v2/openCard" => Some(Endpoint::OpenCard),
        "/card/balance" => Some(Endpoint::CardBalance),
        _ => None,
    }
}

fn upstream(call: &str) -> Option<Endpoint> {
    match call {
        "/card/v2/createCard" => Some(Endpoint::OpenCard),
        "/card/balanceInfo" => Some(Endpoint::CardBalance),
        _ => None,
    }
}

fn common(call: &str) -> Option<Endpoint> {
    match call {
        "/card/v2/cardTypes" => Some(Endpoint::CardTypes),
        "/card/info" => Some(Endpoint::CardInfo),
        "/card/list" => Some(Endpoint::CardList),
        "/card/deposit" => Some(Endpoint::Deposit),
        "/card/withdraw" => Some(Endpoint::Withdraw),
        "/card/v2/freeze" => Some(Endpoint::Freeze),
        "/card/v2/unfreeze" => Some(Endpoint::Unfreeze),
        "/card/cancel" => Some(Endpoint::Cancel),
        "/card/v2/transaction" => Some(Endpoint::Operations),
        "/account/info" => Some(Endpoint::AccountInfo),
        "/account/list" => Some(Endpoint::AccountList),
        "/account/single/query" => Some(Endpoint::AccountSingle),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_dialect_has_its_own_paths() {
        let open = Endpoint::OpenCard;
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
