//! From FinCard's words to the domain's. Pure, and never a guess: a word nobody documented is an
//! error with an unknown outcome.

pub mod account;
pub mod card_type;
pub mod challenge;
pub mod controls;
pub mod form;
pub mod holder;
#[cfg(test)]
mod tests;
pub mod transaction;

use cardmux_domain::card::{CardFunds, CardStatus};
use cardmux_domain::money::{Currency, Decimal, Money};
use cardmux_domain::operation::{Failure, OperationKind, Reference};
use cardmux_domain::provider::{
    CardSnapshot, ErrorKind, OperationReport, Outcome, ProviderError, Reported,
};
use cardmux_domain::time::Timestamp;
use cardmux_provider_kit::redact;

use crate::error::is_shortage;
use crate::wire::card::{BalanceInfo, CardInfo};
use crate::wire::order::Order;

/// Epoch times below this are seconds (F-pm's mock sends them): in milliseconds it lies in 1973.
const SECONDS_BELOW: i64 = 100_000_000_000;

pub fn report(order: Order) -> Result<OperationReport, ProviderError> {
    let Order {
        order_no,
        transaction_id,
        merchant_order_no,
        card_no,
        card_id,
        currency: code,
        amount,
        fee,
        received_amount,
        received_currency,
        kind,
        operation_type,
        status,
        operation_status,
        description,
        remark,
        transaction_time,
        operation_time,
    } = order;
    let status = status
        .or(operation_status)
        .ok_or_else(|| malformed("an order without status"))?;
    let reported = reported(&status, description.or(remark).as_deref())?;
    let received_currency = received_currency.or_else(|| code.clone());
    Ok(OperationReport {
        reference: merchant_order_no.map(Reference::from_text),
        kind: kind.or(operation_type).as_deref().and_then(operation_kind),
        // Before the end it may be 0 or missing (F-doc samples), which would read as "nothing".
        received: match &reported {
            Reported::Succeeded => money(received_amount, received_currency.as_deref())?,
            Reported::Processing | Reported::Failed(_) => None,
        },
        reported,
        provider_status: status,
        provider_ref: order_no.or(transaction_id),
        subject_ref: card_no.or(card_id),
        amount: money(amount, code.as_deref())?,
        fee: money(fee, code.as_deref())?,
        occurred_at: transaction_time.or(operation_time).map(timestamp),
        enrolment: None,
    })
}

/// Order statuses (F-doc, W-doc: `fail`, not `failed`; F-ref: upper case, `COMPLETED`).
pub fn reported(status: &str, description: Option<&str>) -> Result<Reported, ProviderError> {
    match status.to_lowercase().as_str() {
        "wait_process" | "processing" => Ok(Reported::Processing),
        "success" | "completed" => Ok(Reported::Succeeded),
        "fail" => Ok(Reported::Failed(failure(description))),
        _ => Err(unknown_word("order status", status)),
    }
}

/// A failure that is ours to name.
pub fn failure_of(message: &str) -> Failure {
    Failure {
        message: message.to_owned(),
        ..failure(None)
    }
}

fn failure(description: Option<&str>) -> Failure {
    let shortage = is_shortage(&description.unwrap_or_default().to_lowercase());
    let code = if shortage {
        "insufficient_funds"
    } else {
        "provider_refused"
    };
    Failure {
        code: code.to_owned(),
        message: "FinCard accepted the operation and then reported that it failed".to_owned(),
        outcome: Outcome::Rejected,
        provider_code: None,
        provider_message: description.map(redact::provider_message),
    }
}

/// Operation types (F-doc); capitals differ between pages. The other documented ones (`blocked`,
/// `overdraft_statement`) are what the platform does by itself.
pub fn operation_kind(word: &str) -> Option<OperationKind> {
    match word.to_lowercase().as_str() {
        "create" => Some(OperationKind::Issue),
        "deposit" => Some(OperationKind::Deposit),
        "withdraw" => Some(OperationKind::Withdraw),
        "freeze" => Some(OperationKind::Freeze),
        "unfreeze" => Some(OperationKind::Unfreeze),
        "cancel" => Some(OperationKind::Cancel),
        "card_activated" => Some(OperationKind::Activate),
        "update_pin" => Some(OperationKind::SetPin),
        "card_update" => Some(OperationKind::UpdateControls),
        _ => None,
    }
}

