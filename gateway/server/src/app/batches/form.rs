//! The text of `card_batch_items.request`: what to issue, without secrets. Fields are only ever
//! added: items of every version stay readable.

use std::collections::BTreeMap;

use cardmux_domain::id::BatchItemId;
use cardmux_domain::money::{Money, parse_amount};
use cardmux_domain::provider::PersonName;
use cardmux_domain::secret::ExposeSecret;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::app::AppError;
use crate::app::cards::{IssueRequest, Target};
use crate::security::Vault;
use crate::store::routing::WishJson;

#[derive(Serialize, Deserialize)]
struct Written {
    /// Absent where routing finds the type.
    type_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    want: Option<WishJson>,
    customer_id: Option<String>,
    budget_id: Option<String>,
    amount: Option<String>,
    currency: Option<String>,
    label: Option<String>,
    external_id: Option<String>,
    metadata: BTreeMap<String, String>,
}

pub(super) fn write(wanted: &IssueRequest) -> String {
    let IssueRequest {
        target,
        customer_id,
        budget_id,
        // A secret does not wait in a queue: the intake refuses it.
        card_number: _,
        // Personal data: kept apart, encrypted.
        cardholder: _,
        initial_balance,
        label,
        external_id,
        metadata,
        enrol: _,
    } = wanted.clone();
    let (type_id, want) = match target {
        Target::Type(id) => (Some(id.to_string()), None),
        Target::Wish(wish) => (None, Some(WishJson::of(&wish))),
    };
    let written = Written {
        type_id,
        want,
        customer_id: customer_id.map(|id| id.to_string()),
        budget_id: budget_id.map(|id| id.to_string()),
        amount: initial_balance.map(|m| m.amount_text()),
        currency: initial_balance.map(|m| m.currency.to_string()),
        label,
        external_id,
        metadata,
    };
    serde_json::to_string(&written).unwrap_or_default()
}

pub(super) fn read(text: &str) -> Result<IssueRequest, AppError> {
    parse(text).ok_or(AppError::Internal("an item of a batch cannot be read"))
}

fn parse(text: &str) -> Option<IssueRequest> {
    let Written {
        type_id,
        want,
        customer_id,
        budget_id,
        amount,
        currency,
        label,
        external_id,
        metadata,
    } = serde_json::from_str(text).ok()?;
    let initial_balance = match (amount, currency) {
        (Some(amount), Some(currency)) => {
            let amount = parse_amount(&amount).ok()?;
            Some(Money::new(amount, currency.parse().ok()?))
        }
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => return None,
    };
    Some(IssueRequest {
        target: match (type_id, want) {
            (Some(id), None) => Target::Type(id.parse().ok()?),
            (None, Some(want)) => Target::Wish(want.read()?),
            (Some(_), Some(_)) | (None, None) => return None,
        },
        customer_id: customer_id.map(|id| id.parse()).transpose().ok()?,
        budget_id: budget_id.map(|id| id.parse()).transpose().ok()?,
        card_number: None,
        cardholder: None,
        initial_balance,
        label,
        external_id,
        metadata,
        enrol: false,
    })
}

/// The name on the card, encrypted for this item and no other.
pub(super) fn seal(
    vault: &Vault,
    item: BatchItemId,
    name: &PersonName,
) -> Result<Vec<u8>, AppError> {
    let PersonName {
        first_name,
        last_name,
    } = name;
    let names = [first_name.expose_secret(), last_name.expose_secret()];
    let plain = serde_json::to_vec(&names).map(Zeroizing::new);
    let sealed = plain
        .ok()
        .and_then(|plain| vault.seal(item.to_string().as_bytes(), &plain).ok());
    sealed.ok_or(AppError::Internal("a cardholder cannot be encrypted"))
}

pub(super) fn open(
    vault: &Vault,
    item: BatchItemId,
    sealed: &[u8],
) -> Result<PersonName, AppError> {
    let plain = vault.open(item.to_string().as_bytes(), sealed).ok();
    let names =
        plain.and_then(|plain| serde_json::from_slice::<[Zeroizing<String>; 2]>(&plain).ok());
    let [first, last] = names.ok_or(AppError::Internal("a cardholder cannot be decrypted"))?;
    Ok(PersonName {
        first_name: first.as_str().into(),
        last_name: last.as_str().into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use cardmux_domain::id::fresh;
    use cardmux_domain::secret::SecretString;

    #[test]
    fn request_comes_back_as_it_was_without_the_card_number() {
        let money = Money::new(parse_amount("50.125").unwrap(), "USD".parse().unwrap());
        let wanted = IssueRequest {
            target: Target::Type(fresh()),
            customer_id: Some(fresh()),
            budget_id: Some(fresh()),
            card_number: Some(SecretString::from("4000050000000001")),
            cardholder: Some(PersonName {
                first_name: "Ada".into(),
                last_name: "Lovelace".into(),
            }),
            initial_balance: Some(money),
            label: Some("Ads \"1\"".to_owned()),
            external_id: Some("order-17".to_owned()),
            metadata: [("team".to_owned(), "growth".to_owned())].into(),
            enrol: false,
        };
        let text = write(&wanted);
        assert!(!text.contains("Lovelace"), "{text}");
        assert!(!text.contains("4000050000000001"), "{text}");
        let again = read(&text).unwrap();
        assert_eq!(again.target, wanted.target);
        assert_eq!(again.customer_id, wanted.customer_id);
        assert_eq!(again.budget_id, wanted.budget_id);
        assert_eq!(again.initial_balance, wanted.initial_balance);
        assert_eq!(
            (again.label, again.external_id, again.metadata),
            (wanted.label, wanted.external_id, wanted.metadata)
        );
        assert!(again.card_number.is_none() && again.cardholder.is_none());
        assert!(read("{}").is_err());
    }
}
