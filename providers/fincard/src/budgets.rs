//! Budgets are MARGIN accounts, funded from the WALLET of their currency (dossier section 5).

use async_trait::async_trait;
use cardmux_domain::budget::{FundingAccount, LedgerEntry};
use cardmux_domain::money::{Currency, Money};
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{
    BudgetSnapshot, Budgets, CallContext, CreateBudget, EntryQuery, ErrorKind, FundingAccounts,
    MoveBudgetFunds, OperationReport, Outcome, Page, ProviderError, Reported,
};
use cardmux_provider_kit::json::{self, RawValue};
use serde::de::DeserializeOwned;

use crate::cards::page_number;
use crate::controls::done;
use crate::wire::account::{
    Account, AccountKey, CreateAccountRequest, LedgerRequest, LedgerRow, Transfer, TransferEntry,
    TransferKind, TransferRequest, WALLET,
};
use crate::wire::envelope;
use crate::wire::path::Endpoint;
use crate::wire::request::{Nothing, Spelling};
use crate::{FinCard, map};

/// The largest page of the ledger (F-doc).
const MAX_PAGE: u32 = 100;

#[async_trait]
impl Budgets for FinCard {
    /// The call has no number of ours, so the name carries it: that is how the account is found
    /// again.
    async fn create(
        &self,
        _: &CallContext,
        request: &CreateBudget,
    ) -> Result<OperationReport, ProviderError> {
        let CreateBudget {
            reference,
            name,
            currency,
        } = request;
        let account_name = format!("{name} {reference}");
        let create = CreateAccountRequest {
            account_name: &account_name,
            currency: match self.spelling {
                Spelling::CardNo => None,
                Spelling::CardId => Some(currency.as_str()),
            },
        };
        let answer: Box<RawValue> = self.client.call(Endpoint::AccountCreate, &create).await?;
        // An array at the upstream (W-doc), an object at FinHub (F-pm).
        let account = one_or_many::<Account>(&answer)?
            .into_iter()
            .next()
            .ok_or_else(|| map::malformed("no account"))?;
        made(account, reference, Some(*currency))
    }

    async fn get(
        &self,
        _: &CallContext,
        budget_ref: &str,
    ) -> Result<BudgetSnapshot, ProviderError> {
        let request = AccountKey {
            account_id: json::integer_or_text(budget_ref),
        };
        let answer: Box<RawValue> = self.client.call(Endpoint::AccountQuery, &request).await?;
        let account = one_or_many::<Account>(&answer)?
            .into_iter()
            .find(|account| account.account_id.as_deref() == Some(budget_ref))
            .ok_or_else(|| {
                let message = "FinCard does not know this account";
                ProviderError::rejected(ErrorKind::NotFound, message)
            })?;
        map::account::budget(account)
    }

    async fn fund(
        &self,
        _: &CallContext,
        request: &MoveBudgetFunds,
    ) -> Result<OperationReport, ProviderError> {
        self.transfer(TransferKind::Transfer, request).await
    }

    async fn withdraw(
        &self,
        _: &CallContext,
        request: &MoveBudgetFunds,
    ) -> Result<OperationReport, ProviderError> {
        self.transfer(TransferKind::Collection, request).await
    }

    async fn entries(
        &self,
        _: &CallContext,
        query: &EntryQuery,
    ) -> Result<Page<LedgerEntry>, ProviderError> {
        let EntryQuery {
            account_ref,
            currency,
            from,
            to,
            page,
        } = query;
        let page_num = page_number(page.cursor.as_deref())?;
        let request = LedgerRequest {
            page_num,
            page_size: page.limit.clamp(1, MAX_PAGE),
            account_id: json::integer_or_text(account_ref),
            biz_type: None,
            start_time: from.map(|time| time.as_millis()),
            end_time: to.map(|time| time.as_millis()),
        };
        let answer: envelope::Page<LedgerRow> =
            self.client.call(Endpoint::AccountLedger, &request).await?;
        let more = answer.has_more(page_num, request.page_size);
        let mut items = answer
            .records
            .into_iter()
            .map(|row| map::account::entry(row, *currency))
            .collect::<Result<Vec<_>, _>>()?;
        // The order within a page is not documented.
        items.sort_by_key(|entry| std::cmp::Reverse(entry.booked_at));
        Ok(Page {
            items,
            next: more.then(|| page_num.saturating_add(1).to_string()),
        })
    }
}

#[async_trait]
impl FundingAccounts for FinCard {
    async fn funding_accounts(
        &self,
        _: &CallContext,
    ) -> Result<Vec<FundingAccount>, ProviderError> {
        let accounts: Vec<Account> = self.client.call(Endpoint::AccountInfo, &Nothing {}).await?;
        accounts
            .into_iter()
            .filter(|account| account.is(WALLET))
            .map(map::account::funding_account)
            .collect()
    }
}

