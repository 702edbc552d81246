//! From Finup's words to the domain's. Pure, and never a guess.

pub mod account;
pub mod card_type;
#[cfg(test)]
mod tests;
pub mod transaction;

use cardmux_domain::card::{CardFunds, CardStatus};
use cardmux_domain::money::{Currency, Decimal, Money};
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{CardSnapshot, ErrorKind, OperationReport, ProviderError, Reported};
use cardmux_domain::time::Timestamp;
use cardmux_provider_kit::redact;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::wire::card::Card;

/// Finup's statuses: the filter's enum, and what samples use beside it (D, dossier section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    Enabled,
    Freezing,
    Freezed,
    Unfreezing,
    Closing,
    Closed,
    Processing,
    Blocked,
    /// Nobody documented it.
    Unknown,
}

impl Word {
    /// `Unreezing` is the enum's own spelling.
    pub fn of(status: &str) -> Self {
        match status {
            "Enabled" | "Active" => Self::Enabled,
            "Freezing" => Self::Freezing,
            "Freezed" => Self::Freezed,
            "Unreezing" | "Unfreezing" => Self::Unfreezing,
            "Closing" => Self::Closing,
            "Closed" | "Canceled" => Self::Closed,
            "Processing" | "Pending" => Self::Processing,
            "Blocked" => Self::Blocked,
            _ => Self::Unknown,
        }
    }

    /// On the way to another status the card still is what it was: the operation under way says the
    /// rest. Whence a closing card comes is not told; most are closed while they are in use.
    fn card_status(self) -> Option<CardStatus> {
        match self {
            Self::Enabled | Self::Freezing | Self::Closing => Some(CardStatus::Active),
            Self::Freezed | Self::Unfreezing => Some(CardStatus::Frozen),
            Self::Closed => Some(CardStatus::Cancelled),
            Self::Processing => Some(CardStatus::Pending),
            Self::Blocked => Some(CardStatus::Blocked),
            Self::Unknown => None,
        }
    }
}

/// Where a card is on the way a change leads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    There,
    OnTheWay,
    Elsewhere,
    /// Its status is a word nobody documented.
    Unclear,
}

/// Of the three changes of a status; any other kind leads nowhere.
pub fn standing(kind: OperationKind, status: &str) -> Standing {
    let word = Word::of(status);
    let (there, on_the_way) = match kind {
        OperationKind::Freeze => (Word::Freezed, Word::Freezing),
        OperationKind::Unfreeze => (Word::Enabled, Word::Unfreezing),
        OperationKind::Cancel => (Word::Closed, Word::Closing),
        OperationKind::Issue
        | OperationKind::Deposit
        | OperationKind::Withdraw
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
        | OperationKind::CancelDispute => return Standing::Unclear,
    };
    if word == there {
        Standing::There
    } else if word == on_the_way {
        Standing::OnTheWay
    } else if word == Word::Unknown {
        Standing::Unclear
    } else {
        Standing::Elsewhere
    }
}

/// Issuing is over when the card has left `Processing`, whatever it became: there is a card. Of a
/// word nobody documented that is not known, and it stays under way with that word beside it.
pub fn issued(card: &Card, reference: &Reference) -> Result<OperationReport, ProviderError> {
    let status = status(card)?;
    let reported = match Word::of(status) {
        Word::Processing | Word::Unknown => Reported::Processing,
        Word::Enabled
        | Word::Freezing
        | Word::Freezed
        | Word::Unfreezing
        | Word::Closing
        | Word::Closed
        | Word::Blocked => Reported::Succeeded,
    };
    let mut report = report(OperationKind::Issue, reference, id(card)?, reported, status);
    report.occurred_at = card.created_at.as_deref().and_then(timestamp);
    Ok(report)
}

pub fn report(
    kind: OperationKind,
    reference: &Reference,
    card_ref: &str,
    reported: Reported,
    provider_status: &str,
) -> OperationReport {
    OperationReport {
        reference: Some(reference.clone()),
        kind: Some(kind),
        reported,
        provider_status: provider_status.to_owned(),
        provider_ref: None,
        subject_ref: Some(card_ref.to_owned()),
        amount: None,
        fee: None,
        received: None,
        occurred_at: None,
        enrolment: None,
    }
}

pub fn snapshot(card: &Card, totals: bool) -> Result<CardSnapshot, ProviderError> {
    let word = status(card)?;
    let card_status = Word::of(word).card_status();
    Ok(CardSnapshot {
        card_ref: id(card)?.to_owned(),
        card_type_ref: card.bin_id.clone(),
        status: card_status.ok_or_else(|| unknown_word("card status", word))?,
        provider_status: word.to_owned(),
        status_known: true,
        last4: last4(card),
        funds: funds(card, totals)?,
        controls: None,
        note: None,
    })
}

/// The totals only where they are trusted to be totals.
pub fn funds(card: &Card, totals: bool) -> Result<CardFunds, ProviderError> {
    let code = card.currency.as_deref();
    let code = code.or(card.currency_short_name.as_deref());
    let money = |amount| money(amount, code);
    Ok(CardFunds {
        balance: money(card.balance)?,
        deposited: money(card.deposit.filter(|_| totals))?,
        withdrawn: money(card.withdraw.filter(|_| totals))?,
    })
}

pub fn id(card: &Card) -> Result<&str, ProviderError> {
    let id = card.id.as_deref();
    id.ok_or_else(|| malformed("a card without id"))
}

pub fn status(card: &Card) -> Result<&str, ProviderError> {
    let status = card.status.as_deref();
    status.ok_or_else(|| malformed("a card without status"))
}

/// The last group of the mask, where it is digits; issue and list hide it (D).
fn last4(card: &Card) -> Option<String> {
    let group = card.masked_pan.as_deref()?.split_whitespace().next_back()?;
    let shown = group.len() == 4 && group.bytes().all(|byte| byte.is_ascii_digit());
    shown.then(|| group.to_owned())
}

/// An amount without a currency is left out rather than given one.
fn money(amount: Option<Decimal>, code: Option<&str>) -> Result<Option<Money>, ProviderError> {
    match (amount, code) {
        (Some(amount), Some(code)) => Ok(Some(Money::new(amount, currency(code)?))),
        (None, _) | (_, None) => Ok(None),
    }
}

fn currency(code: &str) -> Result<Currency, ProviderError> {
    code.parse().map_err(|_| unknown_word("currency", code))
}

/// ISO 8601 in UTC with milliseconds (D).
pub fn timestamp(text: &str) -> Option<Timestamp> {
    let nanos = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    let millis = nanos.unix_timestamp_nanos().div_euclid(1_000_000);
    i64::try_from(millis).ok().map(Timestamp::from_millis)
}

pub fn malformed(what: &str) -> ProviderError {
    ProviderError::unknown(ErrorKind::Malformed, format!("Finup sent {what}"))
}

pub fn unknown_word(what: &str, word: &str) -> ProviderError {
    malformed(&format!("an unknown {what}"))
        .with_provider(None, Some(redact::provider_message(word)))
}
