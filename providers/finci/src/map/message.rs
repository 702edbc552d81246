//! What a webhook tells (dossier section 9, quirks 13 to 18). Nothing of it can be read again, so it
//! is told whole.

use cardmux_domain::authorization::{AuthorizationNotice, AuthorizationRequest, AuthorizationStep};
use cardmux_domain::money::{Decimal, Money, parse_amount};
use cardmux_domain::provider::ProviderError;
use cardmux_domain::time::Timestamp;
use cardmux_domain::transaction::Merchant;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::malformed;
use crate::settings::{AmountUnit, MessageKind, Rules};
use crate::wire::message::{self, Message};

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// Somebody waits for our decision.
    Request,
    /// What the network was told.
    Advice,
    Reversal,
    Presentment,
    Return,
}

impl Fact {
    /// Our name of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Request => "authorization_request",
            Self::Advice => "authorization_advice",
            Self::Reversal => "authorization_reversal",
            Self::Presentment => "presentment",
            Self::Return => "return",
        }
    }
}

/// `None` for a type that nobody told us the meaning of: never a guess.
pub fn fact(message: &Message, rules: &Rules) -> Option<Fact> {
    let kind = match &message.kind {
        Some(word) => rules.words.kind(word)?,
        None if message.transaction_id.is_some() => MessageKind::Presentment,
        None if message.id.is_some() => MessageKind::Authorization,
        None => return None,
    };
    Some(match kind {
        MessageKind::Authorization if is_advice(message) => Fact::Advice,
        MessageKind::Authorization => Fact::Request,
        MessageKind::Reversal => Fact::Reversal,
        MessageKind::Presentment => Fact::Presentment,
        MessageKind::Return => Fact::Return,
    })
}

/// By the flag (older text) or the code (newer text).
fn is_advice(message: &Message) -> bool {
    message.advice == Some(true) || message.response_code.is_some()
}

/// Equal for repetitions of a message. The phase of a request and its advice differs, though all
/// the rest of them is the same (D).
pub fn identity(message: &Message, fact: Fact) -> Option<String> {
    let own = notice_ref(message, fact)?;
    let second = fact == Fact::Reversal && is_advice(message);
    Some(match second {
        true => format!("{own}:advice"),
        false => own,
    })
}

/// Equal for all messages about one and the same fact. Both phases of a reversal are one; where it
/// has the authorization's id, several parts differ by their time and amount.
fn notice_ref(message: &Message, fact: Fact) -> Option<String> {
    let word = fact.word();
    let id = match fact {
        Fact::Request | Fact::Advice | Fact::Reversal => message.id.as_ref()?,
        Fact::Presentment | Fact::Return => message.transaction_id.as_ref()?,
    };
    if fact == Fact::Reversal && message.original_id.is_none() {
        let at = message.created_at.as_deref().unwrap_or_default();
        let amount = message.amount.as_deref().unwrap_or_default();
        return Some(format!("{word}:{id}:{at}:{amount}"));
    }
    Some(format!("{word}:{id}"))
}

pub fn request(message: &Message, rules: &Rules) -> Result<AuthorizationRequest, ProviderError> {
    let id = message.id.clone();
    let amount = amount(message, rules.amount_unit)?;
    Ok(AuthorizationRequest {
        authorization_ref: id.ok_or_else(|| malformed("an authorization without id"))?,
        card_ref: card_ref(message)?,
        amount: amount.ok_or_else(|| malformed("an authorization without amount"))?,
        merchant_amount: merchant_amount(message, rules.amount_unit)?,
        merchant: merchant(message.merchant.clone()),
        occurred_at: occurred_at(message),
    })
}

