//! Webhooks about cards, enrolments and challenges.

use cardmux_domain::card::CardStatus;
use cardmux_domain::challenge::{ChallengeKind, ChallengeNotice};
use cardmux_domain::provider::{ProviderError, ProviderEvent};
use cardmux_domain::time::Timestamp;
use cardmux_provider_kit::json;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::{CARD, CHALLENGE, ENROLMENT, Sum, card_word, malformed};

#[derive(Serialize, Deserialize)]
struct CardBody {
    id: String,
    category: String,
    card: String,
    status: String,
}

/// `revision` tells apart what a card came to at different times.
pub(crate) fn card_body(card_ref: &str, status: CardStatus, revision: usize) -> Vec<u8> {
    super::json(&CardBody {
        id: format!("{card_ref}:{revision}"),
        category: CARD.to_owned(),
        card: card_ref.to_owned(),
        status: card_word(status).to_owned(),
    })
}

pub(crate) fn read_card(body: &[u8]) -> Result<ProviderEvent, ProviderError> {
    let CardBody {
        id: _,
        category: _,
        card,
        status: word,
    } = json::parse(body)?;
    let mut statuses = CardStatus::VARIANTS.iter().copied();
    let status = statuses.find(|status| card_word(*status) == word);
    Ok(ProviderEvent::CardStatus {
        card_ref: card,
        status: status.ok_or_else(|| malformed("status"))?,
        provider_status: word,
    })
}

#[derive(Serialize, Deserialize)]
struct EnrolmentBody {
    id: String,
    category: String,
    enrolment: String,
    status: String,
}

/// `revision` tells apart two reviews that came to the same.
pub(crate) fn enrolment_body(enrolment_ref: &str, word: &str, revision: usize) -> Vec<u8> {
    super::json(&EnrolmentBody {
        id: format!("{enrolment_ref}:{revision}"),
        category: ENROLMENT.to_owned(),
        enrolment: enrolment_ref.to_owned(),
        status: word.to_owned(),
    })
}

pub(crate) fn read_enrolment(body: &[u8]) -> Result<ProviderEvent, ProviderError> {
    let EnrolmentBody {
        id: _,
        category: _,
        enrolment,
        status: _,
    } = json::parse(body)?;
    Ok(ProviderEvent::Enrolment {
        enrolment_ref: Some(enrolment),
        reference: None,
    })
}

#[derive(Serialize, Deserialize)]
struct ChallengeBody {
    id: String,
    category: String,
    card: String,
    kind: String,
    amount: Option<Sum>,
    merchant: Option<String>,
    at_ms: i64,
    expires_at_ms: Option<i64>,
    /// Absent from what is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

pub(crate) fn challenge_body(notice: &ChallengeNotice, value: &str) -> Vec<u8> {
    let ChallengeNotice {
        challenge_ref,
        card_ref,
        kind,
        amount,
        merchant_name,
        created_at,
        expires_at,
    } = notice.clone();
    super::json(&ChallengeBody {
        id: challenge_ref,
        category: CHALLENGE.to_owned(),
        card: card_ref,
        kind: kind.to_string(),
        amount: Sum::of(amount),
        merchant: merchant_name,
        at_ms: created_at.as_millis(),
        expires_at_ms: expires_at.map(Timestamp::as_millis),
        value: Some(value.to_owned()),
    })
}

/// The body of a challenge as it may be stored.
pub(crate) fn without_value(body: &[u8]) -> Result<Vec<u8>, ProviderError> {
    let body: ChallengeBody = json::parse(body)?;
    Ok(super::json(&ChallengeBody {
        value: None,
        ..body
    }))
}

pub(crate) fn read_challenge(body: &[u8]) -> Result<ProviderEvent, ProviderError> {
    let ChallengeBody {
        id,
        category: _,
        card,
        kind,
        amount,
        merchant,
        at_ms,
        expires_at_ms,
        value: _,
    } = json::parse(body)?;
    Ok(ProviderEvent::Challenge(Box::new(ChallengeNotice {
        challenge_ref: id,
        card_ref: card,
        kind: kind
            .parse::<ChallengeKind>()
            .map_err(|_| malformed("kind"))?,
        amount: Sum::read(amount)?,
        merchant_name: merchant,
        created_at: Timestamp::from_millis(at_ms),
        expires_at: expires_at_ms.map(Timestamp::from_millis),
    })))
}
