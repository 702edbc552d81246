//! From an event's body to what it means.

use cardmux_domain::card::CardStatus;
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{ProviderError, ProviderEvent, Reported};
use cardmux_provider_kit::json;

use super::category::{
    CARD_3DS, CARD_3DS_TRANSACTION, CARD_AUTH_TRANSACTION, CARD_FEE_PATCH, CARD_HOLDER,
    CARD_HOLDER_CHANGE_EMAIL, CARD_TRANSACTION, PHYSICAL_CARD,
};
use crate::map;
use crate::wire::challenge::Secure;
use crate::wire::holder::Holder;
use crate::wire::order::Order;

/// What an event says; nothing where it says nothing to us, as work orders and the crypto wallet do.
pub fn of(category: &str, event: &[u8]) -> Result<Vec<ProviderEvent>, ProviderError> {
    match category {
        CARD_TRANSACTION => of_order(json::parse(event)?),
        CARD_AUTH_TRANSACTION => {
            let report = map::transaction::of_authorization(json::parse(event)?)?;
            Ok(vec![ProviderEvent::Transaction(Box::new(report))])
        }
        CARD_FEE_PATCH => {
            let report = map::transaction::of_fee(json::parse(event)?)?;
            Ok(vec![ProviderEvent::Transaction(Box::new(report))])
        }
        CARD_3DS | CARD_3DS_TRANSACTION => {
            let secure: Secure = json::parse(event)?;
            let notice = map::challenge::notice(secure)?.map(|(notice, _)| notice);
            Ok(notice
                .map(|notice| ProviderEvent::Challenge(Box::new(notice)))
                .into_iter()
                .collect())
        }
        CARD_HOLDER | CARD_HOLDER_CHANGE_EMAIL => Ok(of_holder(category, json::parse(event)?)
            .into_iter()
            .collect()),
        PHYSICAL_CARD => of_activation(json::parse(event)?),
        _ => Ok(Vec::new()),
    }
}

/// An order that moves money is an operation's end and a transaction. One that cannot be told as a
/// transaction still ends its operation; the query of the orders is asked for it again.
fn of_order(order: Order) -> Result<Vec<ProviderEvent>, ProviderError> {
    let transaction = map::transaction::of_order(&order)
        .inspect_err(|error| tracing::warn!(%error, "an order's transaction is left out"))
        .ok()
        .flatten()
        .map(|report| ProviderEvent::Transaction(Box::new(report)));
    let word = order.kind.clone().or_else(|| order.operation_type.clone());
    let word = word.unwrap_or_default();
    let change = if order.merchant_order_no.is_some() && !is_platforms(&word) {
        Some(ProviderEvent::Operation(Box::new(map::report(order)?)))
    } else {
        by_platform(&word, order)?
    };
    Ok(change.into_iter().chain(transaction).collect())
}

/// What only the platform does (W-doc), whatever number it carries.
fn is_platforms(word: &str) -> bool {
    ["blocked", "overdraft_statement"]
        .iter()
        .any(|own| word.eq_ignore_ascii_case(own))
}

/// What the platform did by itself carries no number of ours (W-doc): of interest is its effect on
/// the card, and only once it is final.
fn by_platform(word: &str, order: Order) -> Result<Option<ProviderEvent>, ProviderError> {
    let status = match map::operation_kind(word) {
        None if word.eq_ignore_ascii_case("blocked") => CardStatus::Blocked,
        Some(OperationKind::Freeze) => CardStatus::Frozen,
        Some(OperationKind::Unfreeze | OperationKind::Activate) => CardStatus::Active,
        Some(OperationKind::Cancel) => CardStatus::Cancelled,
        None
        | Some(
            OperationKind::Issue
            | OperationKind::Deposit
            | OperationKind::Withdraw
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
        ) => return Ok(None),
    };
    let report = map::report(order)?;
    Ok(match (report.reported, report.subject_ref) {
        (Reported::Succeeded, Some(card_ref)) => Some(ProviderEvent::CardStatus {
            card_ref,
            status,
            provider_status: word.to_owned(),
        }),
        (Reported::Succeeded | Reported::Processing | Reported::Failed(_), _) => None,
    })
}

/// The result of an activation has an order's fields, but neither number nor money (W-doc).
fn of_activation(order: Order) -> Result<Vec<ProviderEvent>, ProviderError> {
    let event = if order.merchant_order_no.is_some() {
        let mut report = map::report(order)?;
        report.kind = Some(OperationKind::Activate);
        Some(ProviderEvent::Operation(Box::new(report)))
    } else {
        by_platform("card_activated", order)?
    };
    Ok(event.into_iter().collect())
}

/// A hint that the holder should be read again. The number of a change of e-mail address is that
/// change's, not the enrolment's.
fn of_holder(category: &str, holder: Holder) -> Option<ProviderEvent> {
    let enrolment_ref = holder.holder_id.or(holder.cardholder_id);
    let reference = holder
        .merchant_order_no
        .filter(|_| category == CARD_HOLDER)
        .map(Reference::from_text);
    (enrolment_ref.is_some() || reference.is_some()).then_some(ProviderEvent::Enrolment {
        enrolment_ref,
        reference,
    })
}

#[cfg(test)]
mod tests;
