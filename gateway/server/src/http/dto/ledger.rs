//! What is booked at providers and in the gateway's ledger: entries of budgets, and the accounts that
//! pay.

use cardmux_domain::budget::{FundingAccount, LedgerEntry};
use cardmux_domain::id::InstanceId;
use serde::Serialize;
use utoipa::ToSchema;

use super::{MoneyDto, open};

/// One movement of a budget, as its provider booked it, or the gateway's ledger.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LedgerEntry)]
pub struct LedgerEntryDto {
    /// The provider's id of the entry; the gateway's own (`ltr_…`) in its ledger.
    pub provider_ref: String,
    /// Of what is available; of what is held where that alone changes (`post`).
    #[schema(value_type = open::Direction)]
    pub direction: String,
    /// The provider's word for what it is: `fund_transfer`, `card_deposit` … In the gateway's ledger
    /// `fund`, `withdraw`; `hold`, an authorization was approved, and `forced_hold`, by the network
    /// without the gateway; `release` of what was held; `post`, presented out of what was held, and
    /// `forced_post`, beyond it; `fee`; `return`. Open.
    #[schema(example = "hold")]
    pub kind: String,
    /// Positive; `direction` says which way.
    pub amount: MoneyDto,
    /// Of the account `direction` is about.
    pub balance_before: Option<MoneyDto>,
    pub balance_after: Option<MoneyDto>,
    /// The provider's id of the order behind it; in the ledger the authorization (`azn_…`) or
    /// operation (`op_…`).
    pub order_ref: Option<String>,
    pub remark: Option<String>,
    #[schema(format = DateTime)]
    pub booked_at: String,
}

impl From<LedgerEntry> for LedgerEntryDto {
    fn from(entry: LedgerEntry) -> Self {
        let LedgerEntry {
            entry_ref,
            direction,
            kind,
            amount,
            balance_before,
            balance_after,
            order_ref,
            remark,
            booked_at,
        } = entry;
        Self {
            provider_ref: entry_ref,
            direction: direction.to_string(),
            kind,
            amount: amount.into(),
            balance_before: balance_before.map(Into::into),
            balance_after: balance_after.map(Into::into),
            order_ref,
            remark,
            booked_at: booked_at.to_string(),
        }
    }
}

/// The accounts that pay for cards and budgets.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FundingAccounts)]
pub struct FundingAccountsDto {
    pub data: Vec<FundingAccountDto>,
}

/// An account of yours at a provider, from which cards and budgets are funded.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FundingAccount)]
pub struct FundingAccountDto {
    /// The provider instance.
    pub instance: String,
    /// The provider's id of it.
    pub r#ref: String,
    pub name: Option<String>,
    pub currency: String,
    /// What can be spent.
    pub available: MoneyDto,
    pub total: Option<MoneyDto>,
    /// Held back by the provider.
    pub frozen: Option<MoneyDto>,
}

impl From<(InstanceId, FundingAccount)> for FundingAccountDto {
    fn from((instance, account): (InstanceId, FundingAccount)) -> Self {
        let FundingAccount {
            account_ref,
            name,
            available,
            total,
            frozen,
        } = account;
        Self {
            instance: instance.to_string(),
            r#ref: account_ref,
            name,
            currency: available.currency.to_string(),
            available: available.into(),
            total: total.map(Into::into),
            frozen: frozen.map(Into::into),
        }
    }
}
