//! Authorizations, fees, orders and purchases as transactions.
//!
//! A word nobody documented does not hide a transaction: an unknown kind is `Other`, an unknown
//! status is `Pending`, from which every documented one leads on; the provider's words stand beside.

use cardmux_domain::money::Money;
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{ProviderError, TransactionReport};
use cardmux_domain::transaction::{ChargedTo, Merchant, TransactionKind, TransactionStatus};
use cardmux_provider_kit::redact;

use super::{malformed, money, operation_kind, timestamp};
use crate::wire::order::Order;
use crate::wire::trade::{Authorization, FeePatch, MerchantData, Purchase};

pub fn of_authorization(trade: Authorization) -> Result<TransactionReport, ProviderError> {
    let Authorization {
        card_no,
        card_id,
        trade_no,
        origin_trade_no,
        currency,
        amount,
        authorized_currency,
        authorized_amount,
        fee,
        fee_currency,
        cross_board_fee,
        cross_board_fee_currency,
        settle_amount,
        settle_currency,
        settle_date,
        authorization_code,
        merchant_name,
        merchant_data,
        kind,
        status,
        description,
        transaction_time,
    } = trade;
    let word = status.ok_or_else(|| malformed("an authorization without status"))?;
    let provider_kind = kind.ok_or_else(|| malformed("an authorization without type"))?;
    // Before there is something to tell these are 0 (W-doc).
    let told = |money: Option<Money>| money.filter(|money| !money.amount.is_zero());
    Ok(TransactionReport {
        kind: authorization_kind(&provider_kind),
        status: authorization_status(&word),
        provider_status: word,
        provider_kind,
        amount: money(amount, currency.as_deref())?,
        billing_amount: money(authorized_amount, authorized_currency.as_deref())?,
        fee: money(fee, fee_currency.as_deref())?,
        cross_border_fee: told(money(cross_board_fee, cross_board_fee_currency.as_deref())?),
        settled_amount: told(money(settle_amount, settle_currency.as_deref())?),
        settled_on: settle_date,
        authorization_code,
        merchant: merchant(merchant_name, merchant_data),
        description: description.as_deref().map(redact::provider_message),
        ..base(
            trade_no,
            card_no.or(card_id),
            origin_trade_no,
            transaction_time,
        )?
    })
}

/// What every report has; the rest is filled in by its kind.
fn base(
    provider_ref: Option<String>,
    card_ref: Option<String>,
    original_ref: Option<String>,
    time: Option<i64>,
) -> Result<TransactionReport, ProviderError> {
    let time = time.ok_or_else(|| malformed("a transaction without time"))?;
    Ok(TransactionReport {
        provider_ref: provider_ref.ok_or_else(|| malformed("a transaction without id"))?,
        reference: None,
        authorization_ref: None,
        card_ref,
        original_ref,
        kind: TransactionKind::Other,
        provider_kind: String::new(),
        status: TransactionStatus::Pending,
        provider_status: String::new(),
        amount: None,
        billing_amount: None,
        fee: None,
        cross_border_fee: None,
        settled_amount: None,
        settled_on: None,
        charged_to: ChargedTo::Card,
        authorization_code: None,
        merchant: None,
        description: None,
        occurred_at: timestamp(time),
    })
}

/// F-doc.
fn authorization_kind(word: &str) -> TransactionKind {
    match word.to_lowercase().as_str() {
        "auth" => TransactionKind::Purchase,
        "verification" => TransactionKind::Verification,
        "void" => TransactionKind::Reversal,
        "refund" => TransactionKind::Refund,
        "maintain_fee" => TransactionKind::Fee,
        _ => TransactionKind::Other,
    }
}

/// F-doc; not the words of an order.
fn authorization_status(word: &str) -> TransactionStatus {
    match word.to_lowercase().as_str() {
        "succeed" => TransactionStatus::Settled,
        "failed" => TransactionStatus::Declined,
        _ => TransactionStatus::Pending,
    }
}

fn merchant(name: Option<String>, data: Option<MerchantData>) -> Option<Merchant> {
    let MerchantData {
        name: full_name,
        category_code,
        category,
        country,
        state,
        city,
        zip_code,
        mid,
        wallet_type,
    } = data.unwrap_or_default();
    let merchant = Merchant {
        name: full_name.or(name),
        merchant_id: mid,
        mcc: category_code,
        category,
        country,
        state,
        city,
        postal_code: zip_code,
        wallet: wallet_type,
    };
    (merchant != Merchant::default()).then_some(merchant)
}

/// Raised where a card could not pay a fee and the merchant's own money did (F-doc); only where the
/// record says "card" was it the card after all (Inf).
pub fn of_fee(patch: FeePatch) -> Result<TransactionReport, ProviderError> {
    let FeePatch {
        card_no,
        card_id,
        trade_no,
        origin_trade_no,
        currency,
        amount,
        kind,
        deduction_source_funds,
        status,
        transaction_time,
    } = patch;
    let by_card = deduction_source_funds.is_some_and(|source| source.eq_ignore_ascii_case("card"));
    let amount = money(amount, currency.as_deref())?;
    let word = status.ok_or_else(|| malformed("a fee without status"))?;
    Ok(TransactionReport {
        kind: TransactionKind::Fee,
        provider_kind: kind.ok_or_else(|| malformed("a fee without type"))?,
        status: fee_status(&word),
        provider_status: word,
        amount,
        billing_amount: amount,
        charged_to: if by_card {
            ChargedTo::Card
        } else {
            ChargedTo::FundingAccount
        },
        ..base(
            trade_no,
            card_no.or(card_id),
            origin_trade_no,
            transaction_time,
        )?
    })
}