/// What the message says of an authorization; nothing where it only asks, or where a reversal was
/// refused.
pub fn notice(
    message: &Message,
    fact: Fact,
    rules: &Rules,
) -> Result<Option<AuthorizationNotice>, ProviderError> {
    let code = message.response_code.as_deref();
    let approved = code.is_some_and(|code| rules.approved_codes.iter().any(|word| word == code));
    let step = match fact {
        Fact::Request => return Ok(None),
        Fact::Reversal if code.is_some() && !approved => return Ok(None),
        Fact::Advice if approved => AuthorizationStep::Approved,
        Fact::Advice => AuthorizationStep::Declined,
        Fact::Reversal => AuthorizationStep::Reversed,
        Fact::Presentment => AuthorizationStep::Posted,
        Fact::Return => AuthorizationStep::Returned,
    };
    let authorization_ref = match fact {
        Fact::Request | Fact::Advice => message.id.clone(),
        Fact::Reversal => message.original_id.clone().or_else(|| message.id.clone()),
        Fact::Presentment | Fact::Return => message.authorization_id.clone(),
    };
    let amount = amount(message, rules.amount_unit)?;
    let needed = match step {
        AuthorizationStep::Approved | AuthorizationStep::Posted | AuthorizationStep::Returned => {
            true
        }
        AuthorizationStep::Declined | AuthorizationStep::Reversed => false,
    };
    if needed && amount.is_none() {
        return Err(malformed("a message about money without amount"));
    }
    let notice_ref = notice_ref(message, fact);
    let occurred_at = occurred_at(message);
    let word = code.or(message.kind.as_deref());
    Ok(Some(AuthorizationNotice {
        authorization_ref,
        notice_ref: notice_ref.ok_or_else(|| malformed("a message without id"))?,
        card_ref: card_ref(message)?,
        step,
        amount,
        merchant_amount: merchant_amount(message, rules.amount_unit)?,
        fee: money(
            message.fee.as_deref(),
            message.currency.as_deref(),
            rules.amount_unit,
        )?,
        merchant: merchant(message.merchant.clone()),
        provider_status: word.unwrap_or(fact.word()).to_owned(),
        occurred_at: occurred_at.ok_or_else(|| malformed("a message without time"))?,
    }))
}

fn card_ref(message: &Message) -> Result<String, ProviderError> {
    let token_id = message.token_id.clone();
    token_id.ok_or_else(|| malformed("a message without card"))
}

fn amount(message: &Message, unit: AmountUnit) -> Result<Option<Money>, ProviderError> {
    money(message.amount.as_deref(), message.currency.as_deref(), unit)
}

fn merchant_amount(message: &Message, unit: AmountUnit) -> Result<Option<Money>, ProviderError> {
    let (amount, currency) = (&message.transaction_amount, &message.transaction_currency);
    match currency {
        Some(currency) => money(amount.as_deref(), Some(currency), unit),
        None => Ok(None),
    }
}

/// Never negative: which way the money goes, the type says. A sign of an unknown meaning must not
/// turn it round.
fn money(
    amount: Option<&str>,
    currency: Option<&str>,
    unit: AmountUnit,
) -> Result<Option<Money>, ProviderError> {
    let Some(amount) = amount else {
        return Ok(None);
    };
    let currency = currency.and_then(|code| code.to_uppercase().parse().ok());
    let money = |currency: cardmux_domain::money::Currency| {
        let number = parse_amount(amount).ok()?;
        let number = match unit {
            AmountUnit::Major => number,
            AmountUnit::Minor if !number.fract().is_zero() => return None,
            AmountUnit::Minor => number.checked_mul(Decimal::new(1, currency.minor_digits()))?,
        };
        let negative = number.is_sign_negative() && !number.is_zero();
        (!negative).then(|| Money::new(number.normalize(), currency))
    };
    let money = currency.and_then(money);
    money
        .map(Some)
        .ok_or_else(|| malformed("an amount that cannot be read"))
}

fn merchant(merchant: Option<message::Merchant>) -> Merchant {
    let message::Merchant {
        id,
        name,
        mcc,
        country,
        city,
    } = merchant.unwrap_or_default();
    Merchant {
        name,
        merchant_id: id,
        mcc,
        country,
        city,
        ..Merchant::default()
    }
}

/// The provider's time, or that of the receipt where it tells none.
fn occurred_at(message: &Message) -> Option<Timestamp> {
    told_at(message).or_else(|| message.received_at_ms.map(Timestamp::from_millis))
}

pub fn told_at(message: &Message) -> Option<Timestamp> {
    let text = message.posted_at.as_ref().or(message.created_at.as_ref())?;
    let at = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    let millis = at.unix_timestamp_nanos().div_euclid(1_000_000);
    i64::try_from(millis).ok().map(Timestamp::from_millis)
}
