//! Transactions of cards and budgets.

use cardmux_domain::money::{Currency, Decimal, Money};
use cardmux_domain::provider::{ProviderError, TransactionReport};
use cardmux_domain::time::Timestamp;
use cardmux_domain::transaction::{ChargedTo, Merchant, TransactionKind, TransactionStatus};
use cardmux_provider_kit::redact;
use time::OffsetDateTime;
use time::format_description::well_known::Iso8601;

use super::{currency, malformed};
use crate::settings::{Rules, TransactionRef};
use crate::wire::path::Family;
use crate::wire::transaction::Transaction;

/// Where a transaction was listed.
#[derive(Debug, Clone)]
pub struct Source {
    /// Our ref of the card; of a budget's transactions each names its own.
    pub card_ref: Option<String>,
    /// Of the card; of a budget its own.
    pub currency: Option<Currency>,
}

/// A status or kind nobody documented is "pending" or "other", with bfinance's word beside it; the
/// settings can teach words. Amounts are taken without sign, because no page says what it means.
pub fn report(
    transaction: Transaction,
    source: &Source,
    rules: &Rules,
) -> Result<TransactionReport, ProviderError> {
    let Transaction {
        id,
        transaction_id,
        authorization_id,
        card,
        amount,
        currency: code,
        usd_amount,
        fee,
        merchant,
        mcc,
        status: word,
        kind: kind_word,
        date,
        transaction_date,
        decline_reason,
    } = transaction;
    let provider_ref = match rules.transaction_ref {
        TransactionRef::Id => id,
        TransactionRef::TransactionId => transaction_id,
    };
    let date = date.or(transaction_date);
    let date = date.ok_or_else(|| malformed("a transaction without date"))?;
    let word = word.unwrap_or_default();
    let kind_word = kind_word.unwrap_or_default();
    let code = code.as_deref().map(currency).transpose()?;
    let amount = money(amount, code);
    let listed_card = card.and_then(|card| card.id);
    let listed_card = listed_card.map(|id| Family::Budget.card_ref(&id));
    let status = match decline_reason {
        Some(_) => TransactionStatus::Declined,
        None => rules
            .words
            .status(&word)
            .unwrap_or(TransactionStatus::Pending),
    };
    Ok(TransactionReport {
        provider_ref: provider_ref.ok_or_else(|| malformed("a transaction without id"))?,
        reference: None,
        authorization_ref: authorization_id,
        card_ref: source.card_ref.clone().or(listed_card),
        original_ref: None,
        kind: rules
            .words
            .kind(&kind_word)
            .unwrap_or(TransactionKind::Other),
        provider_kind: kind_word,
        status,
        provider_status: word,
        billing_amount: billing(amount, usd_amount, source.currency),
        settled_amount: None,
        amount,
        // Its currency is not stated; inferred to be the transaction's.
        fee: money(fee, code),
        cross_border_fee: None,
        settled_on: None,
        charged_to: ChargedTo::Card,
        authorization_code: None,
        merchant: merchant_of(merchant, mcc),
        description: decline_reason.as_deref().map(redact::provider_message),
        occurred_at: timestamp(&date)?,
    })
}

fn merchant_of(name: Option<String>, mcc: Option<String>) -> Option<Merchant> {
    (name.is_some() || mcc.is_some()).then(|| Merchant {
        name,
        mcc,
        ..Merchant::default()
    })
}

fn money(amount: Option<Decimal>, currency: Option<Currency>) -> Option<Money> {
    Some(Money::new(amount?.abs(), currency?))
}

/// In the card's currency: the USD amount of a USD card, or the amount where it is in that currency
/// anyway. Elsewhere nothing tells it.
fn billing(amount: Option<Money>, usd: Option<Decimal>, own: Option<Currency>) -> Option<Money> {
    let own = own?;
    match usd {
        Some(usd) if own.as_str() == "USD" => Some(Money::new(usd.abs(), own)),
        Some(_) | None => amount.filter(|money| money.currency == own),
    }
}

/// ISO 8601 (D), with an offset or `Z`.
pub fn timestamp(text: &str) -> Result<Timestamp, ProviderError> {
    let at = OffsetDateTime::parse(text, &Iso8601::DEFAULT)
        .map_err(|_| malformed("a date that is not as documented"))?;
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000)
        .map(Timestamp::from_millis)
        .map_err(|_| malformed("a date that cannot be"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;
    use cardmux_provider_kit::json;

    fn rules(more: &str) -> Rules {
        let text = format!(r#"{{"base_url":"https://h","token":"t"{more}}}"#);
        Settings::read(serde_json::from_str(&text).unwrap())
            .unwrap()
            .rules
    }

    fn usd_card() -> Source {
        Source {
            card_ref: Some("c1".to_owned()),
            currency: Some("USD".parse().unwrap()),
        }
    }

    fn read(text: &str, source: &Source, rules: &Rules) -> TransactionReport {
        report(json::parse(text.as_bytes()).unwrap(), source, rules).unwrap()
    }

    #[test]
    fn purchase_of_a_card_is_told_in_both_currencies() {
        let text = r#"{"id":"x1","amount":-9.99,"currency":"eur","usdAmount":11.05,
            "merchant":"SHOP","status":"Completed","type":"purchase",
            "date":"2026-07-01T10:00:00.120Z","transactionId":"p1","declineReason":null}"#;
        let told = read(text, &usd_card(), &rules(""));
        assert_eq!(told.provider_ref, "x1");
        assert_eq!(
            (told.status, told.kind),
            (TransactionStatus::Settled, TransactionKind::Purchase)
        );
        assert_eq!(told.amount.unwrap().to_string(), "9.99 EUR");
        assert_eq!(told.billing_amount.unwrap().to_string(), "11.05 USD");
        assert_eq!(told.occurred_at.to_string(), "2026-07-01T10:00:00.120Z");
        let other = rules(r#","transaction_ref":"transactionId""#);
        assert_eq!(read(text, &usd_card(), &other).provider_ref, "p1");
    }

    #[test]
    fn transaction_of_a_budget_names_its_card() {
        let text = r#"{"id":"x2","card":{"id":"c9","maskedCardNumber":"**** 0010"},"amount":5,
            "currency":"USD","usdAmount":5,"merchant":null,"mcc":5999,"fee":0.5,
            "status":"strange","type":"odd","transactionDate":"2026-07-01T10:00:00+02:00"}"#;
        let source = Source {
            card_ref: None,
            currency: None,
        };
        let told = read(text, &source, &rules(""));
        assert_eq!(told.card_ref.as_deref(), Some("budget:c9"));
        assert_eq!(
            (told.status, told.kind),
            (TransactionStatus::Pending, TransactionKind::Other)
        );
        assert_eq!(
            (told.provider_status.as_str(), told.provider_kind.as_str()),
            ("strange", "odd")
        );
        assert_eq!(told.merchant.unwrap().mcc.as_deref(), Some("5999"));
        assert_eq!(told.occurred_at.to_string(), "2026-07-01T08:00:00.000Z");
    }

    #[test]
    fn reason_of_a_decline_makes_it_one() {
        let text = r#"{"id":"x3","amount":5,"currency":"USD","status":"completed",
            "type":"purchase","date":"2026-07-01T10:00:00Z","declineReason":"low balance"}"#;
        let told = read(text, &usd_card(), &rules(""));
        assert_eq!(told.status, TransactionStatus::Declined);
        assert_eq!(told.description.as_deref(), Some("low balance"));
        assert!(timestamp("yesterday").is_err());
    }
}
