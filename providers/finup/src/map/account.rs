//! Wallets.

use cardmux_domain::budget::FundingAccount;
use cardmux_domain::provider::ProviderError;

use super::{malformed, money};
use crate::wire::account::Wallet;

/// What is on the cards (`cards_balance`) is not the wallet's any more, so it is no part of a total.
pub fn funding_account(wallet: Wallet) -> Result<FundingAccount, ProviderError> {
    let Wallet {
        id,
        balance,
        finup_id,
        currency,
    } = wallet;
    Ok(FundingAccount {
        account_ref: id.ok_or_else(|| malformed("a wallet without id"))?,
        name: finup_id,
        available: money(balance, currency.as_deref())?
            .ok_or_else(|| malformed("a wallet without balance or currency"))?,
        total: None,
        frozen: None,
    })
}
