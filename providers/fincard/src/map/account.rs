//! Accounts and their ledger.

use cardmux_domain::budget::{Direction, FundingAccount, LedgerEntry};
use cardmux_domain::money::{Currency, Money};
use cardmux_domain::provider::{BudgetSnapshot, ProviderError};

use super::{currency, malformed, money, timestamp, unknown_word};
use crate::wire::account::{Account, LedgerRow};

pub fn budget(account: Account) -> Result<BudgetSnapshot, ProviderError> {
    let FundingAccount {
        account_ref,
        name: _,
        available,
        total: _,
        frozen: _,
    } = funding_account(account)?;
    Ok(BudgetSnapshot {
        budget_ref: account_ref,
        available,
    })
}

pub fn funding_account(account: Account) -> Result<FundingAccount, ProviderError> {
    let Account {
        account_id,
        account_name,
        account_type: _,
        currency: code,
        total_balance,
        available_balance,
        frozen_balance,
    } = account;
    let code = code.as_deref();
    Ok(FundingAccount {
        account_ref: account_id.ok_or_else(|| malformed("an account without id"))?,
        name: account_name,
        available: money(available_balance, code)?
            .ok_or_else(|| malformed("an account without balance"))?,
        total: money(total_balance, code)?,
        frozen: money(frozen_balance, code)?,
    })
}

/// A row without a currency is in that of the account asked about.
pub fn entry(row: LedgerRow, default: Currency) -> Result<LedgerEntry, ProviderError> {
    let LedgerRow {
        tx_id,
        currency: code,
        amount,
        before_balance,
        after_balance,
        order_no,
        biz_type,
        direction: word,
        remark,
        create_time,
    } = row;
    let unit = code.as_deref().map_or(Ok(default), currency)?;
    let amount = amount.ok_or_else(|| malformed("a ledger entry without amount"))?;
    let word = word.ok_or_else(|| malformed("a ledger entry without direction"))?;
    let booked_at = create_time.ok_or_else(|| malformed("a ledger entry without time"))?;
    Ok(LedgerEntry {
        entry_ref: tx_id.ok_or_else(|| malformed("a ledger entry without id"))?,
        direction: direction(&word)?,
        kind: biz_type.ok_or_else(|| malformed("a ledger entry without kind"))?,
        amount: Money::new(amount.abs(), unit),
        balance_before: before_balance.map(|amount| Money::new(amount, unit)),
        balance_after: after_balance.map(|amount| Money::new(amount, unit)),
        order_ref: order_no,
        remark,
        booked_at: timestamp(booked_at),
    })
}

fn direction(word: &str) -> Result<Direction, ProviderError> {
    match word.to_lowercase().as_str() {
        "in" => Ok(Direction::In),
        "out" => Ok(Direction::Out),
        _ => Err(unknown_word("direction", word)),
    }
}