impl FinCard {
    async fn transfer(
        &self,
        kind: TransferKind,
        request: &MoveBudgetFunds,
    ) -> Result<OperationReport, ProviderError> {
        let MoveBudgetFunds {
            reference,
            budget_ref,
            amount,
        } = request;
        let wallet = self.wallet(amount.currency).await?;
        let (operation, payer, payee) = match kind {
            TransferKind::Transfer => (
                OperationKind::FundBudget,
                wallet.as_str(),
                budget_ref.as_str(),
            ),
            TransferKind::Collection => (
                OperationKind::WithdrawBudget,
                budget_ref.as_str(),
                wallet.as_str(),
            ),
        };
        let transfer = Transfer {
            kind,
            reference,
            amount: amount.amount,
            currency: amount.currency.as_str(),
            payer,
            payee,
        };
        let body = TransferRequest::new(self.spelling, transfer);
        let answer: Box<RawValue> = self.client.call(Endpoint::AccountTransfer, &body).await?;
        transferred(&answer, operation, reference, budget_ref, *amount)
    }

    /// The account that pays. Whatever goes wrong here, the transfer was not sent.
    async fn wallet(&self, currency: Currency) -> Result<String, ProviderError> {
        let accounts = self.client.call(Endpoint::AccountInfo, &Nothing {}).await;
        let accounts: Vec<Account> = accounts.map_err(|error| ProviderError {
            outcome: Outcome::NotSent,
            ..error
        })?;
        accounts
            .into_iter()
            .filter(|account| account.is(WALLET))
            .filter(|account| account.currency.as_deref() == Some(currency.as_str()))
            .find_map(|account| account.account_id)
            .ok_or_else(|| {
                let message = format!("FinCard has no WALLET account in {currency}");
                ProviderError::not_sent(ErrorKind::Refused, message)
            })
    }
}

/// `data` that is an array here and an object there.
fn one_or_many<T: DeserializeOwned>(data: &RawValue) -> Result<Vec<T>, ProviderError> {
    let text = data.get().as_bytes();
    match text.first() {
        Some(b'{') => json::parse(text).map(|one| vec![one]),
        Some(b'n') => Ok(Vec::new()),
        _ => json::parse(text),
    }
}

/// An account in another currency than asked for cannot be used as this budget. It stays behind:
/// FinCard has no call to remove it.
pub(crate) fn made(
    account: Account,
    reference: &Reference,
    wanted: Option<Currency>,
) -> Result<OperationReport, ProviderError> {
    let id = account
        .account_id
        .ok_or_else(|| map::malformed("an account without id"))?;
    let mut report = done(OperationKind::CreateBudget, reference, &id);
    let currency = account.currency.as_deref();
    if let (Some(wanted), Some(got)) = (wanted, currency)
        && wanted.as_str() != got
    {
        report.subject_ref = None;
        report.reported = Reported::Failed(map::failure_of(&format!(
            "FinCard made the account in another currency than {wanted}"
        )));
    }
    Ok(report)
}

/// A truth value (W-doc) or a ledger entry (F-ref). A `false` inside a success says neither: the
/// ledger has to be read.
fn transferred(
    data: &RawValue,
    kind: OperationKind,
    reference: &Reference,
    budget_ref: &str,
    amount: Money,
) -> Result<OperationReport, ProviderError> {
    let mut report = done(kind, reference, budget_ref);
    report.amount = Some(amount);
    let text = data.get();
    if text.starts_with('{') {
        let entry: TransferEntry = json::parse(text.as_bytes())?;
        if let Some(status) = entry.transaction_status {
            report.reported = map::reported(&status, None)?;
            report.provider_status = status;
        }
        report.provider_ref = entry.order_no.or(entry.tx_id);
        return Ok(report);
    }
    match text {
        "true" => Ok(report),
        _ => Err(map::malformed("no confirmation of the transfer")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(data: &str) -> Result<OperationReport, ProviderError> {
        let data = RawValue::from_string(data.to_owned()).unwrap();
        let money = Money::new(5.into(), "USD".parse().unwrap());
        let reference = Reference::from_text("ref1");
        transferred(&data, OperationKind::FundBudget, &reference, "7", money)
    }

    #[test]
    fn transfer_is_done_by_truth_or_ledger_entry_and_unknown_otherwise() {
        assert_eq!(answered("true").unwrap().reported, Reported::Succeeded);
        let entry = r#"{"txId":77,"transactionStatus":"COMPLETED"}"#;
        let report = answered(entry).unwrap();
        assert_eq!(report.reported, Reported::Succeeded);
        assert_eq!(report.provider_ref.as_deref(), Some("77"));
        let working = answered(r#"{"transactionStatus":"PROCESSING"}"#).unwrap();
        assert_eq!(working.reported, Reported::Processing);
        for bad in ["false", "null", "1", r#"{"transactionStatus":"odd"}"#] {
            assert_eq!(
                answered(bad).unwrap_err().outcome,
                Outcome::Unknown,
                "{bad}"
            );
        }
    }

    #[test]
    fn account_made_in_another_currency_is_no_budget() {
        let account = |code: &str| Account {
            account_id: Some("7".to_owned()),
            currency: Some(code.to_owned()),
            ..Account::default()
        };
        let usd = Some("USD".parse().unwrap());
        let reference = Reference::from_text("ref1");
        let good = made(account("USD"), &reference, usd).unwrap();
        assert_eq!(good.subject_ref.as_deref(), Some("7"));
        let other = made(account("EUR"), &reference, usd).unwrap();
        assert!(matches!(other.reported, Reported::Failed(_)));
        assert_eq!(other.subject_ref, None);
    }
}
