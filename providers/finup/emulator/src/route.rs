//! The 13 operations' methods and paths (dossier 1). Everything else is a 404.

use axum::http::Method;

use crate::quirks::BasePath;

#[derive(Debug, PartialEq, Eq)]
pub enum Call<'a> {
    Accounts,
    Account(&'a str),
    Wallets(&'a str),
    Bins(&'a str),
    Payments(&'a str),
    Cards(&'a str),
    Card(&'a str),
    Issue(&'a str),
    Money(Direction, &'a str),
    Bulk(Bulk),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Deposit,
    Withdraw,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bulk {
    Freeze,
    Unfreeze,
    Close,
}

pub const BACKEND: &str = "/backend";

pub fn find<'a>(method: &Method, path: &'a str, base: BasePath) -> Option<Call<'a>> {
    let inner = path
        .strip_prefix(BACKEND)
        .filter(|rest| rest.starts_with('/'));
    let path = match (base, inner) {
        (BasePath::Both | BasePath::Backend, Some(inner)) => inner,
        (BasePath::Both | BasePath::Root, None) => path,
        (BasePath::Root, Some(_)) | (BasePath::Backend, None) => return None,
    };
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let call = match (method.as_str(), parts.as_slice()) {
        ("POST", ["accounts"]) => Call::Accounts,
        ("GET", ["accounts", id]) => Call::Account(id),
        ("GET", ["accounts", id, "wallets"]) => Call::Wallets(id),
        ("GET", ["accounts", id, "bins"]) => Call::Bins(id),
        ("POST", ["accounts", id, "transactions"]) => Call::Payments(id),
        ("POST", ["accounts", id, "cards"]) => Call::Cards(id),
        ("POST", ["accounts", id, "cards", "issuing"]) => Call::Issue(id),
        ("GET", ["cards", id]) => Call::Card(id),
        // Singular, in these two only.
        ("POST", ["card", id, "deposit"]) => Call::Money(Direction::Deposit, id),
        ("POST", ["card", id, "withdraw"]) => Call::Money(Direction::Withdraw, id),
        ("PATCH", ["cards", "freeze"]) => Call::Bulk(Bulk::Freeze),
        ("PATCH", ["cards", "unfreeze"]) => Call::Bulk(Bulk::Unfreeze),
        ("PATCH", ["cards", "close"]) => Call::Bulk(Bulk::Close),
        _ => return None,
    };
    Some(call)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_paths_are_singular_and_the_rest_plural() {
        let money = Call::Money(Direction::Deposit, "a");
        let find = |method, path| find(&method, path, BasePath::Both);
        assert_eq!(find(Method::POST, "/card/a/deposit"), Some(money));
        assert_eq!(find(Method::POST, "/cards/a/deposit"), None);
        assert_eq!(find(Method::GET, "/card/a"), None);
        assert_eq!(find(Method::GET, "/backend/cards/a"), Some(Call::Card("a")));
    }

    #[test]
    fn one_base_path_alone_can_be_served() {
        let find = |path, base| find(&Method::POST, path, base).is_some();
        assert!(find("/accounts", BasePath::Root) && find("/backend/accounts", BasePath::Backend));
        assert!(
            !find("/accounts", BasePath::Backend) && !find("/backend/accounts", BasePath::Root)
        );
    }
}
