//! Where each call goes: the dossier's section 1.

use cardmux_provider_kit::transport::Method;

/// The calls this adapter makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint<'a> {
    Account,
    Wallets,
    CardTypes,
    Payments,
    Cards,
    Issuing,
    Card(&'a str),
    Deposit(&'a str),
    Withdraw(&'a str),
    Freeze,
    Unfreeze,
    Close,
}

impl<'a> Endpoint<'a> {
    /// Lists are POST too (D, O).
    pub fn method(self) -> Method {
        match self {
            Self::Account | Self::Wallets | Self::CardTypes | Self::Card(_) => Method::GET,
            Self::Payments | Self::Cards | Self::Issuing | Self::Deposit(_) | Self::Withdraw(_) => {
                Method::POST
            }
            Self::Freeze | Self::Unfreeze | Self::Close => Method::PATCH,
        }
    }

    /// Plural `cards` but in deposit and withdraw (O).
    pub fn segments(self, account: &'a str) -> Vec<&'a str> {
        match self {
            Self::Account => vec!["accounts", account],
            Self::Wallets => vec!["accounts", account, "wallets"],
            Self::CardTypes => vec!["accounts", account, "bins"],
            Self::Payments => vec!["accounts", account, "transactions"],
            Self::Cards => vec!["accounts", account, "cards"],
            Self::Issuing => vec!["accounts", account, "cards", "issuing"],
            Self::Card(card) => vec!["cards", card],
            Self::Deposit(card) => vec!["card", card, "deposit"],
            Self::Withdraw(card) => vec!["card", card, "withdraw"],
            Self::Freeze => vec!["cards", "freeze"],
            Self::Unfreeze => vec!["cards", "unfreeze"],
            Self::Close => vec!["cards", "close"],
        }
    }
}