pub fn snapshot(card: CardInfo) -> Result<CardSnapshot, ProviderError> {
    let CardInfo {
        card_no,
        card_id,
        card_type_id,
        status,
        card_status,
        blocked,
        balance_info,
        remark,
        no_pin_payment_amount,
        spending_controls,
        risk_controls,
    } = card;
    let word = status
        .or(card_status)
        .ok_or_else(|| malformed("a card without status"))?;
    Ok(CardSnapshot {
        card_ref: card_no
            .or(card_id)
            .ok_or_else(|| malformed("a card without id"))?,
        card_type_ref: card_type_id,
        status: card_status_of(&word, blocked.unwrap_or(false))?,
        provider_status: word,
        status_known: true,
        // `cardNo` is an id, its end is not the number's end.
        last4: None,
        funds: CardFunds {
            balance: balance_info.map(balance).transpose()?,
            ..CardFunds::default()
        },
        controls: controls::of_card(no_pin_payment_amount, spending_controls, risk_controls),
        note: remark,
    })
}

/// Whether a card of this status has been activated: the words between activation and cancellation.
pub fn is_in_use(word: &str) -> bool {
    let words = [
        "normal",
        "active",
        "freezing",
        "freeze",
        "frozen",
        "unfreezing",
    ];
    words.contains(&word.to_lowercase().as_str())
}

/// Card statuses (F-doc table; lower case and `blocked` W-int; `ACTIVE`, `FROZEN` F-ref). On the way
/// to another status the card still is what it was: the operation under way says the rest.
fn card_status_of(word: &str, blocked: bool) -> Result<CardStatus, ProviderError> {
    let status = match word.to_lowercase().as_str() {
        "pending" => CardStatus::Pending,
        "un_activated" => CardStatus::Inactive,
        "normal" | "active" | "freezing" | "canceling" => CardStatus::Active,
        "freeze" | "frozen" | "unfreezing" => CardStatus::Frozen,
        "cancel" => CardStatus::Cancelled,
        "fail" => CardStatus::Failed,
        "blocked" => CardStatus::Blocked,
        _ => return Err(unknown_word("card status", word)),
    };
    // The issuer's block is a flag beside the status (F-doc); it means nothing on a closed card.
    Ok(if blocked && !status.is_terminal() {
        CardStatus::Blocked
    } else {
        status
    })
}

pub fn balance(info: BalanceInfo) -> Result<Money, ProviderError> {
    let BalanceInfo {
        amount,
        currency: code,
    } = info;
    money(Some(amount), code.as_deref())?.ok_or_else(|| malformed("a balance without currency"))
}

/// An amount without a currency (F-ref's replies) is left out rather than given one.
fn money(amount: Option<Decimal>, code: Option<&str>) -> Result<Option<Money>, ProviderError> {
    match (amount, code) {
        (Some(amount), Some(code)) => Ok(Some(Money::new(amount, currency(code)?))),
        (None, _) | (_, None) => Ok(None),
    }
}

fn currency(code: &str) -> Result<Currency, ProviderError> {
    code.parse().map_err(|_| unknown_word("currency", code))
}

pub fn timestamp(epoch: i64) -> Timestamp {
    let seconds = (0..SECONDS_BELOW).contains(&epoch);
    Timestamp::from_millis(if seconds {
        epoch.saturating_mul(1_000)
    } else {
        epoch
    })
}

pub fn malformed(what: &str) -> ProviderError {
    ProviderError::unknown(ErrorKind::Malformed, format!("FinCard sent {what}"))
}

fn unknown_word(what: &str, word: &str) -> ProviderError {
    malformed(&format!("an unknown {what}"))
        .with_provider(None, Some(redact::provider_message(word)))
}
