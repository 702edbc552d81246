//! Cards and their balance.

use cardmux_domain::card::{CardFunds, CardStatus};
use cardmux_domain::controls::Controls;
use cardmux_domain::money::Money;
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{CardSnapshot, OperationReport, ProviderError, Reported};

use super::{currency, done, malformed, unknown_word};
use crate::wire::card::{Balance, Card};
use crate::wire::path::Family;

/// Card statuses (D); `pending` was only seen as a filter of the list (S2).
pub fn status(word: &str) -> Result<CardStatus, ProviderError> {
    match word.to_lowercase().as_str() {
        "active" => Ok(CardStatus::Active),
        "frozen" => Ok(CardStatus::Frozen),
        "deleted" => Ok(CardStatus::Cancelled),
        "blocked" => Ok(CardStatus::Blocked),
        "expired" => Ok(CardStatus::Expired),
        "pending" => Ok(CardStatus::Pending),
        _ => Err(unknown_word("card status", word)),
    }
}

pub fn snapshot(
    card: Card,
    family: Family,
    controls: Option<Controls>,
) -> Result<CardSnapshot, ProviderError> {
    let funds = funds(&card, family)?;
    let Card {
        id,
        masked_card_number,
        currency: _,
        status: word,
        external_card_id: _,
        card_balance: _,
        balance: _,
    } = card;
    let id = id.ok_or_else(|| malformed("a card without id"))?;
    let word = word.ok_or_else(|| malformed("a card without status"))?;
    Ok(CardSnapshot {
        card_ref: family.card_ref(&id),
        // Details do not name the type, and what `cardType` of the list holds is not documented.
        card_type_ref: None,
        status: status(&word)?,
        provider_status: word,
        status_known: true,
        last4: masked_card_number.as_deref().and_then(last4),
        funds,
        controls,
        note: None,
    })
}

/// Budget cards hold no money (D). Details tell `balance`, lists `cardBalance`.
pub fn funds(card: &Card, family: Family) -> Result<CardFunds, ProviderError> {
    if family == Family::Budget {
        return Ok(CardFunds::default());
    }
    let (amount, own) = match &card.balance {
        Some(Balance { value, currency }) => (*value, currency.as_deref()),
        None => (card.card_balance, None),
    };
    let code = own.or(card.currency.as_deref());
    let balance = match (amount, code) {
        (Some(amount), Some(code)) => Some(Money::new(amount, currency(code)?)),
        (None, _) | (_, None) => None,
    };
    Ok(CardFunds {
        balance,
        deposited: None,
        withdrawn: None,
    })
}

pub fn balance(card: &Card, family: Family) -> Result<Money, ProviderError> {
    funds(card, family)?
        .balance
        .ok_or_else(|| malformed("a card without balance"))
}

/// A card that was issued. The answer about a plain card has no status: it is there, and whether it
/// was blocked at once its details tell.
pub fn issued(
    card: &Card,
    family: Family,
    reference: &Reference,
) -> Result<OperationReport, ProviderError> {
    let id = card.id.as_deref();
    let id = id.ok_or_else(|| malformed("a card without id"))?;
    let mut report = done(OperationKind::Issue, reference, &family.card_ref(id));
    if let Some(word) = &card.status {
        if status(word)? == CardStatus::Pending {
            report.reported = Reported::Processing;
        }
        report.provider_status = word.clone();
    }
    Ok(report)
}

/// The end of a masked number: four digits after something that is none. Anything else could be
/// more of the number than may be kept.
fn last4(masked: &str) -> Option<String> {
    let plain: Vec<char> = masked.chars().filter(|c| !c.is_whitespace()).collect();
    let digits = plain.iter().filter(|c| c.is_ascii_digit()).count();
    let end: String = plain.iter().rev().take(4).rev().collect();
    let last = end.len() == 4 && end.bytes().all(|b| b.is_ascii_digit());
    // Some masks show the BIN too: six or eight digits, and the last four.
    (last && digits <= 12 && digits < plain.len()).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_of_a_masked_number_is_kept() {
        assert_eq!(last4("**** **** **** 0002").as_deref(), Some("0002"));
        assert_eq!(last4("400000******0002").as_deref(), Some("0002"));
        for bad in [
            "4000000000000002",
            "4000 0000 0000 0002",
            "0002",
            "***2",
            "",
            "****",
        ] {
            assert_eq!(last4(bad), None, "{bad}");
        }
    }

    #[test]
    fn statuses_are_the_documented_ones() {
        assert_eq!(status("Deleted").unwrap(), CardStatus::Cancelled);
        assert!(status("melted").is_err());
    }
}
