use async_trait::async_trait;
use cardmux_domain::provider::{CallContext, CardSecrets, ProviderError, Reveal};
use cardmux_domain::secret::SecretString;
use zeroize::Zeroizing;

use crate::BFinance;
use crate::wire::secrets::{Secret, Sensitive};

#[async_trait]
impl Reveal for BFinance {
    async fn reveal(&self, _: &CallContext, card_ref: &str) -> Result<CardSecrets, ProviderError> {
        let sensitive: Sensitive = self.client.read(self.key(card_ref)?.secrets()).await?;
        let Sensitive {
            number,
            expire,
            cvc,
            sensetive,
        } = sensitive;
        let nested = sensetive.map(|nested| *nested).unwrap_or_default();
        Ok(CardSecrets {
            number: number.or(nested.number).as_ref().and_then(digits),
            cvv: cvc.or(nested.cvc).as_ref().and_then(digits),
            expiry: expire.or(nested.expire).map(|date| expiry(&date.0)),
            redemption_url: None,
        })
    }
}

/// The digits, however they are grouped; nothing where any of them is masked (`***`).
fn digits(secret: &Secret) -> Option<SecretString> {
    let text = &secret.0;
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    plain.extend(text.chars().filter(|c| !matches!(c, ' ' | '-')));
    let whole = !plain.is_empty() && plain.bytes().all(|b| b.is_ascii_digit());
    whole.then(|| plain.as_str().into())
}

/// `MM/YYYY` from the documented `MM/YY`; another form stays as it is.
fn expiry(date: &str) -> SecretString {
    let date = date.trim();
    let two = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    match date.split_once('/') {
        Some((month, year)) if two(month) && two(year) => {
            let whole = Zeroizing::new(format!("{month}/20{year}"));
            whole.as_str().into()
        }
        Some(_) | None => date.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cardmux_domain::secret::ExposeSecret;

    fn shown(text: &str) -> Option<String> {
        let secret = Secret(Zeroizing::new(text.to_owned()));
        digits(&secret).map(|secret| secret.expose_secret().to_owned())
    }

    #[test]
    fn digits_are_told_and_masks_are_not() {
        assert_eq!(
            shown("4000 0000 0000 0010").as_deref(),
            Some("4000000000000010")
        );
        for masked in ["***", "**** **** **** 0010", "", " "] {
            assert_eq!(shown(masked), None, "{masked}");
        }
    }

    #[test]
    fn expiry_has_a_whole_year() {
        for (sent, shown) in [
            ("01/30", "01/2030"),
            ("01/2030", "01/2030"),
            ("never", "never"),
        ] {
            assert_eq!(expiry(sent).expose_secret(), shown);
        }
    }
}
