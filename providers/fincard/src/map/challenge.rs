//! Challenges: what a card's holder is asked for, and (apart) what it says.

use cardmux_domain::challenge::{ChallengeKind, ChallengeNotice};
use cardmux_domain::money::Money;
use cardmux_domain::provider::ProviderError;
use zeroize::Zeroizing;

use super::{malformed, money, timestamp};
use crate::wire::challenge::Secure;

/// The challenge without what it says, and the still closed value; `None` for a kind nobody
/// documented.
#[expect(
    clippy::type_complexity,
    reason = "used twice, a name would explain nothing"
)]
pub fn notice(
    secure: Secure,
) -> Result<Option<(ChallengeNotice, Option<Zeroizing<String>>)>, ProviderError> {
    let Secure {
        card_no,
        card_id,
        trade_no,
        currency,
        amount,
        merchant_name,
        values,
        kind,
        transaction_time,
        expiration_time,
    } = secure;
    let Some(kind) = kind.as_deref().and_then(kind_of) else {
        return Ok(None);
    };
    let created_at = transaction_time.ok_or_else(|| malformed("a challenge without time"))?;
    let notice = ChallengeNotice {
        challenge_ref: trade_no.ok_or_else(|| malformed("a challenge without id"))?,
        card_ref: card_no
            .or(card_id)
            .ok_or_else(|| malformed("a challenge without card"))?,
        kind,
        // An activation has "0" (F-doc).
        amount: money(amount, currency.as_deref())?.filter(Money::is_positive),
        merchant_name,
        created_at: timestamp(created_at),
        // Only links have one (F-doc); a zero is none.
        expires_at: expiration_time.filter(|time| *time > 0).map(timestamp),
    };
    Ok(Some((notice, values)))
}

fn kind_of(word: &str) -> Option<ChallengeKind> {
    match word.to_lowercase().as_str() {
        "third_3ds_otp" => Some(ChallengeKind::Otp),
        "auth_url" => Some(ChallengeKind::ApprovalUrl),
        "activation_code" => Some(ChallengeKind::ActivationCode),
        _ => None,
    }
}

/// The provider's word for a kind.
pub fn word_of(kind: ChallengeKind) -> &'static str {
    match kind {
        ChallengeKind::Otp => "third_3ds_otp",
        ChallengeKind::ApprovalUrl => "auth_url",
        ChallengeKind::ActivationCode => "activation_code",
    }
}
