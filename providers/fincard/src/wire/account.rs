//! Accounts, their ledger, and transfers between them (dossier section 5).

use cardmux_domain::money::Decimal;
use cardmux_domain::operation::Reference;
use cardmux_provider_kit::json::{self, RawValue};
use serde::{Deserialize, Serialize};

use super::request::Spelling;

/// A kind of account.
pub const WALLET: &str = "WALLET";
pub const MARGIN: &str = "MARGIN";

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Account {
    #[serde(deserialize_with = "json::opt_id")]
    pub account_id: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub account_name: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub account_type: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub currency: Option<String>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub total_balance: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub available_balance: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub frozen_balance: Option<Decimal>,
}

impl Account {
    pub fn is(&self, account_type: &str) -> bool {
        let own = self.account_type.as_deref();
        own.is_some_and(|own| own.eq_ignore_ascii_case(account_type))
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LedgerRow {
    #[serde(deserialize_with = "json::opt_id")]
    pub tx_id: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub currency: Option<String>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub amount: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub before_balance: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub after_balance: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_id")]
    pub order_no: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub biz_type: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub direction: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub remark: Option<String>,
    #[serde(deserialize_with = "json::opt_integer")]
    pub create_time: Option<i64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateAccountRequest<'a> {
    pub account_name: &'a str,
    /// F-pm only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<&'a str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountKey {
    /// Long.
    pub account_id: Box<RawValue>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountListRequest {
    pub page_num: u32,
    pub page_size: u32,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_type: Option<&'static str>,
}

impl AccountListRequest {
    pub fn new(spelling: Spelling, page_num: u32, page_size: u32, kind: &'static str) -> Self {
        let (kind, account_type) = match spelling {
            Spelling::CardNo => (Some(kind), None),
            Spelling::CardId => (None, Some(kind)),
        };
        Self {
            page_num,
            page_size,
            kind,
            account_type,
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LedgerRequest<'a> {
    pub page_num: u32,
    pub page_size: u32,
    pub account_id: Box<RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub biz_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<i64>,
}

/// Which way money goes between the merchant's balance and a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum TransferKind {
    /// WALLET to MARGIN.
    Transfer,
    /// Back.
    Collection,
}

/// Fields of F-doc and W-doc (`payer…`, `payee…`, `remark`), or of F-ref.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TransferRequest<'a> {
    #[serde(rename = "type")]
    kind: TransferKind,
    merchant_order_no: &'a str,
    amount: Box<RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payer_account_id: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payee_account_id: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remark: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from_account_id: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to_account_id: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<&'a str>,
}

/// A transfer, before it is spelled.
pub struct Transfer<'a> {
    pub kind: TransferKind,
    pub reference: &'a Reference,
    pub amount: Decimal,
    pub currency: &'a str,
    pub payer: &'a str,
    pub payee: &'a str,
}

impl<'a> TransferRequest<'a> {
    /// The remark is our reference: it is what the ledger shows later.
    pub fn new(spelling: Spelling, transfer: Transfer<'a>) -> Self {
        let Transfer {
            kind,
            reference,
            amount,
            currency,
            payer,
            payee,
        } = transfer;
        let (payer, payee) = (json::integer_or_text(payer), json::integer_or_text(payee));
        let mut request = Self {
            kind,
            merchant_order_no: reference.as_str(),
            amount: json::number(amount),
            payer_account_id: None,
            payee_account_id: None,
            remark: None,
            from_account_id: None,
            to_account_id: None,
            description: None,
            currency: None,
        };
        match spelling {
            Spelling::CardNo => {
                request.payer_account_id = Some(payer);
                request.payee_account_id = Some(payee);
                request.remark = Some(reference.as_str());
            }
            Spelling::CardId => {
                request.from_account_id = Some(payer);
                request.to_account_id = Some(payee);
                request.description = Some(reference.as_str());
                request.currency = Some(currency);
            }
        }
        request
    }
}

/// F-ref's answer to a transfer, a ledger entry; W-doc's is a bare truth value.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TransferEntry {
    #[serde(deserialize_with = "json::opt_id")]
    pub tx_id: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub order_no: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub transaction_status: Option<String>,
}