/// Which words a fee has is not documented: those of orders and of authorizations are taken.
fn fee_status(word: &str) -> TransactionStatus {
    match order_status(word) {
        TransactionStatus::Pending => authorization_status(word),
        known @ (TransactionStatus::Declined
        | TransactionStatus::Reversed
        | TransactionStatus::Settled) => known,
    }
}

/// An order's words (F-doc; `COMPLETED` F-ref).
fn order_status(word: &str) -> TransactionStatus {
    match word.to_lowercase().as_str() {
        "success" | "completed" => TransactionStatus::Settled,
        "fail" => TransactionStatus::Declined,
        _ => TransactionStatus::Pending,
    }
}

/// The money an order moves; `None` for orders that move none, and for those of which neither card
/// nor number is told.
pub fn of_order(order: &Order) -> Result<Option<TransactionReport>, ProviderError> {
    let word = order.kind.as_deref().or(order.operation_type.as_deref());
    let Some((word, kind)) = word.and_then(|word| Some((word, money_kind(word)?))) else {
        return Ok(None);
    };
    let card_ref = order.card_no.clone().or_else(|| order.card_id.clone());
    if card_ref.is_none() && order.merchant_order_no.is_none() {
        return Ok(None);
    }
    let status = order
        .status
        .as_deref()
        .or(order.operation_status.as_deref());
    let status_word = status.ok_or_else(|| malformed("an order without status"))?;
    let status = order_status(status_word);
    let amount = money(order.amount, order.currency.as_deref())?;
    let received_currency = order.received_currency.as_deref();
    let received = money(
        order.received_amount,
        received_currency.or(order.currency.as_deref()),
    )?;
    // At an issue it is unreliable (W-prod), and the purchase record of the same fact has none.
    let tells_received = kind != TransactionKind::Issue && status == TransactionStatus::Settled;
    let description = order.description.as_deref().or(order.remark.as_deref());
    Ok(Some(TransactionReport {
        reference: order.merchant_order_no.clone().map(Reference::from_text),
        authorization_ref: None,
        kind,
        provider_kind: word.to_owned(),
        status,
        provider_status: status_word.to_owned(),
        amount,
        billing_amount: amount,
        fee: money(order.fee, order.currency.as_deref())?,
        settled_amount: received.filter(|_| tells_received),
        charged_to: match kind {
            TransactionKind::Overdraft => ChargedTo::FundingAccount,
            TransactionKind::Purchase
            | TransactionKind::Verification
            | TransactionKind::Reversal
            | TransactionKind::Refund
            | TransactionKind::Fee
            | TransactionKind::Issue
            | TransactionKind::Deposit
            | TransactionKind::Withdrawal
            | TransactionKind::Cancellation
            | TransactionKind::Other => ChargedTo::Card,
        },
        description: description.map(redact::provider_message),
        ..base(
            order
                .order_no
                .clone()
                .or_else(|| order.transaction_id.clone()),
            card_ref,
            None,
            order.transaction_time.or(order.operation_time),
        )?
    }))
}

fn money_kind(word: &str) -> Option<TransactionKind> {
    match operation_kind(word) {
        None => {
            let overdraft = word.eq_ignore_ascii_case("overdraft_statement");
            overdraft.then_some(TransactionKind::Overdraft)
        }
        Some(OperationKind::Issue) => Some(TransactionKind::Issue),
        Some(OperationKind::Deposit) => Some(TransactionKind::Deposit),
        Some(OperationKind::Withdraw) => Some(TransactionKind::Withdrawal),
        Some(OperationKind::Cancel) => Some(TransactionKind::Cancellation),
        Some(
            OperationKind::Freeze
            | OperationKind::Unfreeze
            | OperationKind::Activate
            | OperationKind::SetPin
            | OperationKind::UpdateControls
            | OperationKind::UpdateNote
            | OperationKind::Enrol
            | OperationKind::UpdateEnrolment
            | OperationKind::CreateBudget
            | OperationKind::FundBudget
            | OperationKind::WithdrawBudget
            | OperationKind::OrderPhysical
            | OperationKind::OpenDispute
            | OperationKind::CancelDispute,
        ) => None,
    }
}

/// The same fact as the V2 order `create`, under the same order number, so that the two merge. It
/// names no card: without our number nothing leads to one, then it is `None`.
pub fn of_purchase(purchase: Purchase) -> Result<Option<TransactionReport>, ProviderError> {
    let Purchase {
        order_no,
        merchant_order_no,
        currency,
        card_fee,
        deposit_amount,
        status,
        transaction_time,
    } = purchase;
    let Some(reference) = merchant_order_no.map(Reference::from_text) else {
        return Ok(None);
    };
    let word = status.ok_or_else(|| malformed("a purchase without status"))?;
    let amount = money(deposit_amount, currency.as_deref())?;
    Ok(Some(TransactionReport {
        reference: Some(reference),
        authorization_ref: None,
        kind: TransactionKind::Issue,
        provider_kind: "create".to_owned(),
        status: order_status(&word),
        provider_status: word,
        amount,
        billing_amount: amount,
        fee: money(card_fee, currency.as_deref())?,
        ..base(order_no, None, None, transaction_time)?
    }))
}

#[cfg(test)]
mod tests;
