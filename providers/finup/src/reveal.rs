use async_trait::async_trait;
use cardmux_domain::provider::{CallContext, CardSecrets, ProviderError, Reveal};
use zeroize::Zeroizing;

use crate::Finup;
use crate::wire::path::Endpoint;
use crate::wire::sensitive::Sensitive;

#[async_trait]
impl Reveal for Finup {
    /// The one call that shows them is the one that reads the card (D); whatever the settings say
    /// about reading its status, it is this one here.
    async fn reveal(&self, _: &CallContext, card_ref: &str) -> Result<CardSecrets, ProviderError> {
        let Sensitive { pan, cvv, exp } = self.client.get(Endpoint::Card(card_ref)).await?;
        Ok(CardSecrets {
            number: given(pan).map(|number| digits(&number).as_str().into()),
            cvv: given(cvv).map(|cvv| cvv.trim().into()),
            expiry: given(exp).map(|date| expiry(&date).as_str().into()),
            redemption_url: None,
        })
    }
}

/// Absent, empty or masked with one of the two characters in use (D): there is none yet.
fn given(value: Option<Zeroizing<String>>) -> Option<Zeroizing<String>> {
    value.filter(|value| !value.trim().is_empty() && !value.contains(['*', '•']))
}

/// The number as digits, however it is grouped.
fn digits(number: &str) -> Zeroizing<String> {
    let mut plain = Zeroizing::new(String::with_capacity(number.len()));
    plain.extend(number.chars().filter(|c| !matches!(c, ' ' | '-')));
    plain
}

/// `MM/YYYY` from the documented `MM/YY`; another form stays as it is.
fn expiry(date: &str) -> Zeroizing<String> {
    let date = date.trim();
    let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    Zeroizing::new(match date.split_once('/') {
        Some((month, year)) if two_digits(month) && two_digits(year) => format!("{month}/20{year}"),
        Some(_) | None => date.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expiry_is_told_as_month_and_year() {
        for (sent, shown) in [
            ("01/30", "01/2030"),
            (" 12/31 ", "12/2031"),
            ("01/2030", "01/2030"),
            ("0130", "0130"),
            ("a/b", "a/b"),
            ("ä/30", "ä/30"),
        ] {
            assert_eq!(expiry(sent).as_str(), shown);
        }
    }

    #[test]
    fn masked_is_not_given() {
        let of = |text: &str| given(Some(Zeroizing::new(text.to_owned()))).is_some();
        assert!(of("4000 0000 0000 0002"));
        for hidden in ["", " ", "**/**", "4000 00•• •••• 0002"] {
            assert!(!of(hidden), "{hidden}");
        }
        assert_eq!(digits("4000-0000 0000 0002").as_str(), "4000000000000002");
    }
}
